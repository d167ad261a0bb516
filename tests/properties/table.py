"""The table of the written rules once more: from where, who, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.properties.issue import Issue, stated, Who
from tests.properties.province import PEOPLE, supervises, within

SOURCES = {
    "edit": "registered assigned in_progress",
    "assign": "registered",
    "reassign": "assigned in_progress suspended resolved",
    "start": "assigned",
    "report_progress": "assigned in_progress",
    "request_extension": "assigned in_progress",
    "extend": "assigned in_progress",
    "refuse_extension": "assigned in_progress",
    "revise_outcome": "assigned in_progress suspended",
    "suspend": "assigned in_progress",
    "resume": "suspended",
    "resolve": "assigned in_progress",
    "withdraw": "resolved",
    "verify": "resolved",
    "return_to_owner": "resolved",
    "request_transfer": "registered assigned in_progress suspended",
    "accept_transfer": "registered assigned in_progress suspended",
    "decline_transfer": "registered assigned in_progress suspended",
    "cancel": "registered assigned in_progress suspended",
    "reopen": "verified cancelled",
    "comment": "registered assigned in_progress resolved verified suspended cancelled",
    "add_evidence": "registered assigned in_progress resolved suspended",
    "add_supporter": "registered assigned in_progress resolved suspended",
    "remove_supporter": "registered assigned in_progress resolved suspended",
}
REQUIRED = {
    "assign": "owner",
    "reassign": "owner reason",
    "report_progress": "note progress",
    "request_extension": "deadline reason",
    "extend": "deadline reason",
    "refuse_extension": "reason",
    "revise_outcome": "expected_outcome reason",
    "suspend": "reason review_on",
    "resolve": "outcome completion",
    "verify": "method complainant_answer note",
    "return_to_owner": "reason",
    "request_transfer": "organisation reason",
    "decline_transfer": "reason",
    "cancel": "kind reason",
    "reopen": "basis reason deadline",
    "comment": "text",
}
EVENT_STATES: dict[str, set[tuple[Any, Any]]] = {
    "case.registered": {(None, "registered")},
    "case.assigned": {("registered", "assigned")},
    "case.started": {("assigned", "in_progress")},
    "case.progress_reported": {("assigned", "in_progress"), ("in_progress", "in_progress")},
    "case.suspended": {("assigned", "suspended"), ("in_progress", "suspended")},
    "case.resumed": {("suspended", "assigned"), ("suspended", "in_progress")},
    "case.resolved": {("assigned", "resolved"), ("in_progress", "resolved")},
    "case.withdrawn": {("resolved", "in_progress")},
    "case.verified": {("resolved", "verified")},
    "case.returned": {("resolved", "in_progress")},
    "case.transferred": {(s, "registered") for s in ("registered", "assigned", "in_progress", "suspended")},
    "case.cancelled": {(s, "cancelled") for s in ("registered", "assigned", "in_progress", "suspended")},
    "case.reopened": {("verified", "in_progress"), ("cancelled", "in_progress")},
}
"""Every other event of a case leaves its state as it was."""


def may(  # noqa: PLR0911 - each row of the table answers for itself
    issue: Issue, action: str, who: Who, raw: Mapping[str, Any], today: date
) -> bool:
    """The third column of the table."""
    person = who.principal
    supervisor = supervises(person, issue.unit)
    registrar = PEOPLE[person][0] == "registrar" and within(issue.unit, PEOPLE[person][1])
    above = issue.above(person)
    fresh = issue.state == "registered"
    match action:
        case "edit":
            return supervisor or (registrar and fresh)
        case "assign":
            return supervisor or registrar
        case "start" | "request_extension" | "resolve":
            return person == issue.owner
        case "report_progress":
            return person == issue.owner or issue.supported_by(person)
        case "extend" | "refuse_extension":
            late = issue.deadline is not None and (issue.asked_on or today) > issue.deadline
            higher = issue.extensions >= 1 or late or issue.imposed
            return (above or (supervisor and not higher)) and not issue.owners_side(who)
        case "revise_outcome":
            return above
        case "withdraw":
            return person == issue.resolver
        case "verify":
            return issue.judged_by(person, higher=issue.verify_higher) and not issue.owners_side(who)
        case "return_to_owner":
            third = issue.submissions >= 3
            return issue.judged_by(person, higher=issue.verify_higher or third) and not issue.owners_side(who)
        case "accept_transfer" | "decline_transfer":
            return issue.offered is not None and supervises(person, issue.offered)
        case "cancel":
            return above or (supervisor and fresh)
        case "reopen":
            inspector = PEOPLE[person][0] == "inspector" and within(issue.unit, PEOPLE[person][1])
            basis = raw.get("basis")
            recurrence = supervisor and issue.state != "cancelled" and basis != "finding"
            return (inspector and basis != "recurrence") or recurrence
        case "comment" | "add_evidence":
            return True
        case _:
            return supervisor


def unmet(issue: Issue, action: str, raw: Mapping[str, Any], today: date, known: set[str]) -> set[str]:
    """Fields that are missing, and where none is, fields that break the fourth column of the table.

    `known` are the codes of the cases that the actor sees.
    """
    given = stated(raw, action)
    missing = set(REQUIRED.get(action, "").split()) - given.keys()
    if "duplicate_of" in given and given["duplicate_of"] not in known:
        missing.add("duplicate_of")
    return missing or {name for name, wrong in _needs(issue, action, given, today).items() if wrong}


def _needs(  # noqa: PLR0911 - as above
    issue: Issue, action: str, given: Mapping[str, Any], today: date
) -> dict[str, bool]:
    owner, deadline = given.get("owner"), given.get("deadline")
    no_work = not (given.get("expected_outcome") or issue.expected)
    past = deadline is not None and deadline < today
    match action:
        case "edit":
            if "expected_outcome" in given and issue.state != "registered":
                return {"expected_outcome": True}
            return {
                "title": given.get("title", issue.title) == issue.title
                and given.get("expected_outcome", issue.expected) == issue.expected
            }
        case "assign":
            both = ("deadline" in given) == ("working_days" in given)
            return {
                "expected_outcome": no_work,
                "owner": not issue.open_to(given["owner"]),
                "deadline": both or past,
            }
        case "reassign":
            return {"owner": owner == issue.owner or not issue.open_to(given["owner"])}
        case "report_progress":
            decider = given.get("needs_decision_by")
            decides = decider is None or (supervises(decider, issue.unit) and issue.open_to(decider))
            return {"needs_decision_by": not decides}
        case "request_extension":
            return {"deadline": issue.asked_on is not None or past or given["deadline"] <= issue.deadline}
        case "extend":
            return {"deadline": past or given["deadline"] <= issue.deadline}
        case "refuse_extension":
            return {"reason": issue.asked_on is None}
        case "suspend":
            return {"review_on": not today < given["review_on"] <= today + timedelta(days=30)}
        case "resolve":
            part = given["completion"] == "part"
            return {"evidence": not issue.fresh, "remainder": part != bool(given.get("remainder"))}
        case "request_transfer":
            return {"organisation": issue.offered is not None or given["organisation"] == issue.unit}
        case "reopen":
            reworded = given.get("expected_outcome", issue.expected) != issue.expected
            wrong = {"deadline": past, "expected_outcome": no_work,
                     "owner": not issue.open_to(owner) if owner else issue.owner is None}  # fmt: skip
            return (
                wrong
                if any(wrong.values())
                else {"expected_outcome": reworded and issue.first_expected is not None}
            )
        case "cancel":
            other = given.get("duplicate_of")
            return {
                "duplicate_of": (given["kind"] == "duplicate") != (other is not None) or other == issue.code
            }
        case "add_supporter" | "remove_supporter":
            return _supporter_needs(issue, action, given)
        case _:
            return {}


def _supporter_needs(issue: Issue, action: str, given: Mapping[str, Any]) -> dict[str, bool]:
    person, unit = given.get("person"), given.get("organisation")
    if bool(person) == bool(unit):
        return {"person": True}
    there = person in issue.supporters if person else unit in issue.units
    adding = action == "add_supporter"
    wrong = there is adding or (adding and person is not None and not issue.open_to(person))
    return {"person" if person else "organisation": wrong}
