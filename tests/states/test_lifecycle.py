"""The lifecycle against its table, written down here again by hand, and the checks at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from caseflow.states.engine import (
    check,
    lifecycle_named,
    LifecycleError,
    machine,
    open_moves,
    RELATION_LABELS,
)
from caseflow.states.move import Lifecycle, Move, SAME
from caseflow.states.pressing_issue import PRESSING_ISSUE
from caseflow.states.relations import ALL, Delegation, Grant, may_see, relations, Standing

# --- the checks at start ---------------------------------------------------------------------------


def broken(**changes: Any) -> Lifecycle:
    return replace(PRESSING_ISSUE, **changes)


def without(*names: str) -> tuple[Move, ...]:
    return tuple(move for move in PRESSING_ISSUE.moves if move.name not in names)


def with_changed(name: str, **changes: Any) -> tuple[Move, ...]:
    return tuple(replace(m, **changes) if m.name == name else m for m in PRESSING_ISSUE.moves)


def test_the_real_lifecycle_passes() -> None:
    check(PRESSING_ISSUE)
    assert lifecycle_named("pressing_issue") is PRESSING_ISSUE


def test_a_copy_leaves_the_real_lifecycle_as_it_is() -> None:
    broken(moves=with_changed("start", label="Changed"))
    assert PRESSING_ISSUE.by_name["start"].label == "Start work"


def test_a_state_that_no_way_leads_to_is_caught() -> None:
    states = PRESSING_ISSUE.states | {"forgotten": "Forgotten"}
    with pytest.raises(LifecycleError, match=r"no way leads to.*forgotten"):
        check(broken(states=states))
    with pytest.raises(LifecycleError, match=r"no way leads to.*suspended"):
        check(broken(moves=without("suspend")))


def with_no_way_out_of_suspension(*more: Move) -> Lifecycle:
    rest = [
        m
        for m in with_changed("cancel", sources=("registered",))
        if "suspended" not in m.sources or m.target == SAME
    ]
    return broken(moves=(*rest, *more))


def test_a_dead_end_is_caught() -> None:
    with pytest.raises(LifecycleError, match="no way leads on from suspended"):
        check(with_no_way_out_of_suspension())


def test_staying_in_a_state_is_no_way_on() -> None:
    waiting = Move("wait", "Wait", ("suspended",), SAME, "case.commented", frozenset({"owner"}))
    with pytest.raises(LifecycleError, match="no way leads on from suspended"):
        check(with_no_way_out_of_suspension(waiting))


def test_a_move_that_nobody_may_make_is_caught() -> None:
    with pytest.raises(LifecycleError, match="start names nobody who may"):
        check(broken(moves=with_changed("start", by=frozenset())))


def test_a_move_that_forbids_everybody_whom_it_permits_is_caught() -> None:
    with pytest.raises(LifecycleError, match="start forbids everybody"):
        check(broken(moves=with_changed("start", never=frozenset({"owner"}))))


@pytest.mark.parametrize("side", ["by", "never"])
def test_an_unknown_relation_is_caught(side: str) -> None:
    changed = {side: getattr(PRESSING_ISSUE.by_name["verify"], side) | {"cousin"}}
    with pytest.raises(LifecycleError, match=r"verify names unknown relations.*cousin"):
        check(broken(moves=with_changed("verify", **changed)))


def test_an_unknown_state_is_caught() -> None:
    with pytest.raises(LifecycleError, match=r"unknown states.*elsewhere"):
        check(broken(moves=with_changed("start", target="elsewhere")))


def test_two_moves_of_one_name_are_caught() -> None:
    twice = (*PRESSING_ISSUE.moves, PRESSING_ISSUE.by_name["start"])
    with pytest.raises(LifecycleError, match="two moves have one name"):
        check(broken(moves=twice))


@dataclass(frozen=True, slots=True)
class Lenient(Move):
    """A move that forgets its `never` for whoever stands above."""

    def permits(self, relations: frozenset[str]) -> bool:
        return "verifier" in relations or not self.by.isdisjoint(relations)


def test_a_hole_in_never_is_caught() -> None:
    verify = PRESSING_ISSUE.by_name["verify"]
    lenient = Lenient(
        verify.name,
        verify.label,
        verify.sources,
        verify.target,
        verify.event,
        verify.by,
        verify.never,
    )
    moves = tuple(lenient if move.name == "verify" else move for move in PRESSING_ISSUE.moves)
    with pytest.raises(LifecycleError, match=r"verify permits .* against its `never`"):
        check(broken(moves=moves))


def test_every_relation_has_its_words() -> None:
    assert set(RELATION_LABELS) == ALL


def test_the_machine_keeps_no_case_alive() -> None:
    assert machine("pressing_issue") is machine("pressing_issue")
    assert machine("pressing_issue").models == []


# --- the table, by hand ----------------------------------------------------------------------------

SOURCES = {
    "edit": "registered assigned in_progress",
    "assign": "registered",
    "reassign": "assigned in_progress suspended resolved",
    "start": "assigned",
    "report_progress": "assigned in_progress",
    "request_extension": "assigned in_progress",
    "extend": "assigned in_progress",
    "refuse_extension": "assigned in_progress",
    "revise_outcome": "assigned in_progress suspended",
    "suspend": "assigned in_progress",
    "resume": "suspended",
    "resolve": "assigned in_progress",
    "withdraw": "resolved",
    "verify": "resolved",
    "return_to_owner": "resolved",
    "request_transfer": "registered assigned in_progress suspended",
    "accept_transfer": "registered assigned in_progress suspended",
    "decline_transfer": "registered assigned in_progress suspended",
    "cancel": "registered assigned in_progress suspended",
    "reopen": "verified cancelled",
    "comment": "registered assigned in_progress resolved verified suspended cancelled",
    "add_evidence": "registered assigned in_progress resolved suspended",
    "add_supporter": "registered assigned in_progress resolved suspended",
    "remove_supporter": "registered assigned in_progress resolved suspended",
}
TARGETS = {
    "assign": "assigned",
    "start": "in_progress",
    "report_progress": "in_progress",
    "suspend": "suspended",
    "resume": "<",
    "resolve": "resolved",
    "withdraw": "in_progress",
    "verify": "verified",
    "return_to_owner": "in_progress",
    "accept_transfer": "registered",
    "cancel": "cancelled",
    "reopen": "in_progress",
}
"""Every other move stays where it is."""


def test_moves_start_and_end_where_the_table_says() -> None:
    assert {m.name: set(m.sources) for m in PRESSING_ISSUE.moves} == {
        name: set(states.split()) for name, states in SOURCES.items()
    }
    assert {m.name: m.target for m in PRESSING_ISSUE.moves if m.target != SAME} == TARGETS


EVENTS = (
    "edited assigned reassigned started progress_reported extension_requested extended extension_refused"
    " outcome_revised suspended resumed resolved withdrawn verified returned transfer_requested transferred"
    " transfer_declined cancelled reopened commented evidence_added supporter_added supporter_removed"
)


def test_events_bear_the_names_that_others_rely_on() -> None:
    assert {move.event for move in PRESSING_ISSUE.moves} == {f"case.{name}" for name in EVENTS.split()}


# Province P, in it district D, in it communes W1 (where the case lies) and W2.
P, D, W1, W2 = "/1/", "/1/2/", "/1/2/3/", "/1/2/4/"
TODAY = date(2026, 11, 2)
OWNER, SUPPORTER, LEAD, REGISTRANT = 1, 2, 3, 4


def case_in(state: str, **changes: Any) -> Any:
    facts: dict[str, Any] = {
        "state": state,
        "owner_id": None if state == "registered" else OWNER,
        "resolver_id": OWNER if state in ("resolved", "verified") else None,
        "lead_officer_id": LEAD,
        "registered_by_id": REGISTRANT,
        "visibility": "normal",
        "verify_by": "own",
        "deadline": None if state == "registered" else date(2026, 11, 16),
        "deadline_imposed": False,
        "submissions": 1,
        "extensions_granted": 0,
        "extension_asked_on": None,
    }
    return SimpleNamespace(**facts | changes)


def someone(person: int, *grants: tuple[str, str], **facts: Any) -> Standing:
    given = tuple(Grant(role, path) for role, path in grants)
    return Standing(
        actor=person, principal=person, today=TODAY, path=W1, grants=given,
        supporters=frozenset({SUPPORTER}), **facts,
    )  # fmt: skip


CAST = {
    "owner": someone(OWNER, ("official", W1)),
    "supporter": someone(SUPPORTER, ("official", W2)),
    "lead": someone(LEAD),
    "registrant": someone(REGISTRANT),
    "registrar": someone(10, ("registrar", W1)),
    "supervisor": someone(11, ("supervisor", W1)),
    "above": someone(12, ("supervisor", D)),
    "top": someone(13, ("supervisor", P)),
    "delegate": someone(14, delegations=(Delegation(D, W1),)),
    "top's delegate": someone(15, delegations=(Delegation(P, W1),)),
    "own delegate": someone(16, delegations=(Delegation(W1, W1),)),
    "inspector": someone(17, ("inspector", W1)),
    "inspector above": someone(18, ("inspector", D)),
    "neighbour": someone(19, ("supervisor", W2)),
    "neighbour's registrar": someone(20, ("registrar", W2)),
    "reporter": someone(21, ("reporter", P)),
    "administrator": someone(22, ("administrator", P)),
    "official": someone(23, ("official", W1)),
    "operator": someone(24, operator=True),
}
ABOVE = {"above", "top", "delegate", "top's delegate"}
SUPERVISORS = {"supervisor", "above", "top"}
OUTSIDERS = {"neighbour", "neighbour's registrar", "reporter", "administrator", "official"}
READERS = set(CAST) - OUTSIDERS


def readers_in(state: str) -> set[str]:
    return READERS - {"owner"} if state == "registered" else READERS


Row = tuple[str, str, Mapping[str, Any], set[str]]

TABLE: list[Row] = [
    ("edit", "registered", {}, {"registrar"} | SUPERVISORS),
    ("edit", "assigned", {}, SUPERVISORS),
    ("edit", "in_progress", {}, SUPERVISORS),
    ("assign", "registered", {}, {"registrar", "operator"} | SUPERVISORS),
    *(("reassign", state, {}, SUPERVISORS) for state in SOURCES["reassign"].split()),
    ("start", "assigned", {}, {"owner"}),
    *(("report_progress", state, {}, {"owner", "supporter"}) for state in ("assigned", "in_progress")),
    *(("request_extension", state, {}, {"owner"}) for state in ("assigned", "in_progress")),
    *(("revise_outcome", state, {}, ABOVE) for state in SOURCES["revise_outcome"].split()),
    *(("suspend", state, {}, SUPERVISORS) for state in ("assigned", "in_progress")),
    ("resume", "suspended", {}, SUPERVISORS),
    *(("resolve", state, {}, {"owner"}) for state in ("assigned", "in_progress")),
    ("withdraw", "resolved", {}, {"owner"}),
    # Whoever resolved it, and not whoever owns it now.
    ("withdraw", "resolved", {"resolver_id": SUPPORTER}, {"supporter"}),
    *(("request_transfer", state, {}, SUPERVISORS) for state in SOURCES["request_transfer"].split()),
    ("cancel", "registered", {}, SUPERVISORS | ABOVE),
    *(("cancel", state, {}, ABOVE) for state in ("assigned", "in_progress", "suspended")),
    *(("comment", state, {}, readers_in(state)) for state in SOURCES["comment"].split()),
    *(("add_evidence", state, {}, readers_in(state)) for state in SOURCES["add_evidence"].split()),
    *(("add_supporter", state, {}, SUPERVISORS) for state in SOURCES["add_supporter"].split()),
    *(("remove_supporter", state, {}, SUPERVISORS) for state in SOURCES["remove_supporter"].split()),
]
ASKED_IN_TIME, ASKED_LATE = {"extension_asked_on": date(2026, 10, 30)}, {"extension_asked_on": TODAY}
OVERDUE = {"deadline": date(2026, 10, 30)}
EXTENDING: list[tuple[Mapping[str, Any], set[str]]] = [
    ({}, SUPERVISORS | ABOVE),
    (ASKED_IN_TIME, SUPERVISORS | ABOVE),
    (ASKED_IN_TIME | {"extensions_granted": 1}, ABOVE),
    (ASKED_IN_TIME | {"extensions_granted": 2}, ABOVE),
    (ASKED_IN_TIME | {"deadline_imposed": True}, ABOVE),
    (ASKED_LATE | OVERDUE, ABOVE),
    # Asked on the last day, decided after it: the question was in time.
    (ASKED_IN_TIME | OVERDUE, SUPERVISORS | ABOVE),
    # Nobody asked, and the deadline is past.
    (OVERDUE, ABOVE),
]
JUDGING: list[tuple[str, Mapping[str, Any], set[str]]] = [
    ("verify return_to_owner", {}, SUPERVISORS | ABOVE),
    ("verify return_to_owner", {"verify_by": "higher"}, ABOVE),
    ("verify return_to_owner", {"submissions": 2}, SUPERVISORS | ABOVE),
    ("verify", {"submissions": 3}, SUPERVISORS | ABOVE),
    ("return_to_owner", {"submissions": 3}, ABOVE),
    ("return_to_owner", {"submissions": 4}, ABOVE),
]
TABLE += [(move, "in_progress", f, who) for f, who in EXTENDING for move in ("extend", "refuse_extension")]
TABLE += [("extend", "assigned", {}, SUPERVISORS | ABOVE)]
TABLE += [(move, "resolved", facts, who) for moves, facts, who in JUDGING for move in moves.split()]


def permitted(
    move: str, case: Any, cast: Mapping[str, Standing] = CAST, given: Mapping[str, object] = {}
) -> set[str]:
    chosen = PRESSING_ISSUE.by_name[move]
    return {name for name, who in cast.items() if chosen.permits(relations(case, who, given))}


@pytest.mark.parametrize(("move", "state", "facts", "who"), TABLE)
def test_exactly_those_may_whom_the_table_names(
    move: str, state: str, facts: Mapping[str, Any], who: set[str]
) -> None:
    assert permitted(move, case_in(state, **facts)) == who


def test_the_table_here_covers_every_move_and_state() -> None:
    covered = {(move, state) for move, state, _, _ in TABLE}
    elsewhere = {"accept_transfer", "decline_transfer", "reopen"}
    wanted = {(m, s) for m, states in SOURCES.items() for s in states.split() if m not in elsewhere}
    assert wanted - covered == {("refuse_extension", "assigned")}


@pytest.mark.parametrize("move", ["accept_transfer", "decline_transfer"])
@pytest.mark.parametrize("state", SOURCES["accept_transfer"].split())
def test_only_the_receiving_units_supervisor_answers_a_transfer(move: str, state: str) -> None:
    offered = {name: replace(who, offered_path=W2) for name, who in CAST.items()}
    assert permitted(move, case_in(state), offered) == {"neighbour", "above", "top"}
    assert permitted(move, case_in(state)) == set()


def test_the_receiving_unit_reads_what_it_is_offered() -> None:
    offered = {name: replace(who, offered_path=W2) for name, who in CAST.items()}
    readers = {name for name, who in offered.items() if may_see(case_in("assigned"), who)}
    assert readers == READERS | {"neighbour", "neighbour's registrar"}


@pytest.mark.parametrize(
    ("state", "given", "who"),
    [
        ("verified", {"basis": "finding"}, {"inspector", "inspector above"}),
        ("verified", {"basis": "recurrence"}, SUPERVISORS),
        ("cancelled", {"basis": "finding"}, {"inspector", "inspector above"}),
        ("cancelled", {"basis": "recurrence"}, set()),
        # Before anything is chosen, and with a choice that is none: the field is named, not the right.
        ("verified", {}, {"inspector", "inspector above"} | SUPERVISORS),
        ("verified", {"basis": ""}, {"inspector", "inspector above"} | SUPERVISORS),
        ("verified", {"basis": ["?"]}, {"inspector", "inspector above"} | SUPERVISORS),
        ("cancelled", {}, {"inspector", "inspector above"}),
        # An open case is in the wrong state, which is another refusal than want of right.
        ("in_progress", {"basis": "recurrence"}, SUPERVISORS),
    ],
)
def test_reopening_goes_by_its_basis(state: str, given: Mapping[str, object], who: set[str]) -> None:
    assert permitted("reopen", case_in(state), given=given) == who


# --- above, for chiefs and deputies ----------------------------------------------------------------


def judged_by(*owner_supervises: str, **facts: Any) -> set[str]:
    cast = {name: replace(who, owner_supervises=owner_supervises) for name, who in CAST.items()}
    return permitted("verify", case_in("resolved", **facts), cast)


def test_a_deputy_does_not_judge_the_chief() -> None:
    assert judged_by(W1) == ABOVE


def test_a_case_of_the_chief_above_is_judged_above_the_chief() -> None:
    assert judged_by(D) == {"top", "top's delegate"}
    assert judged_by(W1, D) == {"top", "top's delegate"}


def test_the_top_chiefs_case_is_judged_by_whom_the_top_has_named() -> None:
    assert judged_by(P) == {"top's delegate"}


def test_at_the_top_above_is_whom_the_top_has_named() -> None:
    at_top = {name: replace(who, path=P) for name, who in CAST.items()}
    at_top["named"] = replace(someone(30, delegations=(Delegation(P, P),)), path=P)
    assert permitted("revise_outcome", case_in("assigned"), at_top) == {"named"}


@pytest.mark.parametrize(
    ("giver", "scope", "decides"),
    [
        (P, W1, True),
        (P, P, True),
        (D, D, True),
        (D, W2, False),
        (P, W2, False),
        (W1, W1, False),
        (W2, W2, False),
    ],
)
def test_a_delegation_counts_for_its_scope_from_above(giver: str, scope: str, decides: bool) -> None:
    who = someone(30, delegations=(Delegation(giver, scope),))
    assert ("above" in relations(case_in("assigned"), who, {})) is decides


@pytest.mark.parametrize("tie", ["answerable", "owner_stand_ins"])
def test_whom_the_owners_side_has_named_decides_nothing_above(tie: str) -> None:
    who = someone(30, delegations=(Delegation(D, W1, given_by=12),))
    assert "above" in relations(case_in("assigned"), with_tie(who, tie, 99), {})
    assert "above" not in relations(case_in("assigned"), with_tie(who, tie, 12), {})


def test_only_those_who_work_on_cases_support_for_their_unit() -> None:
    helping = {name: replace(who, supporting_paths=(P,)) for name, who in CAST.items()}
    supporting = permitted("report_progress", case_in("assigned"), helping)
    assert supporting.isdisjoint({"reporter", "administrator"})
    assert "official" in supporting


# --- never the owner's side ------------------------------------------------------------------------

JUDGEMENTS = [("extend", "in_progress"), ("refuse_extension", "in_progress"), ("verify", "resolved"),
              ("return_to_owner", "resolved")]  # fmt: skip
TIES = ["hands", "owner_stand_ins", "supporters"]


def with_tie(who: Standing, tie: str, person: int) -> Standing:
    tied: dict[str, Any] = {tie: frozenset({person})}
    return replace(who, **tied)


@pytest.mark.parametrize(("move", "state"), JUDGEMENTS)
@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("name", sorted(SUPERVISORS | ABOVE))
def test_nobody_of_the_owners_side_judges(move: str, state: str, tie: str, name: str) -> None:
    who = CAST[name]
    tied = with_tie(who, tie, who.actor)
    chosen = PRESSING_ISSUE.by_name[move]
    assert not chosen.permits(relations(case_in(state), tied, {}))
    assert chosen.permits(relations(case_in(state), with_tie(who, tie, 99), {}))


@pytest.mark.parametrize(("move", "state"), JUDGEMENTS)
@pytest.mark.parametrize("role", ["owner_id", "resolver_id"])
def test_a_supervisor_does_not_judge_what_they_own_or_resolved(move: str, state: str, role: str) -> None:
    case = case_in(state, **{role: CAST["top"].actor})
    assert not PRESSING_ISSUE.by_name[move].permits(relations(case, CAST["top"], {}))


@pytest.mark.parametrize("tie", TIES)
def test_a_stand_in_is_judged_on_both_sides(tie: str) -> None:
    """Whether the stand-in or the one stood in for is on the owner's side, the judgement is another's."""
    stand_in = 40
    acting = replace(CAST["top"], actor=stand_in)
    verify = PRESSING_ISSUE.by_name["verify"]
    assert verify.permits(relations(case_in("resolved"), acting, {}))
    for tied in (stand_in, CAST["top"].principal):
        who = with_tie(acting, tie, tied)
        assert not verify.permits(relations(case_in("resolved"), who, {}))


def test_an_owner_who_stands_in_for_the_supervisor_does_not_verify() -> None:
    acting = replace(CAST["supervisor"], actor=OWNER)
    assert "owners_side" in relations(case_in("resolved"), acting, {})
    assert not PRESSING_ISSUE.by_name["verify"].permits(relations(case_in("resolved"), acting, {}))


def test_a_stand_in_has_the_rights_of_the_one_stood_in_for_and_not_their_own() -> None:
    acting = replace(CAST["owner"], actor=CAST["supervisor"].actor)
    held = relations(case_in("in_progress"), acting, {})
    assert {"owner", "owners_side", "reader"} == held


# --- who reads -------------------------------------------------------------------------------------


def readers_of(case: Any, **facts: Any) -> set[str]:
    return {name for name, who in CAST.items() if may_see(case, replace(who, **facts))}


def test_a_normal_case_is_read_from_above_and_from_near() -> None:
    assert readers_of(case_in("assigned")) == READERS


def test_a_restricted_case_is_read_by_named_readers_only() -> None:
    hidden = case_in("assigned", visibility="restricted")
    assert readers_of(hidden) == set()
    assert readers_of(hidden, readers=frozenset({OWNER, 11})) == {"owner", "supervisor"}


def test_a_stand_in_reads_a_restricted_case_only_when_named_in_person() -> None:
    hidden = case_in("assigned", visibility="restricted")
    acting = replace(CAST["owner"], actor=40, readers=frozenset({OWNER}))
    assert not may_see(hidden, acting)
    assert may_see(hidden, replace(acting, readers=frozenset({OWNER, 40})))


def test_whoever_is_in_conflict_stands_in_no_relation() -> None:
    for who in CAST.values():
        assert relations(case_in("resolved"), replace(who, conflicted=True), {}) == frozenset()


def test_the_people_of_a_supporting_unit_support() -> None:
    helping = {name: replace(who, supporting_paths=(W2,)) for name, who in CAST.items()}
    supporting = permitted("report_progress", case_in("assigned"), helping)
    assert supporting == {"owner", "supporter", "neighbour", "neighbour's registrar"}


def test_buttons_show_what_right_and_state_allow() -> None:
    shown = {move.name for move in open_moves(PRESSING_ISSUE, case_in("resolved"), CAST["supervisor"])}
    assert shown == {
        "reassign", "verify", "return_to_owner", "comment", "add_evidence", "add_supporter", "remove_supporter",
    }  # fmt: skip
    assert open_moves(PRESSING_ISSUE, case_in("resolved"), CAST["neighbour"]) == ()
