"""The pages of erasure: an inspector chooses among the values, an administrator decides without reading them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from caseflow.models import Erasure, EventRow
from tests.factories import Office
from tests.views.guests import House

NUMBER = "12-QĐ/UBKT"
CITIZEN = "Nông Thị Quýt Hồng"
YEARS = 5 * 366


@pytest.fixture
def code(office: Office) -> str:
    """A case about a citizen, closed and past its retention."""
    code = office.assigned()
    office.move(code, "edit", "W1-SUP", description=f"Bà {CITIZEN} trình bày")
    office.move(code, "comment", "W1-SUP", text=f"Đã gặp {CITIZEN}")
    office.resolve(code)
    office.verify(code, "W1-SUP")
    office.forward(YEARS)
    return code


def page_of(code: str) -> str:
    return f"/vu-viec/{code}/xoa-du-lieu"


def items(page: Any, *texts: str) -> list[str]:
    """The boxes beside these texts."""
    found = re.findall(r'name="items" id="(items-[\d-]+)" value="([^"]+)"', page.text)
    hints = dict(re.findall(r'<p class="hint pre" id="(items-[\d-]+)-hint">(.*?)</p>', page.text, re.DOTALL))
    return [value for place, value in found if any(text in hints[place] for text in texts)]


def ask(house: House, code: str) -> str:
    """Ask for the comment and the description to be erased; answer the request's address."""
    inspector = house.inside("D-INS")
    shown = inspector.get(page_of(code))
    typed = {"decision_number": NUMBER, "ground": "retention_over", "items": items(shown, CITIZEN)}
    done = inspector.post(page_of(code), typed, shown)
    assert (done.status, done.location) == (303, page_of(code))
    return f"/quan-tri/xoa-du-lieu/{house.rows(Erasure)[-1].uuid}"


def test_an_inspector_sees_each_value_beside_its_box(house: House, code: str) -> None:
    shown = house.inside("D-INS").get(page_of(code))
    assert shown.status == 200
    assert len(items(shown, CITIZEN)) == 2
    assert items(shown, "Đặng Cán Bộ") == []  # an official is no choice


def test_the_case_leads_inspectors_there_and_nobody_else(house: House, code: str) -> None:
    assert page_of(code) in house.inside("D-INS").get(f"/vu-viec/{code}").text
    assert page_of(code) not in house.inside("W1-SUP").get(f"/vu-viec/{code}").text


def test_asked_approved_and_told(house: House, code: str) -> None:
    where = ask(house, code)
    administrator = house.inside("P-ADM")
    assert administrator.get("/quan-tri/xoa-du-lieu").text.count(NUMBER) == 1
    shown = administrator.get(where)
    assert CITIZEN not in shown.text + administrator.get("/quan-tri/xoa-du-lieu").text
    done = administrator.post(where, {"decision_number": NUMBER, "decide": "approve"}, shown)
    assert (done.status, done.location) == (303, "/quan-tri/xoa-du-lieu")
    case = house.inside("D-INS").get(f"/vu-viec/{code}")
    assert CITIZEN not in case.text
    assert f"1 nội dung đã xóa theo quyết định số {NUMBER}" in case.words
    assert f"[đã xóa theo quyết định số {NUMBER}]" in case.words
    assert "Vũ Quản Trị" in case.words
    assert "không còn lưu" in administrator.get("/quan-tri/xoa-du-lieu").words


def test_a_declined_request_changes_nothing(house: House, code: str) -> None:
    where = ask(house, code)
    administrator = house.inside("P-ADM")
    done = administrator.post(where, {"decide": "decline"}, administrator.get(where))
    assert done.status == 303
    assert CITIZEN in house.inside("D-INS").get(f"/vu-viec/{code}").text
    assert "Đã từ chối" in house.inside("D-INS").get(page_of(code)).words


def test_a_wrong_number_is_refused_beside_its_field(house: House, code: str) -> None:
    where = ask(house, code)
    administrator = house.inside("P-ADM")
    refused = administrator.post(
        where, {"decision_number": "1", "decide": "approve"}, administrator.get(where)
    )
    assert refused.status == 422
    assert "không khớp" in refused.words
    assert CITIZEN in house.inside("D-INS").get(f"/vu-viec/{code}").text


def test_nothing_chosen_is_refused_and_what_was_typed_stays(house: House, code: str) -> None:
    inspector = house.inside("D-INS")
    refused = inspector.post(page_of(code), {"decision_number": NUMBER, "ground": "retention_over"})
    assert refused.status == 422
    assert "Chọn ít nhất một nội dung" in refused.words
    assert f'value="{NUMBER}"' in refused.text


def test_a_double_click_asks_once(house: House, code: str) -> None:
    inspector = house.inside("D-INS")
    shown = inspector.get(page_of(code))
    typed = {"decision_number": NUMBER, "ground": "retention_over", "items": items(shown, CITIZEN)}
    assert [inspector.post(page_of(code), typed, shown).status for _ in range(2)] == [303, 303]
    assert len(house.rows(Erasure)) == 1


def test_a_second_approval_is_refused(house: House, code: str) -> None:
    where = ask(house, code)
    administrator = house.inside("P-ADM")
    shown = administrator.get(where)
    typed = {"decision_number": NUMBER, "decide": "approve"}
    assert administrator.post(where, typed, shown).status == 303
    assert administrator.post(where, typed, shown).status == 409
    assert 'name="decide"' not in administrator.get(where).text


@pytest.mark.parametrize(("who", "status"), [("W1-SUP", 403), ("P-ADM", 403), ("P-REP", 403)])
def test_only_inspectors_open_the_page(house: House, code: str, who: str, status: int) -> None:
    assert house.inside(who).get(page_of(code)).status == status
    guest = house.inside(who)
    assert guest.post(page_of(code), {"csrf_token": guest.token(), "items": "complainant"}).status == status
    assert house.rows(Erasure) == []
    assert house.events("attempt.refused")


def test_out_of_reach_there_is_nothing(house: House, office: Office, code: str) -> None:
    office.person("W2-INS", "Ở Xa", "UBKT", "W2", ("inspector",))
    office.person("W2-ADM", "Quản Trị Xa", "Quản trị", "W2", ("administrator",))
    where = ask(house, code)
    assert house.inside("W2-INS").get(page_of(code)).status == 404
    stranger = house.inside("W2-ADM")
    assert stranger.get(where).status == 404
    assert stranger.post(where, {"csrf_token": stranger.token(), "decide": "decline"}).status == 404
    assert NUMBER not in stranger.get("/quan-tri/xoa-du-lieu").text
    assert house.inside("D-INS").get(where).status == 403


def test_an_open_case_offers_the_complainant_alone(house: House, office: Office) -> None:
    code = office.register(complainant_name=CITIZEN)
    shown = house.inside("D-INS").get(page_of(code))
    assert re.findall(r'name="items"[^>]* value="([^"]+)"', shown.text) == ["complainant"]
    assert 'value="retention_over"' not in shown.text
    assert CITIZEN not in shown.text


def test_looking_changes_nothing(house: House, code: str) -> None:
    where = ask(house, code)
    inspector, administrator = house.inside("D-INS"), house.inside("P-ADM")
    before = len(house.rows(EventRow))
    inspector.get(page_of(code))
    administrator.get("/quan-tri/xoa-du-lieu")
    administrator.get(where)
    assert len(house.rows(EventRow)) == before
