"""Lists of cases: filters, sorts, pages and totals, always through scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, Connection, func, Integer, Select, select
from sqlalchemy.orm import aliased

from caseflow.database.off_index import OffIndex
from caseflow.database.prepared import Prepared, PreparedShelf
from caseflow.models import Case, FieldRow, Organisation, Person
from caseflow.queries.case_filter import (
    Asked,
    asked_of,
    CaseFilter,
    conditions,
    exactly,
    FEW_ROWS,
    Lead,
    words_found,
)
from caseflow.queries.scope import concerning, not_conflicted, only_counted, readable, Reader, visible

__all__ = ["PAGE_SIZES", "CaseFilter", "CaseLine", "Total", "count_cases", "list_cases"]

PAGE_SIZES = (25, 50, 100)
LARGEST_PAGE = 200


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

SORTS: dict[str, tuple[tuple[Any, bool], ...]] = {
    "due": ((Case.clock_stopped, False), (Case.running_deadline, False), (Case.id, False)),
    "newest": ((Case.registered_at, True), (Case.id, True)),
    "oldest": ((Case.registered_at, False), (Case.id, False)),
    "changed": ((Case.last_at, True), (Case.id, True)),
    "resolved": ((Case.resolved_at, False), (Case.id, False)),
    "code": ((Case.code, False),),
}
"""By name, what a list is sorted by, and whether downwards."""

FEW_WORDS = 1_000
"""Up to so many cases that hold the words, these are looked up; beyond, the list is walked in its order."""

_PAGES, _TOTALS = PreparedShelf(), PreparedShelf()
_WORDS = {name: Prepared(words_found(name, FEW_WORDS + 1)) for name in ("asked_phrase", "asked_exact")}


def list_cases(
    connection: Connection,
    reader: Reader,
    wanted: CaseFilter,
    *,
    sort: str = "due",
    limit: int = 50,
    offset: int = 0,
) -> list[CaseLine]:
    """One page of the cases that the reader may see. One query; for a search at most three more.

    Exact accents come first in a search.
    """
    asked, sort = asked_of(wanted), sort if sort in SORTS else "due"
    values = {**reader.values, **asked, "page_limit": min(limit, LARGEST_PAGE), "page_offset": offset}

    def read(lead: Lead) -> list[CaseLine]:
        shape = (reader.shape, tuple(asked), lead, sort)
        statement = _PAGES.get(shape, lambda: _page(reader, asked, lead, sort))
        return [CaseLine(*row) for row in statement.rows(connection, values)]

    lead = _lead(connection, reader, asked)
    if lead is Lead.LIST and _often(connection, "asked_exact", asked):
        lines = read(Lead.EXACT)
        if len(lines) == values["page_limit"]:
            return lines
    return read(lead)


def _often(connection: Connection, name: str, asked: Asked) -> bool:
    """Whether many cases hold the words asked for as `name`."""
    if name not in asked:
        return False
    ((found,),) = _WORDS[name].rows(connection, asked)
    return bool(found > FEW_WORDS)


def _lead(connection: Connection, reader: Reader, asked: Asked) -> Lead:
    if "asked_code_from" in asked:
        return Lead.WORDS
    if "asked_phrase" in asked and not _often(connection, "asked_phrase", asked):
        return Lead.WORDS
    return Lead.LIST if reader.wide or not FEW_ROWS.isdisjoint(asked) else Lead.SCOPE


def _page(reader: Reader, asked: Asked, lead: Lead, sort: str) -> Select[Any]:
    """First which cases, by what indexes hold; then what is shown of them."""
    order = _order(asked, lead, sort)
    keys = [column.label(f"key_{n}") for n, (column, _) in enumerate(order)]
    found = (
        select(Case.id.label("found"), *keys)
        .where(visible(reader, leading=lead is Lead.SCOPE), *conditions(reader, asked, lead))
        .order_by(*_directed(order))
        .limit(bindparam("page_limit", type_=Integer))
        .offset(bindparam("page_offset", type_=Integer))
        .subquery()
    )
    again = [(found.c[f"key_{n}"], downwards) for n, (_, downwards) in enumerate(order)]
    page: Select[Any] = _LINE.join(found, found.c.found == Case.id).order_by(*_directed(again))
    return page


def _order(asked: Asked, lead: Lead, sort: str) -> list[tuple[Any, bool]]:
    order = list(SORTS[sort])
    if lead in (Lead.SCOPE, Lead.WORDS):
        order = [(OffIndex(column), downwards) for column, downwards in order]
    exact = exactly(asked)
    return order if exact is None or lead is Lead.EXACT else [(exact, True), *order]


def _directed(order: list[tuple[Any, bool]]) -> list[Any]:
    return [column.desc() if downwards else column for column, downwards in order]


def count_cases(connection: Connection, reader: Reader, wanted: CaseFilter) -> Total:
    """How many cases the filter finds: those listed, and the restricted ones that are only a count.

    One query, and one more for a search. Where words, a person or codes are asked for, restricted cases
    are not even counted: the count would tell what they say, whose they are, or which.
    """
    asked = asked_of(wanted)
    lead = _lead(connection, reader, asked)
    statement = _TOTALS.get((reader.shape, tuple(asked), lead), lambda: _total(reader, asked, lead))
    ((listed, restricted),) = statement.rows(connection, {**reader.values, **asked})
    telling = bool(wanted.q or wanted.owner or wanted.codes)
    return Total(listed, 0 if telling else restricted)


def _total(reader: Reader, asked: Asked, lead: Lead) -> Select[Any]:
    total: Any = select(func.count().filter(readable(reader)), func.count().filter(only_counted(reader)))
    within = concerning(reader, leading=lead is Lead.SCOPE)
    counted: Select[Any] = total.select_from(Case).where(
        not_conflicted(reader), within, *conditions(reader, asked, lead)
    )
    return counted
