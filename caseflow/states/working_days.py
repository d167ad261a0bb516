"""Vietnamese days and the counting of working days.

A period is counted as the Civil Code 2015 (articles 147 and 148) counts one: its first day is not
counted, and a last day that falls on a rest day moves to the next working day. A calendar knows only
the years that it was given; a question that needs another year is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, UTC
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from caseflow.errors import CaseflowError, Problem
from caseflow.messages import N_, say

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def vn_date(instant: datetime) -> date:
    """The day that it is in Viet Nam at `instant`.

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(ZONE).date()


@lru_cache(maxsize=4_000)
def end_of_day_utc(day: date) -> datetime:
    """The last microsecond of the Vietnamese `day`, in UTC: until then a deadline on it is met."""
    return datetime.combine(day, time.max, ZONE).astimezone(UTC)


class DayKind(StrEnum):
    """Why a day is not what its weekday says.

    A day off in lieu of a holiday that fell on a weekend is itself a holiday; a swapped rest day is a
    working day that was exchanged for a make-up working day.
    """

    HOLIDAY = "holiday"
    SWAPPED_REST_DAY = "swapped_rest_day"
    MAKE_UP_WORKING_DAY = "make_up_working_day"


DAY_KIND_NAMES = {
    DayKind.HOLIDAY: N_("Public holiday"),
    DayKind.SWAPPED_REST_DAY: N_("Swapped rest day"),
    DayKind.MAKE_UP_WORKING_DAY: N_("Make-up working day"),
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One day set apart, and the decision that set it apart."""

    day: date
    kind: DayKind
    decision: str


_UNKNOWN = N_(
    "The public holidays and swapped working days of %(year)s have not been entered, so its working days"
    " cannot be counted. Ask the administrator to enter the special days of that year."
)


class UnknownYear(CaseflowError):
    """The special days of a year that an answer needs have not been entered."""

    code = "calendar_year_unknown"

    def __init__(self, year: int, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(say(_UNKNOWN, year=year), problems)
        self.year = year

    def at(self, field: str, value: object = None) -> UnknownYear:
        """The same refusal, naming the input whose value led to the unknown year."""
        return UnknownYear(self.year, (Problem(field, self.message, value),))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive known years, counted once so that every question is a look-up."""

    before: int  # ordinal of the day before the first
    last_year: int
    through: tuple[int, ...]  # [i]: working days among the first i days
    working: tuple[int, ...]  # ordinals of all working days

    @classmethod
    def counted(cls, years: range, kinds: Mapping[date, DayKind]) -> _Stretch:
        before = date(years[0], 1, 1).toordinal() - 1
        last = date(years[-1], 12, 31).toordinal()
        through, working = [0], []
        for ordinal in range(before + 1, last + 1):
            day = date.fromordinal(ordinal)
            if _works(day, kinds.get(day)):
                working.append(ordinal)
            through.append(len(working))
        return cls(before, years[-1], tuple(through), tuple(working))


def _works(day: date, kind: DayKind | None) -> bool:
    if kind is None:
        return day.weekday() < 5
    return kind is DayKind.MAKE_UP_WORKING_DAY


def _consecutive(years: Iterable[int]) -> Iterator[range]:
    """Split years into runs without a gap."""
    for _, run in groupby(enumerate(sorted(years)), lambda place: place[1] - place[0]):
        ordered = [year for _, year in run]
        yield range(ordered[0], ordered[-1] + 1)


def _kinds(special_days: Iterable[SpecialDay]) -> dict[date, DayKind]:
    kinds: dict[date, DayKind] = {}
    for special in special_days:
        earlier = kinds.setdefault(special.day, special.kind)
        if _works(special.day, earlier) != _works(special.day, special.kind):
            raise ValueError(f"{special.day} is both a working day and a rest day")
    return kinds


def _first_counted_year(start: date) -> int:
    """The year of the day after `start`, which is the first one counted."""
    return start.year + 1 if start.month == 12 and start.day == 31 else start.year


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of the known years. Build it once and keep it: asking is cheap, building is not.

    `special_days` are all rows; `known_years` the years whose rows are complete. Raises ValueError where
    two rows contradict each other about a day. Every method raises `UnknownYear` when its answer depends
    on a year that is not known.
    """

    special_days: tuple[SpecialDay, ...]
    known_years: frozenset[int]
    _stretches: Mapping[int, _Stretch] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kinds = _kinds(self.special_days)
        by_year: dict[int, _Stretch] = {}
        for years in _consecutive(self.known_years):
            by_year.update(dict.fromkeys(years, _Stretch.counted(years, kinds)))
        object.__setattr__(self, "_stretches", by_year)

    @classmethod
    def of(cls, special_days: Iterable[SpecialDay]) -> Calendar:
        """A calendar that knows each year with a holiday among `special_days`.

        A swap reaching over New Year leaves a row in a year whose holidays may not be entered yet: such
        a row alone does not make its year known.
        """
        rows = tuple(special_days)
        return cls(rows, frozenset(row.day.year for row in rows if row.kind is DayKind.HOLIDAY))

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on `day`."""
        stretch = self._stretch(day.year)
        at = day.toordinal() - stretch.before
        return stretch.through[at] > stretch.through[at - 1]

    def add_working_days(self, start: date, n: int) -> date:
        """The `n`-th working day after `start`, or before it where `n` is negative.

        `start` itself is not counted. With `n` = 0 the answer is `start`, unchanged and unchecked.
        """
        if n == 0:
            return start
        if n > 0:
            stretch = self._stretch(_first_counted_year(start))
            return self._nth(stretch, stretch.through[start.toordinal() - stretch.before] + n - 1)
        stretch = self._stretch(start.year - 1 if start.month == start.day == 1 else start.year)
        return self._nth(stretch, stretch.through[start.toordinal() - stretch.before - 1] + n)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days follow `a` up to and including `b`; negative where `b` is before `a`."""
        return self._count(a, b) if a <= b else -self._count(b, a)

    def roll_forward(self, day: date) -> date:
        """`day` where it is a working day, else the next one (Civil Code, article 148.5)."""
        stretch = self._stretch(day.year)
        return self._nth(stretch, stretch.through[day.toordinal() - stretch.before - 1])

    def give_back(self, deadline: date, stopped_on: date, resumed_on: date) -> tuple[date, int]:
        """The deadline moved by the working days lost from `stopped_on` to `resumed_on`, and their number.

        The day of stopping is not counted; the day of resuming is. Nothing lost moves nothing.
        """
        lost = max(0, self.working_days_between(stopped_on, resumed_on))
        return self.add_working_days(deadline, lost), lost

    def _count(self, low: date, high: date) -> int:
        if low == high:
            return 0
        stretch = self._stretches.get(_first_counted_year(low))
        if stretch is None or high.year > stretch.last_year:
            raise UnknownYear(self._first_unknown(low))
        through, before = stretch.through, stretch.before
        return through[high.toordinal() - before] - through[low.toordinal() - before]

    def _first_unknown(self, low: date) -> int:
        year = _first_counted_year(low)
        while year in self.known_years:
            year += 1
        return year

    def _stretch(self, year: int) -> _Stretch:
        try:
            return self._stretches[year]
        except KeyError:
            raise UnknownYear(year) from None

    def _nth(self, stretch: _Stretch, index: int) -> date:
        if index < 0:
            raise UnknownYear(date.fromordinal(stretch.before).year)
        if index >= len(stretch.working):
            raise UnknownYear(stretch.last_year + 1)
        return date.fromordinal(stretch.working[index])
