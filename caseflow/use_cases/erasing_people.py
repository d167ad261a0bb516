"""Erasing a citizen from the register of people: somebody named as the subject of cases, and nothing else.

Whoever ever held a role, signed in, acted, owned or supported is an official, and stays in the register.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import or_, select, Table, update

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.events import DataErased, PersonRef
from caseflow.messages import N_, say
from caseflow.models import Base, Case, CaseParty, Disclosures, Erasure, EventRow
from caseflow.queries.erasures import Disclosed, disclosed, DONE, going_texts, Wanted
from caseflow.states.actor import Actor
from caseflow.states.erasure import neutral_text, OF_A_PERSON, PERSON, RETENTION
from caseflow.states.folding import fold, sort_key_vi
from caseflow.use_cases.erasing_values import forget_disclosures, said_again
from caseflow.use_cases.erasure import ERASURES, read_number, refuse_kept
from caseflow.use_cases.erasure_remains import owe_clearing
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.people import path_of_person, PEOPLE
from caseflow.use_cases.work import Work

SUBJECTS = "subjects"
ERASED = "data.erased"
_NAMING: frozenset[Table] = frozenset({CaseParty.__table__, Erasure.__table__})  # type: ignore[arg-type]
"""Tables that may name a citizen: as the subject of a case, and as who was erased."""


def erase_person(
    work: Work, who: str, *, decision_number: str, inspector: Actor, administrator: Actor
) -> str:
    """Erase name and contact of a citizen (`who`: staff code or id); answer the person's id.

    The two must have shown to be themselves. They reach the person's unit and every case of which the person
    is a subject. Raises NotPermitted, WrongState for a case that is open or kept, InvalidInput.
    """
    number = read_number(decision_number)
    person = _person(work, who)
    _refuse_official(work, person)
    cases = [work.case(code) for code in _cases(work, person.id)]
    _refuse_out_of_reach(work, person, cases, inspector, administrator)
    for held in cases:
        refuse_kept(work, held, RETENTION, Wanted())
    erasure = _note(work, person, number, inspector, administrator)
    owe_clearing(work.installation, ())
    _erase_own(work, person, erasure)
    for held in cases:
        _erase_subject(work, held, person, erasure)
    return str(person.uuid)


def _person(work: Work, who: str) -> Any:
    try:
        named = PEOPLE.c.uuid == UUID(who)
    except ValueError:
        named = PEOPLE.c.staff_code == who
    row = work.connection.execute(select(PEOPLE).where(named)).first()
    if row is None:
        message = say(N_("There is no person “%(code)s”. Choose a known one."), code=who)
        raise InvalidInput.of("person", message, who)
    return row


def _refuse_official(work: Work, person: Any) -> None:
    if person.operator or person.password_issued_at or _is_named(work, person) or _has_acted(work, person):
        message = say(
            N_(
                "%(code)s has held a role, signed in, acted or been named in the work: an official's acts are not"
                " erased. Only who is named as the subject of cases alone is a citizen here."
            ),
            code=person.staff_code,
        )
        raise InvalidInput.of("person", message, person.staff_code)
    if person.staff_code == _erased_code(person):
        message = say(N_("%(code)s has been erased already."), code=person.staff_code)
        raise InvalidInput.of("person", message, person.staff_code)


def _is_named(work: Work, person: Any) -> bool:
    """Whether any row but the parties of a case names the person."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        if table not in _NAMING
        for column in table.columns
        if any(key.column is PEOPLE.c.id for key in column.foreign_keys)
    ]
    return any(
        work.connection.execute(select(column).where(column == person.id).limit(1)).first()
        for column in columns
    )


def _has_acted(work: Work, person: Any) -> bool:
    """Whether the trail tells of the person otherwise: acts of their own, or a part in somebody's."""
    own = {*OF_A_PERSON, ERASED}
    quoted = f'%"{person.uuid}"%'
    told = (
        select(EventRow.id)
        .join(Disclosures, Disclosures.event_id == EventRow.id)
        .where(
            or_(
                (EventRow.subject == person.uuid) & EventRow.type.not_in(own),
                (EventRow.subject != person.uuid) & Disclosures.data.like(quoted),
            )
        )
    )
    return work.connection.execute(told.limit(1)).first() is not None


