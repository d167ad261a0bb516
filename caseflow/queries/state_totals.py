"""How many cases a reader's list shows in each state, without looking at each case.

The counters know whole subtrees. What a reader sees beyond them (own, supported, offered and named cases),
or not within them (restricted ones), is little and indexed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, ColumnElement, Connection, func, or_, Select, select

from caseflow.database.off_index import OffIndex
from caseflow.database.prepared import PreparedShelf
from caseflow.models import Case
from caseflow.queries.access import Access
from caseflow.queries.cases import Total
from caseflow.queries.counts import counts_by_state, StateCount
from caseflow.queries.scope import (
    named_restricted,
    near,
    not_conflicted,
    offered,
    readable,
    Reader,
    units_of,
)
from caseflow.states.pressing_issue import STATES
from caseflow.states.relations import Grant


def totals_by_state(connection: Connection, reader: Reader) -> dict[str, Total]:
    """The totals of the lists by state, in the order of the lifecycle; four queries."""
    counted = {one.state: one for one in counts_by_state(connection, reader)}
    beyond = _by_state(connection, reader, _beyond_reach)
    named = _by_state(connection, reader, _named_within_reach)
    none = StateCount("", 0, 0)
    return {
        state: Total(
            counted.get(state, none).normal + named[state] + beyond[state],
            counted.get(state, none).restricted - named[state],
        )
        for state in STATES
    }


_STATEMENTS = PreparedShelf()


def _by_state(
    connection: Connection, reader: Reader, clause: Callable[[Reader], ColumnElement[bool]]
) -> Counter[str]:
    def counted() -> Select[Any]:
        statement: Any = select(Case.state, func.count()).where(clause(reader))
        grouped: Select[Any] = statement.group_by(OffIndex(Case.state))
        return grouped

    statement = _STATEMENTS.get((clause.__name__, reader.shape), counted)
    return Counter(dict(statement.rows(connection, reader.values)))


def _beyond_reach(reader: Reader) -> ColumnElement[bool]:
    if reader.operator:
        return Case.id < 0
    beyond = or_(near(reader), offered(reader), named_restricted(reader))
    elsewhere = OffIndex(Case.organisation_id).not_in(units_of(reader, "reach"))
    return and_(beyond, readable(reader), not_conflicted(reader), elsewhere)


def _named_within_reach(reader: Reader) -> ColumnElement[bool]:
    within = and_(named_restricted(reader), not_conflicted(reader))
    subtree = OffIndex(Case.organisation_id).in_(units_of(reader, "reach"))
    return within if reader.operator else and_(within, subtree)


def counts_for_reports(connection: Connection, reader: Reader) -> list[StateCount]:
    """The counts of the subtrees on which the reader reports, who opens no case of them."""
    paths = reader.access.paths("reporter")
    if not paths:
        return []
    reporting = replace(reader, access=Access(tuple(Grant("inspector", path) for path in paths)))
    return counts_by_state(connection, reporting)
