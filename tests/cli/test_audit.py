"""`caseflow audit`, `caseflow worker` and `caseflow signer`, as administrators and inspectors use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from caseflow.adapters.clock import SystemClock
from caseflow.jobs.periodic import check_apart
from caseflow.trail.notes import Note
from caseflow.trail.policy import Policy
from caseflow.trail.tiles import TileFolder
from caseflow.trail.witness import read_key
from caseflow.use_cases.checking import ask_for_check, check_is_due
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.people import set_password
from caseflow.use_cases.work import Work
from tests.cli.commands import Commands
from tests.factories import Office
from tests.serving import Client, served
from tests.trail.sealed import all_sealed, change, root_of, seal, sealed_log
from tests.trail.test_replay import put_back

PATIENCE_S = 30.0
PASSWORD = "mật khẩu dài của bài thử"


@contextmanager
def running(*arguments: object, **environ: object) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, once it has said its first line."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CASEFLOW_")} | {"PYTHONUNBUFFERED": "1"}
    given = {f"CASEFLOW_{name.upper()}": str(value) for name, value in environ.items()}
    command = [sys.executable, "-m", "caseflow", *map(str, arguments)]
    with subprocess.Popen(command, env=clean | given, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def sealed_within(installation: Installation, size: int, seconds: float = PATIENCE_S) -> bool:
    """Whether the published log reaches `size` in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        log = sealed_log(installation)
        if log.checkpoint is not None and log.checkpoint.size >= size and not log.waiting:
            return True
        time.sleep(0.05)
    return False


# --- what is handed out ----------------------------------------------------------------------------------


def test_checkpoint_seals_what_waits_and_is_printed_alone(
    commands: Commands, office: Office, installation: Installation
) -> None:
    office.assigned()
    printed = commands.done("audit", "checkpoint")
    log = all_sealed(installation)
    policy = Policy.parse((installation.settings.home / "policy.txt").read_bytes())
    assert policy.accept(printed).checkpoint == log.checkpoint


def test_bundle_passes_the_check_that_needs_no_database(
    commands: Commands, office: Office, home: Path, tmp_path: Path
) -> None:
    code = office.resolved()
    office.verify(code, by="W1-SUP")
    file = tmp_path / "bundle.json"
    commands.done("audit", "bundle", code, "-o", file)
    nowhere = Commands(tmp_path / "no-home")
    told = json.loads(nowhere.done("audit", "check-bundle", file, "--policy", home / "policy.txt", "--json"))
    assert told["case"] == str(office.row(code).uuid)
    assert len(told["events"]) == office.row(code).seq
    assert not (tmp_path / "no-home").exists()


def test_bundle_is_recorded_as_an_export(
    commands: Commands, office: Office, installation: Installation, tmp_path: Path
) -> None:
    code = office.assigned()
    commands.done("audit", "bundle", code, "-o", tmp_path / "bundle.json")
    seal(installation)
    assert b'"type":"export.made"' in all_sealed(installation).leaves[-1]


def test_bundle_of_an_unknown_case_is_refused_and_writes_nothing(commands: Commands, tmp_path: Path) -> None:
    commands.refused("audit", "bundle", "VV-2026-999999", "-o", tmp_path / "bundle.json")
    assert not (tmp_path / "bundle.json").exists()


def test_file_that_cannot_be_written_is_refused(commands: Commands, office: Office, tmp_path: Path) -> None:
    code = office.assigned()
    refused = commands.refused("audit", "bundle", code, "-o", tmp_path / "none" / "bundle.json")
    assert "none" in refused.stderr


def test_dump_is_the_published_log(
    commands: Commands, office: Office, installation: Installation, home: Path, tmp_path: Path
) -> None:
    office.assigned()
    folder = tmp_path / "dump"
    commands.done("audit", "dump", folder)
    note = (folder / "checkpoint").read_bytes()
    checkpoint = Policy.parse((folder / "policy.txt").read_bytes()).accept(note).checkpoint
    leaves = list(TileFolder(folder).leaves(0, checkpoint.size))
    assert root_of(leaves) == checkpoint.root == TileFolder(folder).root(checkpoint.size)
    commands.done("audit", "dump", folder)  # over the older one
    assert (
        Policy.parse((folder / "policy.txt").read_bytes())
        .accept((folder / "checkpoint").read_bytes())
        .checkpoint.size
        > checkpoint.size
    )


