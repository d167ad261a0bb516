"""What was fixed when the database was made."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key


class Installation(Base):
    """One row: the identity of this installation, its time zone and the numbers of two editions.

    That of the calendar counts its changes; that of rights is drawn anew by triggers whenever a role, a
    delegation or somebody's unit changes.
    """

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("time_zone = 'Asia/Ho_Chi_Minh'", name="time_zone"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID]
    time_zone: Mapped[Code]
    calendar_edition: Mapped[int]
    rights_edition: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    demo: Mapped[str | None]
