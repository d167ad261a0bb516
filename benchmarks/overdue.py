"""The rows of page 1 of 50 of the overdue list beneath the template, at two sizes; its total apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from benchmarks.measuring import Figure, in_milliseconds, interleave, repeated, Report
from benchmarks.places import Places
from benchmarks.province import MILLION, PROVINCE, Province, TODAY
from caseflow.queries.cases import CaseFilter, count_cases, list_cases
from caseflow.queries.scope import reader_of
from caseflow.states.actor import Actor

NAME = "overdue"
AIM_MS = 1.5
EACH = 40
TOTALS = 3
OVERDUE = CaseFilter(overdue=True)
RAW = (
    "SELECT id, code, title, running_deadline FROM cases WHERE clock_stopped = 0 AND running_deadline < ?"
    " ORDER BY running_deadline, id LIMIT 50"
)


def measure(places: Places, rounds: int) -> Report:
    """For three readers at each size: a page of rows, and the total that stands above it."""
    contestants: dict[str, Callable[[], float]] = {}
    for size in (PROVINCE, MILLION):
        province = places.provinces(size)
        contestants[f"{size:>9,}: raw query of 50 rows"] = _raw(province)
        for who, actor in readers(province).items():
            contestants[f"{size:>9,}: rows, {who}"] = repeated(EACH, _rows(province, actor))
            contestants[f"{size:>9,}: total, {who}"] = repeated(TOTALS, _total(province, actor))
    samples = interleave(contestants, rounds)
    return Report(NAME, "50 rows read whole, scope included, beside one indexed query", _figures(samples))


def _figures(samples: dict[str, tuple[float, ...]]) -> list[Figure]:
    figures = []
    for name, taken in samples.items():
        found = Figure(name, "ms", in_milliseconds(taken))
        if "rows," in name:
            found = Figure(name, "ms", found.samples, aim=f"≤ {AIM_MS} ms", met=found.median <= AIM_MS)
        figures.append(found)
    return figures


def readers(province: Province) -> dict[str, Actor]:
    """Who reads: the whole province, one commune, or their own cases."""
    return {
        "province supervisor": province.supervisor,
        "commune supervisor": province.commune_supervisor,
        "official": province.official,
    }


def _rows(province: Province, actor: Actor) -> Callable[[], object]:
    def read() -> object:
        with province.installation.database.reading() as connection:
            return list_cases(connection, reader_of(connection, actor, TODAY), OVERDUE)

    return read


def _total(province: Province, actor: Actor) -> Callable[[], object]:
    def count() -> object:
        with province.installation.database.reading() as connection:
            return count_cases(connection, reader_of(connection, actor, TODAY), OVERDUE)

    return count


def _raw(province: Province) -> Callable[[], float]:
    database = sqlite3.connect(province.file)
    return repeated(EACH, lambda: database.execute(RAW, (str(TODAY),)).fetchall())
