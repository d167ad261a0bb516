"""The published log lies on disk as c2sp.org/tlog-tiles asks, and gives the same tree at every size."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import complete_root, verify_consistency, verify_inclusion
from caseflow.trail.refusals import TilesDamaged
from caseflow.trail.tile_files import tile_number, tile_path
from caseflow.trail.tiles import TileFolder
from tests.trail.logs import root_of

ENTRIES = [b"entry %d" % number * (number % 7) for number in range(70_300)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> TileFolder:
    """The tree of 70,000 entries that the specification describes."""
    tiles = TileFolder(tmp_path_factory.mktemp("log"))
    tiles.append(0, ENTRIES[:70_000])
    return tiles


def test_tile_numbers_are_paths_of_three_digits() -> None:
    assert tile_path("0", 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path("entries", 5) == "tile/entries/005"
    assert tile_path("2", 999) == "tile/2/999"
    assert tile_path("2", 1_000) == "tile/2/x001/000"
    for number in (0, 999, 1_000, 1_234_067, 10**9):
        assert tile_number(Path("root") / tile_path("7", number), Path("root")) == ("7", number)


def test_a_tree_of_70_000_has_the_tiles_of_the_specification(large: TileFolder) -> None:
    found = files(large.path)
    full = {tile_path(level, number) for level in ("0", "entries") for number in range(273)}
    partial = {
        "tile/0/273.p/112",
        "tile/entries/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }
    assert found == full | partial
    assert (large.path / "tile/0/272").stat().st_size == 8_192
    assert (large.path / "tile/1/001.p/17").stat().st_size == 17 * 32


def test_tiles_hold_the_hashes_of_the_level_below(large: TileFolder) -> None:
    tile = (large.path / "tile/1/001.p/17").read_bytes()
    assert tile[32:64] == complete_root(HASHES[257 * 256 : 258 * 256])
    assert (large.path / "tile/2/000.p/1").read_bytes() == complete_root(HASHES[:65_536])
    assert (large.path / "tile/0/003").read_bytes() == b"".join(HASHES[768:1024])


def test_entries_are_prefixed_with_their_length(large: TileFolder) -> None:
    expected = b"".join(len(one).to_bytes(2, "big") + one for one in ENTRIES[256 * 273 : 70_000])
    assert (large.path / "tile/entries/273.p/112").read_bytes() == expected
    assert list(large.leaves(65_000, 69_999)) == ENTRIES[65_000:69_999]
    assert list(large.leaves(5, 5)) == []


def test_proofs_come_from_the_tiles(large: TileFolder) -> None:
    size, chance = 70_000, random.Random(5)
    root = root_of(HASHES[:size])
    assert large.root(size) == root
    assert large.range_at(size).root() == root
    for index in [0, 255, 256, 65_535, 65_536, 69_999, *(chance.randrange(size) for _ in range(50))]:
        verify_inclusion(HASHES[index], index, size, large.inclusion(index, size), root)
    for old in [1, 256, 65_536, *(chance.randrange(1, size) for _ in range(20))]:
        verify_consistency(old, size, large.root(old), root, large.consistency(old, size))


def test_every_size_that_was_appended_can_be_read_at_any_time(tmp_path: Path) -> None:
    tiles, chance, size, sizes = TileFolder(tmp_path), random.Random(1), 0, [0]
    while size < 1_300:
        count = chance.randint(1, 120)
        tiles.append(size, ENTRIES[size : size + count])
        size += count
        sizes.append(size)
        if chance.random() < 0.3:
            tiles.tidy(size)
        if chance.random() < 0.3:
            start = chance.randint(0, size)
            before = files(tmp_path)
            tiles.append(start, ENTRIES[start:size])
            assert files(tmp_path) >= before
    for each in sizes:
        assert TileFolder(tmp_path).root(each) == tiles.root(each) == root_of(HASHES[:each])
    tiles.tidy(size)
    left = {name for name in files(tmp_path) if ".p/" in name}
    assert {name.partition(".p/")[0] for name in left} == {"tile/0/005", "tile/entries/005", "tile/1/000"}


def test_tidying_keeps_what_the_checkpoint_needs_and_removes_drafts(tmp_path: Path) -> None:
    tiles = TileFolder(tmp_path)
    tiles.append(0, ENTRIES[:200])
    tiles.append(200, ENTRIES[200:300])
    (tmp_path / "tile/0/.draft-of-one-who-died").write_bytes(b"half")
    tiles.tidy(200)
    assert "tile/0/000.p/200" in files(tmp_path)
    tiles.tidy(300)
    assert "tile/0/000.p/200" not in files(tmp_path)
    assert not [name for name in files(tmp_path) if "draft" in name]
    assert TileFolder(tmp_path).root(200) == root_of(HASHES[:200])


def test_appending_the_same_again_writes_nothing(tmp_path: Path) -> None:
    tiles = TileFolder(tmp_path)
    tiles.append(0, ENTRIES[:300])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    time.sleep(0.02)
    tiles.append(0, ENTRIES[:300])
    tiles.append(250, ENTRIES[250:300])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_checkpoint_is_replaced_whole(tmp_path: Path) -> None:
    tiles = TileFolder(tmp_path)
    assert tiles.checkpoint() is None
    tiles.publish("first\n")
    tiles.publish("second —\n")
    assert tiles.checkpoint() == "second —\n"
    assert files(tmp_path) == {"checkpoint"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tile/0/000", b"cut"),
        ("tile/0/000", None),
        ("tile/entries/000", b"\x00"),
        ("tile/entries/000", b"\xff\xffshort"),
        ("tile/entries/000", None),
    ],
)
def test_damaged_tile_is_refused_by_name(tmp_path: Path, name: str, content: bytes | None) -> None:
    tiles = TileFolder(tmp_path)
    tiles.append(0, ENTRIES[:256])
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TilesDamaged, match=name):
        (list(tiles.leaves(0, 256)), TileFolder(tmp_path).inclusion(3, 256))


def test_no_subtree_beyond_the_size(large: TileFolder) -> None:
    with pytest.raises(ValueError, match="no complete subtree"):
        large.node(3, 8_750, 70_000)


def test_small_append_writes_few_files_and_a_large_one_is_quick(tmp_path: Path) -> None:
    tiles = TileFolder(tmp_path)
    started = time.perf_counter()
    tiles.append(0, ENTRIES[:50_000])
    assert time.perf_counter() - started < 5
    before = files(tmp_path)
    tiles.append(50_000, ENTRIES[50_000:50_010])
    assert len(files(tmp_path) - before) == 2
