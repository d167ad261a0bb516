"""Which cases a reader may see: the only such rule in SQL, for lists, search, files, counts and exports.

It says what `states.relations.may_see` says of one case; a test holds the two equal.

Every value stands under a name of its own, so that a statement made for one reader serves each of the same
shape (`Prepared`). Whose reach is wide is served best by the index of the list's own order or filter, with
scope judged row by row; whose reach is narrow, by looking up what is in scope. SQLite cannot know which, so
`OffIndex` tells it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    ColumnElement,
    Connection,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from caseflow.database.off_index import OffIndex
from caseflow.models import Case, CaseParty, CaseReader, CaseSupporter, Organisation, RoleGrant
from caseflow.queries.access import Access, access_of
from caseflow.states.actor import Actor
from caseflow.states.relations import REACHING_ROLES, WORKING_ROLES

WIDE_DEPTH = 2
"""A reach at this depth of the tree or above, as of a province or a district, is wide."""


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

    @property
    def wide(self) -> bool:
        """Whether so much is in reach that looking it all up would cost more than judging row by row."""
        return self.operator or any(path.count("/") <= WIDE_DEPTH + 1 for path in self.reach)

    @property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """The paths that statements about this reader name, by what they are."""
        places = (*self.access.places, *self.actor_access.places)
        return {
            "reach": self.reach,
            "role": self.role_reach,
            "supervised": self.access.paths("supervisor"),
            "held": _ancestors(grant.path for grant in self.access.grants if grant.role in WORKING_ROLES),
            "above": _ancestors(places),
        }

    @property
    def shape(self) -> tuple[object, ...]:
        """What decides the text of a statement about this reader."""
        return (self.operator, self.wide, *map(len, self.paths.values()))

    @property
    def values(self) -> dict[str, object]:
        """The named values of any statement about this reader."""
        found: dict[str, object] = {
            "reader_actor": self.actor,
            "reader_principal": self.principal,
            "reader_today": self.today,
        }
        for kind, paths in self.paths.items():
            for index, path in enumerate(paths):
                found[f"path_{kind}_{index}"], found[f"path_{kind}_{index}_end"] = path, path_end(path)
        return found


def reader_of(connection: Connection, actor: Actor, today: date) -> Reader:
    """The reader that an actor is; one query."""
    principal = actor.principal or actor
    held = access_of(connection, {actor.id, principal.id}, today)
    return Reader(actor.id, principal.id, today, held[principal.id], held[actor.id], actor.operator)


def beneath(column: Any, path: str) -> ColumnElement[bool]:
    """Whether a path column lies in the subtree of `path`; a range, so that an index serves it."""
    return and_(column >= path, column < path_end(path))


def path_end(path: str) -> str:
    """What comes after every path in the subtree of `path`."""
    return path[:-1] + "0"


def _ancestors(paths: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for path in paths:
        parts = path.strip("/").split("/")
        found.update(("/" + "/".join(parts[: n + 1]) + "/", None) for n in range(len(parts)))
    return tuple(found)


def _given(reader: Reader, name: str) -> Any:
    return bindparam(name, reader.values[name])


def units_of(reader: Reader, kind: str) -> Any:
    """The keys of all organisations in the subtrees of the reader's paths of that kind."""
    unit = aliased(Organisation)
    ranges = [
        and_(
            unit.path >= _given(reader, f"path_{kind}_{n}"),
            unit.path < _given(reader, f"path_{kind}_{n}_end"),
        )
        for n in range(len(reader.paths[kind]))
    ]
    return select(unit.id).where(or_(false(), *ranges))


def _at(reader: Reader, kind: str, unit: Any) -> ColumnElement[bool]:
    """Whether a unit stands at one of the reader's paths of that kind."""
    paths = [_given(reader, f"path_{kind}_{n}") for n in range(len(reader.paths[kind]))]
    return or_(false(), *(unit.path == path for path in paths))


def visible(reader: Reader, *, leading: bool | None = None) -> ColumnElement[bool]:
    """The cases that the reader may see.

    `leading`: rows are found by what is in scope; where it is not said, for a reader of narrow reach.
    """
    return and_(not_conflicted(reader), readable(reader), concerning(reader, leading=leading))


