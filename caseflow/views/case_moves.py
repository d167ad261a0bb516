"""Which moves a page offers: their addresses, the one that stands first, and why others are closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caseflow.errors import CaseflowError, NotPermitted, WrongState
from caseflow.i18n import gettext
from caseflow.messages import N_
from caseflow.states.engine import advance, Around, lifecycle_named
from caseflow.states.move import Move
from caseflow.states.relations import (
    EXTENSION_DECIDER,
    INSPECTOR,
    OWNER,
    OWNERS_SIDE,
    RECEIVING_SUPERVISOR,
    RESOLVER,
    SUPERVISOR,
    SUPPORTER,
    VERIFIER,
)
from caseflow.use_cases.looking import Seen
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.work import Work

SLUGS = {
    "edit": "sua",
    "assign": "giao",
    "reassign": "giao-lai",
    "start": "nhan-viec",
    "report_progress": "cap-nhat",
    "request_extension": "de-nghi-gia-han",
    "extend": "gia-han",
    "refuse_extension": "tu-choi-gia-han",
    "revise_outcome": "sua-ket-qua-can-dat",
    "suspend": "tam-dung",
    "resume": "tiep-tuc",
    "resolve": "ket-qua",
    "withdraw": "rut-lai",
    "verify": "xac-nhan",
    "return_to_owner": "tra-lai",
    "request_transfer": "de-nghi-chuyen",
    "accept_transfer": "nhan-chuyen",
    "decline_transfer": "tu-choi-chuyen",
    "cancel": "dua-khoi-danh-muc",
    "reopen": "mo-lai",
    "comment": "binh-luan",
    "add_evidence": "minh-chung",
    "add_supporter": "nguoi-phoi-hop",
    "remove_supporter": "bo-nguoi-phoi-hop",
}
"""The page of each move, beneath the case's own."""
ACTIONS = {slug: action for action, slug in SLUGS.items()}


def case_url(code: str) -> str:
    """The address of a case."""
    return f"/vu-viec/{code}"


def move_url(code: str, action: str) -> str:
    """The address of the form of a move."""
    return f"{case_url(code)}/{SLUGS[action]}"


