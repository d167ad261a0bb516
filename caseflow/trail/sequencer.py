"""The sequencer: gives indices to what waits, in batches, and has the log published. Of many, one at a time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, Connection, func, select, Table, update

from caseflow.adapters.clock import Clock
from caseflow.adapters.file_lock import FileLock
from caseflow.adapters.whole_file import write_whole
from caseflow.database.engine import Database
from caseflow.database.prepared import Prepared
from caseflow.models import LogState
from caseflow.settings import Settings
from caseflow.trail.alarms import (
    Alarm,
    DATABASE_BEHIND,
    end_alarms,
    INDEX_GAP,
    open_alarms,
    raise_alarm,
    SIGNER_REFUSED,
    STOPPING,
)
from caseflow.trail.bell import Bell
from caseflow.trail.open_signer import open_signer
from caseflow.trail.publishing import Hashed, Leaves, Publisher
from caseflow.trail.sealing_queue import (
    anything_waits,
    event_named,
    EVENTS,
    indexed,
    Judge,
    Queued,
    sealed_events,
    waiting_batch,
)
from caseflow.trail.signer import SignerMoved, SignerRefused, Signing
from caseflow.trail.tiles import TileFolder

LOG = structlog.get_logger("caseflow.trail")
STATE: Table = LogState.__table__  # type: ignore[assignment]

LEASE = timedelta(seconds=10)
LEASE_LEFT = timedelta(seconds=5)
"""A lease that ends sooner is renewed before anything is done."""


class Stopped(Exception):
    """Sealing cannot go on: `alarm` says why."""

    def __init__(self, alarm: Alarm) -> None:
        super().__init__(alarm.detail)
        self.alarm = alarm


class Sequencer:
    """Seals what waits in `database`, one step at a time. `stopped` is why it could not go on, when last tried.

    The lock of HOME keeps the processes of this machine apart, the lease in the database those of others. All
    that it remembers is looked at again at each step: any step may be the first after a crash anywhere.
    """

    def __init__(
        self, settings: Settings, database: Database, clock: Clock, bell: Bell | None = None
    ) -> None:
        self._settings, self._database, self._clock = settings, database, clock
        self._bell = bell or Bell()
        self._lock = FileLock(settings.home / "sealing.lock")
        self._folder = TileFolder(settings.log_folder)
        self._judge = Judge(settings.writer_key)
        self._publisher: Publisher | None = None
        self._signer: Signing | None = None
        self._place = _place(settings)
        self._lease_until: datetime | None = None
        self.stopped: Alarm | None = None

    def step(self) -> int:
        """Seal at most one batch and publish it; answer how many events were sealed.

        0 where nothing waits, another seals, or sealing has stopped: then an alarm is open. Raises the refusals
        of a signer that cannot be reached, and what database and disk raise; the next step goes on from there.
        """
        if not self._anything_to_do():
            return 0
        with self._lock.tried() as mine:
            if not mine or not self._leased():
                return 0
            try:
                return self._seal()
            except SignerMoved:
                return 0  # another has published meanwhile: the next step sees it
            except Stopped as stopped:
                self._stop(stopped.alarm)
            except SignerRefused as refusal:
                self._stop(Alarm(SIGNER_REFUSED, str(refusal)))
        return 0

    def run_dry(self) -> int:
        """Step until nothing is left to do; answer how many events were sealed in all."""
        total = 0
        while sealed := self.step():
            total += sealed
        return total

    def recheck(self) -> None:
        """Judge the events that are held back once more; an alarm ends where its cause is gone."""
        with self._database.reading() as connection:
            alarms = [(key, one) for key, one in open_alarms(connection) if one.event is not None]
            over = [key for key, one in alarms if self._is_over(connection, one.event or 0)]
        if over:
            with self._database.transaction() as connection:
                end_alarms(connection, over, self._clock.now())

    def tidy(self) -> None:
        """Remove files of the log that wider ones have made superfluous, where nobody else is at it."""
        with self._lock.tried() as mine:
            if mine and (size := self._open_publisher().look()):
                self._folder.tidy(size)

    # --- one step ----------------------------------------------------------------------------------

    def _anything_to_do(self) -> bool:
        with self._database.reading() as connection:
            size, published, _ = _STANDS.rows(connection, {})[0]
            return bool(size != published or anything_waits(connection) or size != indexed(connection))

    def _seal(self) -> int:
        publisher = self._open_publisher()
        size = self._agreed_size(publisher)
        if size > publisher.size:  # what a crash, or another's crash, left unpublished comes first
            publisher.publish(size, self._from_database)
        with self._database.reading() as connection:
            batch = waiting_batch(connection)
            judged = self._judge.judge(connection, batch)
        good = judged.good
        if batch and not self._give_indices(size, good, judged.alarms):
            return 0
        if good:
            self._judge.learn(judged.heads)
            publisher.publish(size + len(good), _held(size, ([event.leaf for event in good], judged.hashes)))
        self._note_published(publisher.size)
        self.stopped = None
        return len(good)

    def _open_publisher(self) -> Publisher:
        if self._publisher is None:
            self._signer = open_signer(self._settings)
            self._publisher = Publisher(self._folder, self._signer)
        return self._publisher

    def _agreed_size(self, publisher: Publisher) -> int:
        """How many events have an index, once database, disk and signer agree on it. Raises Stopped."""
        published = publisher.look()
        with self._database.reading() as connection:
            size, *_ = _STANDS.rows(connection, {})[0]
            given = indexed(connection)
        if size != given:
            raise Stopped(Alarm(INDEX_GAP, f"log_state tells {size} entries, the events {given}"))
        signed = max(published, publisher.signed().size)
        if size < signed:
            raise Stopped(Alarm(DATABASE_BEHIND, f"the database holds {size} sealed events of {signed}"))
        return int(size)

    def _from_database(self, start: int, stop: int) -> Hashed:
        """Leaves that have their index already: checked as on the day they got it. Raises Stopped."""
        with self._database.reading() as connection:
            events = sealed_events(connection, start, stop)
            judged = self._judge.judge(connection, events)
        if len(judged.good) != stop - start:
            first = (
                judged.alarms[0]
                if judged.alarms
                else Alarm(INDEX_GAP, f"indices {start} to {stop} are not all there")
            )
            raise Stopped(Alarm(INDEX_GAP, first.detail))
        return [event.leaf for event in judged.good], judged.hashes

    def _give_indices(self, size: int, good: Sequence[Queued], alarms: Sequence[Alarm]) -> bool:
        """Write the indices and what is held back; False where another sealed meanwhile."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            found, _, holder = _LOCKED.rows(connection, {})[0]
            if found != size or holder != self._place:
                return False
            given = [{"key": event.id, "index": size + place} for place, event in enumerate(good)]
            if given and _GIVE.run(connection, *given) != len(given):
                raise RuntimeError("an event that waited has an index already")
            for alarm in alarms:
                if raise_alarm(connection, alarm, now):
                    LOG.error("event held back", kind=alarm.kind, event_key=alarm.event, which=alarm.detail)
            _SIZE.run(connection, {"size": size + len(good), "now": now})
        return True

    def _note_published(self, size: int) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            waits = anything_waits(connection)
            _PUBLISHED.run(connection, {"published": size, "now": now, "waiting": now if waits else None})
            stopping = [key for key, alarm in open_alarms(connection) if alarm.kind in STOPPING]
            if stopping:
                end_alarms(connection, stopping, now)
        self._bell.tell_published()

    def _is_over(self, connection: Connection, key: int) -> bool:
        found = event_named(connection, key)
        if found is None or found[1] is not None:
            return True
        return bool(self._judge.judge(connection, [found[0]]).good)

    # --- who seals, and that it stopped ------------------------------------------------------------

    def _leased(self) -> bool:
        """Whether this place may seal now: the lease is taken, or renewed in time.

        It is the place's, not the process's: whoever holds the place's lock may use it.
        """
        now = self._clock.now()
        if self._lease_until is not None and self._lease_until - now > LEASE_LEFT and self._is_holder():
            return True
        values = {"holder": self._place, "until": now + LEASE, "now": now, "here": self._place}
        with self._database.transaction() as connection:
            taken = _LEASE.run(connection, values)
        self._lease_until = now + LEASE if taken else None
        return bool(taken)

    def _is_holder(self) -> bool:
        with self._database.reading() as connection:
            return bool(_STANDS.rows(connection, {})[0][2] == self._place)

    def _stop(self, alarm: Alarm) -> None:
        self.stopped = alarm
        now = self._clock.now()
        with self._database.transaction() as connection:
            news = raise_alarm(connection, alarm, now)
            _WAITING.run(connection, {"now": now})
        if news:
            LOG.error("sealing stopped", kind=alarm.kind, why=alarm.detail)


