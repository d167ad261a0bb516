"""Signing in and out, the password, the language, acting for somebody, the first page and help."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import ValidationError

from caseflow.errors import CaseflowError, NotFound
from caseflow.i18n import gettext as _
from caseflow.i18n import LANGUAGES
from caseflow.messages import N_
from caseflow.queries.sessions import mandates_of
from caseflow.use_cases.people import SHORTEST_PASSWORD
from caseflow.use_cases.sessions import (
    act_for,
    check_choice,
    choose_password,
    confirm_password,
    sign_in,
    sign_out,
    speak,
)
from caseflow.views.access import Answer, Pages, PUBLIC, SIGNED_IN
from caseflow.views.current import (
    connection,
    current_access,
    current_actor,
    current_session,
    do,
    installation,
    today,
)
from caseflow.views.forms import Entered, PlainForm, show_problems
from caseflow.views.guard import LANGUAGE_COOKIE
from caseflow.views.login import hand_out, take_back

blueprint = Pages("session", __name__)
ONE_YEAR = 365 * 24 * 3600
PASSWORD_PLACES = {"current": "current_password", "new": "new_password"}


class SignInForm(PlainForm):
    """Who, and the password."""

    login = StringField(N_("Staff code"), [Entered()])
    password = PasswordField(N_("Password"), [Entered()])
    own_device = BooleanField(N_("Own device: stay signed in for 14 days"))


class ConfirmForm(PlainForm):
    """The password once more."""

    password = PasswordField(N_("Password"), [Entered()])


class PasswordForm(PlainForm):
    """The present password and the new one, twice."""

    current_password = PasswordField(N_("Present password"), [Entered()])
    new_password = PasswordField(N_("New password"), [Entered()])
    new_password_again = PasswordField(N_("New password again"), [Entered()])

    def validate_new_password_again(self, again: PasswordField) -> None:
        """Both must be the same."""
        if self.new_password.data and again.data != self.new_password.data:
            raise ValidationError(_("The two new passwords differ. Enter both again."))


@blueprint.page("/", permission=SIGNED_IN, changes=False)
def first_page() -> Response:
    """Where each audience begins."""
    access = current_access()
    if access.has("official", "registrar", "supervisor"):
        return redirect("/viec-cua-toi", 303)
    if access.has("inspector", "reporter") or not access.has("administrator"):
        return redirect("/vu-viec", 303)
    return redirect("/quan-tri", 303)


@blueprint.page("/dang-nhap", permission=PUBLIC, changes=False, endpoint="show_sign_in")
def show_sign_in() -> Answer:
    """The form to sign in with."""
    if current_session() is not None:
        return redirect(_way_on(), 303)
    return _sign_in_page(SignInForm())


@blueprint.page("/dang-nhap", permission=PUBLIC, changes=True, methods=("POST",), keeps=False)
def enter() -> Answer:
    """Sign in."""
    form = SignInForm(request.form)
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        begun = sign_in(
            installation(),
            form.login.data,
            form.password.data,
            address=request.remote_addr or "",
            own_device=form.own_device.data,
        )
    except CaseflowError as refusal:
        show_problems(form, refusal)
        return _sign_in_page(form), refusal.http_status
    before = current_session()
    if before is not None:
        do(sign_out, before.id)
    return hand_out(redirect(_way_on(), 303), begun.token, own_device=form.own_device.data)


def _sign_in_page(form: SignInForm) -> str:
    return render_template("sign_in.html", form=form, saved_text=request.args.get("giu") == "1")


def _way_on() -> str:
    """The page that was asked for before signing in; only ever one of ours."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if ours and wanted.isprintable() and "\\" not in wanted else "/"


@blueprint.page(
    "/dang-xuat", permission=SIGNED_IN, changes=True, methods=("POST",), keeps=False, endpoint="sign_out"
)
def leave() -> Response:
    """Sign out."""
    held = current_session()
    if held is not None:
        do(sign_out, held.id)
    session.clear()
    return take_back(redirect(url_for("session.show_sign_in"), 303))


@blueprint.page("/doi-mat-khau", permission=SIGNED_IN, changes=True, keeps=False)
def change_password() -> Answer:
    """Choose a new password; every other session ends."""
    form = PasswordForm(request.form if request.method == "POST" else None)
    held = current_session()
    if held is None:
        raise NotFound
    if request.method == "POST" and form.validate():
        try:
            typed = (form.current_password.data, form.new_password.data)
            do(choose_password, held.id, check_choice(installation(), current_actor(), *typed))
        except CaseflowError as refusal:
            show_problems(form, refusal, PASSWORD_PLACES)
        else:
            flash(_("The password is changed. Sessions on other devices have ended."), "success")
            return redirect("/", 303)
    page = render_template(
        "change_password.html",
        form=form,
        first=held.must_change_password,
        minimum=SHORTEST_PASSWORD,
        login=held.staff_code,
    )
    return page, 422 if form.errors else 200


@blueprint.page("/xac-nhan-mat-khau", permission=SIGNED_IN, changes=True, keeps=False)
def confirm() -> Answer:
    """Ask for the password again on a device that stays signed in."""
    form = ConfirmForm(request.form if request.method == "POST" else None)
    held = current_session()
    if held is None:
        raise NotFound
    if request.method == "POST" and form.validate():
        try:
            confirm_password(installation(), held, form.password.data, address=request.remote_addr or "")
        except CaseflowError as refusal:
            show_problems(form, refusal)
        else:
            return redirect(_way_on(), 303)
    page = render_template("session/confirm.html", form=form, login=held.staff_code)
    return page, 422 if form.errors else 200


@blueprint.page("/ngon-ngu", permission=PUBLIC, changes=True, methods=("POST",), keeps=False)
def set_language() -> Response:
    """Read in another language from now on: kept with the person, or in a cookie for who is not signed in."""
    language = request.form.get("language", "")
    if current_session() is not None:
        do(speak, language)
    answer = redirect(_came_from(), 303)
    if language in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return answer


def _came_from() -> str:
    """The page that the reader was on, if it was one of ours; else the first one."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


@blueprint.page("/uy-quyen", permission=SIGNED_IN, changes=True, keeps=False)
def act_for_someone() -> Answer:
    """For whom the reader may act, and a switch to do so in this session."""
    held = current_session()
    if held is None:
        raise NotFound
    if request.method == "POST":
        do(act_for, held.id, _mandate(request.form.get("mandate", "")))
        return redirect(url_for("session.act_for_someone"), 303)
    mandates = mandates_of(connection(), current_actor().id, today())
    return render_template("session/stand_in.html", mandates=mandates, principal=current_actor().principal)


def _mandate(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


@blueprint.page("/tro-giup", permission=PUBLIC, changes=False)
def show_help() -> str:
    """The shortest help that is enough to begin."""
    return render_template("session/help.html")
