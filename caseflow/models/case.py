"""The pressing issue as a row, with the invariants that the database itself holds."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    false,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, OrganisationKey, PersonKey

RUNNING_DEADLINE = (
    "CASE WHEN state IN ('assigned','in_progress') OR (state = 'resolved' AND resolved_on > deadline)"
    " THEN deadline END"
)
"""The deadline while the clock runs. Overdue is `running_deadline < today`, and nothing else."""
CLOCK_STOPPED = f"({RUNNING_DEADLINE}) IS NULL"
"""Lists show cases whose clock runs before the others: so one index gives their order, whatever is asked."""

RESOLVED_FOR_ANOTHER = "state = 'resolved' AND resolver_id <> owner_id"
"""A result that waits, of somebody who owns the case no longer: a reassignment came between."""
UNOWNED = "state IN ('registered','cancelled')"
DONE = "state IN ('resolved','verified')"


class Case(Base):
    """A pressing issue.

    `version` counts changes of the row that an actor must have seen; `seq` counts its events, of which
    `head` is the last one's leaf hash and `last_at` its time. The state has no setter: only the engine
    writes it.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "state IN ('registered','assigned','in_progress','resolved','verified','suspended','cancelled')",
            name="state",
        ),
        CheckConstraint("state <> 'registered' OR owner_id IS NULL", name="no_owner_before_assignment"),
        CheckConstraint(f"{UNOWNED} OR owner_id IS NOT NULL", name="owner_from_assignment_on"),
        CheckConstraint(f"{UNOWNED} OR deadline IS NOT NULL", name="deadline_from_assignment_on"),
        CheckConstraint(f"{UNOWNED} OR expected_outcome IS NOT NULL", name="work_from_assignment_on"),
        CheckConstraint("state <> 'registered' OR deadline IS NULL", name="no_deadline_before_assignment"),
        CheckConstraint("deadline IS NULL OR first_deadline IS NOT NULL", name="first_deadline_kept"),
        CheckConstraint(
            f"({DONE}) = (outcome IS NOT NULL AND completion IS NOT NULL AND resolver_id IS NOT NULL"
            " AND resolved_on IS NOT NULL AND resolved_at IS NOT NULL)",
            name="outcome_when_resolved",
        ),
        CheckConstraint(
            f"({DONE}) OR (outcome IS NULL AND completion IS NULL AND resolver_id IS NULL"
            " AND resolved_on IS NULL AND resolved_at IS NULL)",
            name="no_outcome_before",
        ),
        CheckConstraint("(state = 'verified') = (verified_at IS NOT NULL)", name="verified_at"),
        CheckConstraint(
            "(state = 'suspended') = (suspended_from IS NOT NULL AND suspended_on IS NOT NULL"
            " AND review_on IS NOT NULL)",
            name="suspension",
        ),
        CheckConstraint("(state = 'cancelled') = (cancel_kind IS NOT NULL)", name="cancel_kind"),
        CheckConstraint(
            "cancel_kind IN ('duplicate','outside_competence','petition_withdrawn','entered_in_error')",
            name="cancel_kinds",
        ),
        CheckConstraint("completion IN ('full','part','impossible')", name="completion"),
        CheckConstraint("urgency IN ('normal','urgent','very_urgent','express')", name="urgency"),
        CheckConstraint("visibility IN ('normal','restricted')", name="visibility"),
        CheckConstraint("verify_by IN ('own','higher')", name="verify_by"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("version >= 1 AND seq >= 1", name="counts"),
        CheckConstraint(
            "offered_to_id IS NULL OR state IN ('registered','assigned','in_progress','suspended')",
            name="offered_while_unresolved",
        ),
        CheckConstraint(
            "extension_asked_on IS NULL OR state IN ('assigned','in_progress')", name="extension_while_working"
        ),
        Index(
            "ix_cases_running_deadline", "clock_stopped", "running_deadline", "id", "organisation_id", "visibility"
        ),
        Index("ix_cases_organisation_id", "organisation_id", "running_deadline"),
        Index("ix_cases_owner_id", "owner_id", "running_deadline"),
        Index("ix_cases_state", "state", "resolved_at"),
        Index("ix_cases_registered_at", "registered_at", "id"),
        Index("ix_cases_registered_by_id", "registered_by_id", "running_deadline"),
        Index(
            "ix_cases_lead_officer_id", "lead_officer_id", sqlite_where=text("lead_officer_id IS NOT NULL"),
            postgresql_where=text("lead_officer_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_resolver_id", "resolver_id", sqlite_where=text(RESOLVED_FOR_ANOTHER),
            postgresql_where=text(RESOLVED_FOR_ANOTHER),
        ),
        Index(
            "ix_cases_offered_to_id", "offered_to_id", sqlite_where=text("offered_to_id IS NOT NULL"),
            postgresql_where=text("offered_to_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_needs_decision_by_id", "needs_decision_by_id",
            sqlite_where=text("needs_decision_by_id IS NOT NULL"),
            postgresql_where=text("needs_decision_by_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code] = mapped_column(server_default=text("'pressing_issue'"))
    title: Mapped[str]
    description: Mapped[str | None]
    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"))
    source: Mapped[str | None]
    basis_number: Mapped[str | None]
    basis_date: Mapped[date | None]
    basis_issuer: Mapped[str | None]
    basis_summary: Mapped[str | None]
    deadline_imposed: Mapped[bool] = mapped_column(server_default=false())
    urgency: Mapped[Code] = mapped_column(server_default=text("'normal'"))
    visibility: Mapped[Code] = mapped_column(server_default=text("'normal'"))
    organisation_id: Mapped[OrganisationKey]
    level: Mapped[Code]
    period: Mapped[int]
    _state: Mapped[Code] = mapped_column("state")
    suspended_from: Mapped[str | None]
    suspended_on: Mapped[date | None]
    review_on: Mapped[date | None]
    expected_outcome: Mapped[str | None]
    first_expected_outcome: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    lead_officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deadline: Mapped[date | None]
    first_deadline: Mapped[date | None]
    verify_by: Mapped[Code] = mapped_column(server_default=text("'own'"))
    progress: Mapped[int] = mapped_column(server_default=text("0"))
    needs_decision_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    extension_asked_on: Mapped[date | None]
    extensions_granted: Mapped[int] = mapped_column(server_default=text("0"))
    submissions: Mapped[int] = mapped_column(server_default=text("0"))
    reopenings: Mapped[int] = mapped_column(server_default=text("0"))
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    days_overdue_before: Mapped[int] = mapped_column(server_default=text("0"))
    outcome: Mapped[str | None]
    completion: Mapped[str | None]
    resolver_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    resolved_at: Mapped[datetime | None]
    resolved_on: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    cancel_kind: Mapped[str | None]
    registered_by_id: Mapped[PersonKey]
    registered_at: Mapped[datetime]
    assigned_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    returned_seq: Mapped[int] = mapped_column(server_default=text("-1"))
    history: Mapped[bool] = mapped_column(server_default=false())
    source_code: Mapped[str | None]
    search_text: Mapped[str]
    version: Mapped[int]
    seq: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_at: Mapped[datetime]
    running_deadline: Mapped[date | None] = mapped_column(Computed(RUNNING_DEADLINE, persisted=True))
    clock_stopped: Mapped[bool] = mapped_column(Computed(CLOCK_STOPPED, persisted=True))

    @hybrid_property
    def state(self) -> str:
        """Where the case stands. `case.state = …` is an AttributeError; `Case.state == …` queries."""
        return self._state


class CodeCounter(Base):
    """The last number given in a year, one counter for the whole installation."""

    __tablename__ = "code_counters"
    __table_args__ = (PrimaryKeyConstraint("prefix", "year"),)

    prefix: Mapped[Code]
    year: Mapped[int]
    last: Mapped[int]


class CaseCounter(Base):
    """How many cases there are of each kind; kept by triggers, never written by the program."""

    __tablename__ = "case_counters"
    __table_args__ = (
        PrimaryKeyConstraint(
            "kind", "state", "visibility", "history", "organisation_id", "period", "field_id"
        ),
        CheckConstraint("n >= 0", name="n"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[Code]
    state: Mapped[Code]
    visibility: Mapped[Code]
    history: Mapped[bool]
    organisation_id: Mapped[OrganisationKey]
    period: Mapped[int]
    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"))
    n: Mapped[int]


class StateCounter(Base):
    """The same by state alone, for the numbers that every page shows; as few rows as units and states allow."""

    __tablename__ = "state_counters"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "state", "visibility", "organisation_id"),
        CheckConstraint("n >= 0", name="n"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[Code]
    state: Mapped[Code]
    visibility: Mapped[Code]
    organisation_id: Mapped[OrganisationKey]
    n: Mapped[int]
