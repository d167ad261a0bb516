"""The sealed log as the database knows it: how far it reaches, who seals, what was found, who has looked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, Line, PersonKey


class LogState(Base):
    """One row: how many events have an index, how many a published checkpoint covers, and who seals now.

    The lease is the lock that makes one sequencer of many processes; `waiting_since` is when the oldest
    unsealed event was first seen, and null while none waits.
    """

    __tablename__ = "log_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("size >= published_size AND published_size >= 0", name="sizes"),
    )

    id: Mapped[Key]
    size: Mapped[int]
    published_size: Mapped[int]
    published_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    lease_holder: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]


class LogAlarm(Base):
    """What sealing met and did not seal: an event that did not come from the program, a signer that refused."""

    __tablename__ = "log_alarms"
    __table_args__ = (
        Index(
            "uq_log_alarms_event_id_kind", "event_id", "kind", unique=True,
            sqlite_where=text("event_id IS NOT NULL"), postgresql_where=text("event_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    kind: Mapped[Code]
    event_id: Mapped[int | None]
    detail: Mapped[Line]
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LogCheck(Base):
    """One check of the whole log: asked for, run, and what it found (JSON list; empty is intact).

    `mac` shows that the program kept this outcome.
    """

    __tablename__ = "log_checks"
    __table_args__ = (Index("ix_log_checks_finished_at", "finished_at"),)

    id: Mapped[Key]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    size: Mapped[int | None]
    root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    events: Mapped[int | None]
    findings: Mapped[str | None]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Cosignature(Base):
    """A checkpoint that an outsider has signed after comparing it with the one they held before."""

    __tablename__ = "cosignatures"
    __table_args__ = (
        UniqueConstraint("witness", "size"),
        Index("ix_cosignatures_witnessed_at", "witnessed_at"),
    )

    id: Mapped[Key]
    witness: Mapped[Line]
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    witnessed_at: Mapped[datetime]
    note: Mapped[str]
    added_at: Mapped[datetime]


class CheckpointMailing(Base):
    """The checkpoint of one week on its way to one inspector; `message_id` is the same over every attempt."""

    __tablename__ = "checkpoint_mailings"
    __table_args__ = (UniqueConstraint("week", "person_id"),)

    id: Mapped[Key]
    week: Mapped[Code]
    person_id: Mapped[PersonKey]
    message_id: Mapped[Line]
    size: Mapped[int]
    checkpoint: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class Erasure(Base):
    """A request to erase citizens' data: an inspector names it with a decision, an administrator carries it out.

    `items` is a JSON list of what is to go: `["disclosure", event uuid, digest]`, `["complainant"]` or
    `["evidence", evidence uuid]`; no value stands in it.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("asked_by_id <> decided_by_id", name="two_people"),
        CheckConstraint("status IN ('asked','done','declined')", name="status"),
        Index("ix_erasures_status", "status"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    status: Mapped[Code]
    decision_number: Mapped[Line]
    reason: Mapped[str]
    items: Mapped[str]
    asked_by_id: Mapped[PersonKey]
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
