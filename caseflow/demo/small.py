"""The small province: a year of a few hundred cases in a few districts, every state and turn among them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from caseflow.demo import openings
from caseflow.demo.episodes import (
    a_colleague,
    ask_decision,
    comment,
    decision,
    declined_transfer,
    edit,
    evidence,
    first_official,
    milestones,
    pause,
    reassign,
    refused_extension,
    report,
    revise,
    start,
    stood_in_by,
    support,
    support_of_a_unit,
    withdrawn_result,
)
from caseflow.demo.logins import HOME_COMMUNE, HOME_DISTRICT
from caseflow.demo.office_hours import OfficeHours
from caseflow.demo.planning import Planned
from caseflow.demo.slots import pick
from caseflow.demo.staff import Unit
from caseflow.demo.stories import (
    awaiting,
    cancelled,
    cancelled_and_reopened,
    duplicate,
    extension_asked,
    in_part,
    of_another,
    of_the_first,
    prolonged,
    Range,
    registered,
    reopened,
    reported_again,
    returned,
    settled,
    suspended,
    transfer_pending,
    transferred,
    under_way,
)
from caseflow.demo.tale import Tell
from caseflow.demo.words import FIELD_CODES

DISTRICTS = (HOME_DISTRICT, "D216", "D220")
"""The districts with cases. The last two have a commune of one name each."""

COMMUNES_EACH = 5

LONG_AGO, LATELY = (60.0, 240.0), (25.0, 75.0)

# How many, registered how many working days ago, told how.
_ANYWHERE_BELOW: tuple[tuple[int, Range, Tell], ...] = (
    (56, LONG_AGO, settled()),
    (24, LONG_AGO, settled(steps=(start, report, comment, report))),
    (12, LONG_AGO, settled(steps=(milestones, report, evidence, report))),
    (10, LONG_AGO, settled(steps=(support, report))),
    (6, LONG_AGO, settled(steps=(report, edit, report))),
    (5, LONG_AGO, settled(steps=(decision, report))),
    (22, LONG_AGO, settled(slack=(-12, -1), steps=(report, report))),
    (12, LONG_AGO, settled(returns=1)),
    (4, (90, 240), settled(returns=3, slack=(2, 12))),
    (10, LONG_AGO, prolonged()),
    (4, (90, 240), prolonged(2)),
    (3, LONG_AGO, prolonged(imposed=True)),
    (4, LONG_AGO, settled(steps=(report, refused_extension, report))),
    (6, LONG_AGO, settled(steps=(report, reassign, report))),
    (4, LONG_AGO, settled(steps=(report, revise, report))),
    (4, (70, 240), settled(steps=(report, pause, report), slack=(2, 12))),
    (3, (70, 240), settled(steps=(declined_transfer, report))),
    (3, (70, 240), settled(steps=(report, withdrawn_result, report))),
    (4, LONG_AGO, settled(steps=(report, stood_in_by(a_colleague), report))),
    (4, LONG_AGO, settled(completion="impossible")),
    (4, LONG_AGO, settled(opening=openings.verified_above)),
    (4, LONG_AGO, settled(opening=openings.owned_by_a_leader)),
    (2, LONG_AGO, settled(opening=openings.restricted)),
    (3, LONG_AGO, in_part(under_way((4, 30)))),
    (2, (60, 120), in_part()),
    (14, LATELY, awaiting()),
    (6, (35, 75), awaiting(slack=(-9, -1))),
    (4, LATELY, awaiting(waits=(6, 12))),
    (2, LATELY, awaiting(opening=openings.owned_by_a_leader)),
    (22, LATELY, under_way((6, 45))),
    (8, LATELY, under_way((6, 45), (start, milestones, report))),
    (5, LATELY, under_way((5, 30), (support, support_of_a_unit, comment))),
    (14, LATELY, under_way((0, 5))),
    (20, (40, 110), under_way((-25, -0.1))),
    (4, (40, 110), under_way((-30, -3), (report, comment, comment))),
    (3, (40, 90), under_way((-12, -1), opening=openings.imposed)),
    (3, (40, 90), under_way((-10, -1), last=extension_asked)),
    (5, LATELY, under_way((2, 9), last=extension_asked)),
    (4, LATELY, under_way((2, 15), (report, refused_extension))),
    (6, (40, 100), prolonged(final=(3, 25))),
    (4, (50, 120), prolonged(2, final=(3, 25))),
    (6, LATELY, under_way((4, 30), last=ask_decision)),
    (3, LATELY, under_way((6, 30), opening=openings.restricted)),
    (2, LATELY, under_way((6, 30), opening=openings.against_a_colleague)),
    (5, LATELY, returned(1, (1, 15))),
    (3, (45, 110), returned(3, (-6, 10))),
    (8, (1, 8), under_way((10, 40), ())),
    (3, (30, 45), under_way((-8, -0.5), ())),
    (10, (0.2, 5), registered),
    (6, (7, 18), registered),
    (5, LATELY, suspended()),
    (3, LATELY, suspended(())),
    (4, LATELY, transfer_pending()),
    (3, (30, 60), transferred(under_way((5, 25)))),
    (1, (30, 60), transferred()),
    (2, LATELY, under_way((5, 20), (declined_transfer, report))),
    (3, LONG_AGO, duplicate(settled())),
    (2, LATELY, duplicate(under_way((5, 20)))),
    (3, LONG_AGO, cancelled("outside_competence")),
    (2, LONG_AGO, cancelled("outside_competence", late=True)),
    (3, LONG_AGO, cancelled("petition_withdrawn", late=True)),
    (3, LONG_AGO, cancelled("entered_in_error")),
    (4, (60, 160), reopened("finding", reported_again)),
    (3, (60, 160), reopened("recurrence", reported_again)),
    (1, (60, 160), reopened("recurrence")),
    (2, (60, 140), cancelled_and_reopened),
)
_OF_THE_HOME_OFFICIAL: tuple[tuple[int, Range, Tell], ...] = (
    (6, LONG_AGO, settled()),
    (1, LONG_AGO, settled(slack=(-8, -2))),
    (2, (40, 110), under_way((-20, -1))),
    (1, LATELY, under_way((0, 0.5))),
    (2, LATELY, under_way((1, 5))),
    (2, LATELY, under_way((8, 40), (milestones, report))),
    (1, LATELY, under_way((8, 30), last=ask_decision)),
    (1, LATELY, under_way((2, 9), last=extension_asked)),
    (1, LATELY, returned(1, (2, 10))),
    (2, (1, 6), under_way((10, 30), ())),
    (2, LATELY, awaiting()),
    (1, LATELY, awaiting(slack=(-6, -2), waits=(6, 9))),
)
_AT_HOME: tuple[tuple[int, Range, Tell], ...] = (
    (2, (0.2, 4), registered),
    (1, (7, 12), registered),
    (2, LATELY, awaiting()),
    (1, LATELY, suspended()),
    (1, LATELY, under_way((5, 20), opening=openings.served_by_the_registrar)),
    (1, LATELY, of_another(under_way((4, 20), last=stood_in_by(first_official, days=25)))),
)
_NEXT_TO_HOME: tuple[tuple[int, Range, Tell], ...] = ((1, LATELY, transfer_pending(HOME_COMMUNE)),)
_IN_COMMUNES: tuple[tuple[int, Range, Tell], ...] = (
    (3, LONG_AGO, settled(opening=openings.served_by_the_registrar)),
    (2, LATELY, under_way((5, 30), opening=openings.served_by_the_registrar)),
)
_IN_DISTRICTS: tuple[tuple[int, Range, Tell], ...] = (
    (2, LONG_AGO, settled(opening=openings.against_a_leader_below)),
    (2, LATELY, under_way((5, 30), opening=openings.against_a_leader_below)),
)
_AT_THE_TOP: tuple[tuple[int, Range, Tell], ...] = (
    (4, LONG_AGO, settled()),
    (3, LATELY, under_way((5, 40))),
    (1, (40, 90), under_way((-8, -1))),
    (1, LATELY, awaiting()),
)


def busy_units(units: tuple[Unit, ...]) -> frozenset[str]:
    """The communes with cases: the first ones of each district, and those of which there are two by name."""
    names = [unit.name for unit in units]
    busy: set[str] = set()
    for district in DISTRICTS:
        below = [unit for unit in units if unit.parent == district]
        busy.update(unit.code for unit in below[:COMMUNES_EACH])
        busy.update(unit.code for unit in below if names.count(unit.name) > 1)
    return frozenset(busy)


def plan_small(units: tuple[Unit, ...], rng: Random, hours: OfficeHours) -> Iterator[Planned]:
    """Every case of the small province, in no order."""
    for table, places in _tables(units):
        for times, (least, most), tell in table:
            for _ in range(times):
                begins = hours.now - least - (most - least) * rng.random()
                yield Planned(begins, pick(rng, places), pick(rng, FIELD_CODES), tell)


def _tables(units: tuple[Unit, ...]) -> Iterator[tuple[tuple[tuple[int, Range, Tell], ...], list[Unit]]]:
    busy = busy_units(units)
    communes = [unit for unit in units if unit.code in busy]
    districts = [unit for unit in units if unit.code in DISTRICTS]
    home = [unit for unit in communes if unit.code == HOME_COMMUNE]
    yield _ANYWHERE_BELOW, [*communes, *districts, *districts, *home]
    yield tuple((times, ages, of_the_first(tell)) for times, ages, tell in _OF_THE_HOME_OFFICIAL), home
    yield _AT_HOME, home
    yield _NEXT_TO_HOME, [unit for unit in communes if unit.parent == HOME_DISTRICT and unit not in home]
    yield _IN_COMMUNES, communes
    yield _IN_DISTRICTS, districts
    yield _AT_THE_TOP, [unit for unit in units if unit.level == "province"]
