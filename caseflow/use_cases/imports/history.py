"""Cases of an older register: one event each, whose times are claims of that register."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from caseflow.events import CaseImported, OrganisationRef
from caseflow.states.engine import enter_history, lifecycle_named
from caseflow.states.given import PersonFacts
from caseflow.states.pressing_issue import IN_PROGRESS, KIND, VERIFIED
from caseflow.states.working_days import vn_date
from caseflow.use_cases.held_case import HeldCase, new_case
from caseflow.use_cases.imports.case_rows import Past, PlannedCase
from caseflow.use_cases.registration import next_code, permit_registration, ref_of, search_text
from caseflow.use_cases.work import Work


def enter_past_case(work: Work, one: PlannedCase, owner: PersonFacts, past: Past) -> str:
    """Take a case over as its register left it: verified where it ended, else in progress; answer its code.

    The row keeps the claimed times, so that figures can be made, and is marked as history, so that every
    figure can show them apart.
    """
    permit_registration(work, one.unit)
    state = enter_history(lifecycle_named(KIND), IN_PROGRESS if past.ended_at is None else VERIFIED)
    began = vn_date(past.registered_at)
    case = new_case(
        uuid=uuid4(),
        code=next_code(work, began.year),
        kind=KIND,
        title=one.title,
        description=one.description,
        field_id=one.field.id,
        source=one.source,
        **_basis(one),
        urgency=one.urgency or "normal",
        organisation_id=one.unit.id,
        level=one.unit.level,
        period=began.year,
        _state=state,
        expected_outcome=one.expected_outcome,
        first_expected_outcome=one.expected_outcome,
        owner_id=owner.id,
        deadline=one.deadline,
        first_deadline=one.deadline,
        registered_by_id=work.principal.id,
        registered_at=past.registered_at,
        assigned_at=past.registered_at,
        started_at=past.registered_at,
        history=True,
        source_code=one.code,
        **_end(owner, past),
    )
    case.search_text = search_text(case)
    unit = OrganisationRef(one.unit.code, one.unit.name)
    held = HeldCase(case, unit, one.unit.path, one.field.code, owner=ref_of(owner), owner_active=owner.active)
    work.hold_new(held)
    work.record(held, _imported(held, one, owner, past), None)
    return case.code


def _basis(one: PlannedCase) -> dict[str, object]:
    basis = one.basis or {}
    return {f"basis_{name}": basis.get(name) for name in ("number", "date", "summary")}


def _end(owner: PersonFacts, past: Past) -> dict[str, Any]:
    """What only a case that ended has; all of it is the register's claim."""
    if past.ended_at is None:
        return {}
    return {
        "outcome": past.outcome,
        "completion": "full",
        "resolver_id": owner.id,
        "resolved_at": past.ended_at,
        "resolved_on": vn_date(past.ended_at),
        "verified_at": past.ended_at,
        "progress": 100,
        "submissions": 1,
    }


def _imported(held: HeldCase, one: PlannedCase, owner: PersonFacts, past: Past) -> CaseImported:
    case = held.case
    return CaseImported(
        code=case.code,
        title=case.title,
        description=case.description,
        organisation=held.organisation,
        field=held.field_code,
        level=case.level,
        period=case.period,
        urgency=case.urgency,
        visibility=case.visibility,
        source=case.source,
        basis=one.basis,
        source_code=case.source_code,
        owner=ref_of(owner),
        expected_outcome=case.expected_outcome or "",
        claimed_registered_at=past.registered_at,
        claimed_deadline=one.deadline or vn_date(past.registered_at),
        claimed_ended_at=past.ended_at,
        outcome=past.outcome,
    )
