"""The signer behind a Unix socket, as the sequencer asks it: one request and one answer a line."""

from __future__ import annotations

import json
import os
import socket
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from caseflow.messages import N_, say
from caseflow.trail.refusals import TrailError
from caseflow.trail.signer import refused, Signed, SignerMoved

LARGEST_LINE = 1 << 23
PATIENCE_S = 30.0


class SignerUnreachable(TrailError):
    """The process that signs does not answer."""

    code = "signer_unreachable"
    http_status = 503


class RemoteSigner:
    """The signer behind a socket. Every call raises SignerUnreachable where it does not answer as it should."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def vkey(self) -> str:
        """The public key as text."""
        return str(self._told()["vkey"])

    def signed(self) -> Signed:
        """The tree that was signed last."""
        told = self._told()
        try:
            return Signed(int(told["size"]), bytes.fromhex(told["root"]))
        except (ValueError, TypeError) as problem:
            raise self._unreachable(problem) from problem

    def sign(self, start: int, hashes: Sequence[bytes], root: bytes) -> str:
        """As `Signer.sign`."""
        encoded = b64encode(b"".join(hashes)).decode("ascii")
        request = {"do": "sign", "start": start, "hashes": encoded, "root": root.hex()}
        answer = self._ask(request, "note", size=start + len(hashes))
        return str(answer["note"])

    def _told(self) -> dict[str, Any]:
        return self._ask({"do": "tell"}, "vkey")

    def _ask(self, request: dict[str, Any], expected: str, *, size: int = 0) -> dict[str, Any]:
        try:
            with connected(self._path) as link, link.makefile("rwb") as file:
                file.write(json.dumps(request).encode("ascii") + b"\n")
                file.flush()
                answer = json.loads(file.readline(LARGEST_LINE))
        except (OSError, ValueError) as problem:
            raise self._unreachable(problem) from problem
        if not isinstance(answer, dict):
            raise self._unreachable(type(answer).__name__)
        if answer.get("refused"):
            raise refused(size)
        if answer.get("moved"):
            raise SignerMoved(say(N_("The signer has signed another tree meanwhile.")))
        if expected not in answer:
            raise self._unreachable(answer.get("wrong"))
        return dict(answer)

    def _unreachable(self, reason: object) -> SignerUnreachable:
        text = N_(
            "The signer at %(path)s does not answer (%(reason)s). Start it: caseflow signer --socket %(path)s"
        )
        return SignerUnreachable(say(text, path=self._path, reason=str(reason)))


def connected(path: Path) -> socket.socket:
    """A connection to the signer's socket. Raises OSError."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(PATIENCE_S)
    try:
        link.connect(os.fspath(path))
    except OSError:
        link.close()
        raise
    return link
