"""The trail of a case in words: each event with its title, who, when, what and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from markupsafe import escape, Markup

from caseflow.i18n import format_date, format_datetime, gettext
from caseflow.messages import N_
from caseflow.queries.timeline import TimelineEvent
from caseflow.states import pressing_issue as rules
from caseflow.states.given import BASIS_FIELDS
from caseflow.states.pressing_issue import PRESSING_ISSUE
from caseflow.use_cases.exporting import OTHER_CASES
from caseflow.views.erasure_words import ERASING, gaps, show_ground, show_kinds

Choices = tuple[tuple[str, str], ...]
Show = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One event as the timeline macro shows it; `group` is what the reader filters by."""

    title: str
    who: str
    on_behalf_of: str | None
    at: datetime
    number: int | None
    sealed: bool
    group: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[dict[str, object]] = field(default_factory=list)
    has_time: bool = True


GROUPS = {
    "giao-viec": N_("Assigning and transfers"),
    "tien-do": N_("Progress"),
    "thoi-han": N_("Deadlines"),
    "ket-qua": N_("Results and judgements"),
    "minh-chung": N_("Evidence"),
    "binh-luan": N_("Comments"),
    "noi-dung": N_("Content of the case"),
}
"""Filters of the timeline by their slug."""

TITLES: dict[str, tuple[str, str]] = {
    "case.registered": ("noi-dung", N_("Issue registered")),
    "case.imported": ("noi-dung", N_("Taken over from an older register")),
    "case.edited": ("noi-dung", N_("Content edited")),
    "case.assigned": ("giao-viec", N_("Assigned to an owner")),
    "case.reassigned": ("giao-viec", N_("Reassigned to another owner")),
    "case.started": ("tien-do", N_("Work started")),
    "case.progress_reported": ("tien-do", N_("Progress updated")),
    "case.extension_requested": ("thoi-han", N_("Extension requested")),
    "case.extended": ("thoi-han", N_("Deadline extended")),
    "case.extension_refused": ("thoi-han", N_("Extension refused")),
    "case.outcome_revised": ("noi-dung", N_("Expected outcome revised from above")),
    "case.suspended": ("thoi-han", N_("Suspended, clock stopped")),
    "case.resumed": ("thoi-han", N_("Resumed, clock runs again")),
    "case.resolved": ("ket-qua", N_("Result reported")),
    "case.withdrawn": ("ket-qua", N_("Result withdrawn")),
    "case.verified": ("ket-qua", N_("Result verified")),
    "case.returned": ("ket-qua", N_("Result returned for more work")),
    "case.transfer_requested": ("giao-viec", N_("Transfer to another unit requested")),
    "case.transferred": ("giao-viec", N_("Taken over by another unit")),
    "case.transfer_declined": ("giao-viec", N_("Transfer declined")),
    "case.cancelled": ("ket-qua", N_("Taken off the list")),
    "case.reopened": ("ket-qua", N_("Case reopened")),
    "case.commented": ("binh-luan", N_("Comment made")),
    "case.evidence_added": ("minh-chung", N_("Evidence added")),
    "case.supporter_added": ("giao-viec", N_("Supporter added")),
    "case.supporter_removed": ("giao-viec", N_("Supporter removed")),
    "case.moved": ("giao-viec", N_("Moved to a successor unit")),
    "attempt.refused": ("", N_("Attempt refused")),
    "complainant.opened": ("", N_("Complainant's identity opened")),
    "data.erasure_requested": ("", N_("Erasure requested")),
    "data.erasure_declined": ("", N_("Erasure declined")),
    "data.erased": ("", N_("Data erased by decision")),
}


def _text(value: Any) -> str:
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


def _person(value: Any) -> str:
    return " – ".join(part for part in (value.get("name"), value.get("position")) if part)


def _people(value: Any) -> str:
    return "; ".join(_person(one) for one in value)


def _unit(value: Any) -> str:
    return str(value.get("name", ""))


def _percent(value: Any) -> str:
    return f"{value}%"


def _of(choices: Choices) -> Show:
    labels = dict(choices)
    return lambda value: gettext(labels.get(value, str(value)))


_BASIS_SHOW: dict[str, Show] = {
    "date": show_day,
    "imposed": lambda value: gettext("Yes") if value else gettext("No"),
}


