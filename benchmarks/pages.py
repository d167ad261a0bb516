"""Whole pages over HTTP, beside a bare Flask page with one indexed query under the same server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from benchmarks.measuring import beside, Figure, in_milliseconds, interleave, repeated, Report
from benchmarks.places import Places
from benchmarks.province import PROVINCE, Province, TODAY
from benchmarks.serving import served, signed_in
from caseflow.queries.cases import CaseFilter, list_cases
from caseflow.queries.scope import reader_of
from caseflow.use_cases.founding import operator
from caseflow.use_cases.people import set_password
from caseflow.use_cases.perform import perform

NAME = "pages"
CONNECTIONS = 8
ALONE = 30
"""Requests of one connection in one round."""
TOGETHER = 30
"""Requests of each of the connections in one round."""
AIM_MS = 15.0
AIM_RATE = 300.0
PASSWORD = "mat khau chi de do"  # noqa: S105 - of an invented person, in a folder that is thrown away
LOGIN = "CB-000002"
PAGES = {"overdue list, page 1 of 50": "/vu-viec?han=qua-han&dong=50", "case page": "/vu-viec/{code}"}


class Visitor:
    """One connection that asks for one page again and again."""

    def __init__(self, port: int, path: str, cookie: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
            "Accept-Encoding: gzip\r\nAccept-Language: vi\r\n\r\n"
        ).encode()

    def ask(self) -> bytes:
        """The answer, head and body. Raises AssertionError for anything but a page."""
        self._socket.sendall(self._request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:300]
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return head + body

    def _more(self) -> bytes:
        more = self._socket.recv(65_536)
        assert more, "the server closed the connection"
        return more


def measure(places: Places, rounds: int) -> Report:
    """Each page by one connection (milliseconds), then by eight (requests a second)."""
    province = places.writable(PROVINCE)
    code = prepare(province)
    home = province.file.parent
    with served("program", home) as (port, _), served("bare", home) as (bare, _):
        cookie = signed_in(port, LOGIN, PASSWORD)
        asked = {"bare page": (bare, "/", "")}
        asked |= {name: (port, path.format(code=code), cookie) for name, path in PAGES.items()}
        alone = interleave({name: _alone(*one) for name, one in asked.items()}, rounds)
        together = interleave({name: _together(*one) for name, one in asked.items()}, rounds)
    figures = [_latency(name, alone["bare page"], taken) for name, taken in alone.items()]
    figures += [_rate(name, together["bare page"], taken) for name, taken in together.items()]
    return Report(
        NAME, f"{PROVINCE:,} cases, one server of 4 threads, asked from the same two cores", figures
    )


def prepare(province: Province) -> str:
    """Give the supervisor a password; answer the code of a case that they see."""
    installation = province.installation
    actor = operator(installation)
    perform(installation, actor, set_password, province.supervisor.id, PASSWORD, one_time=False)
    with installation.database.reading() as connection:
        reader = reader_of(connection, province.supervisor, TODAY)
        code = list_cases(connection, reader, CaseFilter(overdue=True))[0].code
    installation.database.dispose()
    return code


def _alone(port: int, path: str, cookie: str) -> Callable[[], float]:
    return repeated(ALONE, Visitor(port, path, cookie).ask)


def _together(port: int, path: str, cookie: str) -> Callable[[], float]:
    visitors = [Visitor(port, path, cookie) for _ in range(CONNECTIONS)]

    def ask(visitor: Visitor) -> None:
        for _ in range(TOGETHER):
            visitor.ask()

    def run() -> float:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            began = perf_counter()
            list(pool.map(ask, visitors))
            return (perf_counter() - began) / (CONNECTIONS * TOGETHER)

    return run


def _latency(name: str, bare: tuple[float, ...], taken: tuple[float, ...]) -> Figure:
    ratio, spread = beside(bare, taken)
    found = Figure(f"{name}, 1 connection", "ms", in_milliseconds(taken), ratio, spread)
    return found if name == "bare page" else _judged(found, f"≤ {AIM_MS:.0f} ms", found.median <= AIM_MS)


def _rate(name: str, bare: tuple[float, ...], taken: tuple[float, ...]) -> Figure:
    ratio, spread = beside(bare, taken)
    found = Figure(f"{name}, {CONNECTIONS} connections", "/s", tuple(1 / one for one in taken), ratio, spread)
    if not name.startswith("overdue"):
        return found
    return _judged(found, f"≥ {AIM_RATE:.0f}/s", found.median >= AIM_RATE)


def _judged(one: Figure, aim: str, met: bool) -> Figure:
    return Figure(one.name, one.unit, one.samples, one.ratio, one.ratio_spread, aim, met)
