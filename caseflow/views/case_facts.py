"""The facts of a case in rows of label and value: steps, the three clears, result, and what else is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from caseflow.i18n import format_date, format_datetime, gettext
from caseflow.messages import N_
from caseflow.queries.case_page import ExtensionLine, extensions_of, LinkLine
from caseflow.queries.case_people import people_with_units, PersonLine
from caseflow.queries.timeline import TimelineEvent
from caseflow.states import pressing_issue as rules
from caseflow.states.working_days import vn_date
from caseflow.use_cases.looking import Seen
from caseflow.use_cases.work import Work
from caseflow.views.case_moves import case_url
from caseflow.views.clock_label import working_days_left

Rows = list[tuple[str, str]]
MAIN_LINE = (rules.REGISTERED, rules.ASSIGNED, rules.IN_PROGRESS, rules.RESOLVED, rules.VERIFIED)


# --- the five steps ------------------------------------------------------------------------------------


def steps(seen: Seen, events: list[TimelineEvent]) -> list[dict[str, object]]:
    """The main line, with the day on which each step was last reached."""
    case = seen.held.case
    reached = _reached(case.state, case.suspended_from, events)
    when = {
        rules.REGISTERED: case.registered_at,
        rules.ASSIGNED: case.assigned_at,
        rules.IN_PROGRESS: case.started_at,
        rules.RESOLVED: case.resolved_at,
        rules.VERIFIED: case.verified_at,
    }
    return [
        {
            "label": gettext(rules.STATES[state]),
            "status": _status(n, reached, case.state == rules.CANCELLED),
            "when": _day(when[state]) if n <= reached else None,
        }
        for n, state in enumerate(MAIN_LINE)
    ]


def _reached(state: str, suspended_from: str | None, events: list[TimelineEvent]) -> int:
    if state == rules.SUSPENDED:
        return MAIN_LINE.index(suspended_from or rules.ASSIGNED)
    if state == rules.CANCELLED:
        before = [e.state for e in events if e.state in MAIN_LINE]
        return MAIN_LINE.index(before[-1] or rules.REGISTERED) if before else 0
    return MAIN_LINE.index(state)


def _status(n: int, reached: int, cancelled: bool) -> str:
    if n < reached or (n == reached and n == len(MAIN_LINE) - 1):
        return "done"
    return "current" if n == reached and not cancelled else "todo"


def _day(instant: Any) -> str | None:
    return format_date(vn_date(instant)) if instant else None


# --- work, person, time ---------------------------------------------------------------------------------


def _label(people: dict[int, PersonLine], key: int | None) -> str:
    return people[key].label if key is not None and key in people else ""


def _filled(rows: Iterator[tuple[str, str | None]]) -> Rows:
    return [(label, value) for label, value in rows if value]


def three_clears(work: Work, seen: Seen, people: dict[int, PersonLine]) -> Rows:
    """Clear work, a clear person, a clear time."""
    return (
        _filled(_clear_work(seen)) + _filled(_clear_person(seen, people)) + _filled(_clear_time(work, seen))
    )


def _clear_work(seen: Seen) -> Iterator[tuple[str, str | None]]:
    case = seen.held.case
    yield gettext("Expected outcome"), case.expected_outcome or gettext("Not set yet")
    if case.first_expected_outcome and case.first_expected_outcome != case.expected_outcome:
        yield gettext("First wording of the expected outcome"), case.first_expected_outcome


def _clear_person(seen: Seen, people: dict[int, PersonLine]) -> Iterator[tuple[str, str | None]]:
    case = seen.held.case
    yield gettext("Owner"), _label(people, case.owner_id) or gettext("Not assigned yet")
    yield gettext("Lead officer"), _label(people, case.lead_officer_id)
    if case.verify_by == "higher":
        yield gettext("Verified by"), gettext("The higher level")


def _clear_time(work: Work, seen: Seen) -> Iterator[tuple[str, str | None]]:
    case = seen.held.case
    if case.deadline is None:
        yield gettext("Deadline"), gettext("No deadline yet")
    else:
        yield gettext("Deadline"), _deadline(case)
        if case.state in {rules.ASSIGNED, rules.IN_PROGRESS}:
            yield _days_left(case.deadline, work)
    if case.first_deadline and case.first_deadline != case.deadline:
        yield gettext("First deadline"), format_date(case.first_deadline)
    if case.days_overdue_before:
        yield gettext("Working days overdue carried along"), str(case.days_overdue_before)
    if case.state == rules.SUSPENDED and case.review_on:
        yield gettext("Review on"), format_date(case.review_on)


def _days_left(deadline: date, work: Work) -> tuple[str, str]:
    left = working_days_left(deadline, work.calendar, work.today)
    if deadline < work.today:
        return gettext("Working days overdue"), left.removeprefix("-")
    return gettext("Working days left"), left


def _deadline(case: Any) -> str:
    shown = format_date(case.deadline)
    return gettext("%(day)s, imposed by the document", day=shown) if case.deadline_imposed else shown


def result(seen: Seen, people: dict[int, PersonLine], events: list[TimelineEvent]) -> Rows:
    """What was reported and how it was judged, or why the case left the list."""
    case = seen.held.case
    if case.outcome is None:
        return _filled(_ended(case, events))
    return reported(case, people) + _filled(_judged(case, events))


def _ended(case: Any, events: list[TimelineEvent]) -> Iterator[tuple[str, str | None]]:
    if case.cancel_kind:
        yield gettext("Taken off the list as"), gettext(dict(rules.CANCEL_KINDS)[case.cancel_kind])
        last = [e for e in events if e.type == "case.cancelled"]
        yield gettext("Reason"), last[-1].values.get("reason") if last else None


def reported(case: Any, people: dict[int, PersonLine]) -> Rows:
    """The result as its owner reported it; the case has one."""
    return [
        (gettext("Outcome"), case.outcome),
        (gettext("Completion"), gettext(dict(rules.COMPLETIONS)[case.completion])),
        (gettext("Reported by"), _label(people, case.resolver_id)),
        (gettext("Reported at"), format_datetime(case.resolved_at)),
    ]


def problem(seen: Seen) -> Rows:
    """What the result is judged against."""
    case = seen.held.case
    rows: list[tuple[str, str | None]] = [
        (gettext("Title"), case.title),
        (gettext("Description"), case.description),
        (gettext("Expected outcome"), case.expected_outcome),
        (gettext("Deadline"), format_date(case.deadline) if case.deadline else None),
    ]
    return _filled(iter(rows))


def people_of(work: Work, seen: Seen) -> dict[int, PersonLine]:
    """The people whom a case names, with their units; one query."""
    case = seen.held.case
    keys = {
        case.owner_id,
        case.lead_officer_id,
        case.needs_decision_by_id,
        case.resolver_id,
        case.registered_by_id,
        *seen.held.subjects,
    }
    return people_with_units(work.connection, {key for key in keys if key is not None})


def pending_extension(work: Work, case_id: int) -> Rows:
    """The request that waits for a decision; empty where none does."""
    waiting = [one for one in extensions_of(work.connection, case_id) if one.status == "pending"]
    return extension(waiting[-1]) if waiting else []


def _judged(case: Any, events: list[TimelineEvent]) -> Iterator[tuple[str, str | None]]:
    last = [e for e in events if e.type == "case.verified"]
    if case.state != rules.VERIFIED or not last:
        return
    said = last[-1].values
    yield gettext("Verified by"), f"{last[-1].actor} – {last[-1].actor_position}"
    yield gettext("Verified at"), format_datetime(case.verified_at)
    yield gettext("Method"), gettext(dict(rules.METHODS).get(said.get("method", ""), "–"))
    yield (
        gettext("Complainant's answer"),
        gettext(dict(rules.ANSWERS).get(said.get("complainant_answer", ""), "–")),
    )
    yield gettext("Note"), said.get("note")


def waiting_for(seen: Seen, people: dict[int, PersonLine]) -> str | None:
    """Whose decision the case waits for, or None."""
    key = seen.held.case.needs_decision_by_id
    return _label(people, key) if key is not None else None


# --- what else is known ---------------------------------------------------------------------------------


def about(seen: Seen, people: dict[int, PersonLine], fields: dict[str, str]) -> Rows:
    """What else is known of the case."""
    case, held = seen.held.case, seen.held
    rows: list[tuple[str, str | None]] = [
        (gettext("Description"), case.description),
        (gettext("Unit"), f"{held.organisation.name} ({held.organisation.code})"),
        (gettext("Field"), fields.get(held.field_code, held.field_code)),
        (gettext("Source"), case.source),
        (gettext("Basis document"), _basis(case)),
        (gettext("Urgency"), gettext(dict(rules.URGENCIES)[case.urgency])),
        (gettext("Registration period"), str(case.period)),
        (
            gettext("Registered by"),
            f"{_label(people, case.registered_by_id)} · {format_datetime(case.registered_at)}",
        ),
        (
            gettext("Person complained about"),
            "; ".join(people[p].label for p in held.subjects if p in people),
        ),
        (gettext("Progress (%)"), f"{case.progress}%"),
        (gettext("Times returned or resubmitted"), str(case.submissions) if case.submissions > 1 else None),
        (gettext("Times reopened"), str(case.reopenings) if case.reopenings else None),
        (gettext("Code in the older register"), case.source_code),
    ]
    return _filled(iter(rows))


def _basis(case: Any) -> str | None:
    day = format_date(case.basis_date) if case.basis_date else None
    parts = (case.basis_number, day, case.basis_issuer, case.basis_summary)
    return " · ".join(part for part in parts if part) or None


_INCOMING = {
    "duplicate_of": N_("Repeated by"),
    "continues": N_("Continued by"),
    "recurs": N_("Recurs as"),
    "part_of": N_("Has the part"),
}


def link(one: LinkLine) -> dict[str, str]:
    """A link as the page shows it."""
    label = dict(rules.LINK_TYPES)[one.type] if one.outgoing else _INCOMING[one.type]
    return {
        "label": gettext(label),
        "code": one.code,
        "title": one.title,
        "state": one.state,
        "href": case_url(one.code),
    }


_STATUS = {
    "pending": N_("Waiting for a decision"),
    "granted": N_("Granted"),
    "refused": N_("Refused"),
    "lapsed": N_("Lapsed"),
}


def extension(one: ExtensionLine) -> Rows:
    """One extension, from request to decision."""
    asked = f"{one.asked_by} · {format_datetime(one.asked_at)}" if one.asked_at else None
    decided = f"{one.decided_by} · {format_datetime(one.decided_at)}" if one.decided_at else None
    rows: list[tuple[str, str | None]] = [
        (gettext("Extension number"), str(one.number) if one.number else None),
        (gettext("Status"), gettext(_STATUS[one.status])),
        (gettext("Deadline before"), format_date(one.old_deadline)),
        (gettext("Deadline asked for"), _plain(one.asked_deadline)),
        (gettext("Asked by"), asked),
        (gettext("Reason asked"), one.asked_reason),
        (gettext("New deadline"), _plain(one.new_deadline)),
        (gettext("Decided by"), decided),
        (gettext("Reason of the decision"), one.decided_reason),
    ]
    return _filled(iter(rows))


def _plain(day: date | None) -> str | None:
    return format_date(day) if day else None
