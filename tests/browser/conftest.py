"""A served office, a real Chromium, and people who use pages as people do: by links, fields and buttons."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

import bootstrap
from caseflow.adapters.clock import SetClock, SystemClock
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import set_password
from caseflow.use_cases.work import Work
from tests.conftest import settings_at
from tests.factories import Office
from tests.serving import served

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PASSWORD = "mật khẩu dài của bài thử"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    path = bootstrap.find_chromium()
    assert path is not None
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@dataclass
class Site:
    """A served office: `at` is its address."""

    at: str
    office: Office


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, template_home: Path) -> Iterator[Site]:
    """An office that is served by a process of its own."""
    home = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(template_home, home)
    installation = Installation.open(settings_at(home), SetClock(SystemClock().now()))
    office = Office(installation, installation.clock)  # type: ignore[arg-type]
    office.do(_give_passwords, office)
    with served(home) as address:
        yield Site(address, office)
    installation.database.dispose()


def _give_passwords(work: Work, office: Office) -> None:
    for actor in office.actors.values():
        set_password(work, actor.id, PASSWORD, one_time=False)


class Someone:
    """A person at a browser."""

    def __init__(self, browser: Browser, site: Site, login: str, **context: object) -> None:
        self.site, self.login = site, login
        options: dict[str, object] = {"viewport": {"width": 1280, "height": 900}, "locale": "vi-VN"} | context
        self.page: Page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
        self.page.set_default_timeout(10_000)
        self.open("/dang-nhap")
        self.fill({"login": login, "password": PASSWORD})
        self.send()
        assert "/dang-nhap" not in self.page.url, self.page.inner_text("main")

    def open(self, path: str) -> int:
        """Go to a page; its status."""
        answer = self.page.goto(self.site.at + path)
        assert answer is not None
        return answer.status

    def fill(self, values: dict[str, object]) -> None:
        """Fill in fields by name, as a person would by label."""
        for name, value in values.items():
            self._put(self.page.locator(f"main [name='{name}']"), value)

    def _put(self, field: Locator, value: object) -> None:
        first = field.first
        kind = first.get_attribute("type")
        if first.evaluate("e => e.closest('details') && !e.closest('details').open"):
            first.evaluate("e => e.closest('details').querySelector('summary').click()")
        if first.evaluate("e => e.tagName") == "SELECT":
            first.select_option(str(value))
        elif kind == "radio":
            self.page.locator(f"main input[name='{first.get_attribute('name')}'][value='{value}']").check()
        elif kind == "file":
            first.set_input_files(value)  # type: ignore[arg-type]
        else:
            first.fill(str(value))

    def send(self) -> None:
        """Press the form's own button."""
        self.page.locator("main form .btn-primary, main form .btn-danger").last.click()

    def act(self, code: str, slug: str, **values: object) -> None:
        """From the case's page, follow the link to an action, fill it in and send it."""
        assert self.open(f"/vu-viec/{code}") == 200, f"{self.login} does not see {code}"
        link = self.page.locator(f"main a[href$='/{slug}']").first
        if not link.is_visible():
            link.evaluate("e => e.closest('details').querySelector('summary').click()")
        link.click()
        self.fill(values)
        self.send()
        assert self.page.url.split("#")[0].split("?")[0].endswith(f"/vu-viec/{code}"), self.page.inner_text(
            "main"
        )

    def story(self, code: str) -> str:
        """The text of the case's page."""
        self.open(f"/vu-viec/{code}")
        return self.page.inner_text("main")

    def leave(self) -> None:
        """Close the browser."""
        self.page.context.close()


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[dict[str, Someone]]:
    """Whoever signs in, by login; made when first asked for."""
    found = People(chromium, site)
    yield found
    for someone in found.values():
        someone.leave()


class People(dict[str, Someone]):
    """Makes a browser for each person who is asked for; `context` holds its options."""

    def __init__(self, browser: Browser, site: Site, **context: object) -> None:
        self._browser, self._site, self.context = browser, site, context

    def __missing__(self, login: str) -> Someone:
        self[login] = Someone(self._browser, self._site, login, **self.context)
        return self[login]
