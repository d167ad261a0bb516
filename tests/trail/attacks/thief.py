"""What somebody can do who may write the database file as they please, and holds none of the keys.

Each attack is plain SQL on the file, after the triggers were dropped; it answers which case (by its code) and
which event (by seq) the report must name, where there are such.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.trail.busy_office import Busy


@dataclass(frozen=True)
class Named:
    """What the report must hold: a finding of that kind, of that case and event."""

    kind: str
    case: str | None = None
    event: str | None = None


@dataclass
class Thief:
    """A connection to the stolen file, with the codes of its cases."""

    database: sqlite3.Connection
    home: Path
    busy: Busy
    older: Path

    def run(self, sql: str, *values: Any) -> None:
        """Change something; it must be there to be changed."""
        assert self.database.execute(sql, values).rowcount != 0, sql

    def one(self, sql: str, *values: Any) -> Any:
        """The first row of an answer."""
        return self.database.execute(sql, values).fetchone()

    def case(self, code: str) -> sqlite3.Row:
        """The row of a case."""
        row: sqlite3.Row = self.one("SELECT * FROM cases WHERE code = ?", code)
        return row

    def event(self, code: str, kind: str) -> sqlite3.Row:
        """The last event of that type of a case."""
        row: sqlite3.Row = self.one(
            "SELECT e.* FROM events e JOIN cases c ON c.uuid = e.subject WHERE c.code = ? AND e.type = ?"
            " ORDER BY e.seq DESC",
            code,
            kind,
        )
        return row

    def person(self, code: str) -> int:
        """The key of a person."""
        return int(self.one("SELECT id FROM people WHERE staff_code = ?", code)[0])

    def unit(self, code: str) -> int:
        """The key of a unit."""
        return int(self.one("SELECT id FROM organisations WHERE code = ?", code)[0])

    def disclosures(self, event: sqlite3.Row) -> list[list[Any]]:
        """What is stored of an event's disclosures."""
        data: list[list[Any]] = json.loads(
            self.one("SELECT data FROM disclosures WHERE event_id = ?", event["id"])[0]
        )
        return data

    def disclose(self, event: sqlite3.Row, data: list[list[Any]]) -> None:
        """Store others."""
        self.run("UPDATE disclosures SET data = ? WHERE event_id = ?", json.dumps(data), event["id"])


Attack = Callable[[Thief], Named]
ATTACKS: dict[str, Attack] = {}


def attack(deed: Attack) -> Attack:
    """Make an attack known under its name."""
    ATTACKS[deed.__name__] = deed
    return deed


def dashed(event: sqlite3.Row) -> str:
    """An event's id as reports write it."""
    text = event["uuid"]
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


ELSE = "(SELECT id FROM people WHERE staff_code = 'W1-DEP')"
"""Another person."""
THERE = "(SELECT id FROM organisations WHERE code = 'D')"
"""Another unit."""
