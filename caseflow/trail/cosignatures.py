"""Cosignatures (c2sp.org/tlog-cosignature, version 1): a witness says what it saw of a log, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, UTC

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.messages import N_, say
from caseflow.trail.notes import COSIGNATURE, is_key_name, Note, SignatureLine, VerifierKey
from caseflow.trail.refusals import BadNote, BadSignature

STAMP_BYTES = 8
SIGNATURE_BYTES = 64
LATEST_STAMP = 253_402_300_799  # the last second of the year 9999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witness called `name` compared the tree at the instant `at` (UTC, whole seconds)."""

    name: str
    at: datetime
    line: SignatureLine


class Cosigner:
    """Makes the cosignatures of one witness. `seed` is the 32 secret bytes of its Ed25519 key."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_key_name(name):
            raise BadNote(say(N_("“%(name)s” cannot name a key: leave out blanks and “+”."), name=name))
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, COSIGNATURE, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public key as a policy file names it."""
        return self.key.encode()

    def cosign(self, body: str, at: datetime) -> SignatureLine:
        """Sign the three lines of a checkpoint as seen at `at`, an aware instant."""
        stamp = int((at - _EPOCH).total_seconds())
        signature = self._private.sign(_signed(stamp, body))
        return SignatureLine(self.key.name, self.key.key_id, stamp.to_bytes(STAMP_BYTES, "big") + signature)


def read_cosignature(key: VerifierKey, line: SignatureLine, body: str) -> datetime:
    """When the witness `key` saw the checkpoint with these three lines. Raises BadSignature."""
    if len(line.signature) != STAMP_BYTES + SIGNATURE_BYTES:
        raise BadSignature(say(N_("The cosignature of “%(name)s” is cut or too long."), name=key.name))
    stamp = int.from_bytes(line.signature[:STAMP_BYTES], "big")
    key.verify(_signed(stamp, body), line.signature[STAMP_BYTES:])
    if stamp > LATEST_STAMP:
        raise BadSignature(say(N_("The cosignature of “%(name)s” bears no possible time."), name=key.name))
    return _EPOCH + timedelta(seconds=stamp)


def cosigned_by(name: str, key: VerifierKey, note: Note) -> Cosigned | None:
    """The newest cosignature of one witness beneath a note. Raises BadSignature where any is false."""
    found = [Cosigned(name, read_cosignature(key, line, note.text), line) for line in note.signed_by(key)]
    return max(found, key=lambda each: each.at, default=None)


def parse_lines(answer: bytes | str) -> list[SignatureLine]:
    """The signature lines of a witness's answer. Raises BadNote."""
    note = Note.parse(b"\n\n" + answer if isinstance(answer, bytes) else "\n\n" + answer)
    if note.text != "\n":
        raise BadNote(say(N_("A witness answers with signatures alone.")))
    return list(note.signatures)


def _signed(stamp: int, body: str) -> bytes:
    return f"cosignature/v1\ntime {stamp}\n{body}".encode()
