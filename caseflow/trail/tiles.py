"""The published log on disk (c2sp.org/tlog-tiles): entries in bundles, hashes in tiles of 256, a checkpoint.

A file of full width never changes. The right edge is written as partial files, one for each size that was
asked for; they may go once the full file is there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from threading import Lock

from caseflow.messages import N_, say
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import (
    CompactRange,
    complete_root,
    consistency_path,
    fold_right,
    HASH_BYTES,
    inclusion_path,
    range_nodes,
)
from caseflow.trail.refusals import TilesDamaged
from caseflow.trail.tile_files import ENTRIES, read_widest, Shelf, tile_path, WIDTH

TILE_LEVELS = 8  # levels of the tree within one tile
CACHED_TILES = 256
LARGEST_ENTRY = 0xFFFF


class TileFolder:
    """The log published in the folder `path`; safe for one writer and any number of readers.

    Whatever is read comes from the files and is not trusted by itself: a checkpoint says what is true.
    Reading raises TilesDamaged, which names the file, where one is missing or cut.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cache: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._cache_lock = Lock()
        self._completed: set[Path] | None = None

    def append(self, start: int, leaves: Sequence[bytes]) -> None:
        """Write `leaves` as the entries from `start` on, and every tile that changes.

        All entries before `start` must be there. When this returns, every file that a tree of
        `start + len(leaves)` entries needs is on the disk; writing the same again changes nothing.
        """
        if not leaves:
            return
        shelf = Shelf(self.path)
        try:
            self._write_entries(shelf, start, leaves)
            self._write_tiles(shelf, start, [leaf_hash(leaf) for leaf in leaves])
        finally:
            shelf.close()
        if self._completed is not None:
            self._completed.update(shelf.completed)

    def publish(self, note: str) -> None:
        """Put the signed checkpoint in its place, whole or not at all."""
        shelf = Shelf(self.path)
        shelf.write("checkpoint", note.encode("utf-8"))
        shelf.close()

    def checkpoint(self) -> str | None:
        """The published checkpoint, or None before the first."""
        try:
            return (self.path / "checkpoint").read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def node(self, level: int, index: int, size: int) -> bytes:
        """The root of the complete subtree of 2**level entries at `index`, in a log of `size` entries."""
        tile_level, inner = divmod(level, TILE_LEVELS)
        first = index << inner
        number, offset = divmod(first, WIDTH)
        width = min(WIDTH, (size >> (tile_level * TILE_LEVELS)) - number * WIDTH)
        count = 1 << inner
        if offset + count > width:
            raise ValueError(f"no complete subtree {index} at level {level} in a tree of {size}")
        tile = self._tile(tile_level, number, width)
        return complete_root(_hashes(tile[offset * HASH_BYTES : (offset + count) * HASH_BYTES]))

    def root(self, size: int) -> bytes:
        """The root of the first `size` entries, from the tiles."""
        return fold_right([self.node(level, index, size) for level, index in range_nodes(0, size)])

    def range_at(self, size: int) -> CompactRange:
        """The compact range of the first `size` entries, from the tiles."""
        return CompactRange(size, [self.node(level, index, size) for level, index in range_nodes(0, size)])

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The inclusion proof of entry `index` in the tree of `size` entries."""
        return inclusion_path(index, size, lambda level, at: self.node(level, at, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The consistency proof from `old` to `new` entries."""
        return consistency_path(old, new, lambda level, at: self.node(level, at, new))

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """The entries from `start` to `stop`, read bundle by bundle."""
        for number in range(start // WIDTH, -(-stop // WIDTH)):
            first = number * WIDTH
            entries = self._entries(number, min(WIDTH, stop - first))
            yield from entries[max(0, start - first) :]

    def tidy(self, size: int) -> None:
        """Remove the partial files beside full ones, and what a stopped writer left half written.

        For the one that writes. The first call looks through the whole folder, later ones only at what was
        completed since. `size` is that of the published checkpoint: nothing that it needs is touched.
        """
        shelf = Shelf(self.path)
        partial = shelf.sweep() if self._completed is None else self._completed
        later = {folder for folder in partial if not shelf.remove_partial(folder, size)}
        self._completed = later

    def _write_entries(self, shelf: Shelf, start: int, leaves: Sequence[bytes]) -> None:
        number, kept = divmod(start, WIDTH)
        before = self._entries(number, kept) if kept else []
        at = 0
        while at < len(leaves):
            batch = leaves[at : at + WIDTH - len(before)]
            bundle = b"".join(_prefixed(entry) for entry in chain(before, batch))
            shelf.write_tile(ENTRIES, number, len(before) + len(batch), bundle)
            at += len(batch)
            number, before = number + 1, []

    def _write_tiles(self, shelf: Shelf, start: int, hashes: list[bytes]) -> None:
        """Each level in turn: the hashes that are new there, and the roots of the tiles they complete."""
        level = 0
        while hashes:
            number, kept = divmod(start, WIDTH)
            before = _hashes(self._tile(level, number, kept))[:kept] if kept else []
            hashes = before + hashes
            complete = []
            for at in range(0, len(hashes), WIDTH):
                tile = hashes[at : at + WIDTH]
                shelf.write_tile(str(level), number, len(tile), b"".join(tile))
                with self._cache_lock:
                    self._cache.pop((level, number), None)
                number += 1
                if len(tile) == WIDTH:
                    complete.append(complete_root(tile))
            level, start, hashes = level + 1, start // WIDTH, complete

    def _tile(self, level: int, number: int, width: int) -> bytes:
        """At least the first `width` hashes of a tile."""
        key, needed = (level, number), width * HASH_BYTES
        with self._cache_lock:
            data = self._cache.get(key, b"")
            if len(data) >= needed:
                self._cache.move_to_end(key)
                return data
        path = self.path / tile_path(str(level), number)
        data = read_widest(path, width)
        if len(data) < needed or len(data) > WIDTH * HASH_BYTES or len(data) % HASH_BYTES:
            raise _damaged(path)
        with self._cache_lock:
            self._cache[key] = data
            while len(self._cache) > CACHED_TILES:
                self._cache.popitem(last=False)
        return data

    def _entries(self, number: int, width: int) -> list[bytes]:
        path = self.path / tile_path(ENTRIES, number)
        entries = _unprefixed(path, read_widest(path, width))
        if not width <= len(entries) <= WIDTH:
            raise _damaged(path)
        return entries[:width]


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _prefixed(entry: bytes) -> bytes:
    if len(entry) > LARGEST_ENTRY:
        raise ValueError(f"an entry of {len(entry)} bytes")
    return len(entry).to_bytes(2, "big") + entry


def _unprefixed(path: Path, data: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(data):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or stop > len(data):
            raise _damaged(path)
        entries.append(data[at + 2 : stop])
        at = stop
    return entries


def _damaged(path: Path) -> TilesDamaged:
    text = N_("%(path)s is not as the published log needs it: it was cut or changed. Restore it from a copy.")
    return TilesDamaged(say(text, path=path))
