"""Erasing citizens' data: where an inspector asks for it, and where an administrator decides without reading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField

from caseflow.errors import NotFound
from caseflow.i18n import current_language, format_datetime, gettext, translate
from caseflow.messages import N_
from caseflow.queries.case_page import field_names
from caseflow.queries.erasures import (
    ASKED,
    Disclosed,
    DONE,
    request_within,
    RequestLine,
    requests_of_case,
    requests_within,
)
from caseflow.states.erasure import CONSENT, GROUNDS
from caseflow.use_cases.erasure import (
    approve_erasure,
    decline_erasure,
    Erasable,
    look_at_erasable,
    request_erasure,
)
from caseflow.use_cases.erasure_remains import clear_remains, clearing_is_owed
from caseflow.use_cases.looking import see_case
from caseflow.views import current
from caseflow.views.access import Answer, Pages
from caseflow.views.admin_area import administered, ADMINISTRATOR, HOME, typed
from caseflow.views.admin_forms import AdminForm, attempt, NEEDED
from caseflow.views.case_page import clock_of, head_of
from caseflow.views.erasure_words import show_counts, show_ground
from caseflow.views.event_values import FACTS
from caseflow.views.story import show_value, TITLES

blueprint = Pages("erasure", __name__)

INSPECTOR = "inspector"
REQUESTS = f"{HOME}/xoa-du-lieu"
STATUSES = {ASKED: N_("Waiting for a decision"), DONE: N_("Erased"), "declined": N_("Declined")}
OWN_LABELS = {
    "before": N_("Former values"),
    "former_outcome": N_("Former wording of the expected outcome"),
    "file_name": N_("File name"),
}
"""Names of values that a timeline shows without one."""


class ChosenField(SelectMultipleField):
    """The values that are ticked; the page draws them one by one, each with its text."""

    def pre_validate(self, form: Any) -> None:
        """Whether a value is there is judged by the deed."""


class RequestForm(AdminForm):
    """What is to be erased, by which decision, on what ground."""

    decision_number = StringField(N_("Decision number"), NEEDED, description=N_("For example: 12-QĐ/UBKT"))
    ground = RadioField(N_("Ground"), NEEDED, validate_choice=False)
    items = ChosenField(N_("What is to be erased"), choices=[])
    once = HiddenField()

    def __init__(self, *args: Any, only_consent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [one for one in GROUNDS if not only_consent or one[0] == CONSENT]
        self.ground.choices = [(value, gettext(label)) for value, label in grounds]
        self.once.data = self.once.data or uuid4().hex


class DecisionForm(AdminForm):
    """The number of the decision, read off the paper once more."""

    decision_number = StringField(
        N_("Decision number"), NEEDED, description=N_("Type it as it stands on the signed decision")
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may be ticked: what is sent, how it is called, what it says, where it leads."""

    item: str
    label: str
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together, under a heading."""

    title: str
    note: str
    choices: list[Choice]


# --- the inspector ------------------------------------------------------------------------------------


@blueprint.page("/vu-viec/<code>/xoa-du-lieu", permission=INSPECTOR, changes=True)
def ask(code: str) -> Answer:
    """Choose what of a case is to be erased, each value shown, and ask for it."""
    work = current.reading_work()
    seen = see_case(work, code)
    found = look_at_erasable(work, code)
    form = RequestForm(typed(), only_consent=found.kept is not None)
    href = head_of(seen).href
    if request.method == "POST" and attempt(form, lambda: _ask(form, code)) is not None:
        flash(gettext("The request has been passed on. An administrator of the unit decides it."), "success")
        return redirect(f"{href}/xoa-du-lieu", 303)
    page = render_template(
        "erasure/ask.html",
        form=form,
        case=head_of(seen),
        clock=clock_of(work, seen),
        groups=list(_groups(found)),
        kept=translate(found.kept) if found.kept else None,
        requests=[_told(one) for one in requests_of_case(current.connection(), found.held.case.id)],
        chosen=frozenset(form.items.data or ()),
    )
    return page, 422 if form.errors else 200


def _ask(form: RequestForm, code: str) -> str:
    return current.do_once(
        request_erasure,
        code,
        decision_number=form.text("decision_number"),
        ground=form.text("ground"),
        items=list(form.items.data or ()),
    )


def _groups(found: Erasable) -> Iterator[Group]:
    if found.complainant:
        label = gettext("Identity and contact of the complainant")
        hidden = gettext("Encrypted; not shown here")
        yield Group(gettext("Complainant"), "", [Choice("complainant", label, hidden)])
    if found.files:
        text = gettext("The file is removed from the disk unless another case uses it too")
        files = [
            Choice(f"file:{row.uuid}", row.name or "", text, f"/minh-chung/{row.uuid}") for row in found.files
        ]
        yield Group(gettext("Evidence files"), "", files)
    names = field_names(current.connection(), current_language())
    for _event, values in groupby(found.values, lambda one: one.event):
        yield _event_group(list(values), names)


def _event_group(values: list[Disclosed], names: dict[str, str]) -> Group:
    first = values[0]
    title = gettext(TITLES.get(first.type, ("", first.type))[1])
    parts = (gettext("Record %(number)s", number=first.number + 1), first.actor, format_datetime(first.at))
    choices = [Choice(f"text:{one.digest}", _label(one.name), _text(one, names)) for one in values]
    return Group(title, " · ".join(parts), choices)


def _label(name: str) -> str:
    return gettext(OWN_LABELS[name] if name in OWN_LABELS else FACTS[name][0])


def _text(one: Disclosed, names: dict[str, str]) -> str:
    if one.name == "before":
        parts = ((name, value) for name, value in one.value.items() if name in FACTS)
        return "\n".join(f"{_label(name)}: {show_value(name, value, names)}" for name, value in parts)
    return str(one.value) if one.name in OWN_LABELS else show_value(one.name, one.value, names)


def _told(line: RequestLine) -> dict[str, Any]:
    decided = (line.decided_by, format_datetime(line.decided_at) if line.decided_at else None)
    return {
        "href": f"{REQUESTS}/{line.uuid}",
        "code": line.code,
        "unit": line.unit,
        "status": gettext(STATUSES[line.status]),
        "number": line.decision_number,
        "ground": show_ground(line.ground),
        "counts": show_counts(line.counts),
        "asked": f"{line.asked_by} · {format_datetime(line.asked_at)}",
        "decided": " · ".join(part for part in decided if part) or "–",
    }


# --- the administrator --------------------------------------------------------------------------------


@blueprint.page(REQUESTS, permission=ADMINISTRATOR, changes=False)
def list_requests() -> Answer:
    """Requests that wait, and those that were decided."""
    connection, paths = current.connection(), administered()
    return render_template(
        "erasure/requests.html",
        waiting=[_told(one) for one in requests_within(connection, paths, waiting=True)],
        decided=[_told(one) for one in requests_within(connection, paths, waiting=False)],
        owed=clearing_is_owed(current.installation()),
    )


@blueprint.page(f"{REQUESTS}/<uuid:key>", permission=ADMINISTRATOR, changes=True, confirmed=True)
def decide(key: UUID) -> Answer:
    """Carry a request out or decline it; what is erased is not shown, and cannot be brought back."""
    line = request_within(current.connection(), administered(), key)
    if line is None:
        raise NotFound
    form = DecisionForm(typed())
    if request.method == "POST":
        done = _decline(key) if request.form.get("decide") == "decline" else _approve(form, key)
        if done:
            return redirect(REQUESTS, 303)
    page = render_template("erasure/decide.html", form=form, line=_told(line), open=line.status == ASKED)
    return page, 422 if form.errors else 200


def _decline(key: UUID) -> bool:
    code = current.do(decline_erasure, key)
    flash(gettext("The request about %(code)s has been declined.", code=code), "info")
    return True


def _approve(form: DecisionForm, key: UUID) -> bool:
    number = form.text("decision_number")
    code = attempt(form, lambda: current.do(approve_erasure, key, decision_number=number))
    if code is None:
        return False
    if clear_remains(current.installation()):
        text = gettext("Erased in %(code)s; nothing of it is left in the database's files.", code=code)
        flash(text, "success")
    else:
        text = gettext(
            "Erased in %(code)s. Old bytes are cleared from the files as soon as nobody reads them.",
            code=code,
        )
        flash(text, "warning")
    return True
