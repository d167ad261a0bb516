"""Where the files of `caseflow audit` go, what they may replace, and from which installations they are made."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.cli.commands import Commands
from tests.factories import Office
from tests.trail.sealed import change, seal


@pytest.mark.parametrize("command", [("verify",), ("checkpoint",), ("dump", "out"), ("replay",)])
def test_place_without_a_database_is_refused_and_stays_as_it_is(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    nowhere = tmp_path / "nowhere"
    assert "no database" in Commands(nowhere).refused("audit", *command).stderr
    assert not nowhere.exists()


def test_database_without_its_writer_key_is_refused(commands: Commands, office: Office, home: Path) -> None:
    office.assigned()
    key = (home / "writer_key").read_bytes()
    (home / "writer_key").unlink()
    assert "writer_key" in commands.refused("audit", "verify").stderr
    assert not (home / "writer_key").exists()
    (home / "writer_key").write_bytes(key)
    (home / "writer_key").chmod(0o600)
    commands.done("audit", "verify")


def test_output_goes_through_links_and_into_pipes(commands: Commands, office: Office, tmp_path: Path) -> None:
    code = office.assigned()
    real, link, pipe = tmp_path / "real.json", tmp_path / "link.json", tmp_path / "pipe"
    real.write_text("older")
    link.symlink_to(real)
    commands.done("audit", "bundle", code, "-o", link)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"{")
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    commands.done("audit", "bundle", code, "-o", pipe)
    reader.join()
    assert read[0].startswith(b"{")
    assert pipe.is_fifo()
    assert commands.done("audit", "bundle", code, "-o", "-").startswith("{")


def test_bundle_is_for_its_owner_alone(commands: Commands, office: Office, tmp_path: Path) -> None:
    commands.done("audit", "bundle", office.assigned(), "-o", tmp_path / "bundle.json")
    assert (tmp_path / "bundle.json").stat().st_mode & 0o077 == 0


def test_dump_replaces_only_an_earlier_dump_of_its_own_log(
    commands: Commands, office: Office, home: Path, tmp_path: Path
) -> None:
    office.assigned()
    folder, other = tmp_path / "dump", tmp_path / "other"
    commands.done("audit", "dump", folder)
    stale = folder / "tile" / "0" / "999"
    stale.write_bytes(b"stale")
    commands.done("audit", "dump", folder)
    assert not stale.exists()
    (folder / "policy.txt").write_text((home / "policy.txt").read_text().replace("caseflow.local", "x"))
    commands.refused("audit", "dump", folder)
    other.mkdir()
    (other / "policy.txt").write_text("quorum none\n")
    commands.refused("audit", "dump", other)
    assert (other / "policy.txt").read_text() == "quorum none\n"
    commands.refused("audit", "dump", home)


@pytest.mark.parametrize("name", ["entries", "0"])
def test_dump_of_changed_files_is_refused(
    commands: Commands, office: Office, home: Path, tmp_path: Path, name: str
) -> None:
    office.resolved()
    commands.done("audit", "checkpoint")
    for path in (home / "log" / "tile" / name).rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[40] ^= 1
            path.write_bytes(data)
    folder = tmp_path / "dump"
    assert "changed" in commands.refused("audit", "dump", folder).stderr
    assert not (folder / "checkpoint").exists()


def test_dump_beside_a_policy_that_nobody_can_read_is_refused(
    commands: Commands, office: Office, home: Path, tmp_path: Path
) -> None:
    office.assigned()
    commands.done("audit", "checkpoint")
    (home / "policy.txt").write_bytes(b"\xff\x00 quorum")
    commands.refused("audit", "dump", tmp_path / "dump")


def test_forged_event_in_the_queue_keeps_nobody_from_a_dump(
    commands: Commands, office: Office, home: Path, tmp_path: Path
) -> None:
    office.assigned()
    seal(office.installation)
    change(
        office.installation.database,
        "INSERT INTO events (uuid, subject, seq, type, at, actor_id, leaf, mac)"
        " SELECT lower(hex(randomblob(16))), subject, seq + 900, type, at, actor_id, leaf, mac FROM events LIMIT 1",
    )
    commands.run("audit", "dump", tmp_path / "dump")
    assert (tmp_path / "dump" / "checkpoint").exists()
