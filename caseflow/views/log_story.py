"""The log's events in words: what kind of fact each is, and what little of it the log's own page tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caseflow.i18n import format_number, gettext
from caseflow.messages import N_
from caseflow.models.access import ROLE_NAMES
from caseflow.queries.log_events import LogEvent
from caseflow.states.pressing_issue import PRESSING_ISSUE
from caseflow.views.event_values import show_day
from caseflow.views.story import GROUPS, OTHER_ACTIONS, TITLES

CASES, IMPORTED = "vu-viec", "case.imported"

OTHER_GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "tu-choi": (N_("Refused attempts"), {"attempt.refused": N_("Attempt refused")}),
    "nguoi-phan-anh": (
        N_("Openings of complainants"),
        {"complainant.opened": N_("Complainant's identity opened")},
    ),
    "dang-nhap": (
        N_("Sign-ins and passwords"),
        {
            "person.signed_in": N_("Signed in"),
            "person.password_issued": N_("One-time password issued"),
            "person.password_changed": N_("Password changed"),
        },
    ),
    "vai-tro": (
        N_("Roles and stand-ins"),
        {
            "role.given": N_("Role given"),
            "role.ended": N_("Role ended"),
            "decision.delegated": N_("Decision delegated"),
            "decision.delegation_ended": N_("Delegation of the decision ended"),
            "stand_in.requested": N_("Stand-in requested"),
            "stand_in.approved": N_("Stand-in approved"),
            "stand_in.ended": N_("Stand-in ended"),
        },
    ),
    "can-bo-don-vi": (
        N_("People and units"),
        {
            "person.added": N_("Person added"),
            "person.changed": N_("Person changed"),
            "organisation.added": N_("Unit added"),
            "organisation.changed": N_("Unit changed"),
        },
    ),
    "xuat": (N_("Exports"), {"export.made": N_("File handed out")}),
    "nhap": (N_("Imports"), {"import.done": N_("File imported")}),
    "quy-dinh": (
        N_("Changes of rules"),
        {
            "settings.field_saved": N_("Field saved"),
            "settings.special_day_saved": N_("Special day saved"),
            "settings.special_day_removed": N_("Special day removed"),
        },
    ),
    "xoa-du-lieu": (
        N_("Erasures"),
        {
            "data.erasure_requested": N_("Erasure requested"),
            "data.erasure_declined": N_("Erasure declined"),
            "data.erased": N_("Data erased by decision"),
        },
    ),
    "phuc-hoi": (N_("Recoveries"), {"log.replayed": N_("Records taken back from the log's files")}),
}
"""Groups of events beside those of a case, by their slug, with the title of each type."""

LOG_TITLES = {kind: title for kind, (_group, title) in TITLES.items()} | {
    kind: title for _label, titles in OTHER_GROUPS.values() for kind, title in titles.items()
}


OF_ADMINISTRATION = ("dang-nhap", "vai-tro", "can-bo-don-vi", "quy-dinh")


def groups(*, inspects: bool = True) -> list[tuple[str, str]]:
    """Slug and label of every group, all of cases first; or of those that administrators read."""
    of_cases = [(slug, gettext(label)) for slug, label in GROUPS.items()]
    others = [(slug, gettext(label)) for slug, (label, _titles) in OTHER_GROUPS.items()]
    if not inspects:
        return [one for one in others if one[0] in OF_ADMINISTRATION]
    return [(CASES, gettext("Everything about cases")), *of_cases, *others]


def types_of(slug: str) -> tuple[str, ...]:
    """The event types of a group."""
    if slug == CASES:
        return tuple(kind for kind in TITLES if kind.startswith("case."))
    if slug in GROUPS:
        return tuple(kind for kind, (group, _title) in TITLES.items() if group == slug)
    extra = (IMPORTED,) if slug == "nhap" else ()
    return (*OTHER_GROUPS[slug][1], *extra)


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the log. `index` is None while the event waits for its seal; `href` leads into the case."""

    index: int | None
    at: datetime
    who: str
    on_behalf_of: str | None
    title: str
    subject: str | None
    facts: list[tuple[str, str]]
    code: str | None
    href: str | None


def tell_row(event: LogEvent) -> LogRow:
    """One event in words. What happened within a case is told on the case's own page."""
    acting_for = event.values.get("acting_for")
    anchor = f"event-{event.number + 1}" if event.in_case else "attempts"
    return LogRow(
        index=event.index,
        at=event.at,
        who=" – ".join(part for part in (event.actor, event.actor_position) if part),
        on_behalf_of=acting_for.get("name") if isinstance(acting_for, dict) else None,
        title=gettext(LOG_TITLES.get(event.type, event.type)),
        subject=None if event.subject == event.actor else event.subject,
        facts=[] if event.in_case else _facts(event),
        code=event.case,
        href=f"/vu-viec/{event.case}#{anchor}" if event.case else None,
    )


def _named(value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, dict) else str(value)


def _action(value: Any) -> str:
    move = PRESSING_ISSUE.by_name.get(value)
    return gettext(move.label if move else OTHER_ACTIONS.get(value, str(value)))


def _role(value: Any) -> str:
    return gettext(ROLE_NAMES.get(value, str(value)))


def _count(value: Any) -> str:
    return format_number(value) if isinstance(value, int) else str(value)


_TOLD: dict[str, tuple[str, Callable[[Any], str]]] = {
    "role": (N_("Role"), _role),
    "organisation": (N_("Unit"), _named),
    "giver": (N_("Delegated by"), _named),
    "scope": (N_("For the units under"), _named),
    "stand_in": (N_("Stand-in"), _named),
    "valid_from": (N_("From"), show_day),
    "valid_until": (N_("Until the end of"), show_day),
    "action": (N_("Action"), _action),
    "ip_address": (N_("Address"), str),
    "file_name": (N_("File"), str),
    "rows": (N_("Records or rows"), _count),
    "day": (N_("Day"), show_day),
    "decision": (N_("Decision"), str),
    "decision_number": (N_("Decision"), str),
    "name_vi": (N_("Field"), str),
    "reason": (N_("Reason"), str),
}
"""What a row tells of an event beside a case, and how it is called there."""


def _facts(event: LogEvent) -> list[tuple[str, str]]:
    return [
        (gettext(label), show(event.values[name]))
        for name, (label, show) in _TOLD.items()
        if event.values.get(name) not in (None, "")
    ]
