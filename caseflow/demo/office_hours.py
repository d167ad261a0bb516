"""Office time as one line: a position counts working days, its fraction the hours of the day.

So a story can be planned by adding days to a position, and always falls in office hours of a working day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, UTC

from caseflow.states.working_days import Calendar, ZONE

BEFORE_ALL = date(2020, 12, 31)
OPENS = time(7, 30)
OPEN_FOR = timedelta(hours=9)


class OfficeHours:
    """Turns positions into days and instants and back.

    Position 1.0 is the opening of the first working day of 2021; `now` is the opening of the first working
    day that is not over when `today` begins: whatever lies before it has happened.
    """

    def __init__(self, calendar: Calendar, today: date) -> None:
        self._calendar = calendar
        self.today = today
        self.now = float(calendar.working_days_between(BEFORE_ALL, today - timedelta(days=1)) + 1)
        last_known = date(max(calendar.known_years), 12, 31)
        self._last = calendar.working_days_between(BEFORE_ALL, last_known)

    def day(self, position: float) -> date:
        """The working day of a position; one beyond the known years is the last known working day."""
        return self._calendar.add_working_days(BEFORE_ALL, min(int(position), self._last))

    def knows(self, position: float) -> bool:
        """Whether the position lies in the known years."""
        return int(position) <= self._last

    def instant(self, position: float) -> datetime:
        """The instant of a position, in UTC, to the second."""
        seconds = int(OPEN_FOR.total_seconds() * (position % 1))
        opening = datetime.combine(self.day(position), OPENS, ZONE).astimezone(UTC)
        return opening + timedelta(seconds=seconds)

    def position(self, day: date) -> float:
        """The opening of `day`, or of the next working day."""
        return float(self._calendar.working_days_between(BEFORE_ALL, day - timedelta(days=1)) + 1)
