"""A server in a process of its own: the program on a built province, or a bare page on the same file.

`python -m benchmarks.serving program|bare HOME` prints its port and answers until it is ended.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, render_template_string
from waitress import create_server

from benchmarks.province import NOW, TODAY
from caseflow.adapters.clock import SetClock
from caseflow.app import create_app
from caseflow.cli.serve import THREADS
from caseflow.settings import Settings

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


def program(home: Path) -> Flask:
    """The whole program, on a clock that stands where the province was built."""
    return create_app(Settings.load({"CASEFLOW_HOME": str(home)}, home), SetClock(NOW))


def bare(home: Path) -> Flask:
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
def served(what: str, home: Path) -> Iterator[tuple[int, int]]:
    """Port and process id of a server that runs as long as the block."""
    command = [sys.executable, "-m", "benchmarks.serving", what, str(home)]
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


def main(what: str, home: str) -> None:
    """Serve until ended."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = {"program": program, "bare": bare}[what](Path(home))
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=THREADS, ident=None)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
