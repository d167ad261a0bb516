"""Signing in and out, passwords, language, and for whom one acts."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, PasswordField, StringField
from wtforms.validators import InputRequired

from caseflow.errors import CaseflowError, InvalidInput
from caseflow.i18n import gettext, LANGUAGES, translate
from caseflow.messages import N_, say
from caseflow.models import Person, StandIn
from caseflow.use_cases import sessions
from caseflow.use_cases.people import change_password as change
from caseflow.use_cases.people import SHORTEST_PASSWORD
from caseflow.use_cases.perform import perform
from caseflow.use_cases.work import Work
from caseflow.views.access import Pages, PUBLIC, SIGNED_IN
from caseflow.views.current import (
    connection,
    COOKIE,
    current_access,
    current_actor,
    current_person,
    forget_person,
    installation,
    signed_in,
    today,
)
from caseflow.views.words import LANGUAGE_COOKIE

blueprint = Pages("session", __name__)
OWN_DEVICE_SECONDS = int(sessions.OWN_DEVICE_LASTS.total_seconds())


class SignInForm(Form):
    """Staff code and password."""

    login = StringField(N_("Staff code"), [InputRequired()])
    password = PasswordField(N_("Password"), [InputRequired()])
    own_device = BooleanField(N_("This is my own device: keep me signed in for 14 days"))


class ChangePasswordForm(Form):
    """The present password and a new one, twice."""

    current_password = PasswordField(N_("Present password"), [InputRequired()])
    new_password = PasswordField(N_("New password"), [InputRequired()])
    new_password_again = PasswordField(N_("New password again"), [InputRequired()])


def _labelled(form: Form) -> Form:
    for field in form:
        field.label.text = gettext(field.label.text)
    return form


def local_address(text: str | None) -> str:
    """An address within this program; the start page for anything else."""
    if text and text.startswith("/") and not text.startswith(("//", "/\\")) and "\n" not in text:
        return text
    return "/"


@blueprint.page("/dang-nhap", permission=PUBLIC, changes=True, methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int] | str:
    """Sign in with a staff code and a password."""
    form = _labelled(SignInForm(request.form))
    if request.method == "GET":
        return redirect("/") if signed_in() else _sign_in_page(form)
    if not form.login.data or not form.password.data:
        _require(form)
        return _sign_in_page(form), 422
    try:
        token = sessions.sign_in(
            installation(),
            form.login.data,
            form.password.data,
            address=request.remote_addr or "",
            own_device=bool(form.own_device.data),
        )
    except CaseflowError as refusal:
        form.form_errors = [translate(refusal.message)]
        return _sign_in_page(form), 422 if refusal.http_status == 401 else refusal.http_status
    forget_person()
    answer = redirect(local_address(request.values.get("next")), 303)
    _give_cookie(answer, token, own_device=bool(form.own_device.data))
    return answer


def _require(form: Form) -> None:
    for field in form:
        if field.flags.required and not field.data:
            field.errors = [gettext(N_("Enter “%(label)s”."), label=field.label.text)]


def _sign_in_page(form: Form) -> str:
    return render_template("sign_in.html", form=form, saved_text=False)


def _give_cookie(answer: Response, token: str, *, own_device: bool) -> None:
    secure = installation().settings.base_url.startswith("https://")
    lasts = OWN_DEVICE_SECONDS if own_device else None
    answer.set_cookie(COOKIE, token, max_age=lasts, httponly=True, samesite="Lax", secure=secure)


@blueprint.page("/dang-xuat", permission=SIGNED_IN, changes=True)
def sign_out() -> Response:
    """End the session."""
    sessions.end_session(installation(), current_person().session)
    answer = redirect(url_for("session.sign_in"), 303)
    answer.delete_cookie(COOKIE)
    return answer


@blueprint.page("/doi-mat-khau", permission=SIGNED_IN, changes=True, methods=["GET", "POST"])
def change_password() -> Response | tuple[str, int] | str:
    """Choose a new password; every other session ends."""
    form = _labelled(ChangePasswordForm(request.form))
    if request.method == "GET":
        return _password_page(form)
    try:
        _check_again(form)
        perform(
            installation(),
            current_person().actor,
            _change,
            form.current_password.data,
            form.new_password.data,
        )
    except InvalidInput as refusal:
        _show(form, refusal)
        return _password_page(form), 422
    flash(gettext(N_("The password has been changed.")), "success")
    return redirect("/", 303)


def _check_again(form: Form) -> None:
    for field in form:
        if not field.data:
            raise InvalidInput.of(field.name, say(N_("Enter “%(label)s”."), label=field.label.text))
    if form.new_password.data != form.new_password_again.data:
        raise InvalidInput.of("again", say(N_("The two new passwords differ. Enter the same one twice.")))


def _change(work: Work, current: str, new: str) -> None:
    change(work, current, new)
    sessions.end_other_sessions(work, current_person().session)


FIELD_OF = {"current": "current_password", "new": "new_password", "again": "new_password_again"}


def _show(form: Form, refusal: InvalidInput) -> None:
    for problem in refusal.problems:
        form[FIELD_OF.get(problem.field, problem.field)].errors = [translate(problem.message)]


def _password_page(form: Form) -> str:
    person = current_person()
    return render_template(
        "change_password.html",
        form=form,
        first=person.must_change_password,
        minimum=SHORTEST_PASSWORD,
        login=_login(person.actor.id),
    )


def _login(person: int) -> str:
    return str(connection().execute(select(Person.staff_code).where(Person.id == person)).scalar_one())


@blueprint.page("/ngon-ngu", permission=PUBLIC, changes=True)
def language() -> Response:
    """Choose the language to read in."""
    chosen = request.form.get("language", "")
    answer = make_response(redirect(_came_from(), 303))
    if chosen in LANGUAGES:
        person = signed_in()
        if person is not None:
            sessions.set_language(installation(), person.actor.id, chosen)
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=OWN_DEVICE_SECONDS * 26, samesite="Lax")
    return answer


def _came_from() -> str:
    referrer = request.referrer or ""
    here = request.host_url
    return local_address("/" + referrer[len(here) :]) if referrer.startswith(here) else "/"


@blueprint.page("/uy-quyen", permission=SIGNED_IN)
def mandates() -> str:
    """For whom one may act today."""
    rows = connection().execute(
        select(Person.id, Person.name, Person.position, StandIn.valid_until, StandIn.kind)
        .join(Person, Person.id == StandIn.principal_id)
        .where(
            StandIn.stand_in_id == current_actor().id,
            StandIn.valid_from <= today(),
            StandIn.valid_until >= today(),
            (StandIn.approved_by_id.is_not(None)) | (StandIn.kind == "served"),
        )
        .order_by(Person.sort_key)
    )
    return render_template("mandates.html", mandates=rows.all())


@blueprint.page("/uy-quyen/chon", permission=SIGNED_IN, changes=True)
def act_for() -> Response:
    """Act for somebody from now on, or for oneself again."""
    chosen = request.form.get("principal", "")
    principal = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 12 else None
    sessions.switch_principal(installation(), current_person(), principal)
    forget_person()
    return redirect("/", 303)


@blueprint.page("/", permission=SIGNED_IN)
def start() -> Response:
    """To where one's work is."""
    access = current_access()
    if access.has("official", "supervisor", "registrar"):
        return redirect("/viec-cua-toi")
    if access.has("administrator"):
        return redirect("/quan-tri")
    return redirect("/vu-viec")


@blueprint.page("/tro-giup", permission=PUBLIC)
def help_page() -> str:
    """A page of help."""
    return render_template("help.html")
