"""What every request passes before its page: language, CSRF, who is signed in, what the route permits."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import quote, urlsplit

from flask import current_app, flash, Flask, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from caseflow.errors import Attempt, NotPermitted
from caseflow.i18n import gettext as _
from caseflow.i18n import LANGUAGES, use_language
from caseflow.messages import N_, say
from caseflow.use_cases.work import Work
from caseflow.views.access import Declared, declared_routes, PUBLIC, SAFE
from caseflow.views.current import (
    current_access,
    current_session,
    do,
    installation,
    look_afresh,
    password_is_recent,
)
from caseflow.views.login import presented_session
from caseflow.views.stash import put_by

LANGUAGE_COOKIE = "caseflow_language"
WITHOUT_OWN_PASSWORD = frozenset(
    {"session.change_password", "session.sign_out", "session.set_language", "session.show_help"}
)
_protect = CSRFProtect()


class PageOutdated(CSRFError):
    """The page's mark against forged requests does not fit; `kept` says whether what was typed is put by."""

    def __init__(self, kept: bool) -> None:
        super().__init__()
        self.kept = kept


def init_guard(app: Flask) -> None:
    """Set the guard before every page."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked below, where the language is known
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False  # SameSite keeps the cookies ours; networks may strip Referer
    _protect.init_app(app)
    app.before_request(_pass)
    app.teardown_appcontext(lambda _error: look_afresh())
    app.teardown_request(_fall_silent)


def _pass() -> Response | None:
    declared = declared_routes(current_app).get(request.endpoint or "")
    if request.endpoint == "static":
        return None
    _speak()
    if declared is None:  # no such page, or not by this method: said in the reader's language
        return None
    marked = request.method in SAFE or _mark_fits()
    if not marked:
        raise PageOutdated(kept=_same_site() and _put_by(declared))
    return _admit(declared)


def _speak() -> None:
    """Answer in the person's language, else the browser's cookie, else the installation's."""
    g.language = ExitStack()
    g.language.enter_context(use_language(installation().settings.language))  # holds if the next line fails
    session = current_session()
    chosen = (session and session.language) or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        g.language.enter_context(use_language(chosen))


def _fall_silent(_error: BaseException | None) -> None:
    language: ExitStack | None = g.pop("language", None)
    if language is not None:
        language.close()


def _mark_fits() -> bool:
    try:
        _protect.protect()
    except CSRFError:
        return False
    return True


def _same_site() -> bool:
    """Whether the request came from a page of ours: text that others send is not put into our forms."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    sender = request.headers.get("Origin") or request.headers.get("Referer")
    return sender is None or urlsplit(sender).netloc == request.host


def _put_by(declared: Declared) -> bool:
    """Put by what was typed, for the account whose session this is or was."""
    session = presented_session()
    if request.method in SAFE or not declared.keeps or not declared.changes or session is None:
        return False
    return put_by(session.actor)


def _admit(declared: Declared) -> Response | None:
    if declared.permission == PUBLIC:
        return None
    session = current_session()
    if session is None:
        return _to_sign_in(declared)
    if session.must_change_password and request.endpoint not in WITHOUT_OWN_PASSWORD:
        _put_by(declared)
        return redirect(url_for("session.change_password"), 303)
    if declared.confirmed and not password_is_recent():
        _put_by(declared)
        return redirect(f"{url_for('session.confirm')}?next={_way_back()}", 303)
    _require_role(declared)
    return None


def _to_sign_in(declared: Declared) -> Response:
    kept = "&giu=1" if _put_by(declared) else ""
    if presented_session() is not None and not kept:
        flash(_("The session has ended. Sign in again."), "info")
    way_back = _way_back()
    back = "" if way_back == "/" else f"?next={way_back}{kept}"
    return redirect(url_for("session.show_sign_in") + back, 303)


def _way_back() -> str:
    """The page that was asked for, to come back to; the first one where it only takes what is sent."""
    if request.method in SAFE:
        return quote(request.full_path.rstrip("?"), safe="/")
    return quote(request.path, safe="/") if opens(request.path) else "/"


def opens(path: str) -> bool:
    """Whether there is a page at `path` to be opened."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, method="GET")


def _require_role(declared: Declared) -> None:
    if not declared.roles or current_access().has(*declared.roles):
        return
    if request.method in SAFE:
        raise _refusal()
    do(_refuse)  # a POST past the page is kept as an attempt


def _refuse(work: Work) -> None:
    refusal = _refusal()
    refusal.attempt = Attempt(request.endpoint or "")
    raise refusal


def _refusal() -> NotPermitted:
    return NotPermitted(say(N_("This page is for other roles than yours. Ask the unit's administrator.")))