def _basis(value: Any) -> str:
    shown = (
        f"{gettext(one.label)}: {_BASIS_SHOW.get(one.name, _text)(value[one.name])}"
        for one in BASIS_FIELDS
        if value.get(one.name)
    )
    return "; ".join(shown)


def _milestones(value: Any) -> str:
    lines = []
    for one in value:
        parts = [one["text"]]
        parts += [show_day(one["date"])] if one.get("date") else []
        parts += [_person(one["person"])] if one.get("person") else []
        parts += [gettext("done")] if one.get("done") else []
        lines.append(" · ".join(parts))
    return "\n".join(lines)


FACTS: dict[str, tuple[str, Show]] = {
    "title": (N_("Title"), _text),
    "description": (N_("Description"), _text),
    "organisation": (N_("Unit"), _unit),
    "person": (N_("Person"), _person),
    "field": (N_("Field"), _text),
    "source": (N_("Source"), _text),
    "basis": (N_("Basis document"), _basis),
    "urgency": (N_("Urgency"), _of(rules.URGENCIES)),
    "visibility": (N_("Visibility"), _of(rules.VISIBILITIES)),
    "readers": (N_("Named readers"), _people),
    "readers_removed": (N_("Readers taken away"), _people),
    "subjects": (N_("Person complained about"), _people),
    "milestones": (N_("Milestones"), _milestones),
    "period": (N_("Registration period"), _text),
    "expected_outcome": (N_("Expected outcome"), _text),
    "owner": (N_("Owner"), _person),
    "lead_officer": (N_("Lead officer"), _person),
    "deadline": (N_("Deadline"), show_day),
    "working_days": (N_("Working days"), _text),
    "verify_by": (N_("Verified by"), _of(rules.VERIFY_BY)),
    "note": (N_("Note"), _text),
    "progress": (N_("Progress (%)"), _percent),
    "difficulty": (N_("Difficulty"), _text),
    "proposal": (N_("Proposal"), _text),
    "needs_decision_by": (N_("Needs a decision by"), _person),
    "number": (N_("Extension number"), _text),
    "review_on": (N_("Review on"), show_day),
    "working_days_lost": (N_("Working days given back"), _text),
    "working_days_waited": (N_("Working days given back"), _text),
    "outcome": (N_("Outcome"), _text),
    "completion": (N_("Completion"), _of(rules.COMPLETIONS)),
    "resolved_on": (N_("Resolved on"), show_day),
    "remainder": (N_("What remains"), _text),
    "remainder_case": (N_("Registered as"), _text),
    "method": (N_("Method"), _of(rules.METHODS)),
    "complainant_answer": (N_("Complainant's answer"), _of(rules.ANSWERS)),
    "kind": (N_("Kind"), _of(rules.CANCEL_KINDS)),
    "duplicate_of": (N_("Duplicate of"), _text),
    "continues": (N_("Continues"), _text),
    "days_overdue": (N_("Working days overdue carried along"), _text),
    "text": (N_("Comment"), _text),
    "document_number": (N_("Document number"), _text),
    "document_date": (N_("Document date"), show_day),
    "kept_at": (N_("Where it is kept"), _text),
    "claimed_registered_at": (N_("Registered, as the older register claims"), _instant),
    "claimed_deadline": (N_("Deadline, as the older register claims"), show_day),
    "claimed_ended_at": (N_("Ended, as the older register claims"), _instant),
    "source_code": (N_("Code in the older register"), _text),
    "cleared": (
        N_("Emptied"),
        lambda names: ", ".join(gettext(FACTS[one][0]) for one in names if one in FACTS),
    ),
    "reason": (N_("Reason"), _text),
    "decision_number": (N_("Decision number"), _text),
    "ground": (N_("Ground"), show_ground),
    "kinds": (N_("What was chosen"), show_kinds),
    "inspector": (N_("Inspector"), _person),
    "administrator": (N_("Administrator"), _person),
}
"""How each value of an event is called and shown, in the order of the timeline."""
_FORMER = {
    "owner": "former_owner",
    "deadline": "former_deadline",
    "expected_outcome": "former_outcome",
    "organisation": "former_organisation",
}
"""Values that stand beside the one that they replaced."""
_LABELS_BY_TYPE = {
    ("case.progress_reported", "note"): N_("What was done"),
    ("case.extension_requested", "deadline"): N_("Deadline asked for"),
    ("case.returned", "deadline"): N_("New deadline"),
    ("case.resumed", "deadline"): N_("New deadline"),
}
_BASIS_OF_REOPENING = _of(rules.REOPEN_BASES)


