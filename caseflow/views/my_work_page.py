"""What waits for the reader, put together from a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from caseflow.i18n import gettext
from caseflow.messages import N_
from caseflow.queries.cases import CaseFilter, CaseLine, count_cases, list_cases
from caseflow.queries.my_work import open_groups, previous_sign_in
from caseflow.queries.scope import Reader
from caseflow.queries.state_totals import counts_for_reports
from caseflow.states.pressing_issue import STATES
from caseflow.states.working_days import Calendar
from caseflow.views.clock_label import clock_label, ClockLabel, runs
from caseflow.views.due_ranges import due_days

SHOWN = 20
"""Cases of one group on the page; the rest is one link away."""
SHOWN_IN_BOX = 5
READ = 200
DECIDING = ("supervisor",)
ASSIGNING = ("supervisor", "registrar")

GROUPS = {
    "long_overdue": (N_("Long overdue"), "han=keo-dai&nguoi=toi"),
    "overdue": (N_("Overdue"), "han=moi-qua-han&nguoi=toi"),
    "soon": (N_("Due soon"), "han=sap-den-han&nguoi=toi"),
    "on_track": (N_("On track"), "han=trong-han&nguoi=toi"),
    "suspended": (N_("Suspended"), "trang-thai=tam-dung&nguoi=toi"),
    "waiting": (N_("Reported in time, awaiting verification"), "trang-thai=cho-xac-nhan&nguoi=toi"),
}
TILES = ("long_overdue", "overdue", "soon", "on_track")


@dataclass(frozen=True, slots=True)
class Card:
    """One case as a card."""

    href: str
    code: str
    title: str
    state: str
    urgency: str
    restricted: bool
    clock: ClockLabel
    meta: str
    update: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Cases under one heading: `count` in all, `cards` the first of them."""

    kind: str
    title: str
    count: int
    href: str
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Box:
    """Something that waits for who decides."""

    kind: str
    title: str
    roles: tuple[str, ...]
    wanted: CaseFilter
    sort: str
    query: str


BOXES = (
    Box(
        "decide",
        N_("Waiting for my decision"),
        (),
        CaseFilter(waiting_for_decision=True),
        "due",
        "viec=cho-toi-quyet-dinh",
    ),
    Box(
        "offered",
        N_("Offered by other units"),
        DECIDING,
        CaseFilter(offered=True),
        "oldest",
        "viec=chuyen-den",
    ),
    Box(
        "unassigned",
        N_("Not assigned yet"),
        ASSIGNING,
        CaseFilter(states=("registered",)),
        "oldest",
        "trang-thai=da-dang-ky&sap=cu",
    ),
)


def my_work_page(connection: Connection, reader: Reader, calendar: Calendar, person: int) -> dict[str, Any]:
    """Everything that the template asks for; `person` is who signed in."""
    counts = open_groups(connection, reader, due_days(calendar, reader.today))
    mine = CaseFilter(states=("assigned", "in_progress", "suspended", "resolved"), owned_by_me=True)
    lines = list_cases(connection, reader, mine, sort="due", limit=READ) if counts else []
    return {
        "counts": [_tile(kind, counts) for kind in TILES],
        "groups": _groups(lines, counts, calendar, reader),
        "boxes": [_box(connection, reader, calendar, box) for box in BOXES if _for(reader, box.roles)],
        "reported": _reported(connection, reader),
        "last_sign_in": previous_sign_in(connection, person),
    }


def _reported(connection: Connection, reader: Reader) -> list[tuple[str, int]]:
    counted = {one.state: one.normal + one.restricted for one in counts_for_reports(connection, reader)}
    return [(state, counted[state]) for state in STATES if state in counted]


def _for(reader: Reader, roles: tuple[str, ...]) -> bool:
    return not roles or reader.access.has(*roles)


def _tile(kind: str, counts: dict[str, int]) -> dict[str, object]:
    title, query = GROUPS[kind]
    return {
        "label": gettext(title),
        "number": counts.get(kind, 0),
        "href": f"/vu-viec?{query}",
        "kind": kind,
    }


def _groups(lines: list[CaseLine], counts: dict[str, int], calendar: Calendar, reader: Reader) -> list[Group]:
    cards = cards_of(lines, calendar, reader)
    placed: dict[str, list[Card]] = {kind: [] for kind in GROUPS}
    for line, card in zip(lines, cards, strict=True):
        kind = _group_of(line, card.clock)
        if len(placed[kind]) < SHOWN:
            placed[kind].append(card)
    return [
        Group(kind, gettext(title), counts[kind], f"/vu-viec?{query}", placed[kind])
        for kind, (title, query) in GROUPS.items()
        if counts.get(kind)
    ]


def _group_of(line: CaseLine, clock: ClockLabel) -> str:
    if line.state == "suspended":
        return "suspended"
    if not runs(line):
        return "waiting"
    return "soon" if clock.kind == "due_today" else clock.kind


def _box(connection: Connection, reader: Reader, calendar: Calendar, box: Box) -> Group:
    count = count_cases(connection, reader, box.wanted).listed
    lines = list_cases(connection, reader, box.wanted, sort=box.sort, limit=SHOWN_IN_BOX) if count else []
    href = f"/vu-viec?{box.query}"
    return Group(box.kind, gettext(box.title), count, href, cards_of(lines, calendar, reader))


def cards_of(lines: Iterable[CaseLine], calendar: Calendar, reader: Reader) -> list[Card]:
    """The cases as cards."""
    return [
        Card(
            href=f"/vu-viec/{line.code}",
            code=line.code,
            title=line.title,
            state=line.state,
            urgency=line.urgency,
            restricted=line.visibility == "restricted",
            clock=clock_label(line, calendar, reader.today),
            meta=gettext("%(unit)s · last update %(at)s", unit=line.organisation, at=line.last_at),
            update=line.state in {"assigned", "in_progress"},
        )
        for line in lines
    ]
