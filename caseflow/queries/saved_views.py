"""The saved views of one person."""

from __future__ import annotations

from sqlalchemy import bindparam, Connection, select

from caseflow.database.prepared import Prepared
from caseflow.models import SavedView


def saved_views(connection: Connection, person: int) -> list[tuple[str, str]]:
    """Name and query string, by name."""
    return [(name, query) for name, query in _VIEWS.rows(connection, {"person": person})]


_VIEWS = Prepared(
    select(SavedView.name, SavedView.query)
    .where(SavedView.person_id == bindparam("person"))
    .order_by(SavedView.name)
)
