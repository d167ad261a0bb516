"""Evidence bundles made from scratch: leaves, a tree by the words of RFC 6962, notes and cosignatures.

Nothing of the program's own tree, notes or bundles is used, so that what is made here can judge them.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, UTC
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.trail.leaf import commitment, disclose, Leaf, leaf_hash, NO_PREVIOUS

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
CASE = UUID("5f0c5f7e-6c3d-4d6f-9a51-000000000001")
OTHER_CASE = UUID("5f0c5f7e-6c3d-4d6f-9a51-000000000002")
REGISTRAR = UUID("5f0c5f7e-6c3d-4d6f-9a51-0000000000a1")
OWNER = {"id": "5f0c5f7e-6c3d-4d6f-9a51-0000000000a2", "name": "Trần Văn Bình", "position": "Chuyên viên"}
SUPERVISOR = {"id": str(REGISTRAR), "name": "Lê Thị Hồng", "position": "Phó Chủ tịch"}
DUE = datetime(2026, 11, 27, 16, 59, 59, 999999, tzinfo=UTC)
LOG_TYPE, WITNESS_TYPE = b"\x01", b"\x04"


def base64(data: bytes) -> str:
    """Standard base64."""
    return b64encode(data).decode("ascii")


# --- the tree, as RFC 6962 §2.1 defines it ---------------------------------------------------------


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """MTH(D[n]) over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    left = _split(len(hashes))
    return hashlib.sha256(b"\1" + tree_root(hashes[:left]) + tree_root(hashes[left:])).digest()


def tree_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(hashes) == 1:
        return []
    left = _split(len(hashes))
    if index < left:
        return [*tree_path(index, hashes[:left]), tree_root(hashes[left:])]
    return [*tree_path(index - left, hashes[left:]), tree_root(hashes[:left])]


