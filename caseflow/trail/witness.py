"""A witness: it remembers the last tree of every log that it knows, and signs only what extends that."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caseflow.adapters.clock import Clock
from caseflow.adapters.file_lock import FileLock
from caseflow.adapters.whole_file import write_whole
from caseflow.keys import make_private_folder
from caseflow.messages import N_, say
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.merkle import EMPTY_ROOT, verify_consistency
from caseflow.trail.notes import (
    COSIGNATURE,
    decode_base64,
    encode_base64,
    Note,
    PUBLIC_BYTES,
    SignatureLine,
    VerifierKey,
)
from caseflow.trail.refusals import (
    BadCheckpoint,
    BadNote,
    BadRequest,
    BadSignature,
    BadWitnessKey,
    DoesNotExtend,
    NotSigned,
    OtherRoot,
    OtherTree,
    ProofError,
    TrailError,
    UnknownLog,
    Unsigned,
)
from caseflow.trail.witness_request import AddCheckpoint

PRIVATE = "PRIVATE+KEY+"
LARGEST_KEY_FILE = 4_096


def make_key(path: Path, name: str) -> Cosigner:
    """Make a witness called `name` with a new key in `path`, readable by its owner alone.

    Raises BadNote for a name that keys cannot have and BadWitnessKey where the file is there already.
    """
    seed = os.urandom(PUBLIC_BYTES)
    made = Cosigner(name, seed)
    secret = encode_base64(bytes([COSIGNATURE]) + seed)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{PRIVATE}{name}+{made.key.key_id.hex()}+{secret}\n")
    except FileExistsError:
        text = N_("%(path)s is there already. A key is never overwritten: name another file.")
        raise BadWitnessKey(say(text, path=path)) from None
    return made


def read_key(path: Path) -> Cosigner:
    """The witness whose key is in `path`. Raises BadWitnessKey, and OSError where it cannot be read."""
    with path.open("rb") as file:
        text = file.read(LARGEST_KEY_FILE).decode("utf-8", "replace").strip()
    parts = text.removeprefix(PRIVATE).split("+", 2)
    try:
        name, key_id, secret = parts
        data = decode_base64(secret)
        made = Cosigner(name, data[1:])
    except (ValueError, BadNote):
        raise _bad_key(path) from None
    if not text.startswith(PRIVATE) or data[0] != COSIGNATURE or made.key.key_id.hex() != key_id:
        raise _bad_key(path)
    return made


@dataclass(frozen=True, slots=True)
class Seen:
    """The last tree of a log that was signed, and the keys that the log is known by."""

    tree: Checkpoint
    keys: tuple[VerifierKey, ...]


class Witness:
    """The witness whose memory lies in `folder`: one file for each log, never to be put back to an older copy.

    `logs` are keys of logs to trust, besides those that the memory knows.
    """

    def __init__(
        self, cosigner: Cosigner, folder: Path, clock: Clock, logs: Iterable[VerifierKey] = ()
    ) -> None:
        self._cosigner = cosigner
        self._folder = folder
        self._clock = clock
        self._logs = tuple(logs)
        make_private_folder(folder)

    def add_checkpoint(self, data: bytes) -> tuple[Note, SignatureLine]:
        """Compare a request with what was seen last, remember its tree, and sign it.

        Answers the checkpoint as it came and the cosignature. Raises BadRequest (400), UnknownLog (404),
        NotSigned (403), OtherTree (409), OtherRoot (409) and DoesNotExtend (422), as c2sp.org/tlog-witness has it, and
        BadWitnessKey for a memory that cannot be read.
        """
        request = AddCheckpoint.parse(data)
        note, tree = _read_checkpoint(request.note)
        path = self._folder / f"{hashlib.sha256(tree.origin.encode()).hexdigest()}.json"
        with FileLock(self._folder / "lock").held():
            seen = self._seen(path, tree.origin)
            _check_signed(note, tree, seen)
            _check_extends(request, tree, seen.tree)
            _remember(path, Seen(tree, seen.keys), request.note)
        return note, self._cosigner.cosign(note.text, self._clock.now())

    def _seen(self, path: Path, origin: str) -> Seen:
        keys = tuple(key for key in self._logs if key.name == origin)
        seen = _recall(path, origin)
        if seen is None:
            seen = Seen(Checkpoint(origin, 0, EMPTY_ROOT), ())
        known = tuple(dict.fromkeys((*seen.keys, *keys)))
        if not known:
            text = N_(
                "This witness does not know the log “%(origin)s”. Give it the policy of the log, or its key, "
                "as you had it from the people who keep the log."
            )
            raise UnknownLog(say(text, origin=origin))
        return Seen(seen.tree, known)


def _read_checkpoint(text: str) -> tuple[Note, Checkpoint]:
    """The checkpoint of a request, whoever signed it, if anybody did. Raises BadRequest."""
    try:
        note = Note.parse(text)
    except Unsigned:
        note = Note(text.removesuffix("\n").removesuffix("\n") + "\n", ())
    except BadNote as wrong:
        raise BadRequest(wrong.message) from wrong
    try:
        return note, Checkpoint.parse(note.text)
    except BadCheckpoint as wrong:
        raise BadRequest(wrong.message) from wrong


def _check_signed(note: Note, tree: Checkpoint, seen: Seen) -> None:
    claimed = [(key, line) for key in seen.keys for line in note.signed_by(key)]
    if not claimed:
        text = N_("The checkpoint is not signed with a key of the log “%(origin)s” that this witness knows.")
        raise NotSigned(say(text, origin=tree.origin))
    try:
        for key, line in claimed:
            key.verify(note.text.encode("utf-8"), line.signature)
    except BadSignature as wrong:
        raise NotSigned(wrong.message) from wrong


def _check_extends(request: AddCheckpoint, tree: Checkpoint, last: Checkpoint) -> None:
    if request.old_size > tree.size:
        text = N_("The request starts at %(old)s entries, but its checkpoint has only %(size)s.")
        raise BadRequest(say(text, old=request.old_size, size=tree.size))
    if request.old_size != last.size:
        text = N_(
            "The request starts at %(old)s entries; this witness saw %(size)s of “%(origin)s” last. Ask again "
            "with a proof from %(size)s."
        )
        raise OtherTree(say(text, old=request.old_size, size=last.size, origin=tree.origin), last.size)
    if last.size == tree.size and last.root != tree.root:
        text = N_(
            "This witness saw another tree of %(size)s entries of “%(origin)s”: history was rewritten. Keep the "
            "request as evidence."
        )
        raise OtherRoot(say(text, size=last.size, origin=tree.origin))
    try:
        verify_consistency(last.size, tree.size, last.root, tree.root, request.path)
    except ProofError as wrong:
        raise DoesNotExtend(wrong.message) from wrong


def _remember(path: Path, seen: Seen, note: str) -> None:
    """On the disk before the signature leaves."""
    memory = {
        "origin": seen.tree.origin,
        "size": seen.tree.size,
        "root": seen.tree.root.hex(),
        "keys": [key.encode() for key in seen.keys],
        "checkpoint": note,
    }
    write_whole(path, json.dumps(memory, ensure_ascii=False, indent=1).encode("utf-8"))


def _recall(path: Path, origin: str) -> Seen | None:
    if not path.exists():
        return None
    try:
        memory: Any = json.loads(path.read_bytes())
        tree = Checkpoint(memory["origin"], int(memory["size"]), bytes.fromhex(memory["root"]))
        keys = tuple(map(VerifierKey.parse, memory["keys"]))
        if Checkpoint.parse(tree.body()) == tree and tree.origin == origin:
            return Seen(tree, keys)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, TrailError):
        pass
    text = N_(
        "%(path)s, the memory of this witness, is damaged. Restore it; without it nothing can be compared."
    )
    raise BadWitnessKey(say(text, path=path))


def _bad_key(path: Path) -> BadWitnessKey:
    text = N_("%(path)s holds no key of a witness. Make one with: caseflow witness new-key FILE")
    return BadWitnessKey(say(text, path=path))