def concerning(reader: Reader, *, leading: bool | None = None) -> ColumnElement[bool]:
    """Cases in reach or near, whether readable or not; `leading` as for `visible`."""
    if reader.operator:
        return true()
    if not reader.wide if leading is None else leading:
        return or_(in_reach(reader), near(reader))
    case = aliased(Case)
    beyond = (offered(reader, case), named_restricted(reader, case), *_mine(reader, case))
    keys = union_all(*(select(case.id).where(clause) for clause in beyond), _supported(reader))
    return or_(OffIndex(Case.organisation_id).in_(units_of(reader, "reach")), OffIndex(Case.id).in_(keys))


def in_reach(reader: Reader) -> ColumnElement[bool]:
    """Cases in the reader's subtrees, or offered to them; a named reader's restricted case is in reach."""
    if reader.operator:
        return true()
    subtree = Case.organisation_id.in_(units_of(reader, "reach"))
    return or_(subtree, offered(reader), named_restricted(reader))


def near(reader: Reader) -> ColumnElement[bool]:
    """Cases that the reader owns, leads, registered or supports, alone or with their unit.

    Whose result waits while another owns the case by now may still take it back.
    """
    return or_(*_mine(reader, Case), Case.id.in_(_supported(reader)))


def _mine(reader: Reader, case: Any) -> tuple[ColumnElement[bool], ...]:
    me = _given(reader, "reader_principal")
    waits = and_(
        case.state == literal_column("'resolved'"), case.resolver_id == me, case.resolver_id != case.owner_id
    )
    return (case.owner_id == me, case.lead_officer_id == me, case.registered_by_id == me, waits)


def _supported(reader: Reader) -> Any:
    unit = aliased(Organisation)
    units = select(unit.id).where(_at(reader, "held", unit))
    me = _given(reader, "reader_principal")
    return select(CaseSupporter.case_id).where(
        or_(CaseSupporter.person_id == me, CaseSupporter.organisation_id.in_(units))
    )


def offered(reader: Reader, case: Any = Case) -> ColumnElement[bool]:
    """Cases that are offered to the reader's units, whichever they belong to."""
    within: ColumnElement[bool] = case.offered_to_id.in_(units_of(reader, "role"))
    return within


def _named(reader: Reader) -> Any:
    return select(CaseReader.case_id).where(CaseReader.person_id == _given(reader, "reader_actor"))


def named_restricted(reader: Reader, case: Any = Case) -> ColumnElement[bool]:
    """Restricted cases whose named reader this is, in person."""
    return and_(case.visibility == "restricted", case.id.in_(_named(reader)))


def readable(reader: Reader) -> ColumnElement[bool]:
    """A restricted case is read by its named readers only, and in person."""
    return or_(Case.visibility == "normal", OffIndex(Case.id).in_(_named(reader)))


def only_counted(reader: Reader) -> ColumnElement[bool]:
    """Restricted cases in reach that the reader may not open; judged row by row."""
    hidden = and_(Case.visibility == "restricted", not_(readable(reader)))
    if reader.operator:
        return hidden
    case = aliased(Case)
    offers = select(case.id).where(offered(reader, case))
    return and_(
        hidden,
        or_(OffIndex(Case.organisation_id).in_(units_of(reader, "reach")), OffIndex(Case.id).in_(offers)),
    )


def not_conflicted(reader: Reader) -> ColumnElement[bool]:
    """The subject of a case, and whoever answers to the subject, never sees it."""
    return OffIndex(Case.id).not_in(conflicted_cases(reader))


def conflicted_cases(reader: Reader) -> Any:
    """The keys of the cases whose subject the reader is or answers to."""
    today = _given(reader, "reader_today")
    unit = aliased(Organisation)
    superiors = (
        select(RoleGrant.person_id)
        .join(unit, unit.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.role == "supervisor",
            RoleGrant.valid_from <= today,
            (RoleGrant.valid_until.is_(None)) | (RoleGrant.valid_until >= today),
            _at(reader, "above", unit),
        )
    )
    people = [_given(reader, "reader_actor"), _given(reader, "reader_principal")]
    return select(CaseParty.case_id).where(
        CaseParty.role == "subject", or_(CaseParty.person_id.in_(people), CaseParty.person_id.in_(superiors))
    )
