"""Jinja as the templates expect it: words in the reader's language, formats, and what base.html stands on."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import current_app, Flask, g, request
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from caseflow import i18n
from caseflow.i18n import gettext as _
from caseflow.i18n import ngettext
from caseflow.places import templates_folder
from caseflow.queries.sessions import SHARED_IDLE
from caseflow.states.pressing_issue import STATES, URGENCIES
from caseflow.views.access import declared_routes
from caseflow.views.assets import asset
from caseflow.views.current import current_access, current_session, now
from caseflow.views.kept import chosen, kept, kept_list, words

_URGENCIES = dict(URGENCIES)
RECENT = timedelta(days=7)


def init_look(app: Flask) -> None:
    """Prepare the templates' environment."""
    app.jinja_options = {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"]}
    app.jinja_loader = FileSystemLoader(templates_folder())
    environment: Any = app.jinja_env
    environment.globals.update(
        {"_": words, "ngettext": _counted, "asset": asset, "kept": kept, "kept_list": kept_list}
    )
    environment.filters.update(
        date=i18n.format_date,
        datetime=i18n.format_datetime,
        ago=ago,
        chosen=chosen,
        number=i18n.format_number,
        percent=i18n.format_percent,
        state_label=state_label,
        urgency_label=urgency_label,
    )
    app.context_processor(_around)


def read_ahead(app: Flask) -> None:
    """Read every template and catalogue now, and not when the first page asks for it."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for language in i18n.LANGUAGES:
        i18n.translations_for(language)
        with i18n.use_language(language):
            i18n.format_number(1)


def _counted(singular: str, plural: str, n: int, /, **values: object) -> Markup:
    """As `i18n.ngettext`; the words are ours, the values are escaped."""
    text = i18n.translations_for(i18n.current_language()).ngettext(singular, plural, n)
    return Markup(text) % {"n": n, **values}  # noqa: S704 - from the catalogues


def state_label(state: str) -> str:
    """The name of a state."""
    return _(STATES[state])


def urgency_label(urgency: str) -> str:
    """The name of an urgency."""
    return _(_URGENCIES[urgency])


def ago(instant: datetime) -> str:
    """How long ago in words, up to a week: "3 giờ trước"; then the plain instant."""
    past = now() - instant
    minutes = int(past.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes)
    if past < timedelta(days=1):
        return ngettext("%(n)s hour ago", "%(n)s hours ago", minutes // 60)
    if past <= RECENT:
        return ngettext("%(n)s day ago", "%(n)s days ago", past.days)
    return i18n.format_datetime(instant)


@cache
def _version() -> str:
    return version("caseflow")


def _around() -> dict[str, Any]:
    """What stands around every page. A page about a fault asks the database nothing."""
    session = None if g.get("plain") else current_session()
    principal = session.actor.principal if session else None
    person = None
    if session is not None:
        place = " – ".join(part for part in (session.actor.position, session.unit) if part)
        person = {"name": session.actor.name, "position": place}
    return {
        "current_person": person,
        "acting_for": principal,
        "nav_items": _menu() if session and not session.must_change_password else [],
        "language": i18n.current_language(),
        "version": _version(),
        "idle_minutes": 0 if session and session.own_device else SHARED_IDLE.seconds // 60,
    }


def _menu() -> list[dict[str, Any]]:
    """The menu's entries for the reader's roles, in order."""
    access = current_access()
    found = []
    for endpoint, url, item in _entries():
        if not item.roles or access.has(*item.roles) or (item.delegates and access.delegations):
            badge = item.badge() if item.badge else 0
            current = request.endpoint == endpoint
            found.append({"endpoint_url": url, "label": _(item.label), "current": current, "badge": badge})
    return found


def _entries() -> list[tuple[str, str, Any]]:
    """Every entry of the menu with its endpoint and address, read from the routes once."""
    kept: list[tuple[str, str, Any]] | None = current_app.extensions.get("caseflow.menu")
    if kept is None:
        routes = declared_routes(current_app)
        rules = {rule.endpoint: rule.rule for rule in current_app.url_map.iter_rules()}
        items = [(endpoint, rules[endpoint], d.menu) for endpoint, d in routes.items() if d.menu]
        kept = sorted(items, key=lambda each: each[2].order)
        current_app.extensions["caseflow.menu"] = kept
    return kept
