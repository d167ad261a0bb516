"""Registering a pressing issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, TypedDict
from uuid import uuid4

from sqlalchemy import bindparam, Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from caseflow.adapters.sealed_text import contact_place, name_place, seal_text
from caseflow.database.prepared import Prepared
from caseflow.errors import Attempt, InvalidInput, NotPermitted
from caseflow.events import CaseRegistered, OrganisationRef, PersonRef
from caseflow.messages import N_, say
from caseflow.models import CaseLink, CaseParty, CaseReader, CodeCounter
from caseflow.states.given import FieldFacts, OrganisationFacts, PersonFacts, read_fields
from caseflow.states.pressing_issue import KIND, REGISTER_FIELDS, REGISTERED
from caseflow.states.search_words import PARTS, search_words
from caseflow.use_cases.held_case import HeldCase, new_case
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.recording import Recorded
from caseflow.use_cases.work import Work

READERS: Table = CaseReader.__table__  # type: ignore[assignment]
PARTIES: Table = CaseParty.__table__  # type: ignore[assignment]
LINKS: Table = CaseLink.__table__  # type: ignore[assignment]
CODES: Table = CodeCounter.__table__  # type: ignore[assignment]

PREFIX = "VV"
COMPLAINANT = "complainant"


class Done(TypedDict):
    """What a deed on a case answers: its code, the event's id and the version after it."""

    code: str
    event: str
    version: int


def done(held: HeldCase, recorded: Recorded) -> Done:
    """The answer of a deed."""
    return Done(code=held.case.code, event=str(recorded.uuid), version=held.case.version)


def register_case(work: Work, raw: Mapping[str, object], *, source_code: str | None = None) -> Done:
    """Enter a pressing issue into the register. `source_code` is its code in the list that it came by.

    Refuses who is no registrar or supervisor of the unit (NotPermitted), missing or wrong fields
    (NotReady), an ended unit and whatever would hold state secrets (InvalidInput).
    """
    unit = CaseLookup(work).organisation(str(raw.get("organisation") or ""))
    if unit is not None:
        permit_registration(work, unit)
    given = read_fields(REGISTER_FIELDS, raw, CaseLookup(work))
    unit = cast(OrganisationFacts, given["organisation"])
    _refuse_secrets(given)
    _refuse_ended(unit)
    held, recorded = enter_case(work, unit, given | {"source_code": source_code})
    return done(held, recorded)


def may_register(work: Work, path: str) -> bool:
    """Whether the actor may register issues of the unit at `path`."""
    own = work.access(work.principal.id)
    return work.actor.operator or own.holds("registrar", path) or own.holds("supervisor", path)


def permit_registration(work: Work, unit: OrganisationFacts) -> None:
    """Refuse who is no registrar or supervisor of the unit. Raises NotPermitted."""
    if may_register(work, unit.path):
        return
    refusal = NotPermitted(
        say(
            N_(
                "Only a registrar or a supervisor of %(unit)s or above registers its issues. Ask one of them."
            ),
            unit=unit.name,
        )
    )
    refusal.attempt = Attempt("register")
    raise refusal


def _refuse_secrets(given: Mapping[str, object]) -> None:
    if given.get("holds_state_secrets"):
        message = say(N_("Do not enter state secrets here. Follow the rules for secret documents instead."))
        raise InvalidInput.of("holds_state_secrets", message, "true")


def _refuse_ended(unit: OrganisationFacts) -> None:
    if not unit.active:
        message = say(N_("%(name)s is no longer active. Choose its successor."), name=unit.name)
        raise InvalidInput.of("organisation", message, unit.code)


