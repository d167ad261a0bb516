"""Units and teams: the tree, adding, changing, ending."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import render_template

from caseflow.i18n import gettext
from caseflow.queries.administration import find_units, UnitLine
from caseflow.use_cases.organisations import add_organisation, change_organisation
from caseflow.views import current
from caseflow.views.access import Answer
from caseflow.views.admin_area import (
    administered,
    ADMINISTRATOR,
    answer,
    asked,
    blueprint,
    HOME,
    page_asked,
    ROWS,
    typed,
    unit_named,
    units,
)
from caseflow.views.admin_forms import AdminForm, EndForm, person_typed, UnitChangeForm, UnitForm
from caseflow.views.list_page import PageOf
from caseflow.views.list_query import LEVEL_NAMES

UNITS = f"{HOME}/don-vi"


def unit_href(code: str) -> str:
    """The page of a unit."""
    return f"{UNITS}/{quote(code, safe='')}"


@blueprint.page(UNITS, permission=ADMINISTRATOR, changes=False)
def list_units() -> Answer:
    """The tree, or what a search finds of it."""
    q, number = asked("q"), page_asked()
    found, total = _page(q, number)
    page = PageOf.of(total, number, ROWS)
    if page.number != number:
        found, total = _page(q, page.number)
    return render_template(
        "admin/units.html",
        units=found,
        q=q,
        page=page,
        page_number=page.number,
        today=current.today(),
        unit_href=unit_href,
        href=lambda n: f"{UNITS}?{urlencode({'q': q, 'trang': n})}",
    )


def _page(q: str, number: int) -> tuple[list[UnitLine], int]:
    return find_units(current.connection(), administered(), q, limit=ROWS, offset=(number - 1) * ROWS)


@blueprint.page(f"{UNITS}/moi", permission=ADMINISTRATOR, changes=True)
def add_unit() -> Answer:
    """Add a unit or a team beneath one that the reader administers."""
    form = UnitForm(typed(), units=units(), data={"parent": asked("tren")})
    return answer(
        form,
        lambda: current.do(add_organisation, **_new_unit(form)),
        done=gettext("The unit has been added."),
        back=unit_href,
        title=gettext("Add a unit or team"),
        trail=[(gettext("Units"), UNITS)],
        submit=gettext("Add"),
        cancel=UNITS,
        searchable=("parent",),
    )


def _new_unit(form: UnitForm) -> dict[str, Any]:
    level = form.text("level")
    head = person_typed(current.connection(), form, "head", administered()) if form.text("head") else None
    return {
        "code": form.text("code"),
        "name": form.text("name"),
        "unit": form.text("unit"),
        "kind": level,
        "level": level,
        "parent": form.text("parent") or None,
        "valid_from": form.needed_day("valid_from"),
        "valid_until": form.typed_day("valid_until"),
        "head": head,
    }


@blueprint.page(f"{UNITS}/<code>", permission=ADMINISTRATOR, changes=True)
def change_unit(code: str) -> Answer:
    """What is known of a unit; name, short name and a team's head can be changed."""
    unit = unit_named(code)
    form = UnitChangeForm(typed(), data={"name": unit.name, "unit": unit.unit})
    if unit.level != "team":
        del form.head
    facts = [
        (gettext("Code"), unit.code),
        (gettext("Level"), gettext(LEVEL_NAMES[unit.level])),
        (gettext("Belongs to"), unit.parent_name or "–"),
        (gettext("Valid from"), f"{unit.valid_from:%d/%m/%Y}"),
        (gettext("Valid until"), f"{unit.valid_until:%d/%m/%Y}" if unit.valid_until else "–"),
        (gettext("People"), str(unit.people)),
    ]
    if unit.head:
        facts.append((gettext("Head of the team"), f"{unit.head} ({unit.head_code})"))
    return answer(
        form,
        lambda: current.do(change_organisation, unit.code, **_changes(form)),
        done=gettext("The unit has been changed."),
        back=unit_href(unit.code),
        title=unit.name,
        trail=[(gettext("Units"), UNITS)],
        facts=facts,
        links=_links(unit),
        heading=gettext("Change the unit"),
        submit=gettext("Save"),
        cancel=UNITS,
    )


def _links(unit: UnitLine) -> list[tuple[str, str]]:
    code = quote(unit.code, safe="")
    return [
        (gettext("Add a unit beneath"), f"{UNITS}/moi?tren={code}"),
        (gettext("People of the unit"), f"{HOME}/can-bo?don-vi={code}"),
        (gettext("Roles in the unit"), f"{HOME}/vai-tro?don-vi={code}"),
        (gettext("End the unit"), f"{unit_href(unit.code)}/ket-thuc"),
    ]


def _changes(form: AdminForm) -> dict[str, Any]:
    head = None
    if "head" in form and form.text("head"):
        head = person_typed(current.connection(), form, "head", administered())
    return {"name": form.text("name") or None, "unit": form.text("unit") or None, "head": head}


@blueprint.page(f"{UNITS}/<code>/ket-thuc", permission=ADMINISTRATOR, changes=True)
def end_unit(code: str) -> Answer:
    """The last day of a unit; its cases stay readable."""
    unit = unit_named(code)
    form = EndForm(typed())
    return answer(
        form,
        lambda: current.do(change_organisation, unit.code, valid_until=form.needed_day("valid_until")),
        done=gettext("The last day of the unit has been set."),
        back=unit_href(unit.code),
        title=gettext("End “%(name)s”", name=unit.name),
        trail=[(gettext("Units"), UNITS), (unit.name, unit_href(unit.code))],
        intro=gettext("After its last day no case can be registered in the unit. Its cases stay readable."),
        submit=gettext("Set the last day"),
        cancel=unit_href(unit.code),
        danger=True,
    )
