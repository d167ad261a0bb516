"""What outsiders have signed: each comparison is checked again, and none may know of events that came later."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, UTC
from pathlib import Path

from caseflow.messages import Message, say
from caseflow.trail.checking import wording
from caseflow.trail.checking.leaves import Tell
from caseflow.trail.checking.report import Findings, GARBLED
from caseflow.trail.checking.rows import Row, Tables
from caseflow.trail.policy import NONE, Policy, shown
from caseflow.trail.refusals import TrailError

SKEW = timedelta(minutes=5)
"""How far the clocks of this server and of a witness may lie apart, and how long an event may wait for its seal."""
ROWS = "SELECT witness, size, root, witnessed_at, note FROM cosignatures ORDER BY size"

AskedAt = Callable[[int], datetime | None]
"""When a witness was last handed the checkpoint of that size to sign at leisure; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness saw the first `size` events, with this root; `floor` is the time below which no later one lies."""

    witness: str
    size: int
    root: bytes
    floor: str
    at: datetime


def valid_cosignatures(
    tables: Tables, policy: Policy | None, asked_at: AskedAt, findings: Findings
) -> tuple[Seen, ...]:
    """The comparisons that hold; the others are findings."""
    kept = []
    for row in tables.rows(ROWS):
        try:
            seen, why = _look_at(policy, asked_at, *row)
        except GARBLED as problem:
            seen, why = None, say(wording.GARBLED, why=str(problem))
        if why is not None:
            findings.add("cosignature", say(wording.BAD_COSIGNATURE, witness=row[0], size=row[1], why=why))
        elif seen is not None:
            kept.append(seen)
    return tuple(kept)


def _look_at(
    policy: Policy | None, asked_at: AskedAt, witness: str, size: int, root: bytes, stored_at: str, note: str
) -> tuple[Seen, Message | None]:
    at = datetime.fromisoformat(stored_at).replace(tzinfo=UTC)
    reached = min(at, asked_at(size) or at)
    seen = Seen(witness, size, bytes(root), _stored(reached - SKEW), at)
    return seen, _why_not(policy, witness, size, bytes(root), at, note)


def _why_not(
    policy: Policy | None, witness: str, size: int, root: bytes, at: datetime, note: str
) -> Message | None:
    if policy is None:
        return Message(wording.NO_POLICY)
    try:
        accepted = replace(policy, quorum=NONE).accept(note)
    except TrailError as wrong:
        return wrong.message
    same = (accepted.checkpoint.size, accepted.checkpoint.root) == (size, root)
    signed = any((shown(one.name), one.at) == (witness, at) for one in accepted.witnessed)
    return None if same and signed else Message(wording.NOT_OVER_THIS)


def _stored(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def compare_roots(seen: Iterable[Seen], roots: dict[int, bytes], findings: Findings) -> None:
    """The tree at each size must be the one that the witness saw."""
    for one in seen:
        if one.size in roots and roots[one.size] != one.root:
            findings.add(
                "cosignature", say(wording.FORK, size=one.size, witness=one.witness), index=one.size - 1
            )


class Floor:
    """From which number on no event may be earlier than when."""

    def __init__(self, seen: Iterable[Seen]) -> None:
        self._sizes: list[int] = []
        self._latest: list[Seen] = []
        for one in sorted(seen, key=lambda each: each.size):
            if not self._latest or one.floor > self._latest[-1].floor:
                self._sizes.append(one.size)
                self._latest.append(one)

    def latest(self, rows: list[Row]) -> str:
        """The latest floor under any of these events."""
        found = self._under(rows[-1][0])
        return found.floor if found else ""

    def check(self, row: Row, tell: Tell) -> None:
        """Say so where the event is earlier than a witness's time on a tree without it."""
        found = self._under(row[0])
        if found is not None and row[6] < found.floor:
            at = datetime.fromisoformat(row[6]).replace(tzinfo=UTC)
            tell("backdated", say(wording.BACKDATED, at=at, witness=found.witness, seen=found.at))

    def _under(self, index: int | None) -> Seen | None:
        place = len(self._sizes) if not isinstance(index, int) else bisect_right(self._sizes, index)
        return self._latest[place - 1] if place else None


def asked_from(folder: Path) -> AskedAt:
    """When a checkpoint was exported for a witness, by the file that was kept of it."""

    def asked_at(size: int) -> datetime | None:
        try:
            return datetime.fromtimestamp((folder / f"{size}.checkpoint").stat().st_mtime, UTC)
        except OSError:
            return None

    return asked_at
