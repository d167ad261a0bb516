"""A witness behind HTTP (c2sp.org/tlog-witness): one address, `POST /add-checkpoint`."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from caseflow.trail.refusals import OtherTree, TrailError
from caseflow.trail.witness import Witness
from caseflow.trail.witness_request import LARGEST_REQUEST, SIZE_TYPE

PATH = "/add-checkpoint"
PLAIN = "text/plain; charset=utf-8"
TIMEOUT_S = 10


class WitnessServer(ThreadingHTTPServer):
    """Serves `witness` at `address` (host and port) until it is shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    timeout = TIMEOUT_S
    server_version = "caseflow-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Answer one request, refusals with the status that the format gives them."""
        length = self.headers.get("Content-Length", "")
        if self.path.rstrip("/") != PATH:
            self._answer(404, PLAIN, "not found\n")
        elif not length.isascii() or not length.isdigit() or int(length[:9]) > LARGEST_REQUEST:
            self._answer(413, PLAIN, "length\n")
        else:
            self._answer(*self._cosign(self.rfile.read(int(length[:9]))))

    def do_GET(self) -> None:
        """Nothing is to be read here."""
        if self.path.rstrip("/") != PATH:
            self._answer(404, PLAIN, "not found\n")
        else:
            self._answer(405, PLAIN, "POST only\n", ("Allow", "POST"))

    do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - the names that the class above calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the class above
        """Say nothing: what was signed stands in the witness's memory."""

    def _cosign(self, data: bytes) -> tuple[int, str, str]:
        try:
            _note, line = cast(WitnessServer, self.server).witness.add_checkpoint(data)
        except OtherTree as elsewhere:
            return elsewhere.http_status, SIZE_TYPE, f"{elsewhere.size}\n"
        except TrailError as refused:
            return refused.http_status, PLAIN, f"{refused}\n"
        return 200, PLAIN, line.encode()

    def _answer(self, status: int, media_type: str, body: str, *headers: tuple[str, str]) -> None:
        data = body.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
