"""What templates can say: translations, filters, and who is here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, Flask, g, request
from flask_wtf.csrf import generate_csrf

from caseflow import i18n
from caseflow.states.pressing_issue import STATES, URGENCIES
from caseflow.views.current import installation, signed_in

LANGUAGE_COOKIE = "caseflow_language"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def install(app: Flask) -> None:
    """Set the request's language; give Jinja its functions, filters and names."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["csrf_token"] = generate_csrf
    urgencies = dict(URGENCIES)
    app.jinja_env.filters.update(
        date=i18n.format_date,
        datetime=i18n.format_datetime,
        number=i18n.format_number,
        ago=ago,
        state_label=lambda state: i18n.gettext(STATES[state]),
        urgency_label=lambda urgency: i18n.gettext(urgencies[urgency]),
    )
    app.before_request(_speak)
    app.teardown_request(_fall_silent)
    app.context_processor(_names)


def _speak() -> None:
    person = signed_in() if request.endpoint != "assets.show" else None
    language = (person.language if person else None) or request.cookies.get(LANGUAGE_COOKIE)
    if language not in i18n.LANGUAGES:
        language = installation().settings.language
    g.speaking = i18n.use_language(language)
    g.speaking.__enter__()


def _fall_silent(_error: BaseException | None) -> None:
    speaking = g.pop("speaking", None)
    if speaking is not None:
        speaking.__exit__(None, None, None)


def ago(instant: datetime) -> str:
    """How long ago an instant was, in words."""
    seconds = int((installation().clock.now() - instant).total_seconds())
    if seconds < MINUTE:
        return i18n.gettext("just now")
    if seconds < HOUR:
        return i18n.ngettext(
            "%(num)s minute ago", "%(num)s minutes ago", seconds // MINUTE, num=seconds // MINUTE
        )
    if seconds < DAY:
        return i18n.ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // HOUR, num=seconds // HOUR)
    return i18n.ngettext("%(num)s day ago", "%(num)s days ago", seconds // DAY, num=seconds // DAY)


def _names() -> dict[str, Any]:
    person = signed_in()
    names: dict[str, Any] = {
        "language": i18n.current_language(),
        "version": current_app.extensions["caseflow.version"],
        "current_person": person.actor if person else None,
        "acting_for": person.actor.principal if person else None,
        "idle_minutes": 30 if person and not person.own_device else 0,
        "nav_items": [],
    }
    if person is not None and not person.must_change_password:
        from caseflow.views.navigation import nav_items  # noqa: PLC0415

        names["nav_items"] = nav_items()
    return names
