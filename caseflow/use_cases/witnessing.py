"""Outsiders who compare: what they are asked, and keeping what they signed. By HTTP or as files on a stick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, UTC
from pathlib import Path

from sqlalchemy import func, insert, select, Table, update

from caseflow.adapters.whole_file import write_whole
from caseflow.errors import InvalidInput, NotFound
from caseflow.messages import Message, N_, say
from caseflow.models import CheckpointMailing, Cosignature
from caseflow.queries.comparisons import comparisons, merged
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigned
from caseflow.trail.notes import Note
from caseflow.trail.policy import Policy, TrustedWitness
from caseflow.trail.refusals import DoesNotExtend, TrailError
from caseflow.trail.tiles import TileFolder
from caseflow.trail.witness_request import AddCheckpoint, ask, read_cosignatures
from caseflow.use_cases.installation import Installation

COSIGNATURES: Table = Cosignature.__table__  # type: ignore[assignment]
MAILINGS: Table = CheckpointMailing.__table__  # type: ignore[assignment]

ASKED_KEPT = 100
ASK_AGAIN = timedelta(hours=1)
"""A witness reached over HTTP is asked once an hour, and where nothing was added once a day."""
ASK_ANYWAY = timedelta(days=1)
CLOCKS_APART = timedelta(minutes=5)
PUBLIC_MODE = 0o644


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison that was taken in."""

    witness: str
    at: datetime
    size: int
    new: bool = True


def policy_of(installation: Installation) -> Policy:
    """HOME/policy.txt: this log's key and the witnesses. Raises NotFound before anything was sealed, BadPolicy."""
    try:
        return Policy.parse(installation.settings.policy_file.read_bytes())
    except FileNotFoundError:
        raise NotFound(_nothing()) from None


def published_note(installation: Installation) -> str:
    """The newest signed checkpoint. Raises NotFound before the first."""
    note = TileFolder(installation.settings.log_folder).checkpoint()
    if note is None:
        raise NotFound(_nothing())
    return note


def with_cosignatures(installation: Installation, note: str) -> str:
    """The checkpoint `note` with the signatures of all who cosigned that same tree."""
    size = Checkpoint.parse(Note.parse(note).text).size
    with installation.database.reading() as connection:
        return merged(note, comparisons(connection, installation.settings.policy_file, sizes=(size, size)))


def witness_request(installation: Installation, witness: str | None = None, old: int | None = None) -> bytes:
    """What a witness is asked: the newest checkpoint, and that it extends the tree of `old` entries.

    `old` unless given is what `witness` signed last here; without either, the newest of anybody. Raises
    InvalidInput for a witness that the policy does not name, or an `old` larger than the log.
    """
    folder = TileFolder(installation.settings.log_folder)
    note = published_note(installation)
    size = Checkpoint.parse(Note.parse(note).text).size
    if witness is not None:
        _witness_named(policy_of(installation), witness)
    start = _last_seen(installation, witness) if old is None else old
    if not 0 <= start <= size:
        text = N_("The log has %(size)s entries; name a size from 0 to that.")
        raise InvalidInput.of("old", say(text, size=size), start)
    keep_handed_out(installation, size, note)
    return AddCheckpoint(start, tuple(folder.consistency(start, size)), note).encode()


def add_cosignature(installation: Installation, data: bytes) -> tuple[Kept, ...]:
    """Take in what a witness handed back: the checkpoint with its signature, or the signature lines alone.

    Raises NotTrusted for another log or an unknown witness, BadSignature, BadNote, BadCheckpoint, and
    DoesNotExtend where the witness signed another tree than this log's.
    """
    checkpoint, note, taken = read_cosignatures(data, policy_of(installation), _asked(installation))
    return tuple(keep_cosignature(installation, checkpoint, note, one) for one in taken)


def ask_over_http(installation: Installation, witness: TrustedWitness) -> Kept | None:
    """Ask a witness that has an address, when it is due; None where it is not. Raises as `ask`."""
    folder = TileFolder(installation.settings.log_folder)
    note = published_note(installation)
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    seen = _last_seen(installation, witness.shown)
    asked = _last_asked(installation, witness.shown) or datetime.min.replace(tzinfo=UTC)
    if installation.clock.now() - asked < (ASK_AGAIN if checkpoint.size > seen else ASK_ANYWAY):
        return None
    keep_handed_out(installation, checkpoint.size, note)
    signed = ask(witness, policy_of(installation), note, seen, folder.consistency)
    merged = Note.parse(note).with_signatures([signed.line]).encode()
    return keep_cosignature(installation, checkpoint, merged, signed)


