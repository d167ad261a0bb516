"""How a fact is written down: its leaf, its row with what was true after it, its disclosures and its news."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from json.encoder import encode_basestring_ascii
from uuid import UUID

from sqlalchemy import bindparam, Connection, select, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from caseflow.database.prepared import Prepared
from caseflow.events import Event
from caseflow.models import Case, Chain, Disclosures, EventRow, OutboxRow
from caseflow.states.actor import Actor
from caseflow.states.working_days import end_of_day_utc
from caseflow.trail.leaf import commitment, disclose_all, Leaf, mac_of, NO_PREVIOUS
from caseflow.use_cases.writing import Writer

EVENTS: Table = EventRow.__table__  # type: ignore[assignment]
DISCLOSURES: Table = Disclosures.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
CHAINS: Table = Chain.__table__  # type: ignore[assignment]

SETTINGS = UUID(int=0)
"""The subject of settings, which have none of their own."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that was written: its row and its identity in the leaf."""

    id: int
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Written:
    """A leaf, its exact bytes, and its disclosures, each with the person it is about."""

    leaf: Leaf
    encoded: bytes
    disclosures: list[tuple[str, str | None]]


def write_leaf(
    actor: Actor,
    event: Event,
    subject: UUID,
    seq: int,
    previous: bytes,
    at: datetime,
    source: str | None = None,
    case: Case | None = None,
) -> Written:
    """Write an event down as the leaf `seq` of its subject's chain. `source` is the case's state before."""
    disclosures = disclose_all([*event.disclosures(), *_hands_behind(actor)])
    deadline = case.deadline if case else None
    leaf = Leaf(
        subject=subject,
        seq=seq,
        previous=previous,
        event=_event_id(at),
        type=event.TYPE,
        source=source,
        target=case.state if case else None,
        due=end_of_day_utc(deadline) if deadline else None,
        actor=actor.uuid,
        at=at,
        commitments=tuple(commitment(text) for text, _ in disclosures),
    )
    return Written(leaf, leaf.encode(), disclosures)


def _event_id(at: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): unique, and near the one before it, so that indexes grow at their end."""
    random = int.from_bytes(os.urandom(10))
    return UUID(int=(int(at.timestamp() * 1_000) << 80 | random) & _VERSION_AND_VARIANT_CLEARED | _VERSION_7)


_VERSION_7 = 7 << 76 | 2 << 62
_VERSION_AND_VARIANT_CLEARED = ~(15 << 76 | 3 << 62) & ((1 << 128) - 1)


def _hands_behind(actor: Actor) -> list[tuple[str, object, str | None]]:
    """For whom a stand-in acted; as which account of the system a command ran."""
    if actor.account is not None:
        return [("system_account", actor.account, None)]
    if actor.principal is None:
        return []
    ref = actor.principal.ref
    return [("acting_for", {"id": ref.id, "name": ref.name, "position": ref.position}, ref.id)]


def keep_event(
    writer: Writer,
    writer_key: bytes,
    actor: int,
    written: Written,
    event: Event,
    case: Case | None,
    about_case: int | None,
    *,
    quiet: bool,
) -> Recorded:
    """Store an event with what is true after it. `quiet` files its news as history."""
    leaf = written.leaf
    row = {
        "uuid": leaf.event,
        "subject": leaf.subject,
        "seq": leaf.seq,
        "type": leaf.type,
        "at": leaf.at,
        "actor_id": actor,
        "about_case_id": case.id if case else about_case,
        "leaf": written.encoded,
        "mac": mac_of(written.encoded, writer_key),
        "state": case.state if case else None,
        "organisation_id": case.organisation_id if case else None,
        "field_id": case.field_id if case else None,
        "owner_id": case.owner_id if case else None,
        "deadline": case.deadline if case else None,
        "period": case.period if case else None,
        "resolved_on": case.resolved_on if case else None,
    }
    key = writer.add(EVENTS, row)
    writer.add(DISCLOSURES, {"event_id": key, "data": _listed(written.disclosures)})
    if event.NEWS or case is not None:
        writer.add(OUTBOX, {"event_id": key, "topic": leaf.type, "created_at": leaf.at, "history": quiet})
    return Recorded(key, leaf.event)


def _listed(disclosures: list[tuple[str, str | None]]) -> str:
    """A JSON array of [disclosure, person or null]; a disclosure is base64url, which JSON never escapes."""
    pairs = [
        f'["{told}",{"null" if about is None else encode_basestring_ascii(about)}]'
        for told, about in disclosures
    ]
    return f"[{','.join(pairs)}]"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: how many events it has, the hash of the last leaf and its time."""

    seq: int
    head: bytes
    last_at: datetime


class Chains:
    """The heads of chains whose subject is no case, as one transaction moves them."""

    def __init__(self, connection: Connection, *, sqlite: bool) -> None:
        self._connection = connection
        self._sqlite = sqlite
        self._heads: dict[UUID, Head] = {}
        self._waiting: dict[UUID, str] = {}

    def head(self, subject: UUID, now: datetime) -> Head:
        """Where the chain of `subject` stands; one that does not exist yet begins now."""
        if subject not in self._heads:
            row = _HEAD.first(self._connection, {"subject": subject})
            self._heads[subject] = Head(*row) if row else Head(0, NO_PREVIOUS, now)
        return self._heads[subject]

    def move(self, subject: UUID, kind: str, head: Head) -> None:
        """The chain has grown; written by the next flush."""
        self._heads[subject], self._waiting[subject] = head, kind

    def flush(self) -> None:
        """Write the heads that moved."""
        for subject, kind in self._waiting.items():
            head = self._heads[subject]
            row = {
                "subject": subject,
                "kind": kind,
                "seq": head.seq,
                "head": head.head,
                "last_at": head.last_at,
            }
            _set_head(self._sqlite).run(self._connection, row)
        self._waiting.clear()


_HEAD = Prepared(
    select(CHAINS.c.seq, CHAINS.c.head, CHAINS.c.last_at).where(CHAINS.c.subject == bindparam("subject"))
)


@cache
def _set_head(sqlite: bool) -> Prepared:
    make = sqlite_insert if sqlite else pg_insert
    statement = make(CHAINS).values({column.name: bindparam(column.name) for column in CHAINS.c})
    moved = {name: statement.excluded[name] for name in ("seq", "head", "last_at")}
    return Prepared(statement.on_conflict_do_update(index_elements=["subject"], set_=moved))
