"""The signer: it holds the signing key and its own compact range, and only ever extends that.

Key and state lie outside the database. Before a signature leaves, the new state is on the disk.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from caseflow.adapters.file_lock import FileLock
from caseflow.adapters.whole_file import write_whole
from caseflow.keys import kept_key, make_private_folder
from caseflow.messages import N_, say
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.merkle import CompactRange
from caseflow.trail.notes import NoteSigner
from caseflow.trail.refusals import TrailError

SOCKET_NAMES = (".sock", ".socket")


class SignerRefused(TrailError):
    """The signer was asked to sign a tree that does not extend the one it signed last."""

    code = "signer_refused"
    http_status = 500


class SignerMoved(TrailError):
    """Another has had a larger tree signed meanwhile: read the signer's tree again."""

    code = "signer_moved"
    http_status = 500


class SignerLost(TrailError):
    """The signer's state is missing or unreadable, or belongs to another log."""

    code = "signer_lost"
    http_status = 500


@dataclass(frozen=True, slots=True)
class Signed:
    """The tree that a signer signed last: how many entries, and their root."""

    size: int
    root: bytes


class Signing(Protocol):
    """What the sequencer asks of a signer, here or in another process."""

    @property
    def vkey(self) -> str: ...

    def signed(self) -> Signed: ...

    def sign(self, start: int, hashes: Sequence[bytes], root: bytes) -> str: ...


class Signer:
    """The signer of the log `origin` with the key in `key_file`, in this process.

    Key and an empty state are made where both are missing. Raises SignerLost where there is a key without its
    state, or with that of another log, and SettingsError for a key that others can read.
    """

    def __init__(self, origin: str, key_file: Path) -> None:
        self._origin = origin
        self._state_file = key_file.with_name(key_file.name + ".state")
        self._lock = FileLock(key_file.with_name(key_file.name + ".lock"))
        make_private_folder(key_file.parent)
        with self._lock.held():
            if not key_file.exists() and not self._state_file.exists():
                self._keep(CompactRange())  # before the key: so a key never stands without its state
            self._notes = NoteSigner(origin, kept_key(key_file)[:32])
            self._read()

    @property
    def vkey(self) -> str:
        """The public key as text."""
        return self._notes.vkey

    def signed(self) -> Signed:
        """The tree that was signed last; the empty one before the first. Raises SignerLost."""
        reached = self._read()
        return Signed(reached.size, reached.root())

    def sign(self, start: int, hashes: Sequence[bytes], root: bytes) -> str:
        """The signed checkpoint of the tree that the leaf `hashes` make of the one signed last.

        `start` is how many entries the caller believes to be signed, `root` what it takes the new tree's root
        for. Without `hashes` the same tree is signed once more. Raises SignerMoved where the signer stands
        elsewhere and SignerRefused where the root comes out differently; nothing is signed then.
        """
        with self._lock.held():
            reached = self._read()
            if reached.size != start:
                text = N_("The signer has signed %(size)s entries, not %(start)s.")
                raise SignerMoved(say(text, size=reached.size, start=start))
            reached.extend(hashes)
            if reached.root() != root:
                raise refused(reached.size)
            if hashes:
                self._keep(reached)
        return self._notes.sign(Checkpoint(self._origin, reached.size, root).body())

    def _keep(self, reached: CompactRange) -> None:
        state = {
            "origin": self._origin,
            "size": reached.size,
            "hashes": [one.hex() for one in reached.hashes],
        }
        write_whole(self._state_file, json.dumps(state).encode("ascii"))

    def _read(self) -> CompactRange:
        try:
            state = json.loads(self._state_file.read_bytes())
            if state["origin"] == self._origin and type(state["size"]) is int:
                return CompactRange(state["size"], map(bytes.fromhex, state["hashes"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as problem:
            raise self._lost() from problem
        if state["origin"] == self._origin:
            raise self._lost()
        text = N_(
            "%(path)s is the signer's state of the log “%(held)s”, not of “%(origin)s”."
            " Set CASEFLOW_ORIGIN back, or give this log a key of its own."
        )
        raise SignerLost(say(text, path=self._state_file, held=state["origin"], origin=self._origin))

    def _lost(self) -> SignerLost:
        empty = json.dumps({"origin": self._origin, "size": 0, "hashes": []})
        text = N_(
            "%(path)s is missing or damaged: the signer does not know what it signed. Restore it from the copy"
            " kept with the key. Only for a key that never signed, write into it: %(empty)s"
        )
        return SignerLost(say(text, path=self._state_file, empty=empty))


def is_socket(path: Path) -> bool:
    """Whether `path` is no key but the socket of a signer, be it running or not: then its name says so."""
    if path.suffix in SOCKET_NAMES:
        return True
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def refused(size: int) -> SignerRefused:
    """The refusal to sign a tree of `size` entries."""
    text = N_(
        "The log of %(size)s entries does not extend what was signed before: history was rewritten."
        " Nothing is sealed any more; keep database and log as they are and run: caseflow audit verify"
    )
    return SignerRefused(say(text, size=size))
