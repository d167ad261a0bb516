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
from caseflow.trail.leaf import commitment, leaf_hash, NO_PREVIOUS, read_disclosure

KEYS = frozenset({"v", "case", "seq", "prev", "event", "type", "from", "to", "due", "actor", "at", "_sd"})

Told = Mapping[str, Any]


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
    facts: dict[str, Any] = {"extensions_granted": 0, "submissions": 0, "reopenings": 0}
    for leaf, told in read_chain(entries):
        _state(facts, leaf)
        if fold := _FOLDS.get(leaf["type"]):
            fold(facts, told, leaf)
    return facts


def read_chain(entries: Iterable[Entry]) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Each leaf with what its disclosures tell, once it was found to follow from the one before. Raises BrokenChain."""
    before: dict[str, Any] | None = None
    head, state = NO_PREVIOUS, None
    for seq, entry in enumerate(entries):
        leaf = _parse(seq, entry.leaf)
        _follow(seq, leaf, before, head)
        if leaf["to"] is not None or leaf["from"] is not None:
            if leaf["from"] != state:
                raise BrokenChain(seq, f"comes from {leaf['from']!r}, but the one before led to {state!r}")
            state = leaf["to"]
        head, before = leaf_hash(entry.leaf), leaf
        yield leaf | {"hash": head}, _tell(seq, leaf, entry.disclosures)


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


# --- what each type of event says ------------------------------------------------------------------


def _state(facts: dict[str, Any], leaf: Mapping[str, Any]) -> None:
    facts["state"] = leaf["to"]
    facts["deadline"] = _day(leaf["due"])
    if facts.get("first_deadline") is None:
        facts["first_deadline"] = facts["deadline"]
    facts["seq"], facts["head"] = leaf["seq"] + 1, leaf["hash"]
    facts["last_at"] = datetime.fromisoformat(leaf["at"])


def _day(due: str | None) -> date | None:
    return None if due is None else vn_date(datetime.fromisoformat(due))


def _take(facts: dict[str, Any], told: Told, *names: str) -> None:
    facts.update({name: told[name] for name in names if name in told})


def _identity(facts: dict[str, Any], told: Told, name: str, key: str) -> None:
    if name in told:
        facts[name] = told[name][key]


def _registered(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["owner"] = None
    _identity(facts, told, "organisation", "code")
    _take(facts, told, "field", "period", "expected_outcome")


def _imported(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _registered(facts, told, leaf)
    _identity(facts, told, "owner", "id")
    _first_outcome(facts)
    _take(facts, told, "outcome", "completion")


def _first_outcome(facts: dict[str, Any]) -> None:
    if facts.get("first_expected_outcome") is None and "expected_outcome" in facts:
        facts["first_expected_outcome"] = facts["expected_outcome"]


def _assigned(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _identity(facts, told, "owner", "id")
    _take(facts, told, "expected_outcome")
    _first_outcome(facts)


def _edited(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _take(facts, told, "expected_outcome", "field")


def _reassigned(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _identity(facts, told, "owner", "id")


def _revised(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _take(facts, told, "expected_outcome")


def _extended(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["extensions_granted"] += 1


def _resolved(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["submissions"] += 1
    facts["resolver"] = told["acting_for"]["id"] if "acting_for" in told else leaf["actor"]
    _take(facts, told, "outcome", "completion")
    if "resolved_on" in told:
        facts["resolved_on"] = date.fromisoformat(told["resolved_on"])


def _result_cleared(facts: dict[str, Any]) -> None:
    facts.update(dict.fromkeys(("outcome", "completion", "resolver", "resolved_on", "cancel_kind")))


def _returned(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    _result_cleared(facts)


def _withdrawn(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["submissions"] -= 1
    _result_cleared(facts)


def _cancelled(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    if "kind" in told:
        facts["cancel_kind"] = told["kind"]


def _transferred(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["owner"] = None
    _identity(facts, told, "organisation", "code")


def _reopened(facts: dict[str, Any], told: Told, leaf: Told) -> None:
    facts["reopenings"] += 1
    _result_cleared(facts)
    _assigned(facts, told, leaf)


_FOLDS = {
    "case.registered": _registered,
    "case.imported": _imported,
    "case.edited": _edited,
    "case.assigned": _assigned,
    "case.reassigned": _reassigned,
    "case.outcome_revised": _revised,
    "case.extended": _extended,
    "case.resolved": _resolved,
    "case.withdrawn": _withdrawn,
    "case.returned": _returned,
    "case.cancelled": _cancelled,
    "case.transferred": _transferred,
    "case.reopened": _reopened,
}
