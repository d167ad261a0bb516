"""The log's files, and the database as a whole."""

from __future__ import annotations

import secrets
import shutil

from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.notes import NoteSigner
from tests.trail.attacks.thief import attack, Named, Thief


@attack
def restore_an_older_copy(thief: Thief) -> Named:
    thief.database.close()
    shutil.copy(thief.older, thief.home / "caseflow.db")
    return Named("signer")


@attack
def rewrite_a_bundle_of_entries(thief: Thief) -> Named:
    for data in (thief.home / "log" / "tile" / "entries").rglob("*"):
        if data.is_file():
            data.write_bytes(data.read_bytes().replace(b"case.registered", b"case.cancelled_"))
    return Named("published")


@attack
def rewrite_a_tile(thief: Thief) -> Named:
    files = [one for one in (thief.home / "log" / "tile" / "0").rglob("*") if one.is_file()]
    for one in files:
        one.write_bytes(secrets.token_bytes(len(one.read_bytes())))
    return Named("published")


@attack
def take_the_checkpoint_away(thief: Thief) -> Named:
    (thief.home / "log" / "checkpoint").unlink()
    return Named("checkpoint")


@attack
def put_an_older_checkpoint(thief: Thief) -> Named:
    shutil.copy(thief.home / "older-checkpoint", thief.home / "log" / "checkpoint")
    return Named("checkpoint")


@attack
def sign_with_another_key(thief: Thief) -> Named:

    made = NoteSigner("caseflow.local", secrets.token_bytes(32))
    body = Checkpoint("caseflow.local", 3, secrets.token_bytes(32)).body()
    (thief.home / "log" / "checkpoint").write_text(made.sign(body), encoding="utf-8")
    return Named("checkpoint")


@attack
def invent_a_comparison(thief: Thief) -> Named:
    row = thief.one("SELECT * FROM cosignatures")
    thief.run("INSERT INTO cosignatures (witness, size, root, witnessed_at, note, added_at) VALUES (?, ?, ?,"
              " '2026-12-30 02:00:00.000000', ?, ?)", row["witness"], row["size"] + 1, row["root"], row["note"],
              row["added_at"])  # fmt: skip
    return Named("cosignature")


@attack
def freshen_a_comparison(thief: Thief) -> Named:
    thief.run("UPDATE cosignatures SET witnessed_at = '2027-01-30 02:00:00.000000'")
    return Named("cosignature")


@attack
def drop_the_guards(thief: Thief) -> Named:
    """The triggers are gone; nothing else was done yet."""
    return Named("guard")


@attack
def add_a_guard_of_ones_own(thief: Thief) -> Named:
    thief.run(
        "CREATE TRIGGER helper AFTER UPDATE ON cases BEGIN UPDATE cases SET deadline = '2030-01-01'; END"
    )
    return Named("guard")


@attack
def drop_an_index(thief: Thief) -> Named:
    thief.run("DROP INDEX uq_events_leaf_index")
    return Named("guard")
