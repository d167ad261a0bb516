"""Several processes that answer at one address: children that do the work, and a parent that watches them.

What the parent has loaded is shared by all; what must not be shared, such as a connection to the database, each
child opens for itself. The parent only waits: children are ended with it, replaced where one dies, and end by
themselves where it is killed.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

import structlog

LOG = structlog.get_logger("caseflow.serve")

AS_MANY_AS_PAY = 2
QUICK_S = 1.0
"""A child that lived no longer is not replaced before that time has passed."""
GRACE_S = 40.0
"""How long children that were told to end may take for what is under way."""
LOOK_S = 0.02


def can_fork() -> bool:
    """Whether this system knows processes that share what was loaded: all but Windows do."""
    return hasattr(os, "fork")


def usual_number() -> int:
    """As many as this machine has processors for, at most two: beyond, writers wait for each other anyway."""
    if not can_fork():
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    usable = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(AS_MANY_AS_PAY, usable)


def keep_answering(number: int, answer: Callable[[], None]) -> None:
    """Run `answer` in so many children until Ctrl-C or a signal to end.

    `answer` returns when it is told to end, by SystemExit. No thread may run yet, and no connection be open.
    """
    heard = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
    signal.signal(signal.SIGCHLD, lambda *_: None)  # some systems drop what nobody would handle
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)
    try:
        _Family(answer, heard).live(number)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Family:
    """The parent's side; and, in a child, how it begins and ends."""

    def __init__(self, answer: Callable[[], None], heard: set[signal.Signals]) -> None:
        self._answer = answer
        self._heard = heard
        self._born: dict[int, float] = {}
        self._lifeline = os.pipe()  # the parent's end closes with it, however it dies

    def live(self, number: int) -> None:
        gc.collect()
        gc.freeze()  # what is loaded now lives as long as the process: do not touch it, it is shared
        try:
            for _ in range(number):
                self._bear()
            while signal.sigwait(self._heard) == signal.SIGCHLD:
                self._replace_the_dead()
        finally:
            self._end()

    def _bear(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            self._live_as_child()
        self._born[child] = time.monotonic()

    def _replace_the_dead(self) -> None:
        for child, born in list(self._born.items()):
            if (status := _ended(child)) is None:
                continue
            del self._born[child]
            LOG.warning("a serving process died, another takes its place", process=child, status=status)
            if time.monotonic() - born < QUICK_S:
                time.sleep(QUICK_S)
            self._bear()

    def _end(self) -> None:
        _tell(self._born, signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        left = set(self._born)
        while left and time.monotonic() < until:
            left = {child for child in left if _ended(child) is None}
            time.sleep(LOOK_S if left else 0)
        _tell(left, signal.SIGKILL)
        for child in left:
            os.waitpid(child, 0)

    def _live_as_child(self) -> NoReturn:
        """Never returns into what the parent was doing."""
        code = 1
        try:
            os.close(self._lifeline[1])
            threading.Thread(target=self._end_with_the_parent, name="lifeline", daemon=True).start()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent passes it on
            signal.signal(signal.SIGTERM, stop)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._heard)
            self._answer()
            code = 0
        except SystemExit:
            code = 0
        except BaseException:
            LOG.exception("a serving process failed")
        finally:
            os._exit(code)

    def _end_with_the_parent(self) -> None:
        os.read(self._lifeline[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
        os._exit(1)


def stop(_signal: int, _frame: object) -> None:
    """End this process: what a server takes as the word to finish."""
    raise SystemExit(0)


def _tell(children: dict[int, float] | set[int], word: signal.Signals) -> None:
    for child in children:
        os.kill(child, word)


def _ended(child: int) -> int | None:
    """The exit code of a child that has ended, or the negative signal that ended it."""
    ended, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None
