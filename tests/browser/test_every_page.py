"""Every page, in both languages, on a desk and on a phone: no barrier that axe knows, no sideways scroll."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from caseflow.queries.erasures import disclosed
from caseflow.states.erasure import RETENTION
from caseflow.use_cases.erasure import approve_erasure, request_erasure
from tests.browser.barriers import barriers, read_in
from tests.browser.conftest import Site, Someone
from tests.factories import Office

NUMBER = "12-QĐ/UBKT"

PAGES = {
    "W1-OFF": ("/viec-cua-toi", "/vu-viec/{working}", "/vu-viec/{working}/cap-nhat", "/vu-viec/{working}/ket-qua",
               "/vu-viec/{working}/de-nghi-gia-han", "/vu-viec/{working}/xac-nhan", "/uy-quyen"),
    "W1-REG": ("/vu-viec/moi", "/vu-viec/nhap", "/vu-viec?q=khong-co-gi"),
    "W1-SUP": ("/viec-cua-toi", "/vu-viec", "/vu-viec?han=qua-han", "/cho-xac-nhan", "/vu-viec/{resolved}/xac-nhan",
               "/vu-viec/{registered}/giao", "/vu-viec/{working}/tam-dung", "/vu-viec/{working}/gia-han",
               "/vu-viec/{working}/sua", "/vu-viec/{working}/de-nghi-chuyen", "/vu-viec/VV-1999-000001"),
    "D-INS": ("/vu-viec/{closed}", "/vu-viec/{closed}/xoa-du-lieu", "/vu-viec/{resolved}/xoa-du-lieu",
              "/vu-viec", "/vu-viec/{resolved}", "/nhat-ky", "/nhat-ky?loai=dang-nhap&nguoi=kiem&tu=99"),
    "P-ADM": ("/quan-tri/xoa-du-lieu", "/quan-tri/xoa-du-lieu/{request}", "/quan-tri", "/tro-giup", "/doi-mat-khau",
              "/nhat-ky"),
}  # fmt: skip


@pytest.fixture(scope="module")
def codes(site: Site) -> dict[str, str]:
    """A case of each kind that the pages show."""
    return {
        "registered": site.office.register(),
        "working": site.office.assigned(),
        "resolved": site.office.resolved(),
        "closed": (closed := closed_long_ago(site.office)),
        "request": asked(site.office, closed),
    }


def closed_long_ago(office: Office) -> str:
    """A case about citizens whose retention is over, with something of it erased."""
    now = office.clock.instant
    office.clock.instant = now - timedelta(days=6 * 366)
    code = office.register(
        by="W1-REG",
        description="Ông Nông Văn Quýt trình bày về ranh giới đất",
        complainant_name="Nông Văn Quýt",
    )
    for text in ("Đã gặp ông Quýt", "Số điện thoại của ông Quýt đã thay đổi, liên hệ qua trưởng thôn"):
        office.move(code, "comment", "W1-SUP", text=text)
    office.move(code, "cancel", "W1-SUP", kind="petition_withdrawn", reason="Ông Quýt đã rút đơn")
    office.clock.instant = now
    office.do(approve_erasure, UUID(asked(office, code)), decision_number=NUMBER, by="P-ADM")
    return code


def asked(office: Office, code: str) -> str:
    """Ask for the first comment of a case that is still there to be erased."""
    with office.installation.database.reading() as connection:
        there = disclosed(connection, office.row(code).uuid)
    item = next(f"text:{one.digest}" for one in there if one.type == "case.commented" and one.erasable)
    given = {"decision_number": NUMBER, "ground": RETENTION, "items": [item]}
    key: str = office.do(request_erasure, code, by="D-INS", **given)
    return key


@pytest.mark.parametrize("login", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_have_no_barriers(
    chromium: Browser, site: Site, codes: dict[str, str], login: str, language: str, width: int
) -> None:
    someone = Someone(
        chromium, site, login, viewport={"width": width, "height": 800}, bypass_csp=True,
        java_script_enabled=True,
    )  # fmt: skip
    read_in(someone, language)
    wrong = [
        each for path in PAGES[login] for each in barriers(someone, path.format(**codes), language, width)
    ]
    someone.leave()
    assert wrong == []


def test_a_cold_page_is_small_and_asks_nobody_else(
    chromium: Browser, site: Site, codes: dict[str, str]
) -> None:
    someone = Someone(chromium, site, "W1-SUP")
    fresh = chromium.new_context(storage_state=someone.page.context.storage_state())
    page, sizes, hosts = fresh.new_page(), [], set()

    def note(answer: object) -> None:
        sizes.append(answer.request.sizes()["responseBodySize"])  # type: ignore[attr-defined]
        hosts.add(answer.url.split("/")[2])  # type: ignore[attr-defined]

    page.on("response", note)
    page.goto(f"{site.at}/vu-viec/{codes['working']}", wait_until="networkidle")
    assert len(sizes) <= 6
    assert sum(sizes) <= 90_000
    assert hosts == {site.at.split("/")[2]}
    fresh.close()
    someone.leave()
