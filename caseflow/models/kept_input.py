"""Input that must not be lost or done twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Key, PersonKey


class IdempotencyKey(Base):
    """A key that a caller sent with a change, and the first answer to it."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("person_id", "path", "key"),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonKey]
    path: Mapped[str]
    key: Mapped[str] = mapped_column(String(200))
    body_digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str]
    created_at: Mapped[datetime]


class StashedForm(Base):
    """What somebody had typed when their session ended, encrypted, for that account alone, for 7 days."""

    __tablename__ = "stashed_forms"
    __table_args__ = (Index("ix_stashed_forms_person_id", "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[PersonKey]
    path: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class StagedFile(Base):
    """A file sent with a form that is not yet committed."""

    __tablename__ = "staged_files"
    __table_args__ = (Index("ix_staged_files_person_id", "person_id"),)

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[PersonKey]
    path: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
