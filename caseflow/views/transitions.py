"""One form page for each transition: GET shows it, POST makes the move once and leads back to the case."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from caseflow.errors import (
    CaseflowError,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    StaleVersion,
    WrongState,
)
from caseflow.i18n import gettext, translate
from caseflow.messages import say
from caseflow.queries.case_page import evidence_of
from caseflow.use_cases.looking import see_case, Seen
from caseflow.use_cases.make_move import make_move, move_with_evidence
from caseflow.use_cases.registration import Done
from caseflow.use_cases.work import Work
from caseflow.views import case_facts, conflict, evidence
from caseflow.views.access import Answer
from caseflow.views.case_moves import (
    ACTIONS,
    case_url,
    consequence,
    DANGEROUS,
    heading_of,
    refusal_of,
)
from caseflow.views.case_page import clock_of, head_of, reuse_notes
from caseflow.views.current import do_once, look_afresh, reading_work
from caseflow.views.move_desk import Desk, document_of, form_of, read, seen_version, sit_down, typed_texts
from caseflow.views.move_form import MoveForm
from caseflow.views.stash import stashed_data

COMMENT_LENGTH = 2_000


def show_form(code: str, slug: str) -> Answer:
    """The form of a move, or why it is closed; nothing is changed or recorded."""
    work, seen, action = _at(code, slug)
    refusal = refusal_of(work, seen, action)
    if refusal is not None:
        return refused(seen, action, refusal)
    desk = sit_down(work, seen, action, stashed_data(request.path))
    return _page(desk, form_of(desk))


def take_form(code: str, slug: str) -> Answer:
    """Make the move, or show the form again with what is wrong."""
    desk = _desk(code, slug)
    if "note_only" in request.form:
        return _note(desk)
    try:
        evidence.stage_sent(desk)
    except InvalidInput as refusal:
        return _again(code, slug, refusal)
    if "unstage" in request.form:
        evidence.unstage(desk, request.form["unstage"])
    if request.form.keys() & {"stage", "unstage", "search"}:
        again = _desk(code, slug)
        return _page(again, form_of(again))
    return _make(code, slug)


def _at(code: str, slug: str) -> tuple[Work, Seen, str]:
    action = ACTIONS.get(slug)
    if action is None:
        raise NotFound
    work = reading_work()
    return work, see_case(work, code), action


def _desk(code: str, slug: str) -> Desk:
    """The move with what was sent, read on a fresh snapshot."""
    look_afresh()
    work, seen, action = _at(code, slug)
    return sit_down(work, seen, action, request.form)


def _make(code: str, slug: str) -> Answer:
    desk = _desk(code, slug)
    typed = read(desk)
    document = document_of(desk, typed)
    try:
        done = _once(desk, typed.raw, document)
    except StaleVersion:
        return conflict.page(_desk(code, slug)), StaleVersion.http_status
    except (NotPermitted, WrongState) as refusal:
        late = _desk(code, slug)
        return refused(late.seen, late.move.name, refusal, typed_texts(late, form_of(late)))
    except CaseflowError as refusal:
        return _again(code, slug, refusal, typed.wrong)
    evidence.forget_staged(desk)
    return _done(desk, done["code"])


def _once(desk: Desk, raw: dict[str, object], document: dict[str, object]) -> Done:
    seen = seen_version(desk) if desk.move.versioned else None
    code, action = desk.seen.held.case.code, desk.move.name
    if not desk.takes_evidence:
        return do_once(make_move, code, action, raw, seen=seen)
    return do_once(
        move_with_evidence, code, action, raw, seen=seen, staged_at=desk.path, document=document or None
    )


def _again(code: str, slug: str, refusal: CaseflowError, wrong: dict[str, Any] | None = None) -> Answer:
    """The form as it was typed, with what is wrong beside its fields."""
    desk = _desk(code, slug)
    form = form_of(desk, fresh=isinstance(refusal, KeyReused))
    form.show(refusal, wrong)
    return _page(desk, form), refusal.http_status


def _done(desk: Desk, code: str) -> Response:
    """Back to the case, or to one's own work where the case is out of reach from now on."""
    flash(gettext("Done: %(move)s", move=say(desk.move.label)), "success")
    return redirect(case_url(code) if still_seen(code) else "/viec-cua-toi", 303)