def _cases(work: Work, person: int) -> list[str]:
    statement = (
        select(Case.code)
        .join(CaseParty, CaseParty.case_id == Case.id)
        .where(CaseParty.person_id == person)
        .distinct()
        .order_by(Case.code)
    )
    return list(work.connection.execute(statement).scalars())


def _refuse_out_of_reach(
    work: Work, person: Any, cases: list[HeldCase], inspector: Actor, administrator: Actor
) -> None:
    paths = [path for path in (path_of_person(work, person), *(held.path for held in cases)) if path]
    if inspector.id == administrator.id or person.id in {inspector.id, administrator.id}:
        raise NotPermitted(say(N_("An erasure takes two people, an inspector and an administrator.")))
    for one, role in ((inspector, "inspector"), (administrator, "administrator")):
        own = work.access(one.id)
        if not own.has(role) or not all(own.holds(role, path) for path in paths):
            message = N_("%(name)s is not %(role)s of all units concerned. Name somebody who is.")
            raise NotPermitted(say(message, name=one.name, role=say(_ROLES[role])))


_ROLES = {"inspector": N_("the inspector"), "administrator": N_("the administrator")}


class _Decided:
    """A decided erasure of a person, as its events name it."""

    def __init__(self, identity: str, number: str, inspector: PersonRef, administrator: PersonRef) -> None:
        self.identity, self.number = identity, number
        self.inspector, self.administrator = inspector, administrator

    def event(self, gone: list[Disclosed], kept: tuple[dict[str, object], ...], years: int) -> DataErased:
        """What is recorded in one chain."""
        return DataErased(
            erasure=self.identity,
            decision_number=self.number,
            ground=RETENTION,
            kinds=(PERSON,),
            erased=tuple(sorted(one.digest for one in gone)),
            inspector=self.inspector,
            administrator=self.administrator,
            retention_years=years,
            kept=kept or None,
        )


def _note(work: Work, person: Any, number: str, inspector: Actor, administrator: Actor) -> _Decided:
    identity = uuid4()
    row = {
        "uuid": identity,
        "case_id": None,
        "person_id": person.id,
        "status": DONE,
        "decision_number": number,
        "reason": RETENTION,
        "items": "[]",
        "asked_by_id": inspector.id,
        "asked_at": work.now,
        "decided_by_id": administrator.id,
        "decided_at": work.now,
    }
    work.writer.add(ERASURES, row)
    return _Decided(str(identity), number, inspector.ref, administrator.ref)


def _erase_own(work: Work, person: Any, erasure: _Decided) -> None:
    there = disclosed(work.connection, person.uuid)
    gone = [one for one in there if one.name in OF_A_PERSON.get(one.type, ())]
    instead = neutral_text(erasure.number)
    forget_disclosures(work, gone)
    empty = {
        "staff_code": _erased_code(person),
        "name": instead,
        "position": "–",
        "email": None,
        "phone": None,
        "sort_key": sort_key_vi(instead),
        "search_text": fold(instead),
    }
    work.connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(empty))
    texts = going_texts(gone, (one.digest for one in gone))
    years = work.installation.settings.retention_years
    event = erasure.event(gone, said_again(gone, texts, instead), years)
    work.record_in_chain(person.uuid, "person", event)


def _erased_code(person: Any) -> str:
    return f"erased-{person.uuid.hex[:16]}"


def _erase_subject(work: Work, held: HeldCase, person: Any, erasure: _Decided) -> None:
    """The list of subjects goes; the others on it are said again, and that there was one more."""
    there = disclosed(work.connection, held.case.uuid)
    gone = [one for one in there if one.name == SUBJECTS and str(person.uuid) in _ids(one.value)]
    nobody = {"id": str(person.uuid), "name": neutral_text(erasure.number), "position": "–"}
    kept: tuple[dict[str, object], ...] = tuple(
        {
            "event": str(one.event),
            "name": SUBJECTS,
            "value": [nobody if ref["id"] == nobody["id"] else ref for ref in one.value],
        }
        for one in gone
    )
    forget_disclosures(work, gone)
    years = work.installation.settings.retention_years
    work.record(held, erasure.event(gone, kept, years), held.case.state, versioned=False)


def _ids(value: Any) -> set[str]:
    return {str(ref.get("id")) for ref in value}
