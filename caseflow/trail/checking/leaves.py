"""One event against its leaf: authentication code, form, columns, and the chain that it continues.

An honest event's leaf ends, to the byte, as its columns and the event before it say it must: that one comparison
is all that it costs (`walk`). Only where it fails is the leaf taken apart, here, to say what is wrong.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from caseflow.messages import Message, say
from caseflow.states.working_days import vn_date
from caseflow.trail.checking import wording
from caseflow.trail.checking.rows import dashed, Row
from caseflow.trail.checking.saying import differs, shown
from caseflow.trail.leaf_form import BadLeaf, read_leaf

HEAD = b'{"_sd":['
COMMITMENTS = re.compile(rb'(?:"[A-Za-z0-9_-]{43}"(?:,"[A-Za-z0-9_-]{43}")*)?')
NO_PREVIOUS = "0" * 64
_BLOCK = 64


def mac_maker(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 under one key, with the key's share of the work done once."""
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def mac(data: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(data)
        around.update(within.digest())
        return around.digest()

    return mac


@dataclass(slots=True)
class Chain:
    """Where a subject's chain stands. `end` is how many events the register counts; None where it has no row.

    `case_id` and `code` are of its case, `facts` what it has told; `pending` are the commitments without
    disclosure, by event. `resumed` is a chain that goes on after the register says that it ended.
    """

    subject: str
    end: int | None
    case_id: int | None = None
    code: str | None = None
    count: int = 0
    head: str = NO_PREVIOUS
    at: str = ""
    state: str | None = None
    word: str = "null"
    deadline: str | None = None
    event: str | None = None
    index: int | None = None
    facts: Any = None
    resumed: bool = False
    pending: dict[str, tuple[int | None, set[str]]] = field(default_factory=dict)


WORDS: dict[str | None, str] = {None: "null"}
"""States as leaves write them, as far as they were met."""


def word_of(state: str | None) -> str:
    """A state as the leaf writes it."""
    if state not in WORDS:
        WORDS[state] = f'"{state}"'
    return WORDS[state]


Tell = Callable[[str, Message], None]
"""Told kind and message of what is wrong with the event in hand."""


def take_apart(row: Row, chain: Chain, actor: str | None, tell: Tell) -> dict[str, Any] | None:
    """Say what is wrong with an event whose leaf is not as expected; answer the leaf, where it can be read."""
    try:
        leaf = read_leaf(row[9])
    except BadLeaf as bad:
        tell("leaf", say(wording.BAD_LEAF, why=bad.message))
        return None
    _compare_columns(row, chain, leaf, actor, tell)
    _compare_chain(chain, leaf, tell)
    return leaf


def _compare_columns(row: Row, chain: Chain, leaf: dict[str, Any], actor: str | None, tell: Tell) -> None:
    _, _, uuid, _, seq, kind, at, _, _, _, _, state, deadline, *_ = row
    beside = {
        "event": (dashed(uuid), leaf["event"]),
        "subject": (chain.subject, leaf["case"]),
        "seq": (seq, leaf["seq"]),
        "type": (kind, leaf["type"]),
        "at": (f"{at[:10]}T{at[11:]}Z", leaf["at"]),
        "actor": (actor, leaf["actor"]),
        "state": (state, leaf["to"]),
        "deadline": (deadline, day_of(leaf["due"])),
    }
    for name, (found, told) in beside.items():
        if found != told:
            tell("column", differs(wording.COLUMN, name, found, told))


def day_of(due: str | None) -> str | None:
    """The day of a deadline as a leaf writes it."""
    return None if due is None else vn_date(datetime.fromisoformat(due)).isoformat()


def _compare_chain(chain: Chain, leaf: dict[str, Any], tell: Tell) -> None:
    if leaf["seq"] != chain.count:
        tell("chain", say(wording.SEQ, seq=leaf["seq"], expected=chain.count))
    if leaf["prev"] != chain.head:
        tell("chain", say(wording.PREVIOUS))
    if leaf["to"] is None and leaf["from"] is None and chain.state is None:
        return
    if leaf["from"] != chain.state:
        tell(
            "chain", say(wording.STATES, found=shown(leaf["from"], "state"), told=shown(chain.state, "state"))
        )
    elif leaf["to"] is None:
        tell("chain", say(wording.NO_STATE, told=shown(chain.state, "state")))
    elif chain.state is None and chain.count:
        tell("chain", say(wording.LATE_STATE))
