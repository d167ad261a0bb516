"""Organisations and teams: adding, changing, ending them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select, Table, update

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.events import OrganisationAdded, OrganisationChanged, PersonRef
from caseflow.messages import N_, say
from caseflow.models import Organisation, Person
from caseflow.models.organisation import LEVELS
from caseflow.states.folding import fold, tidy
from caseflow.use_cases.work import Work

ORGANISATIONS: Table = Organisation.__table__  # type: ignore[assignment]
ADMINISTRATOR = "administrator"


def require_administrator(work: Work, path: str | None) -> None:
    """Refuse who is neither the operator nor an administrator at `path` or above (None: anywhere)."""
    own = work.access(work.actor.id)
    if work.actor.operator or (own.holds(ADMINISTRATOR, path) if path else own.has(ADMINISTRATOR)):
        return
    raise NotPermitted(say(N_("Only an administrator of the unit or above may do this. Ask one of them.")))


def require_top_administrator(work: Work) -> None:
    """Refuse who is neither the operator nor an administrator of a top organisation: for what all share."""
    own = work.access(work.actor.id)
    if work.actor.operator or any(path.count("/") == 2 for path in own.paths(ADMINISTRATOR)):
        return
    message = N_("Only an administrator of the top organisation may do this. Ask one of them.")
    raise NotPermitted(say(message))


def add_organisation(
    work: Work,
    *,
    code: str,
    name: str,
    unit: str,
    kind: str,
    level: str,
    parent: str | None = None,
    valid_from: date,
    valid_until: date | None = None,
    head: str | None = None,
) -> str:
    """Add an organisation or a team beneath `parent` (its code); answer its code.

    `head` is the staff code of a team's head. Raises NotPermitted and InvalidInput.
    """
    above = _parent(work, parent)
    require_administrator(work, above.path if above else "/")
    code, name, unit = tidy(code), tidy(name), tidy(unit) or tidy(name)
    _check(work, code, name, level, valid_from, valid_until)
    leader = _head(work, level, head)
    key = _next_key(work)
    identity = uuid4()
    row: dict[str, Any] = {
        "id": key,
        "uuid": identity,
        "code": code,
        "name": name,
        "unit": unit,
        "kind": kind or level,
        "level": level,
        "parent_id": above.id if above else None,
        "path": f"{above.path if above else '/'}{key}/",
        "head_id": leader.id if leader else None,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "search_text": fold(f"{code} {name} {unit}"),
    }
    work.connection.execute(ORGANISATIONS.insert(), row)
    event = OrganisationAdded(
        code=code,
        name=name,
        unit=unit,
        level=level,
        kind=kind or level,
        parent=parent or None,
        valid_from=valid_from,
        valid_until=valid_until,
        head=PersonRef(str(leader.uuid), leader.name, leader.position) if leader else None,
    )
    work.record_in_chain(identity, "organisation", event)
    return code


def _next_key(work: Work) -> int:
    last = work.connection.execute(
        select(ORGANISATIONS.c.id).order_by(ORGANISATIONS.c.id.desc()).limit(1)
    ).scalar()
    return (last or 0) + 1


def _parent(work: Work, code: str | None) -> Any:
    if not code:
        return None
    row = organisation_row(work, code)
    if row is None:
        raise InvalidInput.of(
            "parent", say(N_("There is no unit “%(code)s”. Choose a known one."), code=code), code
        )
    return row


def organisation_row(work: Work, code: str) -> Any:
    """The stored organisation with that code, or None."""
    return work.connection.execute(select(ORGANISATIONS).where(ORGANISATIONS.c.code == code)).first()


def _check(work: Work, code: str, name: str, level: str, valid_from: date, valid_until: date | None) -> None:
    if not code or len(code) > 60:
        raise InvalidInput.of("code", say(N_("Enter a code of 1 to 60 characters.")), code)
    if not name or len(name) > 500:
        raise InvalidInput.of("name", say(N_("Enter a name of 1 to 500 characters.")), name)
    if level not in LEVELS:
        message = say(
            N_("“%(level)s” is no level. Choose one of: %(levels)s."), level=level, levels=", ".join(LEVELS)
        )
        raise InvalidInput.of("level", message, level)
    if valid_until is not None and valid_until < valid_from:
        raise InvalidInput.of("valid_until", say(N_("The end lies before the beginning.")), valid_until)
    if organisation_row(work, code) is not None:
        message = say(N_("There is a unit “%(code)s” already. Choose another code."), code=code)
        raise InvalidInput.of("code", message, code)


def _head(work: Work, level: str, staff_code: str | None) -> Any:
    if level == "team" and not staff_code:
        raise InvalidInput.of("head", say(N_("A team has a named head. Choose one.")))
    if not staff_code:
        return None
    row = work.connection.execute(
        select(Person.id, Person.uuid, Person.name, Person.position).where(Person.staff_code == staff_code)
    ).first()
    if row is None:
        message = say(N_("There is no person “%(code)s”. Choose a known one."), code=staff_code)
        raise InvalidInput.of("head", message, staff_code)
    return row


def change_organisation(
    work: Work,
    code: str,
    *,
    name: str | None = None,
    unit: str | None = None,
    valid_until: date | None = None,
    head: str | None = None,
) -> str:
    """Rename, end or give another head to an organisation; what is None stays."""
    row = organisation_row(work, code)
    if row is None:
        raise InvalidInput.of(
            "code", say(N_("There is no unit “%(code)s”. Choose a known one."), code=code), code
        )
    require_administrator(work, row.path)
    leader = _head(work, row.level, head) if head else None
    given: dict[str, Any] = {"name": name, "unit": unit, "valid_until": valid_until}
    changed = {k: v for k, v in given.items() if v is not None and v != getattr(row, k)}
    before: dict[str, object] = {k: getattr(row, k) for k in changed}
    if valid_until is not None and valid_until < row.valid_from:
        raise InvalidInput.of("valid_until", say(N_("The end lies before the beginning.")), valid_until)
    if not changed and leader is None:
        raise InvalidInput.of("name", say(N_("Nothing was changed. Change at least one field.")))
    stored = changed | ({"head_id": leader.id} if leader else {})
    if {"name", "unit"} & changed.keys():
        merged = {"name": row.name, "unit": row.unit} | changed
        stored["search_text"] = fold(f"{code} {merged['name']} {merged['unit']}")
    work.connection.execute(update(ORGANISATIONS).where(ORGANISATIONS.c.id == row.id).values(stored))
    ref = PersonRef(str(leader.uuid), leader.name, leader.position) if leader else None
    work.record_in_chain(row.uuid, "organisation", OrganisationChanged(before=before, head=ref, **changed))
    return code
