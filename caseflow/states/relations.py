"""How an actor stands to a case: pure functions from facts to named relations.

`by` and `never` of every move are written in these names. The same facts decide who may read a case
(`may_see`); `queries/scope.py` says the same in SQL and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

REGISTRAR = "registrar"
SUPERVISOR = "supervisor"
ABOVE = "above"
INSPECTOR = "inspector"
OWNER = "owner"
SUPPORTER = "supporter"
RESOLVER = "resolver"
READER = "reader"
IMPORTER = "importer"
RECEIVING_SUPERVISOR = "receiving_supervisor"
VERIFIER = "verifier"
RETURNER = "returner"
EXTENSION_DECIDER = "extension_decider"
EDITOR = "editor"
CANCELLER = "canceller"
REOPENER = "reopener"
OWNERS_SIDE = "owners_side"

ALL = frozenset(
    {
        REGISTRAR,
        SUPERVISOR,
        ABOVE,
        INSPECTOR,
        OWNER,
        SUPPORTER,
        RESOLVER,
        READER,
        IMPORTER,
        RECEIVING_SUPERVISOR,
        VERIFIER,
        RETURNER,
        EXTENSION_DECIDER,
        EDITOR,
        CANCELLER,
        REOPENER,
        OWNERS_SIDE,
    }
)

REACHING_ROLES = frozenset({"registrar", "supervisor", "inspector"})
"""Roles that read the cases of their organisation's whole subtree."""

WORKING_ROLES = REACHING_ROLES | {"official"}
"""Roles that work on cases: who holds one in a supporting unit supports."""

