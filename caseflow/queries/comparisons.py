"""What outsiders have compared: kept in the database, believed by their signatures alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from caseflow.models import Cosignature
from caseflow.trail.notes import Note
from caseflow.trail.policy import Accepted, NONE, Policy, shown
from caseflow.trail.refusals import TrailError

TRIED = 200
"""Rows that are looked at, the newest first: false ones are passed over."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An outsider compared the log at `size` with what they had seen before. `note` is what they signed.

    `enough` says whether the policy's quorum is met by this note.
    """

    witness: str
    at: datetime
    size: int
    note: str
    enough: bool


def proven(note: str, policy_file: Path) -> Comparison | None:
    """The comparison that a cosigned checkpoint proves to who believes `policy_file`; None where it proves none."""
    try:
        return _proven(note, policy_file.read_bytes())
    except (OSError, TrailError):
        return None


def comparisons(
    connection: Connection,
    policy_file: Path,
    *,
    witness: str | None = None,
    sizes: tuple[int, int] | None = None,
) -> Iterator[Comparison]:
    """Proven comparisons, those of the largest trees first; of one `witness`, or of trees within `sizes`."""
    statement = select(Cosignature.note).order_by(Cosignature.size.desc(), Cosignature.id.desc()).limit(TRIED)
    if witness is not None:
        statement = statement.where(Cosignature.witness == witness)
    if sizes is not None:
        statement = statement.where(Cosignature.size.between(*sizes))
    for note in connection.execute(statement).scalars().all():
        found = proven(str(note), policy_file)
        if found is not None and (sizes is None or sizes[0] <= found.size <= sizes[1]):
            yield found


@lru_cache(maxsize=64)
def _proven(note: str, policy: bytes) -> Comparison | None:
    trusted = Policy.parse(policy)
    accepted = replace(trusted, quorum=NONE).accept(note)
    newest = max(accepted.witnessed, key=lambda one: one.at, default=None)
    if newest is None:
        return None
    return Comparison(
        shown(newest.name), newest.at, accepted.checkpoint.size, note, _is_enough(trusted, accepted)
    )


def _is_enough(policy: Policy, accepted: Accepted) -> bool:
    return policy.satisfied_by({one.name for one in accepted.witnessed})


def merged(note: str, others: Iterator[Comparison]) -> str:
    """The checkpoint `note` with the signatures of those of `others` that are over the same three lines."""
    tree = Note.parse(note)
    same = (found for one in others if (found := Note.parse(one.note)).text == tree.text)
    return tree.with_signatures(line for one in same for line in one.signatures).encode()
