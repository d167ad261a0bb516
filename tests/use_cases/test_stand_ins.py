"""Mandates: who may ask for one, approve it, serve by one and end it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from caseflow.errors import InvalidInput, NotFound, NotPermitted
from caseflow.models import EventRow, Person, StandIn
from caseflow.queries.access import may_stand_in
from caseflow.queries.sessions import mandates_of
from caseflow.use_cases.people import change_person, issue_password
from caseflow.use_cases.stand_ins import approve_stand_in, end_stand_in, request_stand_in, serve_person
from tests.factories import Office
from tests.mandates import mandate

SLIP = "Phiếu số 12, ngày 02/11/2026, lưu tại văn phòng"


@pytest.fixture
def office(office: Office) -> Office:
    """The small province; W1-OF2 has no account."""
    accounts = ("W1-OFF", "W1-SUP", "W1-DEP", "W2-OFF", "D-SUP")
    with office.installation.database.transaction() as connection:
        connection.execute(update(Person).where(Person.staff_code.in_(accounts)).values(password_hash="?"))
    return office


def ask(office: Office, by: Any = "W1-OFF", stand_in: str = "W2-OFF", **days: Any) -> UUID:
    given = {"valid_from": office.today, "valid_until": office.today + timedelta(days=4)} | days
    return UUID(office.do(request_stand_in, staff_code=stand_in, by=by, **given))


def serve(office: Office, by: str = "W1-REG", person: str = "W1-OF2", **more: Any) -> UUID:
    given = {"valid_from": office.today, "valid_until": office.today, "evidence": SLIP} | more
    return UUID(office.do(serve_person, staff_code=person, by=by, **given))


def in_force(
    office: Office, stand_in: str = "W2-OFF", principal: str = "W1-OFF", day: date | None = None
) -> bool:
    with office.installation.database.reading() as connection:
        ids = (office.actors[stand_in].id, office.actors[principal].id)
        return may_stand_in(connection, *ids, day or office.today)


def types(office: Office, subject: str) -> list[str]:
    with office.installation.database.reading() as connection:
        found = connection.execute(
            select(EventRow.type).where(
                EventRow.subject == office.actors[subject].uuid, EventRow.type.startswith("stand_in.")
            )
        )
        return list(found.scalars())


def mandates(office: Office) -> int:
    with office.installation.database.reading() as connection:
        return len(connection.execute(select(StandIn.id)).all())


def test_mandate_is_asked_for_approved_and_ended(office: Office) -> None:
    asked = ask(office)
    assert not in_force(office)
    office.do(approve_stand_in, asked, by="W1-SUP")
    assert in_force(office)
    assert in_force(office, day=office.today + timedelta(days=4))
    assert not in_force(office, day=office.today + timedelta(days=5))
    office.do(end_stand_in, asked, by="W1-OFF")
    assert not in_force(office)
    assert types(office, "W1-OFF") == ["stand_in.requested", "stand_in.approved", "stand_in.ended"]


@pytest.mark.parametrize("who", ["W1-SUP", "W1-DEP", "D-SUP", "P-SUP"])
def test_supervisor_at_or_above_the_unit_approves(office: Office, who: str) -> None:
    office.do(approve_stand_in, ask(office), by=who)
    assert in_force(office)


@pytest.mark.parametrize("who", ["W1-OFF", "W2-OFF", "W2-SUP", "W1-REG", "P-ADM", "P-INS", "W1-OF2"])
def test_others_do_not_approve(office: Office, who: str) -> None:
    asked = ask(office)
    with pytest.raises(NotPermitted):
        office.do(approve_stand_in, asked, by=who)
    assert not in_force(office)


def test_principal_who_supervises_does_not_approve_their_own(office: Office) -> None:
    asked = ask(office, by="W1-SUP")
    with pytest.raises(NotPermitted):
        office.do(approve_stand_in, asked, by="W1-SUP")


def test_stand_in_who_supervises_does_not_approve_their_own(office: Office) -> None:
    asked = ask(office, stand_in="W1-DEP")
    with pytest.raises(NotPermitted):
        office.do(approve_stand_in, asked, by="W1-DEP")


def test_nobody_approves_in_the_name_of_one_concerned_or_by_one(office: Office) -> None:
    asked = ask(office, by="W1-SUP")
    for acting in (mandate(office, "D-DEP", "W1-SUP"), mandate(office, "W2-OFF", "D-SUP")):
        with pytest.raises(NotPermitted):
            office.do(approve_stand_in, asked, by=acting)
    office.do(approve_stand_in, asked, by=mandate(office, "W1-REG", "D-SUP"))
    assert in_force(office, principal="W1-SUP")


def test_mandate_is_not_passed_on(office: Office) -> None:
    acting = mandate(office, "W2-OFF", "W1-OFF")
    with pytest.raises(NotPermitted):
        ask(office, by=acting, stand_in="W1-DEP")
    with pytest.raises(NotPermitted):
        office.do(
            serve_person, staff_code="W1-OF2", valid_from=office.today, valid_until=office.today, evidence=SLIP,
            by=mandate(office, "W2-OFF", "W1-REG"),
        )  # fmt: skip


def test_approved_mandate_is_approved_once(office: Office) -> None:
    asked = ask(office)
    office.do(approve_stand_in, asked, by="W1-SUP")
    with pytest.raises(InvalidInput):
        office.do(approve_stand_in, asked, by="W1-DEP")


def test_mandate_that_is_over_is_neither_approved_nor_ended(office: Office) -> None:
    asked = ask(office)
    office.forward(5)
    for deed in (approve_stand_in, end_stand_in):
        with pytest.raises(InvalidInput):
            office.do(deed, asked, by="W1-SUP")


def test_unknown_mandate_is_not_found(office: Office) -> None:
    for deed in (approve_stand_in, end_stand_in):
        with pytest.raises(NotFound):
            office.do(deed, uuid4(), by="W1-SUP")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("staff_code", {"stand_in": "W1-OFF"}),
        ("staff_code", {"stand_in": "W1-OF2"}),
        ("staff_code", {"stand_in": "operator"}),
        ("staff_code", {"stand_in": "X-XXX"}),
        ("valid_from", {"valid_from": date(2026, 11, 1)}),
        ("valid_until", {"valid_until": date(2026, 11, 1)}),
        ("valid_until", {"valid_until": date(2027, 12, 31)}),
    ],
)
def test_bad_request_is_refused_naming_its_field(office: Office, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(office, **given)
    assert refused.value.problems[0].field == field
    assert mandates(office) == 0


def test_who_has_left_stands_in_for_nobody(office: Office) -> None:
    office.do(change_person, "W2-OFF", left_on=office.today)
    with pytest.raises(InvalidInput):
        ask(office)


@pytest.mark.parametrize("who", ["W1-OFF", "W2-OFF", "W1-SUP", "D-SUP"])
def test_those_concerned_and_supervisors_end_a_mandate(office: Office, who: str) -> None:
    asked = ask(office)
    office.do(approve_stand_in, asked, by="W1-SUP")
    office.do(end_stand_in, asked, by=who)
    assert not in_force(office)


@pytest.mark.parametrize("who", ["W2-SUP", "W1-REG", "P-ADM", "P-INS"])
def test_others_do_not_end_a_mandate(office: Office, who: str) -> None:
    asked = ask(office)
    office.do(approve_stand_in, asked, by="W1-SUP")
    with pytest.raises(NotPermitted):
        office.do(end_stand_in, asked, by=who)
    assert in_force(office)


def test_mandate_ended_before_it_began_never_begins(office: Office) -> None:
    later = office.today + timedelta(days=2)
    asked = ask(office, valid_from=later)
    office.do(approve_stand_in, asked, by="W1-SUP")
    office.do(end_stand_in, asked, by="W1-OFF")
    assert not any(in_force(office, day=office.today + timedelta(days=n)) for n in range(10))


def test_registrar_serves_a_person_without_an_account(office: Office) -> None:
    serve(office)
    assert in_force(office, "W1-REG", "W1-OF2")
    assert types(office, "W1-OF2") == ["stand_in.requested"]


def test_who_has_an_account_is_not_served(office: Office) -> None:
    with pytest.raises(InvalidInput):
        serve(office, person="W1-OFF")


@pytest.mark.parametrize("who", ["W1-SUP", "W1-OFF", "P-ADM", "W2-SUP"])
def test_only_a_registrar_of_the_unit_serves(office: Office, who: str) -> None:
    with pytest.raises(NotPermitted):
        serve(office, by=who)


def test_registrar_serves_nobody_of_another_unit_nor_themselves(office: Office) -> None:
    with pytest.raises(NotPermitted):
        serve(office, person="W2-SUP")
    with pytest.raises(InvalidInput):
        serve(office, person="W1-REG")


@pytest.mark.parametrize("slip", ["", "   ", "x" * 501])
def test_nobody_is_served_without_a_signed_slip(office: Office, slip: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        serve(office, evidence=slip)
    assert refused.value.problems[0].field == "evidence"


def test_served_mandate_needs_no_approval_and_is_ended_by_its_registrar(office: Office) -> None:
    served = serve(office)
    with pytest.raises(InvalidInput):
        office.do(approve_stand_in, served, by="W1-SUP")
    office.do(end_stand_in, served, by="W1-REG")
    assert not in_force(office, "W1-REG", "W1-OF2")


def test_who_got_an_account_is_served_no_longer(office: Office) -> None:
    serve(office)
    assert in_force(office, "W1-REG", "W1-OF2")
    office.do(issue_password, "W1-OF2")
    assert not in_force(office, "W1-REG", "W1-OF2")
    with office.installation.database.reading() as connection:
        assert mandates_of(connection, office.actors["W1-REG"].id, office.today) == []


def test_who_has_left_is_acted_for_no_longer(office: Office) -> None:
    asked = ask(office)
    office.do(approve_stand_in, asked, by="W1-SUP")
    office.do(change_person, "W1-OFF", left_on=office.today + timedelta(days=2))
    assert in_force(office, day=office.today + timedelta(days=1))
    assert not in_force(office, day=office.today + timedelta(days=2))
