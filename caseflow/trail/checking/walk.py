"""Every event once, in the order of the log: each against its leaf, its chain, the tree, and what it discloses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Protocol

from caseflow.messages import Message, say
from caseflow.trail.checking import wording
from caseflow.trail.checking.indices import Indices
from caseflow.trail.checking.leaves import (
    Chain,
    COMMITMENTS,
    day_of,
    HEAD,
    mac_maker,
    take_apart,
    Tell,
    word_of,
    WORDS,
)
from caseflow.trail.checking.report import Findings, GARBLED
from caseflow.trail.checking.rows import dashed, Row, sealed_events, Tables, waiting_events
from caseflow.trail.checking.subjects import Subjects
from caseflow.trail.checking.witnesses import Floor
from caseflow.trail.leaf import leaf_hash

BATCH = 256
"""Events read at once: as many as a bundle of the published log holds."""
FINISHED = 250
"""Chains that are compared with their rows together."""

Progress = Callable[[int], None]


class Reading(Protocol):
    """What is done with each event beyond its leaf, and with each chain at its end."""

    def look(self, row: Row, chain: Chain, actor: str | None, items: list[bytes], tell: Tell) -> None:
        """Look at the disclosures of an event and at what they make of its subject."""

    def compare(self, chains: Iterable[Chain]) -> None:
        """Compare what whole chains told with the tables."""


class Walk:
    """One pass over all events of a snapshot; `events` counts them as it goes.

    `deep` says whether the events are read with what they disclose.
    """

    def __init__(
        self,
        tables: Tables,
        writer_key: bytes,
        findings: Findings,
        indices: Indices,
        subjects: Subjects,
        floor: Floor,
        reading: Reading,
        *,
        deep: bool,
    ) -> None:
        self._tables, self._findings, self._indices = tables, findings, indices
        self._subjects, self._floor, self._reading = subjects, floor, reading
        self._mac = mac_maker(writer_key)
        self._deep = deep
        self._chains: dict[str, Chain] = {}
        self._finished: list[Chain] = []
        self.events = 0

    def run(self, progress: Progress) -> None:
        """Read everything; what is found goes to the findings."""
        for events in (sealed_events, waiting_events):
            for rows in events(self._tables, disclosures=self._deep, size=BATCH):
                self._take(rows)
                self.events += len(rows)
                progress(self.events)
                if len(self._finished) >= FINISHED:
                    self._compare_finished()
        self._indices.end()
        self._finished += self._chains.values()
        self._compare_finished()

    def _compare_finished(self) -> None:
        self._reading.compare(self._finished)
        self._finished = []

    def _take(self, rows: list[Row]) -> None:
        """The loop that everything passes through: no step here that an honest event does not need.

        That the commitments are listed in form and order follows, read deep, from their being equal to the digests.
        """
        self._open_chains(rows)
        mac, sha256, chains, people = self._mac, hashlib.sha256, self._chains, self._tables.people
        words = WORDS
        matches, indices, deep, floor = (
            COMMITMENTS.fullmatch,
            self._indices,
            self._deep,
            self._floor.latest(rows),
        )
        leaves: list[bytes] = []
        hashes: list[bytes] = []
        indices.rows, expected = rows, indices.next
        for row in rows:
            try:
                index, _, uuid, subject, seq, kind, at, actor_id, _, leaf, row_mac, state, deadline, *_ = row
                chain = chains.get(subject) or self._late_chain(row)
                actor = people.get(actor_id)
                due = "null" if deadline is None else f'"{deadline}T16:59:59.999999Z"'
                target, source = (
                    (words.get(state) or word_of(state)),
                    ("null" if state is None else chain.word),
                )
                tail = (
                    f'],"actor":"{actor}","at":"{at[:10]}T{at[11:]}Z","case":"{chain.subject}","due":{due},'
                    f'"event":"{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}","from":{source},'
                    f'"prev":"{chain.head}","seq":{seq},"to":{target},"type":"{kind}","v":1}}'
                ).encode()
                listed = leaf[8 : -len(tail)]
                items = listed[1:-1].split(b'","') if listed else []
                if (
                    not leaf.endswith(tail)
                    or chain.count != seq
                    or at < chain.at
                    or not leaf.startswith(HEAD)
                    or (seq and (state is None) is not (chain.state is None))
                    or (not deep and (not matches(listed) or items != sorted(items)))
                ):
                    row = self._off(row, chain, actor)
                    state, deadline, at = row[11], row[12], row[6]
                if mac(leaf) != row_mac:
                    self._tell(row, chain, "mac", say(wording.FALSE_MAC))
                if at < floor:
                    self._floor.check(row, self._teller(row, chain))
                if deep:
                    self._reading.look(row, chain, actor, items, self._teller(row, chain))
                found = sha256(b"\0" + leaf)
                if index is not None:
                    if index != expected:
                        indices.take(leaves, hashes)
                        leaves, hashes = [], []
                    if index == expected or indices.jump(index, self._teller(row, chain)):
                        leaves.append(leaf)
                        hashes.append(found.digest())
                        expected = index + 1
                chain.head, chain.count, chain.at, chain.event, chain.index = (
                    found.hexdigest(),
                    row[4] + 1,
                    at,
                    row[2],
                    index,
                )
                if state is not None:
                    chain.state, chain.word, chain.deadline = (
                        state,
                        words.get(state) or word_of(state),
                        deadline,
                    )
                if chain.count == chain.end:
                    self._finished.append(chain)
                    del chains[subject]
            except GARBLED as problem:
                self._tell_garbled(row, problem)
                if row[0] == expected:
                    leaves.append(row[9] if isinstance(row[9], bytes) else b"")
                    hashes.append(leaf_hash(leaves[-1]))
                    expected += 1
        indices.take(leaves, hashes)

    def _open_chains(self, rows: list[Row]) -> None:
        beginning = {row[3] for row in rows if row[4] == 0 and isinstance(row[3], str)} - self._chains.keys()
        if beginning:
            self._chains.update(self._subjects.open(beginning))

    def _late_chain(self, row: Row) -> Chain:
        """A chain whose beginning is missing, or that goes on after the register says that it ended."""
        chain = self._subjects.resume(row)
        if chain.resumed:
            message = say(wording.CHAIN_LENGTH, found=chain.end, told=row[4] + 1)
            self._tell(row, chain, "case" if chain.case_id else "chain", message)
        self._chains[row[3]] = chain
        return chain

    def _off(self, row: Row, chain: Chain, actor: str | None) -> Row:
        """Say what is wrong with a leaf; answer the row as its leaf tells it, where that can be read."""
        tell = self._teller(row, chain)
        leaf = take_apart(row, chain, actor, tell)
        if row[6] < chain.at:
            tell("chain", say(wording.EARLIER))
        if leaf is None:
            return row
        values = list(row)
        values[4], values[5], values[11], values[12] = (
            leaf["seq"],
            leaf["type"],
            leaf["to"],
            day_of(leaf["due"]),
        )
        return tuple(values)

    def _tell_garbled(self, row: Row, problem: Exception) -> None:
        chain = self._chains.get(row[3])
        message = say(wording.GARBLED, why=str(problem))
        self._findings.add("leaf", message, chain.code if chain else None, dashed(row[2]), row[0])

    def _teller(self, row: Row, chain: Chain) -> Tell:
        return lambda kind, message: self._tell(row, chain, kind, message)

    def _tell(self, row: Row, chain: Chain, kind: str, message: Message) -> None:
        self._findings.add(kind, message, chain.code, dashed(row[2]), row[0])
