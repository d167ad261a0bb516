"""The saved views of one person."""

from __future__ import annotations

from sqlalchemy import Connection, select

from caseflow.models import SavedView


def saved_views(connection: Connection, person: int) -> list[tuple[str, str]]:
    """Name and query string, by name."""
    rows = connection.execute(
        select(SavedView.name, SavedView.query).where(SavedView.person_id == person).order_by(SavedView.name)
    )
    return [(name, query) for name, query in rows]
