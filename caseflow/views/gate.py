"""Who comes in: the declared access of every route, forged forms, and text typed into an ended session."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, Flask, redirect, request, url_for
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from caseflow.adapters.media import MAX_FILES
from caseflow.errors import CaseflowError, NotPermitted
from caseflow.i18n import gettext
from caseflow.messages import N_, say
from caseflow.states.actor import Actor
from caseflow.use_cases.contributions import FileRef, stage_file
from caseflow.use_cases.perform import perform
from caseflow.use_cases.sessions import ended_session_of, SignedInPerson
from caseflow.use_cases.stashing import stash_form
from caseflow.views.access import access_of, PUBLIC, SIGNED_IN
from caseflow.views.current import (
    connection,
    COOKIE,
    current_reader,
    installation,
    read_afresh,
    signed_in,
)

NOT_KEPT = {"csrf_token", "password", "current_password", "new_password", "new_password_again"}
FORGED = N_("The form could not be checked, so nothing was done. Your text is kept: send it again.")
csrf = CSRFProtect()
login_manager = LoginManager()


class Account(UserMixin):  # type: ignore[misc]
    """The signed-in person as flask-login knows them."""

    def __init__(self, person: SignedInPerson) -> None:
        self.person = person

    def get_id(self) -> str:
        """The staff member's key."""
        return str(self.person.actor.id)


def install(app: Flask) -> None:
    """Check access, then the form's token, before every view."""
    login_manager.init_app(app)
    login_manager.request_loader(_load)
    csrf.init_app(app)
    app.before_request(_let_in)


def _load(_request: Any) -> Account | None:
    person = signed_in()
    return None if person is None else Account(person)


def _let_in() -> Response | None:
    access = access_of(current_app, request.endpoint)
    if request.endpoint is None or access is None:
        return None
    if access.permission != (PUBLIC,):
        turned_away = _check_person(access.permission)
        if turned_away is not None:
            return turned_away
    if request.method == "POST":
        return _check_form()
    return None


def _check_person(permission: tuple[str, ...]) -> Response | None:
    person = signed_in()
    if person is None:
        return _ask_to_sign_in()
    if person.must_change_password and request.endpoint not in {
        "session.change_password",
        "session.sign_out",
    }:
        return redirect(url_for("session.change_password"), 303)
    if SIGNED_IN not in permission and not current_reader().access.has(*permission):
        raise NotPermitted(
            say(N_("This page is not part of your work. Ask the administrator for the role it needs."))
        )
    return None


def _ask_to_sign_in() -> Response:
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    token = request.cookies.get(COOKIE)
    actor = ended_session_of(connection(), token) if token else None
    if request.method == "POST" and actor is not None:
        keep_typed_text(actor)
        flash(gettext(N_("Your session had ended. Sign in: what you had typed has been kept.")), "warning")
    elif token:
        flash(gettext(N_("Your session has ended. Sign in to go on.")), "info")
    return redirect(url_for("session.sign_in", next=here), 303)


def keep_typed_text(actor: Actor) -> None:
    """Keep what was typed, and the files sent with it, for this account alone."""
    values = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    stash_form(installation(), actor.id, request.path, values)
    for sent in request.files.getlist("files")[:MAX_FILES]:
        if sent.filename:
            try:
                stored = installation().files.put(sent.stream, sent.filename)
            except CaseflowError:
                continue
            file = FileRef(sent.filename, stored.sha256, stored.size, stored.media_type)
            perform(installation(), actor, stage_file, request.path, file)
    read_afresh()


def _methods_here() -> set[str]:
    return set(request.url_rule.methods or ()) if request.url_rule else set()


def _check_form() -> Response | None:
    try:
        csrf.protect()
    except CSRFError:
        person = signed_in()
        if person is None or "GET" not in _methods_here():
            raise
        keep_typed_text(person.actor)
        flash(gettext(FORGED), "error")
        return redirect(request.path, 303)
    return None
