"""Erasures: what of a case could be erased, and which requests wait. For administrators no value is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import aliased

from caseflow.models import Case, Disclosures, Erasure, EventRow, Evidence, Organisation, Person
from caseflow.queries.administration import Paths, within
from caseflow.states.erasure import COMPLAINANT, erasable, FILE, OF_A_FILE, TEXT, texts_of
from caseflow.trail.leaf import commitment, read_disclosure

ASKED, DONE, DECLINED = "asked", "done", "declined"
ENDED = ("case.verified", "case.cancelled", "case.imported")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure that is still there; `digest` is its commitment, `number` its event's place in the chain."""

    event_id: int
    event: UUID
    number: int
    type: str
    at: datetime
    actor: str
    digest: str
    name: str
    value: Any

    @property
    def erasable(self) -> bool:
        """Whether it may be erased by itself."""
        return erasable(self.type, self.name)


def disclosed(connection: Connection, subject: UUID) -> list[Disclosed]:
    """Every disclosure of one chain, oldest first."""
    rows = connection.execute(
        select(
            EventRow.id,
            EventRow.uuid,
            EventRow.seq,
            EventRow.type,
            EventRow.at,
            Person.name,
            Disclosures.data,
        )
        .join(Disclosures, Disclosures.event_id == EventRow.id)
        .join(Person, Person.id == EventRow.actor_id)
        .where(EventRow.subject == subject)
        .order_by(EventRow.seq)
    )
    return [one for row in rows for one in _read(tuple(row))]


def _read(row: tuple[Any, ...]) -> Iterator[Disclosed]:
    event_id, event, number, kind, at, actor, data = row
    for text, _about in json.loads(data):
        name, value = read_disclosure(text)
        yield Disclosed(event_id, event, number, kind, at, actor, commitment(text), name, value)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request names: disclosures by digest, evidence by its id, the complainant, or a whole person."""

    digests: frozenset[str] = frozenset()
    evidence: frozenset[UUID] = frozenset()
    complainant: bool = False

    @classmethod
    def read(cls, items: str) -> Wanted:
        """Read what `write` wrote."""
        parts = json.loads(items)
        return cls(
            frozenset(part[2] for part in parts if part[0] == "disclosure"),
            frozenset(UUID(part[1]) for part in parts if part[0] == "evidence"),
            any(part[0] == "complainant" for part in parts),
        )

    def write(self, there: Iterable[Disclosed]) -> str:
        """The same as JSON, each disclosure with its event."""
        events = {one.digest: str(one.event) for one in there}
        parts = [["disclosure", events[digest], digest] for digest in sorted(self.digests)]
        parts += [["evidence", str(key)] for key in sorted(self.evidence)]
        return json.dumps(parts + [["complainant"]] * self.complainant)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds of data these are."""
        found = ((COMPLAINANT, self.complainant), (FILE, self.evidence), (TEXT, self.digests))
        return tuple(kind for kind, some in found if some)


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """An evidence row as far as an erasure needs it."""

    id: int
    uuid: UUID
    name: str | None
    sha256: str | None


def evidence_rows(connection: Connection, case_id: int) -> list[StoredEvidence]:
    """The evidence of a case."""
    rows = connection.execute(
        select(Evidence.id, Evidence.uuid, Evidence.name, Evidence.sha256)
        .where(Evidence.case_id == case_id)
        .order_by(Evidence.id)
    )
    return [StoredEvidence(*row) for row in rows]


def same_files(rows: Sequence[StoredEvidence], wanted: frozenset[UUID]) -> list[StoredEvidence]:
    """The wanted evidence of a case, and whatever else in it is the very same file."""
    digests = {row.sha256 for row in rows if row.uuid in wanted and row.sha256}
    return [row for row in rows if row.sha256 in digests]


