"""Cases by state, as every page shows them, at two sizes."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measuring import Figure, in_milliseconds, interleave, repeated, Report
from benchmarks.overdue import readers
from benchmarks.places import Places
from benchmarks.province import MILLION, PROVINCE, Province, TODAY
from caseflow.queries.counts import counts_by_state
from caseflow.queries.scope import reader_of
from caseflow.states.actor import Actor

NAME = "counts"
AIM_MS = 2.0
EACH = 20


def measure(places: Places, rounds: int) -> Report:
    """For three readers at each size."""
    contestants = {
        f"{size:>9,}: {who}": repeated(EACH, _counts(places.provinces(size), actor))
        for size in (PROVINCE, MILLION)
        for who, actor in readers(places.provinces(size)).items()
    }
    samples = {name: in_milliseconds(taken) for name, taken in interleave(contestants, rounds).items()}
    figures = [Figure(name, "ms", taken, aim=f"≤ {AIM_MS} ms") for name, taken in samples.items()]
    return Report(NAME, "cases by state within reach", [_judged(one) for one in figures])


def _judged(one: Figure) -> Figure:
    return Figure(one.name, one.unit, one.samples, aim=one.aim, met=one.median <= AIM_MS)


def _counts(province: Province, actor: Actor) -> Callable[[], object]:
    def count() -> object:
        with province.installation.database.reading() as connection:
            return counts_by_state(connection, reader_of(connection, actor, TODAY))

    return count
