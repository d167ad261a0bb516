"""From indices in the database to a signed checkpoint on disk; it takes up again wherever a crash left it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import CompactRange
from caseflow.trail.notes import Note
from caseflow.trail.refusals import TrailError
from caseflow.trail.signer import refused, Signed, Signing
from caseflow.trail.tiles import TileFolder

CHUNK = 4_000
"""Leaves that are appended at once: what publishing holds in memory."""

Hashed = tuple[Sequence[bytes], Sequence[bytes]]
"""Leaves and their hashes."""
Leaves = Callable[[int, int], Hashed]
"""`leaves(start, stop)`: the leaves with these indices, from the database, with their hashes."""


class Publisher:
    """Appends leaves to the tiles, has the tree signed and publishes the checkpoint: in this order.

    Whoever uses it holds the lock of sealing. The tree on disk is only ever taken for as large as its
    published checkpoint says: whatever lies beyond is written again, to the same bytes.
    """

    def __init__(self, folder: TileFolder, signer: Signing) -> None:
        self._folder = folder
        self._signer = signer
        self._range = CompactRange()
        self._note: str | None = None
        self._signed: Signed | None = None

    @property
    def size(self) -> int:
        """How many entries the published checkpoint covers, when last looked at."""
        return self._range.size

    def look(self) -> int:
        """Take in what another process may have published meanwhile; answer how many entries are published."""
        note = self._folder.checkpoint()
        if note != self._note or note is None:
            self._range, self._note, self._signed = self._read(note), note, None
        return self._range.size

    def signed(self) -> Signed:
        """The tree that the signer signed last. Raises what the signer raises."""
        if self._signed is None:
            self._signed = self._signer.signed()
        return self._signed

    def publish(self, size: int, leaves: Leaves) -> None:
        """Publish the log of `size` entries. Raises SignerRefused, SignerMoved, and OSError of the disk."""
        signed = self.signed()
        if size < signed.size:
            raise refused(size)
        if self._range.size > signed.size:
            self._bring_up(signed)
        while self._range.size < size:
            signed = self.signed()
            stop = min(size, self._range.size + CHUNK)
            if self._range.size < signed.size:
                stop = min(stop, signed.size)  # up to the tree that is signed already, and compare there
            self._extend(*leaves(self._range.size, stop), signed)

    def _extend(self, leaves: Sequence[bytes], hashes: Sequence[bytes], signed: Signed) -> None:
        """Add some leaves; where the tree reaches what is signed, or goes on from there, publish it."""
        start = self._range.size
        reached = self._range.copy()
        reached.extend(hashes)
        if reached.size == signed.size and reached.root() != signed.root:
            raise refused(reached.size)
        self._folder.append(start, leaves)
        if reached.size >= signed.size:
            self._sign(reached, hashes if start == signed.size else [])
        self._range = reached

    def _sign(self, reached: CompactRange, hashes: Sequence[bytes]) -> None:
        root = reached.root()
        self._signed = None  # whatever becomes of this: without an answer the signer is asked again
        note = self._signer.sign(reached.size - len(hashes), hashes, root)
        self._signed = Signed(reached.size, root)
        self._folder.publish(note)
        self._note = note

    def _bring_up(self, signed: Signed) -> None:
        """The signer is behind what it signed, as after its state was restored: the published tree extends it."""
        at = signed.size
        while at < self._range.size:
            stop = min(self._range.size, at + CHUNK)
            hashes = [leaf_hash(leaf) for leaf in self._folder.leaves(at, stop)]
            root = self._folder.root(stop)
            self._signer.sign(at, hashes, root)
            self._signed = Signed(stop, root)
            at = stop

    def _read(self, note: str | None) -> CompactRange:
        """The range under a checkpoint; from nothing, where checkpoint or tiles are not whole."""
        if note is None:
            return CompactRange()
        try:
            checkpoint = Checkpoint.parse(Note.parse(note).text)
            reached = self._folder.range_at(checkpoint.size)
        except TrailError:
            return CompactRange()
        return reached if reached.root() == checkpoint.root else CompactRange()
