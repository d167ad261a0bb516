"""The roles, delegations and mandates that people hold on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    ColumnElement,
    Connection,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from caseflow.database.prepared import Prepared
from caseflow.models import Delegation as DelegationRow
from caseflow.models import Organisation, Person, RoleGrant, StandIn
from caseflow.states.relations import Delegation, Grant


@dataclass(frozen=True, slots=True)
class Access:
    """What one person holds on one day; `home` is the path of the unit that they belong to."""

    grants: tuple[Grant, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    home: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Where somebody answers to whoever supervises: each path of a role, and their unit's."""
        held = (*(g.path for g in self.grants), *((self.home,) if self.home else ()))
        return tuple(dict.fromkeys(held))

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
    home: str | None = None


HOME = "home"
_giver, _scope = aliased(Organisation), aliased(Organisation)
_DAY: Any = bindparam("day")


@lru_cache(maxsize=64)
def _held_by(number: int) -> Prepared:
    """What so many people hold on a day: `p0`, `p1` … are their keys."""
    people: list[Any] = [bindparam(f"p{index}") for index in range(number)]
    roles = (
        select(
            RoleGrant.person_id,
            RoleGrant.role.label("role"),
            Organisation.path.label("path"),
            null().label("scope"),
            null().label("given_by"),
        )
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.person_id.in_(people),
            RoleGrant.valid_from <= _DAY,
            (RoleGrant.valid_until.is_(None)) | (RoleGrant.valid_until >= _DAY),
        )
    )
    delegations = (
        select(
            DelegationRow.person_id,
            literal("").label("role"),
            _giver.path.label("path"),
            _scope.path.label("scope"),
            DelegationRow.given_by_id.label("given_by"),
        )
        .join(_giver, _giver.id == DelegationRow.giver_id)
        .join(_scope, _scope.id == DelegationRow.scope_id)
        .where(
            DelegationRow.person_id.in_(people),
            DelegationRow.valid_from <= _DAY,
            DelegationRow.valid_until >= _DAY,
        )
    )
    homes = (
        select(Person.id, literal(HOME), Organisation.path, null(), null())
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id.in_(people))
    )
    return Prepared(union_all(roles, delegations, homes))


def access_of(connection: Connection, people: Iterable[int], day: date) -> dict[int, Access]:
    """What each of `people` holds on `day`; one query."""
    found: dict[int, _Found] = defaultdict(_Found)
    wanted = sorted(set(people))
    if not wanted:
        return {}
    given = {"day": day} | {f"p{index}": person for index, person in enumerate(wanted)}
    for person, role, path, scope, given_by in _held_by(len(wanted)).rows(connection, given):
        if role == HOME:
            found[person].home = path
        elif scope is None:
            found[person].grants.append(Grant(role, path))
        else:
            found[person].delegations.append(Delegation(path, scope, given_by))
    return {p: Access(tuple(f.grants), tuple(f.delegations), f.home) for p in wanted for f in (found[p],)}


class RightsShelf:
    """What people hold, as last read: good for one day and one edition of everybody's rights.

    The edition is read in the transaction that asks, so what is found here is what the database would answer.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._shelf: tuple[tuple[int, date] | None, dict[int, Access]] = (None, {})

    def find(self, people: Iterable[int], edition: int, day: date) -> dict[int, Access]:
        """What is known of these people."""
        good_for, held = self._shelf
        return {one: held[one] for one in people if one in held} if good_for == (edition, day) else {}

    def keep(self, found: Mapping[int, Access], edition: int, day: date) -> None:
        """Remember what was read at that edition; what another one said is forgotten."""
        good_for, held = self._shelf
        if good_for != (edition, day) or len(held) > self._most:
            held = {}
        held.update(found)
        self._shelf = ((edition, day), held)


def _changed(table: Any) -> Any:
    begun = table.valid_from.between(bindparam("after"), _DAY)
    ended = table.valid_until.between(bindparam("before"), bindparam("last"))
    return select(literal(1)).where(begun | ended)


_CHANGED = Prepared(union_all(_changed(RoleGrant), _changed(DelegationRow)).limit(1))


def same_access(connection: Connection, before: date, day: date) -> bool:
    """Whether everybody holds on `day` what they held on `before`: nothing began or ended in between."""
    if day <= before:
        return day == before
    given = {"before": before, "after": before + _ONE_DAY, "last": day - _ONE_DAY, "day": day}
    return _CHANGED.first(connection, given) is None


_ONE_DAY = timedelta(days=1)


def in_force(day: Any, principal: Any = Person) -> tuple[ColumnElement[bool], ...]:
    """What holds of a mandate in force on `day`, joined with its `principal`.

    Who has left is acted for no longer; who has an account is served no longer.
    """
    return (
        StandIn.valid_from <= day,
        StandIn.valid_until >= day,
        StandIn.approved_by_id.is_not(None)
        | and_(StandIn.kind == "served", principal.password_hash.is_(None)),
        or_(principal.left_on.is_(None), principal.left_on > day),
    )


_MANDATE = Prepared(
    select(StandIn.id)
    .join(Person, Person.id == StandIn.principal_id)
    .where(
        StandIn.stand_in_id == bindparam("stand_in"),
        StandIn.principal_id == bindparam("principal"),
        *in_force(_DAY),
    )
)


def may_stand_in(connection: Connection, stand_in: int, principal: int, day: date) -> bool:
    """Whether a mandate lets `stand_in` act for `principal` on `day`."""
    given = {"stand_in": stand_in, "principal": principal, "day": day}
    return _MANDATE.first(connection, given) is not None


def answers_to(below: Access, above: Access) -> bool:
    """Whether who holds `below` answers to who holds `above`: they work within what the other supervises."""
    supervised = above.paths("supervisor")
    return any(place.startswith(path) for place in below.places for path in supervised)
