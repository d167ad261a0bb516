"""The roles, delegations and mandates that people hold on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, Connection, literal, null, select, union_all
from sqlalchemy.orm import aliased

from caseflow.models import Delegation as DelegationRow
from caseflow.models import Organisation, RoleGrant, StandIn
from caseflow.states.relations import Delegation, Grant


@dataclass(frozen=True, slots=True)
class Access:
    """What one person holds on one day."""

    grants: tuple[Grant, ...] = ()
    delegations: tuple[Delegation, ...] = ()

    def paths(self, *roles: str) -> tuple[str, ...]:
        """The paths at which any of `roles` is held."""
        return tuple(dict.fromkeys(g.path for g in self.grants if g.role in roles))

    def holds(self, role: str, path: str) -> bool:
        """Whether `role` is held at `path` or above it."""
        return any(g.role == role and path.startswith(g.path) for g in self.grants)

    def has(self, *roles: str) -> bool:
        """Whether any of `roles` is held anywhere."""
        return any(g.role in roles for g in self.grants)


@dataclass(slots=True)
class _Found:
    grants: list[Grant] = field(default_factory=list)
    delegations: list[Delegation] = field(default_factory=list)


_giver, _scope = aliased(Organisation), aliased(Organisation)
_PEOPLE: Any = bindparam("people", expanding=True)
_DAY: Any = bindparam("day")
_STATEMENT: Any = union_all(
    select(
        RoleGrant.person_id,
        RoleGrant.role.label("role"),
        Organisation.path.label("path"),
        null().label("scope"),
    )
    .join(Organisation, Organisation.id == RoleGrant.organisation_id)
    .where(
        RoleGrant.person_id.in_(_PEOPLE),
        RoleGrant.valid_from <= _DAY,
        (RoleGrant.valid_until.is_(None)) | (RoleGrant.valid_until >= _DAY),
    ),
    select(
        DelegationRow.person_id,
        literal("").label("role"),
        _giver.path.label("path"),
        _scope.path.label("scope"),
    )
    .join(_giver, _giver.id == DelegationRow.giver_id)
    .join(_scope, _scope.id == DelegationRow.scope_id)
    .where(
        DelegationRow.person_id.in_(_PEOPLE),
        DelegationRow.valid_from <= _DAY,
        DelegationRow.valid_until >= _DAY,
    ),
)


def access_of(connection: Connection, people: Iterable[int], day: date) -> dict[int, Access]:
    """What each of `people` holds on `day`; one query."""
    found: dict[int, _Found] = defaultdict(_Found)
    wanted = sorted(set(people))
    for person, role, path, scope in connection.execute(_STATEMENT, {"people": wanted, "day": day}):
        if scope is None:
            found[person].grants.append(Grant(role, path))
        else:
            found[person].delegations.append(Delegation(path, scope))
    return {p: Access(tuple(found[p].grants), tuple(found[p].delegations)) for p in wanted}


def _changed(table: Any) -> Any:
    begun = table.valid_from.between(bindparam("after"), _DAY)
    ended = table.valid_until.between(bindparam("before"), bindparam("last"))
    return select(literal(1)).where(begun | ended)


_CHANGED = union_all(_changed(RoleGrant), _changed(DelegationRow)).limit(1)


def same_access(connection: Connection, before: date, day: date) -> bool:
    """Whether everybody holds on `day` what they held on `before`: nothing began or ended in between."""
    if day <= before:
        return day == before
    given = {"before": before, "after": before + _ONE_DAY, "last": day - _ONE_DAY, "day": day}
    return connection.execute(_CHANGED, given).first() is None


_ONE_DAY = timedelta(days=1)
_MANDATE = select(StandIn.id).where(
    StandIn.stand_in_id == bindparam("stand_in"),
    StandIn.principal_id == bindparam("principal"),
    StandIn.valid_from <= _DAY,
    StandIn.valid_until >= _DAY,
    (StandIn.approved_by_id.is_not(None)) | (StandIn.kind == "served"),
)


def may_stand_in(connection: Connection, stand_in: int, principal: int, day: date) -> bool:
    """Whether a mandate lets `stand_in` act for `principal` on `day`."""
    given = {"stand_in": stand_in, "principal": principal, "day": day}
    return connection.execute(_MANDATE, given).first() is not None


def answers_to(below: Access, above: Access) -> bool:
    """Whether who holds `below` answers to who holds `above`: a role within what the other supervises."""
    supervised = above.paths("supervisor")
    return any(grant.path.startswith(path) for grant in below.grants for path in supervised)
