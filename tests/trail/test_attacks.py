"""Whoever may write the database as they please, and holds no key, is found out: each attack, one by one."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import ANY
from uuid import UUID

import pytest

from caseflow.adapters.clock import SetClock
from caseflow.trail.checking import check_log, Report
from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.leaf import leaf_hash, mac_of
from caseflow.trail.notes import Note, VerifierKey
from caseflow.trail.open_signer import open_signer
from caseflow.trail.refusals import DoesNotExtend
from caseflow.trail.witness import Witness
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import LogAhead, refuse_if_behind
from caseflow.use_cases.witnessing import add_cosignature, witness_request
from tests.conftest import settings_at, START
from tests.factories import Office
from tests.logs import seal
from tests.trail.attacks import Attack, ATTACKS, Named, Thief
from tests.trail.busy_office import Busy, fill

WITNESS = Cosigner("ubkt.example.vn", b"w" * 32)


@dataclass(frozen=True)
class Victim:
    """A sealed and compared log with everything in it, to be copied."""

    home: Path
    busy: Busy
    clock: SetClock
    office: Office


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
    return Victim(home, busy, clock, office)


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


# --- the tests can fail ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["give_a_role", "reword_the_outcome", "drop_a_disclosure", "add_a_holiday"])
def test_a_check_that_reads_no_disclosure_misses_it(
    thief: Thief, robbed: Callable[[], Installation], name: str
) -> None:
    named, here = ATTACKS[name](thief), robbed()
    report = check_log(here.database, here.settings, here.files, disclosures=False)
    assert not reported(report, named)


def test_a_check_that_takes_every_code_for_true_misses_a_forged_event(
    thief: Thief, robbed: Callable[[], Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caseflow.trail.checking.walk.mac_maker", lambda _key: lambda _leaf: ANY)
    named = ATTACKS["insert_a_well_formed_event"](thief)
    assert not reported(checked(robbed()), named)


def test_a_check_that_skips_the_rows_misses_a_changed_owner(
    thief: Thief, robbed: Callable[[], Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caseflow.trail.checking.case_rows.CaseRows._compare_row", lambda *_given: None)
    named = ATTACKS["give_to_another_owner"](thief)
    assert not reported(checked(robbed()), named)


# --- clocks and keys -------------------------------------------------------------------------------


def test_what_is_recorded_under_an_earlier_clock_is_flagged(victim: Victim, tmp_path: Path) -> None:
    """An event that claims a time at which a witness has seen the log without it."""
    office = reopened(victim, tmp_path)
    office.clock.forward(timedelta(days=-3))
    code = office.register(title="Ghi lùi ngày")
    seal(office)
    (found,) = checked(office.installation).findings
    assert (found.kind, found.case) == ("backdated", code)


def test_a_checkpoint_that_was_signed_at_leisure_flags_nothing(victim: Victim, tmp_path: Path) -> None:
    """Taken along on a stick one day, signed the next: what was recorded between is not backdated."""
    office = reopened(victim, tmp_path)
    settings = office.installation.settings
    size = checked(office.installation).size
    note = (settings.log_folder / "checkpoint").read_text(encoding="utf-8")
    (settings.home / "witness-requests").mkdir(exist_ok=True)
    kept = settings.home / "witness-requests" / f"{size}.checkpoint"
    kept.write_text(note, encoding="utf-8")
    taken = office.clock.now().timestamp()
    os.utime(kept, (taken, taken))
    office.forward(1)
    office.register(title="Trong khi chờ đối chiếu")
    seal(office)
    office.forward(1)
    line = WITNESS.cosign(Note.parse(note).text, office.clock.now())
    add_cosignature(office.installation, line.encode().encode())
    assert checked(office.installation).intact


def reopened(victim: Victim, tmp_path: Path) -> Office:
    """The office over a copy of its own, with a clock of its own."""
    home = tmp_path / "home"
    shutil.copytree(victim.home, home)
    clock = SetClock(victim.clock.instant)
    office = copy(victim.office)
    office.installation, office.clock = Installation.open(settings_at(home), clock), clock
    return office


def rewrite_history(office: Office, code: str) -> None:
    """With every key of the server: another person has said it, and all that follows is written and signed anew."""
    settings = office.installation.settings
    office.installation.database.dispose()
    database = sqlite3.connect(settings.home / "caseflow.db", isolation_level=None)
    database.row_factory = sqlite3.Row
    guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for guard in guards:
        database.execute(f"DROP TRIGGER {guard['name']}")
    blamed = database.execute("SELECT id, uuid FROM people WHERE staff_code = 'W1-DEP'").fetchone()
    subject = database.execute("SELECT uuid FROM cases WHERE code = ?", [code]).fetchone()["uuid"]
    rows = database.execute("SELECT * FROM events WHERE subject = ? ORDER BY seq", [subject]).fetchall()
    head, changed = "0" * 64, next(row["seq"] for row in rows if row["type"] == "case.reassigned")
    for row in rows:
        leaf = json.loads(row["leaf"]) | {"prev": head}
        if row["seq"] == changed:
            leaf["actor"] = str(UUID(blamed["uuid"]))
            database.execute("UPDATE events SET actor_id = ? WHERE id = ?", [blamed["id"], row["id"]])
        data = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
        written = [data, mac_of(data, settings.writer_key), row["id"]]
        database.execute("UPDATE events SET leaf = ?, mac = ? WHERE id = ?", written)
        head = leaf_hash(data).hex()
    database.execute("UPDATE cases SET head = ? WHERE code = ?", [bytes.fromhex(head), code])
    database.execute("UPDATE log_state SET published_size = 0")
    for guard in guards:
        database.execute(guard["sql"])
    database.close()
    shutil.rmtree(settings.log_folder)
    empty = {"origin": settings.origin, "size": 0, "hashes": []}
    state = settings.signing_key_file.with_name(settings.signing_key_file.name + ".state")
    state.write_text(json.dumps(empty), encoding="ascii")
    seal(office)


def test_history_rewritten_with_every_key_is_refused_by_a_witness(victim: Victim, tmp_path: Path) -> None:
    office = reopened(victim, tmp_path)
    here = office.installation
    log_key = VerifierKey.parse(open_signer(here.settings).vkey)
    witness = Witness(WITNESS, tmp_path / "witness", office.clock, [log_key])
    witness.add_checkpoint(witness_request(here, old=0))
    seen = checked(here).size
    rewrite_history(office, victim.busy.open)
    office.move(victim.busy.open, "comment", "W1-SUP", text="Như không có gì")
    seal(office)
    with pytest.raises(DoesNotExtend):
        witness.add_checkpoint(witness_request(here, old=seen))


def test_it_is_found_as_long_as_a_comparison_is_kept(victim: Victim, tmp_path: Path) -> None:
    office = reopened(victim, tmp_path)
    rewrite_history(office, victim.busy.open)
    report = checked(office.installation)
    assert {one.kind for one in report.findings} == {"cosignature"}, listed(report)


def test_without_any_outsider_it_would_not_be_found(victim: Victim, tmp_path: Path) -> None:
    """What the log cannot do by itself: the reason why the page never says intact without a comparison."""
    office = reopened(victim, tmp_path)
    rewrite_history(office, victim.busy.open)
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM cosignatures")
    assert checked(office.installation).intact


# --- whatever bytes the tables hold ----------------------------------------------------------------

STRANGE = ("x'ff00fe'", "CAST(x'c3' AS TEXT)", "-7")
ASIDE = {
    "alembic_version", "checkpoint_mailings", "erasures", "idempotency_keys", "installation", "log_checks", "outbox",
    "saved_views", "sign_in_failures", "staged_files", "stashed_forms",
}  # fmt: skip
"""Tables that hold no fact of the log: what is on its way, what somebody keeps for themselves, and notes of work."""
UNSEEN = {
    "case_parties.id", "case_supporters.id", "evidence.id", "extensions.id", "milestones.id", "delegations.id",
    "role_grants.id", "stand_ins.id", "sessions.id",  # keys that nothing refers to
    "chains.kind", "cosignatures.id", "cosignatures.added_at", "log_state.published_size",
    "log_state.published_at", "log_state.waiting_since", "log_state.lease_holder", "log_state.lease_until",
    "people.language", "people.must_change_password",
    "fields.id", "sessions.created_at", "sessions.person_id", "sessions.token_digest", "sessions.acting_for_id", "sessions.own_device", "sessions.last_seen_at",
    "sessions.password_at", "sessions.ended_at", "sessions.seal",
}  # fmt: skip
"""Columns of which the log does not tell: the check says nothing of them."""


@pytest.mark.parametrize("value", STRANGE)
def test_whatever_stands_in_a_column_is_found_and_nothing_fails(
    thief: Thief, victim: Victim, value: str
) -> None:
    """One column after the other holds, in the newest row of its table, what the program never writes."""
    thief.database.close()
    file, unseen = thief.home / "caseflow.db", set()
    for table, column in columns(file):
        shutil.copy(victim.home / "caseflow.db", file)
        if not overwritten(file, table, column, value):
            continue
        installation = Installation.open(settings_at(thief.home), victim.clock)
        if {one.kind for one in checked(installation).findings} <= {"guard"}:
            unseen.add(f"{table}.{column}")
        installation.database.dispose()
    assert unseen <= UNSEEN


def overwritten(file: Path, table: str, column: str, value: str) -> bool:
    """Overwrite a column in the newest row, unless the database itself refuses or nothing would change."""
    database = sqlite3.connect(file, isolation_level=None)
    try:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        newest = f"(SELECT max(rowid) FROM {table})"  # noqa: S608
        sql = f"UPDATE {table} SET {column} = {value} WHERE rowid = {newest} AND {column} IS NOT {value}"  # noqa: S608
        return database.execute(sql).rowcount == 1
    except sqlite3.Error:
        return False
    finally:
        database.close()


def columns(file: Path) -> list[tuple[str, str]]:
    database = sqlite3.connect(file)
    made = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'"
    tables = [name for (name,) in database.execute(made)]
    found = [
        (table, column[1])
        for table in tables
        if table not in ASIDE and not table.startswith(("case_search", "sqlite_"))
        for column in database.execute(f"PRAGMA table_info({table})")
    ]
    database.close()
    return found
