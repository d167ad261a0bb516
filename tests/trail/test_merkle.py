"""Roots and proofs are those of RFC 6962, as another's implementation and the text itself make them."""

from __future__ import annotations

import hashlib
import random
from functools import cache

import pytest
from pymerkle import InmemoryTree

from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import (
    CompactRange,
    consistency_path,
    EMPTY_ROOT,
    inclusion_path,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from caseflow.trail.refusals import ProofError
from tests.trail.logs import nodes_over, root_of

SIZES = range(1, 71)
LARGE = [random.Random(3).randrange(71, 3_000) for _ in range(3)]
ENTRIES = [b"entry %d" % number for number in range(max(LARGE))]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def oracle() -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


def by_the_text(old: int, hashes: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, as it is written there."""
    if old == len(hashes):
        return [] if whole else [mth(hashes)]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    if old <= middle:
        return [*by_the_text(old, hashes[:middle], whole=whole), mth(hashes[middle:])]
    return [*by_the_text(old - middle, hashes[middle:], whole=False), mth(hashes[:middle])]


def mth(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return hashlib.sha256(b"\x01" + mth(hashes[:middle]) + mth(hashes[middle:])).digest()


def test_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == EMPTY_ROOT == hashlib.sha256().digest()


@pytest.mark.parametrize("size", [*SIZES, *LARGE])
def test_roots_are_those_of_another_implementation(size: int) -> None:
    expected = oracle().get_root(size)
    one_by_one = CompactRange()
    for each in HASHES[:size]:
        one_by_one.append(each)
    at_once = CompactRange()
    at_once.extend(HASHES[: size // 3])
    at_once.extend(HASHES[size // 3 : size])
    assert one_by_one.root() == at_once.root() == expected
    assert one_by_one.hashes == at_once.hashes


@pytest.mark.parametrize("size", [*SIZES, *LARGE])
def test_inclusion_proofs_are_those_of_another_implementation(size: int) -> None:
    root, node = oracle().get_root(size), nodes_over(HASHES[:size])
    for index in range(0, size, max(1, size // 70)):
        path = inclusion_path(index, size, node)
        assert path == oracle().prove_inclusion(index + 1, size).path[1:]
        verify_inclusion(HASHES[index], index, size, path, root)


@pytest.mark.parametrize("size", [*SIZES, *LARGE])
def test_consistency_proofs_are_those_of_the_text_and_of_another_implementation(size: int) -> None:
    root, node = oracle().get_root(size), nodes_over(HASHES[:size])
    for old in range(1, size, max(1, size // 40)):
        path = consistency_path(old, size, node)
        assert path == by_the_text(old, HASHES[:size])
        old_root = oracle().get_root(old)
        if (
            old % 2
        ):  # where the old tree ends between two subtrees, they go down to a leaf and RFC 6962 does not
            assert sorted(path if old > 1 else [old_root, *path]) == sorted(
                oracle().prove_consistency(old, size).path
            )
        verify_consistency(old, size, old_root, root, path)


@pytest.mark.parametrize("old", range(1, 33))
def test_changed_consistency_proof_is_refused(old: int) -> None:
    size, chance = 33, random.Random(old)
    root, old_root = root_of(HASHES[:size]), root_of(HASHES[:old])
    path = consistency_path(old, size, nodes_over(HASHES[:size]))
    other = bytes(32)
    at = chance.randrange(len(path)) if path else 0
    wrong = [
        [*path, other],
        path[:-1],
        [*path[:at], other, *path[at + 1 :]],
        [*path[:at], *path[at + 1 :]],
    ]
    for each in wrong if path else wrong[:1]:
        with pytest.raises(ProofError):
            verify_consistency(old, size, old_root, root, each)
    with pytest.raises(ProofError):
        verify_consistency(old, size, other, root, path)
    with pytest.raises(ProofError):
        verify_consistency(old, size, old_root, other, path)


@pytest.mark.parametrize("size", [1, 2, 5, 8, 13])
def test_inclusion_is_refused_at_any_other_place_or_path(size: int) -> None:
    root, node = root_of(HASHES[:size]), nodes_over(HASHES[:size])
    for index in range(size):
        path = inclusion_path(index, size, node)
        for other in range(-1, size + 2):
            if other != index:
                with pytest.raises(ProofError):
                    verify_inclusion(HASHES[index], other, size, path, root)
        for wrong in ([*path, bytes(32)], path[:-1] if path else [bytes(32)]):
            with pytest.raises(ProofError):
                verify_inclusion(HASHES[index], index, size, wrong, root)
        with pytest.raises(ProofError):
            verify_inclusion(bytes(32), index, size, path, root)


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = HASHES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


def test_from_nothing_needs_no_proof_and_takes_no_other_beginning() -> None:
    root = root_of(HASHES[:9])
    verify_consistency(0, 9, EMPTY_ROOT, root, [])
    verify_consistency(9, 9, root, root, [])
    for old, old_root, path in (
        (0, bytes(32), []),
        (0, EMPTY_ROOT, [root]),
        (9, bytes(32), []),
        (9, root, [root]),
    ):
        with pytest.raises(ProofError):
            verify_consistency(old, 9, old_root, root, path)
    with pytest.raises(ProofError):
        verify_consistency(10, 9, root, root, [])


def test_a_range_grows_on_from_its_hashes_and_a_copy_by_itself() -> None:
    grown = CompactRange()
    grown.extend(HASHES[:21])
    kept = CompactRange(21, grown.hashes)
    copied = grown.copy()
    grown.extend(HASHES[21:40])
    kept.extend(HASHES[21:40])
    assert kept.root() == grown.root() == root_of(HASHES[:40])
    assert copied.root() == root_of(HASHES[:21])


def test_range_of_wrong_hashes_is_refused() -> None:
    for size, hashes in ((3, [bytes(32)]), (1, [bytes(31)]), (-1, []), (0, [bytes(32)])):
        with pytest.raises(ValueError, match="range"):
            CompactRange(size, hashes)


def test_no_proof_outside_the_tree() -> None:
    node = nodes_over(HASHES[:4])
    for index in (-1, 4):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_path(index, 4, node)
    with pytest.raises(ValueError, match="not the beginning"):
        consistency_path(5, 4, node)
