"""Erasures in words, for timelines and pages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from caseflow.i18n import format_number, gettext, ngettext
from caseflow.messages import N_
from caseflow.queries.timeline import TimelineEvent
from caseflow.states.erasure import GROUNDS, KINDS

ERASING = {
    "request_erasure": N_("Ask for an erasure"),
    "approve_erasure": N_("Carry an erasure out"),
    "decline_erasure": N_("Decline an erasure"),
    "erase": N_("Erase data"),
}
"""What may be tried in vain."""


def show_kinds(value: Any) -> str:
    """Kinds of data, as an event lists them."""
    return "; ".join(gettext(KINDS.get(one, one)) for one in value)


def show_ground(value: Any) -> str:
    """On what ground."""
    return gettext(dict(GROUNDS).get(value, str(value)))


def show_counts(counts: list[tuple[str, int]]) -> str:
    """Kinds of data with how many of each."""
    return "; ".join(f"{gettext(KINDS[kind])}: {format_number(n)}" for kind, n in counts)


def gaps(event: TimelineEvent) -> list[tuple[str, str]]:
    """Where values stood that were erased, and by which decision."""
    return [
        (
            gettext("Erased"),
            ngettext(
                "%(n)s value erased under decision No. %(number)s",
                "%(n)s values erased under decision No. %(number)s",
                n,
                number=number,
            ),
        )
        for number, n in Counter(event.erased).items()
    ]
