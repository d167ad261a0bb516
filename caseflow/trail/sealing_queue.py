"""What waits to be sealed, and the judgement of each event before it is: did it come from the program, in its place?"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, Connection, Dialect, exists, select, String, Table, type_coerce, Uuid
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from caseflow.database.prepared import Prepared
from caseflow.models import Case, EventRow
from caseflow.trail.alarms import Alarm, ALARMS, BROKEN_CHAIN, FALSE_COLUMNS, FALSE_MAC
from caseflow.trail.leaf import leaf_hash, mac_of, NO_PREVIOUS

EVENTS: Table = EventRow.__table__  # type: ignore[assignment]
CASES: Table = Case.__table__  # type: ignore[assignment]

BATCH = 4_000
HEADS_KEPT = 20_000


class Digits(TypeDecorator[str]):
    """A UUID as its 32 digits: on SQLite what lies there, without making an object of each."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Plain text where ids are kept as text."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else Uuid())

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Nothing to do for text."""
        return None if dialect.name == "sqlite" else lambda value: value.hex


class Queued(NamedTuple):
    """An event as it lies in the database; ids are 32 hexadecimal digits, as most drivers give them."""

    id: int
    uuid: str
    subject: str
    seq: int
    leaf: bytes
    mac: bytes


_COLUMNS = (
    EVENTS.c.id,
    type_coerce(EVENTS.c.uuid, Digits).label("uuid"),
    type_coerce(EVENTS.c.subject, Digits).label("subject"),
    EVENTS.c.seq,
    type_coerce(EVENTS.c.leaf, NullType()).label("leaf"),  # as they lie there: a number makes no bytes
    type_coerce(EVENTS.c.mac, NullType()).label("mac"),
)
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
class Head:
    """The last event of a subject: its number in the chain and its leaf's hash."""

    seq: int
    hash: bytes


class Judged(NamedTuple):
    """The events to seal with their leaf hashes, an alarm for each other one, and the heads that come of it."""

    good: list[Queued]
    hashes: list[bytes]
    alarms: list[Alarm]
    heads: dict[str, Head]


_ID, _HASH = rb"[0-9a-f-]{36}", rb"[0-9a-f]{64}"
_SAYS = re.compile(rb'"case":"(%b)",.*"event":"(%b)",.*"prev":"(%b)","seq":([0-9]+),' % (_ID, _ID, _HASH))


class Judge:
    """Judges events one after the other, each against the sealed head of its subject.

    Heads of late are remembered, a bounded number; others are looked up.
    """

    def __init__(self, writer_key: bytes) -> None:
        self._key = writer_key
        self._heads: dict[str, Head] = {}

    def judge(self, connection: Connection, events: Iterable[Queued]) -> Judged:
        """Which events to seal, in their order, and an alarm for each of the others."""
        judged = Judged([], [], [], {})
        for event in events:
            kind = self._fault(connection, event, judged.heads)
            if kind is None:
                made = leaf_hash(event.leaf)
                judged.heads[event.subject] = Head(event.seq, made)
                judged.good.append(event)
                judged.hashes.append(made)
            else:
                judged.alarms.append(Alarm(kind, told(connection, event), event.id))
        return judged

    def learn(self, heads: Mapping[str, Head]) -> None:
        """These are the heads of their subjects: what was judged good is sealed now."""
        for subject, head in heads.items():
            self._heads.pop(subject, None)  # to the end: those of late are kept longest
            self._heads[subject] = head
        while len(self._heads) > HEADS_KEPT:
            del self._heads[next(iter(self._heads))]

    def _fault(self, connection: Connection, event: Queued, fresh: Mapping[str, Head]) -> str | None:
        """What is wrong with the event; None for nothing. Whatever stands in its row, it stops no other."""
        try:
            return self._fault_of(connection, event, fresh)
        except (TypeError, ValueError, AttributeError):  # not of the kinds that the program writes
            return FALSE_MAC

    def _fault_of(self, connection: Connection, event: Queued, fresh: Mapping[str, Head]) -> str | None:
        if not hmac.compare_digest(mac_of(event.leaf, self._key), event.mac):
            return FALSE_MAC
        said = _SAYS.search(event.leaf)  # the program wrote it: so it has this form
        if said is None:
            return FALSE_COLUMNS
        subject, uuid, previous, seq = said[1], said[2], said[3], said[4]
        if (uuid, subject, seq) != (_dashed(event.uuid), _dashed(event.subject), b"%d" % event.seq):
            return FALSE_COLUMNS
        before = self._previous(connection, event, fresh)
        return None if before is not None and previous.decode("ascii") == before.hex() else BROKEN_CHAIN

    def _previous(self, connection: Connection, event: Queued, fresh: Mapping[str, Head]) -> bytes | None:
        """The hash of the subject's event before, where that is sealed or about to be."""
        if event.seq == 0:
            return NO_PREVIOUS
        for heads in (fresh, self._heads):
            head = heads.get(event.subject)
            if head is not None and head.seq == event.seq - 1:
                return head.hash
        row = _BEFORE.first(connection, {"subject": UUID(event.subject), "seq": event.seq - 1})
        return leaf_hash(row[0]) if row is not None and row[1] is not None else None


def told(connection: Connection, event: Queued) -> str:
    """Which event, for people: the case's code or the subject, its number in the chain and its id."""
    try:
        subject, uuid = UUID(event.subject), UUID(event.uuid)
    except (ValueError, AttributeError, TypeError):
        return f"{event.subject!s:.40} #{event.seq!s:.20} {event.uuid!s:.40}"
    row = _CODE.first(connection, {"subject": subject})
    return f"{row[0] if row else subject} #{event.seq} {uuid}"


def _dashed(digits: str) -> bytes:
    """An id as leaves write it."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode(
        "ascii", "replace"
    )
