"""Opening the disclosures of an event: what they tell, and whether the leaf committed to exactly these."""

from __future__ import annotations

import hashlib
import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from typing import Any

from caseflow.trail.leaf_form import BadLeaf, read_disclosed

_TO_PLAIN = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_decode = json.JSONDecoder().decode

Opened = tuple[dict[str, Any], list[bytes], bool]
"""What was told by name, the sorted digests, and whether each entry names the person that it is about."""


def open_disclosures(data: str | None) -> Opened | None:
    """Read the stored disclosures of an event; None where they are not what the program writes."""
    try:
        entries = _decode(data) if data else []
        texts = [text.encode("ascii") for text, _ in entries]
        told: dict[str, Any] = {}
        alike = True
        if texts:
            joined = b",".join([a2b_base64(text.translate(_TO_PLAIN) + b"===") for text in texts])
            parts = _decode(f"[{joined.decode()}]")
            if len(parts) != len(texts):
                return None
            for (_salt, name, value), (_text, about) in zip(parts, entries, strict=True):
                told[name] = value
                if about is not None or type(value) is dict:
                    alike = alike and about == _about(value)
    except (ValueError, TypeError, AttributeError):
        return None
    return told, sorted([digest_of(text) for text in texts]), alike


def digest_of(text: bytes) -> bytes:
    """The commitment to a disclosure: base64url(SHA-256), without padding."""
    return b2a_base64(hashlib.sha256(text).digest(), newline=False).translate(_TO_URL, b"=")


def _about(value: Any) -> str | None:
    """The person whom a disclosed value is about, where it is one."""
    return value["id"] if type(value) is dict and "position" in value and "id" in value else None


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
