"""What kind of file a piece of evidence is, judged by its content, and which kinds are kept."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import PurePath
from typing import BinaryIO

from caseflow.adapters.xlsx_package import UNREADABLE
from caseflow.errors import InvalidInput
from caseflow.messages import N_, say

MAX_FILE = 10 * 1024**2  # bytes
MAX_FILES = 10  # in one submission
HEAD = 4096  # bytes that a caller hands over as the head

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
PPTX = f"{_OFFICE}.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

# Every kind that is kept, with the endings that its names may have.
ALLOWED: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/heic": (".heic", ".heif", ".hif"),
    "image/heif": (".heif", ".heic", ".hif"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "video/mp4": (".mp4", ".m4v"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx",),
    ODT: (".odt",),
    ODS: (".ods",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "text/plain": (".txt", ".csv"),
}

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")
_HEIF_BRANDS = (b"mif1", b"msf1")
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"dash",
)
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"presentationml.presentation.main+xml", PPTX),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", "application/msword"), ("Workbook", "application/vnd.ms-excel"))
_MAX_ENTRIES = 5_000
_MAX_TYPES = 1_000_000

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"\s*<|.*<(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)\b",
    re.IGNORECASE | re.DOTALL,
)


def check_count(count: int) -> None:
    """Refuse more than `MAX_FILES` files in one submission."""
    if count > MAX_FILES:
        text = N_(
            "%(count)s files were chosen; at most %(limit)s can be added at once. Add the others afterwards."
        )
        raise InvalidInput.of("file", say(text, count=count, limit=MAX_FILES), count)


def check_name(name: str, media_type: str) -> None:
    """Refuse a name whose ending belongs to another kind of file: it would open as what it is not."""
    if PurePath(name).suffix.lower() not in ALLOWED.get(media_type, ()):
        text = N_(
            "The content of %(name)s does not fit the ending of its name. Rename it to end in %(endings)s."
        )
        endings = ", ".join(ALLOWED.get(media_type, ()))
        raise InvalidInput.of("file", say(text, name=name, endings=endings), name)


def sniff(head: bytes, whole: BinaryIO, name: str = "?") -> str:
    """The media type of a file from its first `HEAD` bytes, and from the whole where they do not tell.

    Raises `InvalidInput` for every kind that is not in `ALLOWED`.
    """
    kind = _by_magic(head) or _by_brand(head)
    if kind is None and head.startswith(b"PK\x03\x04"):
        kind = _of_archive(whole, name)
    if kind is None and head.startswith(_OLE):
        kind = _of_ole(whole, name)
    if kind is None and not _CONTROLS.search(head):
        kind = _of_text(whole, name)
    if kind is None:
        raise _refusal(name)
    return kind


def _refusal(name: str, text: str = "") -> InvalidInput:
    text = text or N_(
        "%(name)s is of a kind that is not kept as evidence. Add a photo (JPEG, PNG, HEIC, WebP, GIF), a PDF, "
        "a Word, Excel, PowerPoint or OpenDocument file, an MP4 video or plain text in UTF-8."
    )
    return InvalidInput.of("file", say(text, name=name), name)


def _by_magic(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)


def _by_brand(head: bytes) -> str | None:
    """HEIC, HEIF and MP4 share one container and differ in the brand that they name first."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    others = head[16 : int.from_bytes(head[:4], "big")]
    if brand in _HEIC_BRANDS or (brand in _HEIF_BRANDS and any(heic in others for heic in _HEIC_BRANDS)):
        return "image/heic"
    if brand in _HEIF_BRANDS and b"avif" not in others:
        return "image/heif"
    return "video/mp4" if brand in _MP4_BRANDS else None


def _of_archive(whole: BinaryIO, name: str) -> str:
    """An office document; other archives are refused, as nobody can see at a glance what they hold."""
    try:
        kind, macros = _office_kind(whole)
    except UNREADABLE as failure:
        raise _refusal(name) from failure
    if macros:
        raise _refusal(name, N_("%(name)s contains macros. Save it without them, or as PDF."))
    if kind is None:
        raise _refusal(name, N_("%(name)s is an archive. Unpack it and add its files one by one."))
    return kind


def _office_kind(whole: BinaryIO) -> tuple[str | None, bool]:
    """The kind of office document in a ZIP archive, if any, and whether it brings macros."""
    whole.seek(0)
    with zipfile.ZipFile(whole) as archive:
        infos = archive.infolist()
        if len(infos) > _MAX_ENTRIES or any(info.flag_bits & 1 for info in infos):
            return None, False
        names = {info.filename.lower() for info in infos}
        macros = any(
            part.endswith("vbaproject.bin") or part.startswith(("basic/", "scripts/")) for part in names
        )
        if "[Content_Types].xml" in archive.namelist():
            types = _beginning(archive, "[Content_Types].xml")
            kind = next((kind for main, kind in _MAIN_PARTS if main in types), None)
            return kind, macros or b"macroEnabled" in types
        declared = _beginning(archive, "mimetype").strip() if "mimetype" in names else b""
        return next((kind for kind in (ODT, ODS) if kind.encode() == declared), None), macros


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_MAX_TYPES)


def _of_ole(whole: BinaryIO, name: str) -> str:
    """An old Word or Excel document; a locked one is refused, as it proves nothing to its reader."""
    whole.seek(0)
    content = whole.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _refusal(name, N_("%(name)s is protected by a password. Remove the password and add it again."))
    for stream, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return kind
    raise _refusal(name)


def _of_text(whole: BinaryIO, name: str) -> str:
    whole.seek(0)
    content = whole.read().removeprefix(codecs.BOM_UTF8)
    try:
        content.decode()
    except UnicodeDecodeError as failure:
        raise _refusal(name) from failure
    if not content or _CONTROLS.search(content):
        raise _refusal(name)
    if _MARKUP.match(content) or content.startswith(b"#!"):
        raise _refusal(name, N_("%(name)s is a web page or a program. Print it to PDF and add that."))
    return "text/plain"
