"""What events change that move a deadline, stop the clock, or bring a result and a judgement on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from caseflow.trail.case_facts import add_to, CaseFacts, code_of, person_of, Step, Told, UNKNOWN

Fold = Callable[[CaseFacts, Told, Step], None]


def keep_first_outcome(f: CaseFacts) -> None:
    """The first wording is kept forever."""
    if f.first_expected_outcome is None:
        f.first_expected_outcome = f.expected_outcome


def begin_work(f: CaseFacts, step: Step) -> None:
    """Work has begun now, if it had not before."""
    if f.started_at is None:
        f.started_at = step.at


def take_pending(f: CaseFacts) -> list[Any] | None:
    """The request for extension that waits, if one does; it waits no longer."""
    f.extension_asked_on = None
    return next((one for one in reversed(f.extensions) if one[0] == "pending"), None)


def lapse_extension(f: CaseFacts) -> None:
    """A waiting request ends without a decision."""
    if f.extension_asked_on is not None and (pending := take_pending(f)):
        pending[0] = "lapsed"


# --- deadlines -------------------------------------------------------------------------------------


def _asked(f: CaseFacts, told: Told, step: Step) -> None:
    wished, reason = told.get("deadline", step.absent), told.get("reason", step.absent)
    f.extensions.append(
        ["pending", None, f.deadline, step.actor, step.at, wished, reason, None, None, None, None]
    )
    f.extension_asked_on = step.day


def _extended(f: CaseFacts, told: Told, step: Step) -> None:
    f.extensions_granted += 1
    number = f.extensions_granted
    one = take_pending(f)
    if one is None:
        one = ["", None, f.deadline, *[None] * 8]
        f.extensions.append(one)
    new, reason = told.get("deadline", step.absent), told.get("reason", step.absent)
    one[:2] = "granted", number
    one[7:] = step.actor, step.at, new, reason


def _extension_refused(f: CaseFacts, told: Told, step: Step) -> None:
    if one := take_pending(f):
        one[0] = "refused"
        one[7:] = step.actor, step.at, None, told.get("reason", step.absent)


def _suspended(f: CaseFacts, told: Told, step: Step) -> None:
    f.suspended_from, f.suspended_on = step.source, step.day
    f.review_on = told.get("review_on", step.absent)
    lapse_extension(f)


def _resumed(f: CaseFacts, told: Told, step: Step) -> None:
    f.suspended_from = f.suspended_on = f.review_on = None


# --- results ---------------------------------------------------------------------------------------


def _resolved(f: CaseFacts, told: Told, step: Step) -> None:
    lapse_extension(f)
    f.offered_to = f.needs_decision_by = None
    f.outcome, f.completion = told.get("outcome", step.absent), told.get("completion", step.absent)
    f.resolver = step.principal(told)
    f.resolved_at, f.resolved_on = step.at, told.get("resolved_on", step.absent)
    f.submissions += 1


def _result_cleared(f: CaseFacts) -> None:
    f.outcome = f.completion = f.resolver = None
    f.resolved_at = f.resolved_on = f.verified_at = None


def _withdrawn(f: CaseFacts, told: Told, step: Step) -> None:
    f.submissions -= 1
    begin_work(f, step)
    _result_cleared(f)


def _verified(f: CaseFacts, told: Told, step: Step) -> None:
    f.verified_at = step.at


def _returned(f: CaseFacts, told: Told, step: Step) -> None:
    begin_work(f, step)
    f.returned_seq = step.seq
    _result_cleared(f)


def _offered(f: CaseFacts, told: Told, step: Step) -> None:
    f.offered_to = code_of(told, "organisation", step)


def _declined(f: CaseFacts, told: Told, step: Step) -> None:
    f.offered_to = None


def _transferred(f: CaseFacts, told: Told, step: Step) -> None:
    lapse_extension(f)
    _resumed(f, told, step)
    f.offered_to = None
    f.organisation = code_of(told, "organisation", step)
    f.days_overdue_before = told.get("days_overdue", step.absent)
    f.owner = f.lead_officer = f.needs_decision_by = f.assigned_at = f.started_at = None


def _cancelled(f: CaseFacts, told: Told, step: Step) -> None:
    lapse_extension(f)
    _resumed(f, told, step)
    f.offered_to = f.needs_decision_by = None
    f.cancel_kind = told.get("kind", step.absent)
    other = told.get("duplicate_of", step.absent)
    if other is not None:
        add_to(f, "links", UNKNOWN if other is UNKNOWN else {("duplicate_of", other)})


def _reopened(f: CaseFacts, told: Told, step: Step) -> None:
    f.reopenings += 1
    f.submissions = 0
    f.returned_seq = step.seq
    f.cancel_kind = None
    _result_cleared(f)
    f.owner = person_of(told, "owner", step)
    if "expected_outcome" in told or step.absent is UNKNOWN:
        f.expected_outcome = told.get("expected_outcome", UNKNOWN)
    keep_first_outcome(f)
    if f.assigned_at is None:
        f.assigned_at = step.at
    begin_work(f, step)


CLOCK_AND_RESULT: dict[str, Fold] = {
    "case.extension_requested": _asked,
    "case.extended": _extended,
    "case.extension_refused": _extension_refused,
    "case.suspended": _suspended,
    "case.resumed": _resumed,
    "case.resolved": _resolved,
    "case.withdrawn": _withdrawn,
    "case.verified": _verified,
    "case.returned": _returned,
    "case.transfer_requested": _offered,
    "case.transfer_declined": _declined,
    "case.transferred": _transferred,
    "case.cancelled": _cancelled,
    "case.reopened": _reopened,
}
"""By type of event."""
