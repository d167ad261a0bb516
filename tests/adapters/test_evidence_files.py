"""Which files are taken as evidence, and how they are kept."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.adapters.file_store import FileStore, StoredFile
from caseflow.adapters.media import (
    ALLOWED,
    check_count,
    check_name,
    DOCX,
    HEAD,
    MAX_FILE,
    ODS,
    ODT,
    PPTX,
    sniff,
    XLSX,
)
from caseflow.adapters.spreadsheets import Sheet, write_workbook
from caseflow.errors import CaseflowError, InvalidInput, NotFound

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PDF = b"%PDF-1.7\n1 0 obj\n"


def archive(**parts: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


def office(main: str, **parts: str) -> bytes:
    return archive(**{"[Content_Types].xml": f'<Types><Override ContentType="{main}"/></Types>', **parts})


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"

TAKEN = {
    "pdf": (PDF, "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
    "gif": (b"GIF89a" + bytes(20), "image/gif"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    "iphone": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
    "heif": (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", "image/heif"),
    "mp4": (b"\0\0\0\x14ftypisom\0\0\0\0mp42", "video/mp4"),
    "docx": (office(WORD), DOCX),
    "xlsx": (write_workbook([Sheet("x", ("a",))]), XLSX),
    "pptx": (office(SLIDES), PPTX),
    "odt": (archive(mimetype=ODT), ODT),
    "ods": (archive(mimetype=ODS), ODS),
    "doc": (OLE + utf16("WordDocument"), "application/msword"),
    "xls": (OLE + utf16("Workbook"), "application/vnd.ms-excel"),
    "txt": ("Biên bản họp dân\r\n".encode(), "text/plain"),
    "bom": ("\ufeffGhi chú".encode(), "text/plain"),
}

REFUSED = {
    "zip": (archive(a="b"), "archive"),
    "html": (b"\n <!DOCTYPE html><p>x", "web page"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "web page"),
    "xml": (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "web page"),
    "hidden script": (b"xin chao <ScRiPt>alert(1)</script>", "web page"),
    "shell": (b"#!/bin/sh\nls", "program"),
    "exe": (b"MZ\x90\0" + bytes(60), "kind"),
    "elf": (b"\x7fELF" + bytes(60), "kind"),
    "rar": (b"Rar!\x1a\x07\0", "kind"),
    "mov": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "kind"),
    "avif": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "kind"),
    "macros": (office(WORD, **{"word/vbaProject.bin": "x"}), "macros"),
    "docm": (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
    "basic": (archive(mimetype=ODT, **{"Basic/script-lc.xml": "x"}), "macros"),
    "locked": (OLE + utf16("EncryptedPackage"), "password"),
    "msi": (OLE, "kind"),
    "broken zip": (b"PK\x03\x04" + bytes(60), "kind"),
    "latin": ("Biên bàn".encode("latin-1"), "kind"),
    "control": (b"text" * 2000 + b"\0", "kind"),
    "blank": (b"", "kind"),
}


@pytest.mark.parametrize("key", TAKEN)
def test_kept_kinds_are_known_by_their_content(key: str) -> None:
    content, media_type = TAKEN[key]
    assert sniff(content[:HEAD], BytesIO(content)) == media_type
    assert media_type in ALLOWED


@pytest.mark.parametrize("key", REFUSED)
def test_other_kinds_are_refused(key: str) -> None:
    content, word = REFUSED[key]
    with pytest.raises(InvalidInput, match=word) as caught:
        sniff(content[:HEAD], BytesIO(content), "tep.bin")
    assert caught.value.problems[0].value == "tep.bin"


def test_name_must_fit_the_content() -> None:
    check_name("Ảnh.JPG", "image/jpeg")
    for name in ("a.bat", "a.html", "a", "a.jpg.exe"):
        with pytest.raises(InvalidInput, match=r"\.jpg"):
            check_name(name, "image/jpeg")


def test_at_most_ten_files_at_once() -> None:
    check_count(10)
    with pytest.raises(InvalidInput, match="11 files"):
        check_count(11)


@given(st.binary(max_size=500), st.sampled_from([b"", b"PK\x03\x04", OLE, b"\0\0\0\x18ftyp", b"RIFF"]))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes, magic: bytes) -> None:
    content = magic + data
    with suppress(CaseflowError):
        assert sniff(content[:HEAD], BytesIO(content)) in ALLOWED


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_file_is_kept_under_its_hash_for_this_account_only(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    stored = store.put(BytesIO(PDF), "bien-ban.pdf")
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert stored == StoredFile(sha256, len(PDF), "application/pdf")
    assert store.path(sha256) == tmp_path / "files" / sha256[:2] / sha256[2:]
    assert stat.S_IMODE(store.path(sha256).stat().st_mode) == 0o600
    with store.open(sha256) as stream:
        assert stream.read() == PDF


def test_equal_files_are_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.put(BytesIO(PDF), "a.pdf") == store.put(BytesIO(PDF), "b.pdf")
    assert len(files(tmp_path)) == 1


class Endless(BytesIO):
    """A stream that never ends."""

    def read(self, size: int | None = -1) -> bytes:
        return b"x" * (size or 0)


def test_large_file_is_refused_with_its_size_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"to\.pdf is 12 MB.*10 MB"):
        FileStore(tmp_path).put(BytesIO(PDF + bytes(MAX_FILE + 2**20)), "to.pdf")
    with pytest.raises(InvalidInput, match="10 MB"):
        FileStore(tmp_path).put(Endless(), "to.txt")
    assert files(tmp_path) == []


def test_file_of_exactly_the_limit_is_kept(tmp_path: Path) -> None:
    stored = FileStore(tmp_path).put(BytesIO(PDF.ljust(MAX_FILE)), "a.pdf")
    assert stored.size == MAX_FILE


@pytest.mark.parametrize(("content", "name"), [(b"", "a.txt"), (b"MZ\0", "a.pdf"), (PDF, "a.exe")])
def test_refused_file_leaves_nothing(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(InvalidInput):
        FileStore(tmp_path).put(BytesIO(content), name)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "sha256", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "../" + "0" * 61]
)
def test_path_takes_nothing_but_a_hash(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(NotFound):
        FileStore(tmp_path).path(sha256)


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FileStore(tmp_path).open("0" * 64)
