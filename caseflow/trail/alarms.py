"""Alarms of sealing: an event that is held back, or sealing as a whole that has stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, Connection, insert, select, Table, update

from caseflow.models import LogAlarm

ALARMS: Table = LogAlarm.__table__  # type: ignore[assignment]

FALSE_MAC = "false_mac"
"""The row did not come from the program."""
FALSE_COLUMNS = "false_columns"
"""The bytes came from the program, but stand in a row that says something else."""
BROKEN_CHAIN = "broken_chain"
"""It does not follow from a sealed event of its subject."""
INDEX_GAP = "index_gap"
"""Indices in the database are not those that sealing gave."""
DATABASE_BEHIND = "database_behind"
"""The database holds fewer sealed events than were signed."""
SIGNER_REFUSED = "signer_refused"
"""The tree does not extend what was signed."""

STOPPING = (INDEX_GAP, DATABASE_BEHIND, SIGNER_REFUSED)
"""While one of these is open, nothing is sealed."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong; `event` is the key of the event that is held back, None for sealing as a whole."""

    kind: str
    detail: str
    event: int | None = None


def raise_alarm(connection: Connection, alarm: Alarm, now: datetime) -> bool:
    """Open the alarm unless it is open already; one that was ended opens again. Answers whether it is news."""
    same = (ALARMS.c.kind == alarm.kind, ALARMS.c.event_id.is_not_distinct_from(alarm.event))
    found = connection.execute(
        select(ALARMS.c.id, ALARMS.c.ended_at).where(*same).order_by(ALARMS.c.id.desc())
    )
    row = found.first()
    values = {"detail": alarm.detail[:500], "raised_at": now, "ended_at": None}
    if row is not None and row.ended_at is None:
        return False
    if row is not None and alarm.event is not None:
        connection.execute(update(ALARMS).where(ALARMS.c.id == row.id).values(values))
    else:
        connection.execute(insert(ALARMS), {"kind": alarm.kind, "event_id": alarm.event, **values})
    return True


def end_alarms(connection: Connection, keys: list[int], now: datetime) -> None:
    """End these alarms: what they told of is no longer so."""
    connection.execute(update(ALARMS).where(ALARMS.c.id.in_(keys)).values(ended_at=now))


def open_alarms(connection: Connection) -> list[tuple[int, Alarm]]:
    """The open alarms with their keys, oldest first."""
    rows = connection.execute(_OPEN).all()
    return [(row.id, Alarm(row.kind, row.detail, row.event_id)) for row in rows]


_OPEN = select(ALARMS).where(ALARMS.c.ended_at.is_(None)).order_by(ALARMS.c.id)
OF_EVENT = select(ALARMS.c.id).where(ALARMS.c.event_id == bindparam("event"), ALARMS.c.ended_at.is_(None))
