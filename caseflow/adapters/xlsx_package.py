"""The parts of an .xlsx package: opened warily, and packed anew with only what was looked at.

A ZIP file can tell one reader one thing and the next reader another (two parts of one name, sizes that lie).
So nothing but the parts that were screened here is handed on.
"""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from caseflow.adapters.tables import refuse_file
from caseflow.errors import InvalidInput
from caseflow.messages import N_, say

MAX_UNPACKED = 200_000_000  # bytes of all parts together
MAX_RATIO = 200  # unpacked to packed, looked at from SMALL bytes on
SMALL = 20_000_000
MAX_PARTS = 2_000

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, expat.ExpatError,
    EOFError, OSError, ValueError, RuntimeError, LookupError, ArithmeticError, MemoryError,
)  # fmt: skip

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def damaged(name: str) -> InvalidInput:
    """The refusal of a workbook that cannot be read."""
    text = N_("%(name)s is damaged or not an Excel workbook. Open it in Excel and save it again as .xlsx.")
    return refuse_file(say(text, name=name), name)


@dataclass(slots=True)
class Package:
    """The parts of an opened workbook, found by name without regard to case."""

    name: str
    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]

    @classmethod
    def open(cls, data: bytes, name: str) -> Package:
        """Open a package; raises `InvalidInput` for archives that are damaged, locked, or far too large."""
        try:
            archive = zipfile.ZipFile(BytesIO(data))
        except UNREADABLE as failure:
            raise damaged(name) from failure
        infos = archive.infolist()
        _check_sizes(infos, len(data), name)
        parts = {_canonical(info.filename): info for info in infos}
        if len(parts) != len(infos):
            raise damaged(name)
        return cls(name, archive, parts)

    def read(self, part: str) -> bytes:
        """The bytes of a part. Never more than the archive's directory declares."""
        try:
            return self.archive.read(self.parts[_canonical(part)])
        except UNREADABLE as failure:
            raise damaged(self.name) from failure

    def __contains__(self, part: str) -> bool:
        return _canonical(part) in self.parts


def _canonical(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _check_sizes(infos: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise locked(name)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED or len(infos) > MAX_PARTS or unpacked > max(SMALL, packed * MAX_RATIO):
        text = N_(
            "%(name)s unpacks to far more than a list of cases needs. Copy the rows into a new workbook."
        )
        raise refuse_file(say(text, name=name), name)


def locked(name: str) -> InvalidInput:
    """The refusal of a workbook with a password."""
    text = N_("%(name)s is protected by a password. Remove the password in Excel and save it again as .xlsx.")
    return refuse_file(say(text, name=name), name)


StartElement = Callable[[str, dict[str, str]], None]


def parse_xml(
    data: bytes,
    name: str,
    start: StartElement | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Stream a part through the handlers. Document types, and so entities, are refused.

    The encoding is always read as UTF-8, as the reader after this one does, whatever the part declares.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text

    def refuse_doctype(*_: object) -> None:
        message = N_(
            "%(name)s contains XML declarations that no spreadsheet needs. Copy the rows into a new workbook."
        )
        raise refuse_file(say(message, name=name), name)

    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(data, True)
    except UNREADABLE as failure:
        raise damaged(name) from failure


def local(tag: str) -> str:
    """A tag without its namespace prefix."""
    return tag.rpartition(":")[2]


@dataclass(slots=True)
class FirstSheet:
    """The parts that hold the first visible sheet, as bytes."""

    sheet: bytes
    strings: bytes | None
    styles: bytes | None
    from_1904: bool

    def packed(self) -> bytes:
        """A plain package with these parts and nothing else."""
        parts = {
            "xl/worksheets/sheet1.xml": self.sheet,
            "xl/sharedStrings.xml": self.strings,
            "xl/styles.xml": self.styles,
        }
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for part, content in _frame(self.from_1904).items():
                archive.writestr(part, content)
            for part, given in parts.items():
                if given is not None:
                    archive.writestr(part, given)
        return packed.getvalue()


def _frame(from_1904: bool) -> dict[str, str]:
    """What a workbook of one sheet needs around it."""
    kinds = (
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<workbookPr date1904="{int(from_1904)}"/>'
        '<sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }


def first_sheet(package: Package) -> FirstSheet:
    """Find the parts of the first visible sheet. Raises `InvalidInput` where the package holds no workbook."""
    root = _relations(package, "")
    workbook = next((path for kind, path in root.values() if kind == "officeDocument"), "xl/workbook.xml")
    if workbook not in package:
        raise damaged(package.name)
    related = _relations(package, workbook)
    sheets, from_1904 = _sheets(package, workbook)
    sheet = _first(sheets, related)
    if sheet not in package:
        raise damaged(package.name)
    by_kind = {
        kind: package.read(path) for kind, path in related.values() if kind in _SIDE and path in package
    }
    return FirstSheet(package.read(sheet), by_kind.get("sharedStrings"), by_kind.get("styles"), from_1904)


_SIDE = ("sharedStrings", "styles")


def _first(sheets: list[tuple[str, bool]], related: dict[str, tuple[str, str]]) -> str:
    """The path of the first visible worksheet, or of the first one at all; empty where there is none."""
    worksheets = [
        (related[key][1], hidden) for key, hidden in sheets if related.get(key, ("",))[0] == "worksheet"
    ]
    visible = [path for path, hidden in worksheets if not hidden]
    return next(iter(visible or [path for path, _ in worksheets]), "")


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (last word of its type, path), for a part or, with an empty name, the package."""
    folder, file = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if local(tag) == "Relationship" and given.get("TargetMode") != "External":
            kind = given.get("Type", "").rpartition("/")[2]
            target = given.get("Target", "").replace("\\", "/")
            found[given.get("Id", "")] = (
                kind,
                posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            )

    path = posixpath.join(folder, "_rels", f"{file}.rels")
    if path in package:
        parse_xml(package.read(path), package.name, start)
    return found


def _sheets(package: Package, workbook: str) -> tuple[list[tuple[str, bool]], bool]:
    """The sheets in the order of the tabs, as (relationship id, hidden), and whether dates count from 1904."""
    sheets: list[tuple[str, bool]] = []
    counts_from_1904 = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal counts_from_1904
        if local(tag) == "sheet":
            key = next((value for name, value in given.items() if name.endswith(":id")), "")
            sheets.append((key, given.get("state", "visible") != "visible"))
        elif local(tag) == "workbookPr":
            counts_from_1904 = given.get("date1904", "") in ("1", "true", "on")

    parse_xml(package.read(workbook), package.name, start)
    return sheets, counts_from_1904
