"""One database: reading, and the one place where anything is committed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, Engine, event, make_url, URL

BUSY_TIMEOUT_MS = 60_000
CACHE_KIB = 16_384


class FairLock:
    """First come, first served: SQLite's own busy timeout lets a late writer overtake an early one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self) -> None:
        """Wait for one's turn."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Database:
    """An engine with its transactions. Only `transaction()` commits."""

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.engine: Engine = create_engine(self.url, **_options(self.url))
        self._writing = FairLock() if self.is_sqlite else None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(caseflow_write=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot for reading; nothing is kept of what is written here."""
        with self.engine.connect() as connection:
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """THE transaction: committed at the end, rolled back on any error."""
        if self._writing is not None:
            self._writing.acquire()
        try:
            with self._writer.connect() as connection:
                yield connection
                connection.commit()
        finally:
            if self._writing is not None:
                self._writing.release()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def _prepare_sqlite(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{CACHE_KIB}",
        "temp_store=MEMORY",
        "recursive_triggers=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("caseflow_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
