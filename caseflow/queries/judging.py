"""How a reader stands to many results that wait for verification: a fixed number of queries for a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, Select, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import String

from caseflow.models import Case, CaseHand, CaseSupporter, Organisation, StandIn
from caseflow.queries.access import Access, access_of
from caseflow.queries.scope import Reader
from caseflow.states.engine import lifecycle_named
from caseflow.states.relations import OWNERS_SIDE, relations, Standing

MAY_VERIFY, OWN_SIDE, NOT_ABOVE = "may_verify", "own_side", "not_above"

_ROWS = select(
    Case.id,
    Case.kind,
    Case.state.label("state"),
    Case.owner_id,
    Case.resolver_id,
    Case.lead_officer_id,
    Case.registered_by_id,
    Case.visibility,
    Case.verify_by,
    Case.deadline,
    Case.deadline_imposed,
    Case.submissions,
    Case.extensions_granted,
    Case.extension_asked_on,
    Organisation.path,
).join(Organisation, Organisation.id == Case.organisation_id)


def judgements(connection: Connection, reader: Reader, cases: Iterable[int]) -> dict[int, str]:
    """For cases that the reader may see: `MAY_VERIFY`, `OWN_SIDE` (they answer for it) or `NOT_ABOVE`.

    Six queries, whatever the number of cases; the same relations decide as when the result is verified.
    """
    wanted = sorted(set(cases))
    rows = connection.execute(_ROWS.where(Case.id.in_(wanted))).all()
    around = _Around(connection, wanted, reader.today)
    answerable = {one for row in rows for one in (row.owner_id, row.resolver_id) if one is not None}
    held = access_of(connection, answerable, reader.today)
    return {row.id: _judgement(row, around.standing(reader, row, held)) for row in rows}


def _judgement(row: Any, who: Standing) -> str:
    held = relations(row, who, {})
    if lifecycle_named(row.kind).by_name["verify"].permits(held):
        return MAY_VERIFY
    return OWN_SIDE if OWNERS_SIDE in held else NOT_ABOVE


class _Around:
    """Who has to do with each case: hands, supporters, stand-ins of the owner."""

    def __init__(self, connection: Connection, cases: list[int], today: date) -> None:
        unit = aliased(Organisation)
        self.hands = _grouped(
            connection, select(CaseHand.case_id, CaseHand.person_id).where(CaseHand.case_id.in_(cases))
        )
        self.supporters = _grouped(
            connection,
            select(CaseSupporter.case_id, CaseSupporter.person_id).where(
                CaseSupporter.case_id.in_(cases), CaseSupporter.person_id.is_not(None)
            ),
        )
        self.paths = _grouped(
            connection,
            select(CaseSupporter.case_id, unit.path)
            .join(unit, unit.id == CaseSupporter.organisation_id)
            .where(CaseSupporter.case_id.in_(cases)),
        )
        self.stand_ins = _grouped(connection, _stand_ins(cases, today))

    def standing(self, reader: Reader, row: Any, held: Mapping[int, Access]) -> Standing:
        """The reader's standing to a case that they may see."""
        answerable = {row.owner_id, row.resolver_id} & held.keys()
        supervised = {path for one in answerable for path in held[one].paths("supervisor")}
        return Standing(
            actor=reader.actor,
            principal=reader.principal,
            today=reader.today,
            path=row.path,
            grants=reader.access.grants,
            delegations=reader.access.delegations,
            supporters=frozenset(self.supporters[row.id]),
            supporting_paths=tuple(self.paths[row.id]),
            readers=frozenset({reader.actor}),
            hands=frozenset(self.hands[row.id]),
            owner_stand_ins=frozenset(self.stand_ins[row.id]),
            owner_supervises=tuple(path for path in supervised if row.path.startswith(path)),
            answerable=frozenset(answerable),
            operator=reader.operator,
        )


def _stand_ins(cases: list[int], today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Case.id, StandIn.stand_in_id)
        .join(StandIn, StandIn.principal_id == Case.owner_id)
        .where(
            Case.id.in_(cases),
            StandIn.valid_from <= today,
            StandIn.valid_until >= func.substr(Case.assigned_at.cast(String), 1, 10),
            (StandIn.approved_by_id.is_not(None)) | (StandIn.kind == "served"),
        )
    )


def _grouped(connection: Connection, statement: Select[*tuple[Any, ...]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for case, value in connection.execute(statement):
        found[case].append(value)
    return found
