"""Days and instants as people and other programs write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.adapters.dates import parse_date, parse_instant, Style
from caseflow.errors import CaseflowError, InvalidInput


@pytest.mark.parametrize(
    "value",
    ["05/03/2026", "5/3/2026", "5-3-2026", "5.3.2026", " 05 / 03 / 2026 ", "2026-03-05", date(2026, 3, 5),
     datetime.fromisoformat("2026-03-05T09:30")],
)  # fmt: skip
def test_days_are_read_day_first(value: object) -> None:
    assert parse_date(value) == date(2026, 3, 5)


def test_style_sets_the_order() -> None:
    assert parse_date("05/03/2026", "mdy") == date(2026, 5, 3)
    assert parse_date("2026-03-05", "mdy") == date(2026, 3, 5)
    assert parse_date("2026-03-05", "iso") == date(2026, 3, 5)
    with pytest.raises(InvalidInput):
        parse_date("05/03/2026", "iso")


def test_day_that_does_not_exist_is_refused_with_an_example() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_date("31/02/2026", field="deadline")
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == ("deadline", "31/02/2026")
    assert str(problem.message) == "31/02/2026 is not a date; write day/month/year, for example 28/02/2026."


def test_year_of_two_digits_is_refused() -> None:
    with pytest.raises(InvalidInput, match="two digits"):
        parse_date("05/03/26")


@pytest.mark.parametrize("value", ["", "mai", "5/3", 46000, 46000.5, True, None, "05/03/0026", "05/03/20266", "٠٥/٠٣/٢٠٢٦",
                                   "2026-13-01", "5/3/2026 9:30", date(26, 3, 5)])  # fmt: skip
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        parse_date(value)


@given(
    st.text() | st.from_regex(r"\A[0-9]{1,5}[-/.][0-9]{1,3}[-/.][0-9]{1,5}\Z"),
    st.sampled_from(["dmy", "mdy", "iso"]),
)
@settings(max_examples=200, deadline=None)
def test_no_text_raises_anything_but_a_refusal(text: str, style: Style) -> None:
    with suppress(CaseflowError):
        assert 1900 <= parse_date(text, style).year < 2200


def test_instants_with_an_offset_are_read() -> None:
    assert parse_instant("2011-10-11T13:42:22.688+02:00") == datetime(2011, 10, 11, 11, 42, 22, 688_000, UTC)


def test_instants_without_an_offset_take_the_zone() -> None:
    hanoi = "Asia/Ho_Chi_Minh"
    assert parse_instant("2026-03-05T07:00:00", zone=hanoi) == datetime(2026, 3, 5, tzinfo=UTC)
    assert parse_instant("05/03/2026 07:00", "%d/%m/%Y %H:%M", hanoi) == datetime(2026, 3, 5, tzinfo=UTC)
    assert parse_instant(datetime.fromisoformat("2026-03-05T07:00"), zone=hanoi) == datetime(
        2026, 3, 5, tzinfo=UTC
    )
    assert parse_instant(date(2026, 3, 5), zone=hanoi) == datetime(2026, 3, 4, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "fmt", "zone", "field"),
    [
        ("2026-03-05T07:00:00", "iso", None, "ended_at"),
        ("5/3/2026", "iso", "UTC", "ended_at"),
        ("2026-03-05", "%d/%m/%Y", "UTC", "ended_at"),
        ("x", "%d %d", "UTC", "ended_at"),
        ("x", "%", "UTC", "ended_at"),
        ("2026-03-05", "iso", "Sao/Hoa", "zone"),
        ("2026-03-05", "iso", "../etc/passwd", "zone"),
        ("2012-03-25T02:30:00", "iso", "Europe/Amsterdam", "ended_at"),
        ("0001-01-01T00:00:00+14:00", "iso", None, "ended_at"),
        ("0001-01-01T00:00:00", "iso", "Asia/Ho_Chi_Minh", "ended_at"),
        (None, "iso", "UTC", "ended_at"),
        (5, "%d", "UTC", "ended_at"),
    ],
)
def test_other_instants_are_refused(value: object, fmt: str, zone: str | None, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_instant(value, fmt, zone, "ended_at")
    assert caught.value.problems[0].field == field
