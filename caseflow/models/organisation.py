"""Organisations and teams: a tree of any depth, each with a life."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from caseflow.models.base import Base, Code, Key, Line

LEVELS = ("province", "district", "grassroots", "commune", "cell", "team")


class Organisation(Base):
    """A Party organisation, unit or team.

    `path` is the way from the top, as `/1/5/17/`: a subtree is every path that begins with it.
    `head_id` is the named head of a team, who owns what the team owns.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "level IN ('province','district','grassroots','commune','cell','team')", name="level"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="life"),
        CheckConstraint("level <> 'team' OR head_id IS NOT NULL", name="team_has_head"),
        CheckConstraint("path LIKE '/%/'", name="path"),
        Index("uq_organisations_path", "path", unique=True),
        Index("ix_organisations_parent_id", "parent_id"),
    )

    id: Mapped[Key]
    uuid: Mapped[UUID] = mapped_column(unique=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Line]
    unit: Mapped[Line]
    kind: Mapped[Code]
    level: Mapped[Code]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    path: Mapped[Line]
    head_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", use_alter=True))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(server_default=text("''"))
