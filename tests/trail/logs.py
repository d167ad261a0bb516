"""A small log of one case with a signer and a witness, and everything that is made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, UTC
from uuid import UUID, uuid5

from caseflow.trail.bundle import BundleEvent, make_bundle
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.leaf import commitment, disclose, Leaf, leaf_hash, NO_PREVIOUS
from caseflow.trail.merkle import CompactRange, complete_root, consistency_path, inclusion_path, Node
from caseflow.trail.notes import Note, NoteSigner
from caseflow.trail.policy import Policy
from caseflow.trail.proofs import LogProof
from caseflow.trail.witness_request import AddCheckpoint

ORIGIN = "log.example.vn"
CASE = UUID("6f3c0000-0000-4000-8000-000000000001")
SEED = bytes(range(32))
WITNESS_SEED = bytes(range(32, 64))
FIRST = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SEEN = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
STATES = ("new", "assigned", "in_progress", "resolved", "verified")


def nodes_over(hashes: list[bytes]) -> Node:
    """The nodes of a tree that is kept whole in memory."""
    return lambda level, index: complete_root(hashes[index << level : (index + 1) << level])


def root_of(hashes: list[bytes]) -> bytes:
    """The root of some leaf hashes."""
    tree = CompactRange()
    tree.extend(hashes)
    return tree.root()


@dataclass
class SmallLog:
    """A log whose entries are one case's events, each followed by `between` entries of others."""

    events: int = 4
    between: int = 2
    signer: NoteSigner = field(default_factory=lambda: NoteSigner(ORIGIN, SEED))
    witness: Cosigner = field(default_factory=lambda: Cosigner("witness.example.vn", WITNESS_SEED))

    def __post_init__(self) -> None:
        self.leaves: list[bytes] = []
        self.indices: list[int] = []
        self.disclosures: list[list[str]] = []
        previous, state = NO_PREVIOUS, None
        for seq in range(self.events):
            told = [
                disclose("title", f"Vụ việc {seq}", bytes(16)),
                disclose("note", {"n": seq}, bytes([seq] * 16)),
            ]
            leaf = self.leaf(seq, previous, state, told)
            self.indices.append(len(self.leaves))
            self.leaves += [leaf, *(b"other %d %d" % (seq, each) for each in range(self.between))]
            self.disclosures.append(told)
            previous, state = leaf_hash(leaf), STATES[seq % len(STATES)]
        self.hashes = [leaf_hash(leaf) for leaf in self.leaves]

    def leaf(self, seq: int, previous: bytes, state: str | None, told: list[str]) -> bytes:
        """One event of the case."""
        return Leaf(
            subject=CASE,
            seq=seq,
            previous=previous,
            event=uuid5(CASE, str(seq)),
            type="case.registered" if seq == 0 else "case.moved",
            source=state,
            target=STATES[seq % len(STATES)],
            due=datetime(2026, 11, 27, 16, 59, 59, 999999, tzinfo=UTC),
            actor=uuid5(CASE, "actor"),
            at=FIRST + timedelta(hours=seq),
            commitments=tuple(commitment(each) for each in told),
        ).encode()

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """The tree of the first `size` entries."""
        count = len(self.hashes) if size is None else size
        return Checkpoint(ORIGIN, count, root_of(self.hashes[:count]))

    def note(self, size: int | None = None, *, cosigned: bool = True) -> str:
        """The signed checkpoint."""
        signed = Note.parse(self.signer.sign(self.checkpoint(size).body()))
        lines = [self.witness.cosign(signed.text, SEEN)] if cosigned else []
        return signed.with_signatures(lines).encode()

    def proof(self, index: int, note: str | None = None) -> LogProof:
        """The proof of one entry."""
        path = inclusion_path(index, len(self.hashes), nodes_over(self.hashes))
        return LogProof(index, tuple(path), note or self.note())

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof between two sizes."""
        return consistency_path(old, new, nodes_over(self.hashes))

    def request(self, old: int, size: int | None = None) -> bytes:
        """What a witness is asked."""
        count = len(self.hashes) if size is None else size
        return AddCheckpoint(
            old, tuple(self.consistency(old, count)), self.note(size, cosigned=False)
        ).encode()

    def bundle_events(self) -> list[BundleEvent]:
        """The parts of the bundle."""
        return [
            BundleEvent(self.leaves[index], self.proof(index).encode(), told)
            for index, told in zip(self.indices, self.disclosures, strict=True)
        ]

    def bundle(self) -> bytes:
        """The case's evidence bundle."""
        return make_bundle(ORIGIN, CASE, self.bundle_events())

    def policy(self, quorum: str = "thanh-tra") -> Policy:
        """Trusts the log and its witness."""
        text = f"log {self.signer.vkey}\nwitness thanh-tra {self.witness.vkey}\nquorum {quorum}\n"
        return Policy.parse(text)
