"""The days between which deadlines are long overdue, near or far, as the list filters ask for them."""

from __future__ import annotations

from datetime import date, timedelta

from caseflow.queries.my_work import DueDays
from caseflow.states.working_days import Calendar, UnknownYear
from caseflow.views.clock_label import DUE_SOON_DAYS, LONG_OVERDUE_DAYS

_DAY = timedelta(days=1)
_ABOUT_SOON = timedelta(days=7)


def due_days(calendar: Calendar, today: date) -> DueDays:
    """The same borders that `clock_label` draws; about a week ahead where the calendar of the year is missing."""
    return DueDays(today, _long_until(calendar, today), _soon_until(calendar, today))


def _long_until(calendar: Calendar, today: date) -> date | None:
    try:
        return calendar.add_working_days(today + _DAY, -(LONG_OVERDUE_DAYS + 1)) - _DAY
    except UnknownYear:
        return None


def _soon_until(calendar: Calendar, today: date) -> date:
    try:
        return calendar.add_working_days(today, DUE_SOON_DAYS + 1) - _DAY
    except UnknownYear:
        return today + _ABOUT_SOON
