"""A case in hand: its row and what surrounds it, read with one SELECT."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from operator import is_not
from typing import Any, cast
from uuid import UUID

from sqlalchemy import bindparam, Connection, func, inspect, Select, select, Table
from sqlalchemy.orm import aliased
from sqlalchemy.types import String

from caseflow.database.prepared import Prepared
from caseflow.events import OrganisationRef, PersonRef
from caseflow.models import (
    Case,
    CaseHand,
    CaseParty,
    CaseReader,
    CaseSupporter,
    Evidence,
    FieldRow,
    Organisation,
    Person,
    StandIn,
)
from caseflow.models import Installation as InstallationRow
from caseflow.use_cases.installation import Editions

CASES: Table = Case.__table__  # type: ignore[assignment]
ATTRIBUTES: tuple[str, ...] = tuple(
    attribute.key for attribute in inspect(Case).column_attrs if attribute.columns[0].computed is None
)
READ = tuple(key for key in ATTRIBUTES if key != "search_text")
"""What is read of a case: its text for searching is as long as all others together, and only ever written."""
_COLUMN_OF = {key: inspect(Case).column_attrs[key].columns[0].name for key in ATTRIBUTES}


@dataclass(slots=True)
class HeldCase:
    """A case that a deed works on.

    `stored` is the row as it was read, None for one not yet written; `source` the state before the move;
    `for_owner` whether the latest move was made for the owner's side.
    """

    case: Case
    organisation: OrganisationRef
    path: str
    field_code: str
    stored: dict[str, Any] | None = None
    offered_path: str | None = None
    offered: OrganisationRef | None = None
    owner: PersonRef | None = None
    owner_active: bool = False
    supporters: set[int] = field(default_factory=set)
    supporting_paths: list[str] = field(default_factory=list)
    readers: set[int] = field(default_factory=set)
    hands: set[int] = field(default_factory=set)
    subjects: set[int] = field(default_factory=set)
    owner_stand_ins: set[int] = field(default_factory=set)
    evidence_seq: int = -1
    source: str | None = None
    editions: Editions | None = None
    for_owner: bool = False

    def answerable(self) -> set[int]:
        """Who owns the case, and whoever reported its result."""
        return {one for one in (self.case.owner_id, self.case.resolver_id) if one is not None}

    def changes(self) -> dict[str, Any]:
        """Columns that differ from what was read, by column name."""
        now, before = self.case.__dict__, self.stored or {}
        touched = compress(now, map(is_not, now.values(), map(before.get, now)))
        return {_COLUMN_OF[key]: now[key] for key in touched if now[key] != before.get(key)}

    def row(self) -> dict[str, Any]:
        """All columns that have a value, by column name."""
        now = self.case.__dict__
        return {_COLUMN_OF[key]: now.get(key, _DEFAULTS.get(key)) for key in ATTRIBUTES if key != "id"} | {
            "id": now["id"]
        }


_DEFAULTS: dict[str, Any] = {
    "kind": "pressing_issue",
    "deadline_imposed": False,
    "urgency": "normal",
    "visibility": "normal",
    "verify_by": "own",
    "progress": 0,
    "extensions_granted": 0,
    "submissions": 0,
    "reopenings": 0,
    "days_overdue_before": 0,
    "returned_seq": -1,
    "history": False,
}


def new_case(**values: Any) -> Case:
    """A case that is not yet a row, with every attribute set."""
    return _case({key: values.get(key, _DEFAULTS.get(key)) for key in ATTRIBUTES})


class _PlainCase:
    """The columns of a case as plain attributes: a mapped instance would watch every one of them."""

    _state: str

    @property
    def state(self) -> str:
        return self._state


def _case(values: dict[str, Any]) -> Case:
    case = _PlainCase()
    case.__dict__.update(values)
    return cast("Case", case)


def _joined(column: Any, source: Any, *where: Any) -> Any:
    return (
        select(func.aggregate_strings(column.cast(String), ","))
        .select_from(source)
        .where(*where)
        .correlate(Case)
        .scalar_subquery()
    )


def _statement() -> Select[Any]:
    unit, offered, owner = aliased(Organisation), aliased(Organisation), aliased(Person)
    supporting = aliased(Organisation)
    return (
        select(
            *(getattr(Case, key) for key in READ),
            unit.code,
            unit.name,
            unit.path,
            offered.code,
            offered.name,
            offered.path,
            owner.uuid,
            owner.name,
            owner.position,
            owner.left_on,
            FieldRow.code,
            _joined(CaseSupporter.person_id, CaseSupporter, CaseSupporter.case_id == Case.id),
            select(func.aggregate_strings(supporting.path, ","))
            .select_from(CaseSupporter)
            .join(supporting, supporting.id == CaseSupporter.organisation_id)
            .where(CaseSupporter.case_id == Case.id)
            .correlate(Case)
            .scalar_subquery(),
            _joined(CaseReader.person_id, CaseReader, CaseReader.case_id == Case.id),
            _joined(CaseHand.person_id, CaseHand, CaseHand.case_id == Case.id),
            _joined(CaseParty.person_id, CaseParty, CaseParty.case_id == Case.id),
            _joined(
                StandIn.stand_in_id,
                StandIn,
                StandIn.principal_id == Case.owner_id,
                StandIn.valid_from <= bindparam("today"),
                StandIn.valid_until >= func.substr(Case.assigned_at.cast(String), 1, 10),
                (StandIn.approved_by_id.is_not(None)) | (StandIn.kind == "served"),
            ),
            select(func.max(Evidence.seq))
            .where(Evidence.case_id == Case.id)
            .correlate(Case)
            .scalar_subquery(),
            select(InstallationRow.calendar_edition).scalar_subquery(),
            select(InstallationRow.rights_edition).scalar_subquery(),
        )
        .join(unit, unit.id == Case.organisation_id)
        .join(FieldRow, FieldRow.id == Case.field_id)
        .outerjoin(offered, offered.id == Case.offered_to_id)
        .outerjoin(owner, owner.id == Case.owner_id)
        .where(Case.code == bindparam("code"))
    )


_STATEMENT = Prepared(_statement())


def load_case(connection: Connection, code: str, today: Any) -> HeldCase | None:
    """The case with that code and its surroundings, or None."""
    row = _STATEMENT.first(connection, {"code": code, "today": today})
    return None if row is None else _held(row, today)


def _held(row: tuple[Any, ...], today: Any) -> HeldCase:
    n = len(READ)
    values = dict(zip(READ, row[:n], strict=True))
    (code, name, path, to_code, to_name, to_path, owner_uuid, owner_name, position, left_on, field_code,
     supporters, supporting, readers, hands, subjects, stand_ins, evidence_seq, *editions) = row[n:]  # fmt: skip
    return HeldCase(
        case=_case(dict(values)),
        stored=values,
        organisation=OrganisationRef(code, name),
        path=path,
        field_code=field_code,
        offered=None if to_code is None else OrganisationRef(to_code, to_name),
        offered_path=to_path,
        owner=None if owner_uuid is None else _person_ref(owner_uuid, owner_name, position),
        owner_active=owner_uuid is not None and (left_on is None or left_on > today),
        supporters=_ids(supporters),
        supporting_paths=supporting.split(",") if supporting else [],
        readers=_ids(readers),
        hands=_ids(hands),
        subjects=_ids(subjects),
        owner_stand_ins=_ids(stand_ins),
        evidence_seq=-1 if evidence_seq is None else evidence_seq,
        editions=Editions(*editions),
    )


def _person_ref(uuid: UUID, name: str, position: str) -> PersonRef:
    return PersonRef(str(uuid), name, position)


def _ids(joined: str | None) -> set[int]:
    return {int(one) for one in joined.split(",")} if joined else set()