def still_seen(code: str) -> bool:
    """Whether the reader may see the case as it now is."""
    look_afresh()
    try:
        see_case(reading_work(), code)
    except NotFound:
        return False
    return True


# --- what was typed is kept as a comment ----------------------------------------------------------------


def _note(desk: Desk) -> Answer:
    """Keep what was typed as a comment, where the move itself is no longer wanted or possible."""
    texts = typed_texts(desk, form_of(desk)) or _kept_texts()
    if not texts:
        return redirect(case_url(desk.seen.held.case.code), 303)
    lines = [gettext("Not carried out: %(move)s", move=say(desk.move.label))]
    text = "\n".join(lines + [f"{label}: {value}" for label, value in texts])
    do_once(_comment, desk.seen.held.case.code, text)
    flash(gettext("What was typed has been kept as a comment."), "success")
    return redirect(case_url(desk.seen.held.case.code), 303)


def _kept_texts() -> list[tuple[str, str]]:
    """The text of a refused page, which shows it whole."""
    kept = request.form.get("kept_text", "").strip()
    return [(gettext("Typed text"), kept)] if kept else []


def _comment(work: Work, code: str, text: str) -> None:
    for start in range(0, len(text), COMMENT_LENGTH):
        make_move(work, code, "comment", {"text": text[start : start + COMMENT_LENGTH]})


# --- pages ----------------------------------------------------------------------------------------------


def _page(desk: Desk, form: MoveForm) -> str:
    beside = desk.move.name in {"verify", "return_to_owner"}
    return render_template(
        "cases/move.html",
        **shown(desk, form),
        staged=evidence.staged_shown(desk) if desk.takes_evidence else [],
        review=review(desk) if beside else None,
    )


def shown(desk: Desk, form: MoveForm) -> dict[str, Any]:
    """What every page of a move shows."""
    return {
        "form": form,
        "action": desk.move.name,
        "heading": gettext(desk.move.label),
        "consequence": consequence(desk.move.name),
        "danger": desk.move.name in DANGEROUS,
        "case": head_of(desk.seen),
        "clock": clock_of(desk.work, desk.seen),
        "asks": _asks(desk),
        "milestone_rows": form.milestone_rows(),
        "many": desk.many,
    }


def _asks(desk: Desk) -> list[tuple[str, str]]:
    """What the page answers to: the pending request for extension."""
    case = desk.seen.held.case
    if desk.move.name not in {"extend", "refuse_extension"} or case.extension_asked_on is None:
        return []
    return case_facts.pending_extension(desk.work, case.id)


def review(desk: Desk) -> dict[str, Any]:
    """The problem beside its result, with the evidence."""
    work, seen = desk.work, desk.seen
    lines = evidence_of(work.connection, seen.held.case.id)
    hashes = {one.sha256 for one in lines if one.sha256}
    case = seen.held.case
    return {
        "problem": case_facts.problem(seen),
        "result": case_facts.reported(case, case_facts.people_of(work, seen)),
        "evidence": lines,
        "pictures": evidence.SHOWN_INLINE,
        "fresh_from": case.returned_seq,
        "reuse": reuse_notes(work, case.id, hashes),
    }


def refused(
    seen: Seen, action: str, refusal: CaseflowError, texts: list[tuple[str, str]] | None = None
) -> tuple[str, int]:
    """A page that says which rule is in the way; what was typed can be kept as a comment."""
    page = render_template(
        "cases/refused.html",
        heading=heading_of(refusal),
        message=translate(refusal.message),
        case=head_of(seen),
        clock=clock_of(reading_work(), seen),
        action=action,
        kept="\n".join(f"{label}: {value}" for label, value in texts or ()),
    )
    return page, refusal.http_status
