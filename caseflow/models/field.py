"""Fields (lĩnh vực): data, not code."""

from __future__ import annotations

from sqlalchemy import text, true
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, Line


class FieldRow(Base):
    """A field under which pressing issues are registered."""

    __tablename__ = "fields"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name_vi: Mapped[Line]
    name_en: Mapped[Line]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    active: Mapped[bool] = mapped_column(server_default=true())
