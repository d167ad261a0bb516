"""Where an issue happens: a unit's own area and the spots in it, read from the unit's name."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from zlib import crc32

from caseflow.demo.phrases import phrases

# How a committee's name begins, and what its area is called.
_AREAS = (
    ("Tỉnh ủy ", "tỉnh ", "province"),
    ("Huyện ủy ", "huyện ", "district"),
    ("Thành ủy ", "thành phố ", "district"),
    ("Thị ủy ", "thị xã ", "district"),
    ("Đảng ủy xã ", "xã ", "grassroots"),
    ("Đảng ủy phường ", "phường ", "grassroots"),
    ("Đảng ủy thị trấn ", "thị trấn ", "grassroots"),
)
_OWN_MARKS = {"Tỉnh ủy": "TU", "Huyện ủy": "HU", "Thành ủy": "ThU", "Thị ủy": "ThU", "Ban Bí thư": "TW"}
_HAMLETS_EACH = 14


@dataclass(frozen=True, slots=True)
class Setting:
    """A unit seen as a place. `spots` are the parts of it where issues arise, the same at every call."""

    committee: str
    area: str
    level: str
    upper: str
    spots: tuple[str, ...]

    @property
    def own_mark(self) -> str:
        """What the committee's documents are marked with, as in 45-KL/HU."""
        return _mark(self.committee)

    @property
    def upper_short(self) -> str:
        """The same mark of the committee above."""
        return _mark(self.upper)

    @property
    def government(self) -> str:
        """The people's committee of the area."""
        return f"UBND {self.area}"

    @property
    def desk(self) -> str:
        """Where the area's people hand in their files."""
        if self.level == "grassroots":
            return f"Bộ phận Một cửa {self.area}"
        return f"Bộ phận Tiếp nhận và Trả kết quả {self.area}"

    def cell_at(self, spot: str) -> str:
        """The Party organisation of one spot."""
        if spot.startswith("huyện "):
            return spot.replace("huyện ", "Huyện ủy ", 1)
        if spot.startswith("thành phố "):
            return spot.replace("thành phố ", "Thành ủy ", 1)
        return f"{'chi bộ' if self.level == 'grassroots' else 'đảng ủy'} {spot}"


@cache
def setting_of(unit_name: str) -> Setting:
    """The place behind a committee's name; a unit without an area of its own is its own place."""
    area, level = _area_and_level(unit_name)
    return Setting(unit_name, area, level, _upper_of(unit_name, level), _spots(unit_name, area, level))


def _area_and_level(unit_name: str) -> tuple[str, str]:
    for start, kind, level in _AREAS:
        if unit_name.startswith(start):
            return kind + unit_name.removeprefix(start), level
    return re.sub(r"^(Đảng ủy|Đảng bộ|Chi bộ) ", "", unit_name), "grassroots"


def _mark(committee: str) -> str:
    return next((mark for start, mark in _OWN_MARKS.items() if committee.startswith(start)), "ĐU")


def _upper_of(unit_name: str, level: str) -> str:
    parents = _tree().uppers.get(unit_name, set())
    if level == "province":
        return "Ban Bí thư"
    if level == "district" or not parents:
        return "Tỉnh ủy"
    # Two communes can share a name: then only the kind of the committee above is certain.
    return next(iter(parents)) if len(parents) == 1 else "Huyện ủy"


def _spots(unit_name: str, area: str, level: str) -> tuple[str, ...]:
    below = _tree().areas_below.get(unit_name)
    return tuple(below) if below else _hamlets(area, level)


def _hamlets(area: str, level: str) -> tuple[str, ...]:
    vocabulary = phrases("vocabulary")
    drawn = Random(crc32(area.encode()))
    if level == "grassroots" and area.startswith(("phường ", "thị trấn ")):
        numbered = [f"tổ dân phố số {number}" for number in range(1, 9)]
        return (*numbered, *(f"tổ dân phố {name}" for name in drawn.sample(vocabulary["street_group"], 5)))
    return tuple(f"thôn {name}" for name in drawn.sample(vocabulary["hamlet"], _HAMLETS_EACH))


@dataclass(frozen=True, slots=True)
class _Tree:
    uppers: defaultdict[str, set[str]]
    areas_below: defaultdict[str, list[str]]


@cache
def _tree() -> _Tree:
    text = files("caseflow.demo").joinpath("organisations.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    names = {row["code"]: row["name"] for row in rows}
    tree = _Tree(defaultdict(set), defaultdict(list))
    for row in rows:
        if upper := names.get(row["parent_code"]):
            tree.uppers[row["name"]].add(upper)
            tree.areas_below[upper].append(row["unit"][0].lower() + row["unit"][1:])
    return tree
