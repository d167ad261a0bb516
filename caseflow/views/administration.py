"""Administration: units, people, roles, fields, special days. No page of it shows the content of a case."""

from __future__ import annotations

from flask import render_template

from caseflow.i18n import gettext
from caseflow.messages import N_
from caseflow.views import admin_people, admin_roles, admin_rules, admin_units, erasure
from caseflow.views.access import Answer, MenuItem
from caseflow.views.admin_area import ADMINISTRATOR, blueprint, HOME

__all__ = ["blueprint"]


@blueprint.page(
    HOME, permission=ADMINISTRATOR, changes=False, menu=MenuItem(80, N_("Administration"), (ADMINISTRATOR,))
)
def index() -> Answer:
    """Where everything is."""
    parts = [
        (
            gettext("Units"),
            admin_units.UNITS,
            gettext("The tree of organisations, and teams with their heads"),
        ),
        (gettext("People"), admin_people.PEOPLE, gettext("Who works where, and their first passwords")),
        (
            gettext("Roles"),
            admin_roles.ROLES_PAGE,
            gettext("Who may do what in which unit, from when until when"),
        ),
        (gettext("Fields"), admin_rules.FIELDS, gettext("Under which fields issues are registered")),
        (
            gettext("Special days"),
            admin_rules.DAYS,
            gettext("Holidays and swapped days, each with its decision"),
        ),
        (
            gettext("Erasure of citizens' data"),
            erasure.REQUESTS,
            gettext("What inspectors ask for by decision, to be carried out or declined"),
        ),
    ]
    return render_template("admin/index.html", parts=parts)
