"""Handing a case to another unit, which accepts or declines it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from caseflow.events import CaseTransferDeclined, CaseTransferred, CaseTransferRequested, OrganisationRef
from caseflow.states.given import OrganisationFacts
from caseflow.use_cases.deadlines import clear_suspension, lapse_extension
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.work import Work


def request_transfer(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseTransferRequested:
    """Offer the case to another unit; the sender stays answerable and the clock runs."""
    unit: OrganisationFacts = given["organisation"]
    held.case.offered_to_id = unit.id
    held.offered, held.offered_path = OrganisationRef(unit.code, unit.name), unit.path
    return CaseTransferRequested(organisation=held.offered, reason=given["reason"])


def accept_transfer(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseTransferred:
    """Take the case over: it is registered anew here, its first deadline and days overdue travel along."""
    case, former = held.case, held.organisation
    lapse_extension(work, held)
    overdue = _working_days_overdue(work, held)
    case.days_overdue_before += overdue
    case.organisation_id = cast(int, case.offered_to_id)
    held.organisation = cast(OrganisationRef, held.offered)
    held.path = cast(str, held.offered_path)
    lapse_transfer(held)
    clear_suspension(held)
    case.owner_id = case.lead_officer_id = case.needs_decision_by_id = None
    case.deadline = case.assigned_at = case.started_at = None
    held.owner, held.owner_active = None, False
    return CaseTransferred(
        organisation=held.organisation, former_organisation=former, days_overdue=case.days_overdue_before
    )


def _working_days_overdue(work: Work, held: HeldCase) -> int:
    """Until today, or until the clock was stopped."""
    deadline, until = held.case.deadline, held.case.suspended_on or work.today
    return 0 if deadline is None else max(0, work.calendar.working_days_between(deadline, until))


def lapse_transfer(held: HeldCase) -> None:
    """An offer ends: taken, declined, or overtaken by a result or a cancellation."""
    held.case.offered_to_id = None
    held.offered = held.offered_path = None


def decline_transfer(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseTransferDeclined:
    """Leave the case with its sender."""
    lapse_transfer(held)
    return CaseTransferDeclined(reason=given["reason"])
