"""Numbers that screens show, from the counters that triggers keep; each leads to the list behind it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, Connection, func, or_, select, true

from caseflow.models import Case, CaseCounter
from caseflow.queries.cases import CaseFilter, count_cases, Total
from caseflow.queries.scope import conflicted_cases, Reader, units_beneath


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
    reach = true() if reader.operator else CaseCounter.organisation_id.in_(units_beneath(*reader.reach))
    counted = connection.execute(
        select(CaseCounter.state, CaseCounter.visibility, func.sum(CaseCounter.n))
        .where(reach)
        .group_by(CaseCounter.state, CaseCounter.visibility)
    )
    found: dict[tuple[str, str], int] = {(state, seen): int(n) for state, seen, n in counted}
    for state, seen, n in _hidden(connection, reader):
        found[state, seen] = found.get((state, seen), 0) - int(n)
    states = dict.fromkeys(state for state, _ in found)
    return [StateCount(s, found.get((s, "normal"), 0), found.get((s, "restricted"), 0)) for s in states]


def _hidden(connection: Connection, reader: Reader) -> list[tuple[str, str, int]]:
    reach = true() if reader.operator else Case.organisation_id.in_(units_beneath(*reader.reach))
    rows = connection.execute(
        select(Case.state, Case.visibility, func.count())
        .where(and_(Case.id.in_(conflicted_cases(reader)), reach))
        .group_by(Case.state, Case.visibility)
    )
    return [(state, seen, n) for state, seen, n in rows]


def waiting_for_judgement(connection: Connection, reader: Reader) -> Total:
    """Cases whose result waits for verification within reach: the badge of the queue."""
    if not reader.access.has("supervisor") and not reader.access.delegations:
        return Total(0, 0)
    return count_cases(connection, reader, CaseFilter(states=("resolved",)))


def overdue_of(connection: Connection, reader: Reader) -> Total:
    """Overdue cases within reach."""
    return count_cases(connection, reader, CaseFilter(overdue=True))


def open_work_of(connection: Connection, reader: Reader) -> int:
    """How many open cases the reader owns."""
    owned = select(func.count()).select_from(Case)
    working = or_(
        Case.running_deadline.is_not(None), Case.state.in_(("assigned", "in_progress", "suspended"))
    )
    return int(connection.execute(owned.where(Case.owner_id == reader.principal, working)).scalar_one())
