"""Turns in writing, first come first served: SQLite's own busy timeout lets a late writer overtake an early one."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class FairLock:
    """First come, first served among the threads of one process."""

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


class Turns:
    """Turns among the threads of all processes of this machine that write to one SQLite file.

    Threads of a process queue among themselves; the first of them stands for its process. Two files beside the
    database are locked for that: who writes holds the one, who is next holds the other, so that a process that
    has just written comes after one that waits. Fairness is all they give: what may be written at once, SQLite
    judges, and where the system knows no such locks (Windows, some network disks) it judges alone.
    """

    def __init__(self, database: str | None) -> None:
        in_file = database and database != ":memory:" and sys.platform != "win32"
        self._place = Path(database) if database and in_file else None
        self._threads = FairLock()
        self._writes, self._next = -1, -1

    def acquire(self) -> None:
        """Wait for one's turn."""
        self._threads.acquire()
        try:
            self._stand_for_the_process()
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        """Let the next one in."""
        if self._writes >= 0:
            _unlock(self._writes)
        self._threads.release()

    def close(self) -> None:
        """Close the files; a child process opens its own. Nobody may hold the turn."""
        for handle in (self._writes, self._next):
            if handle >= 0:
                os.close(handle)
        self._writes = self._next = -1

    def _stand_for_the_process(self) -> None:
        if self._place is None:
            return
        try:
            if self._writes < 0:
                self._next, self._writes = _opened(self._place, "-next"), _opened(self._place, "-writes")
            _lock(self._next)
            try:
                _lock(self._writes)
            finally:
                _unlock(self._next)
        except OSError:
            self.close()
            self._place = None


def _opened(place: Path, ending: str) -> int:
    return os.open(f"{place}{ending}", os.O_RDWR | os.O_CREAT, 0o600)


def _lock(handle: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(handle, fcntl.LOCK_EX)


def _unlock(handle: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(handle, fcntl.LOCK_UN)
