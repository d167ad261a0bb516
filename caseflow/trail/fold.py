"""Reading a trail back: the chain of one subject, checked link by link and folded into what was true at its end.

It trusts nothing but the bytes of the leaves and the disclosures that come with them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from caseflow.states.working_days import vn_date
from caseflow.trail.case_facts import CaseFacts, Step, stored_instant, UNKNOWN
from caseflow.trail.case_folds import take_in
from caseflow.trail.leaf import commitment, leaf_hash, NO_PREVIOUS, read_disclosure

KEYS = frozenset({"v", "case", "seq", "prev", "event", "type", "from", "to", "due", "actor", "at", "_sd"})


class BrokenChain(Exception):
    """The events of a subject do not follow from one another. `seq` is the place of the first that does not."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"event {seq}: {why}")
        self.seq = seq
        self.why = why


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it was kept: the exact bytes of its leaf, and the disclosures that are still there."""

    leaf: bytes
    disclosures: Sequence[str] = ()


def replay(entries: Iterable[Entry]) -> dict[str, Any]:
    """What was true after the last event of a case's chain.

    Keys: `state`, `deadline`, `first_deadline`, `organisation` (code), `owner` (id), `expected_outcome`,
    `first_expected_outcome`, `outcome`, `completion`, `resolver` (id), `resolved_on`, `cancel_kind`, `field`,
    `period`, `extensions_granted`, `submissions`, `reopenings`, `seq` (how many events), `head` (the last
    leaf's hash) and `last_at`. A value whose disclosure is withheld or erased is missing. Raises BrokenChain.
    """
    facts, told_of_chain = CaseFacts(), dict[str, Any]()
    for leaf, told in read_chain(entries):
        take_in(facts, told, step_of(leaf, complete=len(told) == len(leaf["_sd"])))
        told_of_chain = {
            "seq": leaf["seq"] + 1,
            "head": leaf["hash"],
            "last_at": datetime.fromisoformat(leaf["at"]),
        }
    known = {name: getattr(facts, name) for name in REPLAYED}
    days = {name: date.fromisoformat(known[name]) for name in DAYS if isinstance(known[name], str)}
    return {k: v for k, v in (known | days).items() if v is not UNKNOWN} | told_of_chain


REPLAYED = (
    "state", "deadline", "first_deadline", "organisation", "owner", "expected_outcome", "first_expected_outcome",
    "outcome", "completion", "resolver", "resolved_on", "cancel_kind", "field", "period", "extensions_granted",
    "submissions", "reopenings",
)  # fmt: skip
DAYS = ("deadline", "first_deadline", "resolved_on")


def step_of(leaf: Mapping[str, Any], *, complete: bool) -> Step:
    """A leaf that was read, as a step of its chain. `complete` says that all its disclosures are there."""
    due = leaf["due"]
    return Step(
        type=leaf["type"],
        seq=leaf["seq"],
        source=leaf["from"],
        target=leaf["to"],
        deadline=None if due is None else vn_date(datetime.fromisoformat(due)).isoformat(),
        actor=leaf["actor"],
        at=stored_instant(leaf["at"]),
        absent=None if complete else UNKNOWN,
    )


def read_chain(entries: Iterable[Entry]) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Each leaf with what its disclosures tell, once it was found to follow from the one before. Raises BrokenChain."""
    before: dict[str, Any] | None = None
    head, state = NO_PREVIOUS, None
    for seq, entry in enumerate(entries):
        leaf = _parse(seq, entry.leaf)
        _follow(seq, leaf, before, head)
        if leaf["to"] is not None or leaf["from"] is not None or state is not None:
            state = _lead(seq, leaf, state)
        head, before = leaf_hash(entry.leaf), leaf
        yield leaf | {"hash": head}, _tell(seq, leaf, entry.disclosures)


def _lead(seq: int, leaf: Mapping[str, Any], state: str | None) -> str:
    """The state that an event leads to: once a subject has had one it keeps having one, from its first event on."""
    if leaf["from"] != state:
        raise BrokenChain(seq, f"comes from {leaf['from']!r}, but the one before led to {state!r}")
    if leaf["to"] is None:
        raise BrokenChain(seq, f"leads from {state!r} to no state")
    if seq and state is None:
        raise BrokenChain(seq, f"is the first with a state, {leaf['to']!r}, but not the first")
    return str(leaf["to"])


def _parse(seq: int, data: bytes) -> dict[str, Any]:
    try:
        leaf = json.loads(data)
    except ValueError:
        raise BrokenChain(seq, "is not JSON") from None
    if not isinstance(leaf, dict) or leaf.keys() != KEYS or leaf["v"] != 1:
        raise BrokenChain(seq, "does not have the twelve keys of this format")
    if leaf["_sd"] != sorted(leaf["_sd"]):
        raise BrokenChain(seq, "lists its commitments out of order")
    return leaf


def _follow(seq: int, leaf: Mapping[str, Any], before: Mapping[str, Any] | None, head: bytes) -> None:
    if leaf["seq"] != seq:
        raise BrokenChain(seq, f"calls itself {leaf['seq']}")
    if leaf["prev"] != head.hex():
        raise BrokenChain(seq, "does not name the hash of the one before")
    if before is not None and leaf["case"] != before["case"]:
        raise BrokenChain(seq, "is of another subject")
    if before is not None and leaf["at"] < before["at"]:
        raise BrokenChain(seq, "is earlier than the one before")


def _tell(seq: int, leaf: Mapping[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for disclosure in disclosures:
        if commitment(disclosure) not in leaf["_sd"]:
            raise BrokenChain(seq, "comes with a disclosure that it never committed to")
        name, value = read_disclosure(disclosure)
        told[name] = value
    return told
