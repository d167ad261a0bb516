"""How a case comes in and is given to its owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from caseflow.demo.deeds import serving, Story
from caseflow.demo.slots import day_words, pick
from caseflow.demo.tale import Tale

Opening: TypeAlias = Callable[[Tale, float], Story]
"""Registers a case and assigns it with a deadline."""


def opened(tale: Tale, deadline: float) -> Story:
    """The usual way. A case that is in the register already is only assigned."""
    if not tale.code:
        yield from tale.register()
    tale.wait(0.1, 2.5)
    # What remains of an earlier case came in without saying what is to be reached.
    more = {"expected_outcome": tale.text.expected_outcome} if tale.rest else {}
    yield from tale.assign(deadline, **more)


def imposed(tale: Tale, deadline: float) -> Story:
    """The document behind the case sets its deadline."""
    tale.imposed = True
    yield from opened(tale, deadline)


def verified_above(tale: Tale, deadline: float) -> Story:
    """The unit above judges the result."""
    yield from tale.register()
    tale.wait(0.1, 2.5)
    tale.judge = tale.cast.above
    yield from tale.assign(deadline, verify_by="higher")


def owned_by_a_leader(tale: Tale, deadline: float) -> Story:
    """A leader of the unit owns it, so that nobody of the unit may judge the result."""
    tale.owner, tale.judge = tale.cast.other_boss, tale.cast.above
    yield from opened(tale, deadline)


def restricted(tale: Tale, deadline: float) -> Story:
    """Only named readers see it."""
    readers = [tale.owner, tale.cast.above, *tale.cast.inspectors]
    yield from tale.register(tale.boss, visibility="restricted", readers=[tale.id_of(one) for one in readers])
    tale.wait(0.1, 2.5)
    yield from tale.assign(deadline)


def against_a_colleague(tale: Tale, deadline: float) -> Story:
    """An official of the unit is complained about, and does not see the case."""
    subject = tale.cast.official(tale.rng, tale.owner)
    readers = [tale.id_of(one) for one in (tale.owner, tale.cast.above, *tale.cast.inspectors)]
    yield from tale.register(
        tale.boss, visibility="restricted", readers=readers, subjects=[tale.id_of(subject)]
    )
    tale.wait(0.1, 2.5)
    yield from tale.assign(deadline)


def against_a_leader_below(tale: Tale, deadline: float) -> Story:
    """A leader of a unit below is complained about: neither they nor their people see the case."""
    company = tale.place.company
    below = pick(tale.rng, company.roll.below(tale.cast.unit.code))
    subject = pick(tale.rng, company.holding("supervisor", below.code))
    yield from tale.register(subjects=[tale.id_of(subject)])
    tale.wait(0.1, 2.5)
    yield from tale.assign(deadline)


def served_by_the_registrar(tale: Tale, deadline: float) -> Story:
    """A village head without an account owns it; the registrar enters what they say, on a signed slip."""
    tale.owner = pick(tale.rng, tale.cast.village_heads)
    yield from tale.register()
    tale.wait(0.1, 2.5)
    yield from tale.assign(deadline)
    tale.wait(0.1, 0.5)
    today, registrar = tale.hours.day(tale.at), tale.cast.registrar
    slip = f"Giấy đề nghị nhập hộ ngày {day_words(today)}, lưu tại Văn phòng {tale.cast.unit.name}"
    until = today + timedelta(days=360)
    yield tale.deed(registrar, serving(tale.place.company.staff_code(tale.owner), today, until, slip))
    tale.hand = registrar.standing_in_for(tale.owner)
