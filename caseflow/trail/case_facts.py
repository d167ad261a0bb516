"""What the events of one case, read in their order, say is true of it: everything that its row and parts hold.

Values are as the database stores them on SQLite: days as `YYYY-MM-DD`, instants as `YYYY-MM-DD HH:MM:SS.ffffff`
in UTC; people are named by id, units, fields and other cases by code. What only an erased or lost disclosure
told is `UNKNOWN`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from caseflow.states.pressing_issue import KIND

Told = Mapping[str, Any]


class Unknown:
    """The one value `UNKNOWN`: what an erased or lost disclosure told."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class NotAfter(str):
    """An instant of an event whose time was held at the one before it: the clock may have shown less."""

    __slots__ = ()


@dataclasses.dataclass(slots=True)
class Step:
    """One event as its leaf tells it. `absent` stands for what no disclosure tells: None, or UNKNOWN.

    `lost` says that every disclosure is gone, and with them for whom the actor acted.
    """

    type: str
    seq: int
    source: str | None
    target: str | None
    deadline: str | None
    actor: str
    at: str
    absent: Unknown | None = None
    lost: bool = False

    def principal(self, told: Told) -> Any:
        """For whom the actor acted: somebody else, or themselves; nobody knows once all disclosures are lost."""
        principal = told.get("acting_for")
        if principal is None:
            return UNKNOWN if self.lost else self.actor
        return principal["id"]

    @property
    def day(self) -> str:
        """The Vietnamese day of the event."""
        return vn_day(self.at)


def agree(told: Any, found: Any) -> bool:
    """Whether what a table holds is what the trail told, as far as it is still known."""
    if told == found or told is UNKNOWN:
        return True
    return isinstance(told, NotAfter) and isinstance(found, str) and found <= told


def vn_day(at: str) -> str:
    """The Vietnamese day of an instant as stored."""
    return at[:10] if at[11:13] < "17" else _next_day(at[:10])


@lru_cache(maxsize=4_096)
def _next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def stored_instant(text: str) -> str:
    """An instant of a leaf or disclosure as the database stores it."""
    return f"{text[:10]} {text[11:26]}"


@dataclasses.dataclass(slots=True)
class CaseFacts:
    """All that the chain of a case has told so far; attributes are named like the columns that they answer for."""

    code: Any = None
    kind: Any = KIND
    title: Any = None
    description: Any = None
    field: Any = None
    source: Any = None
    basis_number: Any = None
    basis_date: Any = None
    basis_issuer: Any = None
    basis_summary: Any = None
    deadline_imposed: Any = False
    urgency: Any = None
    visibility: Any = None
    organisation: Any = None
    level: Any = None
    period: Any = None
    state: Any = None
    suspended_from: Any = None
    suspended_on: Any = None
    review_on: Any = None
    expected_outcome: Any = None
    first_expected_outcome: Any = None
    owner: Any = None
    lead_officer: Any = None
    deadline: Any = None
    first_deadline: Any = None
    verify_by: Any = "own"
    progress: Any = 0
    needs_decision_by: Any = None
    extension_asked_on: Any = None
    extensions_granted: Any = 0
    submissions: Any = 0
    reopenings: Any = 0
    offered_to: Any = None
    days_overdue_before: Any = 0
    outcome: Any = None
    completion: Any = None
    resolver: Any = None
    resolved_at: Any = None
    resolved_on: Any = None
    verified_at: Any = None
    cancel_kind: Any = None
    registered_by: Any = None
    registered_at: Any = None
    assigned_at: Any = None
    started_at: Any = None
    returned_seq: Any = -1
    history: Any = False
    source_code: Any = None
    version: Any = 0
    complainant: Any = False
    readers: set[str] | Unknown = dataclasses.field(default_factory=set)
    subjects: set[str] | Unknown = dataclasses.field(default_factory=set)
    supporters: set[str] | Unknown = dataclasses.field(default_factory=set)
    supporting_units: set[str] | Unknown = dataclasses.field(default_factory=set)
    hands: set[str] | Unknown = dataclasses.field(default_factory=set)
    links: set[tuple[str, str]] | Unknown = dataclasses.field(default_factory=set)
    milestones: Any = ()
    extensions: list[list[Any]] = dataclasses.field(default_factory=list)
    evidence: list[list[Any]] = dataclasses.field(default_factory=list)


def add_to(facts: CaseFacts, name: str, values: set[Any] | Unknown) -> None:
    """Add to a set of facts; what is unknown in part is unknown."""
    held = getattr(facts, name)
    if isinstance(held, Unknown) or isinstance(values, Unknown):
        setattr(facts, name, UNKNOWN)
    else:
        held |= values


def person_of(told: Told, name: str, step: Step) -> Any:
    """The id of a person whom an event names."""
    named = told.get(name)
    return step.absent if named is None else named["id"]


def code_of(told: Told, name: str, step: Step) -> Any:
    """The code of a unit that an event names."""
    named = told.get(name)
    return step.absent if named is None else named["code"]


def people_of(told: Told, name: str, step: Step) -> set[str] | Unknown:
    """The ids of the people whom an event lists."""
    named = told.get(name)
    if named is None:
        return UNKNOWN if step.absent is UNKNOWN else set()
    return {one["id"] for one in named}
