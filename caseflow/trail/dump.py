"""The whole log as files to take away: policy, checkpoint, and every tile that a tree of its size needs."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.trail.merkle import HASH_BYTES
from caseflow.trail.tile_files import ENTRIES, PARTIAL, read_widest, tile_path, WIDTH
from caseflow.trail.tiles import TileFolder

CHECKPOINT = "checkpoint"
POLICY = "policy.txt"


def dump_files(folder: TileFolder, policy: str, note: str, size: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file under the checkpoint `note` of `size` entries, the checkpoint first.

    Sealing may go on meanwhile: the right edge is cut from wider tiles where the exact ones are gone. Raises
    TilesDamaged where a tile is missing.
    """
    yield CHECKPOINT, note.encode("utf-8")
    yield POLICY, policy.encode("utf-8")
    for number, width in _tiles(size):
        yield _name(ENTRIES, number, width), _entries(folder, number, width)
    level = 0
    while size:
        for number, width in _tiles(size):
            path = folder.path / tile_path(str(level), number)
            yield _name(str(level), number, width), read_widest(path, width)[: width * HASH_BYTES]
        level, size = level + 1, size // WIDTH


def _tiles(size: int) -> Iterator[tuple[int, int]]:
    """Number and width of each tile over `size` nodes."""
    full, rest = divmod(size, WIDTH)
    yield from ((number, WIDTH) for number in range(full))
    if rest:
        yield full, rest


def _name(level: str, number: int, width: int) -> str:
    return tile_path(level, number) + ("" if width == WIDTH else f"{PARTIAL}/{width}")


def _entries(folder: TileFolder, number: int, width: int) -> bytes:
    first = number * WIDTH
    if width == WIDTH:
        return read_widest(folder.path / tile_path(ENTRIES, number), WIDTH)
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in folder.leaves(first, first + width))
