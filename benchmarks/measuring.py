"""Interleaved rounds, medians and spreads."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any

ROUNDS = 9
"""The fewest rounds that a figure rests on."""
WARMING = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """What one contestant did: seconds (or another `unit`) per operation, one sample a round.

    `ratio` is the yardstick's time over this one's, as the median of the rounds' own ratios: 1 is as fast
    as the yardstick, 0.5 takes twice as long. `aim` says what was hoped for, `met` whether it came.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    ratio: float | None = None
    ratio_spread: tuple[float, float] | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def median(self) -> float:
        """The middle sample."""
        return median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the third quartile."""
        return quartiles(self.samples)

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return asdict(self) | {"median": self.median, "spread": self.spread}


@dataclass(slots=True)
class Report:
    """The figures of one benchmark, with a sentence on what is compared."""

    name: str
    compares: str
    figures: list[Figure] = field(default_factory=list)


def quartiles(samples: tuple[float, ...] | list[float]) -> tuple[float, float]:
    """The first and the third quartile; of one sample, itself."""
    if len(samples) == 1:
        return samples[0], samples[0]
    low, _, high = quantiles(samples, n=4, method="inclusive")
    return low, high


def interleave(
    contestants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, tuple[float, ...]]:
    """Let each contestant measure itself once a round, each round beginning with another one.

    A contestant answers the seconds that one operation took. The first rounds only warm up: logs grow to the
    size that they keep, and caches fill.
    """
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(-WARMING, rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            gc.collect()
            sample = contestants[name]()
            if turn >= 0:
                samples[name].append(sample)
    return {name: tuple(taken) for name, taken in samples.items()}


def repeated(times: int, deed: Callable[[], object]) -> Callable[[], float]:
    """A contestant that does `deed` `times` times and answers the seconds of one."""

    def run() -> float:
        began = perf_counter()
        for _ in range(times):
            deed()
        return (perf_counter() - began) / times

    return run


def beside(yardstick: tuple[float, ...], samples: tuple[float, ...]) -> tuple[float, tuple[float, float]]:
    """Median and quartiles of yardstick over sample, round by round."""
    ratios = [one / other for one, other in zip(yardstick, samples, strict=True)]
    return median(ratios), quartiles(ratios)


def in_milliseconds(samples: tuple[float, ...]) -> tuple[float, ...]:
    """Seconds as milliseconds."""
    return tuple(sample * 1000 for sample in samples)
