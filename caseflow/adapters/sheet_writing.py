"""Writing lists for a spreadsheet program: templates, error lists, exports. No text ever becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from caseflow.adapters.tables import Cell, column_letter, MAX_CELL, Table

_CHOICES_SHEET = "_DM"
_TEMPLATE_ROWS = 1_000  # rows beneath the data that drop-downs reach
_MIN_WIDTH, _MAX_WIDTH = 10, 60
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001 - equal sheets give equal bytes; the format holds no zone
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to be written.

    `choices` maps a heading to the values that its drop-down offers, of any number; other values are refused
    by the spreadsheet program unless the heading is also in `open_choices`. `widths` are in characters.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    open_choices: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)


def with_problems(table: Table, name: str, heading: str, texts: Mapping[int, str]) -> Sheet:
    """The table as it came, with one more column for what is wrong with each row, by its number.

    A column of that heading, from an earlier round, gives way to it.
    """
    kept = [index for index, one in enumerate(table.header) if one != heading]
    rows = [(*(row.cells[index] for index in kept), texts.get(row.number)) for row in table.rows]
    header = (*(table.header[index] for index in kept), heading)
    return Sheet(name, header, rows, widths={heading: _MAX_WIDTH})


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """An .xlsx workbook: bold frozen headings, widths, drop-downs. The same sheets give the same bytes."""
    sheets = list(sheets)
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _UNDATED})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "instant": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
            "plain": book.add_format({"valign": "top"}),
        }
        pages = [
            (sheet, book.add_worksheet(name))
            for sheet, name in zip(sheets, _sheet_names(sheets), strict=True)
        ]
        for sheet, page in pages:
            _write_sheet(page, sheet, formats)
        _write_choices(book, pages)
    return target.getvalue()


def _sheet_names(sheets: list[Sheet]) -> list[str]:
    """Names that Excel takes: at most 31 characters, each once."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, 1):
        name = sheet.name.translate(_FORBIDDEN_IN_NAME).strip(" '")[:31].strip(" '")
        taken = {used.lower() for used in (*names, _CHOICES_SHEET, "history")}
        names.append(name if name and name.lower() not in taken else f"{name[:27]} {number}".strip())
    return names


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for index, heading in enumerate(sheet.header):
        _write_cell(page, 0, index, heading, formats | {"text": formats["head"]})
        page.set_column(index, index, _width(sheet, index), formats["plain"])
    for number, row in enumerate(sheet.rows, 1):
        for index, cell in enumerate(row):
            _write_cell(page, number, index, cell, formats)
    page.freeze_panes(1, 0)


def _width(sheet: Sheet, index: int) -> int:
    heading = sheet.header[index]
    if heading in sheet.widths:
        return sheet.widths[heading]
    shown = (str(row[index]) for row in sheet.rows[:200] if index < len(row) and row[index] is not None)
    longest = max((max(map(len, text.split("\n"))) for text in shown), default=0)
    return min(_MAX_WIDTH, max(_MIN_WIDTH, len(heading) + 2, longest + 2))


def _write_cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            page.write_blank(row, column, None, formats["plain"])
        case bool():
            page.write_boolean(row, column, cell, formats["plain"])
        case int() | float() if abs(cell) < 1e15:
            page.write_number(row, column, cell, formats["plain"])
        case datetime() if cell.year >= 1900:
            page.write_datetime(row, column, cell.replace(tzinfo=None), formats["instant"])
        case date() if cell.year >= 1900:
            page.write_datetime(row, column, cell, formats["date"])
        case _:
            page.write_string(row, column, _excel_text(str(cell)), formats["text"])


def _excel_text(text: str) -> str:
    """Text that a cell can hold: no lone surrogates, at most 32,767 characters."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _write_choices(book: Any, pages: list[tuple[Sheet, Any]]) -> None:
    """Drop-downs. Their values stand on a hidden sheet: written into the rule they could have 255 characters."""
    wanted = [
        (sheet, page, heading)
        for sheet, page in pages
        for heading in sheet.header
        if sheet.choices.get(heading)
    ]
    if not wanted:
        return
    lists = book.add_worksheet(_CHOICES_SHEET)
    lists.hide()
    for column, (sheet, page, heading) in enumerate(wanted):
        values = sheet.choices[heading]
        for row, value in enumerate(values):
            lists.write_string(row, column, _excel_text(value))
        letter, index = column_letter(column), sheet.header.index(heading)
        rule: dict[str, object] = {
            "validate": "list",
            "source": f"='{_CHOICES_SHEET}'!${letter}$1:${letter}${len(values)}",
        }
        if heading in sheet.open_choices:
            rule |= {"show_error": False}
        page.data_validation(1, index, len(sheet.rows) + _TEMPLATE_ROWS, index, rule)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file as Excel opens it: UTF-8 with its mark, commas, days as dd/mm/yyyy.

    A text that a spreadsheet would compute gets an apostrophe before it; `read_table` takes it off again.
    """
    target = StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_csv_text(heading) for heading in header])
    writer.writerows([_csv_text(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig", "replace")


def _csv_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return str(cell)
