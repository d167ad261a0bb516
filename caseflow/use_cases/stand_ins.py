"""Acting for somebody, named in every event beside them.

A stand-in is asked for by the one concerned and approved by a supervisor; or the unit's registrar serves a
person without an account, on a signed slip.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, Table, update

from caseflow.errors import Attempt, InvalidInput, NotFound, NotPermitted
from caseflow.events import PersonRef, StandInApproved, StandInEnded, StandInRequested
from caseflow.messages import Message, N_, say
from caseflow.models import Organisation, Person, StandIn
from caseflow.states.folding import tidy
from caseflow.use_cases.people import known_person, path_of_person
from caseflow.use_cases.work import Work

STAND_INS: Table = StandIn.__table__  # type: ignore[assignment]
REQUESTED, SERVED = "stand_in", "served"
LONGEST = timedelta(days=366)
LONGEST_SLIP = 500


def request_stand_in(work: Work, *, staff_code: str, valid_from: date, valid_until: date) -> str:
    """Ask that the person with that staff code acts for the actor on these days; answer the mandate's id.

    Raises InvalidInput, and NotPermitted for who acts for somebody: a mandate is not passed on.
    """
    if work.actor.principal is not None:
        raise _refusal(
            "request_stand_in", N_("Who acts for somebody does not pass that on. Act for yourself first.")
        )
    principal, stand_in = _person_of(work, work.actor.id), known_person(work, staff_code)
    if stand_in.id == principal.id:
        raise InvalidInput.of("staff_code", say(N_("Name another person than yourself.")), staff_code)
    _refuse_unable(work, stand_in)
    _check_days(work, valid_from, valid_until)
    return _enter(work, REQUESTED, principal, stand_in, valid_from, valid_until, None)


def serve_person(work: Work, *, staff_code: str, valid_from: date, valid_until: date, evidence: str) -> str:
    """Serve somebody without an account as registrar of their unit; answer the mandate's id.

    `evidence` names the signed slip. Raises NotPermitted and InvalidInput.
    """
    principal = known_person(work, staff_code)
    path = path_of_person(work, principal)
    if work.actor.principal is not None or path is None or not _holds(work, "registrar", path):
        raise _refusal("serve_person", N_("Only a registrar of the person's unit serves them. Ask one."))
    if principal.id == work.actor.id:
        raise InvalidInput.of("staff_code", say(N_("Name another person than yourself.")), staff_code)
    if principal.password_hash is not None or principal.operator:
        message = say(N_("%(name)s has an account. They ask for a stand-in themselves."), name=principal.name)
        raise InvalidInput.of("staff_code", message, staff_code)
    slip = tidy(evidence)
    if not slip or len(slip) > LONGEST_SLIP:
        message = say(N_("Name the signed slip: its number, date and where it is kept."))
        raise InvalidInput.of("evidence", message, evidence)
    _check_days(work, valid_from, valid_until)
    registrar = _person_of(work, work.actor.id)
    return _enter(work, SERVED, principal, registrar, valid_from, valid_until, slip)


def approve_stand_in(work: Work, mandate: UUID) -> None:
    """Approve a mandate as supervisor over the principal's unit, being neither principal nor stand-in.

    Raises NotFound, NotPermitted, and InvalidInput for one that is approved or over.
    """
    row = _mandate(work, mandate)
    if {work.actor.id, work.principal.id} & {row.principal_id, row.stand_in_id}:
        raise _refusal(
            "approve_stand_in", N_("Neither of the two people approves this. Ask another supervisor.")
        )
    if row.path is None or not _holds(work, "supervisor", row.path):
        raise _refusal(
            "approve_stand_in", N_("Only a supervisor over the person's unit approves this. Ask one.")
        )
    if row.kind != REQUESTED or row.approved_by_id is not None:
        raise InvalidInput.of("mandate", say(N_("This mandate needs no further approval.")), str(mandate))
    if row.valid_until < work.today:
        raise InvalidInput.of("mandate", say(N_("This mandate is over. Ask for a new one.")), str(mandate))
    work.connection.execute(
        update(STAND_INS).where(STAND_INS.c.id == row.id).values(approved_by_id=work.principal.id)
    )
    work.record_in_chain(row.principal_uuid, "person", StandInApproved(mandate=str(mandate)))


def end_stand_in(work: Work, mandate: UUID) -> None:
    """End a mandate at once: for either of the two, and for a supervisor over the principal's unit.

    Raises NotFound, NotPermitted, and InvalidInput for one that is over.
    """
    row = _mandate(work, mandate)
    concerned = work.actor.id in {row.principal_id, row.stand_in_id}
    if not concerned and not (row.path is not None and _holds(work, "supervisor", row.path)):
        raise _refusal(
            "end_stand_in", N_("Only the two people and a supervisor over them end this. Ask one of them.")
        )
    last = work.today - timedelta(days=1)
    if row.valid_until <= last:
        raise InvalidInput.of("mandate", say(N_("This mandate is over. Ask for a new one.")), str(mandate))
    days = {"valid_from": min(row.valid_from, last), "valid_until": last}
    work.connection.execute(update(STAND_INS).where(STAND_INS.c.id == row.id).values(days))
    work.record_in_chain(row.principal_uuid, "person", StandInEnded(mandate=str(mandate), valid_until=last))


def _person_of(work: Work, key: int) -> Any:
    return work.connection.execute(select(Person.__table__).where(Person.id == key)).one()


def _holds(work: Work, role: str, path: str) -> bool:
    return work.access(work.principal.id).holds(role, path)


def _refuse_unable(work: Work, stand_in: Any) -> None:
    """Who has no account, or has left, can act for nobody."""
    gone = stand_in.left_on is not None and stand_in.left_on <= work.today
    if gone or stand_in.password_hash is None or stand_in.operator:
        message = say(N_("%(name)s cannot sign in. Name somebody with an account."), name=stand_in.name)
        raise InvalidInput.of("staff_code", message, stand_in.staff_code)


def _check_days(work: Work, valid_from: date, valid_until: date) -> None:
    if valid_from < work.today:
        message = say(N_("A mandate begins today or later, not on %(day)s."), day=valid_from)
        raise InvalidInput.of("valid_from", message, valid_from)
    if valid_until < valid_from:
        raise InvalidInput.of("valid_until", say(N_("The end lies before the beginning.")), valid_until)
    if valid_until - valid_from > LONGEST:
        message = say(N_("A mandate lasts at most %(days)d days. Choose an earlier end."), days=LONGEST.days)
        raise InvalidInput.of("valid_until", message, valid_until)


def _enter(
    work: Work,
    kind: str,
    principal: Any,
    stand_in: Any,
    valid_from: date,
    valid_until: date,
    slip: str | None,
) -> str:
    identity = uuid4()
    work.connection.execute(
        insert(STAND_INS),
        {
            "uuid": identity,
            "kind": kind,
            "principal_id": principal.id,
            "stand_in_id": stand_in.id,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "evidence": slip,
            "approved_by_id": None,
        },
    )
    event = StandInRequested(
        mandate=str(identity),
        principal=_ref(principal),
        stand_in=_ref(stand_in),
        kind=kind,
        valid_from=valid_from,
        valid_until=valid_until,
        evidence=slip,
    )
    work.record_in_chain(principal.uuid, "person", event)
    return str(identity)


def _ref(row: Any) -> PersonRef:
    return PersonRef(str(row.uuid), row.name, row.position)


def _mandate(work: Work, mandate: UUID) -> Any:
    """The mandate with its principal and the path of the principal's unit. Raises NotFound."""
    row = work.connection.execute(
        select(STAND_INS, Person.uuid.label("principal_uuid"), Organisation.path)
        .join(Person, Person.id == STAND_INS.c.principal_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(STAND_INS.c.uuid == mandate)
    ).first()
    if row is None:
        raise NotFound
    return row


def _refusal(action: str, text: str) -> NotPermitted:
    refusal = NotPermitted(Message(text))
    refusal.attempt = Attempt(action)
    return refusal
