"""Clear work, a clear person, a clear time: assigning, reassigning, starting, rewording."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from caseflow.errors import NotPermitted, NotReady, WrongState
from caseflow.models import Extension, Person
from caseflow.states.working_days import UnknownYear
from tests.factories import Office
from tests.refusing import refused
from tests.trails import last, rows


def asked(office: Office, **given: Any) -> dict[str, Any]:
    """What an assignment is asked with."""
    return {"expected_outcome": "Dọn sạch", "owner": office.id_of("W1-OFF"), "deadline": "2026-11-20"} | given


def leaves(office: Office, person: str) -> None:
    """From today on the person no longer works here."""
    with office.installation.database.transaction() as connection:
        mine = Person.staff_code == person
        connection.execute(update(Person).where(mine).values(left_on=office.today))


@pytest.mark.parametrize("who", ["W1-REG", "W1-SUP", "D-SUP", "P-SUP"])
def test_assigning_gives_work_person_and_time(office: Office, who: str) -> None:
    code = office.register()
    done = office.move(
        code, "assign", who, **asked(office, lead_officer=office.id_of("W1-SUP"), verify_by="higher")
    )
    row = office.row(code)
    assert (row.state, row.owner_id, row.version) == ("assigned", office.actors["W1-OFF"].id, 2)
    assert row.deadline == row.first_deadline == row.running_deadline == date(2026, 11, 20)
    assert row.expected_outcome == row.first_expected_outcome == "Dọn sạch"
    assert (row.lead_officer_id, row.verify_by) == (office.actors["W1-SUP"].id, "higher")
    assert row.assigned_at == office.clock.now()
    event = last(office, code)
    assert (event.type, event.leaf["from"], event.leaf["to"]) == ("case.assigned", "registered", "assigned")
    assert event.leaf["due"] == "2026-11-20T16:59:59.999999Z"
    assert event.told["owner"] == {
        "id": office.id_of("W1-OFF"), "name": "Đặng Cán Bộ", "position": "Công chức địa chính",
    }  # fmt: skip
    assert done == {"code": code, "event": event.leaf["event"], "version": 2}
    assert (event.row.owner_id, event.row.deadline, event.row.state) == (
        row.owner_id,
        row.deadline,
        "assigned",
    )


def test_working_days_are_counted_from_tomorrow(office: Office) -> None:
    code = office.register()
    given = asked(office, working_days=10)
    del given["deadline"]
    office.move(code, "assign", "W1-SUP", **given)
    assert office.row(code).deadline == date(2026, 11, 16)
    assert last(office, code).told["working_days"] == 10


def test_the_expected_outcome_of_the_registration_stands(office: Office) -> None:
    code = office.register(expected_outcome="Thông tuyến")
    office.move(code, "assign", "W1-SUP", **asked(office, expected_outcome=""))
    assert office.row(code).first_expected_outcome == "Thông tuyến"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"expected_outcome": " "}, {"expected_outcome"}),
        ({"owner": ""}, {"owner"}),
        ({"owner": "nobody"}, {"owner"}),
        ({"deadline": None}, {"deadline"}),
        ({"working_days": 3}, {"deadline"}),
        ({"deadline": "2026-11-01"}, {"deadline"}),
        ({"deadline": "2026-02-31"}, {"deadline"}),
        ({"deadline": None, "working_days": 0}, {"working_days"}),
        ({"verify_by": "anyone"}, {"verify_by"}),
        ({"owner": "", "deadline": "31/12/2026"}, {"owner", "deadline"}),
    ],
)
def test_each_of_the_three_clears_is_asked_for(
    office: Office, given: dict[str, Any], fields: set[str]
) -> None:
    code = office.register()
    with refused(office, NotReady, *fields):
        office.move(code, "assign", "W1-SUP", **asked(office, **given))


def test_a_deadline_today_is_not_past(office: Office) -> None:
    code = office.register()
    office.move(code, "assign", "W1-SUP", **asked(office, deadline=office.today))
    assert office.row(code).deadline == office.today


def test_an_owner_who_has_left_is_refused(office: Office) -> None:
    code = office.register()
    leaves(office, "W1-OFF")
    with refused(office, NotReady, "owner"):
        office.move(code, "assign", "W1-SUP", **asked(office))
    with refused(office, NotReady, "lead_officer"):
        office.move(
            code, "assign", "W1-SUP",
            **asked(office, owner=office.id_of("W1-OF2"), lead_officer=office.id_of("W1-OFF")),
        )  # fmt: skip


def test_the_operator_is_no_owner(office: Office) -> None:
    code = office.register()
    with refused(office, NotReady, "owner"):
        office.move(code, "assign", "W1-SUP", **asked(office, owner=str(office.operator.uuid)))


def test_a_year_without_a_calendar_is_refused_and_not_guessed(office: Office) -> None:
    code = office.register()
    given = asked(office, working_days=1_000)
    del given["deadline"]
    with refused(office, UnknownYear, "working_days"):
        office.move(code, "assign", "W1-SUP", **given)


@pytest.mark.parametrize("who", ["W1-OFF", "W2-SUP", "D-INS"])
def test_who_may_not_assign(office: Office, who: str) -> None:
    code = office.register(by="W1-SUP")
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OFF"))
    office.move(code, "add_supporter", "W1-SUP", organisation="W2")
    with refused(office, NotPermitted):
        office.move(code, "assign", who, **asked(office))


def test_an_assigned_case_is_not_assigned_again(office: Office) -> None:
    code = office.assigned()
    with refused(office, WrongState):
        office.move(code, "assign", "W1-SUP", **asked(office))


@pytest.mark.parametrize("state", ["assigned", "in_progress", "suspended", "resolved"])
def test_reassigning_changes_the_owner_and_nothing_else(office: Office, state: str) -> None:
    code = in_state(office, state)
    before = office.row(code)
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Chuyển công tác")
    row = office.row(code)
    assert (row.state, row.owner_id) == (state, office.actors["W1-OF2"].id)
    assert (row.deadline, row.first_deadline, row.outcome) == (
        before.deadline,
        before.first_deadline,
        before.outcome,
    )
    assert row.resolver_id == before.resolver_id
    event = last(office, code)
    assert event.type == "case.reassigned"
    assert event.told["former_owner"]["id"] == office.id_of("W1-OFF")
    assert event.told["reason"] == "Chuyển công tác"


def in_state(office: Office, state: str) -> str:
    """A case that W1-OFF owns, in that state."""
    if state == "resolved":
        return office.resolved()
    code = office.assigned()
    if state == "in_progress":
        office.move(code, "start", "W1-OFF")
    if state == "suspended":
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on=office.today + timedelta(days=5))
    return code


def test_reassigning_to_the_same_person_is_refused(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotReady, "owner"):
        office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OFF"), reason="Nhầm")
    with refused(office, NotReady, "reason", "owner"):
        office.move(code, "reassign", "W1-SUP")
    with refused(office, NotPermitted):
        office.move(code, "reassign", "W1-OFF", owner=office.id_of("W1-OF2"), reason="Bận")


def test_a_new_owner_lets_a_waiting_request_lapse(office: Office) -> None:
    code = office.assigned()
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-01", reason="Mưa")
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    assert office.row(code).extension_asked_on is None
    assert [row.status for row in rows(office, Extension)] == ["lapsed"]
    office.move(code, "request_extension", "W1-OF2", deadline="2026-12-02", reason="Mới nhận")


def test_starting_takes_the_work_up(office: Office) -> None:
    code = office.assigned()
    office.move(code, "start", "W1-OFF")
    row = office.row(code)
    assert (row.state, row.started_at) == ("in_progress", office.clock.now())
    for by in ("W1-SUP", "W1-REG"):
        with refused(office, NotPermitted):
            office.move(code, "start", by)
    with refused(office, WrongState):
        office.move(code, "start", "W1-OFF")


@pytest.mark.parametrize("state", ["assigned", "in_progress", "suspended"])
def test_the_first_wording_stays_beside_the_revised_one(office: Office, state: str) -> None:
    code = in_state(office, state)
    office.move(code, "revise_outcome", "D-SUP", expected_outcome="Dọn một nửa", reason="Thiếu xe")
    row = office.row(code)
    assert (row.state, row.expected_outcome, row.first_expected_outcome) == (
        state,
        "Dọn một nửa",
        "Dọn sạch bãi rác",
    )
    assert last(office, code).told["former_outcome"] == "Dọn sạch bãi rác"
    assert "dọn một nửa" in row.search_text
    office.move(code, "revise_outcome", "P-SUP", expected_outcome="Dọn hai phần ba", reason="Có xe")
    assert office.row(code).first_expected_outcome == "Dọn sạch bãi rác"


def test_the_units_own_supervisor_does_not_reword_the_work(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotPermitted):
        office.move(code, "revise_outcome", "W1-SUP", expected_outcome="Dọn một nửa", reason="Thiếu xe")
    with refused(office, NotReady, "expected_outcome", "reason"):
        office.move(code, "revise_outcome", "D-SUP")
