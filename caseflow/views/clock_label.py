"""How the clock of a case stands, in words: one object for lists, cards, bars and strips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from caseflow.i18n import format_date, gettext, ngettext
from caseflow.states.working_days import Calendar, UnknownYear

DUE_SOON_DAYS = 5
"""Working days up to which a deadline is near."""
LONG_OVERDUE_DAYS = 30
"""Working days after which an overdue is long."""
_ABOUT_SOON = timedelta(days=7)


class Timed(Protocol):
    """What the clock needs of a case: a row, a line of a list, or a case in hand."""

    @property
    def state(self) -> str: ...
    @property
    def deadline(self) -> date | None: ...
    @property
    def resolved_on(self) -> date | None: ...
    @property
    def review_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class ClockLabel:
    """A contextual date. `label` is in the reader's language.

    `kind` is overdue, long_overdue, due_today, soon, on_track, suspended or none.
    """

    kind: str
    label: str


def clock_label(case: Timed, calendar: Calendar, today: date) -> ClockLabel:
    """How the clock of `case` stands on `today`; a year without special days shows the plain date."""
    if case.deadline is None:
        return ClockLabel("none", gettext("No deadline yet"))
    if case.state == "suspended":
        return _suspended(case.review_on)
    if runs(case):
        return _running(case.deadline, calendar, today)
    return _stopped(case, case.deadline)


def runs(case: Timed) -> bool:
    """Whether the clock runs: assigned, in progress, or resolved after the deadline."""
    if case.state in {"assigned", "in_progress"}:
        return True
    late = case.resolved_on is not None and case.deadline is not None and case.resolved_on > case.deadline
    return case.state == "resolved" and late


def _suspended(review_on: date | None) -> ClockLabel:
    if review_on is None:
        return ClockLabel("suspended", gettext("Clock stopped"))
    return ClockLabel("suspended", gettext("Clock stopped (review on %(day)s)", day=review_on))


def _stopped(case: Timed, deadline: date) -> ClockLabel:
    if case.resolved_on is None:
        return ClockLabel("none", gettext("Deadline was %(day)s", day=deadline))
    if case.resolved_on <= deadline:
        return ClockLabel("none", gettext("Resolved on time (deadline %(day)s)", day=deadline))
    return ClockLabel("none", gettext("Resolved after the deadline (%(day)s)", day=deadline))


def _running(deadline: date, calendar: Calendar, today: date) -> ClockLabel:
    try:
        days = calendar.working_days_between(today, deadline)
    except UnknownYear:
        return _plain(deadline, today)
    if deadline < today:
        return _late(deadline, -days)
    if deadline == today:
        return ClockLabel("due_today", gettext("Due today (until the end of %(day)s)", day=deadline))
    kind = "soon" if days <= DUE_SOON_DAYS else "on_track"
    left = ngettext(
        "%(n)s working day left (until the end of %(day)s)",
        "%(n)s working days left (until the end of %(day)s)",
        days,
        day=deadline,
    )
    return ClockLabel(kind, left)


def _late(deadline: date, days: int) -> ClockLabel:
    if days > LONG_OVERDUE_DAYS:
        text = gettext("Long overdue: %(n)s working days (since %(day)s)", n=days, day=deadline)
        return ClockLabel("long_overdue", text)
    if days == 0:
        return ClockLabel("overdue", gettext("Overdue (since %(day)s)", day=deadline))
    text = ngettext(
        "%(n)s working day overdue (since %(day)s)",
        "%(n)s working days overdue (since %(day)s)",
        days,
        day=deadline,
    )
    return ClockLabel("overdue", text)


def _plain(deadline: date, today: date) -> ClockLabel:
    """Without the calendar of the year only the date is sure."""
    if deadline < today:
        return ClockLabel("overdue", gettext("Overdue (since %(day)s)", day=deadline))
    kind = "soon" if deadline - today <= _ABOUT_SOON else "on_track"
    return ClockLabel(kind, gettext("Due by the end of %(day)s", day=deadline))


def working_days_left(deadline: date, calendar: Calendar, today: date) -> str:
    """The working days from today to the deadline as text, negative when past; a dash where not known."""
    try:
        return str(calendar.working_days_between(today, deadline))
    except UnknownYear:
        return f"– ({format_date(deadline)})"
