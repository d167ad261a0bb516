"""The signer as a process of its own, under its own user: one request and one answer a line, over a Unix socket."""

from __future__ import annotations

import json
import socketserver
from base64 import b64decode
from pathlib import Path
from typing import Any

from caseflow.trail.merkle import HASH_BYTES
from caseflow.trail.refusals import TrailError
from caseflow.trail.remote_signer import connected, LARGEST_LINE, PATIENCE_S
from caseflow.trail.signer import Signer, SignerMoved, SignerRefused

SOCKET_MODE = 0o660


class SignerServer(socketserver.ThreadingUnixStreamServer):
    """Answers at the socket `path` with what `signer` says; a socket that a dead signer left is replaced.

    Whoever may open the socket may have the log extended, but never rewritten. Raises OSError where the path
    cannot be taken.
    """

    daemon_threads = True

    def __init__(self, path: Path, signer: Signer) -> None:
        self.signer = signer
        self._bound: Path | None = None  # closing must not take away another's socket
        if path.is_socket() and not _answers(path):
            path.unlink()
        super().__init__(str(path), _Talk)
        path.chmod(SOCKET_MODE)
        self._bound = path

    def server_close(self) -> None:
        """Close and remove the socket."""
        super().server_close()
        if self._bound is not None:
            self._bound.unlink(missing_ok=True)


class _Talk(socketserver.StreamRequestHandler):
    server: SignerServer
    timeout = PATIENCE_S

    def handle(self) -> None:
        try:
            while line := self.rfile.readline(LARGEST_LINE):
                self.wfile.write(json.dumps(self._answer(line)).encode("ascii") + b"\n")
        except OSError:
            return  # the other side went away, or says nothing any more

    def _answer(self, line: bytes) -> dict[str, Any]:
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


def _answers(path: Path) -> bool:
    try:
        connected(path).close()
    except OSError:
        return False
    return True
