"""Statements compiled once and kept, for the way that every deed takes.

Core finds the compiled form of a statement anew at each execution, which costs several times what SQLite
needs to run it. Here the form is kept beside the statement and goes straight to the driver, on the
connection and in the transaction that SQLAlchemy opened.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from threading import Lock
from typing import Any

from sqlalchemy import BindParameter, Connection, Date, Dialect, Executable, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
_Turn = Callable[[Any], Any]


class Prepared:
    """A Core statement whose values are named `bindparam`s, or constants; no expanding ones.

    A `bindparam` that has a value keeps it where none is given. Rows come as plain tuples, with values of the
    columns' types. The driver's own errors pass through.
    """

    __slots__ = ("_forms", "_make")

    def __init__(self, statement: Executable | None = None, *, make: Callable[[], Any] | None = None) -> None:
        """Of `statement`; or of what `make` makes anew for each driver: that need not be kept, which is a lot."""
        self._make = make or (lambda: statement)
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Every row of the answer."""
        form = self._form(connection)
        found: list[Row] = _driver(connection).execute(form.sql, form.bound(values)).fetchall()
        return list(map(form.read, found)) if form.turns else found

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """The first row, or None."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def run(self, connection: Connection, *values: Mapping[str, Any]) -> int:
        """Do it with each of `values`; answer how many rows it touched in all."""
        form = self._form(connection)
        if len(values) == 1:
            return int(_driver(connection).execute(form.sql, form.bound(values[0])).rowcount)
        cursor = _driver(connection).cursor()
        cursor.executemany(form.sql, map(form.bound, values))
        return int(cursor.rowcount)

    def insert(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Insert one row; answer its integer key, which the statement returns where the driver does not tell it."""
        form = self._form(connection)
        cursor = _driver(connection).execute(form.sql, form.bound(values))
        return int(cursor.fetchone()[0] if cursor.description else cursor.lastrowid)

    def _form(self, connection: Connection) -> _Form:
        form = self._forms.get(connection.dialect.name)
        if form is None:
            with _COMPILING:
                form = self._forms.get(connection.dialect.name)
                if form is None:
                    form = self._forms[connection.dialect.name] = _Form.of(self._make(), connection.dialect)
        return form


_COMPILING = Lock()
"""Two threads that compile one statement at once can trip over each other's half-made state."""


class PreparedShelf:
    """Statements made once for each shape in which they are asked for; the oldest give way to new ones."""

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._kept: dict[Hashable, Prepared] = {}
        self._changing = Lock()

    def get(self, shape: Hashable, make: Callable[[], Executable]) -> Prepared:
        """The statement of that shape."""
        statement = self._kept.get(shape)
        if statement is None:
            statement = Prepared(make=make)
            with self._changing:
                if len(self._kept) >= self._most:
                    del self._kept[next(iter(self._kept))]
                self._kept[shape] = statement
        return statement


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in the words of one driver.

    `names` are its values in their order, of which `binds` must be written in the driver's way; `turns` are the
    columns whose values must be read.
    """

    sql: str
    positional: bool
    names: tuple[str, ...]
    pick: Callable[[Mapping[str, Any]], Row]
    binds: tuple[tuple[int, _Turn], ...]
    kept: Mapping[str, Any]
    turns: tuple[tuple[int, _Turn], ...]

    @classmethod
    def of(cls, statement: Any, dialect: Dialect) -> _Form:
        binds: Mapping[str, BindParameter[Any]] = statement.compile(dialect=dialect).binds
        compiled = _compiled(statement, dialect, binds)
        names: Sequence[str] = compiled.positiontup or tuple(binds)
        columns = getattr(statement, "selected_columns", None) or statement.returning_column_descriptions
        return cls(
            sql=str(compiled),
            positional=compiled.positiontup is not None,
            names=tuple(names),
            pick=_picker(tuple(names)),
            binds=tuple(_turning(_binder(binds[name].type, dialect) for name in names)),
            kept={name: binds[name].value for name in names if not binds[name].required},
            turns=tuple(_readers(columns, dialect)),
        )

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        row = _turned(self.pick({**self.kept, **values} if self.kept else values), self.binds)
        return row if self.positional else dict(zip(self.names, row, strict=True))

    def read(self, row: Row) -> Row:
        """The row with values of the columns' types."""
        return _turned(row, self.turns)


def _compiled(statement: Any, dialect: Dialect, binds: Mapping[str, BindParameter[Any]]) -> SQLCompiler:
    """Some constants, such as a separator, are written into the text; that asks for all values beforehand."""
    if isinstance(statement, Select | CompoundSelect):
        statement = statement.params({name: None for name, bind in binds.items() if bind.required})
    compiled: SQLCompiler = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return compiled


def _turned(row: Row, turns: Iterable[tuple[int, _Turn]]) -> Row:
    """The row with some values turned; none of our types has another form for nothing."""
    values = list(row)
    for index, turn in turns:
        if values[index] is not None:
            values[index] = turn(values[index])
    return tuple(values)


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Row]:
    """What takes the values of these names out of a mapping, in one step."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> _Turn | None:
    impl = kind.dialect_impl(dialect)
    if dialect.name == "sqlite" and isinstance(impl, Date):
        return date.isoformat  # what the dialect writes too, by a pattern that takes six times as long
    return impl.bind_processor(dialect)


def _readers(columns: Any, dialect: Dialect) -> Iterator[tuple[int, _Turn]]:
    kinds = [column["type"] if isinstance(column, dict) else column.type for column in columns]
    return _turning(kind.dialect_impl(dialect).result_processor(dialect, None) for kind in kinds)


def _turning(turns: Iterable[_Turn | None]) -> Iterator[tuple[int, _Turn]]:
    return ((index, turn) for index, turn in enumerate(turns) if turn is not None)


def _driver(connection: Connection) -> Any:
    if connection.get_transaction() is None:
        connection.begin()
    return connection.connection.dbapi_connection
