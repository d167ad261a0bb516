"""A search of the province: rare words and words that nearly every case holds, with accents and without."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.measuring import Figure, in_milliseconds, interleave, repeated, Report
from benchmarks.overdue import readers
from benchmarks.places import Places
from benchmarks.province import PROVINCE, Province, TODAY
from caseflow.queries.cases import CaseFilter, list_cases
from caseflow.queries.scope import reader_of
from caseflow.states.actor import Actor

NAME = "search"
AIM_MS = 20.0
EACH = 3
WORDS = ("thu hoi dat", "thu hồi đất", "đường", "xã", "rác thôn An Bình")


def measure(places: Places, rounds: int) -> Report:
    """Page 1 of 50 for each search by two readers."""
    province = places.provinces(PROVINCE)
    contestants = {
        f"“{words}”, {who}": repeated(EACH, _search(province, actor, words))
        for who, actor in list(readers(province).items())[:2]
        for words in WORDS
    }
    samples = {name: in_milliseconds(taken) for name, taken in interleave(contestants, rounds).items()}
    figures = [Figure(name, "ms", taken) for name, taken in samples.items()]
    return Report(
        NAME,
        f"page 1 of 50 among {PROVINCE:,} cases",
        [
            Figure(f.name, f.unit, f.samples, aim=f"≤ {AIM_MS:.0f} ms", met=f.median <= AIM_MS)
            for f in figures
        ],
    )


def _search(province: Province, actor: Actor, words: str) -> Callable[[], object]:
    def search() -> object:
        with province.installation.database.reading() as connection:
            return list_cases(connection, reader_of(connection, actor, TODAY), CaseFilter(q=words))

    return search
