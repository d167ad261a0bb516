"""What every import shares: finding columns, reading cells, gathering what is wrong, recording the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Generic, Self, TypeVar
from uuid import uuid4

from caseflow.adapters.dates import parse_date
from caseflow.adapters.spreadsheets import Cell, cell_name, column_letter, Row, Table
from caseflow.adapters.tables import shorten
from caseflow.errors import CaseflowError, InvalidInput, Problem
from caseflow.events import FileImported
from caseflow.messages import Message, N_, say
from caseflow.states.folding import fold
from caseflow.use_cases.work import Work

T = TypeVar("T")

Step = Callable[[], None]
"""Called after each row that was written: a progress bar."""

_HINT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The file that an import took in, as its event names it."""

    name: str
    sha256: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Self:
        """The file with these bytes."""
        return cls(name, sha256(data).hexdigest())


@dataclass(slots=True)
class Faults:
    """Everything wrong with one table, and what is worth knowing though it is no error."""

    table: Table
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)

    def add(self, row: int, index: int | None, message: Message, value: object = None) -> None:
        """Note an error at a cell; `index` counts columns from 0, None means the row as a whole."""
        self.problems.append(self.at(row, index, message, value))

    def note(self, row: int, index: int | None, message: Message, value: object = None) -> None:
        """Note what the reader should know and need not mend."""
        self.notices.append(self.at(row, index, message, value))

    def at(self, row: int, index: int | None, message: Message, value: object = None) -> Problem:
        """A problem of one cell, under its heading."""
        if index is None:
            return Problem("file", message, _shown(value), row)
        heading = self.table.header[index] if index < len(self.table.header) else ""
        return Problem(heading or "file", message, _shown(value), row, column_letter(index))

    def listed(self) -> tuple[Problem, ...]:
        """Every error in the order of rows and columns."""
        return tuple(
            sorted(self.problems, key=lambda one: (one.row or 0, len(one.column or ""), one.column or ""))
        )

    def refuse(self) -> None:
        """Raise InvalidInput with every error, if there is any."""
        if self.problems:
            raise refusal(self.listed())


def _shown(value: object) -> object:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return None if value is None or value == "" else shorten(value)


def refusal(problems: tuple[Problem, ...]) -> InvalidInput:
    """The refusal of a whole file for these errors."""
    if len(problems) == 1:
        only = problems[0]
        where = f"{only.column or ''}{only.row or ''}" or only.field
        text = N_("Cell %(cell)s: %(problem)s Nothing was imported.")
        return InvalidInput(say(text, cell=where, problem=only.message), problems)
    text = N_("%(count)s errors, nothing was imported. Mend the cells that are listed and import again.")
    return InvalidInput(say(text, count=len(problems)), problems)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; `ignored` are headings that nothing is read from."""

    index: Mapping[str, int]
    ignored: tuple[str, ...] = ()


def heading_key(heading: str) -> str:
    """A heading as headings are compared: hints in brackets, case, marks and underscores do not count."""
    return fold(_HINT.sub(" ", heading).replace("_", " ").strip(" *:.\n"))


def find_columns(
    table: Table, names: Mapping[str, tuple[str, ...]], required: tuple[str, ...], faults: Faults
) -> Columns:
    """Find each column by its first name or any other; what is missing or there twice is a fault."""
    meant = {heading_key(one): target for target, all_names in names.items() for one in (target, *all_names)}
    index: dict[str, int] = {}
    ignored: list[str] = []
    for place, heading in enumerate(table.header):
        target = meant.get(heading_key(heading)) if heading else None
        if target is None:
            ignored.extend([heading] if heading else [])
        elif target in index:
            first = cell_name(table.header_row, index[target])
            text = N_("This heading means the same as that of cell %(first)s. Delete or rename one of them.")
            faults.add(table.header_row, place, say(text, first=first), heading)
        else:
            index[target] = place
    for target in required:
        if target not in index:
            faults.add(table.header_row, None, missing_column(names[target][0]))
    return Columns(index, tuple(ignored))


def missing_column(heading: str) -> Message:
    """What is wrong with a table that lacks a column."""
    return say(N_("There is no column “%(heading)s”. Add it, with this heading."), heading=heading)


def text_of(cell: Cell) -> str:
    """A cell as text."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return str(cell)


@dataclass(slots=True)
class Line:
    """One row being read: cells by what they mean, faults at their cells."""

    row: Row
    columns: Columns
    faults: Faults
    wrong: bool = False

    def cell(self, name: str) -> Cell:
        """The cell of that meaning, None where the table has no such column."""
        place = self.columns.index.get(name)
        return None if place is None else self.row.cells[place]

    def text(self, name: str, *, required: bool = False, maximum: int = 500) -> str:
        """The text of a cell; empty or too long is a fault."""
        text = text_of(self.cell(name))
        if required and not text:
            self.fault(name, say(N_("This cell is empty. Fill it in.")))
        elif len(text) > maximum:
            message = say(
                N_("This text has %(length)s characters; shorten it to %(maximum)s."),
                length=len(text),
                maximum=maximum,
            )
            self.fault(name, message, text)
        return text

    def day(self, name: str) -> date | None:
        """The day in a cell, None where it is empty or a fault."""
        cell = self.cell(name)
        if cell is None:
            return None
        try:
            return parse_date(cell)
        except InvalidInput as refused:
            self.fault(name, refused.message, cell)
            return None

    def fault(self, name: str, message: Message, value: object = None) -> None:
        """Note an error at the cell of that meaning."""
        self.wrong = True
        self.faults.add(self.row.number, self.columns.index.get(name), message, value)

    def note(self, name: str, message: Message, value: object = None) -> None:
        """Note something that is no error."""
        self.faults.note(self.row.number, self.columns.index.get(name), message, value)


@dataclass(slots=True)
class Plan(Generic[T]):
    """What an import would do: its rows, every error, what is worth knowing, and headings not read."""

    rows: tuple[T, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the file can be imported."""
        return not self.problems

    def refuse(self) -> None:
        """Raise InvalidInput with every error, if there is any."""
        if self.problems:
            raise refusal(self.problems)


def require_rows(table: Table, faults: Faults) -> None:
    """A table without rows is a fault."""
    if not table.rows:
        faults.add(table.header_row, None, say(N_("There is no row beneath the headings. Add at least one.")))


def lines(table: Table, columns: Columns, faults: Faults) -> Iterator[Line]:
    """Every row of the table; a table without rows is a fault."""
    require_rows(table, faults)
    return (Line(row, columns, faults) for row in table.rows)


def at_row(refused: CaseflowError, row: int) -> InvalidInput:
    """A refusal of one row's deed as the refusal of the file."""
    problems = refused.problems or (Problem("file", refused.message),)
    placed = tuple(Problem(one.field, one.message, _shown(one.value), row) for one in problems)
    return refusal(placed)


def record_file(work: Work, kind: str, file: ImportedFile, rows: int) -> None:
    """Record that a file was taken in, in a chain of its own."""
    event = FileImported(kind=kind, file_name=file.name, sha256=file.sha256, rows=rows)
    work.record_in_chain(uuid4(), "import", event)
