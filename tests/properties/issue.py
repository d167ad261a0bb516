"""A pressing issue in its smallest form, from the written rules alone: who sees it, and whose side they are on.

Nothing here looks at the program; what the program answers is compared with what is answered here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.properties.province import (
    ABOVE_AND_SELF,
    decides_above,
    DELEGATIONS,
    MANDATES,
    PEOPLE,
    supervises,
    within,
)


@dataclass(frozen=True)
class Who:
    """Somebody who acts, for themselves or for another."""

    actor: str
    principal: str

    @property
    def both(self) -> set[str]:
        return {self.actor, self.principal}


@dataclass
class Issue:
    """A pressing issue, as far as rules ask about it."""

    code: str
    unit: str
    registrant: str
    readers: set[str] | None
    """Named readers; None for a case of normal visibility."""
    subjects: frozenset[str]
    imposed: bool
    title: str
    expected: str | None
    state: str = "registered"
    first_expected: str | None = None
    owner: str | None = None
    resolver: str | None = None
    lead: str | None = None
    deadline: date | None = None
    first_deadline: date | None = None
    verify_higher: bool = False
    supporters: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    hands: set[str] = field(default_factory=set)
    fresh: bool = False
    waiting_for: str | None = None
    asked_on: date | None = None
    extensions: int = 0
    extension_records: list[str] = field(default_factory=list)
    submissions: int = 0
    reopenings: int = 0
    offered: str | None = None
    days_overdue: int = 0
    suspended_from: str | None = None
    suspended_on: date | None = None
    review_on: date | None = None
    outcome: str | None = None
    completion: str | None = None
    resolved_on: date | None = None
    kind: str | None = None
    progress: int = 0
    version: int = 1
    events: int = 1

    def hidden_from(self, person: str) -> bool:
        """A subject, and whoever answers to one."""
        return person in self.subjects or any(supervises(one, PEOPLE[person][1]) for one in self.subjects)

    def open_to(self, person: str) -> bool:
        """Whether somebody could be let in: as owner, lead officer, supporter or decider."""
        return not self.hidden_from(person) and (self.readers is None or person in self.readers)

    def seen_by(self, who: Who) -> bool:
        if any(self.hidden_from(person) for person in who.both):
            return False
        if self.readers is not None:
            return who.actor in self.readers
        return self._near(who.principal) or self._in_reach(who.principal)

    def _near(self, person: str) -> bool:
        waits = self.resolver if self.state == "resolved" else None
        return person in (self.owner, self.lead, self.registrant, waits) or self.supported_by(person)

    def supported_by(self, person: str) -> bool:
        """In person, or as one who works on cases in a supporting unit."""
        role, at = PEOPLE[person]
        working = role in ("official", "registrar", "supervisor", "inspector")
        return person in self.supporters or (working and any(within(at, unit) for unit in self.units))

    def _in_reach(self, person: str) -> bool:
        role, at = PEOPLE[person]
        reading = role in ("registrar", "supervisor", "inspector")
        offered = self.offered is not None and within(self.offered, at)
        named = person in DELEGATIONS and within(self.unit, DELEGATIONS[person][1])
        return named or (reading and (within(self.unit, at) or offered))

    @property
    def tied(self) -> frozenset[str | None]:
        """Owner, reporter of the result, and whoever stands in for the owner: they name no judge."""
        stand_ins = {stand_in for stand_in, principal in MANDATES if principal == self.owner}
        return frozenset({self.owner, self.resolver} | stand_ins)

    def owners_side(self, who: Who) -> bool:
        return not (self.tied | self.supporters | self.hands).isdisjoint(who.both)

    def above(self, person: str, level: str | None = None) -> bool:
        return decides_above(person, self.unit, level, self.tied)

    def judged_by(self, person: str, *, higher: bool) -> bool:
        """Who verifies: above whatever the owner, or whoever reported the result, supervises here."""
        chiefs = [PEOPLE[p][1] for p in (self.owner, self.resolver) if p and supervises(p, self.unit)]
        if chiefs:
            return self.above(person, min(chiefs, key=lambda unit: len(ABOVE_AND_SELF[unit])))
        return self.above(person) or (supervises(person, self.unit) and not higher)


def stated(raw: Mapping[str, Any], action: str) -> dict[str, Any]:
    """What was given: an empty text is not given, and texts are stripped; only an edit empties the expected outcome."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in raw.items()}
    given = {name: value for name, value in stripped.items() if value not in (None, "", [])}
    emptied = action == "edit" and "expected_outcome" in raw and "expected_outcome" not in given
    return given | {"expected_outcome": None} if emptied else given