def tell(
    events: Iterable[TimelineEvent],
    field_names: Mapping[str, str],
    reuse_notes: Mapping[str, str],
    linked: Collection[str] = (),
) -> list[StoryEntry]:
    """Entries of a timeline, newest first.

    `field_names` names fields by code; `reuse_notes` says of a file's digest where else it was used. Of other
    cases only the codes in `linked` are told: those that the reader may see.
    """
    return [_entry(_within_reach(one, linked), field_names, reuse_notes) for one in reversed(list(events))]


def _within_reach(event: TimelineEvent, linked: Collection[str]) -> TimelineEvent:
    beyond = {name for name in OTHER_CASES if event.values.get(name) and event.values[name] not in linked}
    if not beyond:
        return event
    hidden = dict.fromkeys(beyond, gettext("a case out of your reach"))
    return replace(event, values={**event.values, **hidden})


def _entry(event: TimelineEvent, names: Mapping[str, str], reuse: Mapping[str, str]) -> StoryEntry:
    group, title = TITLES.get(event.type, ("", event.type))
    in_case = event.type.startswith(("case.", "data."))
    return StoryEntry(
        title=gettext(title),
        who=" – ".join(part for part in (event.actor, event.actor_position) if part),
        on_behalf_of=event.on_behalf_of,
        at=event.at,
        number=event.number + 1 if in_case else None,
        sealed=event.leaf_index is not None,
        group=group,
        facts=[*_facts(event, names), *gaps(event)] if in_case else _attempt(event),
        changes=_changes(event, names),
        files=_files(event, reuse),
    )


def _facts(event: TimelineEvent, names: Mapping[str, str]) -> list[tuple[str, str]]:
    changed = {name for name, former in _FORMER.items() if former in event.values}
    changed |= set(event.values.get("before", ()))
    return [
        (_label(event.type, name, label), _shown(event.type, name, show, event.values[name], names))
        for name, (label, show) in FACTS.items()
        if name not in changed and event.values.get(name) not in (None, "")
    ]


def _label(kind: str, name: str, label: str) -> str:
    if (kind, name) == ("case.reopened", "basis"):
        return gettext("Basis")
    return gettext(_LABELS_BY_TYPE.get((kind, name), label))


def _shown(kind: str, name: str, show: Show, value: Any, names: Mapping[str, str]) -> str:
    if name == "field":
        return names.get(value, str(value))
    if (kind, name) == ("case.reopened", "basis"):
        return _BASIS_OF_REOPENING(value)
    return show(value)


def _changes(event: TimelineEvent, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    pairs = {name: event.values[old] for name, old in _FORMER.items() if old in event.values}
    pairs |= event.values.get("before", {})
    return [
        (
            gettext(FACTS[name][0]),
            show_value(name, old, names),
            show_value(name, event.values.get(name), names),
        )
        for name, old in pairs.items()
        if name in FACTS
    ]


def show_value(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value of a case in words; a dash where there is none."""
    if value is None or value == "":
        return "–"
    return names.get(value, value) if name == "field" else FACTS[name][1](value)


def _files(event: TimelineEvent, reuse: Mapping[str, str]) -> list[dict[str, object]]:
    values = event.values
    if "file_name" not in values:
        return []
    return [
        {
            "name": values["file_name"],
            "url": f"/minh-chung/{values['evidence']}",
            "size": values["size"],
            "sha256": values["sha256"],
            "reuse_note": reuse.get(values["sha256"]),
        }
    ]


def _attempt(event: TimelineEvent) -> list[tuple[str, str]]:
    """What was tried in vain, and the rule that refused it, as it was recorded then."""
    if event.type != "attempt.refused":
        return []
    action = event.values.get("action", "")
    move = PRESSING_ISSUE.by_name.get(action)
    rule = Markup('<span lang="en">%s</span>') % escape(event.values.get("rule", ""))
    return [
        (gettext("Action"), gettext(move.label) if move else gettext(OTHER_ACTIONS.get(action, action))),
        (gettext("Rule"), rule),
    ]


OTHER_ACTIONS = {
    "open_complainant": N_("Open the complainant's identity"),
    "register": N_("Register an issue"),
    **ERASING,
}
"""What may be tried in vain beside the moves of a case."""
