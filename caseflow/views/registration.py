"""Entering a pressing issue, and assigning it at once where the three clears are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from caseflow.errors import CaseflowError, InvalidInput, KeyReused, NotReady, Problem
from caseflow.i18n import current_language, gettext
from caseflow.messages import N_, say
from caseflow.queries.case_page import similar_cases
from caseflow.queries.case_people import MOST_OFFERED, people_around, people_by_uuid
from caseflow.queries.choices import active_fields, units_at
from caseflow.states.given import read_fields
from caseflow.states.move import Field
from caseflow.states.pressing_issue import PRESSING_ISSUE, REGISTER_FIELDS
from caseflow.use_cases.entering import register_and_assign
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.work import Work
from caseflow.views import move_form
from caseflow.views.access import Answer
from caseflow.views.case_moves import case_url
from caseflow.views.case_page import reader_in
from caseflow.views.current import do_once, look_afresh, reading_work
from caseflow.views.move_form import Choices, MoveForm, Typed
from caseflow.views.stash import stashed_data
from caseflow.views.transitions import still_seen

PATH = "/vu-viec/moi"
ROLES = ("registrar", "supervisor")
SECRET = "holds_state_secrets"  # noqa: S105 - the name of a question
WORK = ("title", "description", "expected_outcome", "field", "organisation", "urgency")
ORIGIN = ("source", "basis")
PARTIES = ("complainant_name", "complainant_contact", "subjects")
READING = ("visibility", "readers", "period")
ASSIGNING = ("owner", "deadline", "working_days", "lead_officer", "verify_by")
_ASK = Problem(SECRET, say(N_("Answer whether the entry would hold state secrets.")))


def _fields(names: Iterable[str]) -> tuple[Field, ...]:
    by_name = {one.name: one for one in REGISTER_FIELDS}
    return tuple(by_name[name] for name in names)


ENTERED = _fields((*WORK, *ORIGIN, *READING, *PARTIES))
ASSIGNED = tuple(
    replace(one, required=False) for one in PRESSING_ISSUE.by_name["assign"].fields if one.name in ASSIGNING
)
"""As offered here: an assignment is as good as left out until something of it is entered."""


def show() -> Answer:
    """The empty form, or the one that was typed before the session ended."""
    return _page(_form(stashed_data(PATH) or _first()))


def take() -> Answer:
    """Register the case, or show the form again with what is wrong."""
    data = request.form
    if data.keys() & {"search", "check"}:
        return _page(_form(data))
    typed = move_form.read_form(ENTERED, data)
    assignment = _assignment(data, typed)
    secret = _secret(data, typed)
    try:
        if secret is None:
            raise _unanswered(typed)
        done = do_once(register_and_assign, typed.raw, assignment)
    except CaseflowError as refusal:
        look_afresh()
        if refusal.http_status in {403, 404}:
            raise
        form = _form(data, fresh=isinstance(refusal, KeyReused))
        form.show(refusal, typed.wrong)
        return _page(form), refusal.http_status
    return _done(done["code"], data)


def _first() -> MultiDict[str, str]:
    units = _units(reading_work())
    only = units[0].value if len(units) == 1 else ""
    return MultiDict({"organisation": only, "urgency": "normal", "visibility": "normal", "verify_by": "own"})


def _secret(data: MultiDict[str, str], typed: Typed) -> bool | None:
    """What the question about state secrets was answered with; None where it was not."""
    answer = {"yes": True, "no": False}.get(data.get(SECRET, ""))
    if answer:
        typed.raw[SECRET] = True
    return answer


def _unanswered(typed: Typed) -> InvalidInput:
    """The question was left open; whatever else is missing is named with it."""
    problems: tuple[Problem, ...] = (_ASK,)
    try:
        read_fields(ENTERED, typed.raw, CaseLookup(reading_work()))
    except NotReady as refusal:
        problems += refusal.problems
    return InvalidInput(_ASK.message, problems)


def _assignment(data: MultiDict[str, str], typed: Typed) -> dict[str, object] | None:
    """The assignment that came along: only where an owner, a deadline or working days were entered."""
    given = move_form.read_form(ASSIGNED, data)
    typed.wrong.update(given.wrong)
    return given.raw if given.raw.keys() & {"owner", "deadline", "working_days"} else None


def _done(code: str, data: MultiDict[str, str]) -> Response:
    seen = still_seen(code)
    flash(gettext("Registered as %(code)s", code=code), "success")
    alike = [other for other, _ in _similar(data) if other != code]
    if alike:
        flash(gettext("Similar cases of the unit: %(codes)s", codes=", ".join(alike)), "warning")
    return redirect(case_url(code) if seen else "/vu-viec", 303)


def _similar(data: MultiDict[str, str]) -> list[tuple[str, str]]:
    title, unit = data.get("title", "").strip(), data.get("organisation", "")
    if not title or not unit:
        return []
    work = reading_work()
    return similar_cases(work.connection, reader_in(work), title, unit)


# --- the form -------------------------------------------------------------------------------------------


def _form(data: MultiDict[str, str], *, fresh: bool = False) -> MoveForm:
    work = reading_work()
    people, many = _people(work, data)
    fields = active_fields(work.connection, current_language())
    choices = Choices(
        people=people,
        units=_units(work),
        fields=[SelectChoice(value=code, label=name) for code, name in fields],
    )
    extra: dict[str, Any] = {SECRET: _question()}
    if many or data.get("q"):
        extra |= move_form.search_input()
    filled = data.copy()
    filled["once"] = uuid4().hex if fresh else data.get("once") or uuid4().hex
    form: MoveForm = move_form.form_class((*ENTERED, *ASSIGNED), choices, extra)(filled)
    return form


def _question() -> RadioField:
    options = [
        SelectChoice(value="no", label=gettext("No")),
        SelectChoice(value="yes", label=gettext("Yes")),
    ]
    label = gettext("Would the entry hold state secrets?")
    hint = gettext("State secrets are never entered here")
    return RadioField(label, [move_form.REQUIRED], choices=options, description=hint, validate_choice=False)


def _paths(work: Work) -> tuple[str, ...]:
    return work.access(work.principal.id).paths(*ROLES)


def _units(work: Work) -> list[SelectChoice]:
    return move_form.grouped_units(units_at(work.connection, _paths(work), work.today))


def _people(work: Work, data: MultiDict[str, str]) -> tuple[list[SelectChoice], bool]:
    found = people_around(work.connection, _paths(work), work.today, data.get("q", ""))
    listed = {str(one.uuid) for one in found}
    names = ("owner", "lead_officer", "readers", "subjects")
    chosen = {key for name in names for key in data.getlist(name) if key} - listed
    offered = [*people_by_uuid(work.connection, chosen), *found[:MOST_OFFERED]]
    return move_form.grouped_people(offered), len(found) > MOST_OFFERED


def _page(form: MoveForm) -> str:
    groups = {
        "work": [form[name] for name in WORK],
        "origin": [one for one in form if one.name == "source" or one.name.startswith("basis_")],
        "reading": [form[name] for name in READING],
        "parties": [form[name] for name in PARTIES],
        "assigning": [form[name] for name in ASSIGNING],
    }
    asked = "check" in request.form or bool(form.errors)
    similar = _similar(request.form) if asked else []
    shown = [{"code": code, "title": title, "href": case_url(code)} for code, title in similar]
    return render_template(
        "cases/registration.html",
        form=form,
        groups=groups,
        similar=shown,
        checked="check" in request.form,
        secret=form[SECRET],
        search=form.search(),
        assigning=any(form[name].data for name in ("owner", "deadline", "working_days")),
    )
