"""`caseflow serve`: the pages on one machine."""

from __future__ import annotations

import errno
import logging
import signal
from typing import Any

import click
from waitress import create_server

from caseflow.cli.starting import settings_here
from caseflow.errors import InvalidInput, reason_of
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say
from caseflow.settings import Settings

THREADS = 4
HOST = "127.0.0.1"
PORT = 8000


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes any."
)
def serve(host: str, port: int) -> None:
    """Serve the pages until stopped."""
    server = listen(settings_here(), host, port)
    click.echo(_("Serving at %(address)s. Ctrl-C stops it.", address=address(host, server)))
    serve_until_stopped(server)


def listen(settings: Settings, host: str, port: int) -> Any:
    """A server that holds its port and answers once it runs. Raises InvalidInput for a port it cannot have."""
    from caseflow.app import create_app
    from caseflow.views.current import INSTALLATION

    signal.signal(signal.SIGTERM, _stop)  # before the address is told: who reads it may ask for the end
    app = create_app(settings)
    try:
        server = create_server(app, host=host, port=port, threads=THREADS, ident=None)
    except (OSError, ValueError) as problem:  # ValueError is waitress's word for a host that nobody knows
        raise _not_available(host, port, problem) from problem
    server.installation = app.extensions[INSTALLATION]
    return server


def address(host: str, server: Any) -> str:
    """Where a browser on this machine finds `server`: with the port it took, if any would do."""
    shown = f"[{host}]" if ":" in host else host
    listening = getattr(
        server, "effective_listen", None
    )  # a name such as localhost can stand for two addresses
    port = listening[0][1] if listening else server.effective_port
    return f"http://{shown}:{port}/"


def serve_until_stopped(server: Any) -> None:
    """Answer requests, and on the embedded database seal beside that, until Ctrl-C or a signal to end.

    Requests under way are finished.
    """
    from caseflow.worker import run_beside

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue under load is no event
    end_worker = run_beside(server.installation)
    try:
        server.run()
    finally:
        end_worker()


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _not_available(host: str, port: int, problem: OSError | ValueError) -> InvalidInput:
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        text = N_("Port %(port)s of %(host)s is in use. Choose another with --port.")
        return InvalidInput.of("port", say(text, port=str(port), host=host), port)
    text = N_("Cannot listen at %(host)s, port %(port)s: %(reason)s. Choose others with --host and --port.")
    return InvalidInput.of("host", say(text, port=str(port), host=host, reason=reason_of(problem)), host)
