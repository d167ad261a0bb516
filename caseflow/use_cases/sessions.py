"""Signing in and out, and sessions held on the server."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, Table, update

from caseflow.adapters.session_seal import SessionRow
from caseflow.errors import InvalidInput, NotPermitted, TooManyAttempts
from caseflow.events import SignedIn
from caseflow.i18n import LANGUAGES
from caseflow.messages import N_, say
from caseflow.models import Person, Session, SignInFailure, StandIn
from caseflow.queries.access import may_stand_in
from caseflow.queries.sessions import HeldSession, seal_key
from caseflow.settings import Settings
from caseflow.states.actor import Actor
from caseflow.states.folding import tidy
from caseflow.states.working_days import vn_date
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import (
    change_password,
    is_password_of,
    NewPassword,
    ONE_TIME_LASTS,
    PEOPLE,
)
from caseflow.use_cases.perform import perform
from caseflow.use_cases.work import Work

SESSIONS: Table = Session.__table__  # type: ignore[assignment]
FAILURES: Table = SignInFailure.__table__  # type: ignore[assignment]

_SEALED = tuple(one.name for one in fields(SessionRow))

WINDOW = timedelta(minutes=15)
FAILURES_OF_LOGIN = 5
FAILURES_OF_ADDRESS = 50
SESSIONS_KEPT = timedelta(days=30)
"""How long an ended session is remembered, so that what was typed in it still finds its account."""
LONGEST = 200
"""Characters of a login or password that are looked at."""
_ONE_AT_A_TIME = threading.Lock()
"""Checking a password takes 64 MB on purpose; many at once would take the machine."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun. The token goes to the browser and is kept nowhere."""

    token: str
    actor: Actor


def token_digest(settings: Settings, token: str) -> str:
    """What is stored of a token: nobody without the key of HOME makes it for a token of their own."""
    return hmac.new(settings.derived_key("session"), token.encode("utf-8"), sha256).hexdigest()


def sign_in(
    installation: Installation, login: str, password: str, *, address: str, own_device: bool = False
) -> NewSession:
    """Begin a session for a staff code and its password.

    `address` is where the request came from. Raises TooManyAttempts, which says when to try again, and
    InvalidInput; an unknown code is refused like a wrong password, and takes as long.
    """
    login = tidy(login)[:LONGEST]
    row = checked_person(installation, login, password, address=address)
    _refuse_stale(row, installation.clock.now())
    return begin_session(
        installation, Actor(row.id, row.uuid, row.name, row.position), address=address, own_device=own_device
    )


def checked_person(installation: Installation, login: str, password: str, *, address: str) -> Any:
    """The person with that staff code and password. Raises as `sign_in`.

    The attempt counts as failed until it has succeeded, so that guesses sent at once are counted too.
    """
    attempt = _count_attempt(installation, login, address)
    row = _person(installation, login)
    with _ONE_AT_A_TIME:
        fits = is_password_of(installation.settings, row, password[:LONGEST])
    if not fits:
        raise InvalidInput.of(
            "password", say(N_("The staff code or the password is wrong. Enter both again."))
        )
    with installation.database.transaction() as connection:
        connection.execute(delete(FAILURES).where(FAILURES.c.login_digest == attempt))
    return row


def _person(installation: Installation, login: str) -> Any:
    with installation.database.reading() as connection:
        return connection.execute(select(PEOPLE).where(PEOPLE.c.staff_code == login)).first()


def _refuse_stale(row: Any, now: datetime) -> None:
    if row.left_on is not None and row.left_on <= vn_date(now):
        raise InvalidInput.of("login", say(N_("This account has ended. Ask the unit's administrator.")))
    issued = row.password_issued_at
    if row.must_change_password and issued is not None and now - issued > ONE_TIME_LASTS:
        message = say(
            N_("The first password was valid for %(days)d days. Ask the unit's administrator for a new one."),
            days=ONE_TIME_LASTS.days,
        )
        raise InvalidInput.of("password", message)


def _count_attempt(installation: Installation, login: str, address: str) -> str:
    """Count an attempt as a failure, unless there have been too many; answer the login's digest."""
    now = installation.clock.now()
    by_login = _digest(installation, login.casefold())
    by_address = _digest(installation, address)
    with installation.database.transaction() as connection:
        connection.execute(delete(FAILURES).where(FAILURES.c.at <= now - WINDOW))
        _refuse_flood(connection, FAILURES.c.login_digest, by_login, FAILURES_OF_LOGIN)
        _refuse_flood(connection, FAILURES.c.address_digest, by_address, FAILURES_OF_ADDRESS)
        row = {"login_digest": by_login, "address_digest": by_address, "at": now}
        connection.execute(insert(FAILURES), row)
    return by_login


def _refuse_flood(connection: Connection, column: Any, digest: str, most: int) -> None:
    count, oldest = connection.execute(
        select(func.count(), func.min(FAILURES.c.at)).where(column == digest)
    ).one()
    if count >= most:
        message = say(
            N_("Too many failed attempts to sign in. Try again after %(when)s."), when=oldest + WINDOW
        )
        raise TooManyAttempts(message)


