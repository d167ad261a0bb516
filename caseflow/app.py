"""create_app(): the only place where the web parts are put together."""

from __future__ import annotations

import logging
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from caseflow.adapters.clock import Clock
from caseflow.settings import Settings
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import refuse_if_behind
from caseflow.views.access import refuse_undeclared
from caseflow.views.answers import init_answers
from caseflow.views.assets import init_assets
from caseflow.views.current import INSTALLATION
from caseflow.views.failures import init_failures
from caseflow.views.guard import init_guard
from caseflow.views.log_line import init_log_line
from caseflow.views.login import init_login
from caseflow.views.look import init_look

BLUEPRINTS = (
    "caseflow.views.session:blueprint",
    "caseflow.views.case_lists:blueprint",
    "caseflow.views.cases:blueprint",
    "caseflow.views.administration:blueprint",
    "caseflow.views.erasure:blueprint",
    "caseflow.views.imports:blueprint",
    "caseflow.views.log:blueprint",
)
MEGABYTE = 1024**2
LARGEST_REQUEST = 110 * MEGABYTE
"""Ten files of ten megabytes and their form."""
LARGEST_TEXT = 2 * MEGABYTE
MOST_FIELDS = 2_000


def create_app(
    settings: Settings, clock: Clock | None = None, installation: Installation | None = None
) -> Flask:
    """The web application on what `settings` names; `installation`, where given, is that, already open.

    An empty database is founded and an old schema brought up. Raises LogAhead and others where the database is
    not the one whose log was signed, and RuntimeError where a route declares no permission.
    """
    opened = installation or Installation.open(settings, clock)
    found(opened)
    refuse_if_behind(opened)
    return put_together(opened)


def put_together(opened: Installation) -> Flask:
    """The application on an open installation, whose database is not asked for anything. Raises as `create_app`."""
    app = Flask("caseflow", static_folder=None, template_folder=None)
    app.extensions[INSTALLATION] = opened
    _configure(app, opened.settings)
    init_look(app)
    init_log_line(app)
    init_answers(app)
    init_login(app)
    init_guard(app)
    init_assets(app)
    init_failures(app)
    for place in BLUEPRINTS:
        _register(app, place)
    refuse_undeclared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https:")
    app.secret_key = settings.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME="caseflow_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
    )
    # A queue of waitress that is not empty is no news on a busy morning.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if secure:  # the program speaks plain HTTP: who serves HTTPS stands before it, and says for whom it asks
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]


def _register(app: Flask, place: str) -> None:
    module, _colon, name = place.partition(":")
    app.register_blueprint(getattr(import_module(module), name))
