"""Extensions and suspensions: each moves the deadline by decision, and each leaves a record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from caseflow.errors import NotFound, NotPermitted, NotReady, WrongState
from caseflow.models import Extension
from caseflow.states.working_days import UnknownYear
from caseflow.use_cases.roles import delegate_decision
from tests.factories import Office
from tests.refusing import refused
from tests.trails import events, last, rows

LATER: dict[str, Any] = {"deadline": "2026-11-27", "reason": "Mưa lớn"}


def ask(office: Office, code: str, **given: Any) -> None:
    office.move(code, "request_extension", "W1-OFF", **LATER | given)


def test_a_request_waits_and_moves_nothing(office: Office) -> None:
    code = office.assigned()
    ask(office, code)
    row = office.row(code)
    assert (row.state, row.deadline, row.extension_asked_on) == ("assigned", date(2026, 11, 16), office.today)
    (record,) = rows(office, Extension)
    assert (record.status, record.number, record.old_deadline) == ("pending", None, date(2026, 11, 16))
    assert (record.asked_by_id, record.asked_deadline) == (office.actors["W1-OFF"].id, date(2026, 11, 27))
    assert record.asked_reason == "Mưa lớn"
    assert last(office, code).told == {"deadline": "2026-11-27", "reason": "Mưa lớn"}


@pytest.mark.parametrize(
    ("given", "field"),
    [({"deadline": "2026-11-16"}, "deadline"), ({"deadline": "2026-11-15"}, "deadline"), ({"deadline": ""}, "deadline"),
     ({"reason": " "}, "reason"), ({"reason": "x" * 2_001}, "reason")],
)  # fmt: skip
def test_a_request_names_a_later_day_and_a_reason(office: Office, given: dict[str, Any], field: str) -> None:
    code = office.assigned()
    with refused(office, NotReady, field):
        ask(office, code, **given)


def test_one_request_at_a_time(office: Office) -> None:
    code = office.assigned()
    ask(office, code)
    with refused(office, NotReady, "deadline"):
        ask(office, code, deadline="2026-11-28")


def test_only_the_owner_asks(office: Office) -> None:
    code = office.assigned()
    for by in ("W1-SUP", "W1-REG"):
        with refused(office, NotPermitted):
            office.move(code, "request_extension", by, **LATER)


def test_an_overdue_case_asks_for_a_day_that_is_not_past(office: Office) -> None:
    code = office.assigned()
    office.forward(30)
    with refused(office, NotReady, "deadline"):
        ask(office, code)


def test_granting_moves_the_deadline_and_completes_the_record(office: Office) -> None:
    code = office.assigned()
    ask(office, code)
    office.forward(1)
    office.move(code, "extend", "W1-SUP", deadline="2026-11-25", reason="Đồng ý một phần")
    row = office.row(code)
    assert (row.deadline, row.first_deadline, row.extensions_granted) == (
        date(2026, 11, 25),
        date(2026, 11, 16),
        1,
    )
    assert (row.extension_asked_on, row.state) == (None, "assigned")
    (record,) = rows(office, Extension)
    assert (record.status, record.number, record.decided_by_id) == ("granted", 1, office.actors["W1-SUP"].id)
    assert (record.old_deadline, record.new_deadline) == (date(2026, 11, 16), date(2026, 11, 25))
    assert (record.asked_reason, record.decided_reason) == ("Mưa lớn", "Đồng ý một phần")
    event = last(office, code)
    assert event.leaf["due"] == "2026-11-25T16:59:59.999999Z"
    assert event.told == {
        "deadline": "2026-11-25", "former_deadline": "2026-11-16", "number": 1, "reason": "Đồng ý một phần",
    }  # fmt: skip


def test_refusing_leaves_the_deadline_and_completes_the_record(office: Office) -> None:
    code = office.assigned()
    ask(office, code)
    office.move(code, "refuse_extension", "W1-SUP", reason="Vẫn kịp")
    assert (office.row(code).deadline, office.row(code).extension_asked_on) == (date(2026, 11, 16), None)
    (record,) = rows(office, Extension)
    assert (record.status, record.number, record.decided_reason) == ("refused", None, "Vẫn kịp")
    with refused(office, NotReady, "reason"):
        office.move(code, "refuse_extension", "W1-SUP", reason="Lần nữa")
    ask(office, code)


def test_an_extension_can_come_unasked(office: Office) -> None:
    code = office.assigned()
    office.move(code, "extend", "W1-SUP", **LATER)
    (record,) = rows(office, Extension)
    assert (record.status, record.asked_by_id, record.asked_at) == ("granted", None, None)


@pytest.mark.parametrize("deadline", ["2026-11-16", "2026-11-10"])
def test_an_extension_is_later_than_the_old_deadline(office: Office, deadline: str) -> None:
    code = office.assigned()
    with refused(office, NotReady, "deadline"):
        office.move(code, "extend", "W1-SUP", deadline=deadline, reason="Sớm hơn")


def test_an_extension_is_not_past(office: Office) -> None:
    code = office.assigned()
    office.forward(30)
    with refused(office, NotReady, "deadline"):
        office.move(code, "extend", "D-SUP", deadline="2026-11-20", reason="Đã qua")


def test_the_second_extension_is_decided_above(office: Office) -> None:
    code = office.assigned()
    office.move(code, "extend", "W1-SUP", **LATER)
    ask(office, code, deadline="2026-12-04")
    with refused(office, NotPermitted):
        office.move(code, "extend", "W1-SUP", deadline="2026-12-04", reason="Lần hai")
    with refused(office, NotPermitted):
        office.move(code, "refuse_extension", "W1-DEP", reason="Lần hai")
    office.move(code, "extend", "D-SUP", deadline="2026-12-04", reason="Lần hai")
    assert [row.number for row in rows(office, Extension)] == [1, 2]
    with refused(office, NotPermitted):
        office.move(code, "extend", "W1-SUP", deadline="2026-12-11", reason="Lần ba")


def test_who_is_named_by_the_district_decides_above(office: Office) -> None:
    code = office.assigned()
    office.move(code, "extend", "W1-SUP", **LATER)
    office.do(delegate_decision, staff_code="W2-OFF", giver="D", scope="W1", valid_from=office.today,
              valid_until=office.today, by="D-SUP")  # fmt: skip
    office.move(code, "extend", "W2-OFF", deadline="2026-12-04", reason="Lần hai")
    office.forward(1)
    assert rows(office, Extension)[-1].decided_by_id == office.actors["W2-OFF"].id
    with refused(office, NotFound):
        office.move(code, "extend", "W2-OFF", deadline="2026-12-11", reason="Hết hạn ủy quyền")


def test_an_extension_asked_after_the_deadline_is_decided_above(office: Office) -> None:
    code = office.assigned()
    office.forward(15)
    ask(office, code)
    with refused(office, NotPermitted):
        office.move(code, "extend", "W1-SUP", **LATER)
    office.move(code, "extend", "D-SUP", **LATER)
    assert office.row(code).first_deadline == date(2026, 11, 16)


def test_what_was_asked_in_time_is_decided_by_the_unit_even_afterwards(office: Office) -> None:
    code = office.assigned()
    office.forward(14)
    assert office.today == date(2026, 11, 16)
    ask(office, code)
    office.forward(2)
    office.move(code, "extend", "W1-SUP", **LATER)


def test_an_imposed_deadline_is_extended_above(office: Office) -> None:
    code = office.assigned(basis={"number": "1-KL/HU", "imposed": True})
    with refused(office, NotPermitted):
        office.move(code, "extend", "W1-SUP", **LATER)
    office.move(code, "extend", "D-SUP", **LATER)


def test_a_request_lapses_when_the_case_leaves_the_working_states(office: Office) -> None:
    def suspended(code: str) -> None:
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")

    def resolved(code: str) -> None:
        office.resolve(code)

    def cancelled(code: str) -> None:
        office.move(code, "cancel", "D-SUP", kind="entered_in_error", reason="Nhầm")

    def transferred(code: str) -> None:
        office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Đúng nơi")
        office.move(code, "accept_transfer", "W2-SUP")

    for leave in (suspended, resolved, cancelled, transferred):
        code = office.assigned()
        ask(office, code)
        leave(code)
        (record,) = rows(office, Extension, case_id=office.row(code).id)
        assert (record.status, record.decided_by_id) == ("lapsed", None), leave
        assert office.row(code).extension_asked_on is None


def test_a_request_stays_while_the_work_goes_on(office: Office) -> None:
    code = office.assigned()
    ask(office, code)
    office.move(code, "start", "W1-OFF")
    office.move(code, "report_progress", "W1-OFF", note="Đang làm", progress=20)
    assert office.row(code).extension_asked_on == office.today


@pytest.mark.parametrize("start", [False, True])
def test_suspending_stops_the_clock_and_resuming_gives_the_days_back(office: Office, start: bool) -> None:
    code = office.assigned()
    if start:
        office.move(code, "start", "W1-OFF")
    office.move(code, "suspend", "W1-SUP", reason="Chờ ý kiến", review_on="2026-12-02")
    row = office.row(code)
    assert (row.state, row.suspended_from) == ("suspended", "in_progress" if start else "assigned")
    assert (row.suspended_on, row.review_on, row.running_deadline) == (office.today, date(2026, 12, 2), None)
    office.forward(7)
    office.move(code, "resume", "W1-SUP")
    row = office.row(code)
    assert row.state == ("in_progress" if start else "assigned")
    assert (row.suspended_from, row.suspended_on, row.review_on) == (None, None, None)
    assert row.deadline == row.running_deadline == date(2026, 11, 23)  # five working days on
    assert last(office, code).told == {"deadline": "2026-11-23", "working_days_lost": 5}
    assert row.first_deadline == date(2026, 11, 16)


def test_a_day_off_within_the_suspension_is_not_lost(office: Office) -> None:
    """24 November 2026 is a day off, and so is what the deadline would land on."""
    code = office.assigned()
    office.forward(18)  # Friday 20 November, four days overdue
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-12-02")
    office.forward(5)  # Wednesday 25 November
    office.move(code, "resume", "W1-SUP")
    assert last(office, code).told["working_days_lost"] == 2
    assert office.row(code).deadline == date(2026, 11, 18)


def test_resuming_on_the_same_day_gives_nothing_back(office: Office) -> None:
    code = office.assigned()
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-12-02")
    office.move(code, "resume", "W1-SUP")
    assert office.row(code).deadline == date(2026, 11, 16)


def test_days_given_back_into_an_unknown_year_are_refused(office: Office) -> None:
    code = office.assigned()
    office.move(code, "extend", "W1-SUP", deadline="2039-01-03", reason="Dự án dài")
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-12-02")
    office.forward(3)
    with refused(office, UnknownYear):
        office.move(code, "resume", "W1-SUP")


@pytest.mark.parametrize("review_on", ["2026-11-02", "2026-11-01", "2026-12-03", ""])
def test_a_suspension_is_reviewed_within_thirty_days(office: Office, review_on: str) -> None:
    code = office.assigned()
    with refused(office, NotReady, "review_on"):
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on=review_on)


def test_who_may_not_suspend_or_resume(office: Office) -> None:
    code = office.assigned()
    for by in ("W1-OFF", "W1-REG", "D-INS"):
        with refused(office, NotPermitted):
            office.move(code, "suspend", by, reason="Chờ", review_on="2026-11-20")
    with refused(office, WrongState):
        office.move(code, "resume", "W1-SUP")
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    with refused(office, NotPermitted):
        office.move(code, "resume", "W1-OFF")
    with refused(office, WrongState):
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")


def test_deadlines_run_to_the_end_of_the_vietnamese_day(office: Office) -> None:
    code = office.assigned(working_days=None, deadline=office.today)
    office.clock.instant += timedelta(hours=14, minutes=59)  # 23:59 in Viet Nam
    office.resolve(code)
    assert office.row(code).running_deadline is None
    late = office.assigned(working_days=None, deadline=office.today)
    office.clock.instant += timedelta(minutes=1)
    office.resolve(late)
    assert office.row(late).resolved_on == date(2026, 11, 3)
    assert office.row(late).running_deadline == date(2026, 11, 2)
    assert [e.leaf["due"] for e in events(office, late)][-1] == "2026-11-02T16:59:59.999999Z"


def test_an_edit_does_not_take_the_decision_on_an_imposed_deadline_from_the_higher_level(
    office: Office,
) -> None:
    code = office.assigned(basis={"number": "15-KL/TU", "imposed": True})
    for basis in ({"number": "15-KL/TU"}, {"number": "15-KL/TU", "imposed": False}):
        with refused(office, NotReady, "basis"):
            office.move(code, "edit", "W1-SUP", basis=basis)
    office.move(code, "edit", "W1-SUP", basis={"number": "16-KL/TU", "imposed": True})
    with refused(office, NotPermitted):
        office.move(code, "extend", "W1-SUP", **LATER)
    office.move(code, "edit", "D-SUP", basis={"number": "16-KL/TU", "imposed": False})
    office.move(code, "extend", "W1-SUP", **LATER)


def test_an_imposed_deadline_entered_in_error_is_put_right_before_the_assignment(office: Office) -> None:
    code = office.register(basis={"number": "15-KL/TU", "imposed": True})
    office.move(code, "edit", "W1-REG", basis={"number": "15-KL/TU"})
    assert not office.row(code).deadline_imposed
