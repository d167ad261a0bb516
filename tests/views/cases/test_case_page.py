"""The page of one case: what it offers to whom, what it tells, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.factories import Office
from tests.views.cases.browsing import Web


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    statements: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    engine = office.installation.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def primary(page: Any) -> str | None:
    """The label of the primary action in the identity bar."""
    found = re.search(r'<a class="btn btn-primary" href="/vu-viec/[^"]+">([^<]+)</a>', page.text)
    return found[1] if found else None


def test_case_out_of_reach_does_not_exist(web: Web) -> None:
    code = web.office.assigned()
    assert web.as_("W2-OFF").get(f"/vu-viec/{code}").status == 404
    assert web.as_("W1-SUP").get("/vu-viec/VV-2026-999999").status == 404


def test_page_shows_work_person_and_time(web: Web) -> None:
    code = web.office.assigned()
    page = web.as_("W1-OFF").get(f"/vu-viec/{code}")
    assert page.status == 200
    for words in ("Dọn sạch bãi rác", "Đặng Cán Bộ – Công chức địa chính – Đảng ủy xã Một", "16/11/2026"):
        assert words in page.words
    assert "Còn 10 ngày làm việc (đến hết 16/11/2026)" in page.words


def test_primary_action_follows_state_and_reader(web: Web) -> None:
    office = web.office
    code = office.register()
    url = f"/vu-viec/{code}"
    assert primary(web.as_("W1-SUP").get(url)) == "Giao giải quyết"
    office.move(
        code, "assign", "W1-SUP", expected_outcome="Xong", owner=office.id_of("W1-OFF"), working_days=5
    )
    assert primary(web.as_("W1-OFF").get(url)) == "Nhận việc"
    office.move(code, "start", "W1-OFF")
    assert primary(web.as_("W1-OFF").get(url)) == "Cập nhật tiến độ"
    office.resolve(code)
    assert primary(web.as_("W1-SUP").get(url)) == "Xác nhận kết quả"
    assert primary(web.as_("W1-OFF").get(url)) == "Rút lại"


def test_owner_reads_why_they_cannot_verify(web: Web) -> None:
    code = web.office.resolved()
    page = web.as_("W1-OFF").get(f"/vu-viec/{code}")
    assert "không được tự xác nhận" in page.words
    assert f"/vu-viec/{code}/xac-nhan" not in page.text


def test_offered_transfer_waits_for_the_receiving_unit(web: Web) -> None:
    office = web.office
    code = office.register()
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Thuộc địa bàn xã Hai")
    assert primary(web.as_("W2-SUP").get(f"/vu-viec/{code}")) == "Nhận chuyển đơn vị"
    assert "Đảng ủy xã Hai" in web.as_("W1-SUP").get(f"/vu-viec/{code}").words


def test_timeline_tells_who_when_what_and_why(web: Web) -> None:
    office = web.office
    code = office.resolved()
    office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu ảnh hiện trường")
    page = web.as_("W1-OFF").get(f"/vu-viec/{code}")
    for words in ("Hoàng Văn Xã", "09:00 02/11/2026", "Thiếu ảnh hiện trường", "Đã dọn xong", "Bản ghi 1"):
        assert words in page.words


def test_timeline_can_be_narrowed(web: Web) -> None:
    code = web.office.resolved()
    page = web.as_("W1-OFF").get(f"/vu-viec/{code}?loai=minh-chung")
    history = page.text.partition('id="history"')[2]
    assert history.count('<li class="event"') == 1


def test_inspector_reads_refused_attempts_and_others_do_not(web: Web) -> None:
    code = web.office.resolved()
    shown = web.as_("W1-SUP").get(f"/vu-viec/{code}/xac-nhan")
    form = {"method": "site", "complainant_answer": "none", "note": "Tự xác nhận"}
    assert (
        web.as_("W1-OFF")
        .post(
            f"/vu-viec/{code}/xac-nhan", form | dict(shown.inputs) | {"csrf_token": web.as_("W1-OFF").token()}
        )
        .status
        == 403
    )
    assert 'id="attempts"' in web.as_("D-INS").get(f"/vu-viec/{code}").text
    assert "Xác nhận kết quả" in web.as_("D-INS").get(f"/vu-viec/{code}").text.partition('id="attempts"')[2]
    assert 'id="attempts"' not in web.as_("W1-SUP").get(f"/vu-viec/{code}").text


def test_page_costs_the_same_however_long_the_trail(web: Web) -> None:
    office = web.office
    code = office.assigned()
    browser = web.as_("W1-SUP")
    browser.get(f"/vu-viec/{code}")

    def look() -> int:
        with counted(office) as statements:
            assert browser.get(f"/vu-viec/{code}").status == 200
        return len(statements)

    office.evidence(code, "W1-OFF")
    few = look()
    for n in range(60):
        office.move(code, "comment", "W1-OFF", text=f"Lần {n}")
        office.evidence(code, "W1-OFF")
    assert look() == few


def test_restricted_case_names_its_readers_and_is_unseen_by_others(web: Web) -> None:
    office = web.office
    code = office.register(by="W1-SUP", visibility="restricted", readers=[office.id_of("W1-OFF")])
    page = web.as_("W1-OFF").get(f"/vu-viec/{code}")
    assert "Hạn chế người xem" in page.words
    assert "Đặng Cán Bộ" in page.text.partition('id="readers"')[2]
    assert web.as_("D-SUP").get(f"/vu-viec/{code}").status == 404


def test_complainant_is_opened_by_the_owner_and_each_opening_is_recorded(web: Web) -> None:
    office = web.office
    code = office.register(
        by="W1-SUP", complainant_name="Nông Thị Phản Ánh", complainant_contact="0900 000 000"
    )
    office.move(
        code, "assign", "W1-SUP", expected_outcome="Xong", owner=office.id_of("W1-OFF"), working_days=5
    )
    owner = web.as_("W1-OFF")
    page = owner.get(f"/vu-viec/{code}")
    assert "Nông Thị Phản Ánh" not in page.text
    opened = owner.post(f"/vu-viec/{code}/nguoi-phan-anh", {}, page)
    assert (opened.status, "Nông Thị Phản Ánh" in opened.words, "0900 000 000" in opened.words) == (
        200,
        True,
        True,
    )
    assert "Mở thông tin người phản ánh" in web.as_("D-INS").get(f"/vu-viec/{code}").words
    stranger = web.as_("W1-REG")
    assert (
        stranger.post(f"/vu-viec/{code}/nguoi-phan-anh", {}, stranger.get(f"/vu-viec/{code}")).status == 403
    )


def test_what_remains_is_linked_both_ways_and_only_within_reach(web: Web) -> None:
    office = web.office
    code = office.assigned()
    office.evidence(code, "W1-OFF")
    office.move(code, "resolve", "W1-OFF", outcome="Xong 14 hộ", completion="part", remainder="Còn 2 hộ")
    other = "VV-2026-000002"
    boss = web.as_("W1-SUP")
    assert f"Được tiếp nối bởi : {other}".replace(" :", ":") in boss.get(f"/vu-viec/{code}").words
    assert f"Tiếp nối: {code}" in boss.get(f"/vu-viec/{other}").words
    office.move(other, "request_transfer", "W1-SUP", organisation="W2", reason="Địa bàn xã Hai")
    office.move(other, "accept_transfer", "W2-SUP")
    assert (
        other not in boss.get(f"/vu-viec/{code}").text.partition('id="about"')[2].partition('id="history"')[0]
    )


def test_timeline_names_another_case_only_to_who_may_see_it(web: Web) -> None:
    office = web.office
    other = office.register(by="D-SUP", organisation="W2")
    code = office.assigned()
    office.move(code, "cancel", "D-SUP", kind="duplicate", reason="Nhập hai lần", duplicate_of=other)
    assert other in web.as_("D-SUP").get(f"/vu-viec/{code}").words
    page = web.as_("W1-SUP").get(f"/vu-viec/{code}")
    assert other not in page.text
    assert "một vụ việc ngoài phạm vi được xem" in page.words
