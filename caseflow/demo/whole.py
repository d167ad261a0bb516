"""The whole province: two years at the source's own size, with the source's own shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from caseflow.demo import openings
from caseflow.demo.episodes import comment, decision, edit, reassign, refused_extension, report, revise
from caseflow.demo.office_hours import OfficeHours
from caseflow.demo.planning import Planned
from caseflow.demo.slots import pick
from caseflow.demo.staff import Unit
from caseflow.demo.stories import (
    awaiting,
    cancelled,
    duplicate,
    left_behind,
    prolonged,
    Range,
    reopened,
    reported_again,
    returned,
    settled,
    suspended,
    transfer_pending,
    under_way,
)
from caseflow.demo.tale import chosen, Tell
from caseflow.demo.words import FIELD_CODES

FIRST_YEAR, SECOND_YEAR = 2021, 2022


@dataclass(frozen=True, slots=True)
class Level:
    """How many cases a level registered over both years, and which share of the first year's it finished in it.

    `second` is the share of the second year's that it finished in that year; `open_now` of all others the
    share that is still open today.
    """

    level: str
    cases: int
    first: float
    second: float
    open_now: float


LEVELS = (
    Level("district", 384, 0.94, 0.93, 0.35),
    Level("grassroots", 17_103, 0.983, 0.972, 0.3),
)

_FINISHED: dict[Tell, int] = {
    settled(): 660,
    settled(steps=(report, report)): 130,
    settled(steps=(report, comment)): 30,
    settled(steps=(edit, report)): 10,
    settled(steps=(decision,)): 10,
    settled(slack=(-6, -0.5)): 40,
    settled(returns=1): 40,
    prolonged(): 50,
    settled(steps=(report, refused_extension)): 6,
    settled(steps=(report, reassign)): 10,
    settled(steps=(report, revise)): 4,
    settled(opening=openings.verified_above): 4,
    settled(opening=openings.owned_by_a_leader): 3,
    settled(opening=openings.restricted): 2,
    settled(completion="impossible"): 1,
}
_FINISHED_LATE: dict[Tell, int] = {
    settled(slack=(-60, -3), steps=(report, report, comment)): 6,
    prolonged(): 2,
    prolonged(2): 1,
    settled(returns=1, steps=(report, report)): 2,
}
_OFF_THE_LIST: dict[Tell, int] = {
    cancelled("outside_competence"): 3,
    cancelled("petition_withdrawn", late=True): 3,
    cancelled("entered_in_error"): 2,
    cancelled("outside_competence", late=True): 1,
}
_STILL_OPEN: dict[Tell, int] = {
    left_behind((20, 120)): 30,
    under_way((-60, -1), (report, report, report)): 10,
    prolonged(2, final=(3, 60)): 22,
    prolonged(3, final=(3, 60)): 12,
    under_way((0, 20), (report, report, report)): 4,
    awaiting(): 6,
    awaiting(slack=(-90, -2)): 4,
    returned(1, (-30, 30)): 4,
    returned(3, (-30, 30)): 2,
    suspended(): 3,
    reopened("finding", reported_again): 2,
    reopened("recurrence", reported_again): 1,
    transfer_pending(): 1,
}
_CANCELLED_OF_SECOND = 0.008
_DUPLICATES_OF_SECOND = 0.001


def plan_whole(
    units: tuple[Unit, ...], rng: Random, hours: OfficeHours, share: float = 1.0
) -> Iterator[Planned]:
    """Every case of the whole province, in no order; with `share` only that part of it."""
    for level in LEVELS:
        places = [unit for unit in units if unit.level == level.level]
        wanted = round(level.cases * share)
        first = (wanted + 1) // 2
        years = _Years(rng, hours, places)
        yield from years.first(first, round(first * level.first), level.open_now)
        yield from years.second(wanted - first, level)


class _Years:
    """Plans of one level."""

    def __init__(self, rng: Random, hours: OfficeHours, places: list[Unit]) -> None:
        self._rng, self._hours, self._places = rng, hours, places

    def first(self, wanted: int, finished: int, open_now: float) -> Iterator[Planned]:
        for number in range(wanted):
            if number < finished:
                yield self._finished(FIRST_YEAR)
            else:
                yield self._dragging(FIRST_YEAR, open_now)

    def second(self, wanted: int, level: Level) -> Iterator[Planned]:
        off = round(wanted * _CANCELLED_OF_SECOND)
        twice = round(wanted * _DUPLICATES_OF_SECOND)
        finished = round(wanted * level.second)
        for number in range(wanted - twice):  # a duplicate is a registration too
            if number < off:
                yield self._planned(self._begin(SECOND_YEAR), chosen(self._rng, _OFF_THE_LIST))
            elif number < off + twice:
                yield self._finished(SECOND_YEAR, duplicate(settled()))
            elif number < finished:
                yield self._finished(SECOND_YEAR)
            else:
                yield self._dragging(SECOND_YEAR, level.open_now)

    def _begin(self, year: int, *, until: tuple[int, int] = (11, 20)) -> float:
        """Some time from the second week of the year on; more in its first half, when plans are made."""
        low = self._hours.position(date(year, 1, 11))
        high = self._hours.position(date(year, *until))
        return low + (high - low) * float(self._rng.random() ** 1.4)

    def _finished(self, year: int, tell: Tell | None = None) -> Planned:
        """Verified within the year of its registration."""
        begins = self._begin(year)
        close = self._hours.position(date(year, 12, 30))
        end = min(begins + self._between((20, 110)), close - self._between((0.1, 6)))
        return self._planned(begins, tell or chosen(self._rng, _FINISHED), end)

    def _dragging(self, year: int, open_now: float) -> Planned:
        """Not finished within the year: verified in one of the next two, or open to this day."""
        begins = self._begin(year)
        if self._rng.random() < open_now:
            return self._planned(begins, chosen(self._rng, _STILL_OPEN))
        opening = self._hours.position(date(year + 1, 1, 4))
        end = max(opening + self._between((2, 180)), begins + 40)
        return self._planned(begins, chosen(self._rng, _FINISHED_LATE), end)

    def _between(self, low_high: Range) -> float:
        low, high = low_high
        return low + (high - low) * self._rng.random()

    def _planned(self, begins: float, tell: Tell, end: float | None = None) -> Planned:
        return Planned(begins, pick(self._rng, self._places), pick(self._rng, FIELD_CODES), tell, end)
