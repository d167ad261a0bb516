"""The trail of one case as a reader may see it: each event with who, when, what and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from caseflow.models import Disclosures, EventRow, Person
from caseflow.trail.leaf import read_disclosure


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event with its disclosures read; `number` is its place in the case's chain, from 0."""

    uuid: UUID
    number: int
    type: str
    at: datetime
    actor: str
    actor_position: str
    state: str | None
    leaf_index: int | None
    values: Mapping[str, Any]

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
    .join(Disclosures, Disclosures.event_id == EventRow.id)
)


def case_events(connection: Connection, case_uuid: UUID) -> list[TimelineEvent]:
    """All events of a case, oldest first; one query. The caller has judged that the reader may see the case."""
    rows = connection.execute(_EVENTS.where(EventRow.subject == case_uuid).order_by(EventRow.seq))
    return [_event(tuple(row)) for row in rows]


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
    values = dict(read_disclosure(text) for text, _ in json.loads(row[8]))
    uuid, number, kind, at, actor, position, state, leaf_index = row[:8]
    return TimelineEvent(uuid, number, kind, at, actor, position, state, leaf_index, values)
