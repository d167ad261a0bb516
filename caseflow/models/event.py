"""The recorded events, their disclosures, the heads of their chains, and news to be delivered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, false, ForeignKey, Index, LargeBinary, text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, PersonKey

OF_ANOTHER_CHAIN = "state IS NULL"
"""Events of chains other than a case's tell no state. Indexes leave out what every event would only add to."""


class EventRow(Base):
    """One event: the exact leaf bytes, their MAC, and what was true after it.

    `leaf_index` is null until it is sealed. Nothing here is ever changed but that, nor deleted.
    `about_case_id` is the case that the event moved, or that an attempt or a disclosure of another chain
    is about.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("subject", "seq"),
        CheckConstraint("seq >= 0", name="seq"),
        CheckConstraint("length(leaf) <= 4096", name="leaf_size"),
        CheckConstraint("length(mac) = 32", name="mac_size"),
        Index(
            "ix_events_about_case_id", "about_case_id", "id", sqlite_where=text(OF_ANOTHER_CHAIN),
            postgresql_where=text(OF_ANOTHER_CHAIN),
        ),
        Index("ix_events_actor_id", "actor_id", "id"),
        Index(
            "ix_events_unsealed", "id", sqlite_where=text("leaf_index IS NULL"),
            postgresql_where=text("leaf_index IS NULL"),
        ),
        Index(
            "uq_events_leaf_index", "leaf_index", unique=True, sqlite_where=text("leaf_index IS NOT NULL"),
            postgresql_where=text("leaf_index IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    subject: Mapped[UUID]
    seq: Mapped[int]
    type: Mapped[Code]
    at: Mapped[datetime]
    actor_id: Mapped[PersonKey]
    about_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    leaf_index: Mapped[int | None]
    state: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("fields.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deadline: Mapped[date | None]
    period: Mapped[int | None]
    resolved_on: Mapped[date | None]


class Disclosures(Base):
    """What the commitments of one event's leaf stand for: a JSON array of [disclosure, person or null]."""

    __tablename__ = "disclosures"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    data: Mapped[str]


class Chain(Base):
    """The head of a chain whose subject is no case: a person, an organisation, an import, the settings."""

    __tablename__ = "chains"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    seq: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_at: Mapped[datetime]


class OutboxRow(Base):
    """News of an event, to be delivered. `history` rows were never news: imports and the demo."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "event_id", sqlite_where=text("done_at IS NULL AND NOT history"),
            postgresql_where=text("done_at IS NULL AND NOT history"),
        ),
    )  # fmt: skip

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    topic: Mapped[Code]
    created_at: Mapped[datetime]
    history: Mapped[bool] = mapped_column(server_default=false())
    done_at: Mapped[datetime | None]
