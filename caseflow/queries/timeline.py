"""The trail of one case as a reader may see it: each event with who, when, what and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from caseflow.models import Disclosures, EventRow, Person
from caseflow.trail.leaf import read_disclosure

ERASED = "data.erased"


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event with its disclosures read; `number` is its place in the case's chain, from 0.

    `erased` names, for each value that was erased, the number of the decision.
    """

    uuid: UUID
    number: int
    type: str
    at: datetime
    actor: str
    actor_position: str
    state: str | None
    leaf_index: int | None
    values: Mapping[str, Any]
    erased: tuple[str, ...] = ()

    @property
    def on_behalf_of(self) -> str | None:
        """For whom a stand-in acted."""
        principal = self.values.get("acting_for")
        return principal["name"] if isinstance(principal, Mapping) else None


_EVENTS = (
    select(
        EventRow.uuid,
        EventRow.seq,
        EventRow.type,
        EventRow.at,
        Person.name,
        Person.position,
        EventRow.state,
        EventRow.leaf_index,
        Disclosures.data,
    )
    .join(Person, Person.id == EventRow.actor_id)
    .outerjoin(Disclosures, Disclosures.event_id == EventRow.id)
)


def case_events(connection: Connection, case_uuid: UUID) -> list[TimelineEvent]:
    """All events of a case, oldest first; one query, and one more where something was erased.

    The caller has judged that the reader may see the case.
    """
    rows = connection.execute(_EVENTS.where(EventRow.subject == case_uuid).order_by(EventRow.seq))
    events = [_event(tuple(row)) for row in rows]
    return _with_gaps(connection, case_uuid, events) if any(e.type == ERASED for e in events) else events


def _with_gaps(connection: Connection, subject: UUID, events: list[TimelineEvent]) -> list[TimelineEvent]:
    """The events with what an erasure said again of their values, and the decisions by which others are gone."""
    numbers: dict[str, str] = {}
    said: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.type == ERASED:
            numbers |= dict.fromkeys(event.values.get("erased", ()), event.values.get("decision_number", "–"))
            for one in event.values.get("kept", ()):
                said.setdefault(one["event"], {})[one["name"]] = one["value"]
    leaves = connection.execute(select(EventRow.uuid, EventRow.leaf).where(EventRow.subject == subject))
    gaps = {
        row.uuid: [numbers[digest] for digest in json.loads(row.leaf)["_sd"] if digest in numbers]
        for row in leaves
    }
    return [_filled(event, gaps[event.uuid], said.get(str(event.uuid), {})) for event in events]


def _filled(event: TimelineEvent, gaps: list[str], said: Mapping[str, Any]) -> TimelineEvent:
    again = {name: value for name, value in said.items() if name not in event.values}
    return (
        replace(event, values={**event.values, **again}, erased=tuple(gaps[len(again) :])) if gaps else event
    )


def events_since(connection: Connection, case_uuid: UUID, at: datetime) -> list[TimelineEvent]:
    """What happened to a case from `at` on, oldest first: what a stale page did not show."""
    rows = connection.execute(
        _EVENTS.where(EventRow.subject == case_uuid, EventRow.at >= at).order_by(EventRow.seq)
    )
    return [_event(tuple(row)) for row in rows]


def events_about(connection: Connection, case_id: int, case_uuid: UUID) -> list[TimelineEvent]:
    """Attempts on a case and openings of its complainant, which stand in their actors' chains; for inspectors."""
    rows = connection.execute(
        _EVENTS.where(
            EventRow.about_case_id == case_id, EventRow.state.is_(None), EventRow.subject != case_uuid
        ).order_by(EventRow.id)
    )
    return [_event(tuple(row)) for row in rows]


def _event(row: tuple[Any, ...]) -> TimelineEvent:
    values = dict(read_disclosure(text) for text, _ in json.loads(row[8] or "[]"))
    uuid, number, kind, at, actor, position, state, leaf_index = row[:8]
    return TimelineEvent(uuid, number, kind, at, actor, position, state, leaf_index, values)
