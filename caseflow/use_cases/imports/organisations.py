"""Organisations by file: a tree in any order; all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy import select

from caseflow.adapters.spreadsheets import Table
from caseflow.errors import InvalidInput
from caseflow.messages import N_, say
from caseflow.models import Organisation
from caseflow.models.organisation import LEVELS
from caseflow.states.folding import fold
from caseflow.use_cases.imports.sheet import (
    at_row,
    Faults,
    find_columns,
    ImportedFile,
    Line,
    lines,
    Plan,
    record_file,
    Step,
)
from caseflow.use_cases.organisations import add_organisation, require_administrator
from caseflow.use_cases.work import Work

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã đơn vị"),
    "name": ("Tên", "Tên đơn vị", "Tên tổ chức đảng"),
    "unit": ("Đơn vị hành chính", "Tên đơn vị hành chính"),
    "kind": ("Loại", "Loại hình"),
    "level": ("Cấp",),
    "parent_code": ("Mã cấp trên", "Mã đơn vị cấp trên", "Cấp trên", "parent"),
    "valid_from": ("Hiệu lực từ", "Từ ngày"),
    "valid_until": ("Hiệu lực đến", "Đến ngày"),
    "head": ("Người đứng đầu", "Mã người đứng đầu"),
}
REQUIRED = ("code", "name", "level")
LEVEL_NAMES = {
    "tinh": "province", "cap tinh": "province", "huyen": "district", "cap huyen": "district",
    "co so": "grassroots", "cap co so": "grassroots", "xa": "commune", "cap xa": "commune",
    "chi bo": "cell", "to": "team", "ban chi dao": "team", "to cong tac": "team",
}  # fmt: skip
ALWAYS = date(2000, 1, 1)
"""The beginning of a unit whose list names none: no registration period lies before it."""


@dataclass(frozen=True, slots=True)
class PlannedOrganisation:
    """A row that can be added."""

    row: int
    code: str
    name: str
    unit: str
    kind: str
    level: str
    parent: str | None
    valid_from: date
    valid_until: date | None
    head: str | None


class ImportedRows(TypedDict):
    """What an import did."""

    rows: int


def check_organisations(work: Work, table: Table) -> Plan[PlannedOrganisation]:
    """Judge a list of organisations; parents may come after their children, or be known already."""
    faults = Faults(table)
    columns = find_columns(table, COLUMNS, REQUIRED, faults)
    if faults.problems:
        return Plan((), faults.listed(), ignored=columns.ignored)
    known = set(work.connection.scalars(select(Organisation.code)))
    read = [(line, _read(line)) for line in lines(table, columns, faults)]
    _judge_codes(read, known)
    _judge_parents(read, known)
    rows = _parents_first([one for line, one in read if not line.wrong])
    return Plan(tuple(rows), faults.listed(), ignored=columns.ignored)


def _read(line: Line) -> PlannedOrganisation:
    one = PlannedOrganisation(
        row=line.row.number,
        code=line.text("code", required=True, maximum=60),
        name=line.text("name", required=True),
        unit=line.text("unit"),
        kind=line.text("kind", maximum=60),
        level=_level(line),
        parent=line.text("parent_code", maximum=60) or None,
        valid_from=line.day("valid_from") or ALWAYS,
        valid_until=line.day("valid_until"),
        head=line.text("head", maximum=60) or None,
    )
    if one.valid_until is not None and one.valid_until < one.valid_from:
        line.fault("valid_until", say(N_("The end lies before the beginning.")), one.valid_until)
    if one.level == "team" and one.head is None:
        line.fault("head", say(N_("A team has a named head. Choose one.")))
    return one


def _level(line: Line) -> str:
    text = line.text("level", required=True, maximum=60)
    level = LEVEL_NAMES.get(fold(text), text.casefold())
    if text and level not in LEVELS:
        message = N_("“%(level)s” is no level. Choose one of: %(levels)s.")
        line.fault("level", say(message, level=text, levels=", ".join(LEVELS)), text)
    return level


def _judge_codes(read: list[tuple[Line, PlannedOrganisation]], known: set[str]) -> None:
    first: dict[str, int] = {}
    for line, one in read:
        if not one.code:
            continue
        if one.code in known:
            message = N_("There is a unit “%(code)s” already. Choose another code.")
            line.fault("code", say(message, code=one.code), one.code)
        elif first.setdefault(one.code, one.row) != one.row:
            message = N_("The code “%(code)s” stands in row %(row)s too. Give each row a code of its own.")
            line.fault("code", say(message, code=one.code, row=str(first[one.code])), one.code)


def _parents_first(rows: list[PlannedOrganisation]) -> list[PlannedOrganisation]:
    """The rows in an order in which every parent is added before its children."""
    above = {one.code: one.parent for one in rows}
    return sorted(rows, key=lambda one: len(_chain(one.code, above)))


def _judge_parents(read: list[tuple[Line, PlannedOrganisation]], known: set[str]) -> None:
    above = {one.code: one.parent for _, one in read}
    for line, one in read:
        if one.parent is None:
            continue
        if one.parent not in known and one.parent not in above:
            message = N_("There is no unit “%(code)s”. Choose a known one.")
            line.fault("parent_code", say(message, code=one.parent), one.parent)
        elif one.code in _chain(one.parent, above):
            message = N_(
                "These units stand above each other in a circle. Correct the code of the unit above."
            )
            line.fault("parent_code", say(message), one.parent)


def _chain(code: str, above: dict[str, str | None]) -> list[str]:
    """The codes from `code` upwards, as far as the file names them; each once."""
    chain: list[str] = []
    at: str | None = code
    while at is not None and at not in chain:
        chain.append(at)
        at = above.get(at)
    return chain


def import_organisations(
    work: Work, table: Table, file: ImportedFile, *, step: Step | None = None
) -> ImportedRows:
    """Add every organisation of the list.

    Raises InvalidInput with every error, or NotPermitted; nothing is then written.
    """
    require_administrator(work, None)
    plan = check_organisations(work, table)
    plan.refuse()
    for one in plan.rows:
        try:
            add_organisation(
                work, code=one.code, name=one.name, unit=one.unit, kind=one.kind, level=one.level,
                parent=one.parent, valid_from=one.valid_from, valid_until=one.valid_until, head=one.head,
            )  # fmt: skip
        except InvalidInput as refused:
            raise at_row(refused, one.row) from refused
        if step:
            step()
    record_file(work, "organisations", file, len(plan.rows))
    return ImportedRows(rows=len(plan.rows))
