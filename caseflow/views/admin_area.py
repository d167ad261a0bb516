"""What all pages of administration share: who they are for, how far they reach, and how a form is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from caseflow.errors import NotFound
from caseflow.queries.administration import Paths, person_line, PersonLine, unit_line, UnitLine
from caseflow.queries.choices import UnitChoice, units_at
from caseflow.views import current
from caseflow.views.access import Answer, Pages
from caseflow.views.admin_forms import AdminForm, attempt
from caseflow.views.list_query import read_query

blueprint = Pages("administration", __name__)

HOME = "/quan-tri"
ADMINISTRATOR = "administrator"
ROWS = 50


_NOT_SHOWN: dict[str, Any] = {
    "facts": [],
    "links": [],
    "password_action": None,
    "heading": "",
    "intro": "",
    "searchable": (),
    "danger": False,
}


def administered() -> Paths:
    """The subtrees that the reader administers, in person: nobody administers for another."""
    return current.reading_work().access(current.current_actor().id).paths(ADMINISTRATOR)


def reaches(path: str | None) -> bool:
    """Whether a unit at `path` lies in those subtrees."""
    return path is not None and any(path.startswith(one) for one in administered() or ())


def leads_the_top() -> bool:
    """Whether the reader administers a top organisation, and so what all units share."""
    return any(path.count("/") == 2 for path in administered() or ())


def unit_named(code: str) -> UnitLine:
    """A unit that the reader administers. Raises NotFound."""
    unit = unit_line(current.connection(), code)
    if unit is None or not reaches(unit.path):
        raise NotFound
    return unit


def person_named(staff_code: str) -> PersonLine:
    """A person of a unit that the reader administers. Raises NotFound."""
    found = person_line(current.connection(), staff_code)
    if found is None or not reaches(found[1]):
        raise NotFound
    return found[0]


def units() -> list[UnitChoice]:
    """The units that pickers offer."""
    paths = administered()
    return units_at(current.connection(), None if paths is None else tuple(paths), current.today())


def asked(name: str) -> str:
    """A value of the query string."""
    return request.args.get(name, "").strip()[:200]


def page_asked() -> int:
    """The page of a list, from 1."""
    return read_query(request.args, units=(), fields=()).number


def typed() -> MultiDict[str, str] | None:
    """What was typed, None where the page is only looked at."""
    return request.form if request.method == "POST" else None


def answer(
    form: AdminForm,
    deed: Callable[[], Any],
    *,
    done: str,
    back: str | Callable[[Any], str],
    **shown: Any,
) -> Answer:
    """Show a form; where it was sent, do the deed and lead on, or show it again with its problems.

    `done` is the translated notice, `back` where it leads (or how to tell from the deed's answer).
    """
    if request.method == "POST":
        made = attempt(form, lambda: (deed(),))
        if made is not None:
            flash(done, "success")
            return redirect(back if isinstance(back, str) else back(made[0]), 303)
    page = render_template("admin/form.html", form=form, **_NOT_SHOWN | shown)
    return page, 422 if form.errors else 200
