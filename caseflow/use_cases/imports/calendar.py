"""Special days by file: holidays, swapped rest days and make-up working days; all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from caseflow.adapters.spreadsheets import Table
from caseflow.messages import N_, say
from caseflow.states.folding import fold
from caseflow.states.working_days import DayKind
from caseflow.use_cases.calendar import permit_calendar, save_special_days, why_not_special
from caseflow.use_cases.imports.sheet import (
    Faults,
    find_columns,
    ImportedFile,
    Line,
    lines,
    Plan,
    record_file,
    Step,
)
from caseflow.use_cases.work import Work

COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("Ngày", "day"),
    "kind": ("Loại", "Loại ngày"),
    "decision": ("Quyết định", "Văn bản", "Căn cứ"),
}
REQUIRED = ("date", "kind", "decision")
KIND_NAMES = {
    "nghi le": "holiday", "ngay le": "holiday", "nghi le, tet": "holiday", "nghi": "holiday",
    "nghi hoan doi": "swapped_rest_day", "nghi bu": "swapped_rest_day", "hoan doi": "swapped_rest_day",
    "lam bu": "make_up_working_day", "lam viec bu": "make_up_working_day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A row that can be saved."""

    row: int
    day: date
    kind: str
    decision: str


class ImportedDays(TypedDict):
    """What an import of special days did."""

    rows: int


def check_calendar(work: Work, table: Table) -> Plan[PlannedDay]:
    """Judge a list of special days; a day that is known already gets the kind and decision of the list."""
    faults = Faults(table)
    columns = find_columns(table, COLUMNS, REQUIRED, faults)
    if faults.problems:
        return Plan((), faults.listed(), ignored=columns.ignored)
    rows: dict[date, PlannedDay] = {}
    for line in lines(table, columns, faults):
        one = _read(line)
        if one is None:
            continue
        if one.day in rows:
            message = N_("This day stands in row %(row)s too. Keep one of the two.")
            line.fault("date", say(message, row=str(rows[one.day].row)), one.day)
        rows.setdefault(one.day, one)
    return Plan(tuple(rows.values()), faults.listed(), ignored=columns.ignored)


def _read(line: Line) -> PlannedDay | None:
    day = line.day("date")
    if day is None and not line.wrong:
        line.text("date", required=True)
    text = line.text("kind", required=True)
    kind = KIND_NAMES.get(fold(text), text.casefold())
    if text and kind not in set(DayKind):
        message = N_("“%(kind)s” is no kind of day. Choose one of: %(kinds)s.")
        line.fault("kind", say(message, kind=text, kinds=", ".join(DayKind)), text)
    elif day is not None and (problem := why_not_special(day, kind)):
        line.fault("kind", problem, text)
    decision = line.text("decision", required=True)
    return None if line.wrong or day is None else PlannedDay(line.row.number, day, kind, decision)


def import_calendar(
    work: Work, table: Table, file: ImportedFile, *, step: Step | None = None
) -> ImportedDays:
    """Save every day of the list as one new edition of the calendar. Raises InvalidInput with every error."""
    permit_calendar(work)
    plan = check_calendar(work, table)
    plan.refuse()
    save_special_days(work, [(one.day, one.kind, one.decision) for one in plan.rows])
    if step:
        for _ in plan.rows:
            step()
    record_file(work, "calendar", file, len(plan.rows))
    return ImportedDays(rows=len(plan.rows))