def _held(first: int, held: Hashed) -> Leaves:
    leaves, hashes = held
    return lambda start, stop: (leaves[start - first : stop - first], hashes[start - first : stop - first])


def _place(settings: Settings) -> str:
    """A name for all who share the lock of this HOME."""
    path = settings.home / "sealing.place"
    if not path.exists():
        with FileLock(settings.home / "sealing.lock").held():
            if not path.exists():
                write_whole(path, secrets.token_hex(16).encode("ascii"))
    return path.read_text(encoding="ascii")


_STATE = select(STATE.c.size, STATE.c.published_size, STATE.c.lease_holder)
_STANDS = Prepared(_STATE)
_LOCKED = Prepared(_STATE.with_for_update())
_GIVE = Prepared(
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("key"), EVENTS.c.leaf_index.is_(None))
    .values(leaf_index=bindparam("index"))
)
_SIZE = Prepared(
    update(STATE).values(
        size=bindparam("size"),
        waiting_since=func.coalesce(
            STATE.c.waiting_since, bindparam("now", type_=STATE.c.waiting_since.type)
        ),
    )
)
_WAITING = Prepared(
    update(STATE).where(STATE.c.waiting_since.is_(None)).values(waiting_since=bindparam("now"))
)
_PUBLISHED = Prepared(
    update(STATE).values(
        published_size=bindparam("published"),
        published_at=bindparam("now"),
        waiting_since=bindparam("waiting"),
    )
)
_LEASE = Prepared(
    update(STATE)
    .where(
        STATE.c.lease_holder.is_(None)
        | (STATE.c.lease_until <= bindparam("now", type_=STATE.c.lease_until.type))
        | (STATE.c.lease_holder == bindparam("here", type_=STATE.c.lease_holder.type))
    )
    .values(lease_holder=bindparam("holder"), lease_until=bindparam("until"))
)
