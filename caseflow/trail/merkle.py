"""The tree of RFC 6962 §2.1: roots kept in a handful of hashes, inclusion and consistency proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from caseflow.messages import Message, N_, say
from caseflow.trail.refusals import ProofError

HASH_BYTES = 32
LONGEST_PATH = 63  # a tree has fewer than 2**63 leaves
EMPTY_ROOT = hashlib.sha256(b"").digest()
_CHUNK = 1 << 14

Node = Callable[[int, int], bytes]
"""`node(level, index)`: the root of the complete subtree of 2**level leaves that starts at index · 2**level."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a number of hashes that is a power of two."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        each = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=True)]
    return hashes[0]


class CompactRange:
    """The first `size` leaves as the roots of their complete subtrees, the largest first.

    Raises ValueError for a number of hashes that the size does not have.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = [bytes(each) for each in hashes]
        if size < 0 or len(self._hashes) != size.bit_count():
            raise ValueError(f"a range of {size} leaves is not {len(self._hashes)} hashes")
        if any(len(each) != HASH_BYTES for each in self._hashes):
            raise ValueError("a hash of the range is not 32 bytes long")

    @property
    def size(self) -> int:
        """How many leaves."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, the largest first."""
        return tuple(self._hashes)

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf."""
        self._push(leaf_hash, 1)

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Add leaves in their order."""
        each = iter(hashes)
        while chunk := list(islice(each, _CHUNK)):
            self._take(chunk)

    def root(self) -> bytes:
        """The hash of the whole tree."""
        return fold_right(self._hashes)

    def copy(self) -> CompactRange:
        """Another range at the same leaves, which grows by itself."""
        return CompactRange(self._size, self._hashes)

    def _take(self, hashes: Sequence[bytes]) -> None:
        at = 0
        while at < len(hashes):
            left = len(hashes) - at
            aligned = self._size & -self._size or left
            block = 1 << (min(aligned, left).bit_length() - 1)
            self._push(complete_root(hashes[at : at + block]), block)
            at += block

    def _push(self, root: bytes, leaves: int) -> None:
        """Add a complete subtree that is no larger than the smallest one here."""
        width = leaves
        while self._size & width:
            root = node_hash(self._hashes.pop(), root)
            width <<= 1
        self._hashes.append(root)
        self._size += leaves


def fold_right(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for each in reversed(hashes[:-1]):
        root = node_hash(each, root)
    return root


def range_nodes(start: int, stop: int) -> list[tuple[int, int]]:
    """Level and index of the complete subtrees that make up the leaves from `start` to `stop`.

    `start` is a multiple of the largest power of two that fits, as in every split of the tree.
    """
    nodes = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _root(start: int, stop: int, node: Node) -> bytes:
    return fold_right([node(level, index) for level, index in range_nodes(start, stop)])


def _split(start: int, stop: int) -> int:
    """Where the left subtree ends: the largest power of two below the number of leaves."""
    return start + (1 << ((stop - start - 1).bit_length() - 1))


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes from the leaf's sibling up to the root's child. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, stop, path = 0, size, list[bytes]()
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            path.append(_root(middle, stop, node))
            stop = middle
        else:
            path.append(_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show the tree of `old` leaves to be the beginning of the tree of `new`.

    Empty from an empty tree and between equal sizes. Raises ValueError where `old` is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
    start, stop, path = 0, new, list[bytes]()
    while 0 < old < stop:
        middle = _split(start, stop)
        if old <= middle:
            path.append(_root(middle, stop, node))
            stop = middle
        else:
            path.append(_root(start, middle, node))
            start = middle
    if start and old:
        path.append(_root(start, stop, node))
    return path[::-1]


def verify_inclusion(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf is entry `index` of the tree (RFC 9162 §2.1.3.2). Raises ProofError."""
    if not 0 <= index < size:
        text = N_("Entry %(index)s lies outside a log of %(size)s entries.")
        raise ProofError(say(text, index=index, size=size))
    what = say(N_("of entry %(index)s"), index=index)
    found = leaf_hash
    for each, on_the_left in _sides(index, size - 1, path, what):
        found = node_hash(each, found) if on_the_left else node_hash(found, each)
    if found != root:
        text = N_("The proof of entry %(index)s does not lead to the checkpoint of %(size)s entries.")
        raise ProofError(say(text, index=index, size=size))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the first tree is the beginning of the second (RFC 9162 §2.1.4.2). Raises ProofError."""
    if not 0 <= old <= new:
        raise ProofError(say(N_("A log of %(new)s entries cannot extend one of %(old)s."), new=new, old=old))
    what = say(N_("from %(old)s to %(new)s entries"), old=old, new=new)
    if old in {0, new}:
        first, second = EMPTY_ROOT if old == 0 else new_root, new_root
        list(_sides(0, 0, path, what))
    else:
        first, second = _two_roots(old, new, old_root, path, what)
    if (first, second) != (old_root, new_root):
        text = N_(
            "The log of %(new)s entries does not begin with the log of %(old)s entries that was seen before: "
            "its history was rewritten."
        )
        raise ProofError(say(text, old=old, new=new))


def _two_roots(
    old: int, new: int, old_root: bytes, path: Sequence[bytes], what: Message
) -> tuple[bytes, bytes]:
    """The roots of both trees as the path tells them."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # A complete tree is a node of the new one by itself, and so not repeated in the path.
    hashes = [old_root, *path] if at == 0 else list(path)
    if not hashes:
        raise _cut(what)
    first = second = hashes[0]
    for each, on_the_left in _sides(at, last, hashes[1:], what):
        if on_the_left:
            first, second = node_hash(each, first), node_hash(each, second)
        else:
            second = node_hash(second, each)
    return first, second


def _sides(at: int, last: int, path: Sequence[bytes], what: Message) -> Iterator[tuple[bytes, bool]]:
    """Each hash of a path upwards from node `at` of a level that ends with `last`, and whether it goes left."""
    for each in path:
        if last == 0:
            raise ProofError(say(N_("The proof %(what)s has more hashes than it needs."), what=what))
        on_the_left = bool(at & 1) or at == last
        while on_the_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        yield each, on_the_left
        at, last = at >> 1, last >> 1
    if last:
        raise _cut(what)


def _cut(what: Message) -> ProofError:
    return ProofError(say(N_("The proof %(what)s lacks hashes: it was cut."), what=what))
