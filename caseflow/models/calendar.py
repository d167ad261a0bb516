"""Special days of the calendar, each with the decision that made it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Line


class SpecialDayRow(Base):
    """A holiday, a swapped rest day, or a rest day that is worked."""

    __tablename__ = "special_days"
    __table_args__ = (
        CheckConstraint("kind IN ('holiday','swapped_rest_day','make_up_working_day')", name="kind"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    decision: Mapped[Line]
