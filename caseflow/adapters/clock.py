"""The clock is a value that is passed in: only here is the real time read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, UTC
from typing import Protocol


class Clock(Protocol):
    """Tells the instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was set; for tests, the demo and `--now`."""

    instant: datetime

    def now(self) -> datetime:
        """The instant that was set."""
        return self.instant

    def forward(self, by: timedelta) -> None:
        """Move on."""
        self.instant += by
