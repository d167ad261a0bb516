"""Sockets that hold a port, and waitress answering at them; several processes may answer at the same ones."""

from __future__ import annotations

import errno
import logging
import os
import socket
from typing import Any

from waitress import create_server
from waitress.adjustments import Adjustments

from caseflow.errors import InvalidInput, reason_of
from caseflow.messages import N_, say

THREADS = 4
"""Threads of one process that make answers."""
BACKLOG = 1_024


def hold(host: str, port: int) -> list[socket.socket]:
    """Listen: who connects waits until somebody answers. A name such as localhost can stand for two addresses.

    Raises InvalidInput for a port or host that cannot be had.
    """
    try:
        return [_socket(*place) for place in Adjustments(host=host, port=port).listen]
    except (OSError, ValueError) as problem:  # ValueError is waitress's word for a host that nobody knows
        raise _not_available(host, port, problem) from problem


def _socket(family: int, kind: int, protocol: int, place: Any) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if os.name == "posix":  # on Windows it would let a second server take the same port
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(place)
    made.listen(BACKLOG)
    return made


def address(host: str, sockets: list[socket.socket]) -> str:
    """Where a browser on this machine finds them: with the port that was taken, if any would do."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{sockets[0].getsockname()[1]}/"


def answer(app: Any, sockets: list[socket.socket]) -> None:
    """Answer until SystemExit or KeyboardInterrupt is raised here; requests under way are finished."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue under load is no event
    server: Any = create_server(app, sockets=sockets, threads=THREADS, ident=None)
    server.run()


def _not_available(host: str, port: int, problem: OSError | ValueError) -> InvalidInput:
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        text = N_("Port %(port)s of %(host)s is in use. Choose another with --port.")
        return InvalidInput.of("port", say(text, port=str(port), host=host), port)
    text = N_("Cannot listen at %(host)s, port %(port)s: %(reason)s. Choose others with --host and --port.")
    return InvalidInput.of("host", say(text, port=str(port), host=host, reason=reason_of(problem)), host)
