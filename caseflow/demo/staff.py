"""Who works where: the real organisations, staffed with invented people of every role."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from random import Random

from caseflow.demo.names import person_name, positions, staff_code


@dataclass(frozen=True, slots=True)
class Unit:
    """One real organisation; `parent` is the code of the one above, empty at the top."""

    code: str
    name: str
    unit: str
    kind: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Member:
    """An invented person with one role in one unit; without an `account` the registrar serves them."""

    staff_code: str
    name: str
    position: str
    unit: str
    role: str
    account: bool


VILLAGE_HEAD = "village_head"
"""Officials too, but without an account: the last titles of a commune's officials."""

_POSTS = {
    "province": {
        "supervisor": 3, "registrar": 2, "inspector": 2, "reporter": 2, "administrator": 1, "official": 4,
    },
    "district": {"supervisor": 3, "registrar": 2, "inspector": 2, "reporter": 1, "official": 6},
    "grassroots": {"supervisor": 3, "registrar": 1, "inspector": 1, "official": 5, VILLAGE_HEAD: 2},
}  # fmt: skip
_FEW_POSTS = {"supervisor": 2, "registrar": 1, "official": 2}


def real_units() -> tuple[Unit, ...]:
    """The organisations of the province in 2022, each after the one above it."""
    text = files("caseflow.demo").joinpath("organisations.csv").read_text(encoding="utf-8")
    return tuple(
        Unit(row["code"], row["name"], row["unit"], row["kind"], row["level"], row["parent_code"])
        for row in csv.DictReader(text.splitlines())
    )


def invent_members(rng: Random, units: tuple[Unit, ...], busy: frozenset[str]) -> tuple[Member, ...]:
    """People for every unit: the chief, the deputies and the others, fewer where a commune is not `busy`."""
    numbers = count(1)
    return tuple(
        Member(
            staff_code(next(numbers)),
            person_name(rng),
            title,
            unit.code,
            "official" if post == VILLAGE_HEAD else post,
            post != VILLAGE_HEAD,
        )
        for unit in units
        for post, title in _posts(rng, unit, unit.code in busy)
    )


def _posts(rng: Random, unit: Unit, busy: bool) -> Iterator[tuple[str, str]]:
    posts = _POSTS[unit.level] if busy or unit.level != "grassroots" else _FEW_POSTS
    for post, wanted in posts.items():
        titles = _titles(rng, unit, post)
        for number in range(wanted):
            yield post, titles[number % len(titles)]


def _titles(rng: Random, unit: Unit, post: str) -> Sequence[str]:
    if post not in {"official", VILLAGE_HEAD}:
        return positions(unit.level, post, unit.kind)
    titles = positions(unit.level, "owner", unit.kind)
    heads = _POSTS[unit.level].get(VILLAGE_HEAD, 0)
    if post == VILLAGE_HEAD:
        return titles[-heads:]
    working = titles[: len(titles) - heads]
    return rng.sample(working, len(working))


class Roll:
    """Members found by unit and role, the highest first."""

    def __init__(self, units: tuple[Unit, ...], members: tuple[Member, ...]) -> None:
        self.units = {unit.code: unit for unit in units}
        self._holding: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._below: dict[str, list[Unit]] = defaultdict(list)
        for member in members:
            self._holding[member.unit, member.role].append(member)
        for unit in units:
            self._below[unit.parent].append(unit)

    def holding(self, role: str, unit: str) -> list[Member]:
        """Who holds `role` in the unit itself."""
        return self._holding[unit, role]

    def below(self, unit: str) -> list[Unit]:
        """The units directly below."""
        return self._below[unit]
