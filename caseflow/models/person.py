"""People, with or without an account."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, false, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, Line


class Person(Base):
    """An official. `staff_code` is what they sign in with; without `password_hash` there is no account.

    `operator` marks the one fixed person as whom commands act.
    """

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("NOT must_change_password OR password_hash IS NOT NULL", name="one_time_password"),
        Index("ix_people_organisation_id", "organisation_id"),
        Index("ix_people_sort_key", "sort_key"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    staff_code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Line]
    position: Mapped[Line]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str | None]
    phone: Mapped[str | None]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default=false())
    password_issued_at: Mapped[datetime | None]
    language: Mapped[str | None]
    operator: Mapped[bool] = mapped_column(server_default=false())
    left_on: Mapped[date | None]
    sort_key: Mapped[str]
    search_text: Mapped[str]
