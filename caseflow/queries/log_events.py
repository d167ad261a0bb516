"""The log's events as inspectors read them, and administrators the part of their own work: newest first.

A page costs the same however long the log is: it goes from an event downwards, and looks through at most
`WINDOW` of them where the filter names nothing that an index knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, ColumnElement, Connection, false, func, or_, select, union_all
from sqlalchemy.orm import aliased

from caseflow.models import Case, Disclosures, EventRow, Organisation, Person
from caseflow.queries.administration import Paths, within
from caseflow.queries.scope import Reader, visible
from caseflow.states.folding import fold
from caseflow.trail.leaf import read_disclosure

ROWS = 50
WINDOW = 250_000
"""How many events one page looks through at most."""
TOP = 2
"""Slashes in the path of a top organisation."""
NOBODYS = UUID(int=0)
"""The subject of settings: everybody's."""


@dataclass(frozen=True, slots=True)
class LogScope:
    """Whose log it is: an inspector's, within reach, or an administrator's, without cases."""

    reader: Reader
    inspected: Paths
    administered: Paths

    @property
    def inspects(self) -> bool:
        """Whether cases and attempts are read."""
        return self.inspected is None or bool(self.inspected)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is looked for. `types` None is all; `since` and `until` are instants, the second exclusive."""

    types: tuple[str, ...] | None = None
    person: str = ""
    case: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event. `case` is the code of the case that it is of, or about where `in_case` is false.

    `subject` names the person or unit in whose chain it stands; `number` counts within the chain, from 0.
    """

    uuid: UUID
    number: int
    index: int | None
    type: str
    at: datetime
    actor: str
    actor_position: str
    case: str | None
    in_case: bool
    subject: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log. `older` is the event from which the next one goes down, None at the end.

    `whole` is false where the page ends because enough was looked through, not because it is full.
    """

    events: list[LogEvent]
    older: UUID | None
    whole: bool = True


ADMINISTERED_TYPES = (
    "person.added",
    "person.changed",
    "person.password_issued",
    "role.given",
    "role.ended",
    "organisation.added",
    "organisation.changed",
    "settings.field_saved",
    "settings.special_day_saved",
    "settings.special_day_removed",
)
"""What administrators do themselves, and so may read again: nothing of cases, sign-ins or attempts."""

VALUES = 10
"""Where the disclosures stand in a row; before them, what a `LogEvent` takes as it is."""
_actor, _about, _unit = aliased(Person), aliased(Person), aliased(Organisation)
_LINES = (
    select(
        EventRow.uuid,
        EventRow.seq,
        EventRow.leaf_index,
        EventRow.type,
        EventRow.at,
        _actor.name,
        _actor.position,
        Case.code,
        EventRow.state.is_not(None),
        func.coalesce(_about.name, _unit.name),
        Disclosures.data,
        EventRow.id,
    )
    .join(_actor, _actor.id == EventRow.actor_id)
    .outerjoin(Case, Case.id == EventRow.about_case_id)
    .outerjoin(_about, _about.uuid == EventRow.subject)
    .outerjoin(_unit, _unit.uuid == EventRow.subject)
    .outerjoin(Disclosures, Disclosures.event_id == EventRow.id)
    .order_by(EventRow.id.desc())
)


def log_page(
    connection: Connection, scope: LogScope, wanted: LogFilter, before: UUID | None = None
) -> LogPage:
    """A page of events, newest first, older than `before`; at most three queries. An unknown `before` is none."""
    named = _named(wanted)
    below = _key_below(connection, before)
    floor = 0 if named else max(below - WINDOW, 0)
    terms = (*named, *_terms(wanted), _within_scope(scope))
    rows = connection.execute(
        _LINES.where(EventRow.id < below, EventRow.id >= floor, *terms).limit(ROWS + 1)
    ).all()
    events = [_event(tuple(row)) for row in rows[:ROWS]]
    if len(rows) > ROWS:
        return LogPage(events, events[-1].uuid, whole=True)
    older = _at_or_above(connection, floor) if floor else None
    return LogPage(events, older, whole=older is None)


def _key_below(connection: Connection, before: UUID | None) -> int:
    """The key under which the page begins."""
    if before is not None:
        key = connection.execute(select(EventRow.id).where(EventRow.uuid == before)).scalar()
        if key is not None:
            return int(key)
    newest = connection.execute(select(func.max(EventRow.id))).scalar()
    return (newest or 0) + 1


def _at_or_above(connection: Connection, key: int) -> UUID | None:
    at_least = select(EventRow.uuid).where(
        EventRow.id >= key, EventRow.id > select(func.min(EventRow.id)).scalar_subquery()
    )
    return connection.execute(at_least.order_by(EventRow.id).limit(1)).scalar()


def _named(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """What an index finds by itself: the events of one case and about it, or of the people of a name."""
    terms: list[ColumnElement[bool]] = []
    if wanted.case:
        terms.append(EventRow.id.in_(_of_case(wanted.case)))
    if wanted.person:
        terms.append(EventRow.id.in_(_of_people(wanted.person)))
    return terms


def _of_case(code: str) -> Any:
    event, case = aliased(EventRow), aliased(Case)
    own = select(event.id).join(case, case.uuid == event.subject).where(case.code == code)
    other, of = aliased(EventRow), aliased(Case)
    about = (
        select(other.id).join(of, of.id == other.about_case_id).where(of.code == code, other.state.is_(None))
    )
    return union_all(own, about)


def _of_people(text: str) -> Any:
    """What those people did, and what happened to them. `text` is a staff code, or words of a name."""
    person = aliased(Person)
    words = fold(text).split()[:8]
    known = or_(
        person.staff_code == text,
        and_(*(person.search_text.contains(word, autoescape=True) for word in words)) if words else false(),
    )
    did, met = aliased(EventRow), aliased(EventRow)
    return union_all(
        select(did.id).join(person, person.id == did.actor_id).where(known),
        select(met.id).join(person, person.uuid == met.subject).where(known),
    )


def _terms(wanted: LogFilter) -> list[ColumnElement[bool]]:
    terms: list[ColumnElement[bool]] = []
    if wanted.types is not None:
        terms.append(EventRow.type.in_(wanted.types))
    if wanted.since is not None:
        terms.append(EventRow.at >= wanted.since)
    if wanted.until is not None:
        terms.append(EventRow.at < wanted.until)
    return terms


def _within_scope(scope: LogScope) -> ColumnElement[bool]:
    if not scope.inspects:
        return and_(
            EventRow.about_case_id.is_(None),
            EventRow.type.in_(ADMINISTERED_TYPES),
            or_(EventRow.subject == NOBODYS, _of_units(scope.administered)),
        )
    units = _units(scope.inspected)
    people = select(_member.id).where(_belongs(units, everything=_leads_the_top(scope.inspected)))
    free = or_(EventRow.subject == NOBODYS, _of_units(scope.inspected), EventRow.actor_id.in_(people))
    told = or_(EventRow.state.is_not(None), Case.organisation_id.in_(units))
    return or_(
        and_(EventRow.about_case_id.is_(None), free),
        and_(EventRow.about_case_id.is_not(None), told, visible(scope.reader, leading=False)),
    )


_member = aliased(Person)


def _belongs(units: Any, *, everything: bool) -> ColumnElement[bool]:
    """Whether a person belongs to the units; to the top belong those without a unit too."""
    return or_(
        _member.organisation_id.in_(units), _member.organisation_id.is_(None) if everything else false()
    )


def _leads_the_top(paths: Paths) -> bool:
    return paths is None or any(path.count("/") == TOP for path in paths)


def _units(paths: Paths) -> Any:
    unit = aliased(Organisation)
    return select(unit.id).where(within(unit.path, paths))


def _of_units(paths: Paths) -> ColumnElement[bool]:
    """Chains of those units and of the people in them."""
    unit, person = aliased(Organisation), aliased(Person)
    return or_(
        EventRow.subject.in_(select(person.uuid).where(person.organisation_id.in_(_units(paths)))),
        EventRow.subject.in_(select(unit.uuid).where(within(unit.path, paths))),
    )


def _event(row: tuple[Any, ...]) -> LogEvent:
    values: Any = _values(row[VALUES])
    return LogEvent(*(*row[:VALUES], values))


def _values(data: str | None) -> dict[str, Any]:
    """What is disclosed, less what has been erased."""
    values: dict[str, Any] = {}
    for text, _about_whom in json.loads(data or "[]"):
        try:
            name, value = read_disclosure(text)
        except (ValueError, TypeError):
            continue
        values[name] = value
    return values
