"""The one place where the parts of the web are put together."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from caseflow.adapters.clock import Clock
from caseflow.adapters.media import MAX_FILE, MAX_FILES
from caseflow.places import templates_folder
from caseflow.settings import Settings
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from caseflow.views import access, answers, assets, current, errors, gate, words

BLUEPRINTS = (
    "caseflow.views.session",
    "caseflow.views.case_lists",
    "caseflow.views.cases",
    "caseflow.views.administration",
    "caseflow.views.imports",
)
ROOM_FOR_FIELDS = 2 * 1024**2


def create_app(
    settings: Settings, clock: Clock | None = None, installation: Installation | None = None
) -> Flask:
    """The WSGI application of one installation; its database is founded or brought up where needed."""
    opened = installation or Installation.open(settings, clock)
    found(opened)
    app = Flask("caseflow", template_folder=str(templates_folder()), static_folder=None)
    app.extensions["caseflow"] = opened
    app.extensions["caseflow.version"] = program_version()
    _configure(app, settings)
    assets.install(app)
    words.install(app)
    gate.install(app)
    current.install(app)
    answers.install(app)
    errors.install(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(name).blueprint)
    access.check_routes(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="caseflow_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=MAX_FILE * MAX_FILES + ROOM_FOR_FIELDS,
        MAX_FORM_MEMORY_SIZE=ROOM_FOR_FIELDS,
        MAX_FORM_PARTS=2_000,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if secure:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def program_version() -> str:
    """The version of the installed program."""
    try:
        return version("caseflow")
    except PackageNotFoundError:
        return "0"
