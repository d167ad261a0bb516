"""People of the small province in front of their browsers: Flask test clients that are signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from caseflow.app import put_together
from caseflow.use_cases.sessions import begin_session
from caseflow.views.login import COOKIE
from tests.factories import Office

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """One person at one browser."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, form_on: str = "/tro-giup", **values: Any) -> TestResponse:
        """Send a form; `__` in a name stands for a hyphen."""
        found = TOKEN.search(self.get(form_on).text)
        assert found, f"no form on {form_on}"
        sent = {name.replace("__", "-"): value for name, value in values.items()}
        return self.client.post(path, data={"csrf_token": found[1], **sent})


class Visits:
    """The application, and who visits it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.app: Flask = put_together(office.installation)
        self.app.testing = True

    def sign_in(self, staff_code: str, language: str = "vi", *, own_device: bool = False) -> Visitor:
        """A browser that holds a session of that person, without the cost of a password."""
        visitor = Visitor(self.app.test_client())
        visitor.client.set_cookie("caseflow_language", language)
        actor = self.office.actors[staff_code]
        begun = begin_session(self.office.installation, actor, address="192.0.2.7", own_device=own_device)
        visitor.client.set_cookie(COOKIE, begun.token)
        return visitor


def count_queries(visits: Visits, visitor: Visitor, path: str) -> int:
    """How many statements a page takes, as the database itself sees them."""
    statements: list[str] = []
    engine = visits.office.installation.database.engine

    def listen_in(raw: Any, _record: Any, _proxy: Any) -> None:
        raw.set_trace_callback(statements.append)

    event.listen(engine, "checkout", listen_in)
    try:
        visitor.page(path)
    finally:
        event.remove(engine, "checkout", listen_in)
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.set_trace_callback(None)
    return sum(not one.startswith(("BEGIN", "ROLLBACK", "--")) for one in statements)
