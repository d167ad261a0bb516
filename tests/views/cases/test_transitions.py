"""One page for each transition: who sees its form, what sending it does, and what a forged one does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from caseflow.i18n import use_language
from caseflow.states.pressing_issue import MOVES
from caseflow.views.case_moves import SLUGS
from tests.factories import Office
from tests.views.cases.browsing import file, Web

Start = Callable[[Office], str]


def _pending(office: Office) -> str:
    code = office.assigned()
    office.move(code, "request_extension", "W1-OFF", deadline="2026-11-30", reason="Chờ kinh phí")
    return code


def _suspended(office: Office) -> str:
    code = office.assigned()
    office.move(code, "suspend", "W1-SUP", reason="Chờ tòa án", review_on="2026-11-20")
    return code


def _offered(office: Office) -> str:
    code = office.register()
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Địa bàn xã Hai")
    return code


def _verified(office: Office) -> str:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    return code


def _supported(office: Office) -> str:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    return code


def _assigned(office: Office) -> str:
    return office.assigned()


def _registered(office: Office) -> str:
    return office.register()


def _resolved(office: Office) -> str:
    return office.resolved()


def _documented(office: Office) -> str:
    code = office.assigned()
    office.evidence(code, "W1-OFF")
    return code


CASES: dict[str, tuple[Start, str, str, dict[str, Any], str]] = {
    # action: what leads there, who may, who may not, what is typed, the state after it
    "edit": (_registered, "W1-REG", "W1-INS", {"title": "Bãi rác thôn Đông và thôn Đoài"}, "registered"),
    "assign": (
        _registered, "W1-SUP", "W1-INS",
        {"owner": "@W1-OFF", "working_days": "10", "expected_outcome": "Dọn sạch"}, "assigned",
    ),
    "reassign": (_assigned, "W1-SUP", "W1-OFF", {"owner": "@W1-OF2", "reason": "Nghỉ ốm"}, "assigned"),
    "start": (_assigned, "W1-OFF", "W1-SUP", {}, "in_progress"),
    "report_progress": (
        _assigned, "W1-OFF", "W1-SUP", {"note": "Đã họp dân", "progress": "40"}, "in_progress",
    ),
    "request_extension": (
        _assigned, "W1-OFF", "W1-SUP", {"deadline": "30/11/2026", "reason": "Mưa lũ"}, "assigned",
    ),
    "extend": (_pending, "W1-SUP", "W1-OFF", {"deadline": "30/11/2026", "reason": "Đồng ý"}, "assigned"),
    "refuse_extension": (_pending, "W1-SUP", "W1-OFF", {"reason": "Còn đủ thời gian"}, "assigned"),
    "revise_outcome": (
        _assigned, "D-SUP", "W1-SUP", {"expected_outcome": "Dọn và rào", "reason": "Cụ thể hơn"}, "assigned",
    ),
    "suspend": (
        _assigned, "W1-SUP", "W1-OFF", {"reason": "Chờ tòa", "review_on": "20/11/2026"}, "suspended",
    ),
    "resume": (_suspended, "W1-SUP", "W1-OFF", {}, "assigned"),
    "resolve": (_documented, "W1-OFF", "W1-SUP", {"outcome": "Xong", "completion": "full"}, "resolved"),
    "withdraw": (_resolved, "W1-OFF", "W1-SUP", {"reason": "Nhầm"}, "in_progress"),
    "verify": (
        _resolved, "W1-SUP", "W1-OFF",
        {"method": "site", "complainant_answer": "accepted", "note": "Đúng"}, "verified",
    ),
    "return_to_owner": (_resolved, "W1-SUP", "W1-OFF", {"reason": "Thiếu ảnh"}, "in_progress"),
    "request_transfer": (
        _registered, "W1-SUP", "W1-REG", {"organisation": "W2", "reason": "Địa bàn"}, "registered",
    ),
    "accept_transfer": (_offered, "W2-SUP", "W1-SUP", {}, "registered"),
    "decline_transfer": (_offered, "W2-SUP", "W1-SUP", {"reason": "Không thuộc"}, "registered"),
    "cancel": (
        _registered, "W1-SUP", "W1-REG", {"kind": "outside_competence", "reason": "Của tòa"}, "cancelled",
    ),
    "reopen": (
        _verified, "D-INS", "W1-OFF",
        {"basis": "finding", "reason": "Còn rác", "deadline": "30/11/2026"}, "in_progress",
    ),
    "comment": (_assigned, "W1-REG", "", {"text": "Đã gọi điện"}, "assigned"),
    "add_evidence": (
        _assigned, "W1-OFF", "",
        {"document_number": "5/BB", "document_date": "1/11/2026", "kept_at": "Tủ 2"}, "assigned",
    ),
    "add_supporter": (_assigned, "W1-SUP", "W1-OFF", {"person": "@W1-OF2"}, "assigned"),
    "remove_supporter": (_supported, "W1-SUP", "W1-OFF", {"supporter": "person:@W1-OF2"}, "assigned"),
}  # fmt: skip


def _typed(office: Office, given: dict[str, Any]) -> dict[str, Any]:
    typed = {}
    for name, value in given.items():
        before, at, person = value.partition("@")
        typed[name] = before + office.id_of(person) if at else value
    return typed


def test_every_move_has_a_page_and_a_case_here() -> None:
    assert set(SLUGS) == {move.name for move in MOVES} == set(CASES)


@pytest.fixture
def office_with_inspector(office: Office) -> Office:
    office.person("W1-INS", "Chu Thị Soi", "UBKT xã", "W1", ("inspector",))
    return office


@pytest.mark.parametrize("action", CASES)
def test_right_person_sees_the_form_and_sends_it(
    office_with_inspector: Office, web: Web, action: str
) -> None:
    start, who, _, typed, state = CASES[action]
    office = web.office
    code = start(office)
    url = f"/vu-viec/{code}/{SLUGS[action]}"
    page = web.as_(who).get(url)
    assert page.status == 200, page.words
    assert page.text.count("<h1") == 1
    before = office.row(code).seq
    done = web.as_(who).post(url, _typed(office, typed), page)
    assert done.status == 303, done.words
    assert done.location == ("/viec-cua-toi" if action == "decline_transfer" else f"/vu-viec/{code}")
    row = office.row(code)
    assert (row.state, row.seq) == (state, before + 1)


@pytest.mark.parametrize("action", [name for name, case in CASES.items() if case[2]])
def test_wrong_person_reads_why_and_changes_nothing(
    office_with_inspector: Office, web: Web, action: str
) -> None:
    start, _, stranger, typed, _ = CASES[action]
    office = web.office
    code = start(office)
    url = f"/vu-viec/{code}/{SLUGS[action]}"
    before = office.row(code)
    page = web.as_(stranger).get(url)
    assert page.status in {403, 409}
    forged = {"seen": str(before.version), "once": "x", **_typed(office, typed)}
    answer = web.as_(stranger).post(url, forged | {"csrf_token": web.as_(stranger).token()}, page)
    assert answer.status in {403, 409}, answer.words
    assert office.row(code) == before


@pytest.mark.parametrize("action", SLUGS)
def test_out_of_reach_no_form_exists(web: Web, action: str) -> None:
    code = web.office.assigned()
    browser = web.as_("W2-OFF")
    url = f"/vu-viec/{code}/{SLUGS[action]}"
    assert browser.get(url).status == 404
    assert browser.post(url, {"csrf_token": browser.token(), "text": "Xin chào"}).status == 404


def test_looking_at_a_closed_form_is_no_attempt_but_sending_it_is(web: Web) -> None:
    code = web.office.resolved()
    url = f"/vu-viec/{code}/xac-nhan"
    owner, inspector = web.as_("W1-OFF"), web.as_("D-INS")
    assert owner.get(url).status == 403
    assert "Thao tác bị từ chối Đặng" not in inspector.get(f"/vu-viec/{code}").words
    assert owner.post(url, {"csrf_token": owner.token(), "note": "Tôi xác nhận"}).status == 403
    assert "Thao tác bị từ chối Đặng" in inspector.get(f"/vu-viec/{code}").words


def test_illegal_transition_by_address_changes_nothing(web: Web) -> None:
    code = web.office.assigned()
    before = web.office.row(code)
    boss = web.as_("W1-SUP")
    page = boss.get(f"/vu-viec/{code}/tiep-tuc")
    assert (page.status, "Tiếp tục giải quyết" in page.words) == (409, True)
    assert (
        boss.post(
            f"/vu-viec/{code}/tiep-tuc", {"csrf_token": boss.token(), "seen": str(before.version)}
        ).status
        == 409
    )
    assert web.office.row(code) == before


def test_double_click_makes_one_event(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/cap-nhat"
    page = owner.get(url)
    typed = {"note": "Đã họp dân", "progress": "30"}
    before = web.office.row(code).seq
    first, second = owner.post(url, typed, page), owner.post(url, typed, page)
    assert (first.status, second.status) == (303, 303)
    assert web.office.row(code).seq == before + 1


def test_refused_form_keeps_what_was_typed_and_names_each_field(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/de-nghi-gia-han"
    answer = owner.post(url, {"deadline": "31/02/2027", "reason": "Mưa lũ kéo dài"})
    assert answer.status == 422
    assert answer.inputs["reason"] == "Mưa lũ kéo dài"
    assert answer.inputs["deadline"] == "31/02/2027"
    assert 'href="#deadline"' in answer.text
    assert "31/02/2027" in answer.text.partition('id="deadline-error"')[2][:300]
    assert "<title>Lỗi:" in answer.text.replace("\n", "")


def test_missing_field_is_named_in_the_readers_language(web: Web) -> None:
    code = web.office.resolved()
    boss, url = web.as_("W1-SUP"), f"/vu-viec/{code}/xac-nhan"
    answer = boss.post(url, {"note": "Đã xem"})
    assert answer.status == 422
    assert "Nhập “Hình thức xác nhận”." in answer.words
    assert "Nhập “Ý kiến của người phản ánh”." in answer.words
    with use_language("vi"):
        assert answer.inputs["note"] == "Đã xem"


def test_result_without_evidence_is_refused_at_the_files(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/ket-qua"
    answer = owner.post(url, {"outcome": "Xong", "completion": "full"})
    assert (answer.status, web.office.row(code).state) == (422, "assigned")
    assert "Thêm ít nhất một minh chứng" in answer.text.partition('id="files-error"')[2][:400]


def test_result_with_a_file_in_one_sending(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/ket-qua"
    answer = owner.post(url, {"outcome": "Xong", "completion": "full", "files": [file()]})
    assert (answer.status, web.office.row(code).state) == (303, "resolved"), answer.words
    assert "bien-ban.pdf" in owner.get(f"/vu-viec/{code}").words


def test_verification_shows_problem_result_and_evidence(web: Web) -> None:
    code = web.office.resolved()
    page = web.as_("W1-SUP").get(f"/vu-viec/{code}/xac-nhan")
    for words in ("Ô nhiễm bãi rác", "Đã dọn xong", "Văn bản giấy số 12/BB"):
        assert words in page.words


def test_case_lost_by_the_move_leads_back_to_ones_own_work(web: Web) -> None:
    code = _offered(web.office)
    done = web.as_("W2-SUP").post(f"/vu-viec/{code}/tu-choi-chuyen", {"reason": "Không thuộc địa bàn"})
    assert (done.status, done.location) == (303, "/viec-cua-toi")


def test_extension_form_shows_what_was_asked(web: Web) -> None:
    code = _pending(web.office)
    page = web.as_("W1-SUP").get(f"/vu-viec/{code}/gia-han")
    assert "Chờ kinh phí" in page.words
    assert page.inputs["deadline"] == "30/11/2026"


def test_reopening_offers_only_the_bases_that_the_reader_has(web: Web) -> None:
    code = _verified(web.office)
    inspector = web.as_("D-INS").get(f"/vu-viec/{code}/mo-lai").text
    boss = web.as_("W1-SUP").get(f"/vu-viec/{code}/mo-lai").text
    assert ('value="finding"' in inspector, 'value="recurrence"' in inspector) == (True, False)
    assert ('value="finding"' in boss, 'value="recurrence"' in boss) == (False, True)


def test_text_typed_into_an_ended_session_comes_back_with_its_files(web: Web) -> None:
    office = web.office
    code = office.assigned()
    url = f"/vu-viec/{code}/ket-qua"
    owner = web.as_("W1-OFF")
    opened = owner.get(url)
    office.clock.forward(timedelta(minutes=31))
    ended = owner.post(url, {"outcome": "Đã dọn sạch", "completion": "full", "files": [file()]}, opened)
    assert (ended.status, office.row(code).state) == (303, "assigned")
    web.sign_in("W1-OFF", owner)
    again = owner.get(url)
    assert (again.inputs["outcome"], again.inputs["completion"]) == ("Đã dọn sạch", "full")
    assert "bien-ban.pdf" in again.words
    assert owner.post(url, {}, again).status == 303
    assert office.row(code).state == "resolved"


def test_own_device_asks_for_the_password_before_verifying(web: Web) -> None:
    office = web.office
    code = office.resolved()
    url = f"/vu-viec/{code}/xac-nhan"
    boss = web.as_("W1-SUP", own_device="y")
    office.clock.forward(timedelta(minutes=31))
    page = boss.get(url)
    assert (page.status, "next=" in page.location) == (303, True)
    typed = {"method": "site", "complainant_answer": "none", "note": "Được"}
    assert (
        boss.post(url, typed | {"csrf_token": boss.token(), "seen": str(office.row(code).version)}).status
        == 303
    )
    assert office.row(code).state == "resolved"
    assert boss.get(f"/vu-viec/{code}").status == 200


def test_an_emptied_input_of_an_edit_takes_the_value_away(web: Web) -> None:
    code = web.office.register(source="Báo chí", description="Lan sang đường", basis={"number": "1-TB"})
    url = f"/vu-viec/{code}/sua"
    registrar = web.as_("W1-REG")
    assert registrar.post(url, {"source": "", "basis_number": ""}).status == 303
    row = web.office.row(code)
    assert (row.source, row.basis_number, row.description) == (None, None, "Lan sang đường")


def test_a_reader_is_taken_away_by_the_form(web: Web) -> None:
    office = web.office
    code = office.register(visibility="restricted", readers=[office.id_of("W2-OFF"), office.id_of("W1-SUP")])
    registrar = web.as_("W1-REG")
    url = f"/vu-viec/{code}/sua"
    shown = registrar.get(url)
    assert "Tạ Thị Bên" in shown.words
    assert registrar.post(url, {"readers_removed": office.id_of("W2-OFF")}, shown).status == 303
    assert web.as_("W2-OFF").get(f"/vu-viec/{code}").status == 404
    assert "Người thôi được đọc" in registrar.get(f"/vu-viec/{code}").words
