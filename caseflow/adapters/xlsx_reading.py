"""Reading an .xlsx workbook that somebody else made.

Every part is first streamed through a screen of our own that names what is wrong by its cell and bounds what
the spreadsheet reader behind it will be asked to hold.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator
from io import BytesIO

import python_calamine

from caseflow.adapters.tables import (
    cell_name,
    Findings,
    long_cell,
    make_table,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    shorten,
    Table,
    too_many_columns,
    too_many_rows,
    too_much_text,
)
from caseflow.adapters.xlsx_package import damaged, first_sheet, local, Package, parse_xml
from caseflow.messages import Message, N_, say

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_MAX_STRINGS = MAX_ROWS * MAX_COLUMNS
_MAX_NUMBER = 1e15  # beyond it Excel itself rounds
_KEPT = 200  # characters of a stored value that are looked at; the rest is only counted

# A value interrupted by markup is written by no spreadsheet, and readers differ on what it says.
_INTERRUPTED = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[0-9\s]*(?:&#|<!|<\?)")


def read_xlsx(data: bytes, name: str) -> Table:
    """The first visible sheet of a workbook. Raises `InvalidInput` with every cell that cannot be taken."""
    sheet = first_sheet(Package.open(data, name))
    findings = Findings(name)
    lengths = string_lengths(sheet.strings, name) if sheet.strings else array("l")
    if sheet.styles:
        parse_xml(sheet.styles, name)
    screen = Screen(findings, lengths)
    screen.read(sheet.sheet)
    if screen.broken:
        findings.refuse()
    return make_table(_rows(sheet.packed(), name), findings)


def string_lengths(strings: bytes, name: str) -> array[int]:
    """How many characters each shared string has."""
    lengths = array("l")
    inside = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside
        if local(tag) == "si":
            if len(lengths) >= _MAX_STRINGS:
                raise too_much_text(name)
            lengths.append(0)
        inside = local(tag) == "t" and bool(lengths)

    def text(content: str) -> None:
        if inside:
            lengths[-1] += len(content)

    def end(_: str) -> None:
        nonlocal inside
        inside = False

    parse_xml(strings, name, start, end, text)
    return lengths


class Screen:
    """One pass over a sheet's XML: formulas, errors and broken cells by name; too large a sheet at once."""

    def __init__(self, findings: Findings, lengths: array[int]) -> None:
        self.broken = False  # whether the spreadsheet reader would stumble
        self._findings = findings
        self._lengths = lengths
        self._first_row = self._row = self._column = 0
        self._kind = self._inside = ""
        self._texts: dict[str, str] = {}
        self._counted = 0  # characters of the cell's own text
        self._text_left = MAX_TEXT
        self._cells_left = MAX_CELLS

    def read(self, sheet: bytes) -> None:
        """Look at the whole sheet; `InvalidInput` at once where it is too large to read on."""
        if _INTERRUPTED.search(sheet):
            raise damaged(self._findings.name)
        parse_xml(sheet, self._findings.name, self._start, self._end, self._text)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        tag = local(tag)
        if self._inside in ("v", "t", "f"):
            raise damaged(self._findings.name)
        if tag == "c":
            self._open_cell(given)
        elif tag == "row":
            self._row = self._number(given.get("r"), self._row + 1)
            self._column = 0
        elif tag in ("v", "f", "t", "is"):
            self._inside = tag
            self._texts.setdefault(tag, "")

    def _text(self, content: str) -> None:
        if self._inside:
            self._counted += len(content) if self._inside != "f" else 0
            if len(self._texts[self._inside]) < _KEPT:
                self._texts[self._inside] += content[:_KEPT]

    def _end(self, tag: str) -> None:
        self._inside = ""
        if local(tag) == "c":
            self._close_cell()

    def _number(self, given: str | None, otherwise: int) -> int:
        """A row's own number, or the next one where the file leaves it out."""
        if given is None:
            return otherwise
        if not re.fullmatch("[0-9]{1,7}", given) or int(given) == 0:
            raise damaged(self._findings.name)
        return int(given)

    def _open_cell(self, given: dict[str, str]) -> None:
        self._column += 1
        if "r" in given:
            found = _REFERENCE.match(given["r"])
            if not found or int(found[2]) == 0:
                raise damaged(self._findings.name)
            self._column, self._row = _column_number(found[1]), int(found[2])
        self._kind = given.get("t", "n")
        self._texts = {}
        self._counted = 0

    def _close_cell(self) -> None:
        if not self._texts:
            return
        self._check_place()
        length = self._length()
        self._text_left -= length
        self._cells_left -= 1
        if self._text_left < 0 or self._cells_left < 0:
            raise too_much_text(self._findings.name)
        problem = self._problem(length)
        if problem:
            text = "=" + self._texts["f"] if "f" in self._texts else self._texts.get("v", "")
            self._findings.add(self._row, self._column - 1, problem, shorten(text))

    def _check_place(self) -> None:
        self._first_row = self._first_row or self._row
        if self._column > MAX_COLUMNS:
            raise too_many_columns(self._findings.name)
        if self._row > self._first_row + MAX_ROWS:
            raise too_many_rows(self._findings.name)
        if self._row < self._first_row:
            raise damaged(self._findings.name)

    def _length(self) -> int:
        """Characters that the cell shows; -1 for a string that is not there."""
        if self._kind != "s" or "v" not in self._texts:
            return self._counted
        index = self._texts["v"]
        known = re.fullmatch("[0-9]{1,9}", index) and int(index) < len(self._lengths)
        return self._lengths[int(index)] if known else -1

    def _problem(self, length: int) -> Message | None:
        where = cell_name(self._row, self._column - 1)
        if "f" in self._texts:
            return formula(where)
        if self._kind == "e":
            text = N_("Cell %(cell)s shows the error %(value)s. Write the value itself.")
            return say(text, cell=where, value=shorten(self._texts.get("v", "")))
        if length > MAX_CELL:
            return long_cell(self._row, self._column - 1, length)
        if length < 0 or (self._kind == "n" and not _sane(self._texts.get("v", ""))):
            self.broken = True
            return say(N_("Cell %(cell)s cannot be read. Type its value anew."), cell=where)
        return None


def formula(cell: str) -> Message:
    """What is wrong with a cell that computes instead of saying."""
    text = N_("Cell %(cell)s holds a formula. Copy the cells and paste them as values, then import again.")
    return say(text, cell=cell)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _sane(number: str) -> bool:
    """Whether a cell's stored number is one that Excel could have stored."""
    try:
        value = float(number or 0)
    except ValueError:
        return False
    return math.isfinite(value) and abs(value) < _MAX_NUMBER and "_" not in number


def _rows(packed: bytes, name: str) -> Iterator[tuple[int, list[object]]]:
    """Rows as the spreadsheet reader gives them, numbered as Excel does, columns counted from A."""
    try:
        sheet = python_calamine.load_workbook(BytesIO(packed)).get_sheet_by_index(0)
        left = [None] * (sheet.start[1] if sheet.start else 0)
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [*left, *cells]
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as failure:  # a panic inside the reader is no Exception
        raise damaged(name) from failure
