"""What belongs to a case: readers, parties, supporters, hands, milestones, links, extensions, evidence."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    false,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, CaseKey, Code, Key, PersonKey


class CaseReader(Base):
    """A named reader of a restricted case."""

    __tablename__ = "case_readers"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "person_id"),
        Index("ix_case_readers_person_id", "person_id"),
    )

    case_id: Mapped[CaseKey]
    person_id: Mapped[PersonKey]


class CaseParty(Base):
    """A party of a case.

    A subject is a person in the register. A complainant is a citizen, whose identity and contact are
    encrypted here and stand nowhere else.
    """

    __tablename__ = "case_parties"
    __table_args__ = (
        CheckConstraint("role IN ('complainant','subject')", name="role"),
        CheckConstraint("(role = 'subject') = (person_id IS NOT NULL)", name="subject_is_known"),
        CheckConstraint(
            "(role = 'complainant') = (sealed_identity IS NOT NULL)", name="complainant_is_sealed"
        ),
        Index("ix_case_parties_case_id", "case_id"),
        Index("ix_case_parties_person_id", "person_id", "case_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[CaseKey]
    role: Mapped[Code]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_contact: Mapped[bytes | None] = mapped_column(LargeBinary)


class CaseSupporter(Base):
    """A person or a unit that supports the owner and sees this case only."""

    __tablename__ = "case_supporters"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="person_or_unit"),
        Index("uq_case_supporters_person", "case_id", "person_id", unique=True),
        Index("uq_case_supporters_organisation", "case_id", "organisation_id", unique=True),
        Index("ix_case_supporters_person_id", "person_id"),
        Index("ix_case_supporters_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[CaseKey]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


class CaseHand(Base):
    """Somebody who acted for the owner's side since the assignment, and so never judges the result."""

    __tablename__ = "case_hands"
    __table_args__ = (PrimaryKeyConstraint("case_id", "person_id"),)

    case_id: Mapped[CaseKey]
    person_id: Mapped[PersonKey]


class Milestone(Base):
    """A step on the way, with its person and day."""

    __tablename__ = "milestones"
    __table_args__ = (Index("ix_milestones_case_id", "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[CaseKey]
    text: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    date: Mapped[date | None]
    done: Mapped[bool] = mapped_column(server_default=false())


class CaseLink(Base):
    """A typed link from one case to another."""

    __tablename__ = "case_links"
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "type", "other_id"),
        CheckConstraint("type IN ('duplicate_of','continues','recurs','part_of')", name="type"),
        CheckConstraint("case_id <> other_id", name="two_cases"),
        Index("ix_case_links_other_id", "other_id"),
    )

    case_id: Mapped[CaseKey]
    type: Mapped[Code]
    other_id: Mapped[CaseKey]


class Extension(Base):
    """A request to extend, or an extension without one: asked, decided, lapsed."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("status IN ('pending','granted','refused','lapsed')", name="status"),
        CheckConstraint("status <> 'granted' OR new_deadline > old_deadline", name="later"),
        CheckConstraint("(status IN ('granted','refused')) = (decided_by_id IS NOT NULL)", name="decided"),
        Index(
            "uq_extensions_pending", "case_id", unique=True, sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_extensions_case_id", "case_id"),
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[CaseKey]
    status: Mapped[Code]
    number: Mapped[int | None]
    old_deadline: Mapped[date]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime | None]
    asked_deadline: Mapped[date | None]
    asked_reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    new_deadline: Mapped[date | None]
    decided_reason: Mapped[str | None]


class Evidence(Base):
    """A file, kept under its digest, or a reference to a paper document."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'file' AND sha256 IS NOT NULL AND size IS NOT NULL AND media_type IS NOT NULL"
            " AND name IS NOT NULL) OR (kind = 'document' AND document_number IS NOT NULL"
            " AND document_date IS NOT NULL AND kept_at IS NOT NULL)",
            name="file_or_document",
        ),
        Index("ix_evidence_case_id", "case_id", "seq"),
        Index("ix_evidence_sha256", "sha256"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[CaseKey]
    seq: Mapped[int]
    kind: Mapped[Code]
    added_by_id: Mapped[PersonKey]
    added_at: Mapped[datetime]
    name: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    media_type: Mapped[str | None]
    document_number: Mapped[str | None]
    document_date: Mapped[date | None]
    kept_at: Mapped[str | None]
