"""The leaf of an event, byte for byte as `caseflow-log/v1` writes it, and its disclosures."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, UTC
from uuid import UUID

SALT_BYTES = 16
LARGEST_LEAF = 4_096
NO_PREVIOUS = b"\0" * 32


class LeafError(ValueError):
    """The leaf would not be as the format demands: a programming error."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says. `previous` is the leaf hash before it in the subject's chain, `due` and `at` are UTC."""

    subject: UUID
    seq: int
    previous: bytes
    event: UUID
    type: str
    source: str | None
    target: str | None
    due: datetime | None
    actor: UUID
    at: datetime
    commitments: tuple[str, ...]

    def encode(self) -> bytes:
        """The exact bytes: RFC 8785 JSON, printable ASCII, at most 4,096 bytes. Raises LeafError.

        The names stand in their order here, and a value with anything that JSON escapes is refused: then
        plain JSON without spaces is what RFC 8785 asks for, at a third of the time.
        """
        text = _json(
            {
                "_sd": sorted(self.commitments),
                "actor": str(self.actor),
                "at": instant_text(self.at),
                "case": str(self.subject),
                "due": None if self.due is None else instant_text(self.due),
                "event": str(self.event),
                "from": self.source,
                "prev": self.previous.hex(),
                "seq": self.seq,
                "to": self.target,
                "type": self.type,
                "v": 1,
            }
        )
        if len(text) > LARGEST_LEAF or "\\" in text:
            raise LeafError(f"{self.type} makes a leaf of {len(text)} bytes")
        return text.encode("ascii")


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode
_readable_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return instant.astimezone(UTC).isoformat("T", "microseconds")[:26] + "Z"


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf), RFC 6962 §2.1."""
    return hashlib.sha256(b"\0" + leaf).digest()


def mac_of(leaf: bytes, writer_key: bytes) -> bytes:
    """HMAC-SHA256 under the writer key: the row came from the program."""
    return hmac.new(writer_key, leaf, hashlib.sha256).digest()


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def disclose(name: str, value: object, salt: bytes) -> str:
    """The disclosure of one named value (RFC 9901): base64url of the UTF-8 JSON `[salt, name, value]`."""
    return _base64url(_readable_json([_base64url(salt), name, value]).encode("utf-8"))


def commitment(disclosure: str) -> str:
    """What the leaf holds of a disclosure: base64url(SHA-256(ASCII(disclosure)))."""
    return _base64url(hashlib.sha256(disclosure.encode("ascii")).digest())


def disclose_all(values: Iterable[tuple[str, object, str | None]]) -> list[tuple[str, str | None]]:
    """Disclosures with fresh salts, each with the person it is about."""
    items = list(values)
    salts = os.urandom(SALT_BYTES * len(items))
    return [
        (disclose(name, value, salts[i * SALT_BYTES : (i + 1) * SALT_BYTES]), about)
        for i, (name, value, about) in enumerate(items)
    ]


def read_disclosure(disclosure: str) -> tuple[str, object]:
    """Name and value of a disclosure. Raises ValueError for anything else."""
    parts = json.loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    _, name, value = parts
    return str(name), value
