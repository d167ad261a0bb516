"""Signed notes (c2sp.org/signed-note): a text, an empty line, and signatures that name their keys."""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from caseflow.messages import Message, N_, say, size_text
from caseflow.trail.refusals import BadNote, BadSignature, Unsigned

ED25519 = 0x01
COSIGNATURE = 0x04  # timestamped Ed25519, c2sp.org/tlog-cosignature
PUBLIC_BYTES = 32
KEY_ID_BYTES = 4
LARGEST_NOTE = 1 << 17  # bytes
MOST_SIGNATURES = 64
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-fA-F]{8}")
_DASH = "— "


def decode_base64(text: str) -> bytes:
    """Standard base64, with its padding, in the only spelling there is. Raises ValueError for any other."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as wrong:
        raise ValueError("no base64") from wrong
    if b64encode(data).decode("ascii") != text:
        raise ValueError("another spelling of base64")
    return data


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return b64encode(data).decode("ascii")


def is_key_name(name: str) -> bool:
    """Not empty, no Unicode space, no plus sign, no control character."""
    return bool(name) and "+" not in name and not any(each.isspace() or each < " " for each in name)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name; `algorithm` is the signature type, 0x01 of a log or 0x04 of a witness."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key)."""
        text = self.name.encode("utf-8") + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(text).digest()[:KEY_ID_BYTES]

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read `name+id+key`. Raises BadNote for anything else, or another algorithm than these two."""
        name, _plus, rest = vkey.partition("+")
        key_id, _plus, encoded = rest.partition("+")
        try:
            name.encode("utf-8")
            key = decode_base64(encoded)
        except ValueError:
            key = b""
        if not is_key_name(name) or not _KEY_ID.fullmatch(key_id) or not key:
            raise _bad_key(vkey, N_("it is not a name, eight hexadecimal digits and a key, joined by “+”"))
        if key[0] not in {ED25519, COSIGNATURE} or len(key) != 1 + PUBLIC_BYTES:
            raise _bad_key(vkey, N_("it is no Ed25519 key"))
        made = cls(name, key[0], key[1:])
        if made.key_id != bytes.fromhex(key_id):
            raise _bad_key(vkey, N_("its digits do not belong to its name and key: a character was changed"))
        return made

    def encode(self) -> str:
        """The key as one line of text, as others write it down."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.algorithm]) + self.public)}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check an Ed25519 signature. Raises BadSignature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as wrong:
            text = N_("The signature of “%(name)s” is false: text or signature was changed.")
            raise BadSignature(say(text, name=self.name)) from wrong


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as it stands beneath a note: whose, by which key, and its bytes after the key's id."""

    name: str
    key_id: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its newline. Raises BadNote."""
        parts = line.removeprefix(_DASH).split(" ")
        try:
            data = decode_base64(parts[-1])
        except ValueError:
            data = b""
        if (
            not line.startswith(_DASH)
            or len(parts) != 2
            or not is_key_name(parts[0])
            or len(data) <= KEY_ID_BYTES
        ):
            text = N_("The line “%(line)s” is no signature: it was cut or changed.")
            raise BadNote(say(text, line=line[:80]))
        return cls(parts[0], data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])

    def encode(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it claims to be made with `key`."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and its signatures; nothing is said yet about who signed."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, data: bytes | str) -> Self:
        """Split a note. Raises Unsigned for a text alone, BadNote for whatever else is no note of at most 128 KiB."""
        content = _characters(data)
        text, empty, lines = content.rpartition("\n\n")
        if not empty or not lines.endswith("\n"):
            raise (BadNote if lines and empty else Unsigned)(
                say(N_("This is no signed note: the signatures after the empty line are missing."))
            )
        signatures = lines[:-1].split("\n")
        if len(signatures) > MOST_SIGNATURES:
            raise BadNote(say(N_("The note has more than %(most)s signatures."), most=MOST_SIGNATURES))
        return cls(text + "\n", tuple(SignatureLine.parse(line) for line in signatures))

    def encode(self) -> str:
        """The whole note."""
        return f"{self.text}\n{''.join(line.encode() for line in self.signatures)}"

    def with_signatures(self, lines: Iterable[SignatureLine]) -> Self:
        """The note with more signatures; one that is there already is not put twice."""
        return type(self)(self.text, tuple(dict.fromkeys((*self.signatures, *lines))))

    def signed_by(self, key: VerifierKey) -> list[SignatureLine]:
        """The signatures that claim to be made with `key`."""
        return [line for line in self.signatures if line.is_by(key)]


class NoteSigner:
    """Signs notes with an Ed25519 key. `seed` is its 32 secret bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_key_name(name):
            raise BadNote(say(N_("“%(name)s” cannot name a key: leave out blanks and “+”."), name=name))
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public key as text, to be given to whoever checks."""
        return self.key.encode()

    def sign(self, text: str) -> str:
        """The note of `text`, which must end in a newline, with this signature."""
        line = SignatureLine(self.key.name, self.key.key_id, self._private.sign(text.encode("utf-8")))
        return Note(text, (line,)).encode()


def open_note(data: bytes | str, keys: Iterable[VerifierKey]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """A note and those of `keys` (type 0x01) that signed it; others' signatures are passed over.

    Raises BadNote, or BadSignature where none of the keys signed or one's signature is false.
    """
    note = Note.parse(data)
    signed = tuple(key for key in keys if _has_signed(key, note))
    if not signed:
        raise BadSignature(say(N_("The note is signed by none of the known keys.")))
    return note, signed


def _has_signed(key: VerifierKey, note: Note) -> bool:
    lines = note.signed_by(key) if key.algorithm == ED25519 else []
    for line in lines:
        key.verify(note.text.encode("utf-8"), line.signature)
    return bool(lines)


def _characters(data: bytes | str) -> str:
    """The note as text, once it is known to be one."""
    if len(data) > LARGEST_NOTE:
        raise BadNote(say(N_("The note is longer than %(limit)s."), limit=size_text(LARGEST_NOTE)))
    try:
        content = data.decode("utf-8") if isinstance(data, bytes) else data
        content.encode("utf-8")
    except UnicodeError:
        raise BadNote(say(N_("The note is not UTF-8 text: it was changed."))) from None
    if "\r\n" in content:
        text = N_("The note has Windows line ends (CRLF): it is signed with Unix ones (LF).")
        raise BadNote(say(text))
    if CONTROL.search(content):
        raise BadNote(say(N_("The note holds a control character: it was changed.")))
    return content


def _bad_key(vkey: str, why: str) -> BadNote:
    text = N_("“%(key)s” is no key of a log or witness: %(why)s.")
    return BadNote(say(text, key=vkey[:120], why=Message(why)))
