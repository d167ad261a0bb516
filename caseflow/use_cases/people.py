"""People and their passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, Table, update

from caseflow.adapters.passwords import fingerprint_of, fits_nobody, PasswordHolder
from caseflow.errors import InvalidInput, NotFound
from caseflow.events import (
    OrganisationRef,
    PasswordChanged,
    PasswordIssued,
    PersonAdded,
    PersonChanged,
)
from caseflow.messages import N_, say
from caseflow.models import Organisation, Person
from caseflow.settings import Settings
from caseflow.states.folding import fold, sort_key_vi, tidy
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.organisations import organisation_row, require_administrator
from caseflow.use_cases.work import Work

PEOPLE: Table = Person.__table__  # type: ignore[assignment]
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_LENGTH = 12
ONE_TIME_LASTS = timedelta(days=30)
SHORTEST_PASSWORD = 10


def add_person(
    work: Work,
    *,
    staff_code: str,
    name: str,
    position: str,
    organisation: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> str:
    """Make a person known, without an account; answer the staff code. Raises NotPermitted and InvalidInput."""
    unit = _unit(work, organisation)
    require_administrator(work, unit.path if unit else None)
    staff_code, name, position = tidy(staff_code), tidy(name), tidy(position)
    _check(work, staff_code, name, position)
    identity = uuid4()
    work.connection.execute(
        insert(PEOPLE),
        {
            "uuid": identity,
            "staff_code": staff_code,
            "name": name,
            "position": position,
            "organisation_id": unit.id if unit else None,
            "email": email or None,
            "phone": phone or None,
            "sort_key": sort_key_vi(name),
            "search_text": fold(f"{name} {staff_code} {position}"),
        },
    )
    event = PersonAdded(
        staff_code=staff_code,
        name=name,
        position=position,
        organisation=OrganisationRef(unit.code, unit.name) if unit else None,
        email=email or None,
        phone=phone or None,
    )
    work.record_in_chain(identity, "person", event)
    return staff_code


def _unit(work: Work, code: str | None) -> Any:
    if not code:
        return None
    row = organisation_row(work, code)
    if row is None:
        message = say(N_("There is no unit “%(code)s”. Choose a known one."), code=code)
        raise InvalidInput.of("organisation", message, code)
    return row


def _check(work: Work, staff_code: str, name: str, position: str) -> None:
    for field, value in (("staff_code", staff_code), ("name", name), ("position", position)):
        if not value or len(value) > (60 if field == "staff_code" else 500):
            raise InvalidInput.of(
                field, say(N_("Enter this field; at most 60 characters for a code.")), value
            )
    if find_person(work, staff_code) is not None:
        message = say(N_("There is a person with the staff code “%(code)s” already."), code=staff_code)
        raise InvalidInput.of("staff_code", message, staff_code)


def find_person(work: Work, staff_code: str) -> Any:
    """The stored person with that staff code, or None."""
    return _find(work.connection, staff_code)


def _find(connection: Connection, staff_code: str) -> Any:
    return connection.execute(select(PEOPLE).where(PEOPLE.c.staff_code == staff_code)).first()


def known_person(work: Work, staff_code: str) -> Any:
    """The stored person with that staff code. Raises InvalidInput for an unknown one."""
    return _known(work.connection, staff_code)


def _known(connection: Connection, staff_code: str) -> Any:
    row = _find(connection, staff_code)
    if row is None:
        message = say(N_("There is no person “%(code)s”. Choose a known one."), code=staff_code)
        raise InvalidInput.of("staff_code", message, staff_code)
    return row


def change_person(
    work: Work,
    staff_code: str,
    *,
    name: str | None = None,
    position: str | None = None,
    organisation: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    left_on: date | None = None,
) -> str:
    """Change what is known of a person; what is None stays, an empty e-mail or phone is taken away."""
    row = known_person(work, staff_code)
    unit = _unit(work, organisation)
    require_administrator(work, path_of_person(work, row))
    if unit is not None:
        require_administrator(work, unit.path)
    given: dict[str, Any] = {
        "name": tidy(name) if name else None,
        "position": tidy(position) if position else None,
        "email": email,
        "phone": phone,
        "left_on": left_on,
    }
    changed = {k: v or None for k, v in given.items() if v is not None and (v or None) != getattr(row, k)}
    before: dict[str, object] = {k: getattr(row, k) for k in changed}
    cleared = tuple(k for k, v in changed.items() if v is None)
    stored = dict(changed)
    if unit is not None and unit.id != row.organisation_id:
        stored["organisation_id"] = unit.id
        changed["organisation"] = OrganisationRef(unit.code, unit.name)
    if not changed:
        raise InvalidInput.of("name", say(N_("Nothing was changed. Change at least one field.")))
    full = {"name": row.name, "position": row.position} | {k: v for k, v in stored.items() if k in given}
    stored["sort_key"] = sort_key_vi(full["name"])
    stored["search_text"] = fold(f"{full['name']} {staff_code} {full['position']}")
    work.connection.execute(update(PEOPLE).where(PEOPLE.c.id == row.id).values(stored))
    work.forget_access()
    work.record_in_chain(row.uuid, "person", PersonChanged(before=before, cleared=cleared or None, **changed))
    return staff_code


def path_of_person(work: Work, row: Any) -> str | None:
    """The path of the person's unit, or None."""
    if row.organisation_id is None:
        return None
    return work.connection.execute(
        select(Organisation.path).where(Organisation.id == row.organisation_id)
    ).scalar_one()


