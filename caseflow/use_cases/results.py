"""Progress, results, and the judgement on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.events import CaseProgressReported, CaseResolved, CaseReturned, CaseVerified, CaseWithdrawn
from caseflow.states.given import FieldFacts, PersonFacts
from caseflow.use_cases.deadlines import lapse_extension
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.lookup import people_with
from caseflow.use_cases.organisation_lookup import organisation_of
from caseflow.use_cases.registration import enter_case, ref_of
from caseflow.use_cases.transfers import lapse_transfer
from caseflow.use_cases.work import Work


def report_progress(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseProgressReported:
    """Say what was done; the first report starts the work."""
    case = held.case
    case.started_at = case.started_at or work.now
    case.progress = given["progress"]
    decider: PersonFacts | None = given.get("needs_decision_by")
    case.needs_decision_by_id = decider.id if decider else None
    return CaseProgressReported(
        note=given["note"],
        progress=given["progress"],
        difficulty=given.get("difficulty"),
        proposal=given.get("proposal"),
        needs_decision_by=ref_of(decider) if decider else None,
    )


def resolve_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseResolved:
    """Report the result; what remains of a result in part is registered as a linked case."""
    case = held.case
    lapse_extension(work, held)
    lapse_transfer(held)
    case.outcome, case.completion = given["outcome"], given["completion"]
    case.resolver_id = work.principal.id
    case.resolved_at, case.resolved_on = work.now, work.today
    case.submissions += 1
    case.needs_decision_by_id = None
    remainder = given.get("remainder")
    return CaseResolved(
        outcome=given["outcome"],
        completion=given["completion"],
        resolved_on=work.today,
        remainder=remainder,
        remainder_case=_register_remainder(work, held, remainder) if remainder else None,
    )


def _register_remainder(work: Work, held: HeldCase, remainder: str) -> str:
    """What remains is the same matter: it has the same readers, and the same people never see it."""
    case = held.case
    title = f"{case.code}: {remainder}"[:500]
    given = {
        "title": title,
        "description": remainder,
        "field": FieldFacts(case.field_id, held.field_code),
        "urgency": case.urgency,
        "visibility": case.visibility,
        "source": case.code,
        "readers": people_with(work, held.readers),
        "subjects": people_with(work, held.subjects),
    }
    linked, _ = enter_case(work, organisation_of(work, case.organisation_id), given, continues=held)
    return linked.case.code


def clear_result(held: HeldCase) -> None:
    """Going back clears what was reported; the trail keeps it."""
    case = held.case
    case.outcome = case.completion = case.resolver_id = None
    case.resolved_at = case.resolved_on = case.verified_at = None


def withdraw_result(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseWithdrawn:
    """Take one's own report back before anyone has judged it; it does not count as a submission."""
    held.case.submissions -= 1
    held.case.started_at = held.case.started_at or work.now
    clear_result(held)
    return CaseWithdrawn(reason=given.get("reason"))


def verify_result(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseVerified:
    """Find the result true."""
    held.case.verified_at = work.now
    return CaseVerified(
        method=given["method"], complainant_answer=given["complainant_answer"], note=given["note"]
    )


def return_to_owner(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseReturned:
    """Send the result back; the deadline moves by the working days that it waited."""
    case = held.case
    deadline, waited = work.calendar.give_back(case.deadline, case.resolved_on, work.today)  # type: ignore[arg-type]
    case.deadline = deadline
    case.started_at = case.started_at or work.now
    case.returned_seq = case.seq
    clear_result(held)
    return CaseReturned(reason=given["reason"], deadline=deadline, working_days_waited=waited)
