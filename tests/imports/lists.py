"""Lists as people send them, made here as real files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from caseflow.adapters.spreadsheets import Cell, read_table, Sheet, Table, write_csv, write_workbook
from caseflow.errors import Problem
from caseflow.i18n import translate
from caseflow.models import Base
from caseflow.use_cases.imports.sheet import ImportedFile
from caseflow.use_cases.installation import Installation

HEADER = (
    "TT", "Nội dung vấn đề, vụ việc", "Đơn vị (mã hoặc tên)", "Lĩnh vực", "Kết quả cần đạt",
    "Người chịu trách nhiệm", "Thời hạn", "Văn bản", "Ghi chú", "Mã",
)  # fmt: skip
PLACES = {
    "content": 1, "unit": 2, "field": 3, "expected": 4, "owner": 5, "deadline": 6, "basis": 7, "note": 8, "code": 9,
}  # fmt: skip
FILE = ImportedFile.of("danh-sach.xlsx", b"")


def row(**given: Cell) -> list[Cell]:
    """A row of our own list of cases: a good one, but for what is given."""
    cells: list[Cell] = [None] * len(HEADER)
    usual: dict[str, Cell] = {"content": "Bãi rác thôn Đông ô nhiễm", "unit": "W1", "field": "complaints"}
    for name, value in (usual | given).items():
        cells[PLACES[name]] = value
    return cells


def clear_row(**given: Cell) -> list[Cell]:
    """A row with clear work, a clear person and a clear time."""
    return row(**{"expected": "Dọn sạch bãi rác", "owner": "W1-OFF", "deadline": "31/12/2099"} | given)


def workbook(*rows: Sequence[Cell], header: Sequence[str] = HEADER) -> bytes:
    """An .xlsx file of these rows."""
    return write_workbook([Sheet("Danh sách", tuple(header), rows)])


def listed(*rows: Sequence[Cell], header: Sequence[str] = HEADER) -> Table:
    """The table of such a file."""
    return read_table(workbook(*rows, header=header), "danh-sach.xlsx")


def csv_table(header: str, *rows: Sequence[Cell]) -> Table:
    """The table of a .csv file."""
    return read_table(write_csv(header.split(","), rows), "danh-sach.csv")


def told(problems: Sequence[Problem], language: str = "en") -> list[tuple[str, str]]:
    """Problems as their cell and what is said about it."""
    return [(f"{one.column or ''}{one.row or ''}", translate(one.message, language)) for one in problems]


def contents(installation: Installation) -> dict[str, int]:
    """How many rows each table holds."""
    with installation.database.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def rows_of(installation: Installation, statement: Any) -> list[Any]:
    """The rows of a query."""
    with installation.database.reading() as connection:
        return list(connection.execute(statement))
