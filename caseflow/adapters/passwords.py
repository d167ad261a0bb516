"""Passwords at rest: Argon2id with the library's recommended cost."""

from __future__ import annotations

from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """The encoded hash of a password."""
    return _HASHER.hash(password)


def password_fits(encoded: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _HASHER.verify(encoded, password)
    except (VerificationError, InvalidHashError):
        return False


NOBODY = hash_password("no account has this password")
"""A hash to check against where there is no account, so that both answers take the same time."""


def fingerprint_of(encoded: str) -> str:
    """A digest of a stored hash: whoever replaces the hash cannot keep it, and nothing leads back from it."""
    return sha256(encoded.encode()).hexdigest()
