"""Taking a case off the list, and bringing one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.errors import NotReady, Problem
from caseflow.events import CaseCancelled, CaseReopened, PersonRef
from caseflow.messages import N_, say
from caseflow.states.given import CaseFacts
from caseflow.use_cases.assignment import give_owner
from caseflow.use_cases.deadlines import clear_suspension, lapse_extension
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.registration import LINKS, search_text
from caseflow.use_cases.results import clear_result
from caseflow.use_cases.transfers import lapse_transfer
from caseflow.use_cases.work import Work


def cancel_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseCancelled:
    """Take the case off the list; it stays readable and counted as cancelled."""
    lapse_extension(work, held)
    lapse_transfer(held)
    clear_suspension(held)
    held.case.cancel_kind = given["kind"]
    held.case.needs_decision_by_id = None
    other: CaseFacts | None = given.get("duplicate_of")
    if other is not None:
        _link(work, held, other)
    return CaseCancelled(
        kind=given["kind"], reason=given["reason"], duplicate_of=other.code if other else None
    )


def _link(work: Work, held: HeldCase, other: CaseFacts) -> None:
    """Link once: a case that was reopened may be found to repeat the same one again."""
    link = {"case_id": held.case.id, "type": "duplicate_of", "other_id": other.id}
    work.writer.remove(LINKS, link)
    work.writer.add(LINKS, link)


def reopen_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseReopened:
    """Bring the case back to work, by a finding or because the matter recurs.

    Raises NotReady where another expected outcome is given than the one that was assigned.
    """
    case = held.case
    _keep_outcome(case, given.get("expected_outcome"))
    clear_result(held)
    case.cancel_kind = None
    case.reopenings += 1
    case.submissions = 0
    case.returned_seq = case.seq
    case.deadline = given["deadline"]
    case.first_deadline = case.first_deadline or given["deadline"]
    case.expected_outcome = given.get("expected_outcome") or case.expected_outcome
    case.first_expected_outcome = case.first_expected_outcome or case.expected_outcome
    case.assigned_at = case.assigned_at or work.now
    case.started_at = case.started_at or work.now
    case.search_text = search_text(case)
    if given.get("owner") is not None:
        give_owner(held, given["owner"])
    return CaseReopened(
        basis=given["basis"],
        reason=given["reason"],
        deadline=given["deadline"],
        owner=held.owner or PersonRef("", "", ""),
        expected_outcome=given.get("expected_outcome"),
    )


def _keep_outcome(case: Any, outcome: str | None) -> None:
    """Only a case that was never assigned is given its work on reopening; otherwise it is revised from above."""
    if outcome and case.first_expected_outcome and outcome != case.expected_outcome:
        message = say(N_("The expected outcome is fixed once assigned. Ask the higher level to revise it."))
        raise NotReady(message, (Problem("expected_outcome", message, outcome),))
