"""Clear work, a clear person, a clear time: assigning, reassigning, starting, rewording the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.events import CaseAssigned, CaseOutcomeRevised, CaseReassigned, CaseStarted, PersonRef
from caseflow.states.given import PersonFacts
from caseflow.states.working_days import UnknownYear
from caseflow.use_cases.deadlines import lapse_extension
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.registration import ref_of, search_text
from caseflow.use_cases.work import HANDS, Work


def assign_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseAssigned:
    """Give the case its owner and deadline; the first deadline and wording are kept forever."""
    case = held.case
    deadline = given.get("deadline") or _counted(work, given["working_days"])
    case.expected_outcome = given.get("expected_outcome") or case.expected_outcome
    case.first_expected_outcome = case.first_expected_outcome or case.expected_outcome
    case.deadline = deadline
    case.first_deadline = case.first_deadline or deadline
    case.verify_by = given.get("verify_by") or case.verify_by
    officer: PersonFacts | None = given.get("lead_officer")
    case.lead_officer_id = officer.id if officer else None
    case.assigned_at = work.now
    case.search_text = search_text(case)
    _clear_hands(work, held)
    give_owner(held, given["owner"])
    return CaseAssigned(
        owner=ref_of(given["owner"]),
        deadline=deadline,
        expected_outcome=case.expected_outcome or "",
        verify_by=case.verify_by,
        working_days=given.get("working_days"),
        lead_officer=ref_of(officer) if officer else None,
    )


def _counted(work: Work, working_days: int) -> Any:
    try:
        return work.calendar.add_working_days(work.today, working_days)
    except UnknownYear as unknown:
        raise unknown.at("working_days", working_days) from None


def _clear_hands(work: Work, held: HeldCase) -> None:
    if held.hands:
        work.writer.remove(HANDS, {"case_id": held.case.id})
        held.hands.clear()


def give_owner(held: HeldCase, owner: PersonFacts) -> None:
    """Make `owner` the one person answerable."""
    held.case.owner_id = owner.id
    held.owner, held.owner_active = ref_of(owner), owner.active


def reassign_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseReassigned:
    """Change the owner; a waiting request for extension lapses."""
    former = held.owner or PersonRef("", "", "")
    lapse_extension(work, held)
    give_owner(held, given["owner"])
    return CaseReassigned(owner=ref_of(given["owner"]), former_owner=former, reason=given["reason"])


def start_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseStarted:
    """The owner takes the work up."""
    held.case.started_at = work.now
    return CaseStarted()


def revise_outcome(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseOutcomeRevised:
    """Reword the expected outcome from above; the first wording stays beside it."""
    former = held.case.expected_outcome or ""
    held.case.expected_outcome = given["expected_outcome"]
    held.case.search_text = search_text(held.case)
    return CaseOutcomeRevised(
        expected_outcome=given["expected_outcome"], former_outcome=former, reason=given["reason"]
    )