def going(there: Sequence[Disclosed], rows: Sequence[StoredEvidence], wanted: Wanted) -> list[Disclosed]:
    """Every disclosure that goes: the wanted ones, those of wanted files, and whatever says the same text again."""
    files = same_files(rows, wanted.evidence)
    events = _events_of(there, {str(row.uuid) for row in files})
    gone = {one.digest for one in there if one.event in events and one.name in OF_A_FILE}
    gone |= {one.digest for one in there if one.digest in wanted.digests and one.erasable}
    texts = going_texts(there, gone)
    return [one for one in there if one.digest in gone or (one.erasable and texts_of(one.value) & texts)]


def going_texts(there: Iterable[Disclosed], digests: Iterable[str]) -> set[str]:
    """The texts that go with those disclosures."""
    known = set(digests)
    return set[str]().union(*(texts_of(one.value) for one in there if one.digest in known))


def _events_of(there: Iterable[Disclosed], evidence: set[str]) -> set[UUID]:
    return {one.event for one in there if one.name == "evidence" and one.value in evidence}


def closed_at(connection: Connection, subject: UUID) -> datetime | None:
    """When the case that is over now was closed, as its trail has it; imported history counts from its import."""
    return connection.execute(
        select(EventRow.at)
        .where(EventRow.subject == subject, EventRow.type.in_(ENDED))
        .order_by(EventRow.seq.desc())
        .limit(1)
    ).scalar_one_or_none()


# --- requests -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request as administrators see it: what kinds of data, never what they say."""

    uuid: UUID
    code: str
    unit: str
    status: str
    decision_number: str
    ground: str
    wanted: Wanted
    asked_by: str
    asked_by_id: int
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many of each kind."""
        found = (
            (COMPLAINANT, int(self.wanted.complainant)),
            (FILE, len(self.wanted.evidence)),
            (TEXT, len(self.wanted.digests)),
        )
        return [one for one in found if one[1]]


ITEMS = 6
"""Where in the row of a request its items stand."""
_asker, _decider = aliased(Person), aliased(Person)
_LINE: Select[*tuple[Any, ...]] = (
    select(
        Erasure.uuid,
        Case.code,
        Organisation.name,
        Erasure.status,
        Erasure.decision_number,
        Erasure.reason,
        Erasure.items,
        _asker.name,
        Erasure.asked_by_id,
        Erasure.asked_at,
        _decider.name,
        Erasure.decided_at,
    )
    .join(Case, Case.id == Erasure.case_id)
    .join(Organisation, Organisation.id == Case.organisation_id)
    .join(_asker, _asker.id == Erasure.asked_by_id)
    .outerjoin(_decider, _decider.id == Erasure.decided_by_id)
)


def requests_within(
    connection: Connection, paths: Paths, *, waiting: bool, limit: int = 50
) -> list[RequestLine]:
    """Requests about cases of those subtrees: those that wait, oldest first, or those decided, newest first."""
    status = Erasure.status == ASKED if waiting else Erasure.status != ASKED
    order = Erasure.id if waiting else Erasure.id.desc()
    rows = connection.execute(
        _LINE.where(status, within(Organisation.path, paths)).order_by(order).limit(limit)
    )
    return [_line(tuple(row)) for row in rows]


def request_within(connection: Connection, paths: Paths, key: UUID) -> RequestLine | None:
    """One request about a case of those subtrees."""
    row = connection.execute(_LINE.where(Erasure.uuid == key, within(Organisation.path, paths))).first()
    return None if row is None else _line(tuple(row))


def requests_of_case(connection: Connection, case_id: int) -> list[RequestLine]:
    """Every request about one case, newest first."""
    rows = connection.execute(_LINE.where(Erasure.case_id == case_id).order_by(Erasure.id.desc()))
    return [_line(tuple(row)) for row in rows]


def _line(row: tuple[Any, ...]) -> RequestLine:
    parts: list[Any] = list(row)
    parts[ITEMS] = Wanted.read(parts[ITEMS])
    return RequestLine(*parts)
