"""Texts that stand encrypted in the database: AES-256-GCM under a key that is not in it."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def seal_text(key: bytes, text: str) -> bytes:
    """Encrypt `text` under a key of 32 bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text.encode("utf-8"), None)


def open_text(key: bytes, sealed: bytes) -> str:
    """What was sealed. Raises cryptography's InvalidTag for another key or changed bytes."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode("utf-8")
