"""The bundled special days: whole, consistent, and compared with an independent list."""

from __future__ import annotations

from datetime import date, timedelta
from unicodedata import is_normalized

import holidays

from caseflow.adapters.special_days import bundled_special_days
from caseflow.states.working_days import Calendar, DAY_KIND_NAMES, DayKind

CALENDAR = Calendar.of(bundled_special_days())


def test_bundled_days_are_whole() -> None:
    bundled = bundled_special_days()
    days = [special.day for special in bundled]
    assert days == sorted(set(days))
    assert CALENDAR.known_years == set(range(2020, 2028))
    assert all(special.decision and is_normalized("NFC", special.decision) for special in bundled)


def test_every_swapped_rest_day_is_made_up_on_a_saturday() -> None:
    of_kind = {
        kind: [special for special in bundled_special_days() if special.kind is kind]
        for kind in DAY_KIND_NAMES
    }
    rest, worked = of_kind[DayKind.SWAPPED_REST_DAY], of_kind[DayKind.MAKE_UP_WORKING_DAY]
    assert sorted((s.day.year, s.decision) for s in rest) == sorted((s.day.year, s.decision) for s in worked)
    assert all(special.day.weekday() < 5 for special in rest)
    assert all(special.day.weekday() == 5 for special in worked)


def test_a_holiday_on_a_weekend_costs_the_year_no_day_off() -> None:
    """Labour Code, article 111.3: 11 days off on weekdays a year, 10 before 2021, 12 with Culture Day."""
    for year, statutory in {2020: 10, **dict.fromkeys(range(2021, 2026), 11), 2026: 12, 2027: 12}.items():
        off = [
            special.day
            for special in bundled_special_days()
            if special.kind is DayKind.HOLIDAY and special.day.year == year and special.day.weekday() < 5
        ]
        assert len(off) == statutory, year


# Every day on which the package `holidays` and the bundled days may differ, and why.
EXPLAINED = {
    "2026-01-02": "the package does not know the swap of Công văn 12729/VPCP-KGVX: Friday off",
    "2026-01-10": "the same swap: Saturday worked",
}
# Listed by one side alone, but on a weekend: no working day differs.
EXPLAINED_WEEKENDS = {
    "2025-02-01": "the package lists the fourth of Tết; Thông báo 6150/TB-BLĐTBXH took 28 Chạp to the third",
}


def test_working_days_agree_with_the_holidays_package() -> None:
    theirs = holidays.country_holidays("VN", years=range(2020, 2028))
    differing = {
        d.isoformat()
        for d in (date(2020, 1, 1) + timedelta(days=n) for n in range(8 * 365 + 2))
        if CALENDAR.is_working_day(d) != theirs.is_working_day(d)
    }
    assert differing <= set(EXPLAINED)


def test_listed_holidays_agree_with_the_holidays_package() -> None:
    theirs = set(holidays.country_holidays("VN", years=range(2020, 2028)))
    ours = {
        special.day for special in bundled_special_days() if special.kind is not DayKind.MAKE_UP_WORKING_DAY
    }
    assert {d.isoformat() for d in theirs ^ ours} <= set(EXPLAINED) | set(EXPLAINED_WEEKENDS)
