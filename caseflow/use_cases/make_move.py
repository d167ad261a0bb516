"""One transition of one case: through the door, do the deed, record it. Page, API and import enter here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from caseflow.errors import NotFound
from caseflow.events import Event
from caseflow.states.engine import lifecycle_named
from caseflow.states.move import Move
from caseflow.use_cases import assignment, contributions, deadlines, endings, results, transfers
from caseflow.use_cases.contributions import FileRef, take_staged
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.recording import Recorded
from caseflow.use_cases.registration import Done, done
from caseflow.use_cases.work import Work

Deed = Callable[[Work, HeldCase, Mapping[str, Any]], Event]

DEEDS: dict[str, Deed] = {
    "edit": contributions.edit_case,
    "assign": assignment.assign_case,
    "reassign": assignment.reassign_case,
    "start": assignment.start_case,
    "report_progress": results.report_progress,
    "request_extension": deadlines.request_extension,
    "extend": deadlines.extend_deadline,
    "refuse_extension": deadlines.refuse_extension,
    "revise_outcome": assignment.revise_outcome,
    "suspend": deadlines.suspend_case,
    "resume": deadlines.resume_case,
    "resolve": results.resolve_case,
    "withdraw": results.withdraw_result,
    "verify": results.verify_result,
    "return_to_owner": results.return_to_owner,
    "request_transfer": transfers.request_transfer,
    "accept_transfer": transfers.accept_transfer,
    "decline_transfer": transfers.decline_transfer,
    "cancel": endings.cancel_case,
    "reopen": endings.reopen_case,
    "comment": contributions.comment_case,
    "add_evidence": contributions.add_document,
    "add_supporter": contributions.add_supporter,
    "remove_supporter": contributions.remove_supporter,
}


def make_move(
    work: Work, code: str, action: str, raw: Mapping[str, object], *, seen: int | None = None
) -> Done:
    """Make the move `action` on the case `code`. `seen` is the version that the actor was shown.

    Raises NotFound (also out of reach), NotPermitted, StaleVersion, WrongState, NotReady, in this order.
    """
    held = work.case(code)
    return done(held, _move(work, held, action, raw, seen))


def _move(work: Work, held: HeldCase, action: str, raw: Mapping[str, object], seen: int | None) -> Recorded:
    held.source = held.case.state
    move = _known(held, action)
    given = work.advance(held, action, raw, seen)
    if move.versioned and work.principal.id == held.case.needs_decision_by_id:
        held.case.needs_decision_by_id = None
    event = DEEDS[action](work, held, given)
    return work.record(held, event, held.source, versioned=move.versioned)


def _known(held: HeldCase, action: str) -> Move:
    move = lifecycle_named(held.case.kind).by_name.get(action)
    if move is None:
        raise NotFound
    return move


def add_evidence_file(work: Work, code: str, file: FileRef) -> Done:
    """Add a file from the store as evidence. Refuses as `make_move` does."""
    held = work.case(code)
    return done(held, _add_file(work, held, file))


def _add_file(work: Work, held: HeldCase, file: FileRef) -> Recorded:
    held.source = held.case.state
    work.advance(held, "add_evidence", {"file": file.sha256}, None)
    return work.record(held, contributions.add_file(work, held, file), held.source, versioned=False)


def move_with_evidence(
    work: Work,
    code: str,
    action: str,
    raw: Mapping[str, object],
    *,
    seen: int | None = None,
    files: Sequence[FileRef] = (),
    staged_at: str | None = None,
    document: Mapping[str, object] | None = None,
) -> Done:
    """A move together with the evidence sent with it: all of it, or nothing.

    `staged_at` is the form whose staged files belong to it; `document` a reference to a paper document.
    Refuses as `make_move` does: the move is judged before its evidence.
    """
    held = work.case(code)
    work.permit(held, _known(held, action).name, raw, seen)
    staged = take_staged(work, staged_at) if staged_at else []
    recorded = None
    for file in (*staged, *files):
        recorded = _add_file(work, held, file)
    if document:
        recorded = _move(work, held, "add_evidence", document, None)
    if action != "add_evidence" or recorded is None:
        recorded = _move(work, held, action, raw, seen)
    return done(held, recorded)
