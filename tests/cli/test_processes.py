"""`caseflow serve` in several processes: they begin, are replaced and end as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from caseflow.cli.processes import usual_number

PATIENCE_S = 60.0


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a session of its own, as a terminal has it, and its address."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CASEFLOW_")}
    command = [sys.executable, "-u", "-m", "caseflow", "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command,
        env=environ | {"CASEFLOW_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline().split("http://")[1].split("/")[0]
        finally:
            if server.poll() is None:
                server.terminate()


def children(parent: int) -> set[int]:
    """The processes that `parent` has begun."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return {int(pid) for pid, above, state in rows if int(above) == parent and not state.startswith("Z")}


def alive(process: int) -> bool:
    """Whether a process is there, and no mere remainder."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def soon(true: Callable[[], bool]) -> bool:
    """Whether it comes true before patience ends."""
    until = time.monotonic() + PATIENCE_S
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def status_of(address: str, path: str = "/dang-nhap") -> int:
    """The status of a page, over a connection of its own."""
    connection = HTTPConnection(urlsplit(f"//{address}").netloc, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_two_processes_answer_and_end_when_told(home: Path) -> None:
    with serving(home, "--processes", "2") as (server, address):
        assert status_of(address) == 200
        assert soon(lambda: len(children(server.pid)) == 2)
        born = children(server.pid)
        server.send_signal(signal.SIGTERM)
        out, _ = server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 0
    assert out == "", "the address is told once"
    assert not any(map(alive, born))


def test_ctrl_c_ends_all_processes(home: Path) -> None:
    with serving(home, "--processes", "2") as (server, address):
        assert status_of(address) == 200
        born = children(server.pid)
        os.killpg(server.pid, signal.SIGINT)  # as a terminal does: to all of them at once
        server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 0
    assert not any(map(alive, born))


def test_dead_process_is_replaced(home: Path) -> None:
    with serving(home, "--processes", "2") as (server, address):
        assert status_of(address) == 200
        assert soon(lambda: len(children(server.pid)) == 2)
        victim = min(children(server.pid))
        os.kill(victim, signal.SIGKILL)
        assert soon(lambda: victim not in children(server.pid) and len(children(server.pid)) == 2)
        assert {status_of(address) for _ in range(20)} == {200}


def test_children_end_when_their_parent_is_killed(home: Path) -> None:
    with serving(home, "--processes", "2") as (server, address):
        assert status_of(address) == 200
        born = children(server.pid)
        assert born
        server.kill()
        assert soon(lambda: not any(map(alive, born)))


def test_one_process_answers_by_itself(home: Path) -> None:
    with serving(home, "--processes", "1") as (server, address):
        assert status_of(address) == 200
        assert children(server.pid) == set()
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 0


def test_parent_shares_no_open_database(home: Path) -> None:
    with serving(home, "--processes", "2") as (server, address):
        assert status_of(address) == 200
        listed = subprocess.run(
            ["ls", "-l", f"/proc/{server.pid}/fd"], capture_output=True, text=True, check=False
        )
        assert "caseflow.db" not in listed.stdout


@pytest.mark.parametrize(("processors", "number"), [(1, 1), (2, 2), (64, 2)])
def test_as_many_processes_as_processors_up_to_two(
    monkeypatch: pytest.MonkeyPatch, processors: int, number: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    assert usual_number() == number


def test_without_fork_one_process_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert usual_number() == 1
