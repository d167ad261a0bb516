"""People and their first passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import make_response, render_template

from caseflow.i18n import gettext
from caseflow.models.access import ROLE_NAMES
from caseflow.queries.administration import count_people, find_people, PersonLine
from caseflow.queries.roles_held import roles_of
from caseflow.use_cases.people import add_person, change_person, FirstPassword, issue_password
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
    person_named,
    ROWS,
    typed,
    unit_named,
    units,
)
from caseflow.views.admin_forms import LeaveForm, PersonForm
from caseflow.views.list_page import PageOf

PEOPLE = f"{HOME}/can-bo"
MOST_PRINTED = 2_000


def person_href(staff_code: str) -> str:
    """The page of a person."""
    return f"{PEOPLE}/{quote(staff_code, safe='')}"


@blueprint.page(PEOPLE, permission=ADMINISTRATOR, changes=False)
def list_people() -> Answer:
    """People by given name, searched by name, code or position."""
    q, code = asked("q"), asked("don-vi")
    unit = unit_named(code) if code else None
    path = unit.path if unit else None
    total = count_people(current.connection(), administered(), q, unit_path=path)
    page = PageOf.of(total, page_asked(), ROWS)
    people = find_people(
        current.connection(), administered(), q, unit_path=path, limit=ROWS, offset=page.offset
    )
    return render_template(
        "admin/people.html",
        people=people,
        q=q,
        unit=unit,
        page=page,
        page_number=page.number,
        today=current.today(),
        person_href=person_href,
        href=lambda n: f"{PEOPLE}?{urlencode({'q': q, 'don-vi': code, 'trang': n})}",
    )


@blueprint.page(f"{PEOPLE}/danh-sach-in", permission=ADMINISTRATOR, changes=False)
def print_people() -> Answer:
    """Who has no account, on paper: the unit's registrar serves them."""
    code = asked("don-vi")
    unit = unit_named(code) if code else None
    people = find_people(
        current.connection(),
        administered(),
        unit_path=unit.path if unit else None,
        without_account=True,
        limit=MOST_PRINTED,
    )
    return render_template("admin/print_people.html", people=people, unit=unit)


@blueprint.page(f"{PEOPLE}/moi", permission=ADMINISTRATOR, changes=True)
def add_someone() -> Answer:
    """Make a person known."""
    form = PersonForm(typed(), units=units(), data={"organisation": asked("don-vi")})
    return answer(
        form,
        lambda: current.do(add_person, **_person(form)),
        done=gettext("The person has been added. They can sign in once a first password is issued."),
        back=person_href,
        title=gettext("Add a person"),
        trail=[(gettext("People"), PEOPLE)],
        submit=gettext("Add"),
        cancel=PEOPLE,
        searchable=("organisation",),
    )


def _person(form: PersonForm) -> dict[str, Any]:
    optional = {name: form.text(name) or None for name in ("organisation", "email", "phone")}
    return {name: form.text(name) for name in ("staff_code", "name", "position")} | optional


@blueprint.page(f"{PEOPLE}/<staff_code>", permission=ADMINISTRATOR, changes=True)
def change_someone(staff_code: str) -> Answer:
    """What is known of a person, their roles, and a form to change it."""
    person = person_named(staff_code)
    kept = {"organisation": person.unit_code, "email": person.email, "phone": person.phone}
    form = PersonForm(typed(), units=units(), data={"name": person.name, "position": person.position} | kept)
    del form.staff_code
    return answer(
        form,
        lambda: current.do(change_person, person.staff_code, **_changes(form)),
        done=gettext("The person has been changed."),
        back=person_href(person.staff_code),
        title=person.name,
        trail=[(gettext("People"), PEOPLE)],
        facts=_facts(person),
        links=_links(person),
        roles=roles_of(current.connection(), person.staff_code),
        role_names=ROLE_NAMES,
        today=current.today(),
        password_action=None if person.left_on else f"{person_href(person.staff_code)}/mat-khau",
        heading=gettext("Change the person"),
        submit=gettext("Save"),
        cancel=PEOPLE,
        searchable=("organisation",),
    )


def _changes(form: PersonForm) -> dict[str, Any]:
    kept = {name: form.text(name) or None for name in ("name", "position", "organisation")}
    return kept | {name: form.text(name) for name in ("email", "phone") if form[name].raw_data}


def _facts(person: PersonLine) -> list[tuple[str, str]]:
    facts = [
        (gettext("Staff code"), person.staff_code),
        (gettext("Position"), person.position),
        (gettext("Unit"), person.unit or "–"),
        (gettext("Account"), account_of(person)),
    ]
    if person.left_on:
        facts.append((gettext("Leaves on"), f"{person.left_on:%d/%m/%Y}"))
    return facts


def account_of(person: PersonLine) -> str:
    """Whether the person can sign in, in words."""
    if not person.account:
        return gettext("No account")
    return gettext("First password not used yet") if person.must_change else gettext("Signs in")


def _links(person: PersonLine) -> list[tuple[str, str]]:
    code = quote(person.staff_code, safe="")
    return [
        (gettext("Give a role"), f"{HOME}/vai-tro/giao?can-bo={code}"),
        (gettext("Leaves the service"), f"{person_href(person.staff_code)}/nghi"),
    ]


@blueprint.page(f"{PEOPLE}/<staff_code>/nghi", permission=ADMINISTRATOR, changes=True)
def leave(staff_code: str) -> Answer:
    """A person's last day; they can own nothing new from then on."""
    person = person_named(staff_code)
    form = LeaveForm(typed())
    back = person_href(person.staff_code)
    return answer(
        form,
        lambda: current.do(change_person, person.staff_code, left_on=form.needed_day("left_on")),
        done=gettext("The day of leaving has been set."),
        back=back,
        title=gettext("%(name)s leaves", name=person.name),
        trail=[(gettext("People"), PEOPLE), (person.name, back)],
        intro=gettext("From that day on the person cannot own a case. Their open cases must be reassigned."),
        submit=gettext("Set the day"),
        cancel=back,
        danger=True,
    )


@blueprint.page(
    f"{PEOPLE}/<staff_code>/mat-khau", permission=ADMINISTRATOR, changes=True, methods=("POST",), keeps=False
)
def new_password(staff_code: str) -> Answer:
    """Issue a one-time password and show it this once, on a slip to print: it is stored nowhere."""
    person = person_named(staff_code)
    first = FirstPassword.make(current.installation(), person.staff_code)
    password = current.do(issue_password, person.staff_code, first)
    page = make_response(
        render_template(
            "admin/slip.html", person=person, password=password, back=person_href(person.staff_code)
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page
