"""What the worker does from time to time, beside sealing. Each job finds out by itself whether anything is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog

from caseflow.errors import CaseflowError
from caseflow.jobs.witnessing import ask_witnesses
from caseflow.use_cases.checking import check_when_due
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


JOBS = (
    Job("log_check", 5, check_when_due),
    Job("erasure_remains", 60, clear_remains),
    Job("witnesses", 300, ask_witnesses),
    Job("checkpoint_mail", 300, send_weekly_checkpoints),
)


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