def _digest(installation: Installation, text: str) -> str:
    """Logins and addresses are counted, not kept."""
    return hmac.new(installation.settings.derived_key("sign-in"), text.encode(), sha256).hexdigest()


def begin_session(
    installation: Installation, actor: Actor, *, address: str, own_device: bool = False
) -> NewSession:
    """Begin a session for somebody whose password has been checked; the sign-in is recorded."""
    token = secrets.token_urlsafe(32)
    perform(installation, actor, _begin, token, address, own_device)
    return NewSession(token, actor)


def _begin(work: Work, token: str, address: str, own_device: bool) -> None:
    settings = work.installation.settings
    row = SessionRow(
        token_digest=token_digest(settings, token),
        person_id=work.actor.id,
        person=work.actor.uuid,
        acting_for_id=None,
        own_device=own_device,
        created_at=work.now,
        last_seen_at=work.now,
        password_at=work.now,
        ended_at=None,
    )
    work.connection.execute(insert(SESSIONS), _sealed(settings, row))
    work.connection.execute(delete(SESSIONS).where(SESSIONS.c.last_seen_at < work.now - SESSIONS_KEPT))
    work.record_in_chain(work.actor.uuid, "person", SignedIn(ip_address=address or None))


def _sealed(settings: Settings, row: SessionRow) -> dict[str, Any]:
    """The values of a session's row, with their seal."""
    values = asdict(row)
    del values["person"]  # the row names its person by the key alone
    return values | {"seal": row.seal(seal_key(settings))}


def _change(connection: Connection, settings: Settings, session: int, **changes: Any) -> None:
    """Change a session and seal it again; a row that others have touched is left without a seal that fits."""
    names = [PEOPLE.c.uuid.label(one) if one == "person" else SESSIONS.c[one] for one in _SEALED]
    this = select(*names, SESSIONS.c.seal).join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
    found = connection.execute(
        this.where(SESSIONS.c.id == session).with_for_update(of=SESSIONS)
    ).one_or_none()
    if found is None:
        return
    *values, seal = found
    row = SessionRow(*values)
    if row.bears(seal_key(settings), seal):
        new = _sealed(settings, replace(row, **changes))
        connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(new))


def sign_out(work: Work, session: int) -> None:
    """End a session."""
    _change(work.connection, work.installation.settings, session, ended_at=work.now)


def touch_session(installation: Installation, session: int) -> None:
    """Note that a session is in use; callers do so at most once a minute."""
    with installation.database.transaction() as connection:
        _change(connection, installation.settings, session, last_seen_at=installation.clock.now())


def confirm_password(installation: Installation, held: HeldSession, password: str, *, address: str) -> None:
    """Give the password again in a session that stays open for long. Raises as `sign_in`."""
    checked_person(installation, held.staff_code, password, address=address)
    with installation.database.transaction() as connection:
        _change(connection, installation.settings, held.id, password_at=installation.clock.now())


def check_choice(installation: Installation, actor: Actor, current: str, new: str) -> NewPassword:
    """A new password that the actor chose, ready to be stored: hashing takes long, and nobody waits for it.

    Raises InvalidInput, naming the field.
    """
    with installation.database.reading() as connection:
        row = connection.execute(select(PEOPLE).where(PEOPLE.c.id == actor.id)).first()
    with _ONE_AT_A_TIME:
        return NewPassword.chosen(installation.settings, row, current[:LONGEST], new)


def choose_password(work: Work, session: int, chosen: NewPassword) -> None:
    """Take a new password; every other session of the person ends. Raises InvalidInput, naming the field."""
    change_password(work, chosen)
    settings = work.installation.settings
    others = (SESSIONS.c.person_id == work.actor.id, SESSIONS.c.id != session, SESSIONS.c.ended_at.is_(None))
    for other in work.connection.execute(select(SESSIONS.c.id).where(*others)).scalars().all():
        _change(work.connection, settings, other, ended_at=work.now)
    _change(work.connection, settings, session, password_at=work.now)


def speak(work: Work, language: str) -> None:
    """Keep in which language the person reads. Raises InvalidInput."""
    if language not in LANGUAGES:
        message = say(
            N_("“%(language)s” is not offered. Choose one of: %(all)s."), language=language, all=LANGUAGES
        )
        raise InvalidInput.of("language", message, language)
    work.connection.execute(update(PEOPLE).where(PEOPLE.c.id == work.actor.id).values(language=language))


def act_for(work: Work, session: int, mandate: UUID | None) -> None:
    """Switch the session to act under an approved mandate in force, or (None) for oneself again.

    Raises NotPermitted.
    """
    principal = None if mandate is None else _principal_of(work, mandate)
    _change(work.connection, work.installation.settings, session, acting_for_id=principal)


def _principal_of(work: Work, mandate: UUID) -> int:
    row = work.connection.execute(
        select(StandIn.principal_id, Person.name)
        .join(Person, Person.id == StandIn.principal_id)
        .where(StandIn.uuid == mandate, StandIn.stand_in_id == work.actor.id)
    ).first()
    if row is None or not may_stand_in(work.connection, work.actor.id, row.principal_id, work.today):
        raise NotPermitted(say(N_("There is no approved mandate in force for this. Ask for one first.")))
    principal: int = row.principal_id
    return principal
