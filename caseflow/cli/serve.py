"""`caseflow serve`: the pages on one machine."""

from __future__ import annotations

import signal
import socket
from dataclasses import dataclass
from typing import Self, TYPE_CHECKING

import click

from caseflow.cli import listening
from caseflow.cli.processes import can_fork, keep_answering, stop, usual_number
from caseflow.cli.starting import settings_here
from caseflow.errors import InvalidInput
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say

if TYPE_CHECKING:
    from flask import Flask

    from caseflow.use_cases.installation import Installation

HOST = "127.0.0.1"
PORT = 8000


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
@click.option(
    "--processes",
    type=click.IntRange(1, 16),
    help="Processes that answer: two if not said, one on one processor and on Windows.",
)
def serve(host: str, port: int, processes: int | None) -> None:
    """Serve the pages until stopped."""
    from caseflow.use_cases.installation import Installation

    server = Server.listening(Installation.open(settings_here()), host, port, processes)
    click.echo(_("Serving at %(address)s. Ctrl-C stops it.", address=server.address))
    server.serve()


@dataclass(frozen=True, slots=True)
class Server:
    """The application and the sockets at which it will answer; `address` is for a browser on this machine."""

    installation: Installation
    app: Flask
    sockets: list[socket.socket]
    address: str
    processes: int

    @classmethod
    def listening(
        cls, installation: Installation, host: str, port: int, processes: int | None = None
    ) -> Self:
        """Hold the port; who connects is answered once it serves. Raises InvalidInput, as `listening.hold`."""
        from caseflow.app import create_app

        signal.signal(signal.SIGTERM, stop)  # before the address is told: who reads it may ask for the end
        number = _number(processes)
        app = create_app(installation.settings, installation=installation)
        sockets = listening.hold(host, port)
        return cls(installation, app, sockets, listening.address(host, sockets), number)

    def serve(self) -> None:
        """Answer requests until Ctrl-C or a signal to end; requests under way are finished."""
        self.installation.database.dispose()  # each process opens its own: an open file must not be shared
        if self.processes == 1:
            self._answer()
        else:
            self._load_what_is_shared()
            keep_answering(self.processes, self._answer)

    def _load_what_is_shared(self) -> None:
        """What each process would load for itself takes memory once if it is there before they part."""
        import caseflow.worker  # noqa: F401
        from caseflow.views.look import read_ahead

        read_ahead(self.app)

    def _answer(self) -> None:
        """What each process does: pages, and on the embedded database the worker beside them."""
        from caseflow.worker import run_beside

        end_worker = run_beside(self.installation)
        try:
            listening.answer(self.app, self.sockets)
        finally:
            end_worker()
            self.installation.database.dispose()


def _number(processes: int | None) -> int:
    if processes is None:
        return usual_number()
    if processes > 1 and not can_fork():
        text = N_("%(number)s processes are not possible on this system. Leave out --processes.")
        raise InvalidInput.of("processes", say(text, number=processes), processes)
    return processes
