"""How many cases a reader's list shows in each state, without looking at each case.

The counters know whole subtrees. What a reader sees beyond them (own, supported, offered and named cases),
or not within them (restricted ones), is little and indexed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sqlalchemy import and_, ColumnElement, Connection, func, or_, select

from caseflow.models import Case, CaseReader
from caseflow.queries.access import Access
from caseflow.queries.cases import Total
from caseflow.queries.counts import counts_by_state, StateCount
from caseflow.queries.scope import near, not_conflicted, readable, Reader, units_of
from caseflow.states.pressing_issue import STATES
from caseflow.states.relations import Grant


def totals_by_state(connection: Connection, reader: Reader) -> dict[str, Total]:
    """The totals of the lists by state, in the order of the lifecycle; four queries."""
    counted = {one.state: one for one in counts_by_state(connection, reader)}
    beyond = _by_state(connection, _beyond_reach(reader))
    named = _by_state(connection, _named_within_reach(reader))
    none = StateCount("", 0, 0)
    return {
        state: Total(
            counted.get(state, none).normal + named[state] + beyond[state],
            counted.get(state, none).restricted - named[state],
        )
        for state in STATES
    }


def _by_state(connection: Connection, clause: ColumnElement[bool]) -> Counter[str]:
    rows = connection.execute(select(Case.state, func.count()).where(clause).group_by(Case.state))
    return Counter(dict(rows.all()))


def _named(reader: Reader) -> ColumnElement[bool]:
    named = select(CaseReader.case_id).where(CaseReader.person_id == reader.actor)
    return and_(Case.visibility == "restricted", Case.id.in_(named))


def _beyond_reach(reader: Reader) -> ColumnElement[bool]:
    if reader.operator:
        return Case.id < 0
    offered = Case.offered_to_id.in_(units_of(reader, "role"))
    return and_(
        or_(near(reader), offered, _named(reader)),
        readable(reader),
        not_conflicted(reader),
        Case.organisation_id.not_in(units_of(reader, "reach")),
    )


def _named_within_reach(reader: Reader) -> ColumnElement[bool]:
    within = and_(_named(reader), not_conflicted(reader))
    return within if reader.operator else and_(within, Case.organisation_id.in_(units_of(reader, "reach")))


def counts_for_reports(connection: Connection, reader: Reader) -> list[StateCount]:
    """The counts of the subtrees on which the reader reports, who opens no case of them."""
    paths = reader.access.paths("reporter")
    if not paths:
        return []
    reporting = replace(reader, access=Access(tuple(Grant("inspector", path) for path in paths)))
    return counts_by_state(connection, reporting)