def enter_case(
    work: Work, unit: OrganisationFacts, given: Mapping[str, Any], *, continues: HeldCase | None = None
) -> tuple[HeldCase, Recorded]:
    """Write a registered case; right and input were judged before."""
    field = cast(FieldFacts, given["field"])
    basis = given.get("basis") or {}
    visibility = given.get("visibility") or "normal"
    case = new_case(
        uuid=uuid4(),
        code=next_code(work, work.today.year),
        kind=KIND,
        title=given["title"],
        description=given.get("description"),
        field_id=field.id,
        source=given.get("source"),
        basis_number=basis.get("number"),
        basis_date=basis.get("date"),
        basis_issuer=basis.get("issuer"),
        basis_summary=basis.get("summary"),
        deadline_imposed=bool(basis.get("imposed")),
        urgency=given.get("urgency") or "normal",
        visibility=visibility,
        organisation_id=unit.id,
        level=unit.level,
        period=given.get("period") or work.today.year,
        _state=REGISTERED,
        expected_outcome=given.get("expected_outcome"),
        registered_by_id=work.principal.id,
        registered_at=work.now,
        source_code=given.get("source_code"),
    )
    case.search_text = search_text(case)
    held = HeldCase(case, OrganisationRef(unit.code, unit.name), unit.path, field.code)
    work.hold_new(held)
    readers = _readers(work, given) if visibility == "restricted" else ()
    subjects: tuple[PersonFacts, ...] = given.get("subjects") or ()
    recorded = work.record(held, _registered(held, given, readers, subjects, continues), None)
    _keep_parties(work, held, given, subjects)
    add_readers(work, held, readers)
    if continues is not None:
        work.writer.add(LINKS, {"case_id": case.id, "type": "continues", "other_id": continues.case.id})
    return held, recorded


def _registered(
    held: HeldCase,
    given: Mapping[str, Any],
    readers: tuple[PersonFacts, ...],
    subjects: tuple[PersonFacts, ...],
    continues: HeldCase | None,
) -> CaseRegistered:
    case = held.case
    return CaseRegistered(
        code=case.code,
        title=case.title,
        description=case.description,
        organisation=held.organisation,
        field=held.field_code,
        source=case.source,
        basis=given.get("basis"),
        level=case.level,
        period=case.period,
        urgency=case.urgency,
        visibility=case.visibility,
        expected_outcome=case.expected_outcome,
        source_code=case.source_code,
        readers=tuple(ref_of(p) for p in readers) or None,
        subjects=tuple(ref_of(p) for p in subjects) or None,
        complainant_kept=True if given.get("complainant_name") else None,
        continues=continues.case.code if continues else None,
    )


def ref_of(person: PersonFacts) -> PersonRef:
    """A person of the input as events name them."""
    return PersonRef(person.uuid, person.name, person.position)


def _readers(work: Work, given: Mapping[str, Any]) -> tuple[PersonFacts, ...]:
    who = work.principal
    own = PersonFacts(who.id, str(who.uuid), who.name, who.position)
    named = {own.id: own} | {p.id: p for p in given.get("readers") or ()}
    return tuple(named.values())


def add_readers(work: Work, held: HeldCase, readers: tuple[PersonFacts, ...]) -> None:
    """Name further readers of a restricted case."""
    for person in readers:
        if person.id not in held.readers:
            work.writer.add(READERS, {"case_id": held.case.id, "person_id": person.id})
            held.readers.add(person.id)


def _keep_parties(
    work: Work, held: HeldCase, given: Mapping[str, Any], subjects: tuple[PersonFacts, ...]
) -> None:
    for person in subjects:
        work.writer.add(PARTIES, {"case_id": held.case.id, "role": "subject", "person_id": person.id})
        held.subjects.add(person.id)
    if given.get("complainant_name"):
        key = work.installation.settings.derived_key(COMPLAINANT)
        contact = given.get("complainant_contact")
        row = {
            "case_id": held.case.id,
            "role": COMPLAINANT,
            "sealed_identity": seal_text(key, given["complainant_name"], name_place(held.case.code)),
            "sealed_contact": seal_text(key, contact, contact_place(held.case.code)) if contact else None,
        }
        work.writer.add(PARTIES, row)


def next_code(work: Work, year: int) -> str:
    """The next code of the year: one counter for the whole installation."""
    count = _COUNT_ON if work.installation.database.is_sqlite else _COUNT_ON_POSTGRESQL
    ((last,),) = count.rows(work.connection, {"of_year": year})
    return f"{PREFIX}-{year}-{last:06d}"


def _counting(make: Any) -> Prepared:
    return Prepared(
        make(CODES)
        .values(prefix=PREFIX, year=bindparam("of_year"), last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": CODES.c.last + 1})
        .returning(CODES.c.last)
    )


_COUNT_ON, _COUNT_ON_POSTGRESQL = _counting(sqlite_insert), _counting(pg_insert)


def search_text(case: Any) -> str:
    """What search finds a case by."""
    return search_words([getattr(case, name) for name in PARTS])
