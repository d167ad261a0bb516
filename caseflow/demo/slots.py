"""Slots of a sentence, filled when first asked for and then the same for the whole case.

A slot is a number or a date made here, a word of vocabulary.toml, or part of the place. `name_cap` is
`name` with a capital first letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from caseflow.demo.phrases import phrases
from caseflow.demo.places import Setting

_T = TypeVar("_T")
_QUARTERS = ("I", "II", "III", "IV")


def pick(rng: Random, choices: Sequence[_T]) -> _T:
    """One of the choices; several times quicker than `Random.choice`."""
    return choices[int(rng.random() * len(choices))]


class Slots(dict[str, str]):
    """The facts of one case, drawn from `rng` on first use and kept."""

    def __init__(self, rng: Random, known: Mapping[str, str], on: date) -> None:
        """Start from `known` facts; nothing drawn lies after the day `on`."""
        super().__init__(known)
        self._rng = rng
        self._on = on

    def __missing__(self, name: str) -> str:
        self[name] = value = self._draw(name)
        return value

    def fill(self, template: str) -> str:
        """The template with every slot filled. Raises KeyError for a slot that nobody knows."""
        return template.format_map(self) if "{" in template else template

    def _draw(self, name: str) -> str:
        if name.endswith("_cap"):
            value = self[name.removesuffix("_cap")]
            return value[0].upper() + value[1:]
        if figure := _FIGURES.get(name):
            return figure(self._rng)
        if day := _DAYS.get(name):
            return day(self._rng, self._on)
        return self.fill(pick(self._rng, phrases("vocabulary")[name]))


def place_facts(rng: Random, setting: Setting, on: date, *, whole: bool = False) -> dict[str, str]:
    """What every sentence may say of the place: spot, area, committees, people's committees.

    A `whole` commune is its own spot: its hamlets have no offices.
    """
    spot = pick(rng, setting.spots)
    place, cell = f"{spot}, {setting.area}", setting.cell_at(spot)
    if whole and setting.level == "grassroots":
        spot, place, cell = setting.area, setting.area, setting.committee
    return {
        "committee": setting.committee,
        "area": setting.area,
        "spot": spot,
        "place": place,
        "cell": cell,
        "gov": setting.government,
        "desk": setting.desk,
        "upper": setting.upper,
        "upper_gov": _upper_government(setting),
        "own_mark": setting.own_mark,
        "upper_short": setting.upper_short,
        "upper_mark": f"CV/{setting.upper_short}",
        "year": str(on.year),
        "last_year": str(on.year - 1),
    }


def _upper_government(setting: Setting) -> str:
    kinds = {
        "Huyện ủy": "UBND huyện",
        "Thành ủy": "UBND thành phố",
        "Thị ủy": "UBND thị xã",
        "Tỉnh ủy": "UBND tỉnh",
    }
    return next((kind for start, kind in kinds.items() if setting.upper.startswith(start)), "Chính phủ")


def _whole(low: int, high: int, step: int = 1) -> Callable[[Random], str]:
    count = (high - low) // step + 1
    return lambda rng: f"{low + step * int(rng.random() * count):,}".replace(",", ".")


def _tenths(low: int, high: int, unit: str = "") -> Callable[[Random], str]:
    def drawn(rng: Random) -> str:
        whole, tenth = divmod(low + int(rng.random() * (high - low + 1)), 10)
        return f"{whole},{tenth}{unit}" if tenth else f"{whole}{unit}"

    return drawn


_square = _whole(120, 9800, 10)

_FIGURES: dict[str, Callable[[Random], str]] = {
    "households": _whole(12, 180),
    "few_households": _whole(3, 11),
    "few": _whole(2, 6),
    "small": _whole(1, 9),
    "findings": _whole(2, 9),
    "petitions": _whole(2, 9),
    "times": _whole(2, 7),
    "months": _whole(3, 14),
    "days": _whole(10, 45),
    "people": _whole(60, 640, 5),
    "members": _whole(14, 68),
    "enterprises": _whole(4, 36),
    "traders": _whole(18, 140),
    "rooms": _whole(60, 900, 10),
    "graves": _whole(15, 260),
    "livestock": _whole(300, 3000, 100),
    "tonnes": _whole(40, 900, 10),
    "files": _whole(24, 240),
    "late_files": _whole(5, 58),
    "million": _whole(35, 950, 5),
    "percent_low": _whole(35, 68),
    "percent_high": _whole(85, 98),
    "billion": _tenths(11, 96),
    "km": _tenths(4, 52, " km"),
    "hectares": _tenths(8, 245, " ha"),
    "square": lambda rng: f"{_square(rng)} m²",
}


def _since(rng: Random, on: date) -> str:
    return str(on.year - 1 - int(rng.random() * 9))


def _since_month(rng: Random, on: date) -> str:
    return f"tháng {_month(_earlier(rng, on, 90, 420))}"


def _past_month(rng: Random, on: date) -> str:
    return _month(_earlier(rng, on, 31, 120))


def _past_day(rng: Random, on: date) -> str:
    return day_words(_earlier(rng, on, 10, 120))


def day_words(day: date) -> str:
    """A day as offices write it: 5/3/2021."""
    return f"{day.day}/{_month(day)}"


def _month(day: date) -> str:
    return f"{day.month}/{day.year}"


def _quarter(rng: Random, on: date) -> str:
    day = _earlier(rng, on, 92, 270)
    return f"quý {_QUARTERS[(day.month - 1) // 3]}/{day.year}"


def _earlier(rng: Random, on: date, least: int, most: int) -> date:
    return on - timedelta(days=least + int(rng.random() * (most - least + 1)))


_DAYS: dict[str, Callable[[Random, date], str]] = {
    "since": _since,
    "since_month": _since_month,
    "past_month": _past_month,
    "past_day": _past_day,
    "quarter": _quarter,
}