# --- witnesses ---------------------------------------------------------------------------------------------


@pytest.fixture
def witness(commands: Commands, office: Office, home: Path, tmp_path: Path) -> Path:
    """The key of a witness that the policy of the log names."""
    office.assigned()
    commands.done("audit", "checkpoint")
    key = tmp_path / "stick" / "witness.key"
    key.parent.mkdir()
    vkey = commands.done("witness", "new-key", key, "--name", "thanh-tra.example.vn").strip()
    policy = home / "policy.txt"
    lines = policy.read_text(encoding="utf-8").replace(
        "quorum none", f"witness thanh-tra {vkey}\nquorum none"
    )
    policy.write_text(lines, encoding="utf-8")
    return key


def cosign(commands: Commands, home: Path, key: Path, *options: object) -> Path:
    """Carry a request to the witness and bring back what it signed."""
    request, answer = key.parent / "request", key.parent / "answer"
    commands.done("audit", "witness-request", "-o", request, *options)
    commands.done("witness", "cosign", request, "--key", key, "--policy", home / "policy.txt", "-o", answer)
    return answer


def test_cosignature_goes_round_on_a_stick(
    commands: Commands, office: Office, home: Path, witness: Path, installation: Installation
) -> None:
    for size in (1, 2):
        answer = cosign(commands, home, witness)
        assert "thanh-tra" in commands.done("audit", "add-cosignature", answer)
        office.assigned()
        with installation.database.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT witness, size, root FROM cosignatures ORDER BY size"
            ).all()
        assert [row.witness for row in rows] == ["thanh-tra"] * size


def test_the_same_cosignature_twice_is_kept_once(
    commands: Commands, home: Path, witness: Path, installation: Installation
) -> None:
    answer = cosign(commands, home, witness, "--witness", "thanh-tra")
    assert "known already" not in commands.done("audit", "add-cosignature", answer)
    assert "known already" in commands.done("audit", "add-cosignature", answer)
    with installation.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cosignatures").scalar_one() == 1


def test_bundle_carries_the_cosignature_that_covers_its_case(
    commands: Commands, office: Office, home: Path, witness: Path, tmp_path: Path
) -> None:
    code = office.assigned()
    commands.done("audit", "add-cosignature", cosign(commands, home, witness))
    office.register()
    commands.done("audit", "bundle", code, "-o", tmp_path / "bundle.json")
    strict = tmp_path / "policy.txt"
    text = (home / "policy.txt").read_text(encoding="utf-8").replace("quorum none", "quorum thanh-tra")
    strict.write_text(text, encoding="utf-8")
    commands.done("audit", "check-bundle", tmp_path / "bundle.json", "--policy", strict)


def test_cosignature_of_a_stranger_or_damaged_is_refused(
    commands: Commands, home: Path, witness: Path, tmp_path: Path
) -> None:
    answer = cosign(commands, home, witness)
    data = answer.read_bytes()
    answer.write_bytes(data[:-20] + b"AAAA" + data[-16:])
    commands.refused("audit", "add-cosignature", answer)
    answer.write_bytes(data)
    policy = home / "policy.txt"
    lines = [
        line for line in policy.read_text(encoding="utf-8").splitlines() if not line.startswith("witness")
    ]
    policy.write_text("\n".join(lines) + "\n", encoding="utf-8")
    commands.refused("audit", "add-cosignature", answer)
    commands.refused("audit", "add-cosignature", tmp_path / "none")


