"""The query string of the log's page: read leniently, written in one canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from caseflow.adapters.dates import parse_date
from caseflow.errors import InvalidInput
from caseflow.i18n import format_date
from caseflow.messages import N_
from caseflow.queries.log_events import LogFilter
from caseflow.states.folding import tidy
from caseflow.states.working_days import end_of_day_utc
from caseflow.views.log_story import groups, types_of

PLACE = "/nhat-ky"
LABELS = {
    "loai": N_("Kind of event"),
    "nguoi": N_("Person"),
    "ma": N_("Case"),
    "tu": N_("From day"),
    "den": N_("Until day"),
    "truoc": N_("Older records"),
}
"""The parameters, in their order; the last one is the place in the log."""
FILTERS = tuple(LABELS)[:-1]
LONGEST = 100


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the log was asked for: canonical values by parameter, and what could not be read."""

    values: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[tuple[str, str], ...] = ()

    def one(self, name: str) -> str:
        """The value of a parameter, or nothing."""
        return self.values.get(name, "")

    @property
    def before(self) -> UUID | None:
        """The event that the page goes down from."""
        return UUID(self.one("truoc")) if self.one("truoc") else None

    def filters(self) -> list[tuple[str, str]]:
        """Every filter in use as parameter and value."""
        return [(name, self.values[name]) for name in FILTERS if name in self.values]

    def address(self, *, older: UUID | None = None) -> str:
        """Where this list is, or its continuation below `older`."""
        pairs = [*self.filters(), *([("truoc", str(older))] if older else [])]
        return f"{PLACE}?{urlencode(pairs)}#log" if pairs else f"{PLACE}#log"

    def without(self, name: str) -> str:
        """Where the list is with one filter less."""
        return LogQuery({key: value for key, value in self.values.items() if key != name}).address()

    def log_filter(self) -> LogFilter:
        """What the select is asked."""
        first, last = _day(self.one("tu")), _day(self.one("den"))
        return LogFilter(
            types=types_of(self.one("loai")) if self.one("loai") else None,
            person=self.one("nguoi"),
            case=self.one("ma"),
            since=_begin(first) if first else None,
            until=_begin(last + timedelta(days=1)) if last else None,
        )


def read_log_query(arguments: Mapping[str, str]) -> LogQuery:
    """Read a query string; what cannot be read is left out and named."""
    values: dict[str, str] = {}
    ignored: list[tuple[str, str]] = []
    for name in LABELS:
        text = tidy(arguments.get(name, ""))[:LONGEST]
        value = _read(name, text) if text else None
        if value is not None:
            values[name] = value
        elif text:
            ignored.append((name, text))
    return LogQuery(values, tuple(ignored))


def _read(name: str, text: str) -> str | None:
    match name:
        case "loai":
            return text if text in dict(groups()) else None
        case "tu" | "den":
            day = _day(text)
            return format_date(day) if day else None
        case "truoc":
            return _uuid(text)
        case "ma":
            return text.upper()
    return text


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except InvalidInput:
        return None


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _begin(day: date) -> datetime:
    """The first instant of a Vietnamese day."""
    return end_of_day_utc(day - timedelta(days=1)) + timedelta(microseconds=1)
