"""What the worker does from time to time, beside sealing. Each job finds out by itself whether anything is due."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog

from caseflow.errors import CaseflowError
from caseflow.jobs.witnessing import ask_witnesses
from caseflow.use_cases.checking import check_is_due, check_when_due
from caseflow.use_cases.checkpoint_mail import send_weekly_checkpoints
from caseflow.use_cases.erasure_remains import clear_remains
from caseflow.use_cases.installation import Installation

LOG = structlog.get_logger("caseflow.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """A function to be called every so many seconds; it may be called by several processes at once."""

    name: str
    every: float
    run: Callable[[Installation], object]


def check_apart(installation: Installation) -> None:
    """Have a check that is due run by a process of its own, and wait for that: pages go on being answered.

    It is a worker with the settings of this one's environment, which does whatever else is due besides.
    """
    if check_is_due(installation):
        command = [sys.executable, "-m", "caseflow", "worker", "--once"]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own


_OTHERS = (
    Job("erasure_remains", 60, clear_remains),
    Job("witnesses", 300, ask_witnesses),
    Job("checkpoint_mail", 300, send_weekly_checkpoints),
)
JOBS = (Job("log_check", 5, check_when_due), *_OTHERS)
BESIDE_PAGES = (Job("log_check", 5, check_apart), *_OTHERS)
"""The same for a process that answers pages: it hands a long computation to another."""


class Rounds:
    """Runs jobs when their time has come; the first time at once. A job that fails is logged and tried again."""

    def __init__(self, installation: Installation, jobs: Sequence[Job] = JOBS) -> None:
        self._installation = installation
        self._next = dict.fromkeys(jobs, 0.0)

    def go(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Run what is due, one after the other, until `stopped`."""
        for job, due in self._next.items():
            if stopped():
                return
            if monotonic() >= due:
                self._run(job)

    def _run(self, job: Job) -> None:
        try:
            job.run(self._installation)
        except CaseflowError as refusal:
            LOG.warning("job refused", job=job.name, why=str(refusal))
        except Exception:
            LOG.exception("job failed", job=job.name)
        self._next[job] = monotonic() + job.every
