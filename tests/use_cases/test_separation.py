"""Nobody judges what they answer for: the owner's side and whoever stood in for it, from every side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caseflow.errors import CaseflowError, InvalidInput, NotPermitted, NotReady
from caseflow.models import CaseHand
from caseflow.queries.judging import judgements, MAY_VERIFY
from caseflow.queries.scope import reader_of
from caseflow.states.actor import Actor
from caseflow.use_cases.roles import delegate_decision
from tests.factories import Office
from tests.mandates import mandate
from tests.refusing import refused
from tests.trails import last, rows


def may_verify(office: Office, code: str, by: str | Actor) -> bool:
    """Whether `by` may verify: judged by trying, and by the queue that shows it beforehand."""
    actor = office.actors[by] if isinstance(by, str) else by
    with office.installation.database.reading() as connection:
        reader = reader_of(connection, actor, office.today)
        shown = judgements(connection, reader, [office.row(code).id])
    foretold = shown[office.row(code).id] == MAY_VERIFY
    with pytest.raises(CaseflowError) as refusal:
        office.move(code, "verify", actor, method="nothing")
    assert foretold is isinstance(refusal.value, NotReady)  # the right is there, only the input is wrong
    return foretold


def test_owner_and_resolver_do_not_verify(office: Office) -> None:
    code = office.resolved(owner="W1-SUP", by="W1-DEP")
    with refused(office, NotPermitted):
        office.verify(code, "W1-SUP")
    with refused(office, NotPermitted):
        office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu")


def test_deputy_does_not_verify_the_chiefs_case(office: Office) -> None:
    code = office.resolved(owner="W1-SUP", by="W1-DEP")
    assert not may_verify(office, code, "W1-DEP")
    assert may_verify(office, code, "D-SUP")
    office.verify(code, "D-SUP")


def test_a_case_of_the_districts_chief_is_judged_by_the_province(office: Office) -> None:
    code = office.resolved(owner="D-SUP", by="W1-SUP")
    assert not may_verify(office, code, "W1-SUP")
    assert not may_verify(office, code, "D-DEP")
    assert may_verify(office, code, "P-SUP")


def test_a_new_owner_does_not_make_the_chiefs_result_the_deputys_to_judge(office: Office) -> None:
    code = office.resolved(owner="W1-SUP", by="W1-DEP")
    office.move(code, "reassign", "W1-DEP", owner=office.id_of("W1-OFF"), reason="Đổi người")
    assert not may_verify(office, code, "W1-DEP")
    assert not may_verify(office, code, "W1-SUP")
    assert may_verify(office, code, "D-SUP")


def test_who_was_named_by_the_province_judges_the_districts_chief_within_their_scope(office: Office) -> None:
    code = office.resolved(owner="D-SUP", by="W1-SUP")
    office.do(delegate_decision, staff_code="W2-OFF", giver="P", scope="W1", valid_from=office.today,
              valid_until=office.today + timedelta(days=9), by="P-SUP")  # fmt: skip
    assert may_verify(office, code, "W2-OFF")
    elsewhere = office.register(organisation="W2", by="W2-SUP")
    office.move(
        elsewhere, "assign", "W2-SUP", owner=office.id_of("D-SUP"), working_days=5, expected_outcome="Xong"
    )
    office.resolve(elsewhere, "D-SUP")
    assert not may_verify(office, elsewhere, "W2-OFF")


def test_whom_the_owner_has_named_is_shown_as_no_judge(office: Office) -> None:
    """The queue foretells what trying would answer, also for a judge named by whom they would judge."""
    code = office.resolved(owner="D-SUP", by="W1-SUP")
    office.do(delegate_decision, staff_code="W2-OFF", giver="D", scope="W1", valid_from=office.today,
              valid_until=office.today, by="D-SUP")  # fmt: skip
    assert not may_verify(office, code, "W2-OFF")
    other = office.resolved(owner="W1-SUP", by="W1-DEP")
    assert may_verify(office, other, "W2-OFF")
    office.move(other, "reassign", "D-SUP", owner=office.id_of("D-SUP"), reason="Huyện nhận")
    assert not may_verify(office, other, "W2-OFF")
    high = office.resolved(owner="P-SUP", by="P-SUP")
    office.do(delegate_decision, staff_code="P-REP", giver="P", scope="P", valid_from=office.today,
              valid_until=office.today, by="P-SUP")  # fmt: skip
    assert not may_verify(office, high, "P-REP")


def test_a_stand_in_of_the_owner_does_not_verify_even_without_having_acted(office: Office) -> None:
    code = office.assigned()
    mandate(office, "W1-SUP", "W1-OFF", days=2)
    office.forward(5)
    office.resolve(code)
    assert not may_verify(office, code, "W1-SUP")
    assert may_verify(office, code, "W1-DEP")


def test_a_mandate_that_has_not_begun_or_was_never_approved_bars_nobody(office: Office) -> None:
    code = office.resolved()
    mandate(office, "W1-SUP", "W1-OFF", start=office.today + timedelta(days=5))
    mandate(office, "W1-DEP", "W1-OFF", approved=False)
    assert may_verify(office, code, "W1-SUP")
    assert may_verify(office, code, "W1-DEP")


def test_a_mandate_that_ended_before_the_assignment_bars_nobody(office: Office) -> None:
    mandate(office, "W1-SUP", "W1-OFF", start=office.today - timedelta(days=9), days=5)
    assert may_verify(office, office.resolved(), "W1-SUP")


def test_an_owner_standing_in_for_the_supervisor_does_not_verify(office: Office) -> None:
    code = office.resolved()
    acting = mandate(office, "W1-OFF", "W1-SUP")
    assert not may_verify(office, code, acting)


def test_standing_in_for_somebody_tied_to_the_owner_gives_no_way_round(office: Office) -> None:
    code = office.assigned()
    stand_in = mandate(office, "W1-SUP", "W1-OFF")
    office.evidence(code, stand_in)
    office.move(code, "resolve", stand_in, outcome="Xong", completion="full")
    event = last(office, code)
    assert event.leaf["actor"] == office.id_of("W1-SUP")
    assert event.told["acting_for"]["id"] == office.id_of("W1-OFF")
    assert not may_verify(office, code, "W1-SUP")
    assert not may_verify(office, code, mandate(office, "W1-DEP", "W1-SUP"))
    assert not may_verify(office, code, mandate(office, "W1-SUP", "D-SUP"))
    assert may_verify(office, code, "W1-DEP")


@pytest.mark.parametrize(
    ("move", "given"),
    [
        ("start", {}),
        ("report_progress", {"note": "Đã làm", "progress": 10}),
        ("request_extension", {"deadline": "2026-12-01", "reason": "Mưa"}),
        ("comment", {"text": "Đang làm"}),
        ("add_evidence", {"document_number": "1", "document_date": "2026-11-02", "kept_at": "Kho"}),
    ],
)
def test_who_acted_as_owner_does_not_verify_after_another_took_over(
    office: Office, move: str, given: dict[str, Any]
) -> None:
    code = office.assigned(owner="W1-DEP")
    office.move(code, move, "W1-DEP", **given)
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OFF"), reason="Đổi người")
    office.resolve(code)
    assert not may_verify(office, code, "W1-DEP")
    assert may_verify(office, code, "W1-SUP")


def test_a_stand_in_who_took_the_result_back_does_not_verify_after_another_took_over(office: Office) -> None:
    code = office.resolved()
    office.move(code, "withdraw", mandate(office, "W1-SUP", "W1-OFF"))
    office.move(code, "reassign", "W1-DEP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    office.resolve(code, "W1-OF2")
    assert not may_verify(office, code, "W1-SUP")


def test_a_supporter_who_acted_does_not_verify_after_the_support_has_ended(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-DEP"))
    office.move(code, "report_progress", "W1-DEP", note="Giúp", progress=5)
    office.move(code, "remove_supporter", "W1-SUP", person=office.id_of("W1-DEP"))
    office.resolve(code)
    assert not may_verify(office, code, "W1-DEP")


def test_a_new_assignment_after_a_transfer_starts_the_owners_side_anew(office: Office) -> None:
    code = office.assigned(owner="W1-DEP")
    office.move(code, "start", "W1-DEP")
    assert rows(office, CaseHand)
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Đúng nơi")
    office.move(code, "accept_transfer", "W2-SUP")
    office.move(code, "assign", "W2-SUP", owner=office.id_of("W2-OFF"), working_days=3)
    assert not rows(office, CaseHand)


def test_the_owners_side_does_not_extend_or_refuse(office: Office) -> None:
    code = office.assigned(owner="W1-DEP")
    office.move(code, "request_extension", "W1-DEP", deadline="2026-12-01", reason="Mưa")
    for by in ("W1-DEP", mandate(office, "D-DEP", "W1-DEP")):
        with refused(office, NotPermitted):
            office.move(code, "extend", by, deadline="2026-12-01", reason="Mưa")
        with refused(office, NotPermitted):
            office.move(code, "refuse_extension", by, reason="Kịp")
    office.move(code, "extend", "W1-SUP", deadline="2026-12-01", reason="Mưa")


def test_an_ended_mandate_gives_no_right(office: Office) -> None:
    code = office.assigned()
    acting = mandate(office, "W1-OF2", "W1-OFF", days=2)
    office.forward(2)
    with refused(office, NotPermitted):
        office.move(code, "start", acting)


def test_an_unapproved_mandate_gives_no_right(office: Office) -> None:
    code = office.assigned()
    acting = mandate(office, "W1-OF2", "W1-OFF", approved=False)
    with refused(office, NotPermitted):
        office.move(code, "start", acting)


def test_a_registrar_serves_somebody_without_an_account(office: Office) -> None:
    code = office.assigned()
    office.move(code, "start", mandate(office, "W1-REG", "W1-OFF", slip="Phiếu 01"))
    assert last(office, code).told["acting_for"]["name"] == "Đặng Cán Bộ"
    assert office.row(code).owner_id == office.actors["W1-OFF"].id


def test_a_stand_in_does_not_name_the_one_stood_in_for_as_decider(office: Office) -> None:
    """Else the chief of the top would become their own *above* by a stand-in's hand."""
    acting = mandate(office, "P-REP", "P-SUP")
    days = {"valid_from": office.today, "valid_until": office.today}
    for staff_code in ("P-SUP", "P-REP"):
        with refused(office, InvalidInput, "staff_code"):
            office.do(delegate_decision, staff_code=staff_code, giver="P", scope="P", by=acting, **days)