def keep_cosignature(installation: Installation, checkpoint: Checkpoint, note: str, signed: Cosigned) -> Kept:
    """Keep a cosignature that was checked, once it is over this log's own tree.

    Raises DoesNotExtend, and InvalidInput for a time that has not come yet.
    """
    _compare(installation, checkpoint)
    if signed.at > installation.clock.now() + CLOCKS_APART:
        text = N_(
            "The witness signed for %(at)s, which has not come yet. Set the clock of the witness, and of this server,"
            " right; then ask once more."
        )
        raise InvalidInput.of("file", say(text, at=signed.at), signed.at)
    name = _witness_named(policy_of(installation), signed.name).shown
    note = with_cosignatures(installation, note)
    row = {
        "root": checkpoint.root,
        "witnessed_at": signed.at,
        "note": note,
        "added_at": installation.clock.now(),
    }
    same = (COSIGNATURES.c.witness == name, COSIGNATURES.c.size == checkpoint.size)
    with installation.database.transaction() as connection:
        before = connection.execute(select(COSIGNATURES.c.witnessed_at).where(*same)).scalar()
        if before is None:
            connection.execute(insert(COSIGNATURES), {"witness": name, "size": checkpoint.size, **row})
        elif before < signed.at:
            connection.execute(update(COSIGNATURES).where(*same).values(row))
    return Kept(name, signed.at, checkpoint.size, new=before is None or before < signed.at)


def _compare(installation: Installation, checkpoint: Checkpoint) -> None:
    folder = TileFolder(installation.settings.log_folder)
    published = Checkpoint.parse(Note.parse(published_note(installation)).text)
    same = checkpoint.size <= published.size and folder.root(checkpoint.size) == checkpoint.root
    if not same:
        text = N_(
            "The witness signed a log of %(size)s entries that is not the beginning of this one: one of the two was"
            " rewritten. Keep this file, and run: caseflow audit verify"
        )
        raise DoesNotExtend(say(text, size=checkpoint.size))


def _witness_named(policy: Policy, name: str) -> TrustedWitness:
    for one in policy.witnesses:
        if name in {one.name, one.shown}:
            return one
    text = N_("The policy names no witness “%(name)s”. It names: %(known)s.")
    known = ", ".join(one.shown for one in policy.witnesses) or "–"
    raise InvalidInput.of("witness", say(text, name=name, known=known), name)


def _last_seen(installation: Installation, witness: str | None) -> int:
    with installation.database.reading() as connection:
        seen = comparisons(connection, installation.settings.policy_file, witness=witness)
        return next((one.size for one in seen), 0)


def _last_asked(installation: Installation, witness: str) -> datetime | None:
    statement = select(func.max(COSIGNATURES.c.added_at)).where(COSIGNATURES.c.witness == witness)
    with installation.database.reading() as connection:
        asked: datetime | None = connection.execute(statement).scalar()
    return asked


# --- what was asked, for answers that hold signatures alone ------------------------------------------


def keep_handed_out(installation: Installation, size: int, note: str) -> None:
    """Keep a checkpoint that somebody may sign at leisure: what is recorded until they do is not backdated."""
    folder = _asked_folder(installation)
    folder.mkdir(exist_ok=True)
    write_whole(folder / f"{size}.checkpoint", note.encode("utf-8"), PUBLIC_MODE)
    kept = sorted(folder.glob("*.checkpoint"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[ASKED_KEPT:]:
        path.unlink(missing_ok=True)


def _asked(installation: Installation) -> Iterator[str]:
    """The checkpoints that a witness may have before it: the newest, those asked about, those mailed."""
    yield published_note(installation)
    kept = _asked_folder(installation).glob("*.checkpoint")
    yield from (path.read_text(encoding="utf-8") for path in kept)
    with installation.database.reading() as connection:
        mailed = list(connection.execute(select(MAILINGS.c.checkpoint).distinct()).scalars())
    yield from filter(_is_note, mailed)


def _is_note(text: str) -> bool:
    try:
        Checkpoint.parse(Note.parse(text).text)
    except TrailError:
        return False
    return True


def _asked_folder(installation: Installation) -> Path:
    return installation.settings.home / "witness-requests"


def _nothing() -> Message:
    return say(N_("Nothing is sealed yet. Run: caseflow worker --once"))
