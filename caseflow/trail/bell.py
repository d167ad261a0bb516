"""How threads of one process tell each other: there is something to seal; this much is sealed."""

from __future__ import annotations

import threading


class Bell:
    """Rung after a commit that recorded something; and the size of the log that was published last.

    Only a shortcut within one process: whoever waits looks into the database as well.
    """

    def __init__(self) -> None:
        self._waiting = threading.Event()
        self._published = threading.Condition()
        self.answered = False
        """Whether a thread of this process seals what is rung for."""

    def ring(self) -> None:
        """Something was recorded."""
        self._waiting.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is rung, at most so long; whether it was."""
        rung = self._waiting.wait(seconds)
        self._waiting.clear()
        return rung

    def tell_published(self) -> None:
        """A checkpoint was published: wake whoever waits for one."""
        with self._published:
            self._published.notify_all()

    def await_published(self, seconds: float) -> None:
        """Wait for the next checkpoint of this process, at most so long."""
        with self._published:
            self._published.wait(seconds)
