"""The contextual date: what it says, and when it changes its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from caseflow.i18n import use_language
from caseflow.states.working_days import Calendar, DayKind, SpecialDay
from caseflow.views.clock_label import clock_label

CALENDAR = Calendar.of([SpecialDay(date(2026, 1, 1), DayKind.HOLIDAY, "45/2019/QH14")])
TODAY = date(2026, 11, 23)


@dataclass
class Timed:
    state: str = "in_progress"
    deadline: date | None = None
    resolved_on: date | None = None
    review_on: date | None = None


@pytest.mark.parametrize(
    ("deadline", "kind", "label"),
    [
        (date(2026, 11, 26), "soon", "Còn 3 ngày làm việc (đến hết 26/11/2026)"),
        (date(2026, 11, 30), "soon", "Còn 5 ngày làm việc (đến hết 30/11/2026)"),
        (date(2026, 12, 1), "on_track", "Còn 6 ngày làm việc (đến hết 01/12/2026)"),
        (date(2026, 11, 23), "due_today", "Đến hạn hôm nay (hết 23/11/2026)"),
        (date(2026, 11, 22), "overdue", "Quá hạn 1 ngày làm việc (từ 22/11/2026)"),
        (date(2026, 10, 12), "overdue", "Quá hạn 30 ngày làm việc (từ 12/10/2026)"),
        (date(2026, 10, 9), "long_overdue", "Quá hạn kéo dài 31 ngày làm việc (từ 09/10/2026)"),
        (None, "none", "Chưa có thời hạn"),
    ],
)
def test_running_clock_tells_working_days(deadline: date | None, kind: str, label: str) -> None:
    clock = clock_label(Timed(deadline=deadline), CALENDAR, TODAY)
    assert (clock.kind, clock.label) == (kind, label)


def test_year_without_special_days_shows_the_plain_date() -> None:
    far = clock_label(Timed(deadline=date(2027, 3, 1)), CALENDAR, TODAY)
    near = clock_label(Timed(deadline=date(2027, 1, 2)), CALENDAR, date(2026, 12, 30))
    late = clock_label(Timed(deadline=date(2027, 1, 2)), CALENDAR, date(2027, 2, 1))
    assert (far.kind, far.label) == ("on_track", "Đến hết 01/03/2027")
    assert (near.kind, late.kind) == ("soon", "overdue")


def test_stopped_clock_is_not_overdue() -> None:
    past = TODAY - timedelta(days=60)
    suspended = clock_label(Timed("suspended", past, None, date(2026, 12, 10)), CALENDAR, TODAY)
    assert (suspended.kind, suspended.label) == ("suspended", "Tạm dừng tính thời hạn (xem lại 10/12/2026)")
    assert clock_label(Timed("resolved", past, past), CALENDAR, TODAY).kind == "none"
    assert clock_label(Timed("verified", past, TODAY), CALENDAR, TODAY).kind == "none"
    assert clock_label(Timed("cancelled", past), CALENDAR, TODAY).kind == "none"


def test_result_after_the_deadline_leaves_the_clock_running() -> None:
    past = date(2026, 11, 16)
    assert clock_label(Timed("resolved", past, date(2026, 11, 17)), CALENDAR, TODAY).kind == "overdue"


def test_overdue_on_a_rest_day_counts_no_working_day_yet() -> None:
    clock = clock_label(Timed(deadline=date(2026, 11, 20)), CALENDAR, date(2026, 11, 21))
    assert (clock.kind, clock.label) == ("overdue", "Quá hạn (từ 20/11/2026)")


def test_english_knows_one_and_many() -> None:
    with use_language("en"):
        one = clock_label(Timed(deadline=date(2026, 11, 24)), CALENDAR, TODAY)
        two = clock_label(Timed(deadline=date(2026, 11, 25)), CALENDAR, TODAY)
    assert one.label.startswith("1 working day left")
    assert two.label.startswith("2 working days left")
