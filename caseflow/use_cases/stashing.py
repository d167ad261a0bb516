"""What somebody had typed when their session ended: kept encrypted for that account alone, for 7 days."""

from __future__ import annotations

import json
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, delete, insert, select, Table

from caseflow.adapters.sealed_text import open_text, seal_text
from caseflow.models import StashedForm
from caseflow.use_cases.installation import Installation

STASHED: Table = StashedForm.__table__  # type: ignore[assignment]
KEPT_FOR = timedelta(days=7)
PURPOSE = "stash"

Values = list[tuple[str, str]]


def stash_form(installation: Installation, person: int, path: str, values: Values) -> None:
    """Keep a form's values; an earlier stash of the same form is replaced, old ones are dropped."""
    now = installation.clock.now()
    sealed = seal_text(installation.settings.derived_key(PURPOSE), json.dumps(values, ensure_ascii=False))
    with installation.database.transaction() as connection:
        connection.execute(delete(STASHED).where(STASHED.c.created_at < now - KEPT_FOR))
        _drop(connection, person, path)
        connection.execute(
            insert(STASHED), {"person_id": person, "path": path, "payload": sealed, "created_at": now}
        )


def stashed_form(installation: Installation, connection: Connection, person: int, path: str) -> Values | None:
    """What was kept of a form for this account, or None."""
    row = connection.execute(
        select(STASHED.c.payload, STASHED.c.created_at).where(
            STASHED.c.person_id == person, STASHED.c.path == path
        )
    ).first()
    if row is None or row.created_at < installation.clock.now() - KEPT_FOR:
        return None
    try:
        text = open_text(installation.settings.derived_key(PURPOSE), row.payload)
    except InvalidTag:
        return None
    return [(str(name), str(value)) for name, value in json.loads(text)]


def drop_stash(installation: Installation, person: int, path: str) -> None:
    """The form was sent, or its text given up."""
    with installation.database.transaction() as connection:
        _drop(connection, person, path)


def _drop(connection: Connection, person: int, path: str) -> None:
    connection.execute(delete(STASHED).where(STASHED.c.person_id == person, STASHED.c.path == path))
