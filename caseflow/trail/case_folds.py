"""What each type of a case's events changes in its facts."""

from __future__ import annotations

from typing import Any

from caseflow.states.pressing_issue import MOVES
from caseflow.states.relations import OWNER, RESOLVER, SUPPORTER
from caseflow.trail.case_clock_folds import (
    begin_work,
    CLOCK_AND_RESULT,
    Fold,
    keep_first_outcome,
    lapse_extension,
)
from caseflow.trail.case_facts import (
    add_to,
    CaseFacts,
    code_of,
    people_of,
    person_of,
    Step,
    stored_instant,
    Told,
    UNKNOWN,
    Unknown,
    vn_day,
)

VERSIONED = frozenset({m.event for m in MOVES if m.versioned} | {"case.registered", "case.imported"})
"""Events that whoever acts next must have seen: they count up the version."""
OF_OWNERS_SIDE = frozenset({m.event for m in MOVES if m.by <= {OWNER, SUPPORTER, RESOLVER}})
"""The work itself: whoever does it, and for whom, never judges the result."""
BESIDE_IT = frozenset({m.event for m in MOVES if not m.versioned})
"""A word or a proof, which is for the owner's side where one of that side gives it."""


def take_in(facts: CaseFacts, told: Told, step: Step) -> None:
    """Take in the next event of the case."""
    kind = step.type
    principal = step.principal(told)
    if kind in OF_OWNERS_SIDE or kind in BESIDE_IT:
        _note_hands(facts, step, told, principal)
    if kind in VERSIONED:
        facts.version += 1
        if facts.needs_decision_by is not None and principal in (facts.needs_decision_by, UNKNOWN):
            facts.needs_decision_by = UNKNOWN if principal is UNKNOWN else None
    if fold := FOLDS.get(kind):
        fold(facts, told, step)
    facts.state = step.target
    facts.deadline = step.deadline
    if facts.first_deadline is None:
        facts.first_deadline = step.deadline


def _note_hands(facts: CaseFacts, step: Step, told: Told, principal: Any) -> None:
    if step.lost:
        facts.hands = UNKNOWN
    elif step.type in OF_OWNERS_SIDE or principal == facts.owner or told.get("for_owner"):
        add_to(facts, "hands", {step.actor, principal})
    elif isinstance(facts.supporters, Unknown) or step.absent is UNKNOWN:
        facts.hands = UNKNOWN
    elif principal in facts.supporters:
        add_to(facts, "hands", {step.actor, principal})


# --- beginnings ------------------------------------------------------------------------------------


def _described(f: CaseFacts, told: Told, step: Step) -> None:
    get, absent = told.get, step.absent
    f.code, f.title = get("code", absent), get("title", absent)
    f.description, f.source = get("description", absent), get("source", absent)
    f.field, f.level, f.period = get("field", absent), get("level", absent), get("period", absent)
    f.urgency, f.visibility = get("urgency", absent), get("visibility", absent)
    f.expected_outcome, f.source_code = get("expected_outcome", absent), get("source_code", absent)
    f.organisation = code_of(told, "organisation", step)
    f.registered_by = step.principal(told)
    _set_basis(f, told, step)


def _set_basis(f: CaseFacts, told: Told, step: Step) -> None:
    basis = told.get("basis", step.absent)
    if basis is UNKNOWN:
        f.basis_number = f.basis_date = f.basis_issuer = f.basis_summary = f.deadline_imposed = UNKNOWN
        return
    basis = basis or {}
    f.basis_number, f.basis_date = basis.get("number"), basis.get("date")
    f.basis_issuer, f.basis_summary = basis.get("issuer"), basis.get("summary")
    f.deadline_imposed = bool(basis.get("imposed"))


def _registered(f: CaseFacts, told: Told, step: Step) -> None:
    _described(f, told, step)
    f.registered_at = step.at
    f.readers = people_of(told, "readers", step)
    f.subjects = people_of(told, "subjects", step)
    f.complainant = told.get("complainant_kept", step.absent) or False
    continued = told.get("continues", step.absent)
    if continued is not None:
        add_to(f, "links", UNKNOWN if continued is UNKNOWN else {("continues", continued)})


def _imported(f: CaseFacts, told: Told, step: Step) -> None:
    _described(f, told, step)
    f.history = True
    f.owner = person_of(told, "owner", step)
    f.first_expected_outcome = f.expected_outcome
    began = _claimed(told, "claimed_registered_at", step)
    f.registered_at = f.assigned_at = f.started_at = began
    if step.target == "verified":
        f.outcome, f.completion, f.resolver = told.get("outcome", step.absent), "full", f.owner
        f.resolved_at = f.verified_at = _claimed(told, "claimed_ended_at", step)
        f.resolved_on = UNKNOWN if f.resolved_at is UNKNOWN else _day_of(f.resolved_at)
        f.progress, f.submissions = 100, 1


def _claimed(told: Told, name: str, step: Step) -> Any:
    text = told.get(name)
    return step.absent if text is None else stored_instant(text)


