"""What the register says of the subjects of chains: how many events each has, and which case it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from caseflow.trail.checking.leaves import Chain, word_of
from caseflow.trail.checking.rows import dashed, Row, Tables

CASES = "SELECT uuid, id, code, seq FROM cases WHERE uuid IN ({})"
CHAINS = "SELECT subject, seq FROM chains WHERE subject IN ({})"
BEFORE = "SELECT leaf, at, state, deadline FROM events WHERE subject = ? AND seq = ?"


class Subjects:
    """Opens chains as their first events come by."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def open(self, subjects: Iterable[str]) -> dict[str, Chain]:
        """A chain for each subject, with what the register says of it."""
        wanted = set(subjects)
        opened = {
            uuid: Chain(dashed(uuid), end, case_id, code)
            for uuid, case_id, code, end in self._tables.among(CASES, wanted)
        }
        others = self._tables.among(CHAINS, wanted - opened.keys())
        opened |= {uuid: Chain(dashed(uuid), end) for uuid, end in others}
        return opened | {uuid: Chain(dashed(uuid), None) for uuid in wanted - opened.keys()}

    def resume(self, row: Row) -> Chain:
        """The chain of an event whose chain is not in hand: as it stands before the event, if it stands at all."""
        chain = self.open([row[3]])[row[3]]
        before = self._tables.first(BEFORE, [row[3], row[4] - 1])
        if before is not None:
            leaf, chain.at, chain.state, chain.deadline = before
            chain.head = hashlib.sha256(b"\0" + leaf).hexdigest()
            chain.word, chain.count = word_of(chain.state), row[4]
            chain.resumed = chain.end is not None and chain.end <= row[4]
        return chain

    def code_of(self, uuid: str) -> str | None:
        """The code of the case with that stored id; None where it is none."""
        found = self._tables.first("SELECT code FROM cases WHERE uuid = ?", [uuid])
        return None if found is None else str(found[0])
