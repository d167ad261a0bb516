"""Lists of cases: my work, the list with its filters, and the queue of results to verify."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.i18n import gettext, ngettext, translate
from caseflow.messages import N_, say
from caseflow.queries.cases import CaseFilter, CaseLine, count_cases, list_cases
from caseflow.queries.judging import judgements, NOT_ABOVE
from caseflow.queries.scope import Reader
from caseflow.states.pressing_issue import RESOLVED
from caseflow.states.working_days import UnknownYear
from caseflow.use_cases.saved_views import delete_view, save_view
from caseflow.use_cases.work import Work
from caseflow.views import current
from caseflow.views.access import Answer, MenuItem, Pages, SIGNED_IN
from caseflow.views.list_page import LIST, list_page, PageOf
from caseflow.views.list_query import read_query
from caseflow.views.my_work_page import cards_of, my_work_page

blueprint = Pages("lists", __name__)

READERS = ("official", "registrar", "supervisor", "inspector", "reporter")
QUEUE_ROWS = 50


def _judges(reader: Reader) -> bool:
    return reader.access.has("supervisor") or bool(reader.access.delegations)


def queue_badge() -> int:
    """How many results wait for verification within reach."""
    return current.state_totals()[RESOLVED].listed if _judges(current.current_reader()) else 0


@blueprint.page(
    "/viec-cua-toi",
    permission=SIGNED_IN,
    changes=False,
    menu=MenuItem(10, N_("My work"), READERS),
)
def my_work() -> Answer:
    """Mine and late first, then what waits for a decision."""
    work, reader = current.reading_work(), current.current_reader()
    page = my_work_page(work.connection, reader, work.calendar, current.current_actor().id)
    return render_template("lists/my_work.html", actions=_actions(reader), **page)


@blueprint.page(LIST, permission=SIGNED_IN, changes=False, menu=MenuItem(20, N_("Cases"), READERS))
def cases() -> Answer:
    """The list with filters, search and saved views, all in its address."""
    return _list(request.args)


def _list(arguments: MultiDict[str, str], view_error: str = "", view_name: str = "") -> str:
    work, reader = current.reading_work(), current.current_reader()
    totals = current.state_totals() if reader.operator or reader.reach else {}
    page = list_page(work.connection, reader, work.calendar, arguments, totals)
    return render_template(
        "lists/cases.html", actions=_actions(reader), view_error=view_error, view_name=view_name, **page
    )


def _actions(reader: Reader) -> list[tuple[str, str]]:
    if not reader.access.has("registrar", "supervisor"):
        return []
    return [(gettext("Register a case"), f"{LIST}/moi"), (gettext("Import from Excel"), f"{LIST}/nhap")]


@blueprint.page(f"{LIST}/cach-xem", permission=SIGNED_IN, changes=True, methods=("POST",), keeps=False)
def save_a_view() -> Answer:
    """Keep the present query string under a name."""
    query, name = request.form.get("query", ""), request.form.get("name", "")
    try:
        kept = current.do(save_view, name, _canonical(query))
    except InvalidInput as refusal:
        arguments = _arguments(query)
        return _list(arguments, translate(refusal.message), name), refusal.http_status
    flash(gettext("The view “%(name)s” has been saved.", name=kept), "success")
    return redirect(_list_address(query), 303)


@blueprint.page(f"{LIST}/cach-xem/xoa", permission=SIGNED_IN, changes=True, methods=("POST",), keeps=False)
def delete_a_view() -> Answer:
    """Forget a saved view."""
    current.do(delete_view, request.form.get("name", ""))
    flash(gettext("The view has been deleted."), "success")
    return redirect(_list_address(request.form.get("query", "")), 303)


def _arguments(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query[:4000]))


def _canonical(query: str) -> str:
    """Only what the list itself could have written; codes of units and fields are taken as they are."""
    arguments = _arguments(query)
    return read_query(
        arguments, units=arguments.getlist("don-vi"), fields=arguments.getlist("linh-vuc")
    ).text()


def _list_address(query: str) -> str:
    canonical = _canonical(query)
    return f"{LIST}?{canonical}" if canonical else LIST


@blueprint.page(
    "/cho-xac-nhan",
    permission=SIGNED_IN,
    changes=False,
    menu=MenuItem(30, N_("Waiting for verification"), ("supervisor",), queue_badge, delegates=True),
)
def queue() -> Answer:
    """Reported results, oldest first; which of them the reader may verify is marked."""
    reader, work = current.current_reader(), current.reading_work()
    if not _judges(reader):
        raise NotPermitted(
            say(N_("Only supervisors, and whom they delegated the decision to, verify results."))
        )
    wanted = CaseFilter(states=("resolved",))
    total = count_cases(work.connection, reader, wanted)
    page = PageOf.of(total.listed, _number(), QUEUE_ROWS)
    lines = list_cases(work.connection, reader, wanted, sort="resolved", limit=QUEUE_ROWS, offset=page.offset)
    found = judgements(work.connection, reader, [line.id for line in lines])
    cards: list[dict[str, Any]] = [
        {**asdict(card), "judgement": found.get(line.id, NOT_ABOVE), "meta": _waited(line, work)}
        for line, card in zip(lines, cards_of(lines, work.calendar, reader), strict=True)
    ]
    return render_template(
        "lists/queue.html",
        cards=cards,
        page=page,
        page_number=page.number,
        restricted=total.restricted,
        href=lambda number: f"/cho-xac-nhan?trang={number}" if number > 1 else "/cho-xac-nhan",
        may_delegate=reader.access.has("supervisor"),
    )


def _waited(line: CaseLine, work: Work) -> str:
    """Since when a result waits: after five working days the lateness is the verifier's."""
    if line.resolved_on is None:
        return line.organisation
    try:
        days = work.calendar.working_days_between(line.resolved_on, work.today)
    except UnknownYear:
        return gettext("%(unit)s · reported on %(day)s", unit=line.organisation, day=line.resolved_on)
    return ngettext(
        "%(unit)s · reported on %(day)s, waiting for %(n)s working day",
        "%(unit)s · reported on %(day)s, waiting for %(n)s working days",
        days,
        unit=line.organisation,
        day=line.resolved_on,
    )


def _number() -> int:
    return read_query(request.args, units=(), fields=()).number
