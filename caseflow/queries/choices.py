"""What forms offer to choose from: people, units and fields, within reach and in Vietnamese order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, false, or_, select

from caseflow.models import FieldRow, Organisation, Person, RoleGrant
from caseflow.queries.scope import beneath


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person as pickers show them: name – position – unit."""

    uuid: UUID
    name: str
    position: str
    unit: str

    @property
    def label(self) -> str:
        """name – position – unit."""
        return " – ".join(part for part in (self.name, self.position, self.unit) if part)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit as pickers show it; `depth` 0 is the top."""

    code: str
    name: str
    level: str
    path: str

    @property
    def depth(self) -> int:
        """How far beneath the top."""
        return self.path.count("/") - 2


def people_at(connection: Connection, paths: tuple[str, ...], today: date) -> list[PersonChoice]:
    """Active people of the units in the subtrees of `paths`, by given name; one query."""
    rows = connection.execute(
        select(Person.uuid, Person.name, Person.position, Organisation.name)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            or_(false(), *(beneath(Organisation.path, path) for path in paths)),
            or_(Person.left_on.is_(None), Person.left_on > today),
            ~Person.operator,
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [PersonChoice(*row) for row in rows]


def supervisors_of(connection: Connection, path: str, today: date) -> list[PersonChoice]:
    """Who supervises the unit at `path`: of it and of every organisation above it."""
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    rows = connection.execute(
        select(Person.uuid, Person.name, Person.position, Organisation.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.role == "supervisor",
            RoleGrant.valid_from <= today,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today),
            Organisation.path.in_(above),
            or_(Person.left_on.is_(None), Person.left_on > today),
        )
        .order_by(Organisation.path.desc(), Person.sort_key)
        .distinct()
    )
    return [PersonChoice(*row) for row in rows]


def find_people(connection: Connection, folded: str, today: date, limit: int = 20) -> list[PersonChoice]:
    """Active people whose folded name, code or position holds `folded`."""
    rows = connection.execute(
        select(Person.uuid, Person.name, Person.position, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Person.search_text.contains(folded, autoescape=True),
            or_(Person.left_on.is_(None), Person.left_on > today),
            ~Person.operator,
        )
        .order_by(Person.sort_key)
        .limit(limit)
    )
    return [PersonChoice(uuid, name, position, unit or "") for uuid, name, position, unit in rows]


def units_at(connection: Connection, paths: tuple[str, ...] | None, today: date) -> list[UnitChoice]:
    """Units alive today in the subtrees of `paths` (None: all), in the order of the tree; one query."""
    statement = select(Organisation.code, Organisation.name, Organisation.level, Organisation.path).where(
        Organisation.valid_from <= today,
        or_(Organisation.valid_until.is_(None), Organisation.valid_until >= today),
    )
    if paths is not None:
        statement = statement.where(or_(false(), *(beneath(Organisation.path, path) for path in paths)))
    rows = [UnitChoice(*row) for row in connection.execute(statement)]
    return sorted(rows, key=lambda unit: [int(key) for key in unit.path.strip("/").split("/")])


def active_fields(connection: Connection, language: str) -> list[tuple[str, str]]:
    """Code and name of the fields that may be chosen."""
    name = FieldRow.name_en if language == "en" else FieldRow.name_vi
    rows = connection.execute(select(FieldRow.code, name).where(FieldRow.active).order_by(FieldRow.position))
    return [(code, found) for code, found in rows]
