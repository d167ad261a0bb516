"""Everything that the page of one case shows beside its row: a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select, union_all
from sqlalchemy.orm import aliased

from caseflow.database.prepared import Prepared
from caseflow.models import (
    Case,
    CaseLink,
    CaseReader,
    CaseSupporter,
    Evidence,
    Extension,
    FieldRow,
    Milestone,
    Organisation,
    Person,
)
from caseflow.queries.scope import Reader, visible
from caseflow.states.pressing_issue import OPEN


@dataclass(frozen=True, slots=True)
class Named:
    """A person or unit as a page names them."""

    key: str
    name: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence; `number` is the event that brought it, `size` in bytes."""

    uuid: UUID
    number: int
    kind: str
    added_by: str
    added_at: datetime
    name: str | None
    sha256: str | None
    size: int | None
    media_type: str | None
    document_number: str | None
    document_date: date | None
    kept_at: str | None


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One extension asked for, granted, refused or lapsed."""

    status: str
    number: int | None
    old_deadline: date
    asked_by: str | None
    asked_at: datetime | None
    asked_deadline: date | None
    asked_reason: str | None
    decided_by: str | None
    decided_at: datetime | None
    new_deadline: date | None
    decided_reason: str | None


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link to or from another case that the reader may see; `outgoing` when this case names the other."""

    type: str
    outgoing: bool
    code: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A step on the way."""

    text: str
    person: str | None
    person_uuid: UUID | None
    date: date | None
    done: bool


def evidence_of(connection: Connection, case_id: int) -> list[EvidenceLine]:
    """The evidence of a case, newest first."""
    rows = connection.execute(
        select(
            Evidence.uuid,
            Evidence.seq,
            Evidence.kind,
            Person.name,
            Evidence.added_at,
            Evidence.name,
            Evidence.sha256,
            Evidence.size,
            Evidence.media_type,
            Evidence.document_number,
            Evidence.document_date,
            Evidence.kept_at,
        )
        .join(Person, Person.id == Evidence.added_by_id)
        .where(Evidence.case_id == case_id)
        .order_by(Evidence.id.desc())
    )
    return [EvidenceLine(*tuple(row)) for row in rows]


def evidence_file(connection: Connection, reader: Reader, key: UUID) -> Any:
    """Name, sha256, media type and size of an evidence file of a case that the reader may see, or None."""
    return connection.execute(
        select(Evidence.name, Evidence.sha256, Evidence.media_type, Evidence.size)
        .join(Case, Case.id == Evidence.case_id)
        .where(Evidence.uuid == key, Evidence.kind == "file", visible(reader))
    ).first()


def extensions_of(connection: Connection, case_id: int) -> list[ExtensionLine]:
    """Every extension of a case, oldest first."""
    asker, decider = aliased(Person), aliased(Person)
    rows = connection.execute(
        select(
            Extension.status,
            Extension.number,
            Extension.old_deadline,
            asker.name,
            Extension.asked_at,
            Extension.asked_deadline,
            Extension.asked_reason,
            decider.name,
            Extension.decided_at,
            Extension.new_deadline,
            Extension.decided_reason,
        )
        .outerjoin(asker, asker.id == Extension.asked_by_id)
        .outerjoin(decider, decider.id == Extension.decided_by_id)
        .where(Extension.case_id == case_id)
        .order_by(Extension.id)
    )
    return [ExtensionLine(*row) for row in rows]


def links_of(connection: Connection, reader: Reader, case_id: int) -> list[LinkLine]:
    """Links in both directions, to cases that the reader may see."""
    outgoing = select(CaseLink.type, CaseLink.other_id.label("other"), CaseLink.case_id.label("mine")).where(
        CaseLink.case_id == case_id
    )
    incoming = select(CaseLink.type, CaseLink.case_id.label("other"), CaseLink.case_id.label("mine")).where(
        CaseLink.other_id == case_id
    )
    links = union_all(outgoing, incoming).subquery()
    rows = connection.execute(
        select(links.c.type, links.c.mine == case_id, Case.code, Case.title, Case.state)
        .join(Case, Case.id == links.c.other)
        .where(visible(reader))
    )
    return [LinkLine(*row) for row in rows]


def milestones_of(connection: Connection, case_id: int) -> list[MilestoneLine]:
    """The milestones of a case."""
    rows = connection.execute(
        select(Milestone.text, Person.name, Person.uuid, Milestone.date, Milestone.done)
        .outerjoin(Person, Person.id == Milestone.person_id)
        .where(Milestone.case_id == case_id)
        .order_by(Milestone.date, Milestone.id)
    )
    return [MilestoneLine(*row) for row in rows]


def supporters_of(connection: Connection, case_id: int) -> list[Named]:
    """Supporting people (key: uuid) and units (key: code)."""
    rows = connection.execute(
        select(Person.uuid, Person.name, Person.position, Organisation.code, Organisation.name)
        .select_from(CaseSupporter)
        .outerjoin(Person, Person.id == CaseSupporter.person_id)
        .outerjoin(Organisation, Organisation.id == CaseSupporter.organisation_id)
        .where(CaseSupporter.case_id == case_id)
        .order_by(CaseSupporter.id)
    )
    return [
        Named(str(uuid), name, position) if name else Named(code, unit)
        for uuid, name, position, code, unit in rows
    ]


def readers_of(connection: Connection, case_id: int) -> list[Named]:
    """The named readers of a restricted case."""
    rows = connection.execute(
        select(Person.uuid, Person.name, Person.position)
        .join(CaseReader, CaseReader.person_id == Person.id)
        .where(CaseReader.case_id == case_id)
        .order_by(Person.sort_key)
    )
    return [Named(str(uuid), name, position) for uuid, name, position in rows]


def people_named(connection: Connection, keys: set[int]) -> dict[int, Named]:
    """Names and positions of people by key; one query."""
    rows = connection.execute(
        select(Person.id, Person.uuid, Person.name, Person.position).where(Person.id.in_(sorted(keys)))
    )
    return {key: Named(str(uuid), name, position) for key, uuid, name, position in rows}


def used_elsewhere(
    connection: Connection, reader: Reader, hashes: set[str], case_id: int
) -> dict[str, list[str]]:
    """Codes of other cases that hold a file with the same digest, only those that the reader may see."""
    rows = connection.execute(
        select(Evidence.sha256, Case.code)
        .join(Case, Case.id == Evidence.case_id)
        .where(Evidence.sha256.in_(sorted(hashes)), Evidence.case_id != case_id, visible(reader))
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for digest, code in rows:
        found.setdefault(str(digest), []).append(code)
    return found


def similar_cases(
    connection: Connection, reader: Reader, title: str, organisation: str
) -> list[tuple[str, str]]:
    """Open cases of the same unit whose titles share the first words, for a hint that never blocks."""
    words = title.split()[:4]
    rows = connection.execute(
        select(Case.code, Case.title)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(
            visible(reader),
            Organisation.code == organisation,
            Case.state.in_(OPEN),
            or_(Case.title == title, Case.title.istartswith(" ".join(words), autoescape=True)),
        )
        .limit(5)
    )
    return [(code, found) for code, found in rows]


def field_names(connection: Connection, language: str) -> dict[str, str]:
    """Names of all fields by code, in their order."""
    return dict(_FIELD_NAMES[language == "en"].rows(connection, {}))


_FIELD_NAMES = {
    english: Prepared(
        select(FieldRow.code, FieldRow.name_en if english else FieldRow.name_vi).order_by(FieldRow.position)
    )
    for english in (False, True)
}
