"""Whoever may write the database as they please, and holds no key, is found out: each attack, one by one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from caseflow.adapters.clock import SetClock
from caseflow.trail.checking import check_log, Report
from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.notes import Note
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import LogAhead, refuse_if_behind
from caseflow.use_cases.witnessing import add_cosignature
from tests.conftest import settings_at, START
from tests.factories import Office
from tests.logs import seal
from tests.trail.attacks import Attack, ATTACKS, Named, Thief
from tests.trail.busy_office import Busy, fill

WITNESS = Cosigner("ubkt.example.vn", b"w" * 32)


@dataclass(frozen=True)
class Victim:
    """A sealed and compared log with everything in it, to be copied; `now` is the time on its clock."""

    home: Path
    busy: Busy
    clock: SetClock


def put_away(office: Office, to: Path) -> None:
    office.installation.database.dispose()
    shutil.copy(office.installation.settings.home / "caseflow.db", to)


@pytest.fixture(scope="session")
def victim(tmp_path_factory: pytest.TempPathFactory, template_home: Path) -> Victim:
    """Made once; only to be copied."""
    home = tmp_path_factory.mktemp("victim") / "home"
    shutil.copytree(template_home, home)
    clock = SetClock(START)
    office = Office(Installation.open(settings_at(home), clock), clock)
    seal(office)
    put_away(office, home.parent / "older.db")
    shutil.copy(home / "log" / "checkpoint", home / "older-checkpoint")
    busy = fill(office)
    seal(office)
    with (home / "policy.txt").open("a", encoding="utf-8") as policy:
        policy.write(f"witness ubkt {WITNESS.vkey}\n")
    note = (home / "log" / "checkpoint").read_text(encoding="utf-8")
    add_cosignature(office.installation, WITNESS.cosign(Note.parse(note).text, clock.now()).encode().encode())
    office.forward(1)
    office.move(busy.open, "comment", "W1-SUP", text="Sau khi đối chiếu")
    seal(office)
    office.installation.database.dispose()
    return Victim(home, busy, clock)


@pytest.fixture
def thief(victim: Victim, tmp_path: Path) -> Iterator[Thief]:
    """Somebody at a copy of it, the triggers dropped."""
    home = tmp_path / "home"
    shutil.copytree(victim.home, home)
    database = sqlite3.connect(home / "caseflow.db", isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = OFF")
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        database.execute(f"DROP TRIGGER {name}")
    database.execute("PRAGMA ignore_check_constraints = ON")
    yield Thief(database, home, victim.busy, victim.home.parent / "older.db")
    database.close()


@pytest.fixture
def robbed(thief: Thief, victim: Victim) -> Iterator[Callable[[], Installation]]:
    """Opens what the thief left behind."""
    opened: list[Installation] = []

    def reopen() -> Installation:
        thief.database.close()
        opened.append(Installation.open(settings_at(thief.home), victim.clock))
        return opened[-1]

    yield reopen
    for one in opened:
        one.database.dispose()


def checked(installation: Installation) -> Report:
    return check_log(installation.database, installation.settings, installation.files)


def reported(report: Report, named: Named) -> bool:
    """Whether a finding names what the attack was about."""
    return any(
        one.kind == named.kind
        and (named.case is None or one.case == named.case)
        and (named.event is None or one.event == named.event)
        for one in report.findings
    )


def listed(report: Report) -> str:
    return "\n".join(
        f"{one.kind} {one.case} {one.event} {one.index}: {one.message}" for one in report.findings
    )


def test_before_any_attack_nothing_is_found(victim: Victim, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(victim.home, home)
    installation = Installation.open(settings_at(home), victim.clock)
    report = checked(installation)
    installation.database.dispose()
    assert report.intact, listed(report)


def test_there_are_more_than_forty_attacks() -> None:
    assert len(ATTACKS) > 100


@pytest.mark.parametrize("deed", ATTACKS.values(), ids=ATTACKS)
def test_it_is_reported(thief: Thief, robbed: Callable[[], Installation], deed: Attack) -> None:
    named = deed(thief)
    report = checked(robbed())
    assert reported(report, named), f"{named}\n{listed(report)}"


@pytest.mark.parametrize("name", ["restore_an_older_copy", "cut_the_tail_off", "unseal_the_tail"])
def test_a_shorter_log_stops_the_start(thief: Thief, robbed: Callable[[], Installation], name: str) -> None:
    ATTACKS[name](thief)
    with pytest.raises(LogAhead):
        refuse_if_behind(robbed())
