"""A campaign of kills: the served program and a worker under load, killed at random, started again, and counted after."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from sqlalchemy import select

from caseflow.models import Disclosures, EventRow
from caseflow.trail.leaf import read_disclosure
from caseflow.use_cases.installation import Installation
from tests.serving import Client, hidden

PROGRAM = (sys.executable, "-m", "caseflow")
MOST_ANSWERS = 6
"""After at most so many answers, and up to a moment more, the program is killed."""
MOMENT_S = 0.05
START_PATIENCE_S = 60.0


@dataclass(eq=False)
class Place:
    """Where the program answers now; None while it is dead. `ended` tells clients to go home."""

    address: str | None = None
    ended: bool = False


@dataclass(eq=False)
class Ledger:
    """What clients sent, and what was acknowledged: notes that occur nowhere else."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Hand(threading.Thread):
    """A client at one case, who reports progress again and again; who is not answered goes on with something new."""

    def __init__(self, place: Place, ledger: Ledger, code: str, cookies: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self._place, self._ledger, self._cookies = place, ledger, cookies
        self._path = f"/vu-viec/{code}/cap-nhat"
        self._code, self._count = code, 0

    def run(self) -> None:
        """Send until the campaign ends."""
        address, client = "", None
        while not self._place.ended:
            if self._place.address is None:
                time.sleep(0.01)
                continue
            if client is None or address != self._place.address:
                if client is not None:
                    client.leave()
                address = self._place.address
                client = Client(address)
                client._cookies = dict(self._cookies)
            try:
                self._report(client)
            except (OSError, http.client.HTTPException):
                client.leave()
                client = None
                time.sleep(0.01)
        if client is not None:
            client.leave()

    def _report(self, client: Client) -> None:
        status, page = client.get(self._path)
        if status != HTTPStatus.OK:
            self._note_strange(status)
            return
        self._count += 1
        note = f"Lần {self._count} của {self._code}, {random.random()}"
        with self._ledger.lock:
            self._ledger.sent.add(note)
        status, _ = client.post(self._path, hidden(page) | {"note": note, "progress": str(self._count % 100)})
        if status == HTTPStatus.SEE_OTHER:
            with self._ledger.lock:
                self._ledger.acknowledged.add(note)
        elif status not in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED}:
            self._note_strange(status)

    def _note_strange(self, status: int) -> None:
        with self._ledger.lock:
            self._ledger.strange.append(f"{self._path} answered {status}")


@dataclass
class Campaign:
    """Kills `kills` times what serves `home`; `program` is how the program is called."""

    home: Path
    hands: Sequence[tuple[str, dict[str, str]]]
    kills: int
    seed: int
    program: Sequence[str] = PROGRAM
    ledger: Ledger = field(default_factory=Ledger)

    def run(self) -> None:
        """Serve, kill, serve again."""
        chance, place = random.Random(self.seed), Place()
        hands = [Hand(place, self.ledger, code, cookies) for code, cookies in self.hands]
        server, worker = self._start("serve", "--port", "0"), self._start("worker")
        for hand in hands:
            hand.start()
        try:
            for _ in range(self.kills):
                place.address = place.address or _address(server)
                self._await_answers(chance.randint(1, MOST_ANSWERS))
                time.sleep(chance.random() * MOMENT_S)
                victim = chance.choice(("server", "server", "worker", "both"))
                if victim != "server":
                    _kill(worker)
                    worker = self._start("worker")
                if victim != "worker":
                    _kill(server)
                    place.address = None
                    server = self._start("serve", "--port", "0")
            place.address = place.address or _address(server)
            self._await_answers(MOST_ANSWERS)
        finally:
            place.ended = True
            for hand in hands:
                hand.join(START_PATIENCE_S)
            _kill(server)
            _kill(worker)

    def _await_answers(self, more: int) -> None:
        """Let clients work until so many more answers have come."""
        aim, until = len(self.ledger.acknowledged) + more, time.monotonic() + START_PATIENCE_S
        while len(self.ledger.acknowledged) < aim:
            assert time.monotonic() < until, f"no answers any more: {self.ledger.strange[-5:]}"
            time.sleep(0.002)

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("CASEFLOW_")}
        environ |= {"CASEFLOW_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        command = [*self.program, *arguments]
        return subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
        )  # fmt: skip


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    found = re.search(r"http://[^\s]+?:\d+", line)
    assert found, f"the server did not say where it listens: {line!r}"
    return found.group()


def _kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL, to the process and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(START_PATIENCE_S)
    if process.stdout is not None:
        process.stdout.close()


def faults(installation: Installation, ledger: Ledger) -> list[str]:
    """What was lost or done twice, as the recorded events tell it."""
    statement = (
        select(Disclosures.data)
        .join(EventRow, EventRow.id == Disclosures.event_id)
        .where(EventRow.type == "case.progress_reported")
    )
    with installation.database.reading() as connection:
        recorded = Counter(map(_note, connection.execute(statement).scalars()))
    lost = ledger.acknowledged - recorded.keys()
    invented = recorded.keys() - ledger.sent
    return [
        *(f"acknowledged and lost: {note}" for note in sorted(lost)),
        *(f"done {count} times: {note}" for note, count in recorded.items() if count > 1),
        *(f"never sent: {note}" for note in sorted(invented)),
        *ledger.strange,
    ]


def _note(data: str) -> str:
    told = dict(read_disclosure(text) for text, _ in json.loads(data))
    return str(told["note"])
