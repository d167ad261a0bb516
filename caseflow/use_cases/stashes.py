"""What somebody had typed when it could not be taken: kept encrypted, for that account alone, for 7 days."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, delete, insert, select, Table

from caseflow.adapters.sealed_text import open_text, seal_text
from caseflow.models import StashedForm
from caseflow.states.actor import Actor
from caseflow.use_cases.contributions import FileRef, stage_file
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.perform import perform
from caseflow.use_cases.work import Work

STASHES: Table = StashedForm.__table__  # type: ignore[assignment]
KEPT = timedelta(days=7)
MOST_KEPT = 20
"""Forms kept for one person; the oldest go first."""
PURPOSE = "stash"

Pairs = list[tuple[str, str]]


def stash_form(work: Work, path: str, pairs: Pairs, files: Iterable[FileRef] = ()) -> None:
    """Put by what the actor typed on the page `path`, in place of what was put by there before."""
    mine = (STASHES.c.person_id == work.actor.id, STASHES.c.path == path)
    work.connection.execute(delete(STASHES).where(*mine))
    payload = seal_text(_key(work.installation), json.dumps([work.actor.id, path, pairs]), PURPOSE)
    row = {"person_id": work.actor.id, "path": path, "payload": payload, "created_at": work.now}
    work.connection.execute(insert(STASHES), row)
    _forget_old(work)
    for file in files:
        stage_file(work, path, file)


def _forget_old(work: Work) -> None:
    newest = (
        select(STASHES.c.id)
        .where(STASHES.c.person_id == work.actor.id)
        .order_by(STASHES.c.id.desc())
        .limit(MOST_KEPT)
    )
    surplus = (STASHES.c.person_id == work.actor.id) & STASHES.c.id.not_in(newest)
    work.connection.execute(delete(STASHES).where(surplus | (STASHES.c.created_at < work.now - KEPT)))


def stashed(installation: Installation, connection: Connection, actor: Actor, path: str) -> Pairs | None:
    """What this person had typed on that page, or None."""
    payload = connection.execute(
        select(STASHES.c.payload).where(
            STASHES.c.person_id == actor.id,
            STASHES.c.path == path,
            STASHES.c.created_at >= installation.clock.now() - KEPT,
        )
    ).scalar_one_or_none()
    if payload is None:
        return None
    try:
        person, page, pairs = json.loads(open_text(_key(installation), payload, PURPOSE))
    except InvalidTag:  # put by under another key: nobody reads it any longer
        return None
    return [(name, value) for name, value in pairs] if (person, page) == (actor.id, path) else None


def drop_stash(installation: Installation, actor: Actor, path: str) -> None:
    """Forget what was put by for a page, if anything was."""
    mine = (STASHES.c.person_id == actor.id, STASHES.c.path == path)
    with installation.database.reading() as connection:
        found = connection.execute(select(STASHES.c.id).where(*mine)).first()
    if found is not None:
        perform(installation, actor, _drop, path)


def _drop(work: Work, path: str) -> None:
    mine = (STASHES.c.person_id == work.actor.id, STASHES.c.path == path)
    work.connection.execute(delete(STASHES).where(*mine))


def _key(installation: Installation) -> bytes:
    return installation.settings.derived_key(PURPOSE)
