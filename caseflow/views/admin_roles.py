"""Roles given by administrators, and decisions delegated by supervisors."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from caseflow.errors import NotFound
from caseflow.i18n import gettext
from caseflow.models.access import ROLE_NAMES, ROLES
from caseflow.queries.choices import units_at
from caseflow.queries.roles_held import count_roles, delegations_given, find_roles, role_line, RoleLine
from caseflow.use_cases.roles import delegate_decision, end_delegation, end_role, give_role
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
    reaches,
    ROWS,
    typed,
    unit_named,
    units,
)
from caseflow.views.admin_forms import (
    attempt,
    DelegationForm,
    EndRoleForm,
    person_typed,
    role_choices,
    RoleForm,
)
from caseflow.views.admin_people import person_href
from caseflow.views.list_page import PageOf

ROLES_PAGE = f"{HOME}/vai-tro"
DELEGATIONS = "/uy-quyen-quyet-dinh"


@blueprint.page(ROLES_PAGE, permission=ADMINISTRATOR, changes=False)
def list_roles() -> Answer:
    """Roles in force, by unit; narrowed to a unit's subtree or one role."""
    code, role = asked("don-vi"), asked("vai-tro")
    role = role if role in ROLES else ""
    path = unit_named(code).path if code else None
    total = count_roles(current.connection(), administered(), current.today(), role=role, unit_path=path)
    page = PageOf.of(total, page_asked(), ROWS)
    held = find_roles(
        current.connection(),
        administered(),
        current.today(),
        role=role,
        unit_path=path,
        limit=ROWS,
        offset=page.offset,
    )
    return render_template(
        "admin/roles.html",
        held=held,
        role=role,
        role_names=ROLE_NAMES,
        role_choices=role_choices(),
        units=units(),
        unit=code,
        page=page,
        page_number=page.number,
        person_href=person_href,
        href=lambda n: f"{ROLES_PAGE}?{urlencode({'don-vi': code, 'vai-tro': role, 'trang': n})}",
    )


@blueprint.page(f"{ROLES_PAGE}/giao", permission=ADMINISTRATOR, changes=True)
def give() -> Answer:
    """Give a role in a unit."""
    form = RoleForm(
        typed(), units=units(), data={"staff_code": asked("can-bo"), "organisation": asked("don-vi")}
    )

    def deed() -> str:
        staff_code = person_typed(current.connection(), form, "staff_code", administered())
        current.do(
            give_role,
            staff_code=staff_code,
            role=form.text("role"),
            organisation=form.text("organisation"),
            valid_from=form.typed_day("valid_from"),
            valid_until=form.typed_day("valid_until"),
        )
        return staff_code

    return answer(
        form,
        deed,
        done=gettext("The role has been given."),
        back=person_href,
        title=gettext("Give a role"),
        trail=[(gettext("Roles"), ROLES_PAGE)],
        submit=gettext("Give"),
        cancel=ROLES_PAGE,
        searchable=("organisation",),
    )


@blueprint.page(f"{ROLES_PAGE}/<uuid:grant>/ket-thuc", permission=ADMINISTRATOR, changes=True)
def end(grant: UUID) -> Answer:
    """End a role after a day; without one it ends at once."""
    held = _held(grant)
    form = EndRoleForm(typed())
    return answer(
        form,
        lambda: current.do(end_role, str(grant), form.typed_day("valid_until")),
        done=gettext("The role ends."),
        back=person_href(held.staff_code),
        title=gettext("End a role"),
        trail=[(gettext("Roles"), ROLES_PAGE)],
        facts=[
            (gettext("Person"), f"{held.name} – {held.position}"),
            (gettext("Role"), gettext(ROLE_NAMES[held.role])),
            (gettext("Unit"), held.unit),
        ],
        intro=gettext("Without a day the role ends at once."),
        submit=gettext("End the role"),
        cancel=person_href(held.staff_code),
        danger=True,
    )


def _held(grant: UUID) -> RoleLine:
    found = role_line(current.connection(), grant)
    if found is None or not reaches(found[1]):
        raise NotFound
    return found[0]


@blueprint.page(DELEGATIONS, permission="supervisor", changes=True)
def delegations() -> Answer:
    """Who decides *above* for the reader's units; naming one more."""
    paths = current.current_access().paths("supervisor")
    choices = units_at(current.connection(), paths, current.today())
    form = DelegationForm(typed(), units=choices)
    if request.method == "POST" and attempt(form, lambda: _delegate(form)) is not None:
        flash(gettext("The decision has been delegated."), "success")
        return redirect(DELEGATIONS, 303)
    given = delegations_given(current.connection(), paths, current.today())
    page = render_template("admin/delegations.html", form=form, given=given, action=DELEGATIONS)
    return page, 422 if form.errors else 200


def _delegate(form: DelegationForm) -> str:
    paths = current.current_access().paths("supervisor")
    return current.do(
        delegate_decision,
        staff_code=person_typed(current.connection(), form, "staff_code", paths),
        giver=form.text("giver"),
        scope=form.text("scope"),
        valid_from=form.needed_day("valid_from"),
        valid_until=form.needed_day("valid_until"),
    )


@blueprint.page(
    f"{DELEGATIONS}/<uuid:delegation>/ket-thuc", permission="supervisor", changes=True, methods=("POST",)
)
def end_a_delegation(delegation: UUID) -> Response:
    """End a delegation at once."""
    current.do(end_delegation, str(delegation))
    flash(gettext("The delegation ends."), "success")
    return redirect(DELEGATIONS, 303)
