"""What each move does to a pressing issue, as the written rules say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.properties.issue import Issue, stated, Who
from tests.properties.province import working_days_after, working_days_later


def apply(issue: Issue, action: str, who: Who, raw: Mapping[str, Any], today: date) -> Issue | None:
    """Make a permitted move; answer the case that remains of a result in part."""
    given = stated(raw, action)
    issue.events += 1
    _remember_hands(issue, action, who)
    if action in ("comment", "add_evidence"):
        issue.fresh = issue.fresh or action == "add_evidence"
    else:
        issue.version += 1
    if issue.waiting_for == who.principal and action != "add_evidence":
        issue.waiting_for = None
    remaining: Issue | None = _EFFECTS[action](issue, who, given, today)
    return remaining


def _remember_hands(issue: Issue, action: str, who: Who) -> None:
    working = action in ("start", "report_progress", "request_extension", "resolve", "withdraw")
    speaking = action in ("comment", "add_evidence") and who.principal in {issue.owner, *issue.supporters}
    proving = action == "add_evidence" and issue.supported_by(who.principal)
    if working or speaking or proving:
        issue.hands |= who.both


def _lapse(issue: Issue, status: str = "lapsed") -> None:
    if issue.asked_on is not None:
        issue.extension_records[-1] = status
        issue.asked_on = None


def _forget_result(issue: Issue) -> None:
    issue.outcome = issue.completion = issue.resolver = issue.resolved_on = issue.kind = None


def _forget_suspension(issue: Issue) -> None:
    issue.suspended_from = issue.suspended_on = issue.review_on = None


def _edit(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.title = given.get("title", issue.title)
    issue.expected = given.get("expected_outcome", issue.expected)


def _assign(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state, issue.owner = "assigned", given["owner"]
    issue.expected = given.get("expected_outcome", issue.expected)
    issue.first_expected = issue.first_expected or issue.expected
    issue.deadline = given.get("deadline") or working_days_later(today, given["working_days"])
    issue.first_deadline = issue.first_deadline or issue.deadline
    issue.verify_higher = issue.verify_higher if "verify_by" not in given else given["verify_by"] == "higher"
    issue.lead = None
    issue.hands = set()


def _reassign(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.owner = given["owner"]
    _lapse(issue)


def _start(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state = "in_progress"


def _report(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state, issue.progress = "in_progress", given["progress"]
    issue.waiting_for = given.get("needs_decision_by")


def _ask(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.asked_on = today
    issue.extension_records.append("pending")


def _extend(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    if issue.asked_on is None:
        issue.extension_records.append("granted")
    _lapse(issue, "granted")
    issue.deadline = given["deadline"]
    issue.extensions += 1


def _refuse(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    _lapse(issue, "refused")


def _revise(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.expected = given["expected_outcome"]


def _suspend(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.suspended_from, issue.suspended_on, issue.review_on = issue.state, today, given["review_on"]
    issue.state = "suspended"
    _lapse(issue)


def _resume(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    assert issue.suspended_from
    assert issue.suspended_on
    assert issue.deadline
    issue.state = issue.suspended_from
    issue.deadline = working_days_later(issue.deadline, working_days_after(issue.suspended_on, today))
    _forget_suspension(issue)


def _resolve(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> Issue | None:
    issue.state, issue.resolver, issue.resolved_on = "resolved", who.principal, today
    issue.outcome, issue.completion = given["outcome"], given["completion"]
    issue.submissions += 1
    issue.offered = issue.waiting_for = None
    _lapse(issue)
    if "remainder" not in given:
        return None
    readers = None if issue.readers is None else issue.readers | {who.principal}
    return Issue(code="?", unit=issue.unit, registrant=who.principal, readers=readers, subjects=issue.subjects,
                 imposed=False, title=f"{issue.code}: {given['remainder']}", expected=None)  # fmt: skip


def _withdraw(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state = "in_progress"
    issue.submissions -= 1
    _forget_result(issue)


def _verify(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state = "verified"


def _return(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    assert issue.deadline
    assert issue.resolved_on
    issue.state = "in_progress"
    issue.deadline = working_days_later(issue.deadline, working_days_after(issue.resolved_on, today))
    issue.fresh = False
    _forget_result(issue)


def _offer(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.offered = given["organisation"]


def _accept(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    assert issue.offered
    if issue.deadline is not None:
        issue.days_overdue += working_days_after(issue.deadline, issue.suspended_on or today)
    issue.state, issue.unit, issue.offered = "registered", issue.offered, None
    issue.owner = issue.lead = issue.deadline = issue.waiting_for = None
    _lapse(issue)
    _forget_suspension(issue)


def _decline(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.offered = None


def _cancel(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state, issue.kind = "cancelled", given["kind"]
    issue.offered = issue.waiting_for = None
    _lapse(issue)
    _forget_suspension(issue)


def _reopen(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.state, issue.deadline, issue.fresh = "in_progress", given["deadline"], False
    issue.first_deadline = issue.first_deadline or issue.deadline
    issue.expected = given.get("expected_outcome", issue.expected)
    issue.first_expected = issue.first_expected or issue.expected
    issue.owner = given.get("owner", issue.owner)
    issue.reopenings += 1
    issue.submissions = 0
    _forget_result(issue)


def _nothing(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    return


def _support(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.supporters |= {given["person"]} if "person" in given else set()
    issue.units |= {given["organisation"]} if "organisation" in given else set()


def _leave(issue: Issue, who: Who, given: Mapping[str, Any], today: date) -> None:
    issue.supporters -= {given.get("person", "")}
    issue.units -= {given.get("organisation", "")}


_EFFECTS: dict[str, Any] = {
    "edit": _edit, "assign": _assign, "reassign": _reassign, "start": _start, "report_progress": _report,
    "request_extension": _ask, "extend": _extend, "refuse_extension": _refuse, "revise_outcome": _revise,
    "suspend": _suspend, "resume": _resume, "resolve": _resolve, "withdraw": _withdraw, "verify": _verify,
    "return_to_owner": _return, "request_transfer": _offer, "accept_transfer": _accept,
    "decline_transfer": _decline, "cancel": _cancel, "reopen": _reopen, "comment": _nothing,
    "add_evidence": _nothing, "add_supporter": _support, "remove_supporter": _leave,
}  # fmt: skip