def test_cosignature_of_tomorrow_is_refused(
    commands: Commands, home: Path, witness: Path, installation: Installation
) -> None:
    note = Note.parse(commands.done("audit", "checkpoint"))
    signer = read_key(witness)
    line = signer.cosign(note.text, SystemClock().now() + timedelta(days=1))
    early = witness.parent / "early"
    early.write_text(note.with_signatures([line]).encode(), encoding="utf-8")
    assert "not come yet" in commands.refused("audit", "add-cosignature", early).stderr


@pytest.mark.parametrize("options", [("--witness", "ai-do"), ("--old", "100000")])
def test_request_that_cannot_be_made_is_refused(
    commands: Commands, witness: Path, tmp_path: Path, options: tuple[str, str]
) -> None:
    commands.refused("audit", "witness-request", "-o", tmp_path / "request", *options)


# --- the way back -------------------------------------------------------------------------------------------


def test_older_database_is_refused_by_every_command_until_replayed(
    commands: Commands, office: Office, installation: Installation
) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    for command in (
        ("audit", "checkpoint"),
        ("person", "list"),
        ("worker", "--once"),
        ("serve", "--port", "0"),
    ):
        assert "caseflow audit replay" in commands.refused(*command).stderr
    told = commands.answered("audit", "replay")
    assert told["to_check"] == [{"what": code, "lacking": ["case.started"]}]
    commands.done("worker", "--once")
    all_sealed(installation)
    commands.refused("audit", "replay")


def test_refusal_at_the_start_speaks_vietnamese(home: Path, office: Office) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    refused = Commands(home, "vi").refused("person", "list")
    assert "đã được khôi phục từ bản sao cũ" in refused.stderr


# --- worker and signer ---------------------------------------------------------------------------------------


def test_worker_once_seals_and_says_how_much(
    commands: Commands, office: Office, installation: Installation
) -> None:
    office.assigned()
    assert commands.done("worker", "--once").split()[0] == str(len(sealed_log(installation).leaves))
    all_sealed(installation)
    assert commands.done("worker", "--once").split()[0] == "0"


def test_two_workers_seal_one_log(office: Office, installation: Installation, home: Path) -> None:
    with running("worker", home=home) as _one, running("worker", home=home) as _other:
        for _ in range(6):
            office.assigned()
            time.sleep(0.1)
        with installation.database.reading() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
        assert sealed_within(installation, count)
    all_sealed(installation)


def test_worker_ends_on_a_signal(home: Path) -> None:
    with running("worker", home=home) as worker:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_S) == 0


def test_worker_that_is_killed_leaves_the_lease_to_the_next(
    office: Office, installation: Installation, home: Path
) -> None:
    with running("worker", home=home) as worker:
        office.assigned()
        assert sealed_within(installation, 1)
        worker.kill()
        worker.wait(PATIENCE_S)
    office.assigned()
    seal(installation)
    all_sealed(installation)


def test_signer_in_a_process_of_its_own(
    office: Office, installation: Installation, home: Path, tmp_path: Path
) -> None:
    keys, socket = tmp_path / "keys", tmp_path / "signer.sock"
    with running("signer", "--socket", socket, home=keys):
        until = time.monotonic() + PATIENCE_S
        while not socket.exists() and time.monotonic() < until:
            time.sleep(0.02)
        office.assigned()
        done = Commands(home)
        done.environ["CASEFLOW_SIGNING_KEY_FILE"] = str(socket)
        done.done("worker", "--once")
        assert not (home / "signing.key").exists()
        object.__setattr__(installation.settings, "signing_key_file", socket)
        all_sealed(installation)
    office.assigned()
    assert "caseflow signer --socket" in done.run("worker", "--once").stderr


def test_seal_wait_on_the_command_line_seals_before_it_answers(
    commands: Commands, installation: Installation
) -> None:
    commands.environ["CASEFLOW_SEAL"] = "wait"
    commands.done(
        "person", "add", "M-1", "--name", "Lò Thị Mới", "--position", "Công chức", "--organisation", "W1"
    )
    all_sealed(installation)


