"""What waits to be sealed, and the judgement of each event before it is: did it come from the program, in its place?"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, Connection, exists, select, Table

from caseflow.database.prepared import Prepared
from caseflow.models import Case, EventRow
from caseflow.trail.alarms import Alarm, ALARMS, BROKEN_CHAIN, FALSE_COLUMNS, FALSE_MAC
from caseflow.trail.leaf import leaf_hash, mac_of, NO_PREVIOUS

EVENTS: Table = EventRow.__table__  # type: ignore[assignment]
CASES: Table = Case.__table__  # type: ignore[assignment]

BATCH = 4_000
HEADS_KEPT = 20_000


class Queued(NamedTuple):
    """An event as it lies in the database."""

    id: int
    uuid: UUID
    subject: UUID
    seq: int
    leaf: bytes
    mac: bytes


_COLUMNS = (EVENTS.c.id, EVENTS.c.uuid, EVENTS.c.subject, EVENTS.c.seq, EVENTS.c.leaf, EVENTS.c.mac)
_HELD = exists().where(ALARMS.c.event_id == EVENTS.c.id, ALARMS.c.ended_at.is_(None))
_WAITS = and_(EVENTS.c.leaf_index.is_(None), ~_HELD)
_BATCH = Prepared(select(*_COLUMNS).where(_WAITS).order_by(EVENTS.c.id).limit(bindparam("most", BATCH)))
_ANY = Prepared(select(EVENTS.c.id).where(_WAITS).order_by(EVENTS.c.id).limit(1))
_LAST_WAITING = Prepared(select(EVENTS.c.id).where(_WAITS).order_by(EVENTS.c.id.desc()).limit(1))
_LAST_INDEX = Prepared(
    select(EVENTS.c.leaf_index)
    .where(EVENTS.c.leaf_index.is_not(None))
    .order_by(EVENTS.c.leaf_index.desc())
    .limit(1)
)
_SEALED = Prepared(
    select(*_COLUMNS)
    .where(EVENTS.c.leaf_index >= bindparam("start"), EVENTS.c.leaf_index < bindparam("stop"))
    .order_by(EVENTS.c.leaf_index)
)
_BEFORE = Prepared(
    select(EVENTS.c.leaf, EVENTS.c.leaf_index).where(
        EVENTS.c.subject == bindparam("subject"), EVENTS.c.seq == bindparam("seq")
    )
)
_ONE = Prepared(select(*_COLUMNS, EVENTS.c.leaf_index).where(EVENTS.c.id == bindparam("id")))
_CODE = Prepared(select(CASES.c.code).where(CASES.c.uuid == bindparam("subject")))


def waiting_batch(connection: Connection, most: int = BATCH) -> list[Queued]:
    """The events that wait, in the order of their keys: a queue, never a cursor. Those held back are left out."""
    return [Queued(*row) for row in _BATCH.rows(connection, {"most": most})]


def anything_waits(connection: Connection) -> bool:
    """Whether any event waits that is not held back."""
    return _ANY.first(connection, {}) is not None


def last_waiting(connection: Connection) -> int | None:
    """The key of the youngest event that waits and is not held back; None where none does."""
    row = _LAST_WAITING.first(connection, {})
    return None if row is None else int(row[0])


def indexed(connection: Connection) -> int:
    """How many indices are given, were there no gap: the highest and one."""
    row = _LAST_INDEX.first(connection, {})
    return 0 if row is None else int(row[0]) + 1


def sealed_events(connection: Connection, start: int, stop: int) -> list[Queued]:
    """The events with the indices from `start` to `stop`, in that order."""
    return [Queued(*row) for row in _SEALED.rows(connection, {"start": start, "stop": stop})]


def event_named(connection: Connection, key: int) -> tuple[Queued, int | None] | None:
    """An event and its index, by its key."""
    row = _ONE.first(connection, {"id": key})
    return None if row is None else (Queued(*row[:6]), row[6])


@dataclass(frozen=True, slots=True)
class _Head:
    seq: int
    hash: bytes


class Judge:
    """Judges events one after the other, each against the sealed head of its subject.

    Heads of late are remembered, a bounded number; others are looked up.
    """

    def __init__(self, writer_key: bytes) -> None:
        self._key = writer_key
        self._heads: dict[UUID, _Head] = {}

    def judge(self, connection: Connection, events: Iterable[Queued]) -> tuple[list[Queued], list[Alarm]]:
        """Which events to seal, in their order, and an alarm for each of the others."""
        good: list[Queued] = []
        alarms: list[Alarm] = []
        fresh: dict[UUID, _Head] = {}
        for event in events:
            kind = self._fault(connection, event, fresh)
            if kind is None:
                fresh[event.subject] = _Head(event.seq, leaf_hash(event.leaf))
                good.append(event)
            else:
                alarms.append(Alarm(kind, told(connection, event), event.id))
        return good, alarms

    def learn(self, events: Sequence[Queued]) -> None:
        """These events are sealed now."""
        for event in events:
            self._heads.pop(event.subject, None)  # to the end: those of late are kept longest
            self._heads[event.subject] = _Head(event.seq, leaf_hash(event.leaf))
        while len(self._heads) > HEADS_KEPT:
            del self._heads[next(iter(self._heads))]

    def _fault(self, connection: Connection, event: Queued, fresh: dict[UUID, _Head]) -> str | None:
        if not hmac.compare_digest(mac_of(event.leaf, self._key), event.mac):
            return FALSE_MAC
        leaf = json.loads(event.leaf)
        said = (leaf["event"], leaf["case"], leaf["seq"])
        if said != (str(event.uuid), str(event.subject), event.seq):
            return FALSE_COLUMNS
        previous = self._previous(connection, event, fresh)
        return None if previous is not None and leaf["prev"] == previous.hex() else BROKEN_CHAIN

    def _previous(self, connection: Connection, event: Queued, fresh: dict[UUID, _Head]) -> bytes | None:
        """The hash of the subject's event before, where that is sealed or about to be."""
        if event.seq == 0:
            return NO_PREVIOUS
        for heads in (fresh, self._heads):
            head = heads.get(event.subject)
            if head is not None and head.seq == event.seq - 1:
                return head.hash
        row = _BEFORE.first(connection, {"subject": event.subject, "seq": event.seq - 1})
        return leaf_hash(row[0]) if row is not None and row[1] is not None else None


def told(connection: Connection, event: Queued) -> str:
    """Which event, for people: the case's code or the subject, its number in the chain and its id."""
    row = _CODE.first(connection, {"subject": event.subject})
    return f"{row[0] if row else event.subject} #{event.seq} {event.uuid}"
