"""Handing a case to another unit: offered, accepted or declined, with what travels along."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from caseflow.errors import NotFound, NotPermitted, NotReady, WrongState
from caseflow.use_cases.organisations import change_organisation
from tests.factories import Office
from tests.refusing import refused
from tests.trails import last


def offer(office: Office, code: str, unit: str = "W2", by: str = "W1-SUP") -> None:
    office.move(code, "request_transfer", by, organisation=unit, reason="Thuộc địa bàn xã bên")


def in_state(office: Office, state: str) -> str:
    code = office.register() if state == "registered" else office.assigned()
    if state == "in_progress":
        office.move(code, "start", "W1-OFF")
    if state == "suspended":
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    return code


@pytest.mark.parametrize("state", ["registered", "assigned", "in_progress", "suspended"])
def test_an_offer_leaves_case_and_clock_with_the_sender(office: Office, state: str) -> None:
    code = in_state(office, state)
    before = office.row(code)
    offer(office, code)
    row = office.row(code)
    assert row.offered_to_id is not None
    assert (row.state, row.organisation_id, row.owner_id) == (state, before.organisation_id, before.owner_id)
    assert (row.deadline, row.running_deadline) == (before.deadline, before.running_deadline)
    assert last(office, code).told == {
        "organisation": {"code": "W2", "name": "Đảng ủy xã Hai"}, "reason": "Thuộc địa bàn xã bên",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["registered", "assigned", "in_progress", "suspended"])
def test_acceptance_registers_the_case_in_the_new_unit(office: Office, state: str) -> None:
    code = in_state(office, state)
    before = office.row(code)
    offer(office, code)
    office.move(code, "accept_transfer", "W2-SUP")
    row = office.row(code)
    assert (row.state, row.offered_to_id) == ("registered", None)
    assert row.organisation_id != before.organisation_id
    gone = ("owner_id", "deadline", "lead_officer_id", "assigned_at", "started_at", "suspended_on", "review_on",
            "suspended_from", "needs_decision_by_id", "extension_asked_on")  # fmt: skip
    assert [name for name in gone if getattr(row, name) is not None] == []
    assert (row.first_deadline, row.level, row.period, row.code) == (
        before.first_deadline, before.level, before.period, code,
    )  # fmt: skip
    event = last(office, code)
    assert (event.type, event.leaf["from"], event.leaf["to"]) == ("case.transferred", state, "registered")
    assert event.leaf["due"] is None
    assert event.told["former_organisation"]["code"] == "W1"
    assert event.told["organisation"]["code"] == "W2"
    assert event.row.organisation_id == row.organisation_id


def test_the_new_unit_assigns_anew_and_the_first_deadline_stays(office: Office) -> None:
    code = office.assigned()
    offer(office, code)
    office.move(code, "accept_transfer", "W2-SUP")
    office.move(code, "assign", "W2-SUP", owner=office.id_of("W2-OFF"), deadline="2026-12-10")
    row = office.row(code)
    assert (row.deadline, row.first_deadline) == (date(2026, 12, 10), date(2026, 11, 16))
    assert row.expected_outcome == "Dọn sạch bãi rác"
    with refused(office, NotPermitted):
        office.move(code, "cancel", "W1-SUP", kind="entered_in_error", reason="Không còn của xã")


def test_days_overdue_travel_along_and_add_up(office: Office) -> None:
    code = office.assigned()
    office.forward(17)  # Thursday 19 November: three working days over
    offer(office, code)
    office.forward(1)
    office.move(code, "accept_transfer", "W2-SUP")
    assert office.row(code).days_overdue_before == 4
    assert last(office, code).told["days_overdue"] == 4
    office.move(code, "assign", "W2-SUP", owner=office.id_of("W2-OFF"), deadline=office.today)
    office.forward(3)  # over a weekend, to Monday
    offer(office, code, "W1", "W2-SUP")
    office.move(code, "accept_transfer", "W1-SUP")
    assert office.row(code).days_overdue_before == 5


def test_a_suspension_stops_the_count_of_days_overdue_and_does_not_wipe_it_out(office: Office) -> None:
    code = office.assigned()
    office.forward(17)
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on=office.today + timedelta(days=20))
    office.forward(10)
    offer(office, code)
    office.move(code, "accept_transfer", "W2-SUP")
    assert office.row(code).days_overdue_before == 3


def test_a_case_in_time_carries_no_days_overdue(office: Office) -> None:
    for code in (office.register(), office.assigned()):
        offer(office, code)
        office.move(code, "accept_transfer", "W2-SUP")
        assert office.row(code).days_overdue_before == 0


def test_declining_leaves_the_case_with_its_sender(office: Office) -> None:
    code = office.assigned()
    before = office.row(code)
    offer(office, code)
    with refused(office, NotReady, "reason"):
        office.move(code, "decline_transfer", "W2-SUP")
    office.move(code, "decline_transfer", "W2-SUP", reason="Không thuộc địa bàn")
    row = office.row(code)
    assert (row.state, row.offered_to_id, row.owner_id) == ("assigned", None, before.owner_id)
    with refused(office, NotFound):
        office.move(code, "accept_transfer", "W2-SUP")
    offer(office, code)


def test_the_receiving_units_supervisor_answers_and_nobody_else(office: Office) -> None:
    office.person("W2-REG", "Văn Thư Bên", "Văn thư", "W2", ("registrar",))
    code = office.assigned()
    offer(office, code)
    for by in ("W1-SUP", "W2-REG", "W1-OFF", "D-INS"):
        with refused(office, NotPermitted):
            office.move(code, "accept_transfer", by)
        with refused(office, NotPermitted):
            office.move(code, "decline_transfer", by, reason="Không")
    with refused(office, NotFound):
        office.move(code, "accept_transfer", "W2-OFF")
    office.move(code, "accept_transfer", "D-SUP")


def test_without_an_offer_there_is_nothing_to_answer(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotPermitted):
        office.move(code, "accept_transfer", "D-SUP")


@pytest.mark.parametrize("unit", ["W1", "", "NOWHERE", "W2"])
def test_an_offer_goes_to_another_living_unit(office: Office, unit: str) -> None:
    code = office.assigned()
    office.do(change_organisation, "W2", valid_until=office.today - timedelta(days=1))
    with refused(office, NotReady, "organisation"):
        office.move(code, "request_transfer", "W1-SUP", organisation=unit, reason="Chuyển")


def test_one_offer_at_a_time(office: Office) -> None:
    code = office.assigned()
    offer(office, code)
    with refused(office, NotReady, "organisation"):
        offer(office, code, "D")


def test_who_may_not_offer(office: Office) -> None:
    code = office.assigned()
    for by in ("W1-OFF", "W1-REG", "D-INS"):
        with refused(office, NotPermitted):
            offer(office, code, by=by)
    office.resolve(code)
    with refused(office, WrongState):
        offer(office, code)


@pytest.mark.parametrize("ending", ["resolve", "cancel"])
def test_an_offer_lapses_when_a_result_or_a_cancellation_overtakes_it(office: Office, ending: str) -> None:
    code = office.assigned()
    offer(office, code)
    if ending == "resolve":
        office.resolve(code)
    else:
        office.move(code, "cancel", "D-SUP", kind="outside_competence", reason="Không thuộc thẩm quyền")
    assert office.row(code).offered_to_id is None
    with refused(office, NotFound):
        office.move(code, "accept_transfer", "W2-SUP")


def test_an_offer_outlasts_suspension_and_reassignment(office: Office) -> None:
    code = office.assigned()
    offer(office, code)
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    office.move(code, "resume", "W1-SUP")
    office.move(code, "accept_transfer", "W2-SUP")
    assert office.row(code).state == "registered"


def test_a_restricted_case_is_accepted_by_a_named_reader(office: Office) -> None:
    given: dict[str, Any] = {"visibility": "restricted", "readers": [office.id_of("W1-SUP")]}
    code = office.register(**given)
    offer(office, code)
    with refused(office, NotFound):
        office.move(code, "accept_transfer", "W2-SUP")
    office.move(code, "edit", "W1-SUP", readers=[office.id_of("W2-SUP")])
    office.move(code, "accept_transfer", "W2-SUP")
