"""The log's verdict in a browser, in each of its states: read by everybody, closed by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import delete, insert

from caseflow.adapters.clock import SystemClock
from caseflow.models import Cosignature, LogAlarm, LogCheck
from caseflow.queries.log import LAST_CHECK
from caseflow.trail.alarms import SIGNER_REFUSED
from tests import logs
from tests.browser.barriers import barriers, read_in
from tests.browser.conftest import Site, Someone
from tests.factories import Office

WORDS = {
    "intact": ("Nhật ký toàn vẹn", "Log intact"),
    "uncompared": ("Chưa có đối chiếu độc lập", "Not yet compared by an outsider"),
    "unchecked": ("chưa được kiểm tra", "has not been checked"),
    "mismatch": ("Sai lệch tại bản ghi", "Mismatch at record"),
}


@pytest.fixture(scope="module")
def code(site: Site) -> str:
    """A case whose last event is sealed."""
    code = site.office.resolved()
    logs.seal(site.office)
    return code


def put_into(state: str, office: Office, code: str) -> None:
    """Bring the log into a state, whatever it was in."""
    office.clock.instant = SystemClock().now()
    with office.installation.database.transaction() as connection:
        for table in (LogCheck, Cosignature, LogAlarm):
            connection.execute(delete(table))
        # A check is under way: so the served program begins none of its own meanwhile.
        now = office.clock.now()
        connection.execute(insert(LogCheck), {"asked_at": now, "started_at": now})
    (office.installation.settings.home / LAST_CHECK).unlink(missing_ok=True)
    if state != "uncompared":
        logs.compared(office)
    if state == "mismatch":
        logs.checked(office, logs.finding(office, code))
        logs.alarmed(office, SIGNER_REFUSED)
    else:
        logs.checked(office, ago=timedelta(days=8 if state == "unchecked" else 0))


@pytest.mark.parametrize("state", WORDS)
@pytest.mark.parametrize("width", [1280, 360])
def test_every_state_of_the_verdict_has_no_barriers(
    chromium: Browser, site: Site, code: str, state: str, width: int
) -> None:
    put_into(state, site.office, code)
    wrong: list[object] = []
    for login, path in (("D-INS", "/nhat-ky"), ("P-ADM", "/nhat-ky"), ("W1-OFF", f"/vu-viec/{code}")):
        someone = Someone(
            chromium, site, login, viewport={"width": width, "height": 800}, bypass_csp=True
        )  # fmt: skip
        for language, words in zip(("vi", "en"), WORDS[state], strict=True):
            read_in(someone, language)
            wrong += barriers(someone, path, language, width)
            verdict = someone.page.locator(f".verdict-{state}")
            assert words in verdict.inner_text()
            assert verdict.locator("button, summary, form").count() == 0
        someone.leave()
    assert wrong == []


def test_last_line_stands_on_paper_and_not_on_the_screen(chromium: Browser, site: Site, code: str) -> None:
    put_into("intact", site.office, code)
    someone = Someone(chromium, site, "W1-SUP")
    for path in ("/vu-viec", f"/vu-viec/{code}"):
        someone.open(path)
        line = someone.page.locator(".print-foot").last
        assert not line.is_visible()
        someone.page.emulate_media(media="print")
        assert line.is_visible()
        assert "Đầu nhật ký" in line.inner_text()
        assert someone.page.locator(".verdict").count() == 0 or someone.page.locator(".verdict").is_visible()
        someone.page.emulate_media(media="screen")
    someone.leave()


def test_log_and_bundle_are_downloaded_as_files(chromium: Browser, site: Site, code: str) -> None:
    someone = Someone(chromium, site, "D-INS")
    read_in(someone, "vi")
    for path, label, name in (
        ("/nhat-ky", "Tải gói đối chiếu", "caseflow-log-"),
        (f"/vu-viec/{code}", "Tải gói minh chứng", f"{code}.bundle.json"),
    ):
        someone.open(path)
        with someone.page.expect_download() as started:
            someone.page.get_by_role("button", name=label).click()
        assert started.value.suggested_filename.startswith(name)
        assert started.value.path().stat().st_size > 1000
    someone.leave()
