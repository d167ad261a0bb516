"""Each audience does its core job in a real browser; every step stands on the timeline with who, when, what, why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import People, Site

TEXT = {"name": "bien-ban.txt", "mimeType": "text/plain", "buffer": "Biên bản kiểm tra hiện trường".encode()}
SCREENS = (
    pytest.param({"viewport": {"width": 1280, "height": 900}}, id="desk"),
    pytest.param(
        {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}, id="phone-no-script"
    ),
)


def written(day: date) -> str:
    """A day as people write it."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def ahead(site: Site, days: int) -> str:
    """A day ahead, as people write it."""
    return written(site.office.today + timedelta(days=days))


def register(people: People, site: Site, title: str, **more: object) -> str:
    """Register through the page; the code of the case."""
    registrar = people["W1-REG"]
    registrar.open("/vu-viec/moi")
    registrar.fill(
        {"title": title, "organisation": "W1", "field": "complaints", "holds_state_secrets": "no"} | more
    )
    registrar.send()
    assert "/vu-viec/VV-" in registrar.page.url, registrar.page.inner_text("main")
    return registrar.page.url.rsplit("/", 1)[1].split("?")[0]


def assign(people: People, site: Site, code: str, owner: str = "W1-OFF") -> None:
    """Assign through the page."""
    people["W1-SUP"].act(code, "giao", expected_outcome="Dọn sạch bãi rác", owner=site.office.id_of(owner),
                         working_days="10")  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_main_line_from_registration_to_reopening(
    chromium: Browser, site: Site, screen: dict[str, object]
) -> None:
    people = People(chromium, site, **screen)
    code = register(people, site, "Bãi rác thôn Đông gây ô nhiễm")
    assign(people, site, code)
    people["W1-OFF"].act(code, "cap-nhat", note="Đã họp thôn", progress="30")
    assert site.office.row(code).state == "in_progress"
    people["W1-OFF"].act(code, "ket-qua", outcome="Đã dọn một phần", completion="full", files=TEXT)
    people["W1-SUP"].act(code, "tra-lai", reason="Còn rác ở cuối thôn")
    later = TEXT | {"name": "anh-lan-hai.txt", "buffer": "Đã dọn hết rác cuối thôn".encode()}
    people["W1-OFF"].act(code, "ket-qua", outcome="Đã dọn sạch", completion="full", files=later)
    people["W1-SUP"].act(
        code, "xac-nhan", method="site", complainant_answer="accepted", note="Đã đi thực địa"
    )
    assert site.office.row(code).state == "verified"
    people["D-INS"].act(
        code, "mo-lai", basis="finding", reason="Rác xuất hiện trở lại", deadline=ahead(site, 30)
    )
    row = site.office.row(code)
    assert (row.state, row.reopenings, row.outcome) == ("in_progress", 1, None)
    story = people["W1-SUP"].story(code)
    for said in ("Đã họp thôn", "Còn rác ở cuối thôn", "Đã dọn sạch", "Đã đi thực địa", "Rác xuất hiện trở lại",
                 "Đặng Cán Bộ", "Hoàng Văn Xã", "Dương Văn Thư", "Đỗ Kiểm Tra", written(site.office.today)):  # fmt: skip
        assert said in story, said
    for someone in people.values():
        someone.leave()


def test_second_extension_is_granted_only_above(people: People, site: Site) -> None:
    code = register(people, site, "Tranh chấp đất chợ")
    assign(people, site, code)
    people["W1-OFF"].act(code, "de-nghi-gia-han", deadline=ahead(site, 40), reason="Chờ đo đạc")
    people["W1-SUP"].act(code, "gia-han", deadline=ahead(site, 40), reason="Đồng ý")
    people["W1-OFF"].act(code, "de-nghi-gia-han", deadline=ahead(site, 60), reason="Chờ định giá")
    supervisor = people["W1-SUP"]
    supervisor.open(f"/vu-viec/{code}")
    assert supervisor.page.locator("main a[href$='/gia-han']").count() == 0
    assert supervisor.open(f"/vu-viec/{code}/gia-han") == 403
    people["D-SUP"].act(code, "gia-han", deadline=ahead(site, 60), reason="Huyện đồng ý")
    assert site.office.row(code).extensions_granted == 2
    story = people["W1-OFF"].story(code)
    assert "Chờ đo đạc" in story
    assert "Huyện đồng ý" in story


def test_clock_stops_and_runs_again(people: People, site: Site) -> None:
    code = register(people, site, "Chờ kết luận thanh tra")
    assign(people, site, code)
    people["W1-SUP"].act(code, "tam-dung", reason="Chờ kết luận thanh tra", review_on=ahead(site, 10))
    assert site.office.row(code).state == "suspended"
    assert "Tạm dừng" in people["W1-OFF"].story(code)
    people["W1-SUP"].act(code, "tiep-tuc")
    assert site.office.row(code).state == "assigned"


def test_transfer_is_asked_for_and_accepted(people: People, site: Site) -> None:
    code = register(people, site, "Đường liên xã hỏng")
    assign(people, site, code)
    people["W1-SUP"].act(code, "de-nghi-chuyen", organisation="W2", reason="Thuộc địa bàn xã Hai")
    assert people["W2-OFF"].open(f"/vu-viec/{code}") == 404
    people["W2-SUP"].act(code, "nhan-chuyen")
    row = site.office.row(code)
    assert (row.state, row.owner_id) == ("registered", None)
    assert row.first_deadline is not None
    assert "Thuộc địa bàn xã Hai" in people["W2-SUP"].story(code)


def test_cancelling_needs_kind_and_reason(people: People, site: Site) -> None:
    code = register(people, site, "Nhập nhầm")
    people["W1-SUP"].act(code, "dua-khoi-danh-muc", kind="entered_in_error", reason="Nhập trùng hai lần")
    assert site.office.row(code).state == "cancelled"
    assert "Nhập trùng hai lần" in people["W1-SUP"].story(code)


def test_restricted_case_is_unseen_but_counted(people: People, site: Site) -> None:
    code = register(people, site, "Vụ việc hạn chế người đọc", visibility="restricted")
    assert people["W1-REG"].open(f"/vu-viec/{code}") == 200
    supervisor = people["W1-SUP"]
    assert supervisor.open(f"/vu-viec/{code}") == 404
    supervisor.open("/vu-viec?q=hạn+chế+người+đọc")
    text = supervisor.page.inner_text("main")
    assert code not in text
    assert "hạn chế" in text.casefold()


def test_accents_are_optional_and_exact_ones_first(people: People, site: Site) -> None:
    register(people, site, "Thử hơi đắt đỏ")
    exact = register(people, site, "Thu hồi đất làm đường vành đai")
    supervisor = people["W1-SUP"]
    supervisor.open("/vu-viec?q=thu+hoi+dat")
    assert exact in supervisor.page.inner_text("main")
    supervisor.open("/vu-viec?q=thu+h%E1%BB%93i+%C4%91%E1%BA%A5t")
    found = supervisor.page.locator("main a[href^='/vu-viec/VV-']").first.get_attribute("href")
    assert found is not None
    assert exact in found
    supervisor.open("/vu-viec?q=duong+vanh")
    assert exact in supervisor.page.inner_text("main")
