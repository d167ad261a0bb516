"""What each value of an event is called, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from caseflow.i18n import format_date, format_datetime, gettext
from caseflow.messages import N_
from caseflow.states import pressing_issue as rules
from caseflow.states.given import BASIS_FIELDS
from caseflow.views.erasure_words import show_ground, show_kinds

Choices = tuple[tuple[str, str], ...]
Show = Callable[[Any], str]


def show_text(value: Any) -> str:
    """A text as it is."""
    return str(value)


def show_day(value: Any) -> str:
    """A day as people write it; what is none, as it is."""
    if isinstance(value, date):
        return format_date(value)
    try:
        return format_date(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)


def _instant(value: Any) -> str:
    try:
        return format_datetime(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)


def show_person(value: Any) -> str:
    """Name and position."""
    return " – ".join(part for part in (value.get("name"), value.get("position")) if part)


def _people(value: Any) -> str:
    return "; ".join(show_person(one) for one in value)


def _unit(value: Any) -> str:
    return str(value.get("name", ""))


def _labels(value: Any) -> str:
    return ", ".join(gettext(FACTS[one][0]) for one in value if one in FACTS)


def _percent(value: Any) -> str:
    return f"{value}%"


def show_choice(choices: Choices) -> Show:
    """How one of these choices is shown: by its label."""
    labels = dict(choices)
    return lambda value: gettext(labels.get(value, str(value)))


_BASIS_SHOW: dict[str, Show] = {
    "date": show_day,
    "imposed": lambda value: gettext("Yes") if value else gettext("No"),
}


def _basis(value: Any) -> str:
    shown = (
        f"{gettext(one.label)}: {_BASIS_SHOW.get(one.name, show_text)(value[one.name])}"
        for one in BASIS_FIELDS
        if value.get(one.name)
    )
    return "; ".join(shown)


def _milestones(value: Any) -> str:
    lines = []
    for one in value:
        parts = [one["text"]]
        parts += [show_day(one["date"])] if one.get("date") else []
        parts += [show_person(one["person"])] if one.get("person") else []
        parts += [gettext("done")] if one.get("done") else []
        lines.append(" · ".join(parts))
    return "\n".join(lines)


FACTS: dict[str, tuple[str, Show]] = {
    "title": (N_("Title"), show_text),
    "description": (N_("Description"), show_text),
    "organisation": (N_("Unit"), _unit),
    "person": (N_("Person"), show_person),
    "field": (N_("Field"), show_text),
    "source": (N_("Source"), show_text),
    "basis": (N_("Basis document"), _basis),
    "urgency": (N_("Urgency"), show_choice(rules.URGENCIES)),
    "visibility": (N_("Visibility"), show_choice(rules.VISIBILITIES)),
    "readers": (N_("Named readers"), _people),
    "readers_removed": (N_("Readers taken away"), _people),
    "subjects": (N_("Person complained about"), _people),
    "milestones": (N_("Milestones"), _milestones),
    "period": (N_("Registration period"), show_text),
    "expected_outcome": (N_("Expected outcome"), show_text),
    "owner": (N_("Owner"), show_person),
    "lead_officer": (N_("Lead officer"), show_person),
    "deadline": (N_("Deadline"), show_day),
    "working_days": (N_("Working days"), show_text),
    "verify_by": (N_("Verified by"), show_choice(rules.VERIFY_BY)),
    "note": (N_("Note"), show_text),
    "progress": (N_("Progress (%)"), _percent),
    "difficulty": (N_("Difficulty"), show_text),
    "proposal": (N_("Proposal"), show_text),
    "needs_decision_by": (N_("Needs a decision by"), show_person),
    "number": (N_("Extension number"), show_text),
    "review_on": (N_("Review on"), show_day),
    "working_days_lost": (N_("Working days given back"), show_text),
    "working_days_waited": (N_("Working days given back"), show_text),
    "outcome": (N_("Outcome"), show_text),
    "completion": (N_("Completion"), show_choice(rules.COMPLETIONS)),
    "resolved_on": (N_("Resolved on"), show_day),
    "remainder": (N_("What remains"), show_text),
    "remainder_case": (N_("Registered as"), show_text),
    "method": (N_("Method"), show_choice(rules.METHODS)),
    "complainant_answer": (N_("Complainant's answer"), show_choice(rules.ANSWERS)),
    "kind": (N_("Kind"), show_choice(rules.CANCEL_KINDS)),
    "duplicate_of": (N_("Duplicate of"), show_text),
    "continues": (N_("Continues"), show_text),
    "days_overdue": (N_("Working days overdue carried along"), show_text),
    "text": (N_("Comment"), show_text),
    "document_number": (N_("Document number"), show_text),
    "document_date": (N_("Document date"), show_day),
    "kept_at": (N_("Where it is kept"), show_text),
    "claimed_registered_at": (N_("Registered, as the older register claims"), _instant),
    "claimed_deadline": (N_("Deadline, as the older register claims"), show_day),
    "claimed_ended_at": (N_("Ended, as the older register claims"), _instant),
    "source_code": (N_("Code in the older register"), show_text),
    "cleared": (N_("Emptied"), _labels),
    "reason": (N_("Reason"), show_text),
    "decision_number": (N_("Decision number"), show_text),
    "ground": (N_("Ground"), show_ground),
    "kinds": (N_("What was chosen"), show_kinds),
    "inspector": (N_("Inspector"), show_person),
    "administrator": (N_("Administrator"), show_person),
}
"""How each value of an event is called and shown, in the order of the timeline."""
