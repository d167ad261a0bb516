"""The worker: seals what is recorded, and does the jobs of the hour. In a process of its own, or beside the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic

import structlog

from caseflow.adapters.file_lock import FileLock
from caseflow.errors import CaseflowError
from caseflow.jobs.periodic import BESIDE_PAGES, Job, JOBS, Rounds
from caseflow.trail.open_signer import has_signer
from caseflow.trail.sequencer import Sequencer
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import sequencer

LOG = structlog.get_logger("caseflow.worker")

LOOK_EVERY_S = 0.2
"""How long an event of another process waits at most before it is looked for."""
GATHER_S = 0.15
"""How long what comes in after a batch is gathered for the next one."""
GATHER_WAITED_FOR_S = 0.01
"""The same where answers wait for their seal."""
STOPPED_S = 5.0
AFTER_FAULT_S = 1.0
RECHECK_S = 60.0
JOBS_AFTER_S = 10.0
"""A process that has just started answers first."""
JOBS_END_S = 1.0
"""A job under way is left behind after so long: each is done again where it was cut short."""
END_S = 15.0
"""How long a stopping process waits for a batch under way."""


class Worker:
    """One worker on an installation. Any number of them may run: the sequencer's lease says whose turn it is."""

    def __init__(self, installation: Installation, jobs: Sequence[Job] = JOBS) -> None:
        self._installation = installation
        self._jobs = jobs
        self._sequencer: Sequencer = sequencer(installation)
        self._ending = threading.Event()
        waited_for = installation.settings.seal == "wait"
        self._gather = GATHER_WAITED_FOR_S if waited_for else GATHER_S
        self._recheck_at = 0.0

    def run(self) -> None:
        """Seal until `end` is called; the jobs of the hour run in a thread beside it."""
        rounds = threading.Thread(target=self._go_rounds, name="jobs", daemon=True)
        rounds.start()
        bell = self._installation.bell
        bell.answered = True
        try:
            while not self._ending.is_set():
                bell.wait(LOOK_EVERY_S)
                self._ending.wait(self._seal())
        finally:
            bell.answered = False
        rounds.join(JOBS_END_S)

    def run_once(self) -> int:
        """Seal everything that waits and do what is due; answer how many events were sealed."""
        self._look_after()
        sealed = self._sequencer.run_dry()
        Rounds(self._installation, self._jobs).go()
        return sealed + self._sequencer.run_dry()

    def end(self) -> None:
        """Stop after the batch under way."""
        self._ending.set()
        self._installation.bell.ring()

    def _seal(self) -> float:
        """One step; answer how long to wait before the next."""
        try:
            if monotonic() >= self._recheck_at:
                self._recheck_at = monotonic() + RECHECK_S
                self._look_after()
            sealed = self._sequencer.step()
        except CaseflowError as refusal:
            LOG.warning("sealing refused", why=str(refusal))
            return AFTER_FAULT_S
        except Exception:
            LOG.exception("sealing failed")
            return AFTER_FAULT_S
        if self._sequencer.stopped is not None:
            return STOPPED_S
        return self._gather if sealed else 0.0

    def _look_after(self) -> None:
        self._sequencer.recheck()
        if has_signer(self._installation.settings):
            self._sequencer.tidy()

    def _go_rounds(self) -> None:
        """Of the processes of one machine, one does the jobs."""
        lock = FileLock(self._installation.settings.home / "jobs.lock")
        while not self._ending.wait(JOBS_AFTER_S):
            with lock.tried() as mine:
                rounds = Rounds(self._installation, self._jobs)
                while mine and not self._ending.wait(AFTER_FAULT_S):
                    rounds.go(self._ending.is_set)


def run_beside(installation: Installation) -> Callable[[], None]:
    """Start a worker in a thread of this process, on the embedded database; answer what ends it.

    Elsewhere workers are processes of their own (`caseflow worker`), and this starts nothing.
    """
    if not installation.database.is_sqlite:
        return lambda: None
    worker = Worker(installation, BESIDE_PAGES)
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()

    def end() -> None:
        worker.end()
        thread.join(END_S)

    return end
