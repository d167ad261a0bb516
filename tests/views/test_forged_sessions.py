"""Sessions and sealed names, against who writes the database but holds no key of HOME."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from caseflow.errors import NotFound
from caseflow.use_cases.looking import open_complainant
from caseflow.use_cases.sessions import sign_out, touch_session
from caseflow.views.login import COOKIE
from tests.factories import Office
from tests.trail.sealed import change
from tests.views.visiting import Visitor, Visits

SIGNED_OUT, SIGNED_IN = 303, 200


@pytest.fixture
def visits(office: Office) -> Visits:
    """The application."""
    return Visits(office)


def sql(office: Office, statement: str, *values: Any) -> None:
    """What the attacker writes."""
    change(office.installation.database, statement, *values)


def person(office: Office, code: str) -> int:
    """The key of a person."""
    return office.actors[code].id


def test_row_of_ones_own_session_is_of_no_use_to_another(visits: Visits, office: Office) -> None:
    thief = visits.sign_in("W1-OFF")
    assert thief.get("/viec-cua-toi").status_code == SIGNED_IN
    sql(office, "UPDATE sessions SET person_id = ?", person(office, "P-INS"))
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


def test_identities_swapped_beside_a_session_end_it(visits: Visits, office: Office) -> None:
    thief = visits.sign_in("W1-OFF")
    own, hers = office.actors["W1-OFF"], office.actors["P-INS"]
    sql(office, "UPDATE people SET uuid = 'x' WHERE id = ?", own.id)
    sql(office, "UPDATE people SET uuid = ? WHERE id = ?", own.uuid.hex, hers.id)
    sql(office, "UPDATE people SET uuid = ? WHERE id = ?", hers.uuid.hex, own.id)
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT
    sql(office, "UPDATE sessions SET person_id = ?", hers.id)
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


def test_row_for_a_token_of_ones_own_is_no_session(visits: Visits, office: Office) -> None:
    visits.sign_in("P-INS")
    token = "known to the thief"
    sql(
        office,
        "INSERT INTO sessions (token_digest, person_id, created_at, last_seen_at, password_at, seal)"
        " SELECT ?, person_id, created_at, last_seen_at, password_at, seal FROM sessions",
        hashlib.sha256(token.encode()).hexdigest(),
    )
    thief = Visitor(visits.app.test_client())
    thief.client.set_cookie(COOKIE, token)
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET own_device = 1, created_at = '2099-01-01 00:00:00.000000'",
        "UPDATE sessions SET last_seen_at = '2099-01-01 00:00:00.000000'",
    ],
)
def test_life_of_a_session_is_not_lengthened(visits: Visits, office: Office, statement: str) -> None:
    thief = visits.sign_in("W1-OFF")
    sql(office, statement)
    office.clock.forward(timedelta(days=1))
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


def test_session_in_use_is_not_kept_alive_by_its_row(visits: Visits, office: Office) -> None:
    thief = visits.sign_in("W1-OFF")
    office.clock.forward(timedelta(hours=2))
    sql(office, "UPDATE sessions SET last_seen_at = '2026-11-02 04:00:00.000000'")
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


def test_ended_session_is_not_revived(visits: Visits, office: Office) -> None:
    thief = visits.sign_in("W1-OFF")
    token = thief.client.get_cookie(COOKIE)
    thief.post("/dang-xuat", "/tro-giup")
    assert token is not None
    thief.client.set_cookie(COOKIE, token.value)
    sql(office, "UPDATE sessions SET ended_at = NULL")
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET own_device = 1",
        "UPDATE sessions SET own_device = 0",
        "UPDATE sessions SET password_at = '2026-11-02 02:00:01.000000'",
        "UPDATE sessions SET acting_for_id = (SELECT id FROM people WHERE staff_code = 'W1-SUP')",
        "UPDATE sessions SET seal = ''",
    ],
)
def test_row_that_was_changed_is_no_session(visits: Visits, office: Office, statement: str) -> None:
    own_device = "own_device = 0" in statement
    thief = visits.sign_in("W1-OFF", own_device=own_device)
    sql(office, statement)
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT


def test_program_does_not_seal_what_was_changed_behind_its_back(visits: Visits, office: Office) -> None:
    thief, rightful = visits.sign_in("W1-OFF"), visits.sign_in("W1-OFF")
    mine = "id = (SELECT min(id) FROM sessions)"
    sql(office, f"UPDATE sessions SET acting_for_id = ? WHERE {mine}", person(office, "W1-SUP"))  # noqa: S608
    with office.installation.database.reading() as connection:
        (session,) = connection.exec_driver_sql("SELECT min(id) FROM sessions").scalars()
    touch_session(office.installation, session)
    office.do(sign_out, session, by="W1-OFF")
    sql(office, "UPDATE sessions SET ended_at = NULL")
    assert thief.get("/viec-cua-toi").status_code == SIGNED_OUT
    assert rightful.get("/viec-cua-toi").status_code == SIGNED_IN


@pytest.mark.parametrize(
    "sealed", ["(SELECT sealed_identity FROM case_parties ORDER BY id LIMIT 1)", "x'00'"]
)
def test_page_of_a_case_goes_on_without_its_complainant(visits: Visits, office: Office, sealed: str) -> None:
    office.register(complainant_name="Nông Thị Phản Ánh")
    own = office.register(complainant_name="Ai đó")
    given: dict[str, Any] = {"expected_outcome": "Xong", "owner": office.id_of("W1-OFF"), "working_days": 10}
    office.move(own, "assign", by="W1-SUP", **given)
    case = office.row(own).id
    sql(office, f"UPDATE case_parties SET sealed_identity = {sealed} WHERE case_id = ?", case)  # noqa: S608
    visitor = visits.sign_in("W1-OFF")
    answer = visitor.post(f"/vu-viec/{own}/nguoi-phan-anh", f"/vu-viec/{own}")
    assert answer.status_code == 404
    assert "Không đọc được" in answer.text
    assert "Phản Ánh" not in answer.text
    assert visitor.get(f"/vu-viec/{own}").status_code == SIGNED_IN


def test_complainant_of_one_case_does_not_open_in_another(office: Office) -> None:
    secret = office.register(complainant_name="Nông Thị Phản Ánh", complainant_contact="0900 000 000")
    own = office.register(complainant_name="Ai đó")
    for code in (secret, own):
        given: dict[str, Any] = {
            "expected_outcome": "Xong",
            "owner": office.id_of("W1-OFF"),
            "working_days": 10,
        }
        office.move(code, "assign", by="W1-SUP", **given)
    assert office.do(open_complainant, secret, by="W1-OFF").name == "Nông Thị Phản Ánh"
    sql(
        office,
        "UPDATE case_parties SET sealed_identity = (SELECT p.sealed_identity FROM case_parties p JOIN cases c"
        " ON c.id = p.case_id WHERE c.code = ?) WHERE case_id = (SELECT id FROM cases WHERE code = ?)",
        secret,
        own,
    )
    with pytest.raises(NotFound, match="cannot be read"):
        office.do(open_complainant, own, by="W1-OFF")
