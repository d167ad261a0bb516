"""Random people do random things to random cases; the program must answer as the model does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, RuleBasedStateMachine
from sqlalchemy import event

from caseflow.errors import CaseflowError
from caseflow.models import Case, CaseHand, CaseReader, CaseSupporter, Extension, Organisation
from caseflow.states.actor import Actor
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.registration import register_case
from tests.copies import copy_of
from tests.factories import Office
from tests.properties.asking import Asking, OWNERS
from tests.properties.effects import apply
from tests.properties.issue import Issue, Who
from tests.properties.province import PEOPLE, within
from tests.properties.table import EVENT_STATES, may, SOURCES, unmet
from tests.trails import check_case, check_chain, events, everything, rows

LONG = os.environ.get("CASEFLOW_TEST_LONG") == "1"
SEEDS = st.binary(min_size=8, max_size=8)
KEPT = {"not_permitted", "wrong_state"}


BEGINNING: list[tuple[str, str | None, dict[str, Any]]] = [
    ("assign", "W1-SUP", {"working_days": 5}),
    ("start", None, {}),
    ("add_evidence", None, {"document_number": "1", "document_date": "2026-11-02", "kept_at": "Kho"}),
    ("resolve", None, {"outcome": "Xong", "completion": "full"}),
]
"""Who is not named is the owner."""


def _unsafe(raw: Any, _record: Any) -> None:
    """Nobody will miss these databases after a power cut, and there are many of them."""
    raw.execute("PRAGMA synchronous=OFF")


class Histories(RuleBasedStateMachine):
    """One province, some cases, and whatever people come to do. `template` and `folder` are set by the test."""

    template: ClassVar[Office]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.home = self.folder / uuid4().hex
        self.office = copy_of(self.template, self.home)
        event.listen(self.office.installation.database.engine, "connect", _unsafe)
        self.issues: list[Issue] = []
        self.steps = 0

    def teardown(self) -> None:
        """Look over everything once more, and take it away."""
        try:
            for issue in self.issues:
                self._compare(issue)
                check_case(self.office, issue.code)
                self._check_history(issue)
            for actor in self.office.actors.values():
                check_chain(self.office.installation, actor.uuid)
        finally:
            self.office.installation.database.dispose()
            shutil.rmtree(self.home)

    # --- what people do ------------------------------------------------------------------------

    @initialize(seed=SEEDS)
    def begin(self, seed: bytes) -> None:
        """Some cases are there from the start, one of them well on its way."""
        asking = self._asking(seed)
        self._register(*asking.registration())
        usual = {"title": "Một", "organisation": "W1", "field": "complaints", "expected_outcome": "Sạch",
                 "visibility": "normal", "readers": set(), "subjects": set(), "basis": {"imposed": False}}  # fmt: skip
        self._register(Who("W1-REG", "W1-REG"), usual)
        issue, owner = self.issues[-1], asking.one(*OWNERS)
        for action, person, given in BEGINNING[: asking.chance.randint(0, len(BEGINNING))]:
            who = Who(person or owner, person or owner)
            self._try(issue, action, who, given | ({"owner": owner} if action == "assign" else {}), None)

    @rule(seed=SEEDS)
    def somebody_does_something(self, seed: bytes) -> None:
        """One step. Chance decides all of it: left to itself, the library would leave whole moves out."""
        asking = self._asking(seed)
        kind = asking.chance.random()
        if kind < 0.03 or not self.issues:
            self._register(*asking.registration())
        elif kind < 0.14:
            self.office.forward(asking.one(1, 1, 2, 3, 5, 8, 13))
        else:
            issue = asking.issue(self.issues)
            codes = [one.code for one in self.issues] + ["VV-2026-999999"]
            self._try(issue, *asking.move(issue, self.office.today, codes))

    @invariant()
    def counters_say_what_the_cases_say(self) -> None:
        """What triggers keep is what a recount gives."""
        held = everything(self.office)
        for counters in ("case_counters", "state_counters"):
            by_state: dict[str, int] = {}
            for row in held[counters]:
                by_state[row[1]] = by_state.get(row[1], 0) + row[-1]
            assert by_state == {
                state: sum(issue.state == state for issue in self.issues) for state in by_state
            }

    # --- what must come of it ------------------------------------------------------------------

    def _asking(self, seed: bytes) -> Asking:
        """The step counts too: the library likes to repeat itself, and the same again would mostly be refused."""
        self.steps += 1
        return Asking(Random(f"{seed.hex()}/{self.steps}"))

    def _register(self, who: Who, raw: dict[str, Any]) -> None:
        role, at = PEOPLE[who.principal]
        right = role in ("registrar", "supervisor") and within(raw["organisation"], at)
        title = raw["title"].strip()
        expected = "not_permitted" if not right else "done" if title else "not_ready"
        given = raw | {"readers": self._ids(raw["readers"]), "subjects": self._ids(raw["subjects"])}
        self._expect(expected, {"title"}, lambda: self.office.do(register_case, given, by=self._actor(who)))
        if expected == "done":
            readers = raw["readers"] | {who.principal} if raw["visibility"] == "restricted" else None
            issue = Issue(
                self._newest(), raw["organisation"], who.principal, readers, frozenset(raw["subjects"]),
                raw["basis"]["imposed"], title, raw["expected_outcome"].strip() or None,
            )  # fmt: skip
            self.issues.append(issue)
            self._compare(issue)

    def _try(self, issue: Issue, action: str, who: Who, raw: dict[str, Any], seen: int | None) -> None:
        today = self.office.today
        known = {one.code for one in self.issues if one.seen_by(who)}
        fields = unmet(issue, action, raw, today, known) if issue.state in SOURCES[action].split() else set()
        expected = self._foretell(issue, action, who, raw, seen, fields)
        given = self._named(raw)
        deed = lambda: self.office.do(make_move, issue.code, action, given, seen=seen, by=self._actor(who))  # noqa: E731
        self._expect(expected, fields, deed)
        if expected != "done":
            return
        remainder = apply(issue, action, who, raw, today)
        if remainder is not None:
            remainder.code = self._newest()
            self.issues.append(remainder)
            self._compare(remainder)
        self._compare(issue)
        check_case(self.office, issue.code)

    def _foretell(
        self, issue: Issue, action: str, who: Who, raw: dict[str, Any], seen: int | None, fields: set[str]
    ) -> str:
        """What the program must answer, in the order in which refusals come."""
        if not issue.seen_by(who):
            return "not_found"
        if not may(issue, action, who, raw, self.office.today):
            return "not_permitted"
        if action not in ("comment", "add_evidence") and seen not in (None, issue.version):
            return "stale_version"
        if issue.state not in SOURCES[action].split():
            return "wrong_state"
        return "not_ready" if fields else "done"

    def _expect(self, expected: str, fields: set[str], deed: Callable[[], Any]) -> None:
        """The deed is answered as foretold; a refusal changes nothing but the attempts that are kept."""
        before = everything(self.office, trail=False) if expected != "done" else None
        trail = self._count_events()
        try:
            deed()
            answered, named = "done", set[str]()
        except CaseflowError as error:
            answered, named = error.code, {problem.field for problem in error.problems}
        assert answered == expected
        if before is None:
            return
        assert everything(self.office, trail=False) == before
        assert self._count_events() == trail + (expected in KEPT)
        if expected == "not_ready":
            assert named == fields

    def _compare(self, issue: Issue) -> None:
        """The row, and what surrounds it, is as the model has it."""
        row = self.office.row(issue.code)
        codes = {actor.id: code for code, actor in self.office.actors.items()}
        paths = {unit.id: unit.code for unit in rows(self.office, Organisation)}
        alike = {"state": row.state, "unit": paths[row.organisation_id], "owner": codes.get(row.owner_id),
                 "resolver": codes.get(row.resolver_id), "lead": codes.get(row.lead_officer_id),
                 "registrant": codes[row.registered_by_id], "waiting_for": codes.get(row.needs_decision_by_id),
                 "deadline": row.deadline, "first_deadline": row.first_deadline, "expected": row.expected_outcome,
                 "first_expected": row.first_expected_outcome, "asked_on": row.extension_asked_on,
                 "extensions": row.extensions_granted, "submissions": row.submissions, "reopenings": row.reopenings,
                 "offered": paths.get(row.offered_to_id), "days_overdue": row.days_overdue_before,
                 "suspended_from": row.suspended_from, "suspended_on": row.suspended_on, "review_on": row.review_on,
                 "outcome": row.outcome, "completion": row.completion, "resolved_on": row.resolved_on,
                 "kind": row.cancel_kind, "progress": row.progress, "version": row.version, "events": row.seq,
                 "title": row.title, "imposed": row.deadline_imposed, "verify_higher": row.verify_by == "higher",
                 "hands": {codes[one.person_id] for one in rows(self.office, CaseHand, case_id=row.id)},
                 "extension_records": [one.status for one in rows(self.office, Extension, case_id=row.id)],
                 "readers": {codes[one.person_id] for one in rows(self.office, CaseReader, case_id=row.id)} or None}  # fmt: skip
        supporters = rows(self.office, CaseSupporter, case_id=row.id)
        alike["supporters"] = {codes[one.person_id] for one in supporters if one.person_id}
        alike["units"] = {paths[one.organisation_id] for one in supporters if one.organisation_id}
        model = {name: getattr(issue, name) for name in alike}
        assert alike == model
        running = issue.deadline if self._clock_runs(issue) else None
        assert row.running_deadline == running

    def _clock_runs(self, issue: Issue) -> bool:
        late = (
            issue.resolved_on is not None
            and issue.deadline is not None
            and issue.resolved_on > issue.deadline
        )
        return issue.state in ("assigned", "in_progress") or (issue.state == "resolved" and late)

    def _check_history(self, issue: Issue) -> None:
        """No event took a case where the table does not lead; and nobody of the owner's side judged."""
        for one in events(self.office, issue.code):
            step: tuple[Any, Any] = (one.leaf["from"], one.leaf["to"])
            assert step in EVENT_STATES.get(one.type, {step})
            assert one.type in EVENT_STATES or step[0] == step[1]

    # --- names -----------------------------------------------------------------------------------

    def _actor(self, who: Who) -> Actor:
        actor = self.office.actors[who.actor]
        return (
            actor if who.actor == who.principal else actor.standing_in_for(self.office.actors[who.principal])
        )

    def _ids(self, codes: set[str]) -> list[str]:
        return [self.office.id_of(code) for code in sorted(codes)]

    def _named(self, raw: dict[str, Any]) -> dict[str, Any]:
        return {name: self.office.id_of(value) if value in PEOPLE else value for name, value in raw.items()}

    def _newest(self) -> str:
        return max(str(row.code) for row in rows(self.office, Case))

    def _count_events(self) -> int:
        return len(everything(self.office)["events"])
