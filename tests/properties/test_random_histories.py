"""No history reaches a forbidden place: random actors, moves and data against the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from sqlite3 import IntegrityError
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from caseflow.states import relations
from caseflow.states.pressing_issue import PRESSING_ISSUE
from caseflow.trail.fold import BrokenChain
from caseflow.use_cases import deadlines, make_move, results, transfers
from caseflow.use_cases.roles import delegate_decision
from tests.factories import Office
from tests.mandates import mandate
from tests.properties.histories import Histories, LONG
from tests.properties.province import DELEGATIONS, MANDATES, PEOPLE

FOREVER = {"valid_from": date(2020, 1, 1), "valid_until": date(2039, 12, 31)}
USUAL = settings(
    max_examples=500 if LONG else 25,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    database=None,
    derandomize=not LONG,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def histories(office: Office, tmp_path: Path) -> type[Histories]:
    """The machine, ready to copy an office whose people, mandates and delegations are the model's."""
    assert set(office.actors) == set(PEOPLE)
    for person, (giver, scope) in DELEGATIONS.items():
        by = {"D": "D-SUP", "P": "P-SUP"}[giver]
        office.do(delegate_decision, staff_code=person, giver=giver, scope=scope, by=by, **FOREVER)
    for stand_in, principal in sorted(MANDATES):
        mandate(office, stand_in, principal, start=date(2026, 1, 1), days=2_000)

    class Here(Histories):
        template = office
        folder = tmp_path

    return Here


def test_no_history_reaches_a_forbidden_place(histories: type[Histories]) -> None:
    run_state_machine_as_test(histories, settings=USUAL)


# --- the machine itself is tried: bugs are planted, and it must find each ---------------------------

Plant = Callable[[pytest.MonkeyPatch], None]


def without_never(name: str) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        move = replace(PRESSING_ISSUE.by_name[name], never=frozenset())
        patch.setitem(PRESSING_ISSUE.by_name, name, move)

    return plant


def without_needs(name: str) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setitem(PRESSING_ISSUE.by_name, name, replace(PRESSING_ISSUE.by_name[name], needs=()))

    return plant


def for_everybody(name: str) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        open_move = replace(PRESSING_ISSUE.by_name[name], by=frozenset({relations.READER}))
        patch.setitem(PRESSING_ISSUE.by_name, name, open_move)

    return plant


def every_extension_decided_at_home(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(relations, "extension_needs_above", lambda _case, _today: False)


def requests_never_lapse(patch: pytest.MonkeyPatch) -> None:
    for module in (results, transfers):
        patch.setattr(module, "lapse_extension", lambda _work, _held: None)
    patch.setattr(deadlines, "lapse_extension", lambda _work, _held: None)


def results_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(results, "clear_result", lambda _held: None)


def restricted_cases_are_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(relations, "may_see", lambda _case, who: not who.conflicted)


def a_day_too_many(patch: pytest.MonkeyPatch) -> None:
    original = make_move.DEEDS["resume"]

    def generous(work: Any, held: Any, given: Any) -> Any:
        event = original(work, held, given)
        held.case.deadline += timedelta(days=1)
        return event

    patch.setitem(make_move.DEEDS, "resume", generous)


PLANTS: dict[str, Plant] = {
    "verify without never": without_never("verify"),
    "return without never": without_never("return_to_owner"),
    "extend without never": without_never("extend"),
    "resolve without needs": without_needs("resolve"),
    "assign without needs": without_needs("assign"),
    "anybody starts": for_everybody("start"),
    "anybody revises the outcome": for_everybody("revise_outcome"),
    "every extension decided at home": every_extension_decided_at_home,
    "requests never lapse": requests_never_lapse,
    "results stay": results_stay,
    "restricted cases are open": restricted_cases_are_open,
    "a day too many": a_day_too_many,
}
RARE = {"every extension decided at home"}


def play(histories: type[Histories], number: int) -> None:
    """One history of the same machine, all of it decided by `number`."""
    seeds = Random(number)
    history = histories()
    try:
        history.begin(seeds.randbytes(8))
        for _ in range(30):
            history.somebody_does_something(seeds.randbytes(8))
            history.counters_say_what_the_cases_say()
    finally:
        history.teardown()


def play_many(histories: type[Histories], number: int) -> None:
    """So many histories, or the first that goes wrong."""
    for one in range(number):
        play(histories, one)


def test_without_a_planted_bug_the_same_histories_pass(histories: type[Histories]) -> None:
    play_many(histories, 400 if LONG else 10)


@pytest.mark.parametrize(
    "plant",
    # the rare one takes a hundred histories to come about
    [
        pytest.param(plant, id=name, marks=[pytest.mark.long] * (name in RARE))
        for name, plant in PLANTS.items()
    ],
)
def test_planted_bugs_are_found(
    histories: type[Histories], plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError, BrokenChain)):
        play_many(histories, 400)
