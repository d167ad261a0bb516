"""Working days of Viet Nam, counted by hand from the yearly decisions and the Civil Code."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.adapters.special_days import bundled_special_days
from caseflow.states.working_days import (
    Calendar,
    DayKind,
    end_of_day_utc,
    SpecialDay,
    UnknownYear,
    vn_date,
)

CALENDAR = Calendar.of(bundled_special_days())
ONE_DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


# (start, working days, deadline). The comment says what lies between.
DEADLINES = [
    # New Year
    ("2021-12-31", 1, "2022-01-04"),  # 1/1 a Saturday, in lieu on Monday
    ("2022-12-30", 1, "2023-01-03"),  # 1/1 a Sunday, in lieu on Monday
    ("2025-12-31", 1, "2026-01-05"),  # Friday 2/1 swapped
    ("2026-01-05", 5, "2026-01-10"),  # Saturday 10/1 worked
    ("2026-01-09", 2, "2026-01-12"),
    ("2026-12-31", 1, "2027-01-04"),
    # Tết 2020: 23–29/1
    ("2020-01-22", 1, "2020-01-30"),
    # Tết 2021: 10–16/2
    ("2021-02-09", 1, "2021-02-17"),
    ("2021-02-08", 5, "2021-02-22"),
    ("2021-02-12", 1, "2021-02-17"),  # asked for on the first day of the year itself
    # Tết 2022: 31/1–4/2 between two weekends
    ("2022-01-28", 1, "2022-02-07"),
    ("2022-01-26", 3, "2022-02-07"),
    ("2022-01-28", 10, "2022-02-18"),
    # Tết 2023: 20–26/1
    ("2023-01-19", 1, "2023-01-27"),
    ("2023-01-18", 3, "2023-01-30"),
    # Tết 2024: 8–14/2
    ("2024-02-07", 1, "2024-02-15"),
    ("2024-02-05", 5, "2024-02-19"),
    # Tết 2025: 27–31/1 between two weekends
    ("2025-01-24", 1, "2025-02-03"),
    ("2025-01-22", 4, "2025-02-04"),
    # Tết 2026: 16–20/2 between two weekends
    ("2026-02-13", 1, "2026-02-23"),
    ("2026-02-11", 10, "2026-03-04"),
    # Tết 2027: 4–10/2
    ("2027-02-03", 1, "2027-02-11"),
    ("2027-02-01", 5, "2027-02-15"),
    # the Hùng Kings' day, 30/4 and 1/5
    ("2020-04-29", 1, "2020-05-04"),
    ("2021-04-20", 1, "2021-04-22"),
    ("2021-04-29", 1, "2021-05-04"),  # 1/5 a Saturday, in lieu on Monday
    ("2022-04-08", 1, "2022-04-12"),  # 10/3 of the lunar year a Sunday
    ("2022-04-29", 1, "2022-05-04"),  # both on a weekend
    ("2023-04-28", 1, "2023-05-04"),  # three holidays in a row, two in lieu
    ("2024-04-26", 1, "2024-05-02"),  # Monday 29/4 swapped
    ("2024-05-02", 2, "2024-05-04"),  # Saturday 4/5 worked
    ("2024-04-26", 4, "2024-05-06"),
    ("2025-04-25", 1, "2025-04-26"),  # Saturday 26/4 worked
    ("2025-04-25", 3, "2025-04-29"),
    ("2025-04-29", 1, "2025-05-05"),  # Friday 2/5 swapped
    ("2026-04-24", 1, "2026-04-28"),
    ("2026-04-29", 1, "2026-05-04"),
    ("2027-04-15", 1, "2027-04-19"),
    ("2027-04-29", 1, "2027-05-04"),
    # National Day
    ("2020-09-01", 1, "2020-09-03"),  # one day under the Code of 2012
    ("2021-09-01", 1, "2021-09-06"),  # 2 and 3/9
    ("2022-08-31", 1, "2022-09-05"),  # 1 and 2/9
    ("2023-08-31", 1, "2023-09-05"),  # 1 and 2/9, Monday 4/9 in lieu
    ("2024-08-30", 1, "2024-09-04"),  # 2 and 3/9
    ("2025-08-29", 1, "2025-09-03"),  # 1 and 2/9
    ("2026-08-28", 1, "2026-09-03"),  # Monday 31/8 swapped, 1 and 2/9
    ("2026-08-21", 1, "2026-08-22"),  # Saturday 22/8 worked
    ("2026-08-21", 6, "2026-08-28"),
    ("2027-09-01", 1, "2027-09-06"),  # 2 and 3/9
    # Vietnamese Culture Day, from 2026
    ("2025-11-21", 1, "2025-11-24"),
    ("2026-11-23", 1, "2026-11-25"),
    ("2026-11-24", 3, "2026-11-27"),
    ("2027-11-23", 1, "2027-11-25"),
    # ends of months
    ("2023-02-28", 1, "2023-03-01"),
    ("2024-02-28", 1, "2024-02-29"),
    ("2026-07-31", 1, "2026-08-03"),
    ("2026-03-31", 20, "2026-04-29"),
    # nothing to count
    ("2026-04-26", 0, "2026-04-26"),
    # backwards, as reminders count
    ("2026-11-27", -3, "2026-11-23"),
    ("2027-02-12", -5, "2027-01-29"),
    ("2026-01-12", -1, "2026-01-10"),
    ("2022-01-01", -1, "2021-12-31"),
]

# (after, up to and including, working days)
SPANS = [
    ("2026-11-24", "2026-11-27", 3),
    ("2026-11-27", "2026-11-30", 1),
    ("2026-11-30", "2026-11-27", -1),  # one working day late
    ("2026-11-28", "2026-11-27", 0),  # late by a Saturday only
    ("2026-11-27", "2026-11-27", 0),
    ("2021-02-09", "2021-02-16", 0),
    ("2024-04-26", "2024-05-04", 3),
    ("2025-12-31", "2026-01-12", 7),
    # whole years: weekdays, less those off, plus Saturdays worked
    ("2019-12-31", "2020-12-31", 262 - 10),
    ("2020-12-31", "2021-12-31", 261 - 11),
    ("2021-12-31", "2022-12-31", 260 - 11),
    ("2022-12-31", "2023-12-31", 260 - 11),
    ("2023-12-31", "2024-12-31", 262 - 12 + 1),
    ("2024-12-31", "2025-12-31", 261 - 12 + 1),
    ("2025-12-31", "2026-12-31", 261 - 14 + 2),
    ("2026-12-31", "2027-12-31", 261 - 12),
    ("2020-12-31", "2026-12-31", 250 + 249 + 249 + 251 + 250 + 249),
]

# (a last day, where it falls)
LAST_DAYS = [
    ("2022-01-01", "2022-01-04"),
    ("2023-04-29", "2023-05-04"),
    ("2025-08-31", "2025-09-03"),
    ("2026-01-03", "2026-01-05"),
    ("2026-08-22", "2026-08-22"),  # a Saturday, but worked
    ("2026-10-31", "2026-11-02"),
    ("2026-11-24", "2026-11-25"),
    ("2026-11-27", "2026-11-27"),
    ("2027-02-06", "2027-02-11"),
]

# (deadline, stopped, going on, new deadline, working days lost): suspensions, then returns
STOPS = [
    ("2026-11-20", "2026-11-09", "2026-11-16", "2026-11-30", 5),
    ("2026-02-27", "2026-02-13", "2026-02-23", "2026-03-02", 1),  # nine days, all Tết but one
    ("2025-02-14", "2025-01-24", "2025-02-02", "2025-02-14", 0),  # all of it Tết
    ("2026-11-22", "2026-11-18", "2026-11-18", "2026-11-22", 0),  # same day: even a Sunday stays
    ("2021-02-26", "2021-01-25", "2021-02-24", "2021-03-23", 17),  # the longest, over Tết
    ("2026-01-08", "2025-12-29", "2026-01-06", "2026-01-13", 4),  # over New Year, Saturday worked
    ("2024-04-30", "2024-04-25", "2024-05-06", "2024-05-07", 5),
    ("2026-08-28", "2026-08-20", "2026-08-22", "2026-09-04", 2),
    ("2026-11-27", "2026-11-20", "2026-11-18", "2026-11-27", 0),  # a clock that went back gives nothing
]


@pytest.mark.parametrize(("start", "n", "deadline"), DEADLINES)
def test_deadline_in_working_days(start: str, n: int, deadline: str) -> None:
    assert CALENDAR.add_working_days(day(start), n) == day(deadline)


@pytest.mark.parametrize(("a", "b", "count"), SPANS)
def test_working_days_between(a: str, b: str, count: int) -> None:
    assert CALENDAR.working_days_between(day(a), day(b)) == count
    assert CALENDAR.working_days_between(day(b), day(a)) == -count


@pytest.mark.parametrize(("last", "moved"), LAST_DAYS)
def test_last_day_on_a_rest_day_moves_on(last: str, moved: str) -> None:
    assert CALENDAR.roll_forward(day(last)) == day(moved)


@pytest.mark.parametrize(("deadline", "stopped", "resumed", "moved", "lost"), STOPS)
def test_days_lost_are_given_back(deadline: str, stopped: str, resumed: str, moved: str, lost: int) -> None:
    assert CALENDAR.give_back(day(deadline), day(stopped), day(resumed)) == (day(moved), lost)


def test_instants_have_a_vietnamese_day() -> None:
    assert vn_date(datetime(2026, 11, 27, 16, 59, 59, 999999, UTC)) == date(2026, 11, 27)
    assert vn_date(datetime(2026, 11, 27, 17, tzinfo=UTC)) == date(2026, 11, 28)
    assert end_of_day_utc(date(2026, 11, 27)) == datetime(2026, 11, 27, 16, 59, 59, 999999, UTC)
    with pytest.raises(ValueError, match="time zone"):
        vn_date(datetime(2026, 11, 27))  # noqa: DTZ001 - the refusal is the point


# --- years that nobody has entered


def test_unknown_year_is_refused_and_named() -> None:
    with pytest.raises(UnknownYear) as refusal:
        CALENDAR.add_working_days(date(2027, 12, 20), 30)
    assert refusal.value.year == 2028
    assert refusal.value.code == "calendar_year_unknown"
    assert "2028" in str(refusal.value)
    assert "administrator" in str(refusal.value)
    at_field = refusal.value.at("working_days", 30)
    assert [(p.field, p.value) for p in at_field.problems] == [("working_days", 30)]


@pytest.mark.parametrize("year", [1, 2019, 2028, 9999])
def test_every_question_about_an_unknown_year_is_refused(year: int) -> None:
    there = date(year, 6, 15)
    for ask in (
        lambda: CALENDAR.is_working_day(there),
        lambda: CALENDAR.roll_forward(there),
        lambda: CALENDAR.add_working_days(there, 1),
        lambda: CALENDAR.add_working_days(there, -1),
        lambda: CALENDAR.working_days_between(there, date(2026, 11, 24)),
        lambda: CALENDAR.working_days_between(date(2026, 11, 24), there),
    ):
        with pytest.raises(UnknownYear):
            ask()


def test_edges_of_what_is_known() -> None:
    assert CALENDAR.add_working_days(date(2019, 12, 31), 1) == date(2020, 1, 2)
    assert CALENDAR.add_working_days(date(2028, 1, 1), -1) == date(2027, 12, 31)
    assert CALENDAR.working_days_between(date(2019, 12, 31), date(2020, 1, 2)) == 1
    for beyond in (date(2027, 12, 31), date.max):
        with pytest.raises(UnknownYear):
            CALENDAR.add_working_days(beyond, 1)
    for before in (date(2020, 1, 2), date.min):
        with pytest.raises(UnknownYear):
            CALENDAR.add_working_days(before, -1)
    with pytest.raises(UnknownYear) as refusal:
        CALENDAR.working_days_between(date(2026, 1, 1), date(2028, 1, 3))
    assert refusal.value.year == 2028


def test_a_gap_between_known_years_is_not_jumped() -> None:
    gapped = Calendar((), frozenset({2020, 2022}))
    with pytest.raises(UnknownYear) as refusal:
        gapped.working_days_between(date(2020, 6, 1), date(2022, 6, 1))
    assert refusal.value.year == 2021
    with pytest.raises(UnknownYear):
        gapped.add_working_days(date(2020, 12, 31), 1)
    assert gapped.add_working_days(date(2021, 12, 31), 1) == date(2022, 1, 3)


def test_a_swap_over_new_year_does_not_make_the_next_year_known() -> None:
    swap = SpecialDay(date(2028, 1, 8), DayKind.MAKE_UP_WORKING_DAY, "A decision")
    calendar = Calendar.of((*bundled_special_days(), swap))
    assert calendar.known_years == CALENDAR.known_years
    with pytest.raises(UnknownYear):
        calendar.is_working_day(date(2028, 1, 8))


def test_contradicting_rows_are_refused() -> None:
    saturday = date(2026, 8, 22)
    rows = [
        SpecialDay(saturday, kind, "A decision") for kind in (DayKind.HOLIDAY, DayKind.MAKE_UP_WORKING_DAY)
    ]
    with pytest.raises(ValueError, match="2026-08-22"):
        Calendar.of(rows)


# --- against counting day by day

YEARS = range(2023, 2026)
DAYS = st.dates(date(2022, 12, 31), date(2025, 12, 31))


@st.composite
def rows(draw: st.DrawFn) -> dict[date, DayKind]:
    inside = st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31))
    return draw(st.dictionaries(inside, st.sampled_from(DayKind), max_size=60))


def works(special: dict[date, DayKind], on: date) -> bool:
    kind = special.get(on)
    return on.weekday() < 5 if kind is None else kind == "make_up_working_day"


def days_after(a: date, b: date) -> list[date]:
    return [a + n * ONE_DAY for n in range(1, (b - a).days + 1)]


def calendar_of(special: dict[date, DayKind]) -> Calendar:
    return Calendar(tuple(SpecialDay(d, kind, "A decision") for d, kind in special.items()), frozenset(YEARS))


@given(rows(), DAYS, DAYS)
def test_between_is_counting_day_by_day(special: dict[date, DayKind], a: date, b: date) -> None:
    low, high = min(a, b), max(a, b)
    counted = sum(works(special, d) for d in days_after(low, high))
    assert calendar_of(special).working_days_between(a, b) == (counted if a <= b else -counted)


@given(rows(), DAYS, st.integers(1, 400))
def test_adding_is_stepping_day_by_day(special: dict[date, DayKind], start: date, n: int) -> None:
    working = [d for d in days_after(start, date(2025, 12, 31)) if works(special, d)]
    calendar = calendar_of(special)
    if len(working) < n:
        with pytest.raises(UnknownYear):
            calendar.add_working_days(start, n)
        return
    assert calendar.add_working_days(start, n) == working[n - 1]
    assert calendar.working_days_between(start, working[n - 1]) == n
    assert calendar.roll_forward(start + ONE_DAY) == working[0]


@given(rows(), st.dates(date(2023, 1, 2), date(2025, 12, 31)), st.integers(1, 400))
def test_going_back_is_stepping_day_by_day(special: dict[date, DayKind], start: date, n: int) -> None:
    earlier = [d for d in days_after(date(2022, 12, 31), start - ONE_DAY) if works(special, d)]
    calendar = calendar_of(special)
    if len(earlier) < n:
        with pytest.raises(UnknownYear):
            calendar.add_working_days(start, -n)
    else:
        assert calendar.add_working_days(start, -n) == earlier[-n]
