"""A lock that processes of one machine share; it ends with the process that holds it, however that dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_BEYOND = 1 << 20
"""Where Windows locks a byte: beyond what the file holds, so that others can read that."""
_PAUSE_S = 0.005


class FileLock:
    """The lock on one file, which is made where it is missing; every object contends, also within a process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Try to take it; gives whether that succeeded, and lets go of it at the end."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _taken(handle)
        finally:
            os.close(handle)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for it and hold it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _taken(handle):
                time.sleep(_PAUSE_S)
            yield
        finally:
            os.close(handle)


def _taken(handle: int) -> bool:
    try:
        _take(handle)
    except OSError:
        return False
    return True
