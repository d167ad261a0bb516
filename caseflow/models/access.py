"""Who may what, from when until when: roles, delegations, stand-ins; and sessions on the server."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, false, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.messages import N_
from caseflow.models.base import Base, Code, Key, OrganisationKey, PersonKey

ROLE_NAMES = {
    "official": N_("Official"),
    "registrar": N_("Registrar"),
    "supervisor": N_("Supervisor"),
    "inspector": N_("Inspector"),
    "reporter": N_("Reporter"),
    "administrator": N_("Administrator"),
}
ROLES = tuple(ROLE_NAMES)
LIFE = "valid_until IS NULL OR valid_until >= valid_from"


class RoleGrant(Base):
    """A role held in an organisation; it reaches the whole subtree."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('official','registrar','supervisor','inspector','reporter','administrator')",
            name="role",
        ),
        CheckConstraint(LIFE, name="life"),
        Index("ix_role_grants_person_id", "person_id"),
        Index("ix_role_grants_organisation_id_role", "organisation_id", "role"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[PersonKey]
    role: Mapped[Code]
    organisation_id: Mapped[OrganisationKey]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class Delegation(Base):
    """A higher organisation (`giver`) named who decides for it on the subtree of `scope`."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="life"),
        Index("ix_delegations_person_id", "person_id"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[PersonKey]
    giver_id: Mapped[OrganisationKey]
    scope_id: Mapped[OrganisationKey]
    given_by_id: Mapped[PersonKey]
    valid_from: Mapped[date]
    valid_until: Mapped[date]


class StandIn(Base):
    """`stand_in` acts for `principal` on given days.

    `kind` is `stand_in` (approved by the principal's supervisor) or `served` (a registrar serves a person
    without an account; `evidence` names the signed slip).
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("kind IN ('stand_in','served')", name="kind"),
        CheckConstraint("principal_id <> stand_in_id", name="two_people"),
        CheckConstraint("valid_until >= valid_from", name="life"),
        CheckConstraint("kind <> 'served' OR evidence IS NOT NULL", name="slip"),
        Index("ix_stand_ins_principal_id", "principal_id"),
        Index("ix_stand_ins_stand_in_id", "stand_in_id"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[Code]
    principal_id: Mapped[PersonKey]
    stand_in_id: Mapped[PersonKey]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    evidence: Mapped[str | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Session(Base):
    """A signed-in browser. The cookie holds a random token; here stands only its digest.

    `seal` is made over the row with a key of HOME: a row that it does not fit is no session.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_person_id", "person_id"),)

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[PersonKey]
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    own_device: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    password_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seal: Mapped[str] = mapped_column(String(64))


class SignInFailure(Base):
    """A failed sign-in, by digests of the login and of the address, to hold back guessing."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_login_digest_at", "login_digest", "at"),
        Index("ix_sign_in_failures_address_digest_at", "address_digest", "at"),
    )

    id: Mapped[Key]
    login_digest: Mapped[str] = mapped_column(String(64))
    address_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class SavedView(Base):
    """A named query string of the case list, of one person."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[Key]
    person_id: Mapped[PersonKey]
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[str]