def _day_of(at: Any) -> Any:
    return None if at is None else vn_day(at)


def _edited(f: CaseFacts, told: Told, step: Step) -> None:
    unsure = step.absent is UNKNOWN
    for name in ("title", "description", "field", "source", "urgency", "expected_outcome"):
        if name in told or unsure:
            setattr(f, name, told.get(name, UNKNOWN))
    if "basis" in told or unsure:
        _set_basis(f, told, step)
    for name in told.get("cleared", ()):
        _clear(f, name, step)
    _edit_readers(f, told, step)
    if "milestones" in told:
        f.milestones = tuple(_milestone(one) for one in told["milestones"])
    elif unsure:
        f.milestones = UNKNOWN


def _edit_readers(f: CaseFacts, told: Told, step: Step) -> None:
    if "readers" in told or (step.absent is UNKNOWN and f.visibility != "normal"):
        add_to(f, "readers", people_of(told, "readers", step))
    if "readers_removed" in told and not isinstance(f.readers, Unknown):
        f.readers -= {one["id"] for one in told["readers_removed"]}


def _clear(f: CaseFacts, name: str, step: Step) -> None:
    if name == "basis":
        _set_basis(f, {"basis": None}, step)
    else:
        setattr(f, name, None)


def _milestone(one: Told) -> tuple[Any, ...]:
    person = one.get("person")
    return one.get("text"), person and person["id"], one.get("date"), bool(one.get("done"))


# --- owner and work --------------------------------------------------------------------------------


def _assigned(f: CaseFacts, told: Told, step: Step) -> None:
    f.owner = person_of(told, "owner", step)
    f.expected_outcome = told.get("expected_outcome", step.absent)
    keep_first_outcome(f)
    f.verify_by = told.get("verify_by", step.absent)
    f.lead_officer = person_of(told, "lead_officer", step)
    f.assigned_at = step.at
    f.hands = set()


def _reassigned(f: CaseFacts, told: Told, step: Step) -> None:
    f.owner = person_of(told, "owner", step)
    lapse_extension(f)


def _started(f: CaseFacts, told: Told, step: Step) -> None:
    f.started_at = step.at


def _reported(f: CaseFacts, told: Told, step: Step) -> None:
    begin_work(f, step)
    f.progress = told.get("progress", step.absent)
    f.needs_decision_by = person_of(told, "needs_decision_by", step)


def _revised(f: CaseFacts, told: Told, step: Step) -> None:
    f.expected_outcome = told.get("expected_outcome", step.absent)


def _commented(f: CaseFacts, told: Told, step: Step) -> None:
    if f.needs_decision_by is not None and step.principal(told) == f.needs_decision_by:
        f.needs_decision_by = None


# --- what is added ---------------------------------------------------------------------------------


def _evidence(f: CaseFacts, told: Told, step: Step) -> None:
    get, absent = told.get, step.absent
    is_file = "size" in told or "media_type" in told
    size = UNKNOWN if is_file and "sha256" not in told and absent is UNKNOWN else get("size", absent)
    identity = get("evidence", absent)
    f.evidence.append(
        [
            identity.replace("-", "") if isinstance(identity, str) else identity,
            step.seq,
            UNKNOWN if identity is UNKNOWN else "file" if is_file else "document",
            step.actor,
            step.at,
            get("file_name", absent),
            get("sha256", absent),
            size,
            get("media_type", absent),
            get("document_number", absent),
            get("document_date", absent),
            get("kept_at", absent),
        ]
    )


def _supported(f: CaseFacts, told: Told, step: Step) -> None:
    if step.absent is UNKNOWN:
        f.supporters = f.supporting_units = UNKNOWN
    if "person" in told:
        add_to(f, "supporters", {told["person"]["id"]})
    if "organisation" in told:
        add_to(f, "supporting_units", {told["organisation"]["code"]})


def _unsupported(f: CaseFacts, told: Told, step: Step) -> None:
    if isinstance(f.supporters, Unknown) or isinstance(f.supporting_units, Unknown) or step.absent is UNKNOWN:
        f.supporters = f.supporting_units = UNKNOWN
        return
    if "person" in told:
        f.supporters.discard(told["person"]["id"])
    if "organisation" in told:
        f.supporting_units.discard(told["organisation"]["code"])


def _erased(f: CaseFacts, told: Told, step: Step) -> None:
    kinds = told.get("kinds")
    if kinds is None or "complainant" in kinds:
        f.complainant = UNKNOWN


FOLDS: dict[str, Fold] = {
    **CLOCK_AND_RESULT,
    "case.registered": _registered,
    "case.imported": _imported,
    "case.edited": _edited,
    "case.assigned": _assigned,
    "case.reassigned": _reassigned,
    "case.started": _started,
    "case.progress_reported": _reported,
    "case.outcome_revised": _revised,
    "case.commented": _commented,
    "case.evidence_added": _evidence,
    "case.supporter_added": _supported,
    "case.supporter_removed": _unsupported,
    "data.erased": _erased,
}