THIRD_SUBMISSION = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in an organisation, whose subtree is every path that begins with `path`."""

    role: str
    path: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """The decision *above*, given by the organisation at `giver` for the subtree at `scope`.

    `given_by` is the supervisor who gave it: nobody names the judge of their own case.
    """

    giver: str
    scope: str
    given_by: int | None = None


class Subject(Protocol):
    """What the relations need to know of a case."""

    @property
    def state(self) -> str: ...

    owner_id: int | None
    resolver_id: int | None
    lead_officer_id: int | None
    registered_by_id: int
    visibility: str
    verify_by: str
    deadline: date | None
    deadline_imposed: bool
    submissions: int
    extensions_granted: int
    extension_asked_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about an actor and a case that a relation rests on.

    `actor` is who acts, `principal` for whom (the same person unless a stand-in acts). Rights come from
    the principal; separations of duties look at both.
    """

    actor: int
    principal: int
    today: date
    path: str
    grants: tuple[Grant, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    offered_path: str | None = None
    supporters: frozenset[int] = frozenset()
    supporting_paths: tuple[str, ...] = ()
    readers: frozenset[int] = frozenset()
    hands: frozenset[int] = frozenset()
    owner_stand_ins: frozenset[int] = frozenset()
    owner_supervises: tuple[str, ...] = ()
    answerable: frozenset[int] = frozenset()
    conflicted: bool = False
    operator: bool = False

    def holds(self, role: str, path: str) -> bool:
        """Whether the principal holds `role` in the organisation at `path` or above it."""
        return any(g.role == role and path.startswith(g.path) for g in self.grants)

    def holds_above(self, path: str, level: str | None = None) -> bool:
        """Whether the principal decides *above* on a case at `path`.

        They supervise an organisation strictly above `level` (above `path` itself where none is given), or
        one of those has named them for a subtree that holds the case. A top organisation has none above it:
        there the one whom it has named itself decides.
        """
        level = level or path
        supervises = any(
            g.role == "supervisor" and level.startswith(g.path) and g.path != level for g in self.grants
        )
        return supervises or any(self._decides(d, path, level) for d in self.delegations)

    def _decides(self, given: Delegation, path: str, level: str) -> bool:
        if given.given_by in self.answerable | self.owner_stand_ins:
            return False
        strictly_above = given.giver != level or level.count("/") == 2
        return path.startswith(given.scope) and level.startswith(given.giver) and strictly_above

    def either_in(self, people: frozenset[int]) -> bool:
        """Whether actor or principal is among `people`."""
        return self.actor in people or self.principal in people


def may_see(case: Subject, who: Standing) -> bool:
    """Whether the case exists for this reader at all."""
    if who.conflicted:
        return False
    if case.visibility == "restricted":
        return who.actor in who.readers
    return _near(case, who) or _in_reach(who)


def _near(case: Subject, who: Standing) -> bool:
    mine = (case.owner_id, case.lead_officer_id, case.registered_by_id, _may_withdraw(case))
    return who.principal in mine or who.principal in who.supporters or in_supporting_unit(who)


def _may_withdraw(case: Subject) -> int | None:
    """Whoever reported a result that nobody has judged yet sees it still, whoever owns the case by now."""
    return case.resolver_id if case.state == "resolved" else None


def in_supporting_unit(who: Standing) -> bool:
    """Whether the principal works in a unit that supports the case."""
    working = [g.path for g in who.grants if g.role in WORKING_ROLES]
    return any(path.startswith(unit) for path in working for unit in who.supporting_paths)


def _in_reach(who: Standing) -> bool:
    offered = who.offered_path
    return (
        who.operator
        or any(who.holds(role, who.path) for role in REACHING_ROLES)
        or any(who.path.startswith(d.scope) for d in who.delegations)
        or (offered is not None and any(who.holds(role, offered) for role in REACHING_ROLES))
    )


def relations(
    case: Subject, who: Standing, given: Mapping[str, object], among: frozenset[str] = ALL
) -> frozenset[str]:
    """The relations in which `who` stands to `case`, given what the move was asked with.

    Only those `among` are looked into, and being a reader always is: none holds for who may not see the case.
    """
    if not may_see(case, who):
        return frozenset()
    return frozenset([READER, *[name for name in among if name in _RULES and _RULES[name](case, who, given)]])


def on_owners_side(case: Subject, who: Standing) -> bool:
    """Whether actor or principal owns, resolved, supports, acted for the owner or stood in for them."""
    own = frozenset(p for p in (case.owner_id, case.resolver_id) if p is not None)
    return who.either_in(own | who.supporters | who.hands | who.owner_stand_ins)


def verifies(case: Subject, who: Standing, *, higher: bool = False) -> bool:
    """Whether `who` is the one to judge the result.

    Where the owner supervises the case's organisation, the judge stands above the highest one that
    they supervise: a deputy does not verify the chief.
    """
    if who.owner_supervises:
        return who.holds_above(who.path, min(who.owner_supervises, key=len))
    if higher or case.verify_by == "higher":
        return who.holds_above(who.path)
    return who.holds("supervisor", who.path) or who.holds_above(who.path)


def extension_needs_above(case: Subject, today: date) -> bool:
    """A second extension, one asked after the deadline, or an imposed deadline is decided above."""
    asked = case.extension_asked_on or today
    late = case.deadline is not None and asked > case.deadline
    return case.deadline_imposed or case.extensions_granted >= 1 or late


def _reopens(case: Subject, who: Standing, given: Mapping[str, object]) -> bool:
    """An inspector by a finding, a supervisor by a recurrence; a basis that is neither is no want of right."""
    basis = given.get("basis")
    by_finding = basis != "recurrence" and who.holds("inspector", who.path)
    by_recurrence = basis != "finding" and case.state != "cancelled" and who.holds("supervisor", who.path)
    return by_finding or by_recurrence


def _extends(case: Subject, who: Standing) -> bool:
    supervises = who.holds("supervisor", who.path)
    return (supervises and not extension_needs_above(case, who.today)) or who.holds_above(who.path)


def _edits(case: Subject, who: Standing) -> bool:
    registers = case.state == "registered" and who.holds("registrar", who.path)
    return registers or who.holds("supervisor", who.path)


def _cancels(case: Subject, who: Standing) -> bool:
    supervises = case.state == "registered" and who.holds("supervisor", who.path)
    return supervises or who.holds_above(who.path)


def _receives(who: Standing) -> bool:
    return who.offered_path is not None and who.holds("supervisor", who.offered_path)


_RULES: dict[str, Callable[[Subject, Standing, Mapping[str, object]], bool]] = {
    REGISTRAR: lambda _case, who, _given: who.holds("registrar", who.path),
    SUPERVISOR: lambda _case, who, _given: who.holds("supervisor", who.path),
    INSPECTOR: lambda _case, who, _given: who.holds("inspector", who.path),
    ABOVE: lambda _case, who, _given: who.holds_above(who.path),
    OWNER: lambda case, who, _given: case.owner_id == who.principal,
    RESOLVER: lambda case, who, _given: case.resolver_id == who.principal,
    SUPPORTER: lambda _case, who, _given: who.principal in who.supporters or in_supporting_unit(who),
    RECEIVING_SUPERVISOR: lambda _case, who, _given: _receives(who),
    IMPORTER: lambda _case, who, _given: who.operator,
    OWNERS_SIDE: lambda case, who, _given: on_owners_side(case, who),
    VERIFIER: lambda case, who, _given: verifies(case, who),
    RETURNER: lambda case, who, _given: verifies(case, who, higher=case.submissions >= THIRD_SUBMISSION),
    EXTENSION_DECIDER: lambda case, who, _given: _extends(case, who),
    EDITOR: lambda case, who, _given: _edits(case, who),
    CANCELLER: lambda case, who, _given: _cancels(case, who),
    REOPENER: _reopens,
}
