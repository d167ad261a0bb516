"""Killed again and again under load: what was acknowledged is there, once, and the log verifies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from caseflow.adapters.clock import SystemClock
from caseflow.events import PasswordIssued
from caseflow.trail.checking import check_log
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import set_password
from caseflow.use_cases.work import Work
from tests.factories import Office
from tests.load.killing import Campaign, faults, PROGRAM
from tests.serving import Client, served
from tests.trail.sealed import alarms, all_sealed, seal

KILLS = 1_000 if os.environ.get("CASEFLOW_TEST_LONG") == "1" else 12
HANDS = ("W1-OFF", "W1-OF2", "W1-OFF", "W1-OF2")
PASSWORD = "mật khẩu dài của bài thử"
EARLY = (sys.executable, str(Path(__file__).with_name("early_answer.py")))


def _give_passwords(work: Work, office: Office) -> None:
    for login in set(HANDS):
        work.record_in_chain(office.actors[login].uuid, "person", PasswordIssued())
        set_password(work, office.actors[login].id, PASSWORD, one_time=False)


@pytest.fixture
def hands(office: Office) -> list[tuple[str, dict[str, str]]]:
    """Cases under way, each with the cookies of its owner's session: sessions outlive the server."""
    office.clock.instant = SystemClock().now()
    office.do(_give_passwords, office)
    codes = []
    for owner in HANDS:
        codes.append(office.assigned(owner=owner))
        office.move(codes[-1], "start", by=owner)
    cookies = {}
    with served(office.installation.settings.home) as address:
        for login in set(HANDS):
            client = Client(address)
            client.sign_in(login, PASSWORD)
            cookies[login] = client._cookies
            client.leave()
    return [(code, cookies[owner]) for code, owner in zip(codes, HANDS, strict=True)]


def test_nothing_acknowledged_is_lost_or_doubled_by_kills(
    office: Office, installation: Installation, home: Path, hands: list[tuple[str, dict[str, str]]]
) -> None:
    campaign = Campaign(home, hands, KILLS, seed=7, program=PROGRAM)
    campaign.run()
    assert faults(installation, campaign.ledger) == []
    assert len(campaign.ledger.acknowledged) > KILLS
    seal(installation)
    all_sealed(installation)
    assert alarms(installation) == []
    found = check_log(installation.database, installation.settings, installation.files)
    assert found.findings == ()


def test_program_that_answers_before_it_commits_is_caught(
    office: Office, installation: Installation, home: Path, hands: list[tuple[str, dict[str, str]]]
) -> None:
    campaign = Campaign(home, hands, 3, seed=3, program=EARLY)
    campaign.run()
    found = faults(installation, campaign.ledger)
    assert any(one.startswith("acknowledged and lost") for one in found), found
