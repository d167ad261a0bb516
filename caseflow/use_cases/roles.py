"""Roles, delegations of the decision, and stand-ins: who may what, from when until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, Table, update

from caseflow.errors import InvalidInput, NotFound, NotPermitted
from caseflow.events import (
    DecisionDelegated,
    DelegationEnded,
    OrganisationRef,
    RoleEnded,
    RoleGiven,
)
from caseflow.messages import N_, say
from caseflow.models import Delegation, Organisation, Person, RoleGrant
from caseflow.models.access import ROLES
from caseflow.use_cases.organisations import organisation_row, require_administrator
from caseflow.use_cases.people import known_person
from caseflow.use_cases.work import Work

GRANTS: Table = RoleGrant.__table__  # type: ignore[assignment]
DELEGATIONS: Table = Delegation.__table__  # type: ignore[assignment]


def give_role(
    work: Work,
    *,
    staff_code: str,
    role: str,
    organisation: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> str:
    """Give a role in an organisation; answer the grant's id. Raises NotPermitted and InvalidInput."""
    unit = _unit(work, organisation)
    require_administrator(work, unit.path)
    person = known_person(work, staff_code)
    _refuse_oneself(work, person)
    if role not in ROLES:
        message = say(
            N_("“%(role)s” is no role. Choose one of: %(roles)s."), role=role, roles=", ".join(ROLES)
        )
        raise InvalidInput.of("role", message, role)
    start = valid_from or work.today
    if valid_until is not None and valid_until < start:
        raise InvalidInput.of("valid_until", say(N_("The end lies before the beginning.")), valid_until)
    identity = uuid4()
    work.connection.execute(
        insert(GRANTS),
        {
            "uuid": identity,
            "person_id": person.id,
            "role": role,
            "organisation_id": unit.id,
            "valid_from": start,
            "valid_until": valid_until,
        },
    )
    event = RoleGiven(
        grant=str(identity),
        role=role,
        organisation=OrganisationRef(unit.code, unit.name),
        valid_from=start,
        valid_until=valid_until,
    )
    work.record_in_chain(person.uuid, "person", event)
    work.forget_access()
    return str(identity)


def _refuse_oneself(work: Work, person: Any) -> None:
    if person.id == work.actor.id:
        raise NotPermitted(say(N_("Nobody gives a role to themselves. Ask another administrator.")))


def _unit(work: Work, code: str) -> Any:
    row = organisation_row(work, code)
    if row is None:
        message = say(N_("There is no unit “%(code)s”. Choose a known one."), code=code)
        raise InvalidInput.of("organisation", message, code)
    return row


def end_role(work: Work, grant: str, valid_until: date | None = None) -> None:
    """End a role after `valid_until` (yesterday where none is given: it ends at once)."""
    row = work.connection.execute(
        select(
            GRANTS, Person.uuid.label("person_uuid"), Organisation.code, Organisation.name, Organisation.path
        )
        .join(Person, Person.id == GRANTS.c.person_id)
        .join(Organisation, Organisation.id == GRANTS.c.organisation_id)
        .where(GRANTS.c.uuid == _identity(grant))
    ).first()
    if row is None:
        raise NotFound
    require_administrator(work, row.path)
    end = valid_until or work.today - timedelta(days=1)
    work.connection.execute(update(GRANTS).where(GRANTS.c.id == row.id).values(_life(row.valid_from, end)))
    event = RoleEnded(
        grant=grant, role=row.role, organisation=OrganisationRef(row.code, row.name), valid_until=end
    )
    work.record_in_chain(row.person_uuid, "person", event)
    work.forget_access()


def _life(valid_from: date, end: date) -> dict[str, date]:
    """What is stored of an end: one given and ended on the same day never held on a whole day."""
    return {"valid_from": min(valid_from, end), "valid_until": end}


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def delegate_decision(
    work: Work, *, staff_code: str, giver: str, scope: str, valid_from: date, valid_until: date
) -> str:
    """A supervisor names who decides *above* for their organisation on a subtree; answer the delegation's id."""
    above, below = _unit(work, giver), _unit(work, scope)
    person = known_person(work, staff_code)
    if not work.access(work.principal.id).holds("supervisor", above.path):
        raise NotPermitted(
            say(
                N_("Only a supervisor of %(unit)s delegates its decisions. Ask one of them."), unit=above.name
            )
        )
    if not below.path.startswith(above.path):
        message = say(N_("%(scope)s does not belong to %(giver)s."), scope=below.name, giver=above.name)
        raise InvalidInput.of("scope", message, scope)
    if valid_until < valid_from:
        raise InvalidInput.of("valid_until", say(N_("The end lies before the beginning.")), valid_until)
    if person.id in (work.actor.id, work.principal.id):
        raise InvalidInput.of("staff_code", say(N_("Name another person than yourself.")), staff_code)
    identity = uuid4()
    work.connection.execute(
        insert(DELEGATIONS),
        {
            "uuid": identity,
            "person_id": person.id,
            "giver_id": above.id,
            "scope_id": below.id,
            "given_by_id": work.actor.id,
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )
    event = DecisionDelegated(
        delegation=str(identity),
        giver=OrganisationRef(above.code, above.name),
        scope=OrganisationRef(below.code, below.name),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    work.record_in_chain(person.uuid, "person", event)
    work.forget_access()
    return str(identity)


def end_delegation(work: Work, delegation: str) -> None:
    """End a delegation at once."""
    row = work.connection.execute(
        select(DELEGATIONS, Person.uuid.label("person_uuid"), Organisation.path)
        .join(Person, Person.id == DELEGATIONS.c.person_id)
        .join(Organisation, Organisation.id == DELEGATIONS.c.giver_id)
        .where(DELEGATIONS.c.uuid == _identity(delegation))
    ).first()
    if row is None:
        raise NotFound
    if not work.access(work.principal.id).holds("supervisor", row.path):
        raise NotPermitted(say(N_("Only a supervisor of the delegating unit ends this. Ask one of them.")))
    end = work.today - timedelta(days=1)
    work.connection.execute(
        update(DELEGATIONS).where(DELEGATIONS.c.id == row.id).values(_life(row.valid_from, end))
    )
    work.record_in_chain(row.person_uuid, "person", DelegationEnded(delegation=delegation, valid_until=end))
    work.forget_access()
