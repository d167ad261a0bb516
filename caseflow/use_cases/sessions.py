"""Signing in and out; sessions are held here on the server, the browser holds a random token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, Connection, delete, func, insert, or_, select, Table, update
from sqlalchemy.orm import aliased

from caseflow.adapters.passwords import NOBODY, password_fits
from caseflow.errors import InvalidInput, NotPermitted, NotSignedIn, TooManyAttempts
from caseflow.events import SignedIn
from caseflow.messages import N_, say
from caseflow.models import Person, Session, SignInFailure
from caseflow.queries.access import may_stand_in
from caseflow.states.actor import Actor
from caseflow.states.working_days import vn_date, ZONE
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import ONE_TIME_LASTS, PEOPLE
from caseflow.use_cases.work import Work

SESSIONS: Table = Session.__table__  # type: ignore[assignment]
FAILURES: Table = SignInFailure.__table__  # type: ignore[assignment]

IDLE = timedelta(minutes=30)
OWN_DEVICE_LASTS = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 50


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """A session with the person whose it is."""

    session: int
    actor: Actor
    language: str | None
    must_change_password: bool
    own_device: bool
    password_at: datetime
    last_seen_at: datetime


def digest(text: str) -> str:
    """SHA-256 in hexadecimal: tokens, logins and addresses are stored so."""
    return sha256(text.encode("utf-8")).hexdigest()


def sign_in(
    installation: Installation, login: str, password: str, *, address: str, own_device: bool = False
) -> str:
    """Begin a session; answer its token.

    Raises TooManyAttempts while sign-in is held back, and NotSignedIn with one answer for every wrong
    combination.
    """
    now = installation.clock.now()
    login = login.strip()
    with installation.database.reading() as connection:
        _hold_back(connection, login, address, now)
        row = connection.execute(select(PEOPLE).where(PEOPLE.c.staff_code == login)).first()
    usable = row is not None and row.password_hash is not None and not row.operator and _works_here(row, now)
    fits = password_fits(row.password_hash if usable and row is not None else NOBODY, password)
    if row is None or not (usable and fits):
        _remember_failure(installation, login, address, now)
        raise NotSignedIn(say(N_("The staff code or the password is wrong. Check both and try again.")))
    if row.must_change_password and row.password_issued_at + ONE_TIME_LASTS < now:
        raise NotSignedIn(say(N_("This one-time password has expired. Ask the administrator for a new one.")))
    return _begin(installation, row, address, own_device=own_device)


def _works_here(row: Any, now: datetime) -> bool:
    return row.left_on is None or row.left_on > vn_date(now)


def _hold_back(connection: Connection, login: str, address: str, now: datetime) -> None:
    since = now - WINDOW
    for column, value, most in (
        (FAILURES.c.login_digest, digest(login), FAILURES_PER_LOGIN),
        (FAILURES.c.address_digest, digest(address), FAILURES_PER_ADDRESS),
    ):
        failed, first = connection.execute(
            select(func.count(), func.min(FAILURES.c.at)).where(column == value, FAILURES.c.at > since)
        ).one()
        if failed >= most:
            until = (first + WINDOW).astimezone(ZONE).strftime("%H:%M")
            raise TooManyAttempts(
                say(
                    N_("Too many attempts. Try again after %(time)s, or ask the administrator for help."),
                    time=until,
                )
            )


def _remember_failure(installation: Installation, login: str, address: str, now: datetime) -> None:
    with installation.database.transaction() as connection:
        connection.execute(
            insert(FAILURES),
            {"login_digest": digest(login), "address_digest": digest(address), "at": now},
        )
        connection.execute(delete(FAILURES).where(FAILURES.c.at < now - timedelta(days=1)))


def _begin(installation: Installation, row: Any, address: str, *, own_device: bool) -> str:
    token = secrets.token_urlsafe(32)
    actor = Actor(row.id, row.uuid, row.name, row.position)
    with installation.database.transaction() as connection:
        work = Work(installation, connection, actor)
        connection.execute(
            insert(SESSIONS),
            {
                "token_digest": digest(token),
                "person_id": row.id,
                "own_device": own_device,
                "created_at": work.now,
                "last_seen_at": work.now,
                "password_at": work.now,
            },
        )
        connection.execute(delete(FAILURES).where(FAILURES.c.login_digest == digest(row.staff_code)))
        work.record_in_chain(row.uuid, "person", SignedIn(ip_address=address))
        work.flush()
    return token


_principal = aliased(Person)
_SESSION: Any = (
    select(
        Session.id,
        Session.own_device,
        Session.last_seen_at,
        Session.password_at,
        Person.id.label("person_id"),
        Person.uuid,
        Person.name,
        Person.position,
        Person.left_on,
        Person.language,
        Person.must_change_password,
        _principal.id.label("principal_id"),
        _principal.uuid.label("principal_uuid"),
        _principal.name.label("principal_name"),
        _principal.position.label("principal_position"),
        Session.ended_at,
    )
    .join(Person, Person.id == Session.person_id)
    .outerjoin(_principal, _principal.id == Session.acting_for_id)
    .where(Session.token_digest == bindparam("digest"))
)


def session_of(connection: Connection, token: str, now: datetime) -> SignedInPerson | None:
    """The living session of a token, or None; one query."""
    row = connection.execute(_SESSION, {"digest": digest(token)}).first()
    if row is None or row.ended_at is not None or not _works_here(row, now):
        return None
    if row.last_seen_at + (OWN_DEVICE_LASTS if row.own_device else IDLE) < now:
        return None
    return _signed_in(row)


def _signed_in(row: Any) -> SignedInPerson:
    actor = Actor(row.person_id, row.uuid, row.name, row.position)
    if row.principal_id is not None:
        principal = Actor(row.principal_id, row.principal_uuid, row.principal_name, row.principal_position)
        actor = actor.standing_in_for(principal)
    return SignedInPerson(
        session=row.id,
        actor=actor,
        language=row.language,
        must_change_password=row.must_change_password,
        own_device=row.own_device,
        password_at=row.password_at,
        last_seen_at=row.last_seen_at,
    )


def ended_session_of(connection: Connection, token: str) -> Actor | None:
    """Whose session a token was, living or not: for whom typed text is kept when it has ended."""
    row = connection.execute(_SESSION, {"digest": digest(token)}).first()
    return None if row is None else Actor(row.person_id, row.uuid, row.name, row.position)


def touch_session(installation: Installation, person: SignedInPerson) -> None:
    """Keep a session alive; written at most once a minute."""
    now = installation.clock.now()
    if now - person.last_seen_at < SEEN_EVERY:
        return
    with installation.database.transaction() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.id == person.session).values(last_seen_at=now))


def end_session(installation: Installation, session: int) -> None:
    """Sign out."""
    now = installation.clock.now()
    with installation.database.transaction() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(ended_at=now))


def end_other_sessions(work: Work, session: int) -> None:
    """End every other session of the actor, as after a change of password."""
    work.connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.person_id == work.actor.id, SESSIONS.c.id != session, SESSIONS.c.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def confirm_password(installation: Installation, person: SignedInPerson, password: str) -> None:
    """Enter the password again for what an own device asks it for. Raises InvalidInput."""
    with installation.database.reading() as connection:
        encoded = connection.execute(
            select(PEOPLE.c.password_hash).where(PEOPLE.c.id == person.actor.id)
        ).scalar_one()
    if not password_fits(encoded or NOBODY, password):
        raise InvalidInput.of("password", say(N_("The password is wrong. Enter it again.")))
    now = installation.clock.now()
    with installation.database.transaction() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.id == person.session).values(password_at=now))


def switch_principal(installation: Installation, person: SignedInPerson, principal: int | None) -> None:
    """Act for somebody from now on in this session, or for oneself again (None). Raises NotPermitted."""
    today = vn_date(installation.clock.now())
    with installation.database.transaction() as connection:
        if principal is not None and not may_stand_in(connection, person.actor.id, principal, today):
            raise NotPermitted(say(N_("You hold no approved mandate for this person today.")))
        connection.execute(
            update(SESSIONS).where(SESSIONS.c.id == person.session).values(acting_for_id=principal)
        )


def set_language(installation: Installation, person: int, language: str) -> None:
    """Remember the language in which somebody reads."""
    with installation.database.transaction() as connection:
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(language=language))


def forget_old_sessions(work: Work) -> None:
    """Delete sessions that ended long ago."""
    old = work.now - OWN_DEVICE_LASTS * 2
    work.connection.execute(
        delete(SESSIONS).where(or_(SESSIONS.c.ended_at < old, SESSIONS.c.last_seen_at < old))
    )
