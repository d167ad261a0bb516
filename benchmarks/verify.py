"""Checking a log of a million events: without and with every disclosure, beside parsing and hashing its leaves."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import process_time

from benchmarks.long_log import long_log
from benchmarks.measuring import beside, Figure, Report
from benchmarks.places import Places
from benchmarks.province import MILLION
from caseflow.trail.checking import check_log

NAME = "verify"
ROUNDS = 3
"""A round takes about a minute."""
AIM_BARE, AIM_WHOLE = 100_000, 25_000
LEAVES = "SELECT leaf FROM events ORDER BY leaf_index"

Taken = tuple[float, float]
"""Seconds of one core, and the largest resident memory in megabytes."""


def measure(places: Places, rounds: int) -> Report:
    """Seconds of one core for each event, each contestant in a process of its own."""
    home = places.kept / f"long-log-{MILLION}"
    home.mkdir(parents=True, exist_ok=True)
    events = _apart(_build, home)
    raw, bare, whole = [], [], []
    for _ in range(min(rounds, ROUNDS)):
        raw.append(_apart(_parse_and_hash, home))
        bare.append(_apart(_bare, home))
        whole.append(_apart(_whole, home))
    report = Report(NAME, f"{int(events[0]):,} events, one core; microseconds for each event")
    report.figures.append(Figure("raw: JSON parse and SHA-256 of each leaf", "µs", _each(raw, events)))
    report.figures.append(_figure("leaves, chains, tree, states", bare, raw, events, AIM_BARE))
    report.figures.append(_figure("with every disclosure", whole, raw, events, AIM_WHOLE))
    report.figures.append(Figure("memory at most", "MB", tuple(taken[1] for taken in whole)))
    return report


def _figure(name: str, taken: list[Taken], raw: list[Taken], events: Taken, aim: int) -> Figure:
    samples = _each(taken, events)
    ratio, spread = beside(_each(raw, events), samples)
    met = sorted(samples)[len(samples) // 2] <= 1e6 / aim
    return Figure(name, "µs", samples, ratio, spread, f"≥ {aim:,} events/s", met)


def _each(taken: list[Taken], events: Taken) -> tuple[float, ...]:
    return tuple(seconds / events[0] * 1e6 for seconds, _ in taken)


def _apart(deed: Callable[[Path], float], home: Path) -> Taken:
    """Do it in a process of its own: memory is then what it alone took."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_taken, deed, home).result()


def _taken(deed: Callable[[Path], float], home: Path) -> Taken:
    return deed(home), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _build(home: Path) -> float:
    """Have the log stand there; how many events it holds."""
    with long_log(home, MILLION).database.reading() as connection:
        return float(connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one())


def _parse_and_hash(home: Path) -> float:
    database = sqlite3.connect(str(long_log(home, MILLION).database.url.database))
    cursor = database.execute(LEAVES)
    spent = 0.0
    while rows := cursor.fetchmany(10_000):
        began = process_time()
        for (leaf,) in rows:
            json.loads(leaf)
            hashlib.sha256(b"\0" + leaf).digest()
        spent += process_time() - began
    return spent


def _bare(home: Path) -> float:
    return _check(home, disclosures=False)


def _whole(home: Path) -> float:
    return _check(home, disclosures=True)


def _check(home: Path, *, disclosures: bool) -> float:
    here = long_log(home, MILLION)
    began = process_time()
    report = check_log(here.database, here.settings, here.files, disclosures=disclosures)
    spent = process_time() - began
    found = [one for one in report.findings if one.kind != "guard"]  # a kept log may be of an older schema
    assert not found, found[:3]
    return spent
