"""Who asks, and what they ask with: read once a request, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy import Connection

from caseflow.errors import NotSignedIn
from caseflow.messages import N_, say
from caseflow.queries.access import Access, access_of
from caseflow.queries.cases import Total
from caseflow.queries.scope import Reader, reader_of
from caseflow.queries.sessions import HeldSession
from caseflow.queries.state_totals import totals_by_state
from caseflow.states.actor import Actor
from caseflow.states.working_days import Calendar, vn_date
from caseflow.use_cases import perform as door
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.stashes import drop_stash
from caseflow.use_cases.work import Work

P = ParamSpec("P")
T = TypeVar("T")

INSTALLATION = "caseflow"
PASSWORD_IS_RECENT = timedelta(minutes=10)
NOT_TEXT = frozenset({"csrf_token", "once"})


def installation() -> Installation:
    """The installation that this application serves."""
    found: Installation = current_app.extensions[INSTALLATION]
    return found


def now() -> datetime:
    """The instant of this request: the same however often it is asked for."""
    if "now" not in g:
        g.now = installation().clock.now()
    instant: datetime = g.now
    return instant


def today() -> date:
    """The Vietnamese day of this request."""
    return vn_date(now())


def connection() -> Connection:
    """One snapshot of the database for this request; a fresh one after a change."""
    if "reading" not in g:
        g.reading = ExitStack()
        g.connection = g.reading.enter_context(installation().database.reading())
    opened: Connection = g.connection
    return opened


def look_afresh() -> None:
    """Forget what was read: something has changed, or the request is over."""
    reading: ExitStack | None = g.pop("reading", None)
    for name in ("connection", "access", "work", "reader", "totals"):
        g.pop(name, None)
    if reading is not None:
        reading.close()


def current_session() -> HeldSession | None:
    """The reader's session, or None for who is not signed in."""
    user = current_user
    return user.session if user.is_authenticated else None


def current_actor() -> Actor:
    """Who acts; `principal` is whom they have switched to act for. Raises NotSignedIn."""
    session = current_session()
    if session is None:
        raise NotSignedIn(say(N_("Sign in to go on.")))
    return session.actor


def current_access() -> Access:
    """What the reader, or whom they act for, holds today. Raises NotSignedIn."""
    if "access" not in g:
        actor = current_actor()
        principal = actor.principal or actor
        g.access = access_of(connection(), {principal.id}, today())[principal.id]
    found: Access = g.access
    return found


def current_reader() -> Reader:
    """The reader whom lists and counts are for; one query a request. Raises NotSignedIn."""
    if "reader" not in g:
        g.reader = reader_of(connection(), current_actor(), today())
    found: Reader = g.reader
    return found


def state_totals() -> dict[str, Total]:
    """The totals of the reader's lists by state, for menu and page alike; asked once a request. Raises NotSignedIn."""
    if "totals" not in g:
        g.totals = totals_by_state(connection(), current_reader())
    found: dict[str, Total] = g.totals
    return found


def calendar() -> Calendar:
    """The calendar in force."""
    return installation().calendar(connection())


def reading_work() -> Work:
    """A Work for queries and use cases that only look; nothing that it writes is kept."""
    if "work" not in g:
        g.work = Work(installation(), connection(), current_actor())
    found: Work = g.work
    return found


def do(deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do one deed in one transaction as the reader; afterwards pages read afresh."""
    answer = door.perform(installation(), current_actor(), deed, *args, **kwargs)
    _settled()
    return answer


def do_once(deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `do`, but once for the form's `once` token: a double click gets the first answer.

    The deed's answer must be plain JSON. Raises KeyReused when the token came with other text.
    """
    token = request.form.get("once", "")
    if not token:
        return do(deed, *args, **kwargs)
    key = door.Key.of(request.path, token, _typed())
    answer = door.perform_once(installation(), current_actor(), key, deed, *args, **kwargs)
    _settled()
    return answer


def _typed() -> bytes:
    """What was typed, as one value: the same text is the same request."""
    pairs = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TEXT]
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    return sha256(repr((pairs, files)).encode()).digest()


def _settled() -> None:
    """What was typed here is done: nothing is put by any longer."""
    look_afresh()
    drop_stash(installation(), current_actor(), request.path)


def password_is_recent() -> bool:
    """Whether the password was given lately enough for deeds that an open device must not do by itself."""
    session = current_session()
    if session is None:
        return False
    return not session.own_device or now() - session.password_at < PASSWORD_IS_RECENT
