"""Reading the tables as they are stored: plain tuples from the driver, in the words that SQLite has for values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, UTC
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

Row = tuple[Any, ...]
MANY = 500
"""Values asked for at once; no database takes fewer."""


class Tables:
    """Reads one snapshot. Other databases' values are turned into what SQLite stores; there that costs nothing.

    Text that is none makes SQLite's driver refuse a whole answer; `tolerant`, it is read with marks in its place.
    """

    def __init__(self, connection: Connection, *, tolerant: bool = False) -> None:
        self._driver: Any = connection.connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._read_text_with(_marked if tolerant else str)

    @cached_property
    def people(self) -> dict[int, str]:
        """The ids of people by their keys."""
        return {key: dashed(uuid) for key, uuid in self.rows("SELECT id, uuid FROM people")}

    @cached_property
    def units(self) -> dict[int, str]:
        """The codes of organisations by their keys."""
        return dict(self.rows("SELECT id, code FROM organisations"))

    @cached_property
    def fields(self) -> dict[int, str]:
        """The codes of fields by their keys."""
        return dict(self.rows("SELECT id, code FROM fields"))

    def person(self, key: Any) -> str | None:
        """Whom a column names; a key that nobody has is unlike any id."""
        return None if key is None else self.people.get(key) or f"?{key}"

    def unit(self, key: Any) -> str | None:
        """Which organisation a column names."""
        return None if key is None else self.units.get(key) or f"?{key}"

    def field(self, key: Any) -> str | None:
        """Which field a column names."""
        return None if key is None else self.fields.get(key) or f"?{key}"

    def close(self) -> None:
        """Give the connection back as it was."""
        self._read_text_with(str)

    def _read_text_with(self, read: Callable[[bytes], str]) -> None:
        if self.is_sqlite:
            self._driver.driver_connection.text_factory = read

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of the answer; `?` stands for each value."""
        return [row for batch in self.stream(sql, values, MANY) for row in batch]

    def first(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of the answer, or None."""
        return next(iter(self.rows(sql, values)), None)

    def stream(self, sql: str, values: Sequence[Any] = (), size: int = MANY) -> Iterator[list[Row]]:
        """The rows of the answer, `size` at a time; memory holds no more."""
        cursor = self._driver.cursor()
        try:
            cursor.execute(sql if self.is_sqlite else sql.replace("?", "%s"), tuple(values))
            while batch := cursor.fetchmany(size):
                yield batch if self.is_sqlite else [tuple(map(_as_stored, row)) for row in batch]
        finally:
            cursor.close()

    def among(self, sql: str, values: Iterable[Any]) -> Iterator[Row]:
        """The rows of `sql`, whose `{}` is a list of values, for any number of them."""
        listed = list(values)
        for start in range(0, len(listed), MANY):
            some = listed[start : start + MANY]
            yield from self.rows(sql.format(", ".join("?" * len(some))), some)

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        if not self.is_sqlite:
            return True
        return (
            self.first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [table]) is not None
        )


def _marked(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def dashed(uuid: str) -> str:
    """A stored id as leaves and disclosures write it; what is no text stays unlike any id."""
    if not isinstance(uuid, str):
        return f"?{uuid!r}"
    return f"{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}"


def undashed(uuid: str) -> str:
    """An id of a leaf or disclosure as it is stored."""
    return str(uuid).replace("-", "")


def _as_stored(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value) if isinstance(value, memoryview) else value


COLUMNS = (
    "e.leaf_index, e.id, e.uuid, e.subject, e.seq, e.type, e.at, e.actor_id, e.about_case_id, e.leaf, e.mac,"
    " e.state, e.deadline"
)
MORE_COLUMNS = f"{COLUMNS}, e.organisation_id, e.field_id, e.owner_id, e.period, e.resolved_on, d.data"
BESIDE = "events e LEFT JOIN disclosures d ON d.event_id = e.id"


def sealed_events(tables: Tables, *, disclosures: bool, size: int) -> Iterator[list[Row]]:
    """The events that have an index, in its order."""
    return tables.stream(
        f"{_select(disclosures)} WHERE e.leaf_index IS NOT NULL ORDER BY e.leaf_index", (), size
    )


def waiting_events(tables: Tables, *, disclosures: bool, size: int) -> Iterator[list[Row]]:
    """The events that are not sealed yet, in the order in which they will be."""
    return tables.stream(f"{_select(disclosures)} WHERE e.leaf_index IS NULL ORDER BY e.id", (), size)


def events_of(tables: Tables, subject: str) -> list[Row]:
    """The events of one subject, in the order of its chain."""
    return tables.rows(f"{_select(True)} WHERE e.subject = ? ORDER BY e.seq", [subject])


def _select(disclosures: bool) -> str:
    return f"SELECT {MORE_COLUMNS} FROM {BESIDE}" if disclosures else f"SELECT {COLUMNS} FROM events e"
