"""The one door through which a state changes, and the checks that a lifecycle passes at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, combinations
from typing import Any

from transitions import EventData, Machine

from caseflow.errors import NotFound, NotPermitted, NotReady, Problem, StaleVersion, WrongState
from caseflow.messages import N_, say
from caseflow.states import relations
from caseflow.states.given import Lookup, read_fields
from caseflow.states.move import Lifecycle, Move, PREVIOUS, SAME
from caseflow.states.relations import Standing
from caseflow.states.working_days import Calendar


class LifecycleError(Exception):
    """A lifecycle that contradicts itself: a programming error, found at start."""


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a case and is asked about by needs.

    `fresh_evidence`: some evidence is newer than the last return or reopening; `owner_active`: the owner
    still works here.
    """

    fresh_evidence: bool
    owner_active: bool


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a need is judged on: the case and what surrounds it, the read input, who asks and the day."""

    case: Any
    around: Around
    given: Mapping[str, object]
    today: date
    calendar: Calendar
    who: Standing


def advance(
    lifecycle: Lifecycle,
    case: Any,
    name: str,
    who: Standing,
    raw: Mapping[str, object],
    *,
    around: Around,
    lookup: Lookup,
    calendar: Calendar,
    seen: int | None = None,
) -> dict[str, object]:
    """Make the move `name`, or refuse it with the rule that refused it; answer the input as read.

    `seen` is the version that the actor was shown (None where the caller has it locked and fresh).
    Refuses in this order: NotFound, NotPermitted, StaleVersion, WrongState, NotReady. A refused move
    changes nothing.
    """
    move = permit(lifecycle, case, name, who, raw, seen=seen)
    given = read_fields(move.fields, raw, lookup)
    occasion = Occasion(case, around, given, who.today, calendar, who)
    problems = tuple(chain.from_iterable(need(occasion) for need in move.needs))
    if problems:
        raise NotReady(problems[0].message, problems)
    if not machine(lifecycle.kind).events[name].trigger(case):
        raise LifecycleError(f"{name} found no way on from {case.state}")
    return given


def enter_history(lifecycle: Lifecycle, state: str) -> str:
    """The state in which a case of an older register enters; the other door, for nothing but history.

    No move leads there: the older register left no trail to replay, and inventing one would make claims
    look like recorded facts. So a case enters once, by one event of its own type, as finished or as being
    worked on, and from then on only `advance` moves it. Raises LifecycleError for any other state.
    """
    if state not in lifecycle.history:
        raise LifecycleError(f"{lifecycle.kind}: history does not enter as {state}")
    return state


def permit(
    lifecycle: Lifecycle,
    case: Any,
    name: str,
    who: Standing,
    raw: Mapping[str, object],
    *,
    seen: int | None = None,
) -> Move:
    """The move `name`, if `who` may make it on what they were shown in the state that the case is in.

    Refuses in this order: NotFound, NotPermitted, StaleVersion, WrongState.
    """
    move = lifecycle.by_name[name]
    _check_right(lifecycle, move, case, who, raw)
    if move.versioned and seen is not None and seen != case.version:
        raise StaleVersion(
            say(
                N_("%(code)s has changed since you opened it. Look at what changed, then decide."),
                code=case.code,
            ),
            seen,
            case.version,
        )
    if case.state not in move.sources:
        raise WrongState(_wrong_state(lifecycle, move, case.state))
    return move


def _check_right(
    lifecycle: Lifecycle, move: Move, case: Any, who: Standing, raw: Mapping[str, object]
) -> None:
    held = relations.relations(case, who, raw, move.by | move.never)
    if relations.READER not in held:
        raise NotFound
    if move.permits(held):
        return
    barred = sorted(move.never & held)
    if barred and not move.by.isdisjoint(held):
        message = say(
            N_("“%(move)s” is not open to you here: %(rule)s. Another person must do it."),
            move=say(move.label),
            rule=say(RELATION_LABELS[barred[0]]),
        )
    else:
        rules = sorted(move.by - {relations.IMPORTER})
        message = say(
            N_("“%(move)s” is for: %(who)s. Ask one of them to do it."),
            move=say(move.label),
            who=Joined(tuple(RELATION_LABELS[name] for name in rules)),
        )
    raise NotPermitted(message, (Problem("action", message, move.name),))


def Joined(labels: tuple[str, ...]) -> object:  # noqa: N802 - builds a Message, reads like one
    """Several marked texts as one message value, each translated."""
    parts = {f"p{i}": say(label) for i, label in enumerate(labels)}
    return say("; ".join(f"%({key})s" for key in parts), **parts)


def _wrong_state(lifecycle: Lifecycle, move: Move, state: str) -> Any:
    return say(
        N_(
            "“%(move)s” is not possible while the case is “%(state)s”. It is possible when it is: %(sources)s."
        ),
        move=say(move.label),
        state=say(lifecycle.states[state]),
        sources=Joined(tuple(lifecycle.states[source] for source in move.sources)),
    )


def open_moves(lifecycle: Lifecycle, case: Any, who: Standing) -> tuple[Move, ...]:
    """The moves that `who` may make now, needs aside: buttons and `next_actions` come from here."""
    held = relations.relations(case, who, {})
    return tuple(m for m in lifecycle.moves if case.state in m.sources and m.permits(held))


_LIFECYCLES: dict[str, Lifecycle] = {}


def register(lifecycle: Lifecycle) -> Lifecycle:
    """Check a lifecycle and make it known under its kind. Raises LifecycleError."""
    check(lifecycle)
    _LIFECYCLES[lifecycle.kind] = lifecycle
    return lifecycle


def lifecycle_named(kind: str) -> Lifecycle:
    """The lifecycle of `kind`; KeyError where there is none."""
    return _LIFECYCLES[kind]


def lifecycle_names() -> tuple[str, ...]:
    """The kinds of lifecycle that run."""
    return tuple(_LIFECYCLES)


@cache
def machine(kind: str) -> Machine:
    """The one shared machine of a kind, driven by `events[name].trigger(case)`; it keeps no case alive."""
    lifecycle = _LIFECYCLES[kind]
    built = Machine(
        model=None,
        states=list(lifecycle.states),
        initial=lifecycle.initial,
        auto_transitions=False,
        send_event=True,
        model_attribute="_state",
    )
    for move in lifecycle.moves:
        for source in move.sources:
            _add(built, move, source)
    return built


def _add(built: Machine, move: Move, source: str) -> None:
    if move.target != PREVIOUS:
        built.add_transition(move.name, source, "=" if move.target == SAME else move.target)
        return
    for before in previous_states(move):
        built.add_transition(move.name, source, before, conditions=[_was(before)])


def previous_states(move: Move) -> tuple[str, ...]:
    """The states that a move to `PREVIOUS` can lead back to."""
    del move
    return ("assigned", "in_progress")


def _was(before: str) -> Any:
    def condition(event: EventData) -> bool:
        case: Any = event.model
        return bool(case.suspended_from == before)

    return condition


def targets(move: Move, source: str) -> tuple[str, ...]:
    """The states in which `move` from `source` can end."""
    if move.target == SAME:
        return (source,)
    return previous_states(move) if move.target == PREVIOUS else (move.target,)


def check(lifecycle: Lifecycle) -> None:
    """Refuse a lifecycle with an unreachable state, a dead end, a move for nobody, or a hole in `never`."""
    ways = {(s, t) for m in lifecycle.moves for s in m.sources for t in targets(m, s)}
    _check_names(lifecycle, ways)
    reached = {lifecycle.initial}
    while more := {t for s, t in ways if s in reached} - reached:
        reached |= more
    if lost := set(lifecycle.states) - reached:
        raise LifecycleError(f"{lifecycle.kind}: no way leads to {sorted(lost)}")
    for state in lifecycle.states:
        if state not in lifecycle.finals and not any(s == state != t for s, t in ways):
            raise LifecycleError(f"{lifecycle.kind}: no way leads on from {state}")
    for move in lifecycle.moves:
        _check_rights(lifecycle, move)


def _check_names(lifecycle: Lifecycle, ways: set[tuple[str, str]]) -> None:
    if len(lifecycle.by_name) != len(lifecycle.moves):
        raise LifecycleError(f"{lifecycle.kind}: two moves have one name")
    if unknown := {state for way in ways for state in way} - set(lifecycle.states):
        raise LifecycleError(f"{lifecycle.kind}: unknown states {sorted(unknown)}")


def _check_rights(lifecycle: Lifecycle, move: Move) -> None:
    if not move.by:
        raise LifecycleError(f"{lifecycle.kind}: {move.name} names nobody who may")
    if unknown := (move.by | move.never) - lifecycle.relations:
        raise LifecycleError(f"{lifecycle.kind}: {move.name} names unknown relations {sorted(unknown)}")
    if not any(move.permits(frozenset({one})) for one in move.by):
        raise LifecycleError(f"{lifecycle.kind}: {move.name} forbids everybody whom it permits")
    names = sorted(move.by | move.never)
    for held in chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)):
        if move.permits(frozenset(held)) and not move.never.isdisjoint(held):
            raise LifecycleError(f"{lifecycle.kind}: {move.name} permits {held} against its `never`")


RELATION_LABELS: dict[str, str] = {
    relations.REGISTRAR: N_("a registrar of the unit or above"),
    relations.SUPERVISOR: N_("a supervisor of the unit or above"),
    relations.ABOVE: N_("a supervisor of a higher organisation, or whom it has delegated the decision to"),
    relations.INSPECTOR: N_("an inspector of the unit or above"),
    relations.OWNER: N_("the owner"),
    relations.SUPPORTER: N_("a supporter"),
    relations.RESOLVER: N_("whoever reported the result"),
    relations.READER: N_("anyone who may read the case"),
    relations.IMPORTER: N_("the import of the installation"),
    relations.RECEIVING_SUPERVISOR: N_("a supervisor of the receiving unit"),
    relations.VERIFIER: N_("a supervisor who is not on the owner's side, above the owner"),
    relations.RETURNER: N_(
        "a supervisor who is not on the owner's side; from the third submission one above"
    ),
    relations.EXTENSION_DECIDER: N_(
        "a supervisor; one above for a second extension, one asked after the deadline or an imposed deadline"
    ),
    relations.EDITOR: N_("a registrar while the case is registered, then a supervisor"),
    relations.CANCELLER: N_("a supervisor while the case is registered, then one above"),
    relations.REOPENER: N_("an inspector by a finding, or a supervisor when a verified matter recurs"),
    relations.OWNERS_SIDE: N_("who acted for the owner's side, or stood in for it, does not decide on it"),
}