@dataclass(frozen=True, slots=True)
class Offered:
    """One move as a page offers it: `label` in the reader's language."""

    action: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a case page offers: one move first, the others in a menu, and why some are closed."""

    primary: Offered | None
    others: tuple[Offered, ...]
    notes: tuple[str, ...]


def offer(work: Work, seen: Seen) -> Offer:
    """The moves of a case page for its reader."""
    moves = [move for move in seen.moves if _makes_sense(seen, move)]
    first = _primary(work, seen, {move.name for move in moves})
    shown = {move.name: _offered(seen, move) for move in moves}
    return Offer(
        primary=shown.get(first) if first else None,
        others=tuple(one for action, one in shown.items() if action != first),
        notes=tuple(_notes(work, seen)),
    )


def _offered(seen: Seen, move: Move) -> Offered:
    return Offered(move.name, gettext(move.label), move_url(seen.held.case.code, move.name))


def _makes_sense(seen: Seen, move: Move) -> bool:
    """Whether what the move answers to is there: a request, an offer, a supporter."""
    case = seen.held.case
    supporters = bool(seen.held.supporters or seen.held.supporting_paths)
    there = {
        "refuse_extension": case.extension_asked_on is not None,
        "request_extension": case.extension_asked_on is None,
        "request_transfer": case.offered_to_id is None,
        "accept_transfer": case.offered_to_id is not None,
        "decline_transfer": case.offered_to_id is not None,
        "remove_supporter": supporters,
    }
    return there.get(move.name, True)


def _primary(work: Work, seen: Seen, open_now: set[str]) -> str | None:
    return next((action for action in _wanted(work, seen) if action in open_now), None)


def _wanted(work: Work, seen: Seen) -> Iterator[str]:
    """What this reader most likely came for, in order."""
    case, held = seen.held.case, seen.relations
    if RECEIVING_SUPERVISOR in held and case.offered_to_id is not None:
        yield "accept_transfer"
    if case.needs_decision_by_id == work.principal.id:
        yield "comment"
    if case.extension_asked_on is not None:
        yield "extend"
    yield from ("start",) if OWNER in held else ()
    yield from ("report_progress",) if held & {OWNER, SUPPORTER} else ()
    yield from ("verify", "assign", "resume")
    yield from ("withdraw",) if RESOLVER in held else ()
    if not held & {OWNER, SUPPORTER} and case.state in {"assigned", "in_progress"}:
        yield "comment"


def _notes(work: Work, seen: Seen) -> Iterator[str]:
    case, held = seen.held.case, seen.relations
    decides = bool(held & {SUPERVISOR, VERIFIER})
    if case.state == "resolved" and OWNERS_SIDE in held:
        yield gettext("Who is answerable for the case, or acted on that side, may not verify its result.")
    elif case.state == "resolved" and decides and VERIFIER not in held:
        yield gettext("The higher level verifies this result.")
    if case.extension_asked_on is not None and SUPERVISOR in held and EXTENSION_DECIDER not in held:
        yield gettext("The higher level decides on this extension.")
    if case.state == "suspended" and OWNER in held:
        yield gettext("The clock stands still. A supervisor lets the work go on.")
    if case.offered_to_id is not None and RECEIVING_SUPERVISOR not in held and seen.held.offered:
        yield gettext(
            "Offered to %(unit)s. Until it answers, the present unit stays answerable and the clock runs.",
            unit=seen.held.offered.name,
        )
    if case.state == "registered" and not decides:
        yield gettext("Not assigned yet: a supervisor of the unit assigns it.")
    if INSPECTOR in held and not seen.moves:
        yield gettext("Inspectors read this case and do not change it.")


def refusal_of(work: Work, seen: Seen, action: str) -> CaseflowError | None:
    """Why a move is closed to this reader now, or None where it is open; nothing is changed or recorded."""
    lifecycle = lifecycle_named(seen.held.case.kind)
    if any(move.name == action for move in seen.moves):
        return None
    try:
        advance(
            lifecycle,
            seen.held.case,
            action,
            seen.standing,
            {},
            around=Around(fresh_evidence=True, owner_active=True),
            lookup=CaseLookup(work, seen.held),
            calendar=work.calendar,
        )
    except (NotPermitted, WrongState) as refusal:
        return refusal
    raise AssertionError(f"{action} is not open and yet not refused")


_CONSEQUENCES = {
    "edit": N_("The trail keeps the former wording beside the new one."),
    "assign": N_("After assigning, the owner is answerable and the clock runs from today."),
    "reassign": N_("The new owner is answerable from now on; deadline and history stay with the case."),
    "start": N_("After starting, the case is in progress and the owner reports on it."),
    "report_progress": N_("The update goes on the timeline; the first one starts the work."),
    "request_extension": N_("The deadline stays until a supervisor decides on the request."),
    "extend": N_(
        "The new deadline holds at once. The former one and an overdue that happened stay on record."
    ),
    "refuse_extension": N_("The deadline stays as it is, and the owner is told the reason."),
    "revise_outcome": N_("The first wording stays on record beside the new one."),
    "suspend": N_(
        "The clock stops. It runs again when the work is resumed, with the lost working days given back."
    ),
    "resume": N_("The clock runs again, and the deadline moves by the working days lost."),
    "resolve": N_("After reporting, the case waits for verification by somebody else."),
    "withdraw": N_("The report is taken back and the case is in progress again."),
    "verify": N_("After verifying, the case counts as finished."),
    "return_to_owner": N_(
        "After returning, the case is in progress again; the deadline moves by the working days it waited."
    ),
    "request_transfer": N_(
        "Until the other unit accepts, the present unit stays answerable and the clock runs."
    ),
    "accept_transfer": N_(
        "After accepting, the case is registered in the new unit without an owner, to be assigned there."
    ),
    "decline_transfer": N_("The case stays with the unit that offered it, which is told the reason."),
    "cancel": N_("The case leaves the list and is counted apart. It can only be brought back by reopening."),
    "reopen": N_("The case is in progress again and is counted among the reopened ones."),
    "comment": N_("Everyone who may read the case reads the comment. It cannot be deleted."),
    "add_evidence": N_("Evidence stays with the case and cannot be deleted or replaced."),
    "add_supporter": N_("The supporter sees this case only, and may report progress on it."),
    "remove_supporter": N_("The supporter no longer sees the case; what they did stays on the timeline."),
}


def consequence(action: str) -> str:
    """What the move leads to, in one sentence."""
    return gettext(_CONSEQUENCES[action])


DANGEROUS = frozenset({"cancel"})
CONFIRMED = ("verify", "cancel", "reopen")
"""Moves before which a device that stays signed in asks for the password again."""


def heading_of(error: CaseflowError) -> str:
    """The heading of a page that refuses."""
    if isinstance(error, NotPermitted):
        return gettext("Not permitted")
    return gettext("Not possible now")
