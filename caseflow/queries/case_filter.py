"""What a list of cases asks for, and how it is said in SQL; scope is said elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, ColumnElement, false, func, Select, select, text, true
from sqlalchemy.orm import aliased

from caseflow.database.off_index import OffIndex
from caseflow.models import Case, FieldRow, Organisation, Person
from caseflow.queries.scope import Reader, units_of
from caseflow.states.folding import fold

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list asks for; None and empty mean no limit. `organisation` is a code and means its subtree.

    `offered` asks for cases that another unit offers to one which the reader supervises; `codes` for those from
    one code to another, as an import gave them.
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
    codes: tuple[str, str] | None = None
    q: str = ""


class Lead(Enum):
    """By what the rows of a list are found; the rest is judged row by row.

    By the index of its order or filter, by what is in a narrow reader's scope, or by words that few cases hold
    (or codes).
    EXACT walks the list as LIST does, but stops at cases that hold the words just as they were written: where
    these fill a page, the others need not be sorted behind them.
    """

    LIST = "list"
    EXACT = "exact"
    SCOPE = "scope"
    WORDS = "words"


Asked = Mapping[str, Any]
"""The values that a filter gives, under the names by which statements know them."""

FEW_ROWS = frozenset({"asked_owner", "asked_owned_by_me", "asked_waiting_for_decision", "asked_offered"})
"""What leaves few rows by itself."""
DEADLINES = ("asked_overdue", "asked_due_before", "asked_due_from")
PLAIN = ("overdue", "due_before", "due_from", "organisation", "field", "period", "urgency", "level",
         "waiting_for_decision", "offered", "owned_by_me")  # fmt: skip


def asked_of(wanted: CaseFilter) -> Asked:
    """What the filter asks for, and nothing else."""
    asked: dict[str, Any] = {f"asked_state_{n}": state for n, state in enumerate(wanted.states)}
    asked |= {f"asked_{name}": value for name in PLAIN if (value := getattr(wanted, name))}
    if wanted.owner:
        asked["asked_owner"] = _uuid(wanted.owner)
    if wanted.codes:
        asked["asked_code_from"], asked["asked_code_to"] = wanted.codes
    if wanted.history is not None:
        asked["asked_history"] = wanted.history
    folded, accented = fold(wanted.q), " ".join(wanted.q.casefold().split())[:LONGEST_QUERY]
    if phrase := _phrase(folded[:LONGEST_QUERY]):
        asked["asked_phrase"] = phrase
    if accented and accented != folded:
        asked["asked_exact"] = f'"{accented.replace(chr(34), "")}"'
    return asked


def _uuid(text_: str) -> UUID:
    try:
        return UUID(text_)
    except ValueError:
        return UUID(int=0)


def _phrase(words: str) -> str:
    quoted = [f'"{word.replace(chr(34), "")}"' for word in words.split() if word.strip('"')]
    return " ".join(quoted) + "*" if quoted else ""


def conditions(reader: Reader, asked: Asked, lead: Lead) -> list[ColumnElement[bool]]:
    """The filter in SQL, scope aside."""

    def column(of: Any) -> Any:
        return OffIndex(of) if lead is Lead.SCOPE else of

    found = [
        make(reader, bindparam(name, asked[name]), column) for name, make in _MAKE.items() if name in asked
    ]
    states: list[Any] = [
        bindparam(name, value) for name, value in asked.items() if name.startswith("asked_state_")
    ]
    if states:
        found.append(column(Case.state).in_(states))
    if lead in (Lead.LIST, Lead.EXACT) and any(name in asked for name in DEADLINES):
        found.append(Case.clock_stopped == false())
    elif lead is Lead.LIST and "asked_exact" in asked:
        found.append(Case.clock_stopped.in_([false(), true()]))  # the index of lists holds all that is judged
    key: Any = Case.id if lead is Lead.WORDS else OffIndex(Case.id)
    if "asked_phrase" in asked:
        found.append(key.in_(_matching("asked_phrase", asked)))
    if "asked_code_from" in asked:
        found.append(key.in_(_coded(asked)))
    exact = exactly(asked)
    return found if lead is not Lead.EXACT or exact is None else [*found, exact]


_Make = Callable[[Reader, Any, Callable[[Any], Any]], ColumnElement[bool]]

_MAKE: dict[str, _Make] = {
    "asked_overdue": lambda reader, _, __: Case.running_deadline < bindparam("reader_today", reader.today),
    "asked_due_before": lambda _, value, __: Case.running_deadline <= value,
    "asked_due_from": lambda _, value, __: Case.running_deadline >= value,
    "asked_owner": lambda _, value, column: column(Case.owner_id).in_(
        select(Person.id).where(Person.uuid == value)
    ),
    "asked_owned_by_me": lambda reader, _, column: (
        column(Case.owner_id) == bindparam("reader_principal", reader.principal)
    ),
    "asked_organisation": lambda _, value, column: column(Case.organisation_id).in_(_subtree(value)),
    "asked_field": lambda _, value, column: column(Case.field_id).in_(
        select(FieldRow.id).where(FieldRow.code == value)
    ),
    "asked_period": lambda _, value, column: column(Case.period) == value,
    "asked_urgency": lambda _, value, column: column(Case.urgency) == value,
    "asked_level": lambda _, value, column: column(Case.level) == value,
    "asked_waiting_for_decision": lambda reader, _, column: (
        column(Case.needs_decision_by_id) == bindparam("reader_principal", reader.principal)
    ),
    "asked_offered": lambda reader, _, column: column(Case.offered_to_id).in_(units_of(reader, "supervised")),
    "asked_history": lambda _, value, column: column(Case.history) == value,
}


def _subtree(code: Any) -> Any:
    top, unit = aliased(Organisation), aliased(Organisation)
    path = select(top.path).where(top.code == code).scalar_subquery()
    end = func.substr(path, 1, func.length(path) - 1).op("||")("0")
    return select(unit.id).where(and_(unit.path >= path, unit.path < end))


def _matching(name: str, asked: Asked) -> Any:
    found = text(f"SELECT rowid FROM case_search WHERE case_search MATCH :{name}")  # noqa: S608 - our own name
    return found.bindparams(bindparam(name, asked[name])).columns(Case.id).scalar_subquery()


def _coded(asked: Asked) -> Any:
    case = aliased(Case)
    first: Any = bindparam("asked_code_from", asked["asked_code_from"])
    last: Any = bindparam("asked_code_to", asked["asked_code_to"])
    return select(case.id).where(case.code.between(first, last))


def exactly(asked: Asked) -> ColumnElement[bool] | None:
    """Whether a case holds the words just as they were written, with their accents; None if they have none."""
    return OffIndex(Case.id).in_(_matching("asked_exact", asked)) if "asked_exact" in asked else None


def words_found(name: str, most: int) -> Select[Any]:
    """How many cases hold the words asked for as `name`; the counting stops at `most`."""
    found = text(f"SELECT rowid FROM case_search WHERE case_search MATCH :{name} LIMIT {int(most)}")  # noqa: S608
    return select(func.count()).select_from(found.columns(Case.id).subquery())
