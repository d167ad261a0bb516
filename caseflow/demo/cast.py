"""Who plays which part in a case of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from caseflow.demo.slots import pick
from caseflow.demo.staff import Roll, Unit
from caseflow.states.actor import Actor


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody of the demo: who holds what, the same people as actors by staff code, and their codes by key."""

    roll: Roll
    actors: Mapping[str, Actor]
    codes: Mapping[int, str]

    def holding(self, role: str, unit: str) -> list[Actor]:
        """Who holds `role` in the unit itself and has an account, the highest first."""
        return [self.actors[member.staff_code] for member in self.roll.holding(role, unit) if member.account]

    def village_heads(self, unit: str) -> list[Actor]:
        """The officials of the unit who have no account."""
        officials = self.roll.holding("official", unit)
        return [self.actors[member.staff_code] for member in officials if not member.account]

    def staff_code(self, actor: Actor) -> str:
        """The staff code of an actor."""
        return self.codes[actor.id]


class Cast:
    """The people who deal with one case in one unit.

    `boss` supervises the unit, `other_boss` too; `above` supervises the unit above (at the top nobody does).
    """

    def __init__(self, company: Company, unit: Unit, rng: Random) -> None:
        self.unit = unit
        bosses = company.holding("supervisor", unit.code)
        self.boss = pick(rng, bosses)
        self.other_boss = next(one for one in bosses if one.id != self.boss.id)
        self.registrar = pick(rng, company.holding("registrar", unit.code))
        self.above: Actor = pick(rng, company.holding("supervisor", unit.parent or unit.code))
        watched = (unit.code, unit.parent) if unit.level == "grassroots" else (unit.code,)
        self.inspectors = [one for code in watched for one in company.holding("inspector", code)]
        # The first official of a unit carries more than the others, as in life.
        officials = company.holding("official", unit.code)
        self.village_heads = company.village_heads(unit.code)
        self.officials = [officials[0], *officials]

    def official(self, rng: Random, *others: Actor) -> Actor:
        """An official of the unit who is none of `others`."""
        taken = {one.id for one in others}
        return pick(rng, [one for one in self.officials if one.id not in taken])
