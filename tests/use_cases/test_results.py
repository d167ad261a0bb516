"""Progress, results, and the judgement on them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caseflow.errors import NotFound, NotPermitted, NotReady, WrongState
from caseflow.models import CaseLink, CaseParty, CaseReader
from tests.factories import Office
from tests.mandates import mandate
from tests.refusing import refused
from tests.trails import check_case, events, last, rows

RESULT: dict[str, Any] = {"outcome": "Đã dọn xong", "completion": "full"}
CLEARED = ("outcome", "completion", "resolver_id", "resolved_at", "resolved_on", "verified_at")


def cleared(office: Office, code: str) -> bool:
    """Whether nothing of a result stands on the case."""
    row = office.row(code)
    return all(getattr(row, name) is None for name in CLEARED)


# --- progress --------------------------------------------------------------------------------------


def test_the_first_progress_starts_the_work(office: Office) -> None:
    code = office.assigned()
    office.move(code, "report_progress", "W1-OFF", note="Đã khảo sát", progress=10)
    row = office.row(code)
    assert (row.state, row.progress, row.started_at) == ("in_progress", 10, office.clock.now())
    event = last(office, code)
    assert (event.leaf["from"], event.leaf["to"]) == ("assigned", "in_progress")
    assert event.told == {"note": "Đã khảo sát", "progress": 10}


def test_what_stands_in_the_way_waits_for_a_decision(office: Office) -> None:
    code = office.assigned()
    office.move(code, "report_progress", "W1-OFF", note="Vướng", progress=30, difficulty="Thiếu xe", proposal="Thuê xe",
                needs_decision_by=office.id_of("D-SUP"))  # fmt: skip
    assert office.row(code).needs_decision_by_id == office.actors["D-SUP"].id
    assert last(office, code).told["needs_decision_by"]["id"] == office.id_of("D-SUP")
    office.move(code, "comment", "W1-SUP", text="Chờ huyện")
    assert office.row(code).needs_decision_by_id == office.actors["D-SUP"].id
    office.move(code, "comment", "D-SUP", text="Đồng ý thuê xe")
    assert office.row(code).needs_decision_by_id is None


def test_a_decision_is_asked_of_a_supervisor_of_the_unit(office: Office) -> None:
    code = office.assigned()
    for person in ("W2-SUP", "W1-OF2", "D-INS"):
        with refused(office, NotReady, "needs_decision_by"):
            office.move(code, "report_progress", "W1-OFF", note="Vướng", progress=1,
                        needs_decision_by=office.id_of(person))  # fmt: skip


def test_supporters_report_too(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", organisation="W2")
    office.move(code, "report_progress", "W2-OFF", note="Đã hỗ trợ xe", progress=40)
    assert office.row(code).progress == 40
    with refused(office, NotPermitted):
        office.move(code, "resolve", "W2-OFF", **RESULT)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"note": ""}, "note"), ({"progress": None}, "progress"), ({"progress": 101}, "progress"),
     ({"progress": -1}, "progress"), ({"progress": "50"}, "progress"), ({"progress": True}, "progress"),
     ({"note": "x" * 2_001}, "note")],
)  # fmt: skip
def test_a_report_says_what_was_done_and_how_far(office: Office, given: dict[str, Any], field: str) -> None:
    code = office.assigned()
    raw: dict[str, Any] = {"note": "Đang làm", "progress": 50}
    with refused(office, NotReady, field):
        office.move(code, "report_progress", "W1-OFF", **raw | given)


def test_supervisors_do_not_report_for_the_owner(office: Office) -> None:
    code = office.assigned()
    for by in ("W1-SUP", "W1-REG", "P-SUP"):
        with refused(office, NotPermitted):
            office.move(code, "report_progress", by, note="Thay", progress=50)


# --- the result ------------------------------------------------------------------------------------


@pytest.mark.parametrize("started", [False, True])
def test_a_result_is_reported_with_proof(office: Office, started: bool) -> None:
    code = office.assigned()
    if started:
        office.move(code, "start", "W1-OFF")
    office.evidence(code, "W1-OFF")
    office.forward(1)
    office.move(code, "resolve", "W1-OFF", **RESULT)
    row = office.row(code)
    assert (row.state, row.outcome, row.completion) == ("resolved", "Đã dọn xong", "full")
    assert (row.resolver_id, row.resolved_on) == (office.actors["W1-OFF"].id, date(2026, 11, 3))
    assert (row.submissions, row.verified_at, row.running_deadline) == (1, None, None)
    assert last(office, code).told == RESULT | {"resolved_on": "2026-11-03"}


def test_no_result_without_proof(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotReady, "evidence"):
        office.move(code, "resolve", "W1-OFF", **RESULT)


def test_proof_that_anybody_added_counts(office: Office) -> None:
    code = office.assigned()
    office.evidence(code, "W1-REG")
    office.move(code, "resolve", "W1-OFF", **RESULT)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"outcome": ""}, "outcome"), ({"completion": "almost"}, "completion"), ({"completion": ""}, "completion"),
     ({"completion": "part"}, "remainder"), ({"remainder": "Còn nửa"}, "remainder")],
)  # fmt: skip
def test_a_result_says_what_was_reached(office: Office, given: dict[str, Any], field: str) -> None:
    code = office.assigned()
    office.evidence(code, "W1-OFF")
    with refused(office, NotReady, field):
        office.move(code, "resolve", "W1-OFF", **RESULT | given)


def test_only_the_owner_reports_the_result(office: Office) -> None:
    code = office.assigned()
    office.evidence(code, "W1-SUP")
    for by in ("W1-SUP", "W1-REG", mandate(office, "W1-OFF", "W1-SUP")):
        with refused(office, NotPermitted):
            office.move(code, "resolve", by, **RESULT)


def test_the_result_of_a_stand_in_is_the_owners(office: Office) -> None:
    code = office.assigned()
    stand_in = mandate(office, "W1-OF2", "W1-OFF")
    office.evidence(code, stand_in)
    office.move(code, "resolve", stand_in, **RESULT)
    assert office.row(code).resolver_id == office.actors["W1-OFF"].id
    event = last(office, code)
    assert (event.leaf["actor"], event.row.actor_id) == (office.id_of("W1-OF2"), office.actors["W1-OF2"].id)
    assert event.told["acting_for"]["id"] == office.id_of("W1-OFF")


# --- in part: what remains -------------------------------------------------------------------------


def in_part(office: Office, code: str) -> Any:
    """Report a result in part; answer the row of the case that remains."""
    office.evidence(code, "W1-OFF")
    office.move(code, "resolve", "W1-OFF", outcome="Xong một nửa", completion="part", remainder="Bờ phía tây")
    return office.row(last(office, code).told["remainder_case"])


def test_what_remains_is_registered_as_a_linked_case(office: Office) -> None:
    code = office.assigned()
    rest = in_part(office, code)
    assert (rest.code, rest.state, rest.title) == ("VV-2026-000002", "registered", f"{code}: Bờ phía tây")
    assert (rest.organisation_id, rest.field_id) == (
        office.row(code).organisation_id,
        office.row(code).field_id,
    )
    assert rest.registered_by_id == office.actors["W1-OFF"].id
    (link,) = rows(office, CaseLink)
    assert (link.case_id, link.type, link.other_id) == (rest.id, "continues", office.row(code).id)
    assert last(office, rest.code).told["continues"] == code
    assert last(office, code).told["remainder"] == "Bờ phía tây"
    office.move(
        rest.code, "assign", "W1-SUP", owner=office.id_of("W1-OF2"), working_days=5, expected_outcome="Xong"
    )


def test_what_remains_of_a_restricted_case_has_the_same_readers(office: Office) -> None:
    readers = [office.id_of("W1-SUP"), office.id_of("W1-OFF")]
    code = office.register(visibility="restricted", readers=readers)
    office.move(code, "assign", "W1-SUP", owner=readers[1], working_days=5, expected_outcome="Xong")
    rest = in_part(office, code)
    assert rest.visibility == "restricted"
    named = {row.person_id for row in rows(office, CaseReader, case_id=rest.id)}
    assert named == {row.person_id for row in rows(office, CaseReader, case_id=office.row(code).id)}
    office.move(rest.code, "assign", "W1-SUP", owner=readers[1], working_days=5, expected_outcome="Nốt")


def test_the_subject_sees_no_more_of_what_remains(office: Office) -> None:
    code = office.assigned(by="W1-REG", subjects=[office.id_of("W1-OF2")])
    rest = in_part(office, code)
    (party,) = rows(office, CaseParty, case_id=rest.id)
    assert (party.role, party.person_id) == ("subject", office.actors["W1-OF2"].id)
    with refused(office, NotReady, "owner"):
        office.move(
            rest.code, "assign", "W1-REG", owner=office.id_of("W1-OF2"), working_days=5, expected_outcome="X"
        )
    with refused(office, NotFound):
        office.move(rest.code, "comment", "W1-OF2", text="Tôi đây")


# --- taking back, verifying, returning -------------------------------------------------------------


def test_whoever_reported_takes_the_result_back(office: Office) -> None:
    code = office.resolved()
    office.move(code, "withdraw", "W1-OFF", reason="Ghi nhầm")
    row = office.row(code)
    assert (row.state, row.submissions) == ("in_progress", 0)
    assert cleared(office, code)
    assert row.deadline == date(2026, 11, 16)
    assert last(office, code).told == {"reason": "Ghi nhầm"}
    office.move(code, "resolve", "W1-OFF", **RESULT)  # the same proof still counts
    office.move(code, "withdraw", "W1-OFF")


def test_who_reported_takes_the_result_back_after_a_reassignment_too(office: Office) -> None:
    code = office.resolved()
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    office.move(code, "withdraw", "W1-OFF", reason="Ghi nhầm")
    with refused(office, NotFound):
        office.move(code, "comment", "W1-OFF", text="Đã thôi giải quyết")


def test_taking_back_is_for_whoever_reported_while_nobody_has_judged(office: Office) -> None:
    code = office.resolved()
    for by in ("W1-SUP", "D-SUP", "W1-REG"):
        with refused(office, NotPermitted):
            office.move(code, "withdraw", by)
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    with refused(office, NotPermitted):
        office.move(code, "withdraw", "W1-OF2")
    other = office.resolved()
    office.move(other, "return_to_owner", "W1-SUP", reason="Thiếu ảnh")
    with refused(office, NotPermitted):
        office.move(other, "withdraw", "W1-OFF")
    third = office.resolved()
    office.verify(third, "W1-SUP")
    with refused(office, WrongState):
        office.move(third, "withdraw", "W1-OFF")


@pytest.mark.parametrize("by", ["W1-SUP", "W1-DEP", "D-SUP", "P-SUP"])
def test_verifying_finds_the_result_true(office: Office, by: str) -> None:
    code = office.resolved()
    office.forward(3)
    office.verify(code, by)
    row = office.row(code)
    assert (row.state, row.verified_at, row.resolved_on) == (
        "verified",
        office.clock.now(),
        date(2026, 11, 2),
    )
    assert last(office, code).told == {
        "method": "site",
        "complainant_answer": "accepted",
        "note": "Đã kiểm tra",
    }


def test_a_verification_says_how(office: Office) -> None:
    code = office.resolved()
    with refused(office, NotReady, "method", "complainant_answer", "note"):
        office.move(code, "verify", "W1-SUP", method="by heart", complainant_answer="perhaps", note=" ")


def test_verified_higher_up_where_the_assignment_says_so(office: Office) -> None:
    code = office.resolved(verify_by="higher")
    with refused(office, NotPermitted):
        office.verify(code, "W1-SUP")
    with refused(office, NotPermitted):
        office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu")
    office.verify(code, "D-SUP")


def test_returning_gives_the_waiting_days_back(office: Office) -> None:
    code = office.resolved()
    office.forward(7)
    office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu ảnh")
    row = office.row(code)
    assert (row.state, row.deadline, row.first_deadline) == (
        "in_progress",
        date(2026, 11, 23),
        date(2026, 11, 16),
    )
    assert cleared(office, code)
    event = last(office, code)
    assert event.told == {"reason": "Thiếu ảnh", "deadline": "2026-11-23", "working_days_waited": 5}
    assert (event.leaf["from"], event.leaf["to"]) == ("resolved", "in_progress")
    assert row.returned_seq == event.row.seq


def test_a_returned_result_needs_new_proof(office: Office) -> None:
    code = office.resolved()
    office.evidence(code, "W1-SUP")  # while it waits: older than the return
    office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu ảnh")
    with refused(office, NotReady, "evidence"):
        office.move(code, "resolve", "W1-OFF", **RESULT)
    office.resolve(code)


def test_the_third_submission_is_returned_from_above(office: Office) -> None:
    code = office.resolved()
    for _ in range(2):
        office.move(code, "return_to_owner", "W1-SUP", reason="Chưa đạt")
        office.resolve(code)
    assert office.row(code).submissions == 3
    with refused(office, NotPermitted):
        office.move(code, "return_to_owner", "W1-SUP", reason="Chưa đạt")
    office.move(code, "return_to_owner", "D-SUP", reason="Chưa đạt")
    office.resolve(code)
    office.verify(code, "W1-SUP")


def test_submissions_count_anew_after_a_reopening(office: Office) -> None:
    code = office.resolved()
    for _ in range(2):
        office.move(code, "return_to_owner", "W1-SUP", reason="Chưa đạt")
        office.resolve(code)
    office.verify(code, "W1-SUP")
    office.move(code, "reopen", "D-INS", basis="finding", reason="Còn rác", deadline="2026-12-01")
    assert office.row(code).submissions == 0
    office.resolve(code)
    office.move(code, "return_to_owner", "W1-SUP", reason="Chưa đạt")
    check_case(office, code)


def test_the_trail_keeps_what_the_row_has_cleared(office: Office) -> None:
    code = office.resolved()
    office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu ảnh")
    told = [event.told for event in events(office, code) if event.type == "case.resolved"]
    assert told[0]["outcome"] == "Đã dọn xong"
