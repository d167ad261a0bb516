"""The program as users meet it: a real server process, and a small client that keeps cookies and forms."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PATIENCE_S = 60.0
HIDDEN = re.compile(r"<input[^>]*type=\"hidden\"[^>]*>")
ATTRIBUTE = re.compile(r"(name|value)=\"([^\"]*)\"")


@contextmanager
def served(home: Path, **more: str) -> Iterator[str]:
    """`caseflow serve` on a home, on a free port; gives its address, without a slash at the end."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CASEFLOW_")}
    environ |= {"CASEFLOW_HOME": str(home), "PYTHONUNBUFFERED": "1"} | more
    command = [sys.executable, "-m", "caseflow", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://[^\s]+?:\d+", server.stdout.readline())
            assert found, "the server did not say where it listens"
            yield found.group()
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


class Client:
    """One browser without a screen: cookies, forms, redirects not followed."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(self._host, timeout=PATIENCE_S)

    def leave(self) -> None:
        """Close the connection."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, text, _ = self._ask("GET", path)
        return status, text

    def post(self, path: str, values: dict[str, str]) -> tuple[int, str]:
        """Status and text, or for a redirect the address, of a form that was sent."""
        status, text, location = self._ask("POST", path, urlencode(values))
        return status, location or text

    def send(self, path: str, values: dict[str, str]) -> tuple[int, str]:
        """Open the form at `path`, fill it in with its hidden fields kept, and send it."""
        status, text = self.get(path)
        if status != http.client.OK:
            return status, text
        return self.post(path, hidden(text) | values)

    def sign_in(self, login: str, password: str) -> None:
        """Sign in."""
        status, where = self.send("/dang-nhap", {"login": login, "password": password})
        assert status == http.client.SEE_OTHER, (login, status, where[:300])

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str | None]:
        headers = {
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._exchange(method, path, body, headers)
        data = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if answer.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return answer.status, data.decode("utf-8", "replace"), answer.headers.get("Location")

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            self._connection.close()  # an idle connection that the server let go of
            time.sleep(0.05)
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms; of several alike, the first one's (the main form comes first)."""
    found: dict[str, str] = {}
    for tag in HIDDEN.findall(page):
        named = dict(ATTRIBUTE.findall(tag))
        if "name" in named:
            found.setdefault(named["name"], unescape(named.get("value", "")))
    return found
