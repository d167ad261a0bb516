"""`caseflow worker` and `caseflow signer`: the processes beside the pages."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from caseflow.cli.starting import settings_here
from caseflow.errors import InvalidInput, reason_of
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say

if TYPE_CHECKING:
    from caseflow.trail.signer_socket import SignerServer


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
def worker(*, once: bool) -> None:
    """Seal what is recorded and do what is due, until stopped. Any number of them may run."""
    from caseflow.use_cases.founding import found
    from caseflow.use_cases.installation import Installation
    from caseflow.use_cases.log_start import refuse_if_behind
    from caseflow.worker import Worker

    installation = Installation.open(settings_here())
    try:
        found(installation)
        refuse_if_behind(installation)
        made = Worker(installation)
        if once:
            click.echo(_("%(count)s events were sealed.", count=made.run_once()))
            return
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, lambda _signal, _frame: made.end())
        click.echo(_("Sealing what is recorded. Ctrl-C stops it."))
        made.run()
    finally:
        installation.database.dispose()


@click.command()
@click.option(
    "--socket", "path", required=True, type=click.Path(path_type=Path), help="The Unix socket to answer at."
)
def signer(path: Path) -> None:
    """Sign the log in a process of its own, with the key in CASEFLOW_SIGNING_KEY_FILE, until stopped.

    Workers find it where their own CASEFLOW_SIGNING_KEY_FILE names the socket.
    """
    server = _listen(path.absolute())
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, _stop)
    click.echo(_("Signing at %(path)s. Ctrl-C stops it.", path=path))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()


def _listen(path: Path) -> SignerServer:
    from caseflow.trail.signer import Signer
    from caseflow.trail.signer_socket import SignerServer

    settings = settings_here()
    own = Signer(settings.origin, settings.signing_key_file)
    click.echo(own.vkey)
    try:
        return SignerServer(path, own)
    except OSError as problem:
        text = N_("The signer cannot answer at %(path)s: %(reason)s. Choose another with --socket.")
        message = say(text, path=path, reason=reason_of(problem))
        raise InvalidInput.of("socket", message, str(path)) from problem


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
