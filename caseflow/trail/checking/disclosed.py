"""Opening the disclosures of an event: what they tell, and whether the leaf committed to exactly these."""

from __future__ import annotations

import hashlib
import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from json.scanner import make_scanner
from typing import Any

from caseflow.trail.leaf_form import BadLeaf, read_disclosed

_TO_PLAIN = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_DIGEST = 43  # characters of a commitment; one more stands for the byte between two
_scan: Any = make_scanner(json.JSONDecoder())  # type: ignore[arg-type]

Opened = tuple[dict[str, Any], list[bytes], bool]
"""What was told by name, the sorted digests, and whether each entry names the person that it is about."""


def open_disclosures(data: str | None) -> Opened | None:
    """Read the stored disclosures of an event; None where they are not what the program writes.

    The list is taken apart as the program writes it, and its entries are decoded as one piece of JSON and their
    digests as one piece of base64: that takes a third of the time. What is read wrongly has other digests.
    """
    if not data or data == "[]":
        return {}, [], True
    if not (data.startswith('[["') and data.endswith("]]")):
        return None
    try:
        entries = [piece.split(b'"', 2) for piece in data.encode("ascii")[2:-2].split(b"],[")]
        texts = [text for _, text, _ in entries]
        parts = _parts(texts)
        if len(parts) != len(texts):
            return None
        told: dict[str, Any] = {}
        alike = True
        for (_salt, name, value), (_, _, about) in zip(parts, entries, strict=True):
            told[name] = value
            if about != b",null" or type(value) is dict:
                alike = alike and about == _about(value)
    except (ValueError, TypeError, AttributeError, StopIteration, RecursionError):
        return None
    return told, _digests(texts), alike


def _parts(texts: list[bytes]) -> list[Any]:
    joined = b",".join([a2b_base64(text.translate(_TO_PLAIN) + b"===") for text in texts])
    whole = f"[{joined.decode()}]"
    parts, end = _scan(whole, 0)
    return parts if end == len(whole) else []


def _digests(texts: list[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    joined = b"\0".join([sha256(text).digest() for text in texts]) + b"\0"
    encoded = b2a_base64(joined, newline=False).translate(_TO_URL)
    return sorted([encoded[at : at + _DIGEST] for at in range(0, len(encoded), _DIGEST + 1)])


def digest_of(text: bytes) -> bytes:
    """The commitment to a disclosure: base64url(SHA-256), without padding."""
    return b2a_base64(hashlib.sha256(text).digest(), newline=False).translate(_TO_URL, b"=")


def _about(value: Any) -> bytes:
    """How an entry goes on after its text: with the person that it is about, where it is one."""
    if type(value) is dict and "position" in value and "id" in value:
        return f',"{value["id"]}"'.encode()
    return b",null"


def open_singly(data: str | None) -> tuple[dict[str, Any], dict[str, str | None]]:
    """The same where something is wrong: what can be read of it, and each digest with the name that it tells."""
    told: dict[str, Any] = {}
    digests: dict[str, str | None] = {}
    for text in _texts(data):
        try:
            name, value = read_disclosed(text)
        except BadLeaf:
            digests[digest_of(text.encode("utf-8", "replace")).decode()] = None
        else:
            told[name] = value
            digests[digest_of(text.encode()).decode()] = name
    return told, digests


def _texts(data: str | None) -> Iterable[str]:
    try:
        entries = json.loads(data or "[]")
    except (ValueError, RecursionError):
        return [str(data)]
    if not isinstance(entries, list):
        return [str(data)]
    return [str(one[0]) if isinstance(one, list) and one else str(one) for one in entries]
