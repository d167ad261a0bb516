"""Texts that stand encrypted in the database: AES-256-GCM under a key that is not in it."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def seal_text(key: bytes, text: str, place: str) -> bytes:
    """Encrypt `text` under a key of 32 bytes; it opens only as what stands at `place`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text.encode("utf-8"), place.encode("utf-8"))


def open_text(key: bytes, sealed: bytes, place: str) -> str:
    """What was sealed at `place`. Raises cryptography's InvalidTag for another key or place, or changed bytes."""
    if len(sealed) < NONCE_BYTES:
        raise InvalidTag
    found = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode("utf-8"))
    return found.decode("utf-8")


def name_place(code: str) -> str:
    """Where the complainant's name of the case `code` stands."""
    return f"{code}/name"


def contact_place(code: str) -> str:
    """Where the complainant's contact stands."""
    return f"{code}/contact"
