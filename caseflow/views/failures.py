"""Pages for requests that failed: what happened, in the reader's language, and what to do."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from caseflow.errors import CaseflowError, NotSignedIn
from caseflow.i18n import gettext as _
from caseflow.i18n import translate
from caseflow.messages import N_
from caseflow.views.access import SAFE
from caseflow.views.current import current_session, look_afresh
from caseflow.views.guard import opens, PageOutdated
from caseflow.views.stash import put_by

LOG = structlog.get_logger("caseflow.web")
HEADINGS = {
    "not_found": N_("Not found"),
    "not_permitted": N_("Not permitted"),
    "stale_version": N_("The case has changed meanwhile"),
    "wrong_state": N_("Not possible in this state"),
    "too_many_attempts": N_("Too many attempts"),
}
REFUSED = N_("This cannot be done")
BROKEN_OFF = {
    400: (N_("The request cannot be read"), N_("Go back, load the page again and send it once more.")),
    404: (N_("Not found"), N_("There is nothing here that you can read. Check the address or the code.")),
    405: (N_("This cannot be done"), N_("This address does not take such a request. Open the page instead.")),
    413: (
        N_("Too much at once"),
        N_("All files together may have at most 100 MB. Send fewer or smaller files at a time."),
    ),
}
FAULT = (
    N_("The program failed"),
    N_("The request was not carried out. Try again in a few minutes."),
)

Page = tuple[str, int]


def init_failures(app: Flask) -> None:
    """Answer failures with pages."""
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(CaseflowError, refusal_page)
    app.register_error_handler(PageOutdated, _outdated)
    app.register_error_handler(HTTPException, _broken_off)
    app.register_error_handler(Exception, _fault)


def refusal_page(refusal: CaseflowError) -> Page:
    """The page that a refusal ends on where no form can show it."""
    problems = [translate(p.message) for p in refusal.problems if p.message != refusal.message]
    message = " ".join([translate(refusal.message), *problems])
    return _page(refusal.http_status, _(HEADINGS.get(refusal.code, REFUSED)), message)


def _page(status: int, heading: str, message: str, **more: Any) -> Page:
    given = {"reference": None, "contact": None, "kept": False, "again": None} | more
    return render_template("error.html", status=status, heading=heading, message=message, **given), status


def _not_signed_in(_refusal: NotSignedIn) -> Response:
    return redirect(url_for("session.show_sign_in"), 303)


def _outdated(failure: PageOutdated) -> Page:
    message = _(
        "The page had been open from an earlier session, so nothing was changed. Open it again and send it."
    )
    again = request.path if opens(request.path) else None
    return _page(400, _("The page is out of date"), message, kept=failure.kept, again=again)


def _broken_off(failure: HTTPException) -> Page | HTTPException:
    status = failure.code or 500
    if status < 400:
        return failure
    heading, message = BROKEN_OFF.get(status, BROKEN_OFF[400] if status < 500 else FAULT)
    return _page(status, _(heading), _(message))


def _fault(fault: Exception) -> Page:
    """The log tells the fault under a number that the page shows; the page tells nothing of it."""
    reference = "-".join(secrets.token_hex(2).upper() for _part in range(2))
    kept = _keep()
    _ask_nothing_more()
    LOG.error(
        "fault", reference=reference, route=str(request.url_rule), method=request.method, exc_info=fault
    )
    heading, message = FAULT
    return _page(500, _(heading), _(message), reference=reference, kept=kept)


def _keep() -> bool:
    """Put by what was typed, if the database still takes it."""
    if request.method in SAFE:
        return False
    try:
        look_afresh()
        session = current_session()
        return session is not None and put_by(session.actor)
    except Exception:
        _ask_nothing_more()
        LOG.exception("typed text could not be put by")
        return False


def _ask_nothing_more() -> None:
    """The page about a fault is made without the database, which may be what failed."""
    g.plain = True
    g.presented = None
