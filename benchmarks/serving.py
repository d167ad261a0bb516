"""A server in a process of its own: the program on a built province, or a bare page on the same file."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask, render_template_string

from benchmarks.province import NOW, TODAY
from caseflow.adapters import log
from caseflow.adapters.clock import SetClock
from caseflow.cli import listening
from caseflow.cli.processes import keep_answering
from caseflow.cli.serve import Server
from caseflow.settings import Settings
from caseflow.use_cases.installation import Installation

HIDDEN = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
PARTS = re.compile(r"(name|value)=\"([^\"]*)\"")
BARE_QUERY = (
    "SELECT code, title, running_deadline FROM cases WHERE clock_stopped = 0 AND running_deadline < ?"
    " ORDER BY running_deadline, id LIMIT 50"
)
BARE_PAGE = (
    "<!doctype html><title>Bare</title><ul>{% for code, title, day in rows %}<li>{{ code }} {{ title }} {{ day }}"
    "</li>{% endfor %}</ul>"
)


HOST = "127.0.0.1"
PROCESSES = 2
AS_INSTALLED = (
    "import sys; sys.modules['rich'] = None; from benchmarks.serving import main; main(*sys.argv[1:])"
)
"""Without what tests bring along and a library loads where it finds it: some megabytes."""


def serve_program(home: Path, processes: int) -> None:
    """The whole program as `caseflow serve` has it, on a clock that stands where the province was built."""
    settings = Settings.load({"CASEFLOW_HOME": str(home)}, home)
    server = Server.listening(Installation.open(settings, SetClock(NOW)), HOST, 0, processes)
    print(urlsplit(server.address).port, flush=True)
    server.serve()


def serve_bare(home: Path, processes: int) -> None:
    """The bare page under the same server."""
    app, sockets = _bare(home), listening.hold(HOST, 0)
    print(urlsplit(listening.address(HOST, sockets)).port, flush=True)
    keep_answering(processes, lambda: listening.answer(app, sockets))


def _bare(home: Path) -> Flask:
    """One route, one indexed query, one template."""
    app, kept = Flask("bare"), threading.local()

    @app.get("/")
    def page() -> str:
        if not hasattr(kept, "database"):
            kept.database = sqlite3.connect(home / "caseflow.db")
        rows = kept.database.execute(BARE_QUERY, (str(TODAY),)).fetchall()
        return render_template_string(BARE_PAGE, rows=rows)

    return app


@contextmanager
def served(what: str, home: Path, processes: int = PROCESSES) -> Iterator[tuple[int, int]]:
    """Port and process id of a server that runs as long as the block."""
    command = [sys.executable, "-c", AS_INSTALLED, what, str(home), str(processes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline()), server.pid
        finally:
            server.terminate()


def signed_in(port: int, login: str, password: str) -> str:
    """The Cookie header of a session that was begun at the page for signing in."""
    cookies: dict[str, str] = {}
    page = _asked(port, "GET", "", cookies)
    values = dict(_named(tag) for tag in HIDDEN.findall(page))
    _asked(port, "POST", urlencode({**values, "login": login, "password": password}), cookies)
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _named(tag: str) -> tuple[str, str]:
    parts = dict(PARTS.findall(tag))
    return parts.get("name", ""), parts.get("value", "")


def _asked(port: int, method: str, body: str, cookies: dict[str, str]) -> str:
    connection = HTTPConnection("127.0.0.1", port)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request(method, "/dang-nhap", body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    for cookie in answer.headers.get_all("Set-Cookie") or ():
        name, _, value = cookie.split(";", 1)[0].partition("=")
        cookies[name] = value
    assert method == "GET" or answer.status == 303, text[:500]
    connection.close()
    return text


def main(what: str, home: str, processes: str) -> None:
    """Serve until ended."""
    log.configure("text")  # on standard error: nobody reads on what the address was printed on
    {"program": serve_program, "bare": serve_bare}[what](Path(home), int(processes))
