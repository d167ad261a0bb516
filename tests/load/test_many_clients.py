"""Eight clients at once against the served program: nothing fails, nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from sqlalchemy import func, select

from caseflow.adapters.clock import SystemClock
from caseflow.models import Case, EventRow
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import set_password
from caseflow.use_cases.work import Work
from tests.factories import Office
from tests.serving import Client, hidden, served

CLIENTS = 8
REQUESTS = 10_000 if os.environ.get("CASEFLOW_TEST_LONG") == "1" else 2_000
CASES = 12
PASSWORD = "mật khẩu dài của bài thử"
OWNERS = ("W1-OFF", "W1-OF2")


@dataclass
class Score:
    """What the clients saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, what: str) -> None:
        """Count one answer."""
        with self.lock:
            self.statuses[status] += 1
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.failures.append(f"{status} {what}")


def _give_passwords(work: Work, office: Office) -> None:
    for login in (*OWNERS, "W1-SUP", "D-SUP"):
        set_password(work, office.actors[login].id, PASSWORD, one_time=False)


def _update(client: Client, code: str, chance: random.Random, score: Score) -> int:
    path = f"/vu-viec/{code}/cap-nhat"
    status, page = client.get(path)
    score.note(status, path)
    if status != HTTPStatus.OK:
        return 1
    values = hidden(page) | {"note": f"Ghi {chance.random()}", "progress": str(chance.randrange(100))}
    status, _ = client.post(path, values)
    score.note(status, path)
    if status == HTTPStatus.SEE_OTHER:
        with score.lock:
            score.accepted[code] += 1
        if chance.random() < 0.2:
            status, _ = client.post(path, values)  # a double click
            score.note(status, path)
            return 3
    return 2


def _play(address: str, login: str, seed: int, codes: list[str], score: Score) -> None:
    client, chance = Client(address), random.Random(seed)
    client.sign_in(login, PASSWORD)
    done = 0
    while done < REQUESTS // CLIENTS:
        code = chance.choice(codes)
        if login in OWNERS and chance.random() < 0.5:
            done += _update(client, code, chance, score)
            continue
        path = chance.choice(
            (
                "/viec-cua-toi",
                "/vu-viec?han=qua-han",
                f"/vu-viec/{code}",
                "/vu-viec?q=bai rac".replace(" ", "+"),
            )
        )
        status, _ = client.get(path)
        score.note(status, path)
        done += 1
    client.leave()


def test_eight_clients_lose_nothing_and_see_no_failure(office: Office, installation: Installation) -> None:
    office.clock.instant = SystemClock().now()
    codes = [office.assigned(owner=OWNERS[n % 2]) for n in range(CASES)]
    office.do(_give_passwords, office)
    before = {code: office.row(code) for code in codes}
    score = Score()
    with served(installation.settings.home) as address:
        logins = [*OWNERS, *OWNERS, *OWNERS, "W1-SUP", "D-SUP"]
        clients = [
            threading.Thread(target=_play, args=(address, login, seed, codes, score))
            for seed, login in enumerate(logins)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert score.failures == []
    assert sum(score.statuses.values()) >= REQUESTS * 0.9
    expected = {HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED,
                HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}  # fmt: skip
    assert set(score.statuses) <= expected
    assert score.accepted.total() > REQUESTS // 20
    for code in codes:
        row = office.row(code)
        assert row.version == before[code].version + score.accepted[code], code
        assert _reports(installation, code) == score.accepted[code], code


def _reports(installation: Installation, code: str) -> int:
    with installation.database.reading() as connection:
        return connection.execute(
            select(func.count())
            .select_from(EventRow)
            .join(Case, Case.uuid == EventRow.subject)
            .where(Case.code == code, EventRow.type == "case.progress_reported")
        ).scalar_one()
