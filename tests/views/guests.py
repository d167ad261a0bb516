"""Guests of the pages: browsers with or without a session, and sample pages that take text, fail or ask for a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, Flask, redirect, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from caseflow.app import put_together
from caseflow.models import EventRow
from caseflow.use_cases.people import set_password
from caseflow.use_cases.sessions import begin_session
from caseflow.use_cases.work import Work
from caseflow.views.access import Pages, SIGNED_IN
from caseflow.views.current import do
from caseflow.views.login import COOKIE
from caseflow.views.stash import stashed_data
from tests.factories import Office
from tests.views.cases.browsing import Browser, Page

PASSWORD = "hoa phượng nở sớm"
ADDRESS = "192.0.2.7"


class Guest(Browser):
    """A browser that can hold a session without the cost of a password."""

    def come_in(self, office: Office, staff_code: str, *, own_device: bool = False) -> Guest:
        """Hold a session of that person."""
        begun = begin_session(
            office.installation, office.actors[staff_code], address=ADDRESS, own_device=own_device
        )
        self.client.set_cookie(COOKIE, begun.token)
        return self

    def token(self) -> str:
        """A CSRF token of this browser, from a page that anyone may read."""
        text = self.client.get("/tro-giup").text
        return str(text.split('name="csrf_token" value="')[1].split('"')[0])

    def sign_in(self, login: str, password: str, where: str = "/dang-nhap", **more: Any) -> Page:
        """Sign in through the page."""
        return self.post(where, {"login": login, "password": password, **more})

    @property
    def session_token(self) -> str | None:
        """The token that the browser holds."""
        cookie = self.client.get_cookie(COOKIE)
        return None if cookie is None else cookie.value


@dataclass
class House:
    """The application with its sample pages, on an office. `taken` is what `/thu` took."""

    office: Office

    def __post_init__(self) -> None:
        self.app: Flask = put_together(self.office.installation)
        self.taken: list[dict[str, str]] = []
        self.app.extensions["taken"] = self.taken
        self.app.register_blueprint(sample_pages())

    def guest(self) -> Guest:
        """A browser that nobody has signed in with."""
        return Guest(self.app)

    def inside(self, staff_code: str, *, own_device: bool = False) -> Guest:
        """A browser that holds a session of that person."""
        return self.guest().come_in(self.office, staff_code, own_device=own_device)

    def give_password(self, staff_code: str) -> None:
        """Give somebody `PASSWORD`."""
        self.office.do(set_password, self.office.actors[staff_code].id, PASSWORD, one_time=False)

    def rows(self, table: Any) -> list[Any]:
        """Everything that a table holds."""
        with self.office.installation.database.reading() as connection:
            return list(connection.execute(select(table.__table__)))

    def count_events(self) -> int:
        """How many events there are."""
        with self.office.installation.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(EventRow)).scalar_one()

    def events(self, kind: str) -> list[Any]:
        """The events of one type."""
        return [row for row in self.rows(EventRow) if row.type == kind]


def sample_pages() -> Pages:
    """`/thu` takes a text, `/thu-lai` asks for the password again, `/thu-quan-tri` for a role, `/thu-hong` fails."""
    pages = Pages("sample", __name__)

    @pages.page("/thu", permission=SIGNED_IN, changes=True)
    def take() -> str | Response:
        return _take()

    @pages.page("/thu-lai", permission=SIGNED_IN, changes=True, confirmed=True)
    def take_confirmed() -> str | Response:
        return _take()

    @pages.page("/thu-quan-tri", permission="administrator", changes=True)
    def take_from_administrator() -> str | Response:
        return _take()

    @pages.page("/thu-hong", permission=SIGNED_IN, changes=True)
    def fail() -> str:
        raise ZeroDivisionError(request.form.get("note"))

    return pages


def _take() -> str | Response:
    if request.method == "POST":
        do(_nothing)
        current_app.extensions["taken"].append(request.form.to_dict())
        return redirect("/", 303)
    kept = stashed_data(request.path)
    return "" if kept is None else repr(sorted(kept.to_dict(flat=False).items()))


def _nothing(_work: Work) -> None:
    """A deed that does nothing."""
