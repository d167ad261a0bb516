"""One database: reading, and the one place where anything is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import OperationalError as DriverError
from typing import Any

from sqlalchemy import Connection, create_engine, Engine, event, make_url, URL
from sqlalchemy.exc import OperationalError

from caseflow.database.turns import Turns

BUSY_TIMEOUT_MS = 60_000
CACHE_KIB = 2_048
"""Pages that each reading connection keeps; what it lacks, the system's own cache has."""
WRITER_CACHE_KIB = 16_384
CHECKPOINT_PAGES = 4_000
"""A log of 16 MiB: pages that many deeds touch are carried over once."""
UNABLE = (OperationalError, DriverError)
"""What is raised where the database cannot do now what is asked: somebody else writes, or the disk is full."""
PATIENCE_MS = 5_000
"""How long emptying the journal waits for those who still read."""


class Database:
    """An engine with its transactions. Only `transaction()` commits."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.engine: Engine = create_engine(self.url, hide_parameters=True, **_options(self.url))
        self._turns = Turns(self.url.database if self.is_sqlite else None)
        self._writer: Connection | None = None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot for reading; nothing is kept of what is written here."""
        with self.engine.connect() as connection:
            try:
                self._begin(connection, "BEGIN")
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """THE transaction: committed at the end, rolled back on any error."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        self._turns.acquire()
        try:
            connection = self._kept_writer()
            driver: Any = connection.connection.dbapi_connection
            try:
                driver.execute("BEGIN IMMEDIATE")
                yield connection
                driver.execute("COMMIT")
            finally:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
        finally:
            self._turns.release()

    def _kept_writer(self) -> Connection:
        """SQLite lets one write at a time: one connection for it keeps its pages and need not be fetched.

        For SQLAlchemy it is in one long transaction: each real one begins and ends at the driver.
        """
        if self._writer is None or self._writer.invalidated:
            self._writer = self.engine.connect()
            self._writer.begin()
            driver: Any = self._writer.connection.dbapi_connection
            driver.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
        return self._writer

    def _begin(self, connection: Connection, words: str) -> None:
        connection.begin()
        if self.is_sqlite:
            driver: Any = connection.connection.driver_connection
            driver.execute(words)

    def write_anew(self) -> bool:
        """Write the file anew without what was deleted or overwritten, and empty its journal.

        Nobody writes meanwhile. Answers whether the journal could be emptied too: somebody who still reads an
        older state of the database keeps it from that. Another database than SQLite is left to its own keeper.
        Raises one of `UNABLE`.
        """
        if not self.is_sqlite:
            return True
        self._turns.acquire()
        try:
            lent = self.engine.raw_connection()
            raw: Any = lent.driver_connection
            lent.detach()  # its settings are of no use to anybody else
            try:
                return _write_anew(raw)
            finally:
                raw.close()
        finally:
            self._turns.release()

    def dispose(self) -> None:
        """Close every connection, once whoever writes has done so. Not within a transaction."""
        if self._writer is not None:
            self._turns.acquire()
            self._writer.close()
            self._writer = None
            self._turns.release()
        self._turns.close()
        self.engine.dispose()


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        given = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        return {"connect_args": given, "pool_use_lifo": True}  # few connections, whose pages are warm
    return {"pool_pre_ping": True}


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "temp_store=MEMORY",
        "recursive_triggers=ON",
        "secure_delete=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _write_anew(raw: Any) -> bool:
    raw.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    raw.execute("PRAGMA temp_store=FILE")  # a copy of the whole database: too much for memory
    raw.execute("VACUUM")
    ((busy, _pages, _moved),) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not busy
