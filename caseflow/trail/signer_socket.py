"""The signer as a process of its own, under its own user: one request and one answer a line, over a Unix socket."""

from __future__ import annotations

import json
import os
import socket
import socketserver
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from caseflow.messages import N_, say
from caseflow.trail.merkle import HASH_BYTES
from caseflow.trail.refusals import TrailError
from caseflow.trail.signer import is_socket, refused, Signed, Signer, SignerMoved, SignerRefused

LARGEST_LINE = 1 << 23
MOST_HASHES = 1 << 16
"""Leaf hashes in one request."""
PATIENCE_S = 30.0
SOCKET_MODE = 0o660


class SignerUnreachable(TrailError):
    """The process that signs does not answer."""

    code = "signer_unreachable"
    http_status = 503


class SignerServer(socketserver.ThreadingUnixStreamServer):
    """Answers at the socket `path` with what `signer` says; a socket that a dead signer left is replaced.

    Whoever may open the socket may have the log extended, but never rewritten. Raises OSError where the path
    cannot be taken.
    """

    daemon_threads = True

    def __init__(self, path: Path, signer: Signer) -> None:
        self.signer = signer
        if is_socket(path) and not _answers(path):
            path.unlink()
        super().__init__(str(path), _Talk)
        path.chmod(SOCKET_MODE)
        self.path = path

    def server_close(self) -> None:
        """Close and remove the socket."""
        super().server_close()
        self.path.unlink(missing_ok=True)


class _Talk(socketserver.StreamRequestHandler):
    timeout = PATIENCE_S

    def handle(self) -> None:
        try:
            while line := self.rfile.readline(LARGEST_LINE):
                self.wfile.write(json.dumps(self._answer(line)).encode("ascii") + b"\n")
        except OSError:
            return  # the other side went away, or says nothing any more

    def _answer(self, line: bytes) -> dict[str, Any]:
        assert isinstance(self.server, SignerServer)
        signer = self.server.signer
        try:
            request = json.loads(line)
            if request["do"] == "tell":
                signed = signer.signed()
                return {"vkey": signer.vkey, "size": signed.size, "root": signed.root.hex()}
            if request["do"] == "sign":
                hashes = _split(b64decode(request["hashes"], validate=True))
                return {"note": signer.sign(int(request["start"]), hashes, bytes.fromhex(request["root"]))}
        except SignerRefused:
            return {"refused": True}
        except SignerMoved:
            return {"moved": True}
        except (ValueError, TypeError, KeyError):
            return {"wrong": "request"}
        except TrailError as problem:
            return {"wrong": str(problem)}
        return {"wrong": "request"}


def _split(data: bytes) -> list[bytes]:
    if len(data) % HASH_BYTES:
        raise ValueError("hashes of another length")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


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
            with _connected(self._path) as link, link.makefile("rwb") as file:
                file.write(json.dumps(request).encode("ascii") + b"\n")
                file.flush()
                answer = json.loads(file.readline(LARGEST_LINE))
        except (OSError, ValueError) as problem:
            raise self._unreachable(problem) from problem
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


def _connected(path: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(PATIENCE_S)
    try:
        link.connect(os.fspath(path))
    except OSError:
        link.close()
        raise
    return link


def _answers(path: Path) -> bool:
    try:
        _connected(path).close()
    except OSError:
        return False
    return True
