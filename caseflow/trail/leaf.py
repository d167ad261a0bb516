"""The leaf of an event, byte for byte as `caseflow-log/v1` writes it, and its disclosures."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, UTC
from functools import lru_cache
from json.encoder import encode_basestring
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

        The names stand in their order here, and only characters that JSON never escapes are let in: then text
        put together by hand is what RFC 8785 asks for, at a tenth of the time.
        """
        due = "null" if self.due is None else f'"{instant_text(self.due)}"'
        text = (
            f'{{"_sd":[{_list(sorted(self.commitments))}],"actor":"{self.actor}","at":"{instant_text(self.at)}",'
            f'"case":"{self.subject}","due":{due},"event":"{self.event}","from":{_word(self.source)},'
            f'"prev":"{self.previous.hex()}","seq":{self.seq:d},"to":{_word(self.target)},'
            f'"type":{_word(self.type)},"v":1}}'
        )
        if len(text) > LARGEST_LEAF:
            raise LeafError(f"{self.type} makes a leaf of {len(text)} bytes")
        return text.encode("ascii")


@lru_cache(maxsize=1_000)
def _word(code: str | None) -> str:
    return "null" if code is None else f'"{_unescaped(code)}"'


def _list(commitments: Iterable[str]) -> str:
    return ",".join([f'"{_unescaped(one)}"' for one in commitments])


def _unescaped(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or '"' in text or "\\" in text:
        raise LeafError(f"{text!r} holds what JSON escapes")
    return text


_readable_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat("T", "microseconds")[:26] + "Z"


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf), RFC 6962 §2.1."""
    return hashlib.sha256(b"\0" + leaf).digest()


def mac_of(leaf: bytes, writer_key: bytes) -> bytes:
    """HMAC-SHA256 under the writer key: the row came from the program."""
    return hmac.digest(writer_key, leaf, "sha256")


def _base64url(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def disclose(name: str, value: object, salt: bytes) -> str:
    """The disclosure of one named value (RFC 9901): base64url of the UTF-8 JSON `[salt, name, value]`."""
    told = encode_basestring(value) if type(value) is str else _readable_json(value)
    return _base64url(f'["{_base64url(salt)}",{encode_basestring(name)},{told}]'.encode())


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
