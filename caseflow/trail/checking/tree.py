"""The tree over the leaves of the database, beside the files of the published log: memory holds one tile a level."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from caseflow.messages import Message
from caseflow.trail.merkle import complete_root, fold_right
from caseflow.trail.refusals import TilesDamaged
from caseflow.trail.tile_files import ENTRIES, read_widest, tile_path, WIDTH
from caseflow.trail.tiles import TileFolder

HASH_BYTES = 32
PAUSE_S = 0.05
T = TypeVar("T")

Differs = Callable[[int], None]
"""Told the index of an entry whose published bytes are others than the database's."""
Damaged = Callable[[Message | None, str, int], None]
"""Told of a file of the log that is missing or wrong: the refusal of reading it, its name, its first entry."""


class GrowingTree:
    """Takes leaves and their hashes in order; compares them with the files of the first `published` entries.

    `wanted` are the sizes whose roots are asked for; `roots` holds those that were passed.
    """

    def __init__(
        self, folder: TileFolder, published: int, wanted: Iterable[int], differs: Differs, damaged: Damaged
    ) -> None:
        self.size = 0
        self.roots: dict[int, bytes] = {}
        self._folder, self._published = folder, published
        self._wanted = sorted(set(wanted), reverse=True)
        self._differs, self._damaged = differs, damaged
        self._levels: list[list[bytes]] = [[]]
        self._done: list[int] = [0]
        self._pass()

    def take(self, leaves: list[bytes], hashes: list[bytes]) -> None:
        """Take in some more; any number at once."""
        at = 0
        while at < len(hashes):
            room = min(WIDTH - len(self._levels[0]), len(hashes) - at)
            if self._wanted:
                room = min(room, self._wanted[-1] - self.size)
            if self.size < self._published:
                room = min(room, self._published - self.size)
                self._compare_entries(leaves[at : at + room])
            self._levels[0] += hashes[at : at + room]
            self.size += room
            at += room
            if len(self._levels[0]) == WIDTH:
                self._carry(0)
            self._pass()

    def skip(self, leaf: bytes, leaf_hash: bytes) -> None:
        """Take in an entry as it was published, in place of one that the database lacks."""
        published, self._published = self._published, 0
        self.take([leaf], [leaf_hash])
        self._published = published

    def root(self) -> bytes:
        """The root over all leaves taken so far."""
        return fold_right(list(chain.from_iterable(map(_pieces, reversed(self._levels)))))

    def published_leaf(self, index: int) -> bytes | None:
        """The entry as it was published, or None where it was not or cannot be read."""
        if index >= self._published:
            return None
        try:
            return next(self._folder.leaves(index, index + 1))
        except (TilesDamaged, StopIteration):
            return None

    def _pass(self) -> None:
        while self._wanted and self._wanted[-1] <= self.size:
            self.roots[self._wanted.pop()] = self.root()
        if self.size == self._published:
            for level, hashes in enumerate(self._levels):
                if hashes:
                    self._compare_tile(level, self._done[level], hashes)

    def _carry(self, level: int) -> None:
        """A tile is full: its root goes up."""
        hashes = self._levels[level]
        if (self._done[level] + 1) * WIDTH ** (level + 1) <= self._published:
            self._compare_tile(level, self._done[level], hashes)
        if len(self._levels) == level + 1:
            self._levels.append([])
            self._done.append(0)
        self._levels[level + 1].append(complete_root(hashes))
        self._levels[level] = []
        self._done[level] += 1
        if len(self._levels[level + 1]) == WIDTH:
            self._carry(level + 1)

    def _compare_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        first = number * WIDTH ** (level + 1)
        path = tile_path(str(level), number)
        try:
            data = self._read(
                first, WIDTH ** (level + 1), lambda: read_widest(self._folder.path / path, len(hashes))
            )
        except TilesDamaged as problem:
            self._damaged(problem.message, str(path), first)
            return
        if data[: len(hashes) * HASH_BYTES] != b"".join(hashes):
            self._damaged(None, str(path), first)

    def _read(self, first: int, width: int, read: Callable[[], T]) -> T:
        """Read a file; at the right edge once more, where a wider one may just have taken its place."""
        try:
            return read()
        except TilesDamaged:
            if first // width * width + width <= self._published:
                raise
            time.sleep(PAUSE_S)
            return read()

    def _compare_entries(self, leaves: list[bytes]) -> None:
        try:
            stop = self.size + len(leaves)
            published = self._read(self.size, WIDTH, lambda: list(self._folder.leaves(self.size, stop)))
        except TilesDamaged as problem:
            self._damaged(problem.message, str(tile_path(ENTRIES, self.size // WIDTH)), self.size)
            return
        if published != leaves:
            for place, (one, other) in enumerate(zip(leaves, published, strict=False)):
                if one != other:
                    self._differs(self.size + place)


def _pieces(hashes: list[bytes]) -> list[bytes]:
    """The roots of the complete subtrees that some nodes of one level make, the largest first."""
    pieces, at = [], 0
    while at < len(hashes):
        width = 1 << ((len(hashes) - at).bit_length() - 1)
        pieces.append(complete_root(hashes[at : at + width]))
        at += width
    return pieces
