"""What deeds are done with: the database, the clock, the keys and the files of one installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Self

from sqlalchemy import Connection, select

from caseflow.adapters.clock import Clock, SystemClock
from caseflow.adapters.file_store import FileStore
from caseflow.database.engine import Database
from caseflow.database.prepared import Prepared
from caseflow.models import Installation as InstallationRow
from caseflow.models import SpecialDayRow
from caseflow.queries.access import RightsShelf
from caseflow.settings import Settings
from caseflow.states.working_days import Calendar, DayKind, SpecialDay
from caseflow.trail.bell import Bell


@dataclass(slots=True)
class CalendarShelf:
    """The calendar as last read, and the edition that it was read at."""

    edition: int = -1
    calendar: Calendar | None = None


class Editions(NamedTuple):
    """Which calendar, and whose rights, hold: another number for each change."""

    calendar: int
    rights: int


@dataclass(frozen=True, slots=True)
class Installation:
    """One running installation; made once, shared by every request."""

    settings: Settings
    database: Database
    clock: Clock
    files: FileStore
    shelf: CalendarShelf = field(default_factory=CalendarShelf)
    bell: Bell = field(default_factory=Bell)
    rights: RightsShelf = field(default_factory=RightsShelf)

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None) -> Self:
        """Open what `settings` names."""
        return cls(
            settings, Database(settings.database_url), clock or SystemClock(), FileStore(settings.home)
        )

    def editions(self, connection: Connection) -> Editions:
        """Which calendar and which rights hold in the connection's transaction."""
        return Editions(*_EDITIONS.rows(connection, {})[0])

    def calendar(self, connection: Connection, edition: int | None = None) -> Calendar:
        """The calendar in force; read again only when an edition has been added."""
        if edition is None:
            edition = self.editions(connection).calendar
        if self.shelf.calendar is None or edition != self.shelf.edition:
            rows = connection.execute(_DAYS)
            days = [SpecialDay(day, DayKind(kind), decision) for day, kind, decision in rows]
            self.shelf.calendar, self.shelf.edition = Calendar.of(days), edition
        return self.shelf.calendar


_EDITIONS = Prepared(select(InstallationRow.calendar_edition, InstallationRow.rights_edition))
_DAYS = select(SpecialDayRow.day, SpecialDayRow.kind, SpecialDayRow.decision)