def holder_of(settings: Settings, row: Any) -> PasswordHolder:
    """The person stored as `row`, as holder of a password."""
    return PasswordHolder(settings.derived_key("password"), row.id, row.uuid)


def is_password_of(settings: Settings, row: Any, password: str) -> bool:
    """Whether it is the password of the person stored as `row`; without an account (or None) it takes as long."""
    if row is None or not row.password_hash:
        return fits_nobody(password)
    holder = holder_of(settings, row)
    return holder.fits(row.password_hash, password, one_time=row.must_change_password)


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A one-time password with its hash, which takes long to make: before the transaction, not in it."""

    password: str
    stored: str

    @classmethod
    def make(cls, installation: Installation, staff_code: str) -> FirstPassword:
        """A fresh one for that person. Raises InvalidInput for an unknown staff code."""
        with installation.database.reading() as connection:
            row = _known(connection, staff_code)
        return cls.of(holder_of(installation.settings, row))

    @classmethod
    def of(cls, holder: PasswordHolder) -> FirstPassword:
        """A fresh one for a known person."""
        password = "".join(secrets.choice(ONE_TIME_ALPHABET) for _ in range(ONE_TIME_LENGTH))
        return cls(password, holder.hash(password, one_time=True))


def issue_password(work: Work, staff_code: str, first: FirstPassword | None = None) -> str:
    """Give a one-time password that is shown once and must be changed at the first sign-in; answer it."""
    row = known_person(work, staff_code)
    require_administrator(work, path_of_person(work, row))
    first = first or FirstPassword.of(holder_of(work.installation.settings, row))
    fingerprint = _store_password(work, row.id, first.stored, one_time=True)
    work.record_in_chain(row.uuid, "person", PasswordIssued(fingerprint=fingerprint))
    return first.password


def set_password(work: Work, person: int, password: str, *, one_time: bool) -> str:
    """Store the hash of a password; answer its fingerprint, which tells nothing but whether it is still the same."""
    row = work.connection.execute(select(PEOPLE.c.id, PEOPLE.c.uuid).where(PEOPLE.c.id == person)).one()
    stored = holder_of(work.installation.settings, row).hash(password, one_time=one_time)
    return _store_password(work, person, stored, one_time=one_time)


def _store_password(work: Work, person: int, stored: str, *, one_time: bool) -> str:
    work.connection.execute(
        update(PEOPLE)
        .where(PEOPLE.c.id == person)
        .values(password_hash=stored, must_change_password=one_time, password_issued_at=work.now)
    )
    return fingerprint_of(stored)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that somebody chose, hashed before the transaction that stores it, and the hash that it replaces."""

    former: str
    stored: str

    @classmethod
    def chosen(cls, settings: Settings, row: Any, current: str, new: str) -> NewPassword:
        """What the person stored as `row` chose. Raises InvalidInput, naming the field."""
        if row is None or row.password_hash is None:
            raise NotFound
        if not is_password_of(settings, row, current):
            raise _wrong_password()
        if len(new) < SHORTEST_PASSWORD or len(new) > 200:
            message = say(N_("Choose a password of at least %(n)d characters."), n=SHORTEST_PASSWORD)
            raise InvalidInput.of("new", message)
        if new == current or row.staff_code.casefold() in new.casefold():
            raise InvalidInput.of(
                "new", say(N_("Choose a password that is new and does not hold the staff code."))
            )
        return cls(row.password_hash, holder_of(settings, row).hash(new, one_time=False))


def _wrong_password() -> InvalidInput:
    return InvalidInput.of("current", say(N_("The present password is wrong. Enter it again.")))


def change_password(work: Work, chosen: NewPassword) -> None:
    """Replace one's own password, unless somebody has replaced it meanwhile. Raises InvalidInput."""
    own = work.connection.execute(select(PEOPLE.c.password_hash).where(PEOPLE.c.id == work.actor.id)).scalar()
    if own != chosen.former:
        raise _wrong_password()
    fingerprint = _store_password(work, work.actor.id, chosen.stored, one_time=False)
    work.record_in_chain(work.actor.uuid, "person", PasswordChanged(fingerprint=fingerprint))