# --- keys and notes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signer:
    """A key under a name; `kind` is the signature type."""

    name: str
    kind: bytes = LOG_TYPE
    seed: bytes = b""

    @property
    def secret(self) -> Ed25519PrivateKey:
        """The private key, which follows from the name unless a seed is given."""
        return Ed25519PrivateKey.from_private_bytes(self.seed or hashlib.sha256(self.name.encode()).digest())

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.secret.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The public key as a policy writes it."""
        return f"{self.name}+{self.key_id.hex()}+{base64(self.kind + self.public)}"

    def line(self, signature: bytes) -> str:
        """A signature line."""
        return f"— {self.name} {base64(self.key_id + signature)}\n"

    def sign(self, body: str) -> str:
        """The line of a log."""
        return self.line(self.secret.sign(body.encode()))

    def cosign(self, body: str, at: int) -> str:
        """The line of a witness, at so many seconds."""
        message = f"cosignature/v1\ntime {at}\n{body}".encode()
        return self.line(at.to_bytes(8, "big") + self.secret.sign(message))


LOG = Signer("tinh.example/caseflow")
WITNESS = Signer("ubkt.example/w1", WITNESS_TYPE)
SECOND = Signer("ubkt.example/w2", WITNESS_TYPE)
STRANGER = Signer("ubkt.example/w3", WITNESS_TYPE)
WITNESSED_AT = int((START + timedelta(days=3)).timestamp())
TRUSTING = f"log {LOG.vkey}\nquorum none\n"
POLICY = f"# Khóa tin cậy\nlog {LOG.vkey}\nwitness uy-ban {WITNESS.vkey}\nquorum uy-ban\n"
NO_QUORUM = f"log {LOG.vkey}\nwitness uy-ban {WITNESS.vkey}\nquorum none\n"
BOTH = (
    f"log {LOG.vkey} https://tinh.example/\n\n\twitness uy-ban {WITNESS.vkey}\n"
    f"witness cap-tren {SECOND.vkey}\ngroup hai-ben all uy-ban cap-tren\nquorum hai-ben\n"
)


# --- a log -----------------------------------------------------------------------------------------

Told = Sequence[tuple[str, object]]
STORY: tuple[tuple[str, str | None, str | None, Told], ...] = (
    ("case.registered", None, "registered",
     [("code", "VV-2026-000042"), ("title", "Đường thôn Đoài ngập nước sau mưa"),
      ("organisation", {"code": "W07201", "name": "Xã Ẫm Thượng"}), ("urgency", "urgent")]),
    ("case.assigned", "registered", "assigned",
     [("owner", OWNER), ("deadline", "2026-11-27"), ("expected_outcome", "Khơi thông rãnh thoát nước"),
      ("verify_by", "own"), ("readers", [SUPERVISOR, OWNER])]),
    ("case.started", "assigned", "in_progress", []),
    ("case.progress_reported", "in_progress", "in_progress",
     [("note", "Đã khảo sát; <b>chưa</b> có máy xúc."), ("progress", 40), ("acting_for", OWNER)]),
    ("case.resolved", "in_progress", "resolved",
     [("outcome", "Đã khơi thông 300 m rãnh"), ("completion", "full"), ("resolved_on", "2026-11-05")]),
    ("case.verified", "resolved", "verified",
     [("method", "site"), ("complainant_answer", "accepted"), ("note", "Đạt yêu cầu")]),
)  # fmt: skip


@dataclass
class Log:
    """Leaves in order, and where the chain of the case stands in them."""

    leaves: list[bytes] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)

    def stranger(self, number: int) -> None:
        """Put in a leaf of another chain."""
        self.leaves.append(leaf_of(number, subject=UUID(int=number + 1), seq=0, previous=NO_PREVIOUS))

    def append(self, leaf: bytes, told: Sequence[str] = ()) -> None:
        """Put in the case's next leaf."""
        self.places.append(len(self.leaves))
        self.leaves.append(leaf)
        self.told.append(list(told))

    @property
    def head(self) -> bytes:
        """The hash of the case's last leaf."""
        return leaf_hash(self.leaves[self.places[-1]]) if self.places else NO_PREVIOUS

    def hashes(self, size: int | None = None) -> list[bytes]:
        """The leaf hashes of the first `size` leaves."""
        return [leaf_hash(leaf) for leaf in self.leaves[:size]]

    def body(self, size: int | None = None, origin: str = LOG.name) -> str:
        """The three lines of the checkpoint."""
        hashes = self.hashes(size)
        return f"{origin}\n{len(hashes)}\n{base64(tree_root(hashes))}\n"

    def note(
        self, size: int | None = None, by: Signer = LOG, cosigners: Sequence[Signer] = (WITNESS,),
        origin: str = LOG.name,
    ) -> str:  # fmt: skip
        """The signed checkpoint."""
        body = self.body(size, origin)
        return body + "\n" + by.sign(body) + "".join(one.cosign(body, WITNESSED_AT) for one in cosigners)

    def proof(self, index: int, note: str, size: int | None = None) -> str:
        """A tlog-proof."""
        path = "".join(base64(one) + "\n" for one in tree_path(index, self.hashes(size)))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}"

    def bundle(self, note: str | None = None, size: int | None = None) -> dict[str, Any]:
        """The evidence bundle of the case as a value, to be changed."""
        note = note or self.note(size)
        events = [
            {"leaf": base64(self.leaves[at]), "proof": self.proof(at, note, size), "disclosures": told}
            for at, told in zip(self.places, self.told, strict=True)
            if size is None or at < size
        ]
        return {"format": "caseflow-evidence/v1", "origin": LOG.name, "case": str(CASE), "events": events}


def leaf_of(number: int, told: Sequence[str] = (), **other: Any) -> bytes:
    """The bytes of a leaf, with whatever is to be other than usual."""
    facts: dict[str, Any] = {
        "subject": CASE, "seq": number, "previous": NO_PREVIOUS, "event": UUID(int=(number + 1) << 64),
        "type": "case.registered", "source": None, "target": "registered", "due": DUE, "actor": REGISTRAR,
        "at": START + timedelta(hours=number), "commitments": tuple(commitment(one) for one in told),
    }  # fmt: skip
    return Leaf(**(facts | other)).encode()


def disclosed(told: Told, salt: bytes = b"0123456789abcdef") -> list[str]:
    """Disclosures with salts that are the same every time."""
    return [disclose(name, value, hashlib.sha256(salt + name.encode()).digest()[:16]) for name, value in told]


def case_log(story: Sequence[tuple[str, str | None, str | None, Told]] = STORY) -> Log:
    """A log with one case among leaves of others."""
    log = Log()
    for number, (kind, source, target, facts) in enumerate(story):
        log.stranger(3 * number)
        log.stranger(3 * number + 1)
        told = disclosed(facts)
        log.append(leaf_of(number, told, type=kind, source=source, target=target, previous=log.head), told)
    log.stranger(100)
    return log


def packed(bundle: object) -> bytes:
    """A bundle as the bytes of a file."""
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()
