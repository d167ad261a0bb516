"""What waits for one person: their own open cases by how the clock stands, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, case, ColumnElement, Connection, func, select

from caseflow.models import Case, Session
from caseflow.queries.scope import Reader, visible


@dataclass(frozen=True, slots=True)
class DueDays:
    """Where one group of running deadlines ends and the next begins, on one day.

    A deadline up to `long_until` is long overdue (None: not known); from today up to `soon_until` it is near.
    """

    today: date
    long_until: date | None
    soon_until: date


def open_groups(connection: Connection, reader: Reader, days: DueDays) -> dict[str, int]:
    """How many open cases the reader owns, by group; a group without cases is missing."""
    group = case(
        (Case.state == "suspended", "suspended"),
        (_long(days), "long_overdue"),
        (Case.running_deadline < days.today, "overdue"),
        (Case.running_deadline <= days.soon_until, "soon"),
        (Case.running_deadline.is_not(None), "on_track"),
        else_="waiting",
    ).label("grp")
    mine = and_(
        visible(reader),
        Case.owner_id == reader.principal,
        Case.state.in_(("assigned", "in_progress", "suspended", "resolved")),
    )
    rows = connection.execute(select(group, func.count()).where(mine).group_by(group))
    return dict(rows.all())


def _long(days: DueDays) -> ColumnElement[bool]:
    return Case.running_deadline <= (days.long_until or date.min)


def previous_sign_in(connection: Connection, person: int) -> datetime | None:
    """When the person signed in before the present session, or None."""
    rows = connection.execute(
        select(Session.created_at).where(Session.person_id == person).order_by(Session.id.desc()).limit(2)
    )
    found = rows.scalars().all()
    return found[1] if len(found) == 2 else None
