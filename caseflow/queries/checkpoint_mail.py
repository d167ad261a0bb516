"""Who gets the checkpoint of the week, and whom it has reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, Connection, or_, select

from caseflow.models import CheckpointMailing, Organisation, Person, RoleGrant
from caseflow.queries.administration import Paths, within


@dataclass(frozen=True, slots=True)
class Recipient:
    """An inspector. `planned` says that this week's mail is on its way, `sent_at` when it left."""

    id: int
    uuid: UUID
    name: str
    position: str
    unit: str | None
    email: str | None
    language: str | None
    planned: bool
    sent_at: datetime | None
    problem: str | None


def week_of(day: date) -> str:
    """The ISO week of a day, as 2026-W45."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def inspectors(connection: Connection, day: date, paths: Paths = None) -> list[Recipient]:
    """Everybody who inspects on `day`, by given name, with this week's mailing; `paths` narrows to their units."""
    mailing = and_(CheckpointMailing.person_id == Person.id, CheckpointMailing.week == week_of(day))
    rows = connection.execute(
        select(
            Person.id,
            Person.uuid,
            Person.name,
            Person.position,
            Organisation.name,
            Person.email,
            Person.language,
            CheckpointMailing.id.is_not(None),
            CheckpointMailing.sent_at,
            CheckpointMailing.problem,
        )
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(CheckpointMailing, mailing)
        .where(Person.id.in_(_holders(day, paths)), or_(Person.left_on.is_(None), Person.left_on > day))
        .order_by(Person.sort_key, Person.id)
    )
    return [Recipient(*tuple(row)) for row in rows]


def _holders(day: date, paths: Paths) -> Any:
    return (
        select(RoleGrant.person_id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.role == "inspector",
            RoleGrant.valid_from <= day,
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= day),
            within(Organisation.path, paths),
        )
    )
