"""Sealing stopped between any two of its steps: the next step, by another process, goes on and nothing is amiss."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from caseflow.trail import alarms as kinds
from caseflow.trail.publishing import Publisher
from caseflow.trail.sequencer import Sequencer
from caseflow.trail.signer import Signer
from caseflow.trail.tile_files import Shelf
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import sequencer
from tests.factories import Office
from tests.trail.sealed import alarms, all_sealed, log_state, seal, sealed_log


class Crash(BaseException):
    """The process is gone."""


def dying_before(owner: type, name: str, after: int = 0) -> tuple[type, str, Callable[..., Any]]:
    """The method `name`, which dies when it is called for the time after `after`, before it does anything."""
    real, calls = getattr(owner, name), [0]

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] > after:
            raise Crash
        return real(self, *args, **kwargs)

    return owner, name, method


def dying_behind(owner: type, name: str) -> tuple[type, str, Callable[..., Any]]:
    """The method `name`, which does its work and then dies."""
    real = getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        real(self, *args, **kwargs)
        raise Crash

    return owner, name, method


POINTS = {
    "before indices are given": lambda: dying_before(Sequencer, "_give_indices"),
    "indices are given": lambda: dying_behind(Sequencer, "_give_indices"),
    "before tiles": lambda: dying_before(TileFolder, "append"),
    "in the first file": lambda: dying_before(Shelf, "write"),
    "in the second file": lambda: dying_before(Shelf, "write", 1),
    "tiles are written": lambda: dying_behind(TileFolder, "append"),
    "before the signer": lambda: dying_before(Signer, "sign"),
    "the signer has kept its state": lambda: dying_behind(Signer, "_keep"),
    "signed": lambda: dying_behind(Signer, "sign"),
    "before the checkpoint": lambda: dying_before(TileFolder, "publish"),
    "the checkpoint is published": lambda: dying_behind(TileFolder, "publish"),
    "before it is noted": lambda: dying_before(Sequencer, "_note_published"),
    "in the middle of publishing": lambda: dying_behind(Publisher, "_extend"),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("first", [True, False], ids=["first batch", "later batch"])
def test_next_step_goes_on_where_a_crash_left_it(
    office: Office, installation: Installation, monkeypatch: pytest.MonkeyPatch, point: str, first: bool
) -> None:
    if not first:
        office.assigned()
        seal(installation)
    office.assigned()
    with monkeypatch.context() as patched:
        patched.setattr(*POINTS[point]())
        with pytest.raises(Crash):
            seal(installation)
    office.register()
    seal(installation)
    all_sealed(installation)
    assert alarms(installation) == []


@pytest.mark.parametrize("point", POINTS)
def test_the_same_process_goes_on_too(
    office: Office, installation: Installation, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """What fails once, as a full disk does, is done at the next step of the same sequencer."""
    made = sequencer(installation)
    office.assigned()
    made.run_dry()
    office.assigned()
    with monkeypatch.context() as patched:
        patched.setattr(*POINTS[point]())
        with pytest.raises(Crash):
            made.run_dry()
    made.run_dry()
    all_sealed(installation)


def test_lost_tiles_are_written_again_from_the_database(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    seal(installation)
    shutil.rmtree(home / "log")
    office.assigned()
    seal(installation)
    all_sealed(installation)


def test_lost_checkpoint_is_signed_again(office: Office, installation: Installation, home: Path) -> None:
    office.assigned()
    seal(installation)
    (home / "log" / "checkpoint").unlink()
    office.assigned()
    seal(installation)
    all_sealed(installation)


def test_signer_restored_from_an_older_copy_is_brought_up(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    seal(installation)
    older = (home / "signing.key.state").read_bytes()
    office.assigned()
    seal(installation)
    (home / "signing.key.state").write_bytes(older)
    office.assigned()
    seal(installation)
    all_sealed(installation)


def test_older_database_under_a_running_worker_stops_sealing(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    made = seal(installation)
    older = home / "older.db"
    with installation.database.engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{older}'")
    office.assigned()
    made.run_dry()
    size = log_state(installation).size
    installation.database.dispose()
    for name in ("caseflow.db-wal", "caseflow.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(older, home / "caseflow.db")
    for _ in range(5):
        office.clock.forward(timedelta(seconds=1))
        office.register()
    made.run_dry()
    assert made.stopped is not None
    assert alarms(installation) == [(kinds.DATABASE_BEHIND, None)]
    assert sealed_checkpoint(home) == size
    assert log_state(installation).waiting_since is not None


def sealed_checkpoint(home: Path) -> int:
    """How many entries the published checkpoint covers."""
    return int((home / "log" / "checkpoint").read_text(encoding="utf-8").splitlines()[1])


def test_rewritten_history_is_refused_by_the_signer(
    office: Office, installation: Installation, home: Path
) -> None:
    """Leaf and MAC of a sealed event are exchanged, tiles thrown away: the signer knows another root."""
    from caseflow.trail.leaf import mac_of
    from tests.trail.sealed import change, without_guards

    office.register()
    made = seal(installation)
    with installation.database.reading() as connection:
        leaf = connection.exec_driver_sql("SELECT leaf FROM events WHERE leaf_index = 3").scalar_one()
    false = leaf.replace(b'"at":"2026', b'"at":"2025')
    key = installation.settings.writer_key  # even with it
    without_guards(installation.database)
    change(
        installation.database,
        "UPDATE events SET leaf = ?, mac = ? WHERE leaf_index = 3",
        false,
        mac_of(false, key),
    )
    shutil.rmtree(home / "log")
    office.register()
    made = seal(installation)
    assert made.stopped is not None
    assert not (home / "log" / "checkpoint").exists()
    assert alarms(installation) != []
    assert sealed_log(installation).waiting == 1


def test_sealing_goes_on_once_the_cause_is_gone(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    seal(installation)
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE log_state SET size = size + 1")
    office.assigned()
    assert seal(installation).stopped is not None
    with installation.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE log_state SET size = size - 1")
    seal(installation)
    all_sealed(installation)
    assert alarms(installation) == []
    assert alarms(installation, ended=True) == [(kinds.INDEX_GAP, None)]
