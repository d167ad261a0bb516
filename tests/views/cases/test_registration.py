"""Registering: who may, what is refused, what is kept, and assigning at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from caseflow.models import Case
from tests.factories import Office
from tests.views.cases.browsing import Web

TYPED: dict[str, Any] = {
    "title": "Bãi rác thôn Đông gây ô nhiễm",
    "organisation": "W1",
    "field": "complaints",
    "holds_state_secrets": "no",
}
URL = "/vu-viec/moi"


def cases(office: Office) -> int:
    with office.installation.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(Case)).scalar_one()


def test_registrar_registers_an_issue(web: Web) -> None:
    done = web.as_("W1-REG").post(URL, TYPED)
    assert (done.status, done.location) == (303, "/vu-viec/VV-2026-000001"), done.words
    row = web.office.row("VV-2026-000001")
    assert (row.state, row.title, row.urgency) == ("registered", TYPED["title"], "normal")


def test_double_submission_makes_one_case(web: Web) -> None:
    registrar = web.as_("W1-REG")
    page = registrar.get(URL)
    first, second = registrar.post(URL, TYPED, page), registrar.post(URL, TYPED, page)
    assert first.location == second.location == "/vu-viec/VV-2026-000001"
    assert cases(web.office) == 1


def test_officials_have_no_such_page(web: Web) -> None:
    assert web.as_("W1-OFF").get(URL).status == 403


def test_only_units_within_reach_are_offered_and_taken(web: Web) -> None:
    registrar = web.as_("W1-REG")
    page = registrar.get(URL)
    assert ('value="W1"' in page.text, 'value="W2"' in page.text) == (True, False)
    assert registrar.post(URL, TYPED | {"organisation": "W2"}, page).status == 403
    assert cases(web.office) == 0


def test_state_secrets_are_asked_about_and_refused(web: Web) -> None:
    registrar = web.as_("W1-REG")
    unanswered = registrar.post(URL, {k: v for k, v in TYPED.items() if k != "holds_state_secrets"})
    secret = registrar.post(URL, TYPED | {"holds_state_secrets": "yes"})
    assert (unanswered.status, secret.status, cases(web.office)) == (422, 422, 0)
    assert "bí mật nhà nước" in unanswered.text.partition('id="holds_state_secrets-error"')[2][:300]
    assert secret.inputs["title"] == TYPED["title"]


def test_missing_and_impossible_fields_are_named_and_everything_is_kept(web: Web) -> None:
    typed = TYPED | {
        "title": "",
        "basis_number": "12/KL",
        "basis_date": "31/02/2026",
        "description": "Hai\ndòng",
    }
    answer = web.as_("W1-REG").post(URL, typed)
    assert (answer.status, cases(web.office)) == (422, 0)
    assert 'href="#title"' in answer.text
    assert "31/02/2026" in answer.text.partition('id="basis_date-error"')[2][:300]
    assert answer.inputs["basis_number"] == "12/KL"
    assert answer.inputs["description"].split() == ["Hai", "dòng"]


def test_everything_that_was_typed_is_stored(web: Web) -> None:
    office = web.office
    typed = TYPED | {
        "basis_number": "12/KL",
        "basis_date": "1/10/2026",
        "basis_issuer": "Tỉnh ủy",
        "basis_imposed": "y",
        "urgency": "express",
        "visibility": "restricted",
        "readers": [office.id_of("W1-OFF"), office.id_of("W1-SUP")],
        "complainant_name": "Nông Thị Phản Ánh",
    }
    done = web.as_("W1-SUP").post(URL, typed)
    assert done.status == 303, done.words
    row = office.row("VV-2026-000001")
    assert (row.basis_number, str(row.basis_date), row.deadline_imposed) == ("12/KL", "2026-10-01", True)
    assert (row.urgency, row.visibility) == ("express", "restricted")
    page = web.as_("W1-OFF").get(done.location)
    assert "Nông Thị Phản Ánh" not in page.text


def test_assigning_at_once_happens_in_the_same_deed(web: Web) -> None:
    typed = TYPED | {
        "expected_outcome": "Dọn sạch",
        "owner": web.office.id_of("W1-OFF"),
        "working_days": "10",
    }
    done = web.as_("W1-REG").post(URL, typed)
    assert done.status == 303, done.words
    row = web.office.row("VV-2026-000001")
    assert (row.state, row.seq, str(row.deadline)) == ("assigned", 2, "2026-11-16")


def test_assignment_that_is_not_clear_registers_nothing(web: Web) -> None:
    typed = TYPED | {"owner": web.office.id_of("W1-OFF"), "deadline": "01/10/2026"}
    answer = web.as_("W1-REG").post(URL, typed)
    assert (answer.status, cases(web.office)) == (422, 0)
    assert "Nhập kết quả cần đạt" in answer.text.partition('id="expected_outcome-error"')[2][:300]
    assert "Thời hạn đã qua" in answer.text.partition('id="deadline-error"')[2][:300]


def test_similar_cases_are_shown_and_hinder_nothing(web: Web) -> None:
    code = web.office.register(title=TYPED["title"])
    registrar = web.as_("W1-REG")
    checked = registrar.post(URL, TYPED | {"check": "1"})
    assert (checked.status, code in checked.words, cases(web.office)) == (200, True, 1)
    done = registrar.post(URL, TYPED, checked)
    assert (done.status, cases(web.office)) == (303, 2)
    assert code in registrar.get(done.location).words


def test_who_answers_to_the_subject_may_register_but_not_read_on(web: Web) -> None:
    typed = TYPED | {"subjects": [web.office.id_of("W1-SUP")]}
    registrar = web.as_("W1-REG")
    done = registrar.post(URL, typed)
    assert (done.status, done.location) == (303, "/vu-viec")
    assert registrar.get("/vu-viec/VV-2026-000001").status == 404
    assigned = registrar.post(
        URL, typed | {"expected_outcome": "X", "owner": web.office.id_of("W1-OFF"), "working_days": "5"}
    )
    assert (assigned.status, cases(web.office)) == (422, 1)


def test_people_are_searched_without_a_script_and_the_rest_stays(web: Web, many_people: None) -> None:
    registrar = web.as_("D-SUP")
    page = registrar.get(URL)
    assert 'name="search"' in page.text
    found = registrar.post(URL, TYPED | {"q": "Dang Can", "search": "1"}, page)
    assert found.status == 200
    assert (web.office.id_of("W1-OFF") in found.text, web.office.id_of("W1-OF2") in found.text) == (
        True,
        False,
    )
    assert found.inputs["title"] == TYPED["title"]
