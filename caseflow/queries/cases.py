"""Lists of cases: filters, sorts, pages and totals, always through scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, ColumnElement, Connection, func, or_, Select, select, text
from sqlalchemy.orm import aliased

from caseflow.models import Case, FieldRow, Organisation, Person
from caseflow.queries.scope import in_reach, near, not_conflicted, readable, Reader, units_beneath, visible
from caseflow.states.folding import fold

PAGE_SIZES = (25, 50, 100)
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list asks for; None and empty mean no limit. `organisation` is a code and means its subtree.

    `offered` asks for cases that another unit offers to one which the reader supervises.
    """

    states: tuple[str, ...] = ()
    overdue: bool = False
    due_before: date | None = None
    due_from: date | None = None
    owner: str | None = None
    organisation: str | None = None
    field: str | None = None
    period: int | None = None
    urgency: str | None = None
    level: str | None = None
    waiting_for_decision: bool = False
    offered: bool = False
    owned_by_me: bool = False
    history: bool | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as a list shows it."""

    id: int
    code: str
    title: str
    state: str
    urgency: str
    visibility: str
    organisation_code: str
    organisation: str
    field: str
    owner_uuid: UUID | None
    owner: str | None
    owner_position: str | None
    deadline: date | None
    first_deadline: date | None
    running_deadline: date | None
    resolved_on: date | None
    review_on: date | None
    registered_at: datetime
    last_at: datetime
    progress: int
    extensions_granted: int
    reopenings: int
    waiting_for_decision: bool
    history: bool


@dataclass(frozen=True, slots=True)
class Total:
    """How many cases there are: `listed` can be opened; `restricted` are in reach, but only counted."""

    listed: int
    restricted: int


_unit, _owner = aliased(Organisation), aliased(Person)
_LINE: Any = (
    select(
        Case.id,
        Case.code,
        Case.title,
        Case.state,
        Case.urgency,
        Case.visibility,
        _unit.code,
        _unit.name,
        FieldRow.code,
        _owner.uuid,
        _owner.name,
        _owner.position,
        Case.deadline,
        Case.first_deadline,
        Case.running_deadline,
        Case.resolved_on,
        Case.review_on,
        Case.registered_at,
        Case.last_at,
        Case.progress,
        Case.extensions_granted,
        Case.reopenings,
        Case.needs_decision_by_id.is_not(None),
        Case.history,
    )
    .join(_unit, _unit.id == Case.organisation_id)
    .join(FieldRow, FieldRow.id == Case.field_id)
    .outerjoin(_owner, _owner.id == Case.owner_id)
)

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (Case.running_deadline.is_(None), Case.running_deadline, Case.id),
    "newest": (Case.registered_at.desc(), Case.id.desc()),
    "oldest": (Case.registered_at, Case.id),
    "changed": (Case.last_at.desc(), Case.id.desc()),
    "resolved": (Case.resolved_at, Case.id),
    "code": (Case.code,),
}


def list_cases(
    connection: Connection,
    reader: Reader,
    wanted: CaseFilter,
    *,
    sort: str = "due",
    limit: int = 50,
    offset: int = 0,
) -> list[CaseLine]:
    """One page of the cases that the reader may see; one query. Exact accents come first in a search."""
    statement = _LINE.where(visible(reader), *conditions(reader, wanted))
    statement = statement.order_by(*_order(wanted, sort)).limit(min(limit, LARGEST_PAGE)).offset(offset)
    return [CaseLine(*row) for row in connection.execute(statement)]


def _order(wanted: CaseFilter, sort: str) -> tuple[Any, ...]:
    order = SORTS.get(sort, SORTS["due"])
    if sort == "due" and (wanted.overdue or wanted.due_before):
        order = order[1:]
    if (exact := _exact_match(wanted.q)) is not None:
        return (exact.desc(), *order)
    return order


def count_cases(connection: Connection, reader: Reader, wanted: CaseFilter) -> Total:
    """How many cases the filter finds: those listed, and the restricted ones that are only a count."""
    clauses = and_(not_conflicted(reader), *conditions(reader, wanted))
    listed = _count(connection, and_(clauses, readable(reader), or_(in_reach(reader), near(reader))))
    restricted = _count(
        connection, and_(clauses, Case.visibility == "restricted", ~readable(reader), in_reach(reader))
    )
    return Total(listed, restricted)


def _count(connection: Connection, clause: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(Case).where(clause)).scalar_one())


def conditions(reader: Reader, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """The filter in SQL, scope aside."""
    found: list[ColumnElement[bool] | None] = [
        Case.state.in_(wanted.states) if wanted.states else None,
        Case.running_deadline < reader.today if wanted.overdue else None,
        Case.running_deadline <= wanted.due_before if wanted.due_before else None,
        Case.running_deadline >= wanted.due_from if wanted.due_from else None,
        Case.owner_id.in_(select(Person.id).where(Person.uuid == _uuid(wanted.owner)))
        if wanted.owner
        else None,
        Case.owner_id == reader.principal if wanted.owned_by_me else None,
        Case.organisation_id.in_(_subtree(wanted.organisation)) if wanted.organisation else None,
        Case.field_id.in_(select(FieldRow.id).where(FieldRow.code == wanted.field)) if wanted.field else None,
        Case.period == wanted.period if wanted.period else None,
        Case.urgency == wanted.urgency if wanted.urgency else None,
        Case.level == wanted.level if wanted.level else None,
        Case.needs_decision_by_id == reader.principal if wanted.waiting_for_decision else None,
        Case.offered_to_id.in_(units_beneath(*reader.access.paths("supervisor"))) if wanted.offered else None,
        Case.history == wanted.history if wanted.history is not None else None,
        _matches(wanted.q),
    ]
    return [one for one in found if one is not None]


def _uuid(text_: str) -> UUID:
    try:
        return UUID(text_)
    except ValueError:
        return UUID(int=0)


def _subtree(code: str) -> Any:
    top, unit = aliased(Organisation), aliased(Organisation)
    path = select(top.path).where(top.code == code).scalar_subquery()
    end = func.substr(path, 1, func.length(path) - 1).op("||")("0")
    return select(unit.id).where(unit.path >= path, unit.path < end)


def _phrase(words: str) -> str:
    quoted = [f'"{word.replace(chr(34), "")}"' for word in words.split() if word.strip('"')]
    return " ".join(quoted) + "*" if quoted else ""


def _fts(phrase: str) -> ColumnElement[bool]:
    found = text("SELECT rowid FROM case_search WHERE case_search MATCH :phrase").bindparams(phrase=phrase)
    return Case.id.in_(found.columns(Case.id).scalar_subquery())


def _matches(q: str) -> ColumnElement[bool] | None:
    phrase = _phrase(fold(q)[:200])
    return _fts(phrase) if phrase else None


def _exact_match(q: str) -> ColumnElement[bool] | None:
    accented = " ".join(q.casefold().split())[:200]
    if not accented or accented == fold(q):
        return None
    return _fts_flag(f'"{accented.replace(chr(34), "")}"')


def _fts_flag(phrase: str) -> ColumnElement[bool]:
    found = text("SELECT rowid FROM case_search WHERE case_search MATCH :exact").bindparams(exact=phrase)
    return Case.id.in_(found.columns(Case.id).scalar_subquery())
