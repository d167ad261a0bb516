"""Finding what an input names: people, organisations, fields and other cases, within the actor's reach."""

from __future__ import annotations

from typing import Any, TYPE_CHECKING
from uuid import UUID

from sqlalchemy import bindparam, select

from caseflow.errors import NotFound
from caseflow.models import FieldRow, Organisation, Person
from caseflow.states.given import CaseFacts, FieldFacts, OrganisationFacts, PersonFacts
from caseflow.states.relations import may_see

if TYPE_CHECKING:
    from caseflow.use_cases.held_case import HeldCase
    from caseflow.use_cases.work import Work

_PERSON = select(Person.id, Person.uuid, Person.name, Person.position, Person.left_on, Person.operator).where(
    Person.uuid == bindparam("uuid")
)
_ORGANISATION = select(
    Organisation.id,
    Organisation.code,
    Organisation.name,
    Organisation.level,
    Organisation.path,
    Organisation.valid_from,
    Organisation.valid_until,
).where(Organisation.code == bindparam("code"))
_FIELD = select(FieldRow.id, FieldRow.code).where(FieldRow.code == bindparam("code"), FieldRow.active)


class CaseLookup:
    """Looks up for a deed on one case, or on none yet (registration)."""

    def __init__(self, work: Work, held: HeldCase | None = None) -> None:
        self._work = work
        self._held = held

    def person(self, key: str) -> PersonFacts | None:
        """The person with that id, and how they stand to the case."""
        row = self._row(_PERSON, uuid=_uuid(key))
        if row is None or row.operator:
            return None
        return PersonFacts(
            id=row.id,
            uuid=str(row.uuid),
            name=row.name,
            position=row.position,
            active=row.left_on is None or row.left_on > self._work.today,
            may_see=self._may_see(row.id),
            decides=self._held is None or self._work.access(row.id).holds("supervisor", self._held.path),
        )

    def _may_see(self, person: int) -> bool:
        if self._held is None:
            return True
        restricted = self._held.case.visibility == "restricted" and person not in self._held.readers
        return not restricted and not self._work.conflicted(self._held, person)

    def organisation(self, code: str) -> OrganisationFacts | None:
        """The organisation with that code."""
        row = self._row(_ORGANISATION, code=code)
        if row is None:
            return None
        ended = row.valid_until is not None and row.valid_until < self._work.today
        return OrganisationFacts(
            row.id, row.code, row.name, row.level, row.path, row.valid_from <= self._work.today and not ended
        )

    def field(self, code: str) -> FieldFacts | None:
        """The active field with that code."""
        row = self._row(_FIELD, code=code)
        return None if row is None else FieldFacts(row.id, row.code)

    def other_case(self, code: str) -> CaseFacts | None:
        """Another case, only where the actor may see it: its existence is no news to leak."""
        try:
            held = self._work.case(code)
        except NotFound:
            return None
        if not may_see(held.case, self._work.standing(held)):
            return None
        return CaseFacts(held.case.id, str(held.case.uuid), held.case.code)

    def _row(self, statement: Any, **given: object) -> Any:
        if None in given.values():
            return None
        remembered = self._work.remembered
        if remembered is None:
            return self._work.connection.execute(statement, given).first()
        key = (id(statement), *given.values())
        if key not in remembered:
            remembered[key] = self._work.connection.execute(statement, given).first()
        return remembered[key]


def people_with(work: Work, keys: set[int]) -> tuple[PersonFacts, ...]:
    """The people with those keys, as inputs name them."""
    rows = work.connection.execute(
        select(Person.id, Person.uuid, Person.name, Person.position)
        .where(Person.id.in_(keys))
        .order_by(Person.id)
    )
    return tuple(PersonFacts(row.id, str(row.uuid), row.name, row.position) for row in rows)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
