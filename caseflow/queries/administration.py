"""What administrators look after: units, people, roles, fields and special days. No case content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, false, func, or_, Select, select, true
from sqlalchemy.orm import aliased

from caseflow.models import FieldRow, Organisation, Person, RoleGrant, SpecialDayRow
from caseflow.queries.scope import beneath
from caseflow.states.folding import fold

Paths = Sequence[str] | None
"""The paths of an administrator's subtrees; None: everywhere."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as administrators see it; `head` is a team's head, `people` how many belong to it."""

    code: str
    name: str
    unit: str
    level: str
    path: str
    parent: str | None
    parent_name: str | None
    valid_from: date
    valid_until: date | None
    head_code: str | None
    head: str | None
    people: int

    @property
    def depth(self) -> int:
        """How far beneath the top."""
        return self.path.count("/") - 2

    def ended(self, today: date) -> bool:
        """Whether its life is over."""
        return self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as administrators see them; `account` says whether they can sign in."""

    uuid: UUID
    staff_code: str
    name: str
    position: str
    unit_code: str | None
    unit: str | None
    email: str | None
    phone: str | None
    account: bool
    must_change: bool
    left_on: date | None
    roles: int


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of the register; an inactive one is chosen no longer."""

    code: str
    name_vi: str
    name_en: str
    position: int
    active: bool


def within(column: Any, paths: Paths) -> ColumnElement[bool]:
    """Whether a path column lies in one of the subtrees."""
    if paths is None:
        return true()
    return or_(false(), *(beneath(column, path) for path in paths))


_above, _head = aliased(Organisation), aliased(Person)
_MEMBERS = (
    select(func.count())
    .select_from(Person)
    .where(Person.organisation_id == Organisation.id, ~Person.operator)
    .correlate(Organisation)
    .scalar_subquery()
)
_UNIT: Select[*tuple[Any, ...]] = (
    select(
        Organisation.code,
        Organisation.name,
        Organisation.unit,
        Organisation.level,
        Organisation.path,
        _above.code,
        _above.name,
        Organisation.valid_from,
        Organisation.valid_until,
        _head.staff_code,
        _head.name,
        _MEMBERS,
    )
    .outerjoin(_above, _above.id == Organisation.parent_id)
    .outerjoin(_head, _head.id == Organisation.head_id)
)


def find_units(
    connection: Connection, paths: Paths, q: str, *, limit: int, offset: int
) -> tuple[list[UnitLine], int]:
    """Units whose name or code holds `q`, in the order of the tree, and how many there are; two queries.

    The tree's order is one of numbers within a text: it is made here, from the keys alone.
    """
    rows = connection.execute(select(Organisation.id, Organisation.path).where(*_units_where(paths, q))).all()
    ordered = [key for key, _ in sorted(rows, key=lambda row: _place(row.path))]
    page = connection.execute(_UNIT.where(Organisation.id.in_(ordered[offset : offset + limit])))
    return sorted((UnitLine(*row) for row in page), key=lambda unit: _place(unit.path)), len(ordered)


def _place(path: str) -> list[int]:
    return [int(key) for key in path.strip("/").split("/")]


def _units_where(paths: Paths, q: str) -> list[ColumnElement[bool]]:
    terms = [within(Organisation.path, paths)]
    return [
        *terms,
        *(Organisation.search_text.contains(word, autoescape=True) for word in fold(q).split()[:8]),
    ]


def unit_line(connection: Connection, code: str) -> UnitLine | None:
    """The unit with that code."""
    row = connection.execute(_UNIT.where(Organisation.code == code)).first()
    return None if row is None else UnitLine(*row)


_ROLES = (
    select(func.count())
    .select_from(RoleGrant)
    .where(RoleGrant.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
_PERSON: Select[*tuple[Any, ...]] = select(
    Person.uuid,
    Person.staff_code,
    Person.name,
    Person.position,
    Organisation.code,
    Organisation.name,
    Person.email,
    Person.phone,
    Person.password_hash.is_not(None),
    Person.must_change_password,
    Person.left_on,
    _ROLES,
).outerjoin(Organisation, Organisation.id == Person.organisation_id)


def find_people(
    connection: Connection,
    paths: Paths,
    q: str = "",
    *,
    unit_path: str | None = None,
    without_account: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[PersonLine]:
    """People by given name; `unit_path` narrows to one subtree, `without_account` to those without a screen."""
    where = _people_where(paths, q, unit_path, without_account)
    statement = _PERSON.where(*where).order_by(Person.sort_key, Person.id).limit(limit).offset(offset)
    return [PersonLine(*row) for row in connection.execute(statement)]


def count_people(
    connection: Connection,
    paths: Paths,
    q: str = "",
    *,
    unit_path: str | None = None,
    without_account: bool = False,
) -> int:
    """How many people `find_people` finds."""
    where = _people_where(paths, q, unit_path, without_account)
    statement = select(func.count()).select_from(Person)
    joined = statement.outerjoin(Organisation, Organisation.id == Person.organisation_id).where(*where)
    return int(connection.execute(joined).scalar_one())


def _people_where(
    paths: Paths, q: str, unit_path: str | None, without_account: bool
) -> list[ColumnElement[bool]]:
    terms = [~Person.operator, within(Organisation.path, paths)]
    terms += [Person.search_text.contains(word, autoescape=True) for word in fold(q).split()[:8]]
    if unit_path:
        terms.append(beneath(Organisation.path, unit_path))
    if without_account:
        terms += [Person.password_hash.is_(None), Person.left_on.is_(None)]
    return terms


def person_line(connection: Connection, staff_code: str) -> tuple[PersonLine, str | None] | None:
    """The person with that staff code, and the path of their unit."""
    statement = _PERSON.add_columns(Organisation.path).where(
        Person.staff_code == staff_code, ~Person.operator
    )
    row = connection.execute(statement).first()
    return None if row is None else (PersonLine(*row[:-1]), row[-1])


def all_fields(connection: Connection) -> list[FieldLine]:
    """Every field, ended ones too, in their order."""
    rows = connection.execute(
        select(
            FieldRow.code, FieldRow.name_vi, FieldRow.name_en, FieldRow.position, FieldRow.active
        ).order_by(FieldRow.position, FieldRow.id)
    )
    return [FieldLine(*row) for row in rows]


def special_days(connection: Connection, year: int) -> list[Any]:
    """The special days of a year: day, kind, decision."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return list(
        connection.execute(
            select(SpecialDayRow.day, SpecialDayRow.kind, SpecialDayRow.decision)
            .where(SpecialDayRow.day.between(first, last))
            .order_by(SpecialDayRow.day)
        )
    )


def years_with_days(connection: Connection) -> list[tuple[int, int]]:
    """Each year with special days, and how many it has."""
    rows = connection.execute(select(SpecialDayRow.day))
    years: dict[int, int] = {}
    for (day,) in rows:
        years[day.year] = years.get(day.year, 0) + 1
    return sorted(years.items())


def candidates(connection: Connection, typed: str, paths: Paths) -> list[PersonLine]:
    """Whom a staff code or a whole name can mean, within the subtrees; at most ten."""
    exact = _PERSON.where(Person.staff_code == typed, ~Person.operator, within(Organisation.path, paths))
    found = [PersonLine(*row) for row in connection.execute(exact)]
    if found:
        return found
    likely = find_people(connection, paths, typed, limit=200)
    return [person for person in likely if fold(person.name) == fold(typed)][:10]
