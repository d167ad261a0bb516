"""Numbers that screens show, from the counters that triggers keep; each leads to the list behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, ColumnElement, Connection, func, Select, select, true

from caseflow.database.off_index import OffIndex
from caseflow.database.prepared import PreparedShelf
from caseflow.models import Case, StateCounter
from caseflow.queries.scope import conflicted_cases, Reader, units_of


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many cases of a reader's reach are in a state: those they may read, and those only counted."""

    state: str
    normal: int
    restricted: int


def counts_by_state(connection: Connection, reader: Reader) -> list[StateCount]:
    """The cases in the reader's subtrees by state; two queries, whatever the number of cases.

    Cases whose subject the reader is, or answers to, are not even counted.
    """
    counted = _COUNTED.get(reader.shape, lambda: _counted(reader)).rows(connection, reader.values)
    found: Counter[tuple[str, str]] = Counter()
    for state, seen, n in counted:
        found[state, seen] += int(n)
    hidden = _HIDDEN.get(reader.shape, lambda: _hidden(reader)).rows(connection, reader.values)
    for state, seen, n in hidden:
        found[state, seen] -= int(n)
    states = dict.fromkeys(state for state, _ in found)
    return [StateCount(state, found[state, "normal"], found[state, "restricted"]) for state in states]


_COUNTED, _HIDDEN = PreparedShelf(), PreparedShelf()


def _within(reader: Reader, organisation: Any) -> ColumnElement[bool]:
    within: ColumnElement[bool] = organisation.in_(units_of(reader, "reach"))
    return true() if reader.operator else within


def _counted(reader: Reader) -> Select[Any]:
    """In the order of the table's key, so that nothing is sorted: a kind more is a few rows more."""
    key = (StateCounter.state, StateCounter.visibility)
    within = _within(reader, StateCounter.organisation_id)
    counted: Any = select(*key, func.sum(StateCounter.n))
    statement: Select[Any] = counted.where(within).group_by(StateCounter.kind, *key)
    return statement


def _hidden(reader: Reader) -> Select[Any]:
    key = (Case.state, Case.visibility)
    hidden = and_(Case.id.in_(conflicted_cases(reader)), _within(reader, OffIndex(Case.organisation_id)))
    counted: Any = select(*key, func.count())
    statement: Select[Any] = counted.where(hidden).group_by(*map(OffIndex, key))
    return statement
