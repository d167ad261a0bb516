"""What the list of cases shows, put together from a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from caseflow.i18n import current_language, format_number, gettext
from caseflow.messages import N_
from caseflow.models import Organisation, Person
from caseflow.queries.administration import within
from caseflow.queries.case_page import field_names
from caseflow.queries.cases import CaseLine, count_cases, list_cases, PAGE_SIZES, Total
from caseflow.queries.choices import known_units, Units
from caseflow.queries.saved_views import saved_views
from caseflow.queries.scope import Reader
from caseflow.states.pressing_issue import STATES as STATE_NAMES
from caseflow.states.pressing_issue import URGENCIES as URGENCY_NAMES
from caseflow.states.working_days import Calendar
from caseflow.views.clock_label import clock_label, ClockLabel
from caseflow.views.due_ranges import due_days
from caseflow.views.list_query import (
    Arguments,
    COLUMNS,
    DUE,
    HISTORY,
    LEVEL_NAMES,
    LEVEL_SLUGS,
    ListQuery,
    ME,
    read_query,
    SORTS,
    STATES,
    TO,
    URGENCIES,
    WAITING,
)

LIST = "/vu-viec"
Option = tuple[str, str, bool]

LABELS = {
    "q": N_("Search"),
    "don-vi": N_("Unit"),
    "linh-vuc": N_("Field"),
    "trang-thai": N_("State"),
    "han": N_("Deadline"),
    "ky": N_("Period"),
    "muc-do": N_("Urgency"),
    "cap": N_("Level"),
    "nguoi": N_("Owner"),
    "viec": N_("Waiting"),
    "nguon": N_("Imported history"),
    "ma": N_("Code"),
    "sap": N_("Sort by"),
    "cot": N_("Columns"),
    "so-dong": N_("Rows on a page"),
    "trang": N_("Page"),
}
SORTED_BY = {"han": "han", "cap-nhat": "cap-nhat"}
NUMBERS = frozenset({"tien-do", "gia-han"})
TELLING = frozenset({"q", "nguoi", "ma"})
"""Filters by which a mere count would tell what a restricted case says, whose it is, or which."""


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of a longer list: positions count from 1."""

    number: int
    pages: int
    total: int
    first: int
    last: int

    @classmethod
    def of(cls, total: int, number: int, size: int) -> PageOf:
        """Page `number`; one that does not exist is the first."""
        pages = max(1, -(-total // size))
        number = number if number <= pages else 1
        first = (number - 1) * size
        return cls(number, pages, total, first + 1, min(total, first + size))

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return self.first - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the list with what the template cannot know."""

    line: CaseLine
    href: str
    owner_href: str
    clock: ClockLabel
    field: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The words behind codes and ids, as far as this page needs them."""

    units: Units
    unit_names: Mapping[str, str]
    fields: Mapping[str, str]
    people: Mapping[str, str]


def list_page(
    connection: Connection,
    reader: Reader,
    calendar: Calendar,
    arguments: Arguments,
    totals: dict[str, Total],
) -> dict[str, Any]:
    """Everything that the list's template asks for. `totals` by state are none for who counts no cases."""
    names = _names(connection, reader, arguments)
    query = read_query(arguments, units=names.unit_names, fields=names.fields)
    wanted = query.case_filter(due_days(calendar, reader.today))
    total = _total(query, totals) or count_cases(connection, reader, wanted)
    page = PageOf.of(total.listed, query.number, query.rows)
    lines = list_cases(connection, reader, wanted, sort=query.sort, limit=query.rows, offset=page.offset)
    return {
        "query": query,
        "page": page,
        "page_number": page.number,
        "restricted": 0 if TELLING & {name for name, _ in query.filters()} else total.restricted,
        "rows": rows_of(lines, calendar, reader.today, names, query),
        "states": [_state(slug, totals, query) for slug in STATES] if totals else [],
        "chips": [
            (_chip(name, value, names), _href(query.without(name, value))) for name, value in query.filters()
        ],
        "clear_href": _href(query.cleared()),
        "ignored": [(gettext(LABELS[name]), value) for name, value in query.ignored],
        "options": _options(query, names, reader),
        "units": names.units,
        "extra_unit": "" if query.one("don-vi") in names.units.names else query.one("don-vi"),
        "columns": _columns(query),
        "cells": [(name, gettext(COLUMNS[name])) for name in query.columns],
        "href": lambda number: _address(query.text(page=number)),
        "views": [(name, _address(text)) for name, text in saved_views(connection, reader.actor)],
    }


def _total(query: ListQuery, totals: dict[str, Total]) -> Total | None:
    """The total of a list that is limited by nothing but states: the counters know it."""
    if not totals or {name for name, _ in query.filters()} - {"trang-thai"}:
        return None
    chosen = [STATES[slug] for slug in query.values.get("trang-thai", tuple(STATES))]
    return Total(sum(totals[s].listed for s in chosen), sum(totals[s].restricted for s in chosen))


def _names(connection: Connection, reader: Reader, arguments: Arguments) -> Names:
    units = known_units(connection, None if reader.operator else reader.reach, reader.today)
    unit_names = units.names
    for code in arguments.getlist("don-vi")[:1]:
        if code not in unit_names:
            unit_names = {**unit_names, **_unit_in_reach(connection, reader, code)}
    return Names(
        units, unit_names, field_names(connection, current_language()), _person(connection, arguments)
    )


def _unit_in_reach(connection: Connection, reader: Reader, code: str) -> dict[str, str]:
    """A unit whose life is over still has its closed cases; who has no reach may name any unit."""
    paths = None if reader.operator or not reader.reach else reader.reach
    row = connection.execute(
        select(Organisation.code, Organisation.name).where(
            Organisation.code == code, within(Organisation.path, paths)
        )
    ).first()
    return {row.code: row.name} if row else {}


def _person(connection: Connection, arguments: Arguments) -> dict[str, str]:
    if not arguments.getlist("nguoi"):
        return {}
    wanted = read_query(arguments, units=(), fields=()).one("nguoi")
    if not wanted or wanted == ME:
        return {}
    name = connection.execute(select(Person.name).where(Person.uuid == UUID(wanted))).scalar()
    return {wanted: name} if name else {}


def rows_of(
    lines: Iterable[CaseLine], calendar: Calendar, today: date, names: Names, query: ListQuery
) -> list[Row]:
    """The rows of a page; the owner's link shows the same list of that person's cases alone."""
    mark = f"nguoi={UUID(int=0)}"  # no value holds it: in one, "=" is written %3D
    before, _, after = _href(query.with_(nguoi=str(UUID(int=0)))).partition(mark)
    return [
        Row(
            line=line,
            href=f"{LIST}/{line.code}",
            owner_href=f"{before}nguoi={line.owner_uuid}{after}" if line.owner_uuid else "",
            clock=clock_label(line, calendar, today),
            field=names.fields.get(line.field, line.field),
            marks=tuple(marks_of(line)),
        )
        for line in lines
    ]


def marks_of(line: CaseLine) -> Iterator[str]:
    """What a reader of figures must not overlook."""
    if line.waiting_for_decision:
        yield gettext("Waiting for a decision above")
    if line.extensions_granted:
        yield gettext("Extended: %(n)s", n=line.extensions_granted)
    if line.reopenings:
        yield gettext("Reopened: %(n)s", n=line.reopenings)
    if line.history:
        yield gettext("Imported history")


def _state(slug: str, totals: dict[str, Total], query: ListQuery) -> dict[str, object]:
    state = STATES[slug]
    return {
        "label": gettext(STATE_NAMES[state]),
        "number": totals[state].listed,
        "restricted": totals[state].restricted,
        "href": _address(f"trang-thai={slug}"),
        "current": query.filters() == [("trang-thai", slug)],
    }


def _address(text: str) -> str:
    return f"{LIST}?{text}" if text else LIST


def _href(query: ListQuery) -> str:
    return _address(query.text())


def _chip(name: str, value: str, names: Names) -> str:
    return gettext("%(name)s: %(value)s", name=gettext(LABELS[name]), value=_word(name, value, names))


def _word(name: str, value: str, names: Names) -> str:
    known: dict[str, Callable[[], str]] = {
        "don-vi": lambda: names.unit_names.get(value, value),
        "linh-vuc": lambda: names.fields.get(value, value),
        "trang-thai": lambda: gettext(STATE_NAMES[STATES[value]]),
        "han": lambda: gettext(DUE[value]),
        "muc-do": lambda: gettext(dict(URGENCY_NAMES)[URGENCIES[value]]),
        "cap": lambda: gettext(LEVEL_NAMES[LEVEL_SLUGS[value]]),
        "nguoi": lambda: gettext("me") if value == ME else names.people.get(value, value),
        "viec": lambda: gettext(WAITING[value]),
        "nguon": lambda: gettext(HISTORY[value]),
        "ma": lambda: value.replace(TO, " – "),
        "sap": lambda: gettext(SORTS[value][1]),
        "cot": lambda: gettext(COLUMNS[value]),
        "so-dong": lambda: format_number(int(value)),
    }
    return known[name]() if name in known else value


def _options(query: ListQuery, names: Names, reader: Reader) -> dict[str, tuple[Option, ...]]:
    year = reader.today.year
    offered: dict[str, Iterable[str]] = {
        "linh-vuc": names.fields,
        "han": DUE,
        "muc-do": URGENCIES,
        "cap": LEVEL_SLUGS,
        "ky": [str(one) for one in range(year + 1, year - 8, -1)],
        "nguoi": dict.fromkeys([ME, *names.people]),
        "viec": WAITING,
        "nguon": HISTORY,
    }
    made = {
        name: _any(name, query, [(v, _word(name, v, names)) for v in known])
        for name, known in offered.items()
    }
    made["trang-thai"] = _several("trang-thai", STATES, query.values.get("trang-thai", ()), names)
    made["cot"] = _several("cot", COLUMNS, query.columns, names)
    made["sap"] = _several("sap", SORTS, (query.one("sap") or "han",), names)
    sizes = [str(size) for size in PAGE_SIZES]
    made["so-dong"] = _several("so-dong", sizes, (str(query.rows),), names)
    return made


def _any(name: str, query: ListQuery, known: list[tuple[str, str]]) -> tuple[Option, ...]:
    chosen = query.one(name)
    extra = [] if not chosen or chosen in dict(known) else [(chosen, chosen)]
    return (("", gettext("Any"), not chosen), *((v, text, v == chosen) for v, text in [*known, *extra]))


def _several(name: str, known: Iterable[str], chosen: Iterable[str], names: Names) -> tuple[Option, ...]:
    return tuple((value, _word(name, value, names), value in chosen) for value in known)


def _columns(query: ListQuery) -> list[dict[str, object]]:
    first: dict[str, object] = {"name": "ma", "label": gettext("Case"), "num": False}
    shown = [first | _sorting("ma", query)]
    for name in query.columns:
        column: dict[str, object] = {"name": name, "label": gettext(COLUMNS[name]), "num": name in NUMBERS}
        shown.append(column | _sorting(SORTED_BY.get(name), query))
    return shown


def _sorting(sort: str | None, query: ListQuery) -> dict[str, object]:
    if sort is None:
        return {"href": None, "sorted": None}
    current = (query.one("sap") or "han") == sort
    order = "descending" if sort == "cap-nhat" else "ascending"
    return {
        "href": _href(query.with_(sap="" if sort == "han" else sort)),
        "sorted": order if current else None,
    }
