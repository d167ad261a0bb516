"""A browser for tests: signs in, follows pages, sends forms as they were shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from caseflow.app import put_together
from caseflow.use_cases.people import set_password
from tests.factories import Office

PASSWORD = "bon-tu-de-nho-2026"


class _Inputs(HTMLParser):
    """The inputs of the page's main form, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self._inside = self._main = False
        self._select: str | None = None
        self._first: str | None = None
        self._chosen = False
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._main = True
        if tag == "form":
            self._inside = self._main
        if not self._inside:
            return
        getattr(self, f"on_{tag}", lambda _given: None)(given)

    def on_input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if not name or kind == "file":
            return
        if kind not in {"checkbox", "radio"} or "checked" in given:
            self.found.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def on_textarea(self, given: dict[str, str]) -> None:
        self._area, self._text = given["name"], ""

    def on_select(self, given: dict[str, str]) -> None:
        self._select, self._first, self._chosen = given["name"], None, "multiple" in given

    def on_option(self, given: dict[str, str]) -> None:
        if self._select is None:
            return
        if self._first is None:
            self._first = given.get("value", "")
        if "selected" in given:
            self.found.append((self._select, given.get("value", "")))
            self._chosen = True

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area is not None:
            self.found.append((self._area, self._text.removeprefix("\r\n").removeprefix("\n")))
            self._area = None
        if tag == "select" and self._select is not None:
            if not self._chosen and self._first is not None:
                self.found.append((self._select, self._first))
            self._select = None


@dataclass
class Page:
    """An answer with its text."""

    answer: TestResponse

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.answer.status_code

    @property
    def text(self) -> str:
        """The HTML with entities resolved."""
        return unescape(self.answer.get_data(as_text=True))

    @property
    def words(self) -> str:
        """The visible words, single-spaced."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())

    @property
    def location(self) -> str:
        """Where the answer leads."""
        return self.answer.headers.get("Location", "")

    @property
    def inputs(self) -> MultiDict[str, str]:
        """What the page's form would send, untouched."""
        parser = _Inputs()
        parser.feed(self.answer.get_data(as_text=True))
        return MultiDict(parser.found)


@dataclass
class Browser:
    """One signed-in person."""

    app: Flask
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str) -> Page:
        """Look at a page."""
        return Page(self.client.get(path, buffered=True))

    def post(self, path: str, data: dict[str, Any], shown: Page | None = None) -> Page:
        """Send a form: as `shown` (or as a fresh look shows it), with `data` typed over it."""
        page = shown or self.get(path)
        sent: MultiDict[str, Any] = MultiDict(page.inputs)
        if "csrf_token" not in sent:
            sent["csrf_token"] = self.token()
        for name, value in data.items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        return Page(self.client.post(path, data=sent, content_type="multipart/form-data", buffered=True))

    def token(self) -> str:
        """A CSRF token of this browser, from any page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/doi-mat-khau").text)
        assert found is not None
        return found[1]


def file(name: str = "bien-ban.pdf", content: bytes = b"%PDF-1.7 minutes") -> tuple[BytesIO, str]:
    """A file to send."""
    return BytesIO(content), name


@dataclass
class Web:
    """The application on an office, and the browsers of its people."""

    office: Office
    app: Flask = field(init=False)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = put_together(self.office.installation)

    def as_(self, code: str, **typed: str) -> Browser:
        """The browser of the person with that staff code, signed in."""
        if code not in self.browsers:
            self.office.do(set_password, self.office.actors[code].id, PASSWORD, one_time=False)
            self.browsers[code] = self.sign_in(code, Browser(self.app), **typed)
        return self.browsers[code]

    def sign_in(self, code: str, browser: Browser, **typed: str) -> Browser:
        """Sign in by the page."""
        shown = browser.get("/dang-nhap")
        done = browser.post("/dang-nhap", {"login": code, "password": PASSWORD} | typed, shown)
        assert done.status == 303, done.words
        return browser
