"""What tests look at after a deed: rows, leaves, disclosures, attempts, and whether anything changed at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import Connection, select, Table

from caseflow.models import Base, Disclosures, EventRow, FieldRow, Organisation, Person
from caseflow.trail.fold import Entry, replay
from caseflow.trail.leaf import mac_of, read_disclosure
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


# --- the trail as an inspector reads it ------------------------------------------------------------

SHAPES = {
    "case": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "prev": r"[0-9a-f]{64}",
    "event": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "type": r"[a-z]+\.[a-z_]+",
    "actor": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
}


def check_leaf(installation: Installation, event: Seen) -> None:
    """The leaf is written as its format says, byte for byte, and came from the program."""
    data, leaf = event.row.leaf, event.leaf
    assert data == rfc8785.dumps(leaf)
    assert len(data) <= 4096
    assert all(0x20 <= byte < 0x7F and byte != 0x5C for byte in data)
    assert set(leaf) == {
        "v",
        "case",
        "seq",
        "prev",
        "event",
        "type",
        "from",
        "to",
        "due",
        "actor",
        "at",
        "_sd",
    }
    assert leaf["v"] == 1
    assert [name for name, shape in SHAPES.items() if not re.fullmatch(shape, leaf[name])] == []
    assert leaf["due"] is None or re.fullmatch(r"\d{4}-\d\d-\d\dT16:59:59\.999999Z", leaf["due"])
    assert (leaf["from"] is None) == (leaf["seq"] == 0 or leaf["to"] is None)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", digest) for digest in leaf["_sd"])
    assert len(leaf["_sd"]) == len(event.disclosures)
    assert event.row.mac == mac_of(data, installation.settings.writer_key)
    told = (str(event.row.subject), event.row.seq, str(event.row.uuid), event.row.type, event.row.state)
    assert told == (leaf["case"], leaf["seq"], leaf["event"], leaf["type"], leaf["to"])


def check_chain(installation: Installation, subject: UUID) -> dict[str, Any]:
    """Every leaf is valid and follows from the one before; answer what the chain folds into."""
    trail = chain(installation, subject)
    for event in trail:
        check_leaf(installation, event)
    return replay(Entry(event.row.leaf, event.disclosures) for event in trail)


def check_case(office: Office, code: str) -> None:
    """The trail of a case folds into its row, and the columns beside the last event say the same."""
    row = office.row(code)
    told = check_chain(office.installation, row.uuid)
    people = {one.id: str(one.uuid) for one in rows(office, Person)}
    units = {one.id: one.code for one in rows(office, Organisation)}
    fields = {one.id: one.code for one in rows(office, FieldRow)}
    expected = {
        "state": row.state,
        "owner": people.get(row.owner_id),
        "resolver": people.get(row.resolver_id),
        "organisation": units[row.organisation_id],
        "field": fields[row.field_id],
        "head": bytes(row.head),
    }
    alike = ("deadline", "first_deadline", "expected_outcome", "first_expected_outcome", "outcome", "completion",
             "resolved_on", "cancel_kind", "period", "extensions_granted", "submissions", "reopenings", "seq", "last_at")  # fmt: skip
    expected |= {name: getattr(row, name) for name in alike}
    assert {name: told.get(name) for name in expected} == expected
    beside = last(office, code).row
    same = ("organisation_id", "field_id", "owner_id", "deadline", "period", "resolved_on")
    assert [getattr(beside, name) for name in same] == [getattr(row, name) for name in same]
