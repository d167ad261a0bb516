"""The province of the model: people by staff code, units by letter, and the days that are worked."""

from __future__ import annotations

from datetime import date, timedelta

ABOVE_AND_SELF = {"P": "P", "D": "D P", "W1": "W1 D P", "W2": "W2 D P"}
"""Each unit with those above it, nearest first."""

PEOPLE = {
    "P-SUP": ("supervisor", "P"),
    "P-INS": ("inspector", "P"),
    "P-ADM": ("administrator", "P"),
    "P-REP": ("reporter", "P"),
    "D-SUP": ("supervisor", "D"),
    "D-DEP": ("supervisor", "D"),
    "D-INS": ("inspector", "D"),
    "W1-SUP": ("supervisor", "W1"),
    "W1-DEP": ("supervisor", "W1"),
    "W1-REG": ("registrar", "W1"),
    "W1-OFF": ("official", "W1"),
    "W1-OF2": ("official", "W1"),
    "W2-SUP": ("supervisor", "W2"),
    "W2-OFF": ("official", "W2"),
}
DELEGATIONS = {"W2-OFF": ("D", "W1"), "P-REP": ("P", "P")}
"""Who was named by which unit to decide for it in which subtree."""
GIVEN_BY = {"W2-OFF": "D-SUP", "P-REP": "P-SUP"}
"""Which supervisor named them."""
NAMED_BY = {"D": "D-SUP", "P": "P-SUP"}
"""Which supervisor of a unit gave its delegations."""
MANDATES = {("W1-OF2", "W1-OFF"), ("W1-OFF", "W1-SUP"), ("D-DEP", "W1-DEP"), ("W2-OFF", "W2-SUP")}
"""Who stands in for whom."""

HOLIDAYS = {date(2026, 11, 24), date(2027, 1, 1), *(date(2027, 2, day) for day in range(4, 11))}


def works_on(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days_later(start: date, number: int) -> date:
    day = start
    while number:
        day += timedelta(days=1)
        number -= works_on(day)
    return day


def working_days_after(start: date, end: date) -> int:
    return sum(works_on(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def within(unit: str, higher: str) -> bool:
    return higher in ABOVE_AND_SELF[unit].split()


def supervises(person: str, unit: str) -> bool:
    role, at = PEOPLE[person]
    return role == "supervisor" and within(unit, at)


def decides_above(
    person: str, unit: str, level: str | None = None, side: frozenset[str | None] = frozenset()
) -> bool:
    """A supervisor of a unit above `level`, or whom such a unit has named; at the top whom the top has named.

    Whom somebody of the owner's `side` has named decides nothing here.
    """
    level = level or unit
    role, at = PEOPLE[person]
    if role == "supervisor" and within(level, at) and at != level:
        return True
    if person not in DELEGATIONS or GIVEN_BY[person] in side:
        return False
    giver, scope = DELEGATIONS[person]
    return within(unit, scope) and within(level, giver) and (giver != level or level == "P")
