"""What is wrong with the log, for who reads about it: findings and alarms led to the cases within their reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, Connection, or_, select

from caseflow.models import Case, EventRow, LogAlarm
from caseflow.queries.log import Finding
from caseflow.queries.scope import Reader, visible

MOST_LISTED = 500
"""Findings and alarms that a page lists; how many there are in all stands beside them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a case an event stands; `number` counts from 0."""

    code: str
    number: int


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An open alarm. `held_back` says that it is about one event, `place` where the reader may look at it."""

    kind: str
    detail: str
    raised_at: datetime
    held_back: bool
    place: Place | None


def places_of(
    connection: Connection, reader: Reader, findings: Iterable[Finding]
) -> tuple[dict[str, Place], set[str]]:
    """Of what findings name: the places of events in cases within reach, and the codes of such cases; two queries."""
    listed = list(findings)[:MOST_LISTED]
    events = [key for one in listed if (key := _uuid(one.event)) is not None]
    codes = sorted({one.case for one in listed if one.case})
    rows = connection.execute(
        select(EventRow.uuid, Case.code, EventRow.seq)
        .join(Case, Case.uuid == EventRow.subject)
        .where(EventRow.uuid.in_(events), visible(reader))
    )
    places = {str(key): Place(code, number) for key, code, number in rows}
    seen = connection.execute(select(Case.code).where(Case.code.in_(codes), visible(reader))).scalars()
    return places, set(seen)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def open_alarms(connection: Connection, reader: Reader | None) -> list[AlarmLine]:
    """Open alarms, oldest first; for a `reader` with the places of events within reach; one query."""
    within_reach = and_(Case.uuid == EventRow.subject, visible(reader) if reader else or_(False))
    rows = connection.execute(
        select(LogAlarm.kind, LogAlarm.detail, LogAlarm.raised_at, LogAlarm.event_id, Case.code, EventRow.seq)
        .outerjoin(EventRow, EventRow.id == LogAlarm.event_id)
        .outerjoin(Case, within_reach)
        .where(LogAlarm.ended_at.is_(None))
        .order_by(LogAlarm.id)
        .limit(MOST_LISTED)
    )
    return [
        AlarmLine(kind, detail, raised, event is not None, Place(code, number) if code else None)
        for kind, detail, raised, event, code, number in rows
    ]
