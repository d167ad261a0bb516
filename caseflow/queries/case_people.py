"""People around one case: whom its page names, and whom its forms offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, ColumnElement, Connection, or_, select

from caseflow.models import CaseLink, CaseParty, Evidence, Organisation, Person, StagedFile
from caseflow.queries.scope import beneath
from caseflow.states.folding import fold

MOST_OFFERED = 300
"""People that one picker holds; where there are more, the reader searches first."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as name – position – unit; `path` is the unit's place in the tree ("" for none)."""

    uuid: UUID
    name: str
    position: str
    unit: str
    path: str

    @property
    def label(self) -> str:
        """name – position – unit."""
        return " – ".join(part for part in (self.name, self.position, self.unit) if part)

    @property
    def short(self) -> str:
        """name – position, for lists that are grouped by unit."""
        return " – ".join(part for part in (self.name, self.position) if part)


@dataclass(frozen=True, slots=True)
class StagedLine:
    """A file sent with a form that is not yet committed; `size` in bytes."""

    uuid: UUID
    name: str
    sha256: str
    size: int
    media_type: str


_LINES: Any = select(
    Person.id, Person.uuid, Person.name, Person.position, Organisation.name, Organisation.path
).outerjoin(Organisation, Organisation.id == Person.organisation_id)


_BY_KEY = _LINES.where(Person.id.in_(bindparam("keys", expanding=True)))
_UNITS = select(Organisation.path, Organisation.name).where(
    Organisation.path.in_(bindparam("paths", expanding=True))
)
_COMPLAINANT = (
    select(CaseParty.id)
    .where(CaseParty.case_id == bindparam("case"), CaseParty.role == "complainant")
    .limit(1)
)
_LINKED = (
    select(CaseLink.type)
    .where(or_(CaseLink.case_id == bindparam("case"), CaseLink.other_id == bindparam("case")))
    .limit(1)
)
_SHARED = (
    select(Evidence.sha256)
    .where(Evidence.sha256.in_(bindparam("hashes", expanding=True)), Evidence.case_id != bindparam("case"))
    .distinct()
)


def people_with_units(connection: Connection, keys: set[int]) -> dict[int, PersonLine]:
    """The people with these keys; one query."""
    rows = connection.execute(_BY_KEY, {"keys": sorted(keys)})
    return {row[0]: PersonLine(row[1], row[2], row[3], row[4] or "", row[5] or "") for row in rows}


def people_around(
    connection: Connection, paths: tuple[str, ...], today: date, q: str = "", *, everyone: bool = False
) -> list[PersonLine]:
    """Active people of the subtrees of `paths` and of the units above them, by unit, then by given name.

    `q` narrows to names, staff codes and positions that hold it; `everyone` looks beyond those units. One more
    than `MOST_OFFERED` are answered at most, so that the caller knows that there are more.
    """
    terms: list[ColumnElement[bool]] = [
        ~Person.operator,
        or_(Person.left_on.is_(None), Person.left_on > today),
    ]
    if not everyone:
        terms.append(or_(*(_around(path) for path in paths)) if paths else Person.id.is_(None))
    if words := fold(q):
        terms.append(Person.search_text.contains(words, autoescape=True))
    rows = connection.execute(
        _LINES.where(*terms).order_by(Organisation.path, Person.sort_key, Person.id).limit(MOST_OFFERED + 1)
    )
    return [PersonLine(row[1], row[2], row[3], row[4] or "", row[5] or "") for row in rows]


def _around(path: str) -> ColumnElement[bool]:
    return or_(beneath(Organisation.path, path), Organisation.path.in_(ancestors(path)))


def ancestors(path: str) -> list[str]:
    """The paths from the top down to `path` itself."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def units_above(connection: Connection, path: str) -> list[str]:
    """Names of the units from the top down to the one at `path`; one query."""
    rows = connection.execute(_UNITS, {"paths": ancestors(path)})
    return [name for _, name in sorted(tuple(row) for row in rows)]


def people_by_uuid(connection: Connection, keys: set[str]) -> list[PersonLine]:
    """People by the ids that a form was filled with; others are left out."""
    known = {key for key in map(_uuid, keys) if key is not None}
    if not known:
        return []
    rows = connection.execute(_LINES.where(Person.uuid.in_(sorted(known))))
    return [PersonLine(row[1], row[2], row[3], row[4] or "", row[5] or "") for row in rows]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def keeps_complainant(connection: Connection, case_id: int) -> bool:
    """Whether somebody complained whose identity is kept."""
    return connection.execute(_COMPLAINANT, {"case": case_id}).first() is not None


def is_linked(connection: Connection, case_id: int) -> bool:
    """Whether any link leads to or from the case, within the reader's reach or not."""
    return connection.execute(_LINKED, {"case": case_id}).first() is not None


def shared_files(connection: Connection, hashes: set[str], case_id: int) -> set[str]:
    """Those of the digests that stand in other cases too, within the reader's reach or not."""
    rows = connection.execute(_SHARED, {"hashes": sorted(hashes), "case": case_id})
    return {digest for (digest,) in rows if digest}


def staged_files(connection: Connection, person: int, path: str) -> list[StagedLine]:
    """The files that `person` has put down with the form at `path`, oldest first."""
    rows = connection.execute(
        select(StagedFile.uuid, StagedFile.name, StagedFile.sha256, StagedFile.size, StagedFile.media_type)
        .where(StagedFile.person_id == person, StagedFile.path == path)
        .order_by(StagedFile.id)
    )
    return [StagedLine(*row) for row in rows]


def staged_file(connection: Connection, person: int, key: UUID) -> StagedLine | None:
    """One file that `person` has put down, or None."""
    row = connection.execute(
        select(
            StagedFile.uuid, StagedFile.name, StagedFile.sha256, StagedFile.size, StagedFile.media_type
        ).where(StagedFile.person_id == person, StagedFile.uuid == key)
    ).first()
    return StagedLine(*row) if row else None
