"""`caseflow witness`: compare the log with what was seen before and sign it, on a laptop without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from caseflow.errors import InvalidInput, reason_of
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say

if TYPE_CHECKING:
    from caseflow.trail.notes import VerifierKey
    from caseflow.trail.witness import Witness

FILE = click.Path(path_type=Path, dir_okay=False)
KEY = click.option("--key", "key", required=True, type=FILE, help="The witness's key, from new-key.")
POLICY = click.option("--policy", type=FILE, help="Policy of the log; needed the first time.")
LOG = click.option("--log", "log", metavar="VKEY", help="Key of the log, instead of its policy.")


@click.group()
def witness() -> None:
    """Be a witness of a log: make a key, compare checkpoints and sign them."""


@witness.command("new-key")
@click.argument("file", type=FILE)
@click.option("--name", help="Name of the witness, like thanh-tra.example.vn; the file's name otherwise.")
def new_key(file: Path, name: str | None) -> None:
    """Make a key in FILE and print its public half, which goes into the policy of whoever relies on it."""
    from caseflow.trail.witness import make_key

    try:
        made = make_key(file, file.stem if name is None else name)
    except OSError as problem:
        raise _unusable(file, problem) from problem
    click.echo(made.vkey)


@witness.command()
@click.argument("request", type=FILE)
@KEY
@POLICY
@LOG
@click.option("-o", "--output", required=True, type=FILE, help="Where the signed checkpoint goes.")
def cosign(request: Path, key: Path, policy: Path | None, log: str | None, output: Path) -> None:
    """Compare REQUEST with the tree that this witness saw last, and sign its checkpoint.

    What was seen is kept in a folder beside the key. A log that is not known yet needs --policy or --log.
    """
    from caseflow.adapters.whole_file import write_whole
    from caseflow.trail.checkpoints import Checkpoint
    from caseflow.trail.witness_request import AddCheckpoint

    data = _read(request)
    note, line = _witness(key, policy, log).add_checkpoint(data)
    try:
        write_whole(output, note.with_signatures([line]).encode().encode("utf-8"), 0o644)
    except OSError as problem:
        raise _unusable(output, problem) from problem
    tree = Checkpoint.parse(note.text)
    click.echo(_(_signed_as(AddCheckpoint.parse(data).old_size), origin=tree.origin, size=tree.size))


def _signed_as(seen: int) -> str:
    if seen == 0:
        return N_(
            "“%(origin)s” with %(size)s entries, seen for the first time: nothing to compare with. Signed."
        )
    return N_("“%(origin)s” with %(size)s entries extends what was seen before. Signed.")


@witness.command()
@KEY
@POLICY
@LOG
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=8070, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
def serve(key: Path, policy: Path | None, log: str | None, host: str, port: int) -> None:
    """Answer the requests of logs over HTTP, at /add-checkpoint."""
    from caseflow.trail.witness_server import WitnessServer

    served = _witness(key, policy, log)
    try:
        server = WitnessServer((host, port), served)
    except OSError as problem:
        message = say(
            N_("%(host)s:%(port)s cannot be listened at: %(reason)s."),
            host=host,
            port=str(port),
            reason=reason_of(problem),
        )
        raise InvalidInput.of("port", message, str(port)) from problem
    with server:
        click.echo(f"http://{host}:{server.server_port}/")
        server.serve_forever()


def _witness(key: Path, policy: Path | None, log: str | None) -> Witness:
    from caseflow.adapters.clock import SystemClock
    from caseflow.trail.witness import read_key, Witness

    try:
        cosigner = read_key(key)
        return Witness(cosigner, key.with_name(key.name + ".seen"), SystemClock(), _logs(policy, log))
    except OSError as problem:
        raise _unusable(key, problem) from problem


def _logs(policy: Path | None, log: str | None) -> tuple[VerifierKey, ...]:
    from caseflow.trail.notes import ED25519, VerifierKey
    from caseflow.trail.policy import Policy

    known = Policy.parse(_read(policy)).log_keys if policy else ()
    if log is None:
        return known
    key = VerifierKey.parse(log)
    if key.algorithm != ED25519:
        raise InvalidInput.of(
            "log", say(N_("“%(key)s” is the key of a witness, not of a log."), key=log), log
        )
    return (*known, key)


def _read(path: Path) -> bytes:
    from caseflow.cli.check_bundle import read_limited

    return read_limited(path)


def _unusable(path: Path, problem: OSError) -> InvalidInput:
    from caseflow.cli.check_bundle import unusable

    return unusable(path, problem)
