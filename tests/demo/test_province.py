"""The demo province: everything that can happen is there, honestly recorded, and the same again."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, UTC
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from caseflow.adapters.clock import SetClock
from caseflow.demo.logins import FILE, HOME_COMMUNE
from caseflow.demo.province import DEADLINES_AHEAD, FIRST_DAY, load_demo
from caseflow.demo.whole import FIRST_YEAR, LEVELS
from caseflow.errors import InvalidInput
from caseflow.states.working_days import vn_date
from caseflow.trail.leaf import leaf_hash, mac_of, NO_PREVIOUS, read_disclosure
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import is_password_of, PEOPLE
from tests.conftest import settings_at, START
from tests.demo_fixture import demo_home, demo_installation, demo_template
from tests.factories import Office

__all__ = ["demo_home", "demo_installation", "demo_template"]

TODAY = "2026-11-02"
SHARE = 0.05
"""The part of the whole province that is made here: 19 district-level and 855 grassroots-level cases."""


def rows(installation: Installation, statement: str) -> list[Any]:
    with installation.database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def one(installation: Installation, statement: str) -> Any:
    return rows(installation, statement)[0][0]


def new_home(home: Path, scale: str, at: datetime = START, **more: Any) -> Installation:
    home.mkdir()
    installation = Installation.open(settings_at(home), SetClock(at))
    found(installation)
    load_demo(installation, scale, **more)
    return installation


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = new_home(tmp_path_factory.mktemp("whole") / "home", "province", share=SHARE)
    yield installation
    installation.database.dispose()


def test_every_state_occurs(demo_installation: Installation) -> None:
    states = dict(rows(demo_installation, "SELECT state, count(*) FROM cases GROUP BY state"))
    assert states.keys() == {
        "registered", "assigned", "in_progress", "resolved", "verified", "suspended", "cancelled",
    }  # fmt: skip
    assert 300 <= sum(states.values()) <= 600


OCCURS = {
    "overdue": f"running_deadline < '{TODAY}'",
    "due today": f"running_deadline = '{TODAY}'",
    "late result awaiting verification": "state = 'resolved' AND resolved_on > deadline",
    "unassigned": "state = 'registered'",
    "extended once": "extensions_granted = 1",
    "extended twice": "extensions_granted = 2",
    "extension asked": "extension_asked_on IS NOT NULL",
    "extension refused": "id IN (SELECT case_id FROM extensions WHERE status = 'refused')",
    "returned once": "submissions = 2 AND state = 'verified'",
    "returned thrice": "submissions = 4 AND state = 'verified'",
    "returned and worked on": "submissions > 0 AND state = 'in_progress'",
    "transfer pending": "offered_to_id IS NOT NULL",
    "suspended unstarted": "suspended_from = 'assigned'",
    "suspended started": "suspended_from = 'in_progress'",
    "duplicate": "cancel_kind = 'duplicate'",
    "outside competence": "cancel_kind = 'outside_competence'",
    "petition withdrawn": "cancel_kind = 'petition_withdrawn'",
    "entered in error": "cancel_kind = 'entered_in_error'",
    "restricted": "visibility = 'restricted' AND id IN (SELECT case_id FROM case_readers)",
    "complainant": "id IN (SELECT case_id FROM case_parties WHERE role = 'complainant')",
    "subject": "id IN (SELECT case_id FROM case_parties WHERE role = 'subject')",
    "remainder": "id IN (SELECT case_id FROM case_links WHERE type = 'continues')",
    "in part": "completion = 'part'",
    "impossible": "completion = 'impossible'",
    "waiting for a decision": "needs_decision_by_id IS NOT NULL",
    "imposed deadline": "deadline_imposed",
    "verified by the higher level": "verify_by = 'higher'",
    "supporting person": "id IN (SELECT case_id FROM case_supporters WHERE person_id IS NOT NULL)",
    "supporting unit": "id IN (SELECT case_id FROM case_supporters WHERE organisation_id IS NOT NULL)",
    "milestones": "id IN (SELECT case_id FROM milestones)",
    "lead officer": "lead_officer_id IS NOT NULL",
    "reopened": "reopenings > 0 AND state = 'in_progress'",
    "file": "id IN (SELECT case_id FROM evidence WHERE kind = 'file')",
    "document": "id IN (SELECT case_id FROM evidence WHERE kind = 'document')",
    "first level": "level = 'district'",
    "second level": "level = 'grassroots'",
}


def test_every_side_state_occurs(demo_installation: Installation) -> None:
    missing = [
        name
        for name, where in OCCURS.items()
        if not one(demo_installation, f"SELECT count(*) FROM cases WHERE {where}")  # noqa: S608
    ]
    assert missing == []


def test_every_transition_occurs(demo_installation: Installation) -> None:
    types = {row[0] for row in rows(demo_installation, "SELECT DISTINCT type FROM events")}
    asked = (
        "registered edited assigned reassigned started progress_reported extension_requested extended"
        " extension_refused outcome_revised suspended resumed resolved withdrawn verified returned"
        " transfer_requested transferred transfer_declined cancelled reopened commented evidence_added"
        " supporter_added"
    )
    assert {f"case.{name}" for name in asked.split()} <= types


def test_reopenings_have_both_bases(demo_installation: Installation) -> None:
    actors = rows(
        demo_installation,
        "SELECT DISTINCT r.role FROM events e JOIN role_grants r ON r.person_id = e.actor_id"
        " WHERE e.type = 'case.reopened'",
    )
    assert {role for (role,) in actors} == {"inspector", "supervisor"}


def test_second_extensions_are_decided_above(demo_installation: Installation) -> None:
    levels = rows(
        demo_installation,
        "SELECT o.path, g.path FROM extensions x JOIN cases c ON c.id = x.case_id"
        " JOIN organisations o ON o.id = c.organisation_id"
        " JOIN role_grants r ON r.person_id = x.decided_by_id AND r.role = 'supervisor'"
        " JOIN organisations g ON g.id = r.organisation_id WHERE x.number = 2",
    )
    assert levels
    assert all(unit.startswith(decider) and unit != decider for unit, decider in levels)


def test_counters_add_up(demo_installation: Installation) -> None:
    counted = rows(
        demo_installation,
        "SELECT state, organisation_id, period, field_id, sum(n) FROM case_counters"
        " GROUP BY 1, 2, 3, 4 HAVING sum(n) > 0 ORDER BY 1, 2, 3, 4",
    )
    real = rows(
        demo_installation,
        "SELECT state, organisation_id, period, field_id, count(*) FROM cases GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
    )
    assert counted == real


def test_real_units_all_have_people(demo_installation: Installation) -> None:
    assert one(demo_installation, "SELECT count(*) FROM organisations") == 220
    staffed = "SELECT count(DISTINCT organisation_id) FROM role_grants WHERE role = "
    for role in ("supervisor", "registrar", "official"):
        assert one(demo_installation, f"{staffed}'{role}'") == 220


def test_news_of_the_demo_is_history(demo_installation: Installation) -> None:
    assert one(demo_installation, "SELECT count(*) FROM outbox WHERE NOT history") == 0
    assert one(demo_installation, "SELECT count(*) FROM outbox") > 0


def test_trails_are_whole_and_nothing_lies_ahead(demo_installation: Installation) -> None:
    key = demo_installation.settings.writer_key
    heads: dict[bytes, tuple[int, bytes, str]] = {}
    last_case_event = ""
    for subject, seq, at, leaf, mac, kind in rows(
        demo_installation, "SELECT subject, seq, at, leaf, mac, type FROM events ORDER BY id"
    ):
        before, previous, earlier = heads.get(subject, (-1, NO_PREVIOUS, ""))
        assert seq == before + 1
        assert json.loads(leaf)["prev"] == previous.hex()
        assert mac == mac_of(leaf, key)
        assert earlier <= at <= f"{START:%Y-%m-%d %H:%M:%S.%f}"
        heads[subject] = (seq, leaf_hash(leaf), at)
        if kind.startswith("case."):
            assert last_case_event <= at
            last_case_event = at
    for uuid, seq, head in rows(demo_installation, "SELECT uuid, seq, head FROM cases"):
        assert heads[uuid][:2] == (seq - 1, head)


def test_last_event_says_what_the_row_says(demo_installation: Installation) -> None:
    columns = ("state", "organisation_id", "field_id", "owner_id", "deadline", "period", "resolved_on")
    differing = " OR ".join(f"c.{name} IS NOT e.{name}" for name in columns)
    wrong = rows(
        demo_installation,
        "SELECT c.code FROM cases c JOIN events e ON e.subject = c.uuid AND e.seq = c.seq - 1"  # noqa: S608
        f" WHERE {differing}",
    )
    assert wrong == []


def test_evidence_files_are_in_the_store(demo_installation: Installation) -> None:
    kept = rows(demo_installation, "SELECT sha256, size FROM evidence WHERE kind = 'file'")
    for digest, size in kept:
        with demo_installation.files.open(digest) as file:
            content = file.read()
        assert (sha256(content).hexdigest(), len(content)) == (digest, size)


def test_nobody_judges_what_they_did(demo_installation: Installation) -> None:
    judged = one(
        demo_installation,
        "SELECT count(*) FROM events e JOIN case_hands h ON h.case_id = e.about_case_id AND h.person_id = e.actor_id"
        " WHERE e.type IN ('case.verified', 'case.returned')",
    )
    assert judged == 0


def acted_for(installation: Installation) -> Iterator[tuple[str, int, str]]:
    """Every event by one person for another: who acted, the key of the person concerned, and the day."""
    keys = {str(UUID(uuid)): key for key, uuid in rows(installation, "SELECT id, uuid FROM people")}
    for actor, at, data in rows(
        installation, "SELECT e.actor_id, e.at, d.data FROM events e JOIN disclosures d ON d.event_id = e.id"
    ):
        said = dict(read_disclosure(text) for text, _ in json.loads(data))
        if concerned := said.get("acting_for"):
            day = vn_date(datetime.fromisoformat(at).replace(tzinfo=UTC)).isoformat()
            yield actor, keys[concerned["id"]], day  # type: ignore[index]


def test_whoever_acts_for_another_holds_a_mandate(demo_installation: Installation) -> None:
    mandates = rows(
        demo_installation,
        "SELECT kind, stand_in_id, principal_id, valid_from, valid_until FROM stand_ins"
        " WHERE kind = 'served' OR approved_by_id IS NOT NULL",
    )
    used = set()
    for actor, concerned, day in acted_for(demo_installation):
        held = [m for m in mandates if m[1:3] == (actor, concerned) and m[3] <= day <= m[4]]
        assert held
        used.add(held[0][0])
    assert used == {"stand_in", "served"}


def test_only_village_heads_have_no_account(demo_installation: Installation) -> None:
    without = rows(
        demo_installation,
        "SELECT DISTINCT position FROM people WHERE password_hash IS NULL AND NOT operator",
    )
    assert {title.split()[0] for (title,) in without} <= {"Trưởng", "Tổ"}


def story(installation: Installation) -> list[Any]:
    """What two provinces are compared by: no key, password or salt."""
    return rows(
        installation,
        "SELECT c.code, c.title, c.description, c.state, p.staff_code, p.name, o.code, c.deadline,"
        " c.first_deadline, c.registered_at, c.last_at, c.progress, c.seq, c.outcome"
        " FROM cases c JOIN organisations o ON o.id = c.organisation_id"
        " LEFT JOIN people p ON p.id = c.owner_id ORDER BY c.code",
    )


def test_same_seed_and_day_make_the_same_province(demo_installation: Installation, tmp_path: Path) -> None:
    evening = START + timedelta(hours=10)
    again = new_home(tmp_path / "again", "small", evening)
    other = new_home(tmp_path / "other", "small", seed=2)
    assert story(again) == story(demo_installation)
    assert story(other) != story(demo_installation)
    for made in (again, other):
        made.database.dispose()


def test_second_run_changes_nothing(demo_installation: Installation, demo_home: Path) -> None:
    before = (story(demo_installation), one(demo_installation, "SELECT count(*) FROM events"))
    passwords = (demo_home / FILE).read_bytes()
    first = load_demo(demo_installation, "small")
    assert load_demo(demo_installation) == first
    assert (story(demo_installation), one(demo_installation, "SELECT count(*) FROM events")) == before
    assert (demo_home / FILE).read_bytes() == passwords


def test_other_scale_on_a_demo_is_refused(demo_installation: Installation) -> None:
    with pytest.raises(InvalidInput) as refused:
        load_demo(demo_installation, "province")
    assert refused.value.problems[0].field == "scale"


def test_lost_logins_are_named(demo_installation: Installation, demo_home: Path) -> None:
    (demo_home / FILE).unlink()
    with pytest.raises(InvalidInput, match=FILE):
        load_demo(demo_installation)


def test_home_with_data_is_refused_and_stays(office: Office) -> None:
    office.assigned()
    before = one(office.installation, "SELECT count(*) FROM events")
    with pytest.raises(InvalidInput) as refused:
        load_demo(office.installation)
    assert refused.value.problems[0].field == "home"
    assert one(office.installation, "SELECT count(*) FROM events") == before
    assert not (office.installation.settings.home / FILE).exists()


@pytest.mark.parametrize("year", [2021, 2040])
def test_day_without_calendar_is_refused(tmp_path: Path, year: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        new_home(tmp_path / "other", "small", datetime(year, 5, 2, 3, 0, tzinfo=UTC))
    assert refused.value.problems[0].field == "clock"


@pytest.mark.parametrize("day", [FIRST_DAY, date(2027, 12, 31) - DEADLINES_AHEAD])
def test_province_can_be_made_on_first_and_last_day(tmp_path: Path, day: date) -> None:
    made = new_home(tmp_path / "edge", "small", datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC))
    assert one(made, "SELECT count(*) FROM cases") > 300
    made.database.dispose()


def test_each_audience_can_sign_in(demo_installation: Installation, demo_home: Path) -> None:
    logins = load_demo(demo_installation)
    held = {(login.role, login.organisation[0]) for login in logins}
    assert {role for role, _ in held} == {
        "official", "registrar", "supervisor", "inspector", "reporter", "administrator",
    }  # fmt: skip
    assert {(role, place) for role in ("supervisor", "inspector") for place in "PDW"} <= held
    assert {("official", HOME_COMMUNE), ("supervisor", HOME_COMMUNE)} <= {
        (login.role, login.organisation) for login in logins
    }
    for login in logins[:3]:
        with demo_installation.database.reading() as connection:
            row = connection.execute(select(PEOPLE).where(PEOPLE.c.staff_code == login.login)).one()
        assert is_password_of(demo_installation.settings, row, login.password)
        assert not row.must_change_password
    assert stat.S_IMODE((demo_home / FILE).stat().st_mode) == 0o600


def test_official_who_signs_in_has_work_of_every_kind(demo_installation: Installation) -> None:
    official = next(login for login in load_demo(demo_installation) if login.role == "official")
    mine = (
        "SELECT state, running_deadline FROM cases c JOIN people p ON p.id = c.owner_id"  # noqa: S608
        f" WHERE p.staff_code = '{official.login}'"
    )
    held = rows(demo_installation, mine)
    assert {"assigned", "in_progress", "resolved", "verified"} <= {state for state, _ in held}
    assert any(due is not None and due < TODAY for _, due in held)
    assert any(due is not None and due >= TODAY for _, due in held)


def test_whole_province_has_the_sources_numbers(whole: Installation) -> None:
    for level in LEVELS:
        wanted = round(level.cases * SHARE)
        counted = one(whole, f"SELECT count(*) FROM cases WHERE level = '{level.level}'")  # noqa: S608
        assert counted == wanted
    assert [(level.level, level.cases, level.first) for level in LEVELS] == [
        ("district", 384, 0.94),
        ("grassroots", 17_103, 0.983),
    ]
    assert rows(whole, "SELECT DISTINCT period FROM cases ORDER BY 1") == [(2021,), (2022,)]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.level)
def test_share_finished_in_the_first_year(whole: Installation, level: Any) -> None:
    """As of the year's end, from the trail."""
    registered, finished = rows(
        whole,
        f"""SELECT count(*), sum(e.state = 'verified') FROM cases c JOIN events e ON e.about_case_id = c.id
            WHERE c.level = '{level.level}' AND c.period = {FIRST_YEAR}
            AND e.id = (SELECT max(id) FROM events WHERE about_case_id = c.id AND at < '{FIRST_YEAR}-12-31 17')""",  # noqa: S608
    )[0]
    assert registered == (round(level.cases * SHARE) + 1) // 2
    assert finished == round(registered * level.first)


def test_whole_province_still_has_open_cases(whole: Installation) -> None:
    assert one(whole, f"SELECT count(*) FROM cases WHERE running_deadline < '{TODAY}'") > 0  # noqa: S608
    assert one(whole, "SELECT count(*) FROM cases WHERE state = 'verified'") > 800


def test_command_prints_the_same_logins_twice(tmp_path: Path) -> None:
    environ = {**os.environ, "CASEFLOW_HOME": str(tmp_path / "home"), "CASEFLOW_LANGUAGE": "en"}
    answers = [
        subprocess.run(
            [sys.executable, "-m", "caseflow", "demo", "--no-serve", "--json", "--port", "8123"],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout.splitlines()[-1]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    answer = json.loads(answers[0])
    assert answer["url"] == "http://127.0.0.1:8123/"
    assert answer["logins"][0].keys() == {"role", "organisation", "login", "password"}
