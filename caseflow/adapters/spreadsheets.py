"""Lists that come from and go to a spreadsheet program: the one door for other parts.

A file is judged by its content and its name together. Whatever its bytes are, reading it ends with a `Table`
or with `InvalidInput`; nothing is written to disk and nothing is fetched.
"""

from __future__ import annotations

from pathlib import PurePath

from caseflow.adapters.csv_reading import read_csv
from caseflow.adapters.sheet_writing import Sheet, with_problems, write_csv, write_workbook
from caseflow.adapters.tables import Cell, cell_name, column_letter, refuse_file, Row, Table
from caseflow.adapters.xlsx_package import locked
from caseflow.adapters.xlsx_reading import read_xlsx
from caseflow.messages import N_, say

__all__ = [
    "MAX_BYTES", "Cell", "Row", "Sheet", "Table", "cell_name", "check_size", "column_letter", "read_table",
    "with_problems", "write_csv", "write_workbook",
]  # fmt: skip

MAX_BYTES = 10_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def check_size(size: int, name: str = "") -> None:
    """Refuse a file of more than `MAX_BYTES`, before it is read."""
    if size > MAX_BYTES:
        text = N_(
            "%(name)s is %(size)s MB; at most %(limit)s MB can be read. Split the list into several files."
        )
        megabytes = -(-size // 1_000_000)
        raise refuse_file(say(text, name=name or "?", size=megabytes, limit=MAX_BYTES // 1_000_000), name)


def read_table(data: bytes, name: str) -> Table:
    """Read the first visible sheet of an .xlsx workbook, or a .csv file.

    The header is the first row that is not empty. Texts come NFC-normalised and tidied, whole numbers as int,
    dates as `date` or, with a time of day, as naive `datetime`.

    Raises `InvalidInput` whose problems name the heading (or "file"), row and column of all that is wrong.
    """
    name = PurePath(name).name or "?"
    check_size(len(data), name)
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise refuse_file(
            say(N_("%(name)s is neither .xlsx nor .csv. Save the list as .xlsx."), name=name), name
        )
    if not data:
        raise refuse_file(say(N_("%(name)s is empty. Choose the file again."), name=name), name)
    _check_kind(data, name, suffix)
    return read_xlsx(data, name) if suffix == ".xlsx" else read_csv(data, name)


def _check_kind(data: bytes, name: str, suffix: str) -> None:
    """Whether the content is of the kind that the name says."""
    if data.startswith(_OLE):
        if _LOCKED in data:
            raise locked(name)
        text = N_(
            "%(name)s is in the old Excel 97–2003 format (.xls), whatever its name says. Save it as .xlsx."
        )
        raise refuse_file(say(text, name=name), name)
    if suffix == ".xlsx" and not data.startswith(_ZIP):
        text = N_(
            "%(name)s is not an Excel workbook, whatever its name says. Open it in Excel and save it as .xlsx."
        )
        raise refuse_file(say(text, name=name), name)
    if suffix == ".csv" and data.startswith(_ZIP):
        text = N_("%(name)s is an Excel workbook, not CSV text. Rename it to .xlsx.")
        raise refuse_file(say(text, name=name), name)
