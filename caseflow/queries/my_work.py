"""What waits for one person: their own open cases by how the clock stands, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, Connection, Executable, func, literal_column, select

from caseflow.database.prepared import PreparedShelf
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


_GROUPS = PreparedShelf()


def open_groups(connection: Connection, reader: Reader, days: DueDays) -> dict[str, int]:
    """How many open cases the reader owns, by group; a group without cases is missing."""
    statement = _GROUPS.get(reader.shape, lambda: _groups(reader))
    given = {"today": days.today, "long_until": days.long_until or date.min, "soon_until": days.soon_until}
    return dict(statement.rows(connection, reader.values | given))


def _groups(reader: Reader) -> Executable:
    group = case(
        (Case.state == "suspended", "suspended"),
        (Case.running_deadline <= bindparam("long_until"), "long_overdue"),
        (Case.running_deadline < bindparam("today"), "overdue"),
        (Case.running_deadline <= bindparam("soon_until"), "soon"),
        (Case.running_deadline.is_not(None), "on_track"),
        else_="waiting",
    ).label("grp")
    states: list[Any] = [
        literal_column(f"'{state}'") for state in ("assigned", "in_progress", "suspended", "resolved")
    ]
    mine = and_(
        visible(reader, leading=False),
        Case.owner_id == bindparam("reader_principal", reader.principal),
        Case.state.in_(states),
    )
    return select(group, func.count()).where(mine).group_by(group)


def previous_sign_in(connection: Connection, person: int) -> datetime | None:
    """When the person signed in before the present session, or None."""
    rows = connection.execute(
        select(Session.created_at).where(Session.person_id == person).order_by(Session.id.desc()).limit(2)
    )
    found = rows.scalars().all()
    return found[1] if len(found) == 2 else None
