"""What the program put by for people in passing: answers to repeated requests, forms half filled in, files staged."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, or_, select

from caseflow.adapters.sealed_text import open_text
from caseflow.use_cases.contributions import STAGED
from caseflow.use_cases.perform import KEYS, KEYS_KEPT
from caseflow.use_cases.stashes import KEPT, PURPOSE, STASHES
from caseflow.use_cases.work import Work

STAGED_KEPT = timedelta(days=7)
"""A file put down with a form that nobody sent is forgotten after so long."""


def forget_put_by(work: Work, code: str, texts: Collection[str], digests: Collection[str | None]) -> None:
    """Forget whatever was put by that is about the case, holds one of the texts or files, or is out of date."""
    about = f"%{code}%"
    work.connection.execute(
        delete(KEYS).where(
            or_(KEYS.c.path.like(about), KEYS.c.answer.like(about), KEYS.c.created_at < work.now - KEYS_KEPT)
        )
    )
    work.connection.execute(
        delete(STAGED).where(or_(STAGED.c.path.like(about), STAGED.c.created_at < work.now - STAGED_KEPT))
    )
    work.connection.execute(
        delete(STAGED).where(STAGED.c.sha256.in_([one for one in digests if one]), STAGED.c.name.in_(texts))
    )
    _forget_stashes(work, code, texts)


def _forget_stashes(work: Work, code: str, texts: Collection[str]) -> None:
    key = work.installation.settings.derived_key(PURPOSE)
    rows = work.connection.execute(
        select(STASHES.c.id, STASHES.c.path, STASHES.c.payload, STASHES.c.created_at)
    ).all()
    for row in rows:
        old = row.created_at < work.now - KEPT
        if old or code in row.path or _holds(key, row.payload, texts):
            work.connection.execute(delete(STASHES).where(STASHES.c.id == row.id))


def _holds(key: bytes, payload: bytes, texts: Collection[str]) -> bool:
    """Whether a form holds one of the texts; one that nobody can read any longer may."""
    try:
        _person, _path, pairs = json.loads(open_text(key, payload, PURPOSE))
    except InvalidTag:
        return True
    return any(text in value for _name, value in pairs for text in texts)
