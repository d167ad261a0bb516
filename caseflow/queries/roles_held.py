"""Roles and delegations as administrators and supervisors see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_, Select, select
from sqlalchemy.orm import aliased

from caseflow.models import Delegation, Organisation, Person, RoleGrant
from caseflow.queries.administration import Paths, within
from caseflow.queries.scope import beneath


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role held, now or later or formerly."""

    grant: UUID
    role: str
    unit_code: str
    unit: str
    staff_code: str
    name: str
    position: str
    valid_from: date
    valid_until: date | None

    def ended(self, today: date) -> bool:
        """Whether it is over."""
        return self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A decision delegated."""

    uuid: UUID
    name: str
    position: str
    giver: str
    scope: str
    given_by: str
    valid_from: date
    valid_until: date


_ROLE: Select[*tuple[Any, ...]] = (
    select(
        RoleGrant.uuid,
        RoleGrant.role,
        Organisation.code,
        Organisation.name,
        Person.staff_code,
        Person.name,
        Person.position,
        RoleGrant.valid_from,
        RoleGrant.valid_until,
    )
    .join(Person, Person.id == RoleGrant.person_id)
    .join(Organisation, Organisation.id == RoleGrant.organisation_id)
)


def roles_of(connection: Connection, staff_code: str) -> list[RoleLine]:
    """Every role that a person holds or held."""
    rows = connection.execute(
        _ROLE.where(Person.staff_code == staff_code).order_by(RoleGrant.valid_from.desc(), RoleGrant.id)
    )
    return [RoleLine(*row) for row in rows]


def find_roles(
    connection: Connection,
    paths: Paths,
    today: date,
    *,
    role: str = "",
    unit_path: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[RoleLine]:
    """Roles in force today or later, by unit and role."""
    statement = (
        _ROLE.where(*_roles_where(paths, today, role, unit_path))
        .order_by(Organisation.path, RoleGrant.role, Person.sort_key, RoleGrant.id)
        .limit(limit)
        .offset(offset)
    )
    return [RoleLine(*row) for row in connection.execute(statement)]


def count_roles(
    connection: Connection, paths: Paths, today: date, *, role: str = "", unit_path: str | None = None
) -> int:
    """How many roles `find_roles` finds."""
    statement = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(*_roles_where(paths, today, role, unit_path))
    )
    return int(connection.execute(statement).scalar_one())


def _roles_where(paths: Paths, today: date, role: str, unit_path: str | None) -> list[ColumnElement[bool]]:
    in_force = or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today)
    terms = [within(Organisation.path, paths), in_force]
    if role:
        terms.append(RoleGrant.role == role)
    if unit_path:
        terms.append(beneath(Organisation.path, unit_path))
    return terms


def delegations_given(connection: Connection, paths: Paths, today: date) -> list[DelegationLine]:
    """Delegations in force or to come, given by units in the subtrees."""
    giver, scope, given_by = aliased(Organisation), aliased(Organisation), aliased(Person)
    rows = connection.execute(
        select(
            Delegation.uuid,
            Person.name,
            Person.position,
            giver.name,
            scope.name,
            given_by.name,
            Delegation.valid_from,
            Delegation.valid_until,
        )
        .join(Person, Person.id == Delegation.person_id)
        .join(giver, giver.id == Delegation.giver_id)
        .join(scope, scope.id == Delegation.scope_id)
        .join(given_by, given_by.id == Delegation.given_by_id)
        .where(within(giver.path, paths), Delegation.valid_until >= today)
        .order_by(Delegation.valid_until, Delegation.id)
    )
    return [DelegationLine(*row) for row in rows]


def role_line(connection: Connection, grant: UUID) -> tuple[RoleLine, str] | None:
    """A role held, and the path of its unit."""
    row = connection.execute(_ROLE.add_columns(Organisation.path).where(RoleGrant.uuid == grant)).first()
    return None if row is None else (RoleLine(*row[:-1]), row[-1])
