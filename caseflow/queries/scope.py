"""Which cases a reader may see: the only such rule in SQL, for lists, search, files, counts and exports.

It says what `states.relations.may_see` says of one case; a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, ColumnElement, Connection, false, or_, select, true
from sqlalchemy.orm import aliased

from caseflow.models import Case, CaseParty, CaseReader, CaseSupporter, Organisation, RoleGrant
from caseflow.queries.access import Access, access_of
from caseflow.states.actor import Actor
from caseflow.states.relations import REACHING_ROLES


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone reading on a day: `actor` in person, `principal` whose rights count."""

    actor: int
    principal: int
    today: date
    access: Access
    actor_access: Access
    operator: bool = False

    @property
    def reach(self) -> tuple[str, ...]:
        """The paths whose whole subtree is read: roles and delegations, none beneath another."""
        scopes = tuple(d.scope for d in self.access.delegations)
        paths = sorted({*self.access.paths(*REACHING_ROLES), *scopes}, key=len)
        kept: list[str] = []
        for path in paths:
            if not any(path.startswith(one) for one in kept):
                kept.append(path)
        return tuple(kept)

    @property
    def role_reach(self) -> tuple[str, ...]:
        """The paths reached by a role, without delegations."""
        return self.access.paths(*REACHING_ROLES)


def reader_of(connection: Connection, actor: Actor, today: date) -> Reader:
    """The reader that an actor is; one query."""
    principal = actor.principal or actor
    held = access_of(connection, {actor.id, principal.id}, today)
    return Reader(actor.id, principal.id, today, held[principal.id], held[actor.id], actor.operator)


def beneath(column: Any, path: str) -> ColumnElement[bool]:
    """Whether a path column lies in the subtree of `path`; a range, so that an index serves it."""
    return and_(column >= path, column < path[:-1] + "0")


def units_beneath(*paths: str) -> Any:
    """The keys of all organisations in the subtrees of `paths`."""
    unit = aliased(Organisation)
    return select(unit.id).where(or_(false(), *(beneath(unit.path, path) for path in paths)))


def visible(reader: Reader) -> ColumnElement[bool]:
    """The cases that the reader may see."""
    return and_(not_conflicted(reader), readable(reader), or_(in_reach(reader), near(reader)))


def in_reach(reader: Reader) -> ColumnElement[bool]:
    """Cases in the reader's subtrees, or offered to them; a named reader's restricted case is in reach."""
    if reader.operator:
        return true()
    terms: list[ColumnElement[bool]] = []
    if reader.reach:
        terms.append(Case.organisation_id.in_(units_beneath(*reader.reach)))
    if reader.role_reach:
        terms.append(Case.offered_to_id.in_(units_beneath(*reader.role_reach)))
    terms.append(and_(Case.visibility == "restricted", _named(reader)))
    return or_(*terms)


def near(reader: Reader) -> ColumnElement[bool]:
    """Cases that the reader owns, leads, registered or supports, alone or with their unit."""
    me = reader.principal
    held = tuple(dict.fromkeys(grant.path for grant in reader.access.grants))
    supported = [CaseSupporter.person_id == me]
    if held:
        unit = aliased(Organisation)
        ancestors = or_(*(unit.path.in_(_ancestors(path)) for path in held))
        supported.append(CaseSupporter.organisation_id.in_(select(unit.id).where(ancestors)))
    return or_(
        Case.owner_id == me,
        Case.lead_officer_id == me,
        Case.registered_by_id == me,
        Case.id.in_(select(CaseSupporter.case_id).where(or_(*supported))),
    )


def _ancestors(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def _named(reader: Reader) -> ColumnElement[bool]:
    return Case.id.in_(select(CaseReader.case_id).where(CaseReader.person_id == reader.actor))


def readable(reader: Reader) -> ColumnElement[bool]:
    """A restricted case is read by its named readers only, and in person."""
    return or_(Case.visibility == "normal", _named(reader))


def not_conflicted(reader: Reader) -> ColumnElement[bool]:
    """The subject of a case, and whoever answers to the subject, never sees it."""
    return Case.id.not_in(conflicted_cases(reader))


def conflicted_cases(reader: Reader) -> Any:
    """The keys of the cases whose subject the reader is or answers to."""
    people = {reader.actor, reader.principal}
    places = (*reader.access.places, *reader.actor_access.places)
    above = sorted({one for place in places for one in _ancestors(place)})
    unit = aliased(Organisation)
    superiors = (
        select(RoleGrant.person_id)
        .join(unit, unit.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.role == "supervisor",
            RoleGrant.valid_from <= reader.today,
            (RoleGrant.valid_until.is_(None)) | (RoleGrant.valid_until >= reader.today),
            unit.path.in_(above),
        )
    )
    return select(CaseParty.case_id).where(
        CaseParty.role == "subject",
        or_(CaseParty.person_id.in_(sorted(people)), CaseParty.person_id.in_(superiors)),
    )
