"""What tests look at after a deed: rows, leaves, disclosures, attempts, and whether anything changed at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, Table

from caseflow.models import Base, Disclosures, EventRow
from caseflow.trail.leaf import read_disclosure
from caseflow.use_cases.installation import Installation
from tests.factories import Office


@dataclass(frozen=True)
class Seen:
    """One event as it lies in the database."""

    type: str
    row: Any
    disclosures: tuple[str, ...]

    @property
    def leaf(self) -> dict[str, Any]:
        """The leaf as JSON."""
        parsed: dict[str, Any] = json.loads(self.row.leaf)
        return parsed

    @property
    def told(self) -> dict[str, Any]:
        """What the disclosures say, by name."""
        return dict(read_disclosure(text) for text in self.disclosures)


def chain(installation: Installation, subject: UUID) -> list[Seen]:
    """The events of one subject, in order."""
    statement = (
        select(EventRow.__table__, Disclosures.data)
        .join(Disclosures, Disclosures.event_id == EventRow.id)
        .where(EventRow.subject == subject)
        .order_by(EventRow.seq)
    )
    with installation.database.reading() as connection:
        return [
            Seen(row.type, row, tuple(text for text, _ in json.loads(row.data)))
            for row in connection.execute(statement)
        ]


def events(office: Office, code: str) -> list[Seen]:
    """The events of a case."""
    return chain(office.installation, office.row(code).uuid)


def last(office: Office, code: str) -> Seen:
    """The latest event of a case."""
    return events(office, code)[-1]


def attempts(office: Office, person: str) -> list[dict[str, Any]]:
    """What somebody tried in vain, as their own chain tells it."""
    own = chain(office.installation, office.actors[person].uuid)
    return [event.told for event in own if event.type == "attempt.refused"]


def rows(office: Office, model: type[Base], **where: object) -> list[Any]:
    """The rows of a table whose columns equal `where`, oldest first."""
    table: Table = model.__table__  # type: ignore[assignment]
    statement = select(table).where(*(table.c[name] == value for name, value in where.items()))
    with office.installation.database.reading() as connection:
        return list(connection.execute(statement.order_by(*table.primary_key)))


ASIDE = {"events", "disclosures", "chains", "outbox"}
"""Where a kept attempt leaves its mark: in the actor's chain."""


def everything(office: Office, *, trail: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds, to be compared; without the trail where `trail` is False."""
    with office.installation.database.reading() as connection:
        return {
            name: _all(connection, table)
            for name, table in Base.metadata.tables.items()
            if trail or name not in ASIDE
        }


def _all(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
