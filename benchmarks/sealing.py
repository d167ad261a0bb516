"""What sealing costs: the rate of transitions beside it, the time from commit to seal, and proofs in a long log."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, sleep

from sqlalchemy import select

from benchmarks.measuring import beside, Figure, in_milliseconds, interleave, Report
from benchmarks.memory import resident
from benchmarks.places import Places
from caseflow.adapters.clock import SystemClock
from caseflow.demo.province import load_demo
from caseflow.models import Case, EventRow, Person
from caseflow.settings import Settings
from caseflow.states.actor import Actor
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.perform import perform
from caseflow.use_cases.sealing import seal_waiting
from caseflow.worker import Worker

NAME = "sealing"
AIM = 0.75
"""Of the rate without sealing: it may cost a quarter."""
EACH = 3_000
RUN_UP = 600
"""Transitions before the clock runs: so that as much is under way at the beginning of a round as at its end."""
PATIENCE_S = 60.0
A_SECOND = 50
SECONDS = 20
AIM_P99_MS = 1_000.0
LONG = 1_000_000
LEAF_BYTES = 620
PROOFS = 500
AIM_PROOF_MS = 5.0
AIM_GROWTH_MB = 60.0
NOTE = "Đã làm việc với các hộ dân, thống nhất phương án và báo cáo Ủy ban nhân dân xã."

Deed = Callable[[], None]


def measure(places: Places, rounds: int) -> Report:
    """On one installation with real chains, in files on the same disk; then on a log of a million entries."""
    installation = _office(places.folder / "sealing")
    deed = _deeds(installation)
    samples = interleave(
        {"alone": _rate(installation, deed), "sealed": _sealed_rate(installation, deed)}, rounds
    )
    figures = [
        Figure("transitions, nothing sealed", "ms", in_milliseconds(samples["alone"])),
        _cost(samples["alone"], samples["sealed"]),
        _latency(installation, deed),
        *_long_log(places.folder / "long-tiles"),
    ]
    installation.database.dispose()
    return Report(
        NAME, "report_progress through perform(), durable, with and without a worker beside it", figures
    )


def _cost(alone: tuple[float, ...], sealed: tuple[float, ...]) -> Figure:
    ratio, spread = beside(alone, sealed)
    return Figure(
        "transitions, sealed beside", "ms", in_milliseconds(sealed), ratio, spread,
        f"≥ {AIM:.2f} of alone", ratio >= AIM,
    )  # fmt: skip


def _office(home: Path) -> Installation:
    home.mkdir(parents=True, exist_ok=True)
    installation = Installation.open(Settings.load({"CASEFLOW_HOME": str(home)}, home), SystemClock())
    found(installation)
    load_demo(installation, "small")
    seal_waiting(installation, PATIENCE_S)
    return installation


def _deeds(installation: Installation) -> Deed:
    """Reports progress in one case after another, each by its owner."""
    statement = (
        select(Case.code, Person.id, Person.uuid, Person.name, Person.position)
        .join(Person, Person.id == Case.owner_id)
        .where(Case.state == "in_progress", Case.visibility == "normal")
    )
    with installation.database.reading() as connection:
        rows = connection.execute(statement).all()
    cases = cycle([(code, Actor(key, uuid, name, position)) for code, key, uuid, name, position in rows])
    percent = cycle(range(100))

    def deed() -> None:
        code, owner = next(cases)
        perform(
            installation, owner, make_move, code, "report_progress", {"note": NOTE, "progress": next(percent)}
        )

    return deed


def _rate(installation: Installation, deed: Deed) -> Callable[[], float]:
    def run() -> float:
        spent = _steady(deed)
        seal_waiting(installation, PATIENCE_S)
        return spent

    return run


def _steady(deed: Deed) -> float:
    for _ in range(RUN_UP):
        deed()
    began = perf_counter()
    for _ in range(EACH):
        deed()
    return (perf_counter() - began) / EACH


def _sealed_rate(installation: Installation, deed: Deed) -> Callable[[], float]:
    def run() -> float:
        with _worker(installation):
            spent = _steady(deed)
            seal_waiting(installation, PATIENCE_S)
        return spent

    return run


@contextmanager
def _worker(installation: Installation) -> Iterator[None]:
    worker = Worker(installation)
    thread = threading.Thread(target=worker.run)
    thread.start()
    while not installation.bell.answered:
        sleep(0.001)
    try:
        yield
    finally:
        worker.end()
        thread.join()


def _latency(installation: Installation, deed: Deed) -> Figure:
    """From commit to published checkpoint, at a steady rate; the sample is the 99th percentile of each second."""
    published: list[tuple[float, int]] = []
    folder, ended = TileFolder(installation.settings.log_folder), threading.Event()

    def watch() -> None:
        last = ""
        while not ended.wait(0.002):
            note = folder.checkpoint() or ""
            if note != last:
                published.append((perf_counter(), int(note.splitlines()[1])))
                last = note

    watcher = threading.Thread(target=watch)
    watcher.start()
    committed: list[float] = []
    first = _count(installation)
    with _worker(installation):
        began = perf_counter()
        for number in range(A_SECOND * SECONDS):
            sleep(max(0.0, began + number / A_SECOND - perf_counter()))
            deed()
            committed.append(perf_counter())
        seal_waiting(installation, PATIENCE_S)
        sleep(0.05)
    ended.set()
    watcher.join()
    waits = list(_waits(committed, first, published))
    of_seconds = [waits[at : at + A_SECOND] for at in range(0, len(waits), A_SECOND)]
    samples = tuple(1000 * quantiles(one, n=100)[98] for one in of_seconds)
    whole = 1000 * quantiles(waits, n=100)[98]
    return Figure(
        f"commit to seal at {A_SECOND} transitions/s, p99", "ms", samples, aim=f"≤ {AIM_P99_MS:.0f} ms",
        met=whole <= AIM_P99_MS,
    )  # fmt: skip


def _waits(committed: list[float], first: int, published: list[tuple[float, int]]) -> Iterator[float]:
    for number, at in enumerate(committed):
        yield max(0.0, next(seen for seen, size in published if size > first + number) - at)


def _count(installation: Installation) -> int:
    with installation.database.reading() as connection:
        return len(connection.execute(select(EventRow.id)).all())


def _long_log(path: Path) -> Iterator[Figure]:
    """Proofs in a log of a million entries, and what appending and proving hold in memory."""
    before = resident(os.getpid())
    folder = TileFolder(path)
    if folder.checkpoint() is None:
        for start in range(0, LONG, 4_000):
            folder.append(start, [_leaf(number) for number in range(start, start + 4_000)])
        folder.publish("there\n")
    rng = Random(1)
    samples = []
    for _ in range(9):
        began = perf_counter()
        for _ in range(PROOFS):
            folder.inclusion(rng.randrange(LONG), LONG)
        samples.append(1000 * (perf_counter() - began) / PROOFS)
    proof = Figure(f"proof among {LONG:,} entries", "ms", tuple(samples), aim=f"≤ {AIM_PROOF_MS} ms")
    yield Figure(proof.name, "ms", proof.samples, aim=proof.aim, met=proof.median <= AIM_PROOF_MS)
    grown = resident(os.getpid()) - before
    yield Figure(
        f"memory for {LONG:,} entries appended and proved", "MB", (grown,), aim=f"≤ {AIM_GROWTH_MB:.0f} MB more",
        met=grown <= AIM_GROWTH_MB,
    )  # fmt: skip


def _leaf(number: int) -> bytes:
    """Some bytes of the size that leaves have."""
    return sha256(str(number).encode()).hexdigest().encode() * (LEAF_BYTES // 64) + b"." * (LEAF_BYTES % 64)
