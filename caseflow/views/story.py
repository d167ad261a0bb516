"""The trail of a case in words: each event with its title, who, when, what and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markupsafe import escape, Markup

from caseflow.i18n import gettext
from caseflow.messages import N_
from caseflow.queries.timeline import TimelineEvent
from caseflow.states import pressing_issue as rules
from caseflow.states.pressing_issue import PRESSING_ISSUE
from caseflow.use_cases.exporting import OTHER_CASES
from caseflow.views.erasure_words import ERASING, gaps
from caseflow.views.event_values import FACTS, Show, show_choice
from caseflow.views.retelling import retell


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
_BASIS_OF_REOPENING = show_choice(rules.REOPEN_BASES)


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
    """What was tried in vain, and the rule that refused it, in the reader's words where they are known."""
    if event.type != "attempt.refused":
        return []
    action = event.values.get("action", "")
    move = PRESSING_ISSUE.by_name.get(action)
    recorded = event.values.get("rule", "")
    rule = retell(recorded) or Markup('<span lang="en">%s</span>') % escape(recorded)
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
