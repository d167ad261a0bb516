"""A sheet as plain rows, and the list of everything that is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from caseflow.errors import InvalidInput, Problem
from caseflow.messages import Message, N_, say
from caseflow.states.folding import fold, tidy

MAX_ROWS = 100_000
MAX_COLUMNS = 60
MAX_CELL = 32_767  # characters, as in Excel
MAX_CELLS = 2_000_000
MAX_TEXT = 50_000_000  # characters in the whole sheet
MAX_LISTED = 1_000  # problems of one file that are listed one by one

Cell = str | int | float | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number as Excel shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet: column i of `header` and of every row is Excel's column `column_letter(i)`.

    Empty rows are left out; every row is as wide as the header.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    header_row: int = 1


def column_letter(index: int) -> str:
    """Excel's name of the column at `index`, counted from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, index: int) -> str:
    """Excel's name of a cell: `cell_name(7, 2)` is C7."""
    return f"{column_letter(index)}{row}"


@dataclass(slots=True)
class Findings:
    """What is wrong with one file, gathered so that the reader can mend everything at once."""

    name: str
    listed: list[tuple[int, int, Message, object]] = field(default_factory=list)
    count: int = 0
    header: tuple[str, ...] = ()
    _cells: set[tuple[int, int]] = field(default_factory=set)

    def add(self, row: int, index: int, message: Message, value: object = None) -> None:
        """Note the first problem of the cell at `row` (as Excel counts) and column `index` (from 0)."""
        if (row, index) in self._cells:
            return
        self.count += 1
        if len(self.listed) < MAX_LISTED:
            self._cells.add((row, index))
            self.listed.append((row, index, message, value))

    def refuse(self) -> None:
        """Raise `InvalidInput` if anything was found."""
        if self.count:
            raise InvalidInput(
                self._summary(),
                tuple(self._problem(*found) for found in sorted(self.listed, key=lambda found: found[:2])),
            )

    def _problem(self, row: int, index: int, message: Message, value: object) -> Problem:
        heading = self.header[index] if index < len(self.header) else ""
        return Problem(heading or "file", message, value, row, column_letter(index))

    def _summary(self) -> Message:
        if self.count == 1:
            return self.listed[0][2]
        if self.count > len(self.listed):
            return say(
                N_("%(name)s has %(count)s errors and nothing was read. The first %(listed)s are listed."),
                name=self.name,
                count=self.count,
                listed=len(self.listed),
            )
        return say(
            N_("%(name)s has %(count)s errors and nothing was read. Each is listed with its cell."),
            name=self.name,
            count=self.count,
        )


def refuse_file(message: Message, name: str) -> InvalidInput:
    """The refusal of a whole file."""
    return InvalidInput.of("file", message, name)


def too_many_rows(name: str) -> InvalidInput:
    """The refusal of a sheet that is too long."""
    text = N_("%(name)s has more than %(limit)s rows. Split it into several files.")
    return refuse_file(say(text, name=name, limit=MAX_ROWS), name)


def too_many_columns(name: str) -> InvalidInput:
    """The refusal of a sheet that is too wide."""
    text = N_("%(name)s has more than %(limit)s columns. Delete the columns that the import does not need.")
    return refuse_file(say(text, name=name, limit=MAX_COLUMNS), name)


def too_much_text(name: str) -> InvalidInput:
    """The refusal of a sheet whose cells together hold too much."""
    return refuse_file(say(N_("%(name)s holds too much text. Split it into several files."), name=name), name)


def long_cell(row: int, index: int, length: int) -> Message:
    """What is wrong with a cell that no version of Excel could hold."""
    return say(
        N_("Cell %(cell)s holds %(length)s characters; at most %(limit)s are possible. Shorten the text."),
        cell=cell_name(row, index),
        length=length,
        limit=MAX_CELL,
    )


def shorten(value: object, length: int = 80) -> str:
    """A value as a refusal shows it."""
    text = tidy(str(value)[: length * 4])
    return text if len(text) <= length else text[: length - 1] + "…"


def make_table(numbered: Iterable[tuple[int, Sequence[object]]], findings: Findings) -> Table:
    """The table of a sheet's rows, the first one that is not empty being the header.

    Raises `InvalidInput` with all that `findings` holds, from before or from here.
    """
    filled = ((number, _trimmed(cells)) for number, cells in numbered)
    rows = ((number, cells) for number, cells in filled if cells)
    header_row, header = next(rows, (1, []))
    if not header:
        findings.refuse()
        raise refuse_file(_no_header(findings.name), findings.name)
    findings.header = tuple("" if cell is None else shorten(cell, 200) for cell in header)
    _check_header(header_row, findings)
    table = Table(findings.header, tuple(_row(number, cells, findings) for number, cells in rows), header_row)
    findings.refuse()
    return table


def _no_header(name: str) -> Message:
    return say(
        N_("The first sheet of %(name)s is empty. Write the headings in its first row and the data beneath."),
        name=name,
    )


def _trimmed(cells: Sequence[object]) -> list[Cell]:
    """Plain values without the empty ones at the end."""
    plain = [_plain(cell) for cell in cells]
    while plain and plain[-1] is None:
        plain.pop()
    return plain


def _plain(value: object) -> Cell:
    if not value and isinstance(value, str):
        return None
    if isinstance(value, str):
        return (value if value.isalnum() and value.isascii() else tidy(value)) or None
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value.is_integer() else value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value if isinstance(value, (int, date)) else None


def _check_header(row: int, findings: Findings) -> None:
    if len(findings.header) > MAX_COLUMNS:
        raise too_many_columns(findings.name)
    seen: dict[str, int] = {}
    for index, heading in enumerate(findings.header):
        first = seen.setdefault(fold(heading), index)
        if heading and first != index:
            text = N_(
                "Cells %(first)s and %(cell)s have the same heading “%(heading)s”. Rename or delete one."
            )
            where = {"first": cell_name(row, first), "cell": cell_name(row, index)}
            findings.add(row, index, say(text, heading=heading, **where), heading)


def _row(number: int, cells: list[Cell], findings: Findings) -> Row:
    for index, cell in enumerate(cells):
        if cell is not None and (index >= len(findings.header) or not findings.header[index]):
            text = N_(
                "Cell %(cell)s holds “%(value)s” but its column has no heading. Write a heading or empty it."
            )
            value = shorten(cell)
            findings.add(number, index, say(text, cell=cell_name(number, index), value=value), value)
    width = len(findings.header)
    return Row(number, tuple(cells[:width]) + (None,) * (width - len(cells)))
