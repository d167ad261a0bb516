"""Checkpoints (c2sp.org/tlog-checkpoint): which log, how many entries, and the root over them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from caseflow.messages import Message, N_, say
from caseflow.trail.merkle import EMPTY_ROOT, HASH_BYTES
from caseflow.trail.notes import decode_base64, encode_base64
from caseflow.trail.refusals import BadCheckpoint

LARGEST_SIZE = 2**63 - 1
LONGEST_ORIGIN = 1_000
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` had `size` entries and the RFC 6962 root `root`."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note. Raises BadCheckpoint for anything but exactly these three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise _bad(N_("it does not have exactly three lines"))
        if not 0 < len(lines[0]) <= LONGEST_ORIGIN:
            raise _bad(N_("its first line, the name of the log, is empty or too long"))
        size = read_number(lines[1])
        if size is None:
            raise _bad(N_("its second line, the number of entries, is no number"))
        try:
            root = decode_base64(lines[2])
        except ValueError:
            root = b""
        if len(root) != HASH_BYTES:
            raise _bad(N_("its third line is no hash of 32 bytes in base64"))
        if size == 0 and root != EMPTY_ROOT:
            raise _bad(N_("an empty log has another root"))
        return cls(lines[0], size, root)


def read_number(text: str) -> int | None:
    """A decimal without leading zeros below 2**63; None for anything else."""
    number = int(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and number <= LARGEST_SIZE else None


def _bad(why: str) -> BadCheckpoint:
    return BadCheckpoint(say(N_("This is no checkpoint of a log: %(why)s."), why=Message(why)))
