"""People by file, with the roles that they hold; all of it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import select

from caseflow.adapters.spreadsheets import Table
from caseflow.errors import InvalidInput
from caseflow.messages import N_, say
from caseflow.models import Person
from caseflow.models.access import ROLES
from caseflow.states.folding import fold
from caseflow.states.given import OrganisationFacts
from caseflow.use_cases.imports.matching import Finder, Unclear, unit_finder
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
from caseflow.use_cases.organisations import require_administrator
from caseflow.use_cases.people import add_person
from caseflow.use_cases.roles import give_role
from caseflow.use_cases.work import Work

COLUMNS: dict[str, tuple[str, ...]] = {
    "staff_code": ("Mã cán bộ", "Mã", "Mã số cán bộ", "code"),
    "name": ("Họ và tên", "Họ tên", "Full name"),
    "position": ("Chức vụ", "Chức danh"),
    "organisation": ("Đơn vị", "Mã đơn vị", "Unit", "Organization"),
    "email": ("Thư điện tử", "Địa chỉ thư điện tử", "E-mail"),
    "phone": ("Điện thoại", "Số điện thoại"),
    "roles": ("Vai trò", "Role"),
}
REQUIRED = ("staff_code", "name", "position", "organisation")
ROLE_NAMES = {
    "can bo": "official", "van thu": "registrar", "lanh dao": "supervisor", "lanh dao don vi": "supervisor",
    "kiem tra": "inspector", "uy ban kiem tra": "inspector", "bao cao": "reporter", "tuyen giao": "reporter",
    "quan tri": "administrator", "quan tri he thong": "administrator",
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """A row that can be added; `roles` are pairs of role and organisation code."""

    row: int
    staff_code: str
    name: str
    position: str
    organisation: str
    email: str | None
    phone: str | None
    roles: tuple[tuple[str, str], ...]


class ImportedPeople(TypedDict):
    """What an import of people did."""

    rows: int
    roles: int


def check_people(work: Work, table: Table) -> Plan[PlannedPerson]:
    """Judge a list of people with their roles, as `supervisor@D213; official` (without @: in their own unit)."""
    faults = Faults(table)
    columns = find_columns(table, COLUMNS, REQUIRED, faults)
    if faults.problems:
        return Plan((), faults.listed(), ignored=columns.ignored)
    units = unit_finder(work.connection, work.today)
    read = [(line, one) for line in lines(table, columns, faults) if (one := _read(line, units))]
    stored = work.connection.execute(select(Person.staff_code, Person.email)).all()
    _judge_once(read, "staff_code", {row.staff_code for row in stored}, lambda one: one.staff_code)
    emails = {row.email.casefold() for row in stored if row.email}
    _judge_once(read, "email", emails, lambda one: (one.email or "").casefold())
    return Plan(tuple(one for _, one in read), faults.listed(), ignored=columns.ignored)


def _read(line: Line, units: Finder[OrganisationFacts]) -> PlannedPerson | None:
    unit = _unit(line, units, "organisation", line.text("organisation", required=True))
    one = PlannedPerson(
        row=line.row.number,
        staff_code=line.text("staff_code", required=True, maximum=60),
        name=line.text("name", required=True),
        position=line.text("position", required=True),
        organisation=unit.code if unit else "",
        email=_email(line),
        phone=line.text("phone", maximum=60) or None,
        roles=_roles(line, units, unit),
    )
    return None if line.wrong else one


def _unit(line: Line, units: Finder[OrganisationFacts], column: str, text: str) -> OrganisationFacts | None:
    if not text:
        return None
    try:
        return units.find(text)
    except Unclear as unclear:
        line.fault(column, unclear.message, text)
        return None


def _email(line: Line) -> str | None:
    text = line.text("email", maximum=200)
    if text and not _EMAIL.fullmatch(text):
        line.fault("email", say(N_("This is no e-mail address. Write it like name@example.vn.")), text)
    return text or None


def _roles(
    line: Line, units: Finder[OrganisationFacts], own: OrganisationFacts | None
) -> tuple[tuple[str, str], ...]:
    given = []
    for part in re.split(r"[;\n]", line.text("roles", maximum=2_000)):
        if not part.strip():
            continue
        word, _, where = (piece.strip() for piece in part.partition("@"))
        role = ROLE_NAMES.get(fold(word), word.casefold())
        if role not in ROLES:
            message = N_("“%(role)s” is no role. Choose one of: %(roles)s.")
            line.fault("roles", say(message, role=word, roles=", ".join(ROLES)), word)
        unit = _unit(line, units, "roles", where) if where else own
        if unit is not None:
            given.append((role, unit.code))
    return tuple(dict.fromkeys(given))


def _judge_once(
    read: list[tuple[Line, PlannedPerson]],
    column: str,
    known: set[str],
    value: Callable[[PlannedPerson], str],
) -> None:
    """Each value stands once: in the file and among the people who are known."""
    first: dict[str, int] = {}
    for line, one in read:
        key = value(one)
        if not key:
            continue
        if key in known:
            message = N_("There is a person with “%(value)s” already. Leave this row out, or correct it.")
            line.fault(column, say(message, value=key), key)
        elif first.setdefault(key, one.row) != one.row:
            message = N_("“%(value)s” stands in row %(row)s too. Give each row its own.")
            line.fault(column, say(message, value=key, row=str(first[key])), key)


def import_people(
    work: Work, table: Table, file: ImportedFile, *, step: Step | None = None
) -> ImportedPeople:
    """Add every person with their roles, without sign-in.

    Raises InvalidInput with every error, or NotPermitted; nothing is then written.
    """
    require_administrator(work, None)
    plan = check_people(work, table)
    plan.refuse()
    for one in plan.rows:
        try:
            _add(work, one)
        except InvalidInput as refused:
            raise at_row(refused, one.row) from refused
        if step:
            step()
    record_file(work, "people", file, len(plan.rows))
    return ImportedPeople(rows=len(plan.rows), roles=sum(len(one.roles) for one in plan.rows))


def _add(work: Work, one: PlannedPerson) -> None:
    add_person(
        work, staff_code=one.staff_code, name=one.name, position=one.position,
        organisation=one.organisation, email=one.email, phone=one.phone,
    )  # fmt: skip
    for role, unit in one.roles:
        give_role(work, staff_code=one.staff_code, role=role, organisation=unit)
