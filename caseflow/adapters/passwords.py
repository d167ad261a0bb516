"""Passwords at rest: Argon2id with the library's recommended cost, over what only the key of HOME makes of them."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("no account has this password")


@dataclass(frozen=True, slots=True)
class PasswordHolder:
    """Whose password it is. `key` stands outside the database: who only writes there makes no hash that fits.

    A hash fits its person alone, and only as what it was made for: one-time, or of their own choosing.
    """

    key: bytes = field(repr=False)
    id: int
    uuid: UUID

    def hash(self, password: str, *, one_time: bool) -> str:
        """The encoded hash of a password of this person."""
        return _HASHER.hash(self._bound(password, one_time=one_time))

    def fits(self, encoded: str, password: str, *, one_time: bool) -> bool:
        """Whether the password is the one that was hashed, for this person."""
        return _verified(encoded, self._bound(password, one_time=one_time))

    def _bound(self, password: str, *, one_time: bool) -> str:
        kind = "one-time" if one_time else "own"
        message = "\0".join((kind, str(self.id), str(self.uuid), password))
        return b64encode(hmac.digest(self.key, message.encode("utf-8"), "sha256")).decode("ascii")


def fits_nobody(password: str) -> bool:
    """False, but it takes as long as with an account."""
    _verified(_NOBODY, password)
    return False


def hash_for_nobody() -> str:
    """A hash that no password fits, whoever it is given to."""
    return _NOBODY


def _verified(encoded: str, text: str) -> bool:
    try:
        return _HASHER.verify(encoded, text)
    except (VerificationError, InvalidHashError):
        return False


def fingerprint_of(encoded: str) -> str:
    """A digest of a stored hash: whoever replaces the hash cannot keep it, and nothing leads back from it."""
    return sha256(encoded.encode()).hexdigest()
