"""Everything that moves a deadline or stops the clock, each with a record of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Table

from caseflow.events import (
    CaseExtended,
    CaseExtensionRefused,
    CaseExtensionRequested,
    CaseResumed,
    CaseSuspended,
)
from caseflow.models import Extension
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.work import Work

EXTENSIONS: Table = Extension.__table__  # type: ignore[assignment]


def request_extension(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseExtensionRequested:
    """The owner asks for a later deadline."""
    work.writer.add(
        EXTENSIONS,
        {
            "case_id": held.case.id,
            "status": "pending",
            "number": None,
            "old_deadline": held.case.deadline,
            "asked_by_id": work.actor.id,
            "asked_at": work.now,
            "asked_deadline": given["deadline"],
            "asked_reason": given["reason"],
            "decided_by_id": None,
            "decided_at": None,
            "new_deadline": None,
            "decided_reason": None,
        },
    )
    held.case.extension_asked_on = work.today
    return CaseExtensionRequested(deadline=given["deadline"], reason=given["reason"])


def extend_deadline(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseExtended:
    """Grant a later deadline, asked for or not; an overdue that happened stays on the trail."""
    case = held.case
    former: date = case.deadline  # type: ignore[assignment]
    number = case.extensions_granted + 1
    decided = {
        "status": "granted",
        "number": number,
        "decided_by_id": work.actor.id,
        "decided_at": work.now,
        "new_deadline": given["deadline"],
        "decided_reason": given["reason"],
    }
    if case.extension_asked_on is not None:
        _decide(work, held, decided)
    else:
        asked = dict.fromkeys(("asked_by_id", "asked_at", "asked_deadline", "asked_reason"))
        work.writer.add(EXTENSIONS, {"case_id": case.id, "old_deadline": former, **asked, **decided})
    case.extensions_granted = number
    case.deadline = given["deadline"]
    return CaseExtended(
        deadline=given["deadline"], former_deadline=former, number=number, reason=given["reason"]
    )


def refuse_extension(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseExtensionRefused:
    """Keep the deadline as it is."""
    _decide(
        work,
        held,
        {
            "status": "refused",
            "decided_by_id": work.actor.id,
            "decided_at": work.now,
            "decided_reason": given["reason"],
        },
    )
    return CaseExtensionRefused(reason=given["reason"])


def lapse_extension(work: Work, held: HeldCase) -> None:
    """A waiting request ends without a decision: the case left its states or its owner."""
    if held.case.extension_asked_on is not None:
        _decide(work, held, {"status": "lapsed"})


def _decide(work: Work, held: HeldCase, values: dict[str, Any]) -> None:
    work.writer.change(EXTENSIONS, {"case_id": held.case.id, "status": "pending"}, values)
    held.case.extension_asked_on = None


def suspend_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseSuspended:
    """Stop the clock until a review."""
    case = held.case
    case.suspended_from = held.source
    case.suspended_on = work.today
    case.review_on = given["review_on"]
    lapse_extension(work, held)
    return CaseSuspended(reason=given["reason"], review_on=given["review_on"])


def resume_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseResumed:
    """Let the clock run again; the deadline moves by the working days lost."""
    case = held.case
    deadline, lost = work.calendar.give_back(case.deadline, case.suspended_on, work.today)  # type: ignore[arg-type]
    case.deadline = deadline
    clear_suspension(held)
    return CaseResumed(deadline=deadline, working_days_lost=lost)


def clear_suspension(held: HeldCase) -> None:
    """Forget where the case was suspended from."""
    held.case.suspended_from = held.case.suspended_on = held.case.review_on = None
