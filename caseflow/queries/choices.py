"""What forms offer to choose from: people, units and fields, within reach and in Vietnamese order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, Connection, false, or_, Select, select

from caseflow.database.prepared import PreparedShelf, Row
from caseflow.models import FieldRow, Organisation, Person, RoleGrant
from caseflow.queries.scope import beneath, path_end


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


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Units in the order of the tree. The same units are the same object, for whatever is made of them."""

    choices: tuple[UnitChoice, ...]
    names: Mapping[str, str]

    @property
    def top(self) -> int:
        """The depth of the topmost one."""
        return min((unit.depth for unit in self.choices), default=0)


def units_at(connection: Connection, paths: tuple[str, ...] | None, today: date) -> list[UnitChoice]:
    """Units alive today in the subtrees of `paths` (None: all), in the order of the tree; one query."""
    return list(known_units(connection, paths, today).choices)


def known_units(connection: Connection, paths: tuple[str, ...] | None, today: date) -> Units:
    """As `units_at`, with their names by code."""
    values: dict[str, Any] = {"day": today}
    for index, path in enumerate(paths or ()):
        values |= {f"path_{index}": path, f"path_{index}_end": path_end(path)}
    statement = _UNITS.get(None if paths is None else len(paths), lambda: _living(paths))
    return _in_order(tuple(statement.rows(connection, values)))


_UNITS = PreparedShelf()


def _living(paths: tuple[str, ...] | None) -> Select[Any]:
    day: Any = bindparam("day")
    path: Any = Organisation.path
    found: Select[Any] = select(Organisation.code, Organisation.name, Organisation.level, path)
    statement = found.where(
        Organisation.valid_from <= day,
        or_(Organisation.valid_until.is_(None), Organisation.valid_until >= day),
    )
    if paths is None:
        return statement
    ranges = (
        (path >= bindparam(f"path_{n}")) & (path < bindparam(f"path_{n}_end")) for n in range(len(paths))
    )
    return statement.where(or_(false(), *ranges))


@lru_cache(maxsize=256)
def _in_order(rows: tuple[Row, ...]) -> Units:
    """Sorted once for all who ask for the same units, as they now stand."""
    choices = sorted(
        (UnitChoice(*row) for row in rows),
        key=lambda unit: [int(key) for key in unit.path.strip("/").split("/")],
    )
    return Units(tuple(choices), {unit.code: unit.name for unit in choices})


def active_fields(connection: Connection, language: str) -> list[tuple[str, str]]:
    """Code and name of the fields that may be chosen."""
    name = FieldRow.name_en if language == "en" else FieldRow.name_vi
    rows = connection.execute(select(FieldRow.code, name).where(FieldRow.active).order_by(FieldRow.position))
    return [(code, found) for code, found in rows]
