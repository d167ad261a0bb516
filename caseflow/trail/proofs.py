"""Proofs that travel (c2sp.org/tlog-proof): index, path and the checkpoint that they lead to, in one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from caseflow.messages import Message, N_, say, size_text
from caseflow.trail.checkpoints import read_number
from caseflow.trail.merkle import HASH_BYTES, LONGEST_PATH, verify_inclusion
from caseflow.trail.notes import CONTROL, decode_base64, encode_base64, LARGEST_NOTE
from caseflow.trail.policy import Accepted, Policy
from caseflow.trail.refusals import ProofError

HEADER = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF = 2 * LARGEST_NOTE


class BadProof(ProofError):
    """Not a proof: `why` says it in half a sentence, which fits whatever the hashes were handed in with."""

    def __init__(self, why: Message) -> None:
        super().__init__(say(N_("This is no proof from a log: %(why)s"), why=why))
        self.why = why


@dataclass(frozen=True, slots=True)
class LogProof:
    """Entry `index` lies in the tree of the checkpoint; `extra` is not covered by any signature."""

    index: int
    path: tuple[bytes, ...]
    checkpoint_note: str
    extra: bytes | None = None

    def encode(self) -> str:
        """The text."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines += [f"index {self.index}", *map(encode_base64, self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint_note

    @classmethod
    def parse(cls, data: bytes | str) -> Self:
        """Read the text; the checkpoint within is not looked at yet. Raises ProofError."""
        head, empty, note = _characters(data).partition("\n\n")
        if not empty or not note:
            raise _bad(N_("the checkpoint after the empty line is missing."))
        lines = head.split("\n")
        if lines.pop(0) != HEADER:
            raise _bad(N_("it does not begin with “%(header)s”."), header=HEADER)
        extra = _extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise _bad(N_("the line “index” is missing."))
        index = read_number(lines.pop(0).removeprefix("index "))
        if index is None:
            raise _bad(N_("its index is no number."))
        return cls(index, read_path(lines), note, extra)

    def verify(self, leaf_hash: bytes, policy: Policy) -> Accepted:
        """Check that the policy takes the checkpoint and that the leaf lies in its tree. Raises TrailError."""
        accepted = policy.accept(self.checkpoint_note)
        self.verify_in(leaf_hash, accepted)
        return accepted

    def verify_in(self, leaf_hash: bytes, accepted: Accepted) -> None:
        """Check the path alone, to a checkpoint that was accepted. Raises ProofError."""
        tree = accepted.checkpoint
        verify_inclusion(leaf_hash, self.index, tree.size, self.path, tree.root)


def read_path(lines: list[str]) -> tuple[bytes, ...]:
    """One hash a line, in base64. Raises BadProof."""
    if len(lines) > LONGEST_PATH:
        raise _bad(N_("it has more than %(most)s hashes."), most=LONGEST_PATH)
    return tuple(map(_hash, lines))


def _hash(line: str) -> bytes:
    try:
        data = decode_base64(line)
    except ValueError:
        data = b""
    if len(data) != HASH_BYTES:
        raise _bad(N_("the line “%(line)s” is no hash of 32 bytes in base64."), line=line[:60])
    return data


def _extra(line: str) -> bytes:
    try:
        return decode_base64(line.removeprefix("extra "))
    except ValueError:
        raise _bad(N_("the line “extra” is no base64.")) from None


def _characters(data: bytes | str) -> str:
    if len(data) > LARGEST_PROOF:
        raise _bad(N_("it is longer than %(limit)s."), limit=size_text(LARGEST_PROOF))
    try:
        content = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeError:
        raise _bad(N_("it is not UTF-8 text.")) from None
    if "\r\n" in content:
        raise _bad(N_("it has Windows line ends (CRLF) instead of Unix ones (LF)."))
    if CONTROL.search(content):
        raise _bad(N_("it holds a control character."))
    return content


def _bad(why: str, **values: object) -> BadProof:
    return BadProof(Message(why, values))