def test_served_answers_wait_for_their_seal_where_that_is_set(
    office: Office, installation: Installation, home: Path
) -> None:
    office.clock.instant = SystemClock().now()
    office.do(_give_password, office)
    with served(home, CASEFLOW_SEAL="wait") as address:
        client = Client(address)
        client.sign_in("W1-OFF", PASSWORD)
        log = all_sealed(installation)
        client.leave()
    assert b'"type":"person.signed_in"' in log.leaves[-1]


def _give_password(work: Work, office: Office) -> None:
    set_password(work, office.actors["W1-OFF"].id, PASSWORD, one_time=False)


def test_pages_seal_beside_answering(office: Office, installation: Installation, home: Path) -> None:
    office.clock.instant = SystemClock().now()
    with served(home):
        office.assigned()
        assert sealed_within(installation, 1)
    all_sealed(installation)


def test_superfluous_files_are_tidied_away(
    commands: Commands, office: Office, installation: Installation, home: Path
) -> None:
    while len(sealed_log(installation).leaves) < 256:
        for _ in range(8):
            office.assigned()
        seal(installation)
    commands.done("worker", "--once")
    assert not (home / "log" / "tile" / "0" / "000.p").exists()
    all_sealed(installation)


# --- checking -------------------------------------------------------------------------------------------------


def test_log_is_called_intact_only_once_an_outsider_has_compared_it(
    commands: Commands, office: Office, installation: Installation, home: Path, witness: Path
) -> None:
    office.verify(office.resolved(), by="W1-SUP")
    seal(installation)
    size = len(all_sealed(installation).leaves)
    assert commands.done("audit", "verify").startswith(f"No difference in {size} records")
    assert commands.answered("audit", "verify")["compared"] is False
    commands.done("audit", "add-cosignature", cosign(commands, home, witness))
    assert commands.done("audit", "verify").startswith(f"Log intact: {size} records")
    told = commands.answered("audit", "verify")
    assert (told["intact"], told["compared"], told["verdict"]) == (True, True, "Log intact")
    change(installation.database, "UPDATE cosignatures SET note = replace(note, 'anh-tra', 'anh-trx')")
    assert commands.run("audit", "verify").exit_code == 1
    assert commands.run("audit", "verify", "--no-disclosures").exit_code == 1


def test_every_difference_is_a_line_and_the_exit_code_says_so(
    commands: Commands, office: Office, installation: Installation
) -> None:
    code = office.assigned()
    seal(installation)
    change(installation.database, "UPDATE cases SET state = 'in_progress' WHERE code = ?", code)
    found = commands.run("audit", "verify")
    assert found.exit_code == 1
    assert any(code in line for line in found.stdout.splitlines())
    assert str(len(found.stdout.splitlines())) in found.stderr
    told = json.loads(commands.run("audit", "verify", "--json").stdout)
    assert {one["case"] for one in told["findings"]} >= {code}


def test_check_after_a_replay_takes_what_is_lost_for_lost(
    commands: Commands, office: Office, installation: Installation
) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    assert commands.run("audit", "verify").exit_code == 1
    commands.done("audit", "replay")
    commands.done("worker", "--once")
    checked = commands.run("audit", "verify")
    assert checked.exit_code == 0, checked.output


def today(installation: Installation) -> Installation:
    """The installation by the clock that other processes go by."""
    return replace(installation, clock=SystemClock())


def test_check_that_was_asked_for_is_run_and_kept(
    commands: Commands, office: Office, installation: Installation
) -> None:
    office.assigned()
    office.do(ask_for_check)
    assert check_is_due(installation)
    commands.done("worker", "--once")
    assert not check_is_due(today(installation))
    with installation.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT size, findings FROM log_checks").one()
    assert (row.size, row.findings) == (len(all_sealed(installation).leaves), "[]")


def test_process_that_answers_pages_has_the_log_checked_by_another(
    office: Office, installation: Installation, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEFLOW_HOME", str(home))
    office.assigned()
    check_apart(installation)
    assert not check_is_due(today(installation))
    all_sealed(installation)
