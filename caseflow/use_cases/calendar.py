"""The special days of the calendar. A change never moves a deadline or a verdict already given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select, Table, update

from caseflow.errors import InvalidInput
from caseflow.events import SpecialDayRemoved, SpecialDaySaved
from caseflow.messages import Message, N_, say
from caseflow.models import Installation, SpecialDayRow
from caseflow.states.folding import tidy
from caseflow.states.working_days import DayKind
from caseflow.use_cases.organisations import require_top_administrator
from caseflow.use_cases.recording import SETTINGS
from caseflow.use_cases.work import Work

DAYS: Table = SpecialDayRow.__table__  # type: ignore[assignment]
INSTALLATION: Table = Installation.__table__  # type: ignore[assignment]


def permit_calendar(work: Work) -> None:
    """Refuse who may not change the calendar. Raises NotPermitted."""
    require_top_administrator(work)


def save_special_day(work: Work, day: date, kind: str, decision: str) -> None:
    """Enter a special day, or give a known one another kind or decision. Raises NotPermitted, InvalidInput."""
    permit_calendar(work)
    save_special_days(work, [(day, kind, decision)])


def save_special_days(work: Work, days: Sequence[tuple[date, str, str]]) -> None:
    """Enter special days as one new edition; right was judged before."""
    for day, kind, decision in days:
        _save(work, day, kind, tidy(decision))
    _new_edition(work)


def _save(work: Work, day: date, kind: str, decision: str) -> None:
    if kind not in set(DayKind):
        message = N_("“%(kind)s” is no kind of day. Choose one of: %(kinds)s.")
        raise InvalidInput.of("kind", say(message, kind=kind, kinds=", ".join(DayKind)), kind)
    if problem := why_not_special(day, kind):
        raise InvalidInput.of("kind", problem, kind)
    if not decision or len(decision) > 500:
        message = N_("Name the decision that makes this day special, in at most 500 characters.")
        raise InvalidInput.of("decision", say(message), decision)
    work.connection.execute(delete(DAYS).where(DAYS.c.day == day))
    work.connection.execute(insert(DAYS), {"day": day, "kind": kind, "decision": decision})
    work.record_in_chain(SETTINGS, "settings", SpecialDaySaved(day=day, kind=kind, decision=decision))


def why_not_special(day: date, kind: str) -> Message | None:
    """Why a day cannot be of that kind, or None: rest is swapped on working days, made up on rest days."""
    weekend = day.weekday() >= 5
    if kind == DayKind.MAKE_UP_WORKING_DAY and not weekend:
        return say(
            N_("%(day)s is a working day anyway. Only a Saturday or Sunday is worked to make up."), day=day
        )
    if kind == DayKind.SWAPPED_REST_DAY and weekend:
        return say(N_("%(day)s is a rest day anyway. Only a working day is swapped for rest."), day=day)
    return None


def remove_special_day(work: Work, day: date, reason: str) -> None:
    """Make a special day an ordinary one again. Raises NotPermitted, InvalidInput."""
    permit_calendar(work)
    reason = tidy(reason)
    if not reason:
        raise InvalidInput.of("reason", say(N_("Say why the day is removed.")))
    if work.connection.execute(select(DAYS.c.day).where(DAYS.c.day == day)).first() is None:
        raise InvalidInput.of(
            "day", say(N_("%(day)s is no special day. Choose one from the list."), day=day), day
        )
    work.connection.execute(delete(DAYS).where(DAYS.c.day == day))
    work.record_in_chain(SETTINGS, "settings", SpecialDayRemoved(day=day, reason=reason))
    _new_edition(work)


def _new_edition(work: Work) -> None:
    """Every running process reads the calendar again at its next deed."""
    number = INSTALLATION.c.calendar_edition
    work.connection.execute(update(INSTALLATION).values(calendar_edition=number + 1))
