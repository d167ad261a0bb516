"""The whole log as files to take away: policy, checkpoint, and every tile that a tree of its size needs."""

from __future__ import annotations

from collections.abc import Iterator

from caseflow.messages import N_, say
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import CompactRange, complete_root, HASH_BYTES
from caseflow.trail.notes import Note
from caseflow.trail.refusals import TilesDamaged
from caseflow.trail.tile_files import ENTRIES, PARTIAL, read_widest, tile_path, WIDTH
from caseflow.trail.tiles import TileFolder

CHECKPOINT = "checkpoint"
POLICY = "policy.txt"


def dump_files(folder: TileFolder, policy: str, note: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file under the checkpoint `note`, the checkpoint last.

    Sealing may go on meanwhile: the right edge is cut from wider tiles where the exact ones are gone. Raises
    TilesDamaged where a file is missing, or is not what the checkpoint commits to.
    """
    tree = Checkpoint.parse(Note.parse(note).text)
    yield POLICY, policy.encode("utf-8")
    reached, nodes = CompactRange(), list[bytes]()
    for number, width in _tiles(tree.size):
        entries = list(folder.leaves(number * WIDTH, number * WIDTH + width))
        hashes = [leaf_hash(leaf) for leaf in entries]
        reached.extend(hashes)
        yield _name(ENTRIES, number, width), b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in entries)
        yield _checked(folder, 0, number, hashes)
        if width == WIDTH:
            nodes.append(complete_root(hashes))
    if reached.root() != tree.root:
        text = N_(
            "The entries in %(folder)s are not those of the checkpoint: a file there was changed. %(remedy)s"
        )
        raise TilesDamaged(say(text, folder=folder.path, remedy=say(REMEDY)))
    yield from _upper_tiles(folder, nodes)
    yield CHECKPOINT, note.encode("utf-8")


REMEDY = N_(
    "Run caseflow audit verify. Where the database is whole, remove the folder: it is written again from there."
)


def _upper_tiles(folder: TileFolder, nodes: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The tiles over complete tiles, level by level."""
    level = 1
    while nodes:
        above = []
        for number, width in _tiles(len(nodes)):
            hashes = nodes[number * WIDTH : number * WIDTH + width]
            yield _checked(folder, level, number, hashes)
            if width == WIDTH:
                above.append(complete_root(hashes))
        level, nodes = level + 1, above


def _checked(folder: TileFolder, level: int, number: int, hashes: list[bytes]) -> tuple[str, bytes]:
    """A tile of hashes as it lies in the folder, once it is known to hold these."""
    path, data = folder.path / tile_path(str(level), number), b"".join(hashes)
    if read_widest(path, len(hashes))[: len(hashes) * HASH_BYTES] != data:
        text = N_("%(path)s does not hold the hashes of the entries beneath it: it was changed. %(remedy)s")
        raise TilesDamaged(say(text, path=path, remedy=say(REMEDY)))
    return _name(str(level), number, len(hashes)), data


def _tiles(size: int) -> Iterator[tuple[int, int]]:
    """Number and width of each tile over `size` nodes."""
    full, rest = divmod(size, WIDTH)
    yield from ((number, WIDTH) for number in range(full))
    if rest:
        yield full, rest


def _name(level: str, number: int, width: int) -> str:
    return tile_path(level, number) + ("" if width == WIDTH else f"{PARTIAL}/{width}")
