"""Refusals and failures as pages: a user never sees a traceback, a developer finds it in the log."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from caseflow.errors import CaseflowError
from caseflow.i18n import gettext, translate
from caseflow.messages import N_

LOG = structlog.get_logger()
HEADINGS = {
    400: N_("The request cannot be understood"),
    403: N_("Not permitted"),
    404: N_("Page not found"),
    405: N_("This cannot be done this way"),
    409: N_("Not possible in this state"),
    412: N_("The case has changed"),
    413: N_("Too much was sent"),
    422: N_("Some fields are missing or wrong"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong here"),
}
SAYINGS = {
    400: N_("Go back, reload the page and send the form again."),
    404: N_("There is nothing here that you can read. Check the address."),
    405: N_("Open the page from a link or button of this program."),
    413: N_("Send at most 10 files of 10 MB each."),
    500: N_("The failure has been recorded. Try again later, or tell the administrator this number."),
}


def install(app: Flask) -> None:
    """Answer every refusal and failure with a page."""
    app.register_error_handler(CaseflowError, _refused)
    app.register_error_handler(CSRFError, lambda _error: _page(400))
    app.register_error_handler(HTTPException, lambda error: _page(error.code or 500))
    app.register_error_handler(Exception, _failed)


def _refused(error: CaseflowError) -> tuple[str, int]:
    return _page(error.http_status, translate(error.message))


def _failed(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    LOG.error("failed", reference=reference, exc_info=error)
    return _page(500, reference=reference)


def _page(status: int, message: str | None = None, reference: str | None = None) -> tuple[str, int]:
    page = render_template(
        "error.html",
        status=status,
        heading=gettext(HEADINGS.get(status, HEADINGS[400 if status < 500 else 500])),
        message=message or gettext(SAYINGS.get(status, SAYINGS[400 if status < 500 else 500])),
        reference=reference,
        contact=None,
        kept=status >= 500,
    )
    return page, status
