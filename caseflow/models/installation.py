"""What was fixed when the database was made."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from caseflow.models.base import Base, Code, Key


class Installation(Base):
    """One row: the identity of this installation, its time zone and the number of the calendar's edition."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("time_zone = 'Asia/Ho_Chi_Minh'", name="time_zone"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID]
    time_zone: Mapped[Code]
    calendar_edition: Mapped[int]
    demo: Mapped[str | None]
