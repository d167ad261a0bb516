"""Signing in and out, sessions, passwords, language, acting for somebody, and text typed into an ended session."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from caseflow.errors import TooManyAttempts
from caseflow.models import Session, SignInFailure, StagedFile, StandIn, StashedForm
from caseflow.queries.sessions import OWN_DEVICE_LASTS, SHARED_IDLE
from caseflow.use_cases.people import change_person, issue_password
from caseflow.use_cases.sessions import FAILURES_OF_ADDRESS, FAILURES_OF_LOGIN, sign_in, WINDOW
from caseflow.use_cases.stashes import KEPT
from caseflow.views.login import COOKIE
from tests.factories import Office
from tests.mandates import mandate
from tests.views.guests import House, PASSWORD

NEW_PASSWORD = "một câu dài dễ nhớ"


def test_right_password_leads_on_and_is_recorded(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    guest = house.guest()
    assert guest.get("/vu-viec?q=x").location == "/dang-nhap?next=/vu-viec%3Fq%3Dx"
    answer = guest.sign_in("W1-OFF", PASSWORD, "/dang-nhap?next=/vu-viec%3Fq%3Dx")
    assert (answer.status, answer.location) == (303, "/vu-viec?q=x")
    signed = house.events("person.signed_in")
    assert [event.subject for event in signed] == [office.actors["W1-OFF"].uuid]
    assert "Đặng Cán Bộ" in guest.get("/tro-giup").text


def test_cookie_is_a_random_token_that_is_kept_nowhere(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    guest = house.guest()
    handed = next(
        c for c in guest.sign_in("W1-OFF", PASSWORD).answer.headers.getlist("Set-Cookie") if COOKIE in c
    )
    assert "HttpOnly" in handed
    assert "SameSite=Lax" in handed
    assert "Max-Age" not in handed
    token = guest.client.get_cookie(COOKIE)
    assert token is not None
    assert token.value not in str(house.rows(Session))


def test_unknown_code_is_refused_like_a_wrong_password(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    answers = [
        house.guest().sign_in(code, "sai hoàn toàn") for code in ("W1-OFF", "W1-XXX", "operator", "W2-OFF")
    ]
    assert {answer.status for answer in answers} == {422}
    assert all("Mã cán bộ hoặc mật khẩu không đúng" in answer.text for answer in answers)
    assert house.rows(Session) == []


def test_empty_form_names_both_fields(house: House) -> None:
    answer = house.guest().sign_in(" ", "")
    assert answer.status == 422
    assert 'href="#login"' in answer.text
    assert 'href="#password"' in answer.text


def test_sign_in_is_held_back_after_five_failures(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    for _ in range(FAILURES_OF_LOGIN):
        assert house.guest().sign_in("W1-OFF", "sai").status == 422
    held = house.guest().sign_in("W1-OFF", PASSWORD)
    assert held.status == 429
    assert "09:15 02/11/2026" in held.text
    office.clock.forward(WINDOW)
    assert house.guest().sign_in("W1-OFF", PASSWORD).status == 303
    assert house.rows(SignInFailure) == []


def test_one_address_is_held_back_after_fifty_failures(office: Office) -> None:
    digests = {"login_digest": "x", "at": office.clock.now()}
    with pytest.raises(Exception, match="wrong"):
        sign_in(office.installation, "W1-OFF", "sai", address="192.0.2.1")
    with office.installation.database.transaction() as connection:
        failed = connection.execute(select(SignInFailure.address_digest)).scalar_one()
        more = [digests | {"address_digest": failed} for _ in range(FAILURES_OF_ADDRESS - 1)]
        connection.execute(SignInFailure.__table__.insert(), more)  # type: ignore[attr-defined]
    with pytest.raises(TooManyAttempts):
        sign_in(office.installation, "D-SUP", "sai", address="192.0.2.1")
    with pytest.raises(Exception, match="wrong"):
        sign_in(office.installation, "D-SUP", "sai", address="192.0.2.2")


def test_who_has_left_cannot_sign_in_and_loses_the_session(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    inside = house.inside("W1-OFF")
    office.do(change_person, "W1-OFF", left_on=office.today)
    assert inside.get("/uy-quyen").location.startswith("/dang-nhap")
    answer = house.guest().sign_in("W1-OFF", PASSWORD)
    assert answer.status == 422
    assert "không còn hiệu lực" in answer.text


def test_first_password_is_good_for_thirty_days(house: House, office: Office) -> None:
    password = office.do(issue_password, "W1-OFF")
    office.forward(30)
    assert house.guest().sign_in("W1-OFF", password).status == 303
    office.forward(1)
    assert house.guest().sign_in("W1-OFF", password).status == 422


def test_first_password_is_replaced_before_anything_else(house: House, office: Office) -> None:
    guest = house.guest()
    password = office.do(issue_password, "W1-OFF")
    guest.sign_in("W1-OFF", password)
    assert [guest.get(path).location for path in ("/", "/thu", "/uy-quyen")] == ["/doi-mat-khau"] * 3
    assert guest.post("/thu", {"note": "x"}).location == "/doi-mat-khau"
    values = {"new_password": NEW_PASSWORD, "new_password_again": NEW_PASSWORD}
    assert guest.post("/doi-mat-khau", {"current_password": password, **values}).location == "/"
    assert guest.get("/thu").status == 200


@pytest.mark.parametrize(
    ("present", "new", "again", "wrong"),
    [
        ("sai", NEW_PASSWORD, NEW_PASSWORD, "current_password"),
        (PASSWORD, "ngắn", "ngắn", "new_password"),
        (PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "!", "new_password_again"),
        (PASSWORD, PASSWORD, PASSWORD, "new_password"),
        ("", "", "", "current_password"),
    ],
)
def test_bad_new_password_is_refused_at_its_field(
    house: House, office: Office, present: str, new: str, again: str, wrong: str
) -> None:
    house.give_password("W1-OFF")
    guest = house.inside("W1-OFF")
    values = {"current_password": present, "new_password": new, "new_password_again": again}
    answer = guest.post("/doi-mat-khau", {**values})
    assert answer.status == 422
    assert f'href="#{wrong}"' in answer.text
    assert house.events("person.password_changed") == []


def test_new_password_ends_every_other_session(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    here, elsewhere, other = house.inside("W1-OFF"), house.inside("W1-OFF"), house.inside("W2-OFF")
    values = {"new_password": NEW_PASSWORD, "new_password_again": NEW_PASSWORD}
    here.post("/doi-mat-khau", {"current_password": PASSWORD, **values})
    assert here.get("/thu").status == other.get("/thu").status == 200
    assert elsewhere.get("/thu").status == 303


def test_session_on_a_shared_machine_ends_after_half_an_hour_idle(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    for _ in range(3):
        office.clock.forward(SHARED_IDLE - timedelta(seconds=1))
        assert guest.get("/thu").status == 200
    office.clock.forward(SHARED_IDLE)
    assert guest.get("/thu").location == "/dang-nhap?next=/thu"
    assert "Phiên làm việc đã hết hạn" in guest.get("/dang-nhap").text


def test_session_on_an_own_device_lasts_fourteen_days(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF", own_device=True)
    office.clock.forward(OWN_DEVICE_LASTS - timedelta(seconds=1))
    assert guest.get("/thu").status == 200
    office.clock.forward(timedelta(seconds=1))
    assert guest.get("/thu").status == 303


def test_use_of_a_session_is_noted_at_most_once_a_minute(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    begun = house.rows(Session)
    office.clock.forward(timedelta(seconds=59))
    guest.get("/thu")
    assert house.rows(Session) == begun
    office.clock.forward(timedelta(seconds=1))
    guest.get("/thu")
    assert house.rows(Session) != begun


def test_signing_out_ends_the_session_for_its_token_too(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    token = guest.client.get_cookie(COOKIE)
    assert token is not None
    assert guest.post("/dang-xuat", {}).location == "/dang-nhap"
    assert guest.client.get_cookie(COOKIE) is None
    guest.client.set_cookie(COOKIE, token.value)
    assert guest.get("/thu").status == 303


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "", "/%0d%0ax"]
)
def test_signing_in_never_leads_to_another_place(house: House, office: Office, wanted: str) -> None:
    guest = house.inside("W1-OFF")
    assert guest.get(f"/dang-nhap?next={wanted}").location == "/"


def test_each_audience_begins_on_its_page(house: House) -> None:
    begins = {"W1-OFF": "/viec-cua-toi", "D-SUP": "/viec-cua-toi", "W1-REG": "/viec-cua-toi"}
    begins |= {"P-INS": "/vu-viec", "P-REP": "/vu-viec", "P-ADM": "/quan-tri"}
    assert {code: house.inside(code).get("/").location for code in begins} == begins


def test_language_stays_with_the_person_and_else_with_the_browser(house: House, office: Office) -> None:
    guest = house.guest()
    assert '<html lang="vi">' in guest.get("/dang-nhap").text
    guest.client.post("/ngon-ngu", data={"language": "en", "csrf_token": guest.token()})
    assert '<html lang="en">' in guest.get("/dang-nhap").text
    person = house.inside("W1-OFF")
    mark = person.token()
    answer = person.client.post(
        "/ngon-ngu",
        data={"language": "en", "csrf_token": mark},
        headers={"Referer": "http://localhost/thu?a=1"},
    )
    assert answer.location == "/thu?a=1"
    assert '<html lang="en">' in house.inside("W1-OFF").get("/tro-giup").text
    assert person.client.post("/ngon-ngu", data={"language": "xx", "csrf_token": mark}).status_code == 422
    assert '<html lang="vi">' in house.inside("W2-OFF").get("/tro-giup").text


def mandate_id(office: Office) -> str:
    with office.installation.database.reading() as connection:
        found: UUID = connection.execute(select(StandIn.uuid)).scalar_one()
    return str(found)


def test_stand_in_acts_only_while_the_mandate_is_in_force(house: House, office: Office) -> None:
    mandate(office, "W1-OF2", "W1-SUP", days=3)
    guest = house.inside("W1-OF2")
    assert "Hoàng Văn Xã" in guest.get("/uy-quyen").text
    assert guest.post("/uy-quyen", {"mandate": mandate_id(office)}).status == 303
    assert "Đang thực hiện theo ủy quyền của Hoàng Văn Xã" in guest.get("/tro-giup").text
    assert guest.post("/uy-quyen", {"mandate": ""}).status == 303
    assert "Đang thực hiện theo ủy quyền" not in guest.get("/tro-giup").text
    lasting = house.inside("W1-OF2", own_device=True)
    lasting.post("/uy-quyen", {"mandate": mandate_id(office)})
    assert "Đang thực hiện theo ủy quyền" in lasting.get("/tro-giup").text
    office.forward(3)
    assert lasting.get("/thu").status == 200
    assert "Đang thực hiện theo ủy quyền" not in lasting.get("/tro-giup").text


@pytest.mark.parametrize("who", ["W1-OF2", "W2-OFF"])
def test_nobody_acts_without_an_approved_mandate_of_their_own(house: House, office: Office, who: str) -> None:
    mandate(office, "W1-OF2", "W1-SUP", approved=who != "W1-OF2")
    guest = house.inside(who)
    assert "Hoàng Văn Xã" not in guest.get("/uy-quyen").text
    assert guest.post("/uy-quyen", {"mandate": mandate_id(office)}).status == 403
    assert guest.post("/uy-quyen", {"mandate": "x"}).status == 404
    assert "Đang thực hiện theo ủy quyền" not in guest.get("/tro-giup").text


def test_text_typed_into_an_ended_session_comes_back_to_its_account_alone(
    house: House, office: Office
) -> None:
    house.give_password("W1-OFF")
    house.give_password("W2-OFF")
    guest = house.inside("W1-OFF")
    mark = guest.token()
    office.clock.forward(timedelta(hours=14))
    typed = {"note": "Đã họp dân\nthôn Đông", "seen": "3", "password": "bí mật", "csrf_token": mark}
    files = {"files": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "biên bản.pdf")}
    answer = guest.client.post("/thu", data=typed | files)
    assert answer.location == "/dang-nhap?next=/thu&giu=1"
    assert house.taken == []
    assert "Nội dung đã nhập được giữ lại" in guest.get(answer.location).text
    assert [row.name for row in house.rows(StagedFile)] == ["biên bản.pdf"]
    stash = house.rows(StashedForm)
    assert "Đông" not in str(stash)
    guest.sign_in("W2-OFF", PASSWORD)
    assert guest.get("/thu").text == ""
    guest.sign_in("W1-OFF", PASSWORD, answer.location)
    assert guest.get("/thu").text == repr([("note", ["Đã họp dân\nthôn Đông"]), ("seen", ["3"])])
    assert "Chưa lưu" in guest.get("/tro-giup").text
    guest.post("/thu", {"note": "Đã họp dân"})
    assert guest.get("/thu").text == ""
    assert house.rows(StashedForm) == []


def test_real_form_is_filled_again_with_text_and_files(house: House, office: Office) -> None:
    code = office.assigned()
    page = f"/vu-viec/{code}/ket-qua"
    guest = house.inside("W1-OFF")
    shown = guest.get(page)
    office.forward(1)
    typed = {"outcome": "Đã dọn xong bãi rác", "files": [(io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "biên bản.pdf")]}
    answer = guest.post(page, typed, shown)
    assert answer.location == f"/dang-nhap?next={page}&giu=1"
    assert office.row(code).state == "assigned"
    again = house.inside("W1-OFF").get(page)
    assert "Chưa lưu" in again.words
    assert again.inputs["outcome"] == "Đã dọn xong bãi rác"
    assert "biên bản.pdf" in again.words
    assert "Đã dọn xong" not in house.inside("W1-SUP").get(page).text


def test_kept_text_is_forgotten_after_seven_days(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    mark = guest.token()
    office.clock.forward(SHARED_IDLE)
    guest.client.post("/thu", data={"note": "x", "csrf_token": mark})
    office.clock.forward(KEPT)
    assert house.inside("W1-OFF").get("/thu").text != ""
    office.clock.forward(timedelta(seconds=1))
    assert house.inside("W1-OFF").get("/thu").text == ""


def test_own_device_is_asked_for_the_password_again_and_keeps_the_text(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    guest = house.inside("W1-OFF", own_device=True)
    assert guest.get("/thu-lai").status == 200
    office.forward(1)
    assert guest.get("/thu-lai?a=1").location == "/xac-nhan-mat-khau?next=/thu-lai%3Fa%3D1"
    answer = guest.post("/thu-lai", {"note": "đã kiểm tra"})
    assert answer.location == "/xac-nhan-mat-khau?next=/thu-lai"
    assert house.taken == []
    assert guest.post(answer.location, {"password": "sai"}).status == 422
    assert guest.post(answer.location, {"password": PASSWORD}).location == "/thu-lai"
    assert "đã kiểm tra" in guest.get("/thu-lai").text
    assert guest.post("/thu-lai", {"note": "đã kiểm tra"}).location == "/"
    assert house.inside("W1-OFF").get("/thu-lai").status == 200
