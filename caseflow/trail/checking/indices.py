"""The numbers of sealed records: none missing, none twice, and the same records as were published."""

from __future__ import annotations

import json
from collections.abc import Callable

from caseflow.messages import Message, say
from caseflow.trail.checking import wording
from caseflow.trail.checking.leaves import Tell
from caseflow.trail.checking.report import Findings
from caseflow.trail.checking.rows import dashed, Row, undashed
from caseflow.trail.checking.tree import GrowingTree
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import EMPTY_ROOT

MOST_NAMED = 1_000
"""Missing records that are named one by one."""

CodeOf = Callable[[str], str | None]
"""The code of the case with that id, as stored."""


class Indices:
    """Feeds the tree in order, fills what is missing from the published log, and says what it was.

    `next` is the number that must follow; `rows` are the events in hand.
    """

    def __init__(self, findings: Findings, code_of: CodeOf) -> None:
        self._findings, self._code_of = findings, code_of
        self._tree: GrowingTree | None = None
        self._published = 0
        self._named = 0
        self.next = 0
        self.rows: list[Row] = []

    def grow(self, tree: GrowingTree, published: int) -> None:
        """Use this tree, of which the first `published` entries are published."""
        self._tree, self._published = tree, published

    @property
    def tree(self) -> GrowingTree:
        """The tree over what was taken."""
        if self._tree is None:
            raise RuntimeError("no tree")
        return self._tree

    def root(self) -> bytes:
        """The root over what was taken; the empty one before anything was."""
        return self._tree.root() if self._tree else EMPTY_ROOT

    def take(self, leaves: list[bytes], hashes: list[bytes]) -> None:
        """Take in the records that follow."""
        self.next += len(hashes)
        self.tree.take(leaves, hashes)

    def jump(self, index: int, tell: Tell) -> bool:
        """Another number came than must follow; answer whether it can be gone on from there."""
        if index < self.next:
            tell("index", say(wording.TWICE, index=index))
            return False
        if index > self._published:
            first = max(self.next, self._published)
            self._findings.add("index", say(wording.GAP, first=first, last=index - 1), index=first)
        self._fill(min(index, self._published))
        self.next = index
        return True

    def end(self) -> None:
        """Nothing more is sealed: what was published beyond is missing."""
        self._fill(self._published)

    def differs(self, index: int) -> None:
        """A record is not the one that was published."""
        row = next((one for one in self.rows if one[0] == index), None)
        event, case = (dashed(row[2]), self._code_of(row[3])) if row else (None, None)
        message = say(wording.OTHER_PUBLISHED, index=index)
        self._findings.add("published", message, case, event, index)

    def damaged(self, message: Message | None, path: str, first: int) -> None:
        """A file of the published log is not what the records make."""
        self._findings.add("published", message or say(wording.TILE, path=path), index=first)

    def _fill(self, until: int) -> None:
        while self.next < until:
            leaf = self.tree.published_leaf(self.next) or b""
            if self._named < MOST_NAMED:
                self._name_missing(leaf)
                self._named += 1
            elif self._named == MOST_NAMED:
                count = until - self.next
                self._findings.add(
                    "index", say(wording.MORE_MISSING, count=count, last=until - 1), index=self.next
                )
                self._named += 1
            self.tree.skip(leaf, leaf_hash(leaf))
            self.next += 1

    def _name_missing(self, leaf: bytes) -> None:
        try:
            told = json.loads(leaf)
            case, event = self._code_of(undashed(told["case"])), told["event"]
        except (ValueError, KeyError, TypeError, AttributeError):
            case, event = None, None
        self._findings.add("index", say(wording.MISSING, index=self.next), case, event, self.next)
