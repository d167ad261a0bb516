"""How rows reach the database: one by one, or gathered and written with executemany."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, Connection, delete, func, insert, literal_column, select, Table, update

from caseflow.database.prepared import Prepared
from caseflow.models import Base


class Writer:
    """Writes inserts of one transaction at once."""

    gathers = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._tells_key = connection.dialect.name == "sqlite"

    def add(self, table: Table, row: dict[str, Any]) -> int:
        """Insert one row; answer its key."""
        return _insert_one(table, tuple(row), self._tells_key).insert(self.connection, row)

    def change(self, table: Table, where: dict[str, Any], values: dict[str, Any]) -> None:
        """Update the rows whose columns equal `where`."""
        given = {f"was_{name}": value for name, value in where.items()} | values
        shape = tuple(
            (name, value if value is None or isinstance(value, str) else ...) for name, value in where.items()
        )
        _change(table, shape, tuple(values)).run(self.connection, given)

    def remove(self, table: Table, where: dict[str, Any]) -> None:
        """Delete the rows whose columns equal `where`."""
        self.connection.execute(delete(table).where(*_equal(table, where)))

    def reserve(self, table: Table) -> int:
        """A key for a row that is added later; only where rows are gathered."""
        raise NotImplementedError(table.name)

    def flush(self) -> None:
        """Nothing waits here."""


class GatheringWriter(Writer):
    """Gathers the inserts of a long transaction and writes them table by table, in the order of foreign keys.

    Keys are given out here: the writer holds the database's write lock, so nobody else gives any.
    """

    gathers = True

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._last: dict[Table, int] = {}

    def add(self, table: Table, row: dict[str, Any]) -> int:
        """Keep the row for the flush; answer its key."""
        key = row.get("id")
        if key is None and "id" in table.c:
            key = row["id"] = self.reserve(table)
        self._rows[table].append(row)
        return int(key or 0)

    def reserve(self, table: Table) -> int:
        """The next key of the table."""
        if table not in self._last:
            last = self.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            self._last[table] = int(last)
        self._last[table] += 1
        return self._last[table]

    def change(self, table: Table, where: dict[str, Any], values: dict[str, Any]) -> None:
        """Update rows that wait; where none does, stored ones."""
        waiting = [row for row in self._rows[table] if where.items() <= row.items()]
        for row in waiting:
            row.update(values)
        if not waiting:
            super().change(table, where, values)

    def remove(self, table: Table, where: dict[str, Any]) -> None:
        """Delete rows that wait, and stored ones."""
        self._rows[table] = [row for row in self._rows[table] if not where.items() <= row.items()]
        super().remove(table, where)

    def flush(self) -> None:
        """Write everything that waits."""
        for table in Base.metadata.sorted_tables:
            for rows in _alike(self._rows.pop(table, [])):
                self.connection.execute(_insert(table), rows)


def _alike(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that name the same columns together: executemany reads the columns from its first row alone."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(row)
    return list(groups.values())


def _equal(table: Table, where: dict[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in where.items()]


@lru_cache(maxsize=256)
def _change(table: Table, where: tuple[tuple[str, Any], ...], columns: tuple[str, ...]) -> Prepared:
    rows = [_equals(table.c[name], f"was_{name}", value) for name, value in where]
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return Prepared(update(table).where(*rows).values(values))


def _equals(column: Any, name: str, value: Any) -> Any:
    """Codes stand in the statement itself: given one as a value, SQLite plans anew where an index is of one alone."""
    if value is None:
        return column.is_(None)
    if isinstance(value, str) and value.isidentifier():
        return column == literal_column(f"'{value}'")
    return column == bindparam(name)


@lru_cache(maxsize=256)
def _insert_one(table: Table, columns: tuple[str, ...], tells_key: bool) -> Prepared:
    statement = insert(table).values({column: bindparam(column) for column in columns})
    return Prepared(statement if tells_key else statement.returning(next(iter(table.primary_key))))


_INSERTS: dict[Table, Any] = {}


def _insert(table: Table) -> Any:
    statement = _INSERTS.get(table)
    if statement is None:
        statement = _INSERTS[table] = insert(table)
    return statement
