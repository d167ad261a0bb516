"""The one way in: opens THE transaction, knows a repeated key, keeps refused attempts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import bindparam, Connection, delete, insert, select, Table

from caseflow.errors import Attempt, KeptRefusal, KeyReused, NotPermitted
from caseflow.events import AttemptRefused
from caseflow.messages import N_, say
from caseflow.models import IdempotencyKey
from caseflow.queries.access import may_stand_in
from caseflow.states.actor import Actor
from caseflow.use_cases.held_case import CASES
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import recorded
from caseflow.use_cases.work import Work

P = ParamSpec("P")
T = TypeVar("T")

KEYS: Table = IdempotencyKey.__table__  # type: ignore[assignment]
KEYS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: it belongs to caller and path, and to one body."""

    path: str
    key: str
    body_digest: str

    @classmethod
    def of(cls, path: str, key: str, body: bytes) -> Key:
        """The key for a request with that body."""
        return cls(path, key[:200], sha256(body).hexdigest())


def perform(
    installation: Installation,
    actor: Actor,
    deed: Callable[Concatenate[Work, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do one deed in one transaction.

    A refusal rolls everything back; want of right and a wrong state are then kept as attempts in the
    actor's own chain, in a transaction of their own. Where CASEFLOW_SEAL is `wait`, the answer comes once
    what was recorded is sealed.
    """
    with _attempts_kept(installation, actor), installation.database.transaction() as connection:
        work = Work(installation, connection, actor)
        answer = _do(work, deed, *args, **kwargs)
    recorded(installation, work.last_event)
    return answer


def perform_bulk(
    installation: Installation,
    actor: Actor,
    deed: Callable[Concatenate[Work, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do a deed of many deeds in one transaction: rows are gathered, news are filed as history.

    Refusals as in `perform`.
    """
    with _attempts_kept(installation, actor), installation.database.transaction() as connection:
        work = Work(installation, connection, actor, gather=True, quiet=True)
        answer = _do(work, deed, *args, **kwargs)
    recorded(installation, work.last_event)
    return answer


def rehearse(
    installation: Installation,
    actor: Actor,
    deed: Callable[Concatenate[Work, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do a deed that only reads, on a snapshot of which nothing is kept: the check before an import."""
    with installation.database.reading() as connection:
        return _do(Work(installation, connection, actor), deed, *args, **kwargs)


def perform_once(
    installation: Installation,
    actor: Actor,
    key: Key,
    deed: Callable[Concatenate[Work, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Do a deed whose answer is plain JSON once for this key; a repetition gets the first answer.

    Raises KeyReused when the key came with another body.
    """
    return perform(installation, actor, _once(actor, key, deed), *args, **kwargs)


def perform_bulk_once(
    installation: Installation,
    actor: Actor,
    key: Key,
    deed: Callable[Concatenate[Work, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """As `perform_once`, for a deed of many deeds."""
    return perform_bulk(installation, actor, _once(actor, key, deed), *args, **kwargs)


def _once(
    actor: Actor, key: Key, deed: Callable[Concatenate[Work, P], T]
) -> Callable[Concatenate[Work, P], T]:
    def once(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> T:
        row = work.connection.execute(_FIND, {"person": actor.id, "path": key.path, "key": key.key}).first()
        if row is not None:
            if row.body_digest != key.body_digest:
                raise KeyReused(say(N_("This key was used for another request. Send a new key.")))
            answer: T = json.loads(row.answer)
            return answer
        answer = deed(work, *args, **kwargs)
        work.flush()
        _remember(work, actor, key, answer)
        return answer

    return once


@contextmanager
def _attempts_kept(installation: Installation, actor: Actor) -> Iterator[None]:
    try:
        yield
    except KeptRefusal as refusal:
        _keep_attempt(installation, actor, refusal)
        raise


def _do(work: Work, deed: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    actor = work.actor
    if actor.principal is not None and not may_stand_in(
        work.connection, actor.id, actor.principal.id, work.today
    ):
        raise NotPermitted(
            say(
                N_("You no longer stand in for %(name)s. Act for yourself, or ask for a new mandate."),
                name=actor.principal.name,
            )
        )
    answer = deed(work, *args, **kwargs)
    work.flush()
    return answer


_FIND = select(KEYS.c.body_digest, KEYS.c.answer).where(
    KEYS.c.person_id == bindparam("person"), KEYS.c.path == bindparam("path"), KEYS.c.key == bindparam("key")
)


def _remember(work: Work, actor: Actor, key: Key, answer: object) -> None:
    work.connection.execute(
        insert(KEYS),
        {
            "person_id": actor.id,
            "path": key.path,
            "key": key.key,
            "body_digest": key.body_digest,
            "answer": json.dumps(answer),
            "created_at": work.now,
        },
    )
    work.connection.execute(delete(KEYS).where(KEYS.c.created_at < work.now - KEYS_KEPT))


def _keep_attempt(installation: Installation, actor: Actor, refusal: KeptRefusal) -> None:
    with installation.database.transaction() as connection:
        work = Work(installation, connection, actor)
        attempt = refusal.attempt
        event = AttemptRefused(
            case_code=attempt.case if attempt else "",
            action=attempt.action if attempt else "",
            code=refusal.code,
            rule=str(refusal.message),
        )
        about = _still_there(connection, attempt) if attempt else None
        work.record_in_chain(actor.uuid, "person", event, about_case=about)
    recorded(installation, work.last_event)


def _still_there(connection: Connection, attempt: Attempt) -> int | None:
    """The key of the case that was tried; None for one that was only made in what has been rolled back."""
    tried = select(CASES.c.id).where(CASES.c.id == attempt.case_id, CASES.c.code == attempt.case)
    row = connection.execute(tried).first()
    return None if row is None else attempt.case_id
