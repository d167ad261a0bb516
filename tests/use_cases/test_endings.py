"""Taking a case off the list, and bringing one back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from caseflow.errors import NotPermitted, NotReady, WrongState
from caseflow.models import CaseLink, Person
from tests.factories import Office
from tests.refusing import refused
from tests.trails import last, rows

ERROR: dict[str, Any] = {"kind": "entered_in_error", "reason": "Nhập nhầm"}
FINDING: dict[str, Any] = {"basis": "finding", "reason": "Chưa thực chất", "deadline": "2026-12-15"}
RECURRENCE: dict[str, Any] = FINDING | {"basis": "recurrence", "reason": "Rác lại đầy"}


@pytest.mark.parametrize("kind", ["outside_competence", "petition_withdrawn", "entered_in_error"])
def test_a_registered_case_is_cancelled_by_its_unit(office: Office, kind: str) -> None:
    code = office.register()
    office.move(code, "cancel", "W1-SUP", kind=kind, reason="Có lý do")
    row = office.row(code)
    assert (row.state, row.cancel_kind, row.running_deadline) == ("cancelled", kind, None)
    event = last(office, code)
    assert (event.type, event.leaf["from"], event.leaf["to"]) == ("case.cancelled", "registered", "cancelled")
    assert event.told == {"kind": kind, "reason": "Có lý do"}


@pytest.mark.parametrize("state", ["assigned", "in_progress", "suspended"])
def test_once_assigned_a_case_is_cancelled_above(office: Office, state: str) -> None:
    code = office.assigned()
    if state == "in_progress":
        office.move(code, "start", "W1-OFF")
    if state == "suspended":
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    for by in ("W1-SUP", "W1-OFF", "W1-REG", "D-INS"):
        with refused(office, NotPermitted):
            office.move(code, "cancel", by, **ERROR)
    office.move(code, "cancel", "D-SUP", **ERROR)
    row = office.row(code)
    assert (row.state, row.owner_id, row.deadline) == (
        "cancelled",
        office.actors["W1-OFF"].id,
        date(2026, 11, 16),
    )
    assert (row.suspended_from, row.running_deadline) == (None, None)


def test_registrars_do_not_cancel(office: Office) -> None:
    code = office.register()
    with refused(office, NotPermitted):
        office.move(code, "cancel", "W1-REG", **ERROR)


@pytest.mark.parametrize("state", ["resolved", "verified"])
def test_a_reported_result_is_not_cancelled_away(office: Office, state: str) -> None:
    code = office.resolved()
    if state == "verified":
        office.verify(code, "W1-SUP")
    with refused(office, WrongState):
        office.move(code, "cancel", "D-SUP", **ERROR)


def test_a_duplicate_names_what_it_repeats(office: Office) -> None:
    first, second = office.register(), office.register()
    office.move(second, "cancel", "W1-SUP", kind="duplicate", reason="Trùng", duplicate_of=first)
    (link,) = rows(office, CaseLink)
    assert (link.case_id, link.type, link.other_id) == (
        office.row(second).id,
        "duplicate_of",
        office.row(first).id,
    )
    assert last(office, second).told["duplicate_of"] == first


def test_a_wrong_duplicate_is_refused(office: Office) -> None:
    code = office.register()
    hidden = office.register(organisation="W2", by="W2-SUP")
    secret = office.register(by="D-SUP", visibility="restricted")
    given: dict[str, Any] = {"kind": "duplicate", "reason": "Trùng"}
    for other in (None, code, hidden, secret, "VV-1999-000001", "?"):
        with refused(office, NotReady, "duplicate_of"):
            office.move(code, "cancel", "W1-SUP", **given, duplicate_of=other)
    with refused(office, NotReady, "duplicate_of"):
        office.move(code, "cancel", "D-SUP", **ERROR, duplicate_of=hidden)
    with refused(office, NotReady, "kind", "reason"):
        office.move(code, "cancel", "W1-SUP", kind="boring")


def test_a_case_can_be_found_to_repeat_the_same_one_again(office: Office) -> None:
    first, second = office.register(), office.register()
    given: dict[str, Any] = {"kind": "duplicate", "reason": "Trùng", "duplicate_of": first}
    office.move(second, "cancel", "W1-SUP", **given)
    office.move(
        second, "reopen", "D-INS", **FINDING, owner=office.id_of("W1-OFF"), expected_outcome="Xem lại"
    )
    office.move(second, "cancel", "D-SUP", **given)
    assert len(rows(office, CaseLink)) == 1


# --- back to work ----------------------------------------------------------------------------------


def verified(office: Office) -> str:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    return code


@pytest.mark.parametrize(
    ("by", "given"), [("D-INS", FINDING), ("P-INS", FINDING), ("W1-SUP", RECURRENCE), ("D-SUP", RECURRENCE)]
)
def test_a_verified_case_comes_back_to_work(office: Office, by: str, given: dict[str, Any]) -> None:
    code = verified(office)
    office.forward(20)
    office.move(code, "reopen", by, **given)
    row = office.row(code)
    assert (row.state, row.deadline, row.first_deadline) == (
        "in_progress",
        date(2026, 12, 15),
        date(2026, 11, 16),
    )
    assert (row.owner_id, row.reopenings) == (office.actors["W1-OFF"].id, 1)
    gone = (
        "outcome",
        "completion",
        "resolver_id",
        "resolved_at",
        "resolved_on",
        "verified_at",
        "cancel_kind",
    )
    assert [name for name in gone if getattr(row, name) is not None] == []
    event = last(office, code)
    assert (event.type, event.leaf["from"], event.leaf["to"]) == ("case.reopened", "verified", "in_progress")
    assert event.told["owner"]["id"] == office.id_of("W1-OFF")
    assert {k: event.told[k] for k in given} == given


def test_a_reopened_case_needs_new_proof(office: Office) -> None:
    code = verified(office)
    office.move(code, "reopen", "D-INS", **FINDING)
    with refused(office, NotReady, "evidence"):
        office.move(code, "resolve", "W1-OFF", outcome="Xong", completion="full")
    office.resolve(code)
    office.verify(code, "W1-SUP")


@pytest.mark.parametrize(
    ("by", "given"),
    [
        ("D-INS", RECURRENCE),
        ("W1-SUP", FINDING),
        ("W1-REG", FINDING),
        ("W1-OFF", RECURRENCE),
        ("W1-REG", RECURRENCE),
    ],
)
def test_who_may_not_reopen(office: Office, by: str, given: dict[str, Any]) -> None:
    code = verified(office)
    with refused(office, NotPermitted):
        office.move(code, "reopen", by, **given)


@pytest.mark.parametrize("basis", [None, "", "hunch", ["finding"]])
def test_a_wrong_basis_is_wrong_input_and_no_attempt(office: Office, basis: object) -> None:
    code = verified(office)
    for by in ("D-INS", "W1-SUP"):
        with refused(office, NotReady, "basis"):
            office.move(code, "reopen", by, **FINDING | {"basis": basis})


def test_an_open_case_is_not_reopened(office: Office) -> None:
    code = office.assigned()
    with refused(office, WrongState):
        office.move(code, "reopen", "W1-SUP", **RECURRENCE)
    with refused(office, WrongState):
        office.move(code, "reopen", "D-INS", **FINDING)


def test_a_cancelled_case_comes_back_by_a_finding_only(office: Office) -> None:
    code = office.assigned()
    office.move(code, "cancel", "D-SUP", **ERROR)
    for by in ("W1-SUP", "D-SUP"):
        with refused(office, NotPermitted):
            office.move(code, "reopen", by, **RECURRENCE)
    office.move(code, "reopen", "D-INS", **FINDING)
    row = office.row(code)
    assert (row.state, row.cancel_kind, row.owner_id) == ("in_progress", None, office.actors["W1-OFF"].id)


def test_a_case_cancelled_before_assignment_comes_back_with_its_three_clears(office: Office) -> None:
    code = office.register(expected_outcome="Dọn")
    office.move(code, "cancel", "W1-SUP", **ERROR)
    with refused(office, NotReady, "owner"):
        office.move(code, "reopen", "D-INS", **FINDING)
    office.move(code, "reopen", "D-INS", **FINDING, owner=office.id_of("W1-OF2"), expected_outcome="Dọn sạch")
    row = office.row(code)
    assert (row.expected_outcome, row.first_expected_outcome) == ("Dọn sạch", "Dọn sạch")
    assert row.deadline == row.first_deadline == date(2026, 12, 15)
    assert None not in (row.owner_id, row.assigned_at, row.started_at)
    assert last(office, code).told["expected_outcome"] == "Dọn sạch"


def test_a_reopening_without_work_person_or_time_is_refused(office: Office) -> None:
    code = office.register()
    office.move(code, "cancel", "W1-SUP", **ERROR)
    with refused(office, NotReady, "owner", "expected_outcome"):
        office.move(code, "reopen", "D-INS", **FINDING)
    with refused(office, NotReady, "deadline", "reason"):
        office.move(code, "reopen", "D-INS", basis="finding")
    with refused(office, NotReady, "deadline", "owner", "expected_outcome"):
        office.move(code, "reopen", "D-INS", **FINDING | {"deadline": "2026-11-01"})


def test_a_reopening_does_not_reword_what_was_assigned(office: Office) -> None:
    """The trail would tell another outcome than the case has."""
    code = verified(office)
    with refused(office, NotReady, "expected_outcome"):
        office.move(code, "reopen", "D-INS", **FINDING, expected_outcome="Dọn ít hơn")
    office.move(code, "reopen", "D-INS", **FINDING, expected_outcome="Dọn sạch bãi rác")


def test_a_new_owner_is_named_where_the_former_has_left(office: Office) -> None:
    code = verified(office)
    with office.installation.database.transaction() as connection:
        connection.execute(update(Person).where(Person.staff_code == "W1-OFF").values(left_on=office.today))
    with refused(office, NotReady, "owner"):
        office.move(code, "reopen", "D-INS", **FINDING)
    office.move(code, "reopen", "D-INS", **FINDING, owner=office.id_of("W1-OF2"))
    assert office.row(code).owner_id == office.actors["W1-OF2"].id


def test_after_a_reopening_the_earlier_owners_side_still_does_not_judge(office: Office) -> None:
    code = office.resolved(owner="W1-DEP", by="W1-SUP")
    office.verify(code, "D-SUP")
    office.move(code, "reopen", "D-INS", **FINDING, owner=office.id_of("W1-OFF"))
    office.resolve(code)
    with refused(office, NotPermitted):
        office.verify(code, "W1-DEP")
    office.verify(code, "W1-SUP")
