"""What lists show is what the rules say of each case, for everybody and whatever surrounds the case."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import false, select, true

from caseflow.adapters.clock import SetClock
from caseflow.models import CaseReader, CaseSupporter
from caseflow.queries import scope
from caseflow.queries.access import Access
from caseflow.queries.cases import CaseFilter, count_cases, list_cases
from caseflow.queries.counts import counts_by_state
from caseflow.queries.scope import Reader, visible
from caseflow.states.relations import _in_reach, may_see
from caseflow.states.working_days import vn_date
from caseflow.use_cases.installation import Installation
from tests.queries.worlds import actors, by_the_rules, drawn, in_sql, reader, standings, World

SEEDS = st.integers(0, 2**32)
ON_ONE_DATABASE = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FORMS = (True, False)
"""Found by scope, and judged row by row; each reader is served by one of them."""


def disagreements(world: World) -> list[tuple[Any, ...]]:
    """Who is shown a case that the rules hide, or not shown one that they allow."""
    found = []
    for actor in actors(world):
        allowed, who = by_the_rules(world, actor), reader(world, actor)
        for leading in FORMS:
            shown = in_sql(world, who, visible(who, leading=leading))
            if shown != allowed:
                found.append((actor, leading, sorted(shown - allowed), sorted(allowed - shown)))
    return found


@ON_ONE_DATABASE
@given(seed=SEEDS)
def test_scope_in_sql_is_what_the_rules_say(installation: Installation, clock: SetClock, seed: int) -> None:
    with installation.database.reading() as connection:
        world = drawn(installation, connection, vn_date(clock.now()), Random(seed))
        assert disagreements(world) == []


@settings(ON_ONE_DATABASE, max_examples=3)
@given(seed=SEEDS)
def test_totals_are_the_lengths_of_lists(installation: Installation, clock: SetClock, seed: int) -> None:
    asked = (CaseFilter(), CaseFilter(overdue=True), CaseFilter(states=("assigned", "registered")),
             CaseFilter(owned_by_me=True), CaseFilter(organisation="X1"), CaseFilter(q="việc"), CaseFilter(q="so 1"),
             CaseFilter(offered=True), CaseFilter(codes=("VV-2026-900003", "VV-2026-900020")),
             CaseFilter(codes=("VV-2026-900003", "VV-2026-900020"), q="việc"), CaseFilter(due_before=vn_date(clock.now()), history=False))  # fmt: skip
    with installation.database.reading() as connection:
        world = drawn(installation, connection, vn_date(clock.now()), Random(seed))
        for actor in actors(world):
            who = reader(world, actor)
            for wanted in asked:
                rows = list_cases(connection, who, wanted, limit=200)
                assert (
                    count_cases(connection, who, wanted).listed == len(rows) == len({row.id for row in rows})
                )
            assert {row.code for row in list_cases(connection, who, CaseFilter(), limit=200)} == by_the_rules(
                world, actor
            )


@ON_ONE_DATABASE
@given(seed=SEEDS)
def test_restricted_cases_are_counted_where_they_are_in_reach(
    installation: Installation, clock: SetClock, seed: int
) -> None:
    with installation.database.reading() as connection:
        world = drawn(installation, connection, vn_date(clock.now()), Random(seed))
        for actor in actors(world):
            hidden = [
                case
                for case, who in standings(world, actor).values()
                if case.visibility == "restricted"
                and not may_see(case, who)
                and not who.conflicted
                and _in_reach(who)
            ]
            assert count_cases(connection, reader(world, actor), CaseFilter()).restricted == len(hidden)


@ON_ONE_DATABASE
@given(seed=SEEDS)
def test_counters_tell_what_subtrees_hold(installation: Installation, clock: SetClock, seed: int) -> None:
    with installation.database.reading() as connection:
        world = drawn(installation, connection, vn_date(clock.now()), Random(seed))
        for actor in actors(world):
            who = reader(world, actor)
            held = [
                case.state
                for case, standing in standings(world, actor).values()
                if not standing.conflicted and (actor.operator or standing.path.startswith(who.reach))
            ]
            counted = {one.state: one.normal + one.restricted for one in counts_by_state(connection, who)}
            assert {state: n for state, n in counted.items() if n} == {s: held.count(s) for s in held}


# --- each rule is needed ----------------------------------------------------------------------------


def _without(number: int) -> Callable[..., Any]:
    whole = scope._mine
    return lambda reader, case: tuple(c for n, c in enumerate(whole(reader, case)) if n != number)


def _supported_by(column: str) -> Callable[..., Any]:
    def people_only(reader: Reader) -> Any:
        return select(CaseSupporter.case_id).where(CaseSupporter.person_id == reader.principal)

    def units_only(reader: Reader) -> Any:
        whole = scope_supported(reader)
        return whole.where(CaseSupporter.person_id.is_(None))

    scope_supported = scope._supported
    return people_only if column == "person" else units_only


def _named_as_principal(reader: Reader) -> Any:
    return select(CaseReader.case_id).where(CaseReader.person_id == reader.principal)


def _without_delegations(self: Reader) -> tuple[str, ...]:
    return self.access.paths("registrar", "supervisor", "inspector")


def _every_role(self: Reader) -> tuple[str, ...]:
    return self.access.paths("registrar", "supervisor", "inspector", "reporter")


def _no_places(self: Access) -> tuple[str, ...]:
    return ()


BREAKS: dict[str, tuple[Any, str, Any]] = {
    "the owner sees it": (scope, "_mine", _without(0)),
    "the lead officer sees it": (scope, "_mine", _without(1)),
    "who registered it sees it": (scope, "_mine", _without(2)),
    "whose result waits sees it": (scope, "_mine", _without(3)),
    "supporting people see it": (scope, "_supported", _supported_by("unit")),
    "supporting units see it": (scope, "_supported", _supported_by("person")),
    "the unit that it is offered to sees it": (scope, "offered", lambda *_: false()),
    "named readers see it": (scope, "_named", lambda *_: select(CaseReader.case_id).where(false())),
    "a stand-in is no named reader": (scope, "_named", _named_as_principal),
    "restricted means hidden": (scope, "readable", lambda *_: true()),
    "the subject does not see it": (scope, "not_conflicted", lambda *_: true()),
    "who answers to the subject does not see it": (Access, "places", property(_no_places)),
    "a delegation reaches": (Reader, "reach", property(_without_delegations)),
    "a reporter reads no case": (Reader, "reach", property(_every_role)),
}


@pytest.mark.parametrize("rule", BREAKS)
def test_breaking_a_rule_of_scope_is_seen(
    installation: Installation, clock: SetClock, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    owner, name, broken = BREAKS[rule]
    found = 0
    for seed in range(40):
        with installation.database.reading() as connection:
            world = drawn(installation, connection, vn_date(clock.now()), Random(seed))
            allowed = {actor: by_the_rules(world, actor) for actor in actors(world)}
            with monkeypatch.context() as patch:
                patch.setattr(owner, name, broken)
                for actor, codes in allowed.items():
                    who = reader(world, actor)
                    found += in_sql(world, who, visible(who)) != codes
        if found:
            return
    pytest.fail(f"nobody noticed that “{rule}” no longer holds")
