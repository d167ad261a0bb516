"""A column that SQLite must not look up by an index: its planner guesses without statistics, we know."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class OffIndex(FunctionElement[Any]):
    """The value of a column, for SQLite no longer that of an indexed column; elsewhere just the column."""

    name = "off_index"
    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(OffIndex)
def _plain(element: OffIndex, compiler: Any, **given: Any) -> str:
    return str(compiler.process(element.clauses, **given))


@compiles(OffIndex, "sqlite")
def _with_plus(element: OffIndex, compiler: Any, **given: Any) -> str:
    return "+" + _plain(element, compiler, **given)
