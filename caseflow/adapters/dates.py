"""Days and instants as people and other programs write them."""

from __future__ import annotations

import re
from datetime import date, datetime, UTC
from typing import Literal
from zoneinfo import ZoneInfo

from caseflow.adapters.tables import shorten
from caseflow.errors import InvalidInput
from caseflow.messages import Message, N_, say

Style = Literal["dmy", "mdy", "iso"]

YEARS = range(1900, 2200)  # others are slips of the finger
ISO = "iso"

_PARTS = re.compile(r"([0-9]{1,4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,6})\Z")
_NOT_A_DATE = {
    "dmy": N_("%(value)s is not a date; write day/month/year, for example 28/02/2026."),
    "mdy": N_("%(value)s is not a date; write month/day/year, for example 02/28/2026."),
    "iso": N_("%(value)s is not a date; write year-month-day, for example 2026-02-28."),
}


def parse_date(value: object, style: Style = "dmy", field: str = "date") -> date:
    """The day in a text or a cell: dd/mm/yyyy, d-m-yyyy, d.m.yyyy, always also yyyy-mm-dd, and date cells.

    `style` says the order in which other texts are read. Raises `InvalidInput` for days that do not exist,
    for years of two digits or outside 1900–2199, and for plain numbers.
    """
    if isinstance(value, datetime):
        value = value.date()
    day = value if isinstance(value, date) else _from_text(value, style, field)
    if day.year not in YEARS:
        raise _refusal(
            field, value, N_("%(value)s is hardly meant; write a year from 1900 to 2199, with four digits.")
        )
    return day


def _from_text(value: object, style: Style, field: str) -> date:
    found = _PARTS.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _refusal(field, value, _NOT_A_DATE[style])
    first, second, third = found.groups()
    if len(first) <= 2 and len(third) == 2 and style != "iso":
        text = N_("%(value)s has a year of two digits; write all four, for example 28/02/2026.")
        raise _refusal(field, value, text)
    try:
        return _ordered(first, second, third, style)
    except ValueError as failure:
        raise _refusal(field, value, _NOT_A_DATE[style]) from failure


def _ordered(first: str, second: str, third: str, style: Style) -> date:
    if len(first) == 4 and len(third) <= 2:
        return date(int(first), int(second), int(third))
    if len(first) > 2 or len(third) != 4 or style == "iso":
        raise ValueError
    day, month = (first, second) if style == "dmy" else (second, first)
    return date(int(third), int(month), int(day))


def parse_instant(value: object, fmt: str = ISO, zone: str | None = None, field: str = "instant") -> datetime:
    """The instant in a text of another register, in UTC.

    `fmt` is "iso" (ISO 8601) or a `strptime` format; `zone` is the place whose clocks a text without an offset
    means. A cell that is a date already needs the zone alone; a day alone means its first moment. Raises
    `InvalidInput` for texts of another form, clock times that a change of clocks left out, unknown zones.
    """
    local = _moment(value, fmt, field)
    try:
        return (local if local.tzinfo else _placed(local, zone, value, field)).astimezone(UTC)
    except OverflowError as failure:
        raise _refusal(field, value, N_("%(value)s lies outside the calendar; check the year.")) from failure


def _moment(value: object, fmt: str, field: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - placed in its zone by the caller
    text = value.strip() if isinstance(value, str) else ""
    try:
        return datetime.fromisoformat(text) if fmt == ISO else _strptime(text, fmt)
    except (ValueError, OverflowError) as failure:
        if fmt == ISO:
            raise _refusal(
                field,
                value,
                N_("%(value)s is not an ISO 8601 date or time; write for example 2026-02-28T07:30:00+07:00."),
            ) from failure
        message = say(
            N_(
                "%(value)s does not have the form %(format)s; correct the value, or the form in the mapping file."
            ),
            value=shorten(value),
            format=fmt,
        )
        raise InvalidInput.of(field, message, value) from failure


def _strptime(text: str, fmt: str) -> datetime:
    try:
        return datetime.strptime(text, fmt)  # noqa: DTZ007 - placed in its zone by the caller
    except re.error as failure:  # a directive that stands twice
        raise ValueError from failure


def _placed(local: datetime, zone: str | None, value: object, field: str) -> datetime:
    """The local time in its zone; the earlier one of the two where clocks were put back."""
    if zone is None:
        text = N_("%(value)s does not say its time zone; name one, for example Asia/Ho_Chi_Minh.")
        raise _refusal(field, value, text)
    placed = local.replace(tzinfo=_zone(zone))
    if placed.astimezone(UTC).astimezone(placed.tzinfo).replace(tzinfo=None) != local.replace(fold=0):
        raise _refusal(
            field,
            value,
            N_("%(value)s was skipped when the clocks were put forward; check the time or its zone."),
        )
    return placed


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as failure:
        text = say(N_("%(value)s is not a time zone; write one like Asia/Ho_Chi_Minh."), value=shorten(name))
        raise InvalidInput.of("zone", text, name) from failure


def _refusal(field: str, value: object, text: str) -> InvalidInput:
    message: Message = say(text, value="—" if value is None else shorten(value))
    return InvalidInput.of(field, message, value)
