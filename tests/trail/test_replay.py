"""An older copy of the database: refused at the start, and brought up again from the log's own files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from caseflow.adapters.clock import SetClock
from caseflow.app import create_app
from caseflow.errors import CaseflowError
from caseflow.models import EventRow
from caseflow.trail.checking import check_log
from caseflow.trail.leaf import mac_of, read_disclosure
from caseflow.trail.open_signer import open_signer, SigningKeyLost
from caseflow.trail.signer import SignerLost
from caseflow.use_cases.founding import operator
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import LogAhead, LogDiffers, refuse_if_behind
from caseflow.use_cases.replaying import NothingToReplay, replay_log
from tests.factories import Office
from tests.trail.sealed import all_sealed, change, seal, without_guards
from tests.trails import events

Later = Callable[[], object]


def put_back(office: Office, meanwhile: Later, *, sealed: bool = True) -> None:
    """Copy the database (with all of it `sealed` or not), do something, seal it, and put the copy back."""
    installation, home = office.installation, office.installation.settings.home
    if sealed:
        seal(installation)
    older = home / "older.db"
    with installation.database.engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{older}'")
    meanwhile()
    seal(installation)
    installation.database.dispose()
    for name in ("caseflow.db-wal", "caseflow.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.move(older, home / "caseflow.db")


def leaves(installation: Installation) -> list[bytes]:
    """The leaves in the database, in the order of the log."""
    statement = select(EventRow.leaf).where(EventRow.leaf_index.is_not(None)).order_by(EventRow.leaf_index)
    with installation.database.reading() as connection:
        return list(connection.execute(statement).scalars())


def test_older_copy_is_refused_at_the_start(
    office: Office, installation: Installation, clock: SetClock
) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    with pytest.raises(LogAhead, match="caseflow audit replay"):
        create_app(installation.settings, clock, installation)


def test_fresh_and_sealed_homes_start(office: Office, installation: Installation, home: Path) -> None:
    refuse_if_behind(installation)
    office.assigned()
    refuse_if_behind(installation)
    assert not (home / "signing.key").exists()  # looking makes nothing
    seal(installation)
    office.assigned()
    refuse_if_behind(installation)


def test_lost_key_or_state_is_refused_at_the_start(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    seal(installation)
    (home / "signing.key.state").rename(home / "aside")
    with pytest.raises(SignerLost):
        refuse_if_behind(installation)
    (home / "aside").rename(home / "signing.key.state")
    (home / "signing.key").unlink()
    with pytest.raises(SigningKeyLost):
        refuse_if_behind(installation)
    office.assigned()
    with pytest.raises(SigningKeyLost):
        seal(installation)  # no new key takes its place
    assert not (home / "signing.key").exists()


def test_changed_leaf_is_refused_at_the_start(office: Office, installation: Installation) -> None:
    office.assigned()
    seal(installation)
    without_guards(installation.database)
    leaf = leaves(installation)[3].replace(b"2026", b"2025", 1)
    mac = mac_of(leaf, installation.settings.writer_key)
    change(installation.database, "UPDATE events SET leaf = ?, mac = ? WHERE leaf_index = 3", leaf, mac)
    with pytest.raises(LogDiffers, match="Record 3 "):
        refuse_if_behind(installation)


def test_changed_files_are_refused_at_the_start(
    office: Office, installation: Installation, home: Path
) -> None:
    office.assigned()
    seal(installation)
    (tile,) = (home / "log" / "tile" / "0" / "000.p").glob(str(len(leaves(installation))))
    tile.write_bytes(b"\0" * tile.stat().st_size)
    with pytest.raises(LogDiffers):
        refuse_if_behind(installation)


def test_removed_files_are_no_obstacle(office: Office, installation: Installation, home: Path) -> None:
    office.assigned()
    seal(installation)
    shutil.rmtree(home / "log")
    refuse_if_behind(installation)
    office.register()
    seal(installation)
    all_sealed(installation)


def test_replay_brings_back_every_leaf_to_the_byte(office: Office, installation: Installation) -> None:
    code = office.assigned()
    before: list[bytes] = []

    def meanwhile() -> None:
        office.move(code, "start", by="W1-OFF")
        office.move(code, "report_progress", by="W1-OFF", note="Đã làm việc với hộ dân.", progress=40)
        office.register()
        seal(installation)
        before.extend(leaves(installation))

    put_back(office, meanwhile)
    done = replay_log(installation, operator(installation))
    assert leaves(installation) == before
    assert done.size == len(before)
    refuse_if_behind(installation)
    seal(installation)
    assert all_sealed(installation).leaves[:-1] == before
    office.move(code, "comment", by="W1-SUP", text="Tiếp tục.")  # the chains go on
    seal(installation)
    all_sealed(installation)


def test_what_the_copy_held_unsealed_keeps_its_disclosures(
    office: Office, installation: Installation
) -> None:
    code = office.assigned()
    seal(installation)
    office.move(code, "start", by="W1-OFF")
    office.move(code, "report_progress", by="W1-OFF", note="Đã làm việc với hộ dân.", progress=40)
    put_back(office, lambda: office.move(code, "comment", by="W1-SUP", text="Mất."), sealed=False)
    done = replay_log(installation, operator(installation))
    assert done.events == (events(office, code)[-1].leaf["event"],)
    assert (
        dict(read_disclosure(text) for text in told_of(installation, "case.progress_reported"))["progress"]
        == 40
    )
    assert told_of(installation, "case.commented") == []
    seal(installation)
    all_sealed(installation)


def test_copy_that_lacks_only_indices_loses_nothing(office: Office, installation: Installation) -> None:
    code = office.assigned()
    put_back(office, lambda: None, sealed=False)
    done = replay_log(installation, operator(installation))
    assert (done.events, done.to_check) == ((), ())
    office.move(code, "start", by="W1-OFF")
    seal(installation)
    all_sealed(installation)


def told_of(installation: Installation, kind: str) -> list[str]:
    """The disclosures of the only event of a type."""
    with installation.database.reading() as connection:
        data = connection.exec_driver_sql(
            "SELECT data FROM disclosures JOIN events ON id = event_id WHERE type = ?", (kind,)
        ).scalar_one()
    return [text for text, _about in json.loads(data)]


def test_replay_is_an_event_that_names_what_is_lost(office: Office, installation: Installation) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    done = replay_log(installation, operator(installation))
    statement = select(EventRow.leaf, EventRow.id).where(EventRow.type == "log.replayed")
    with installation.database.reading() as connection:
        row = connection.execute(statement).one()
        data = connection.exec_driver_sql(
            "SELECT data FROM disclosures WHERE event_id = ?", (row.id,)
        ).scalar_one()
    told = dict(read_disclosure(text) for text, _ in json.loads(data))
    assert told == {"first": done.first, "size": done.size, "events": list(done.events)}
    assert json.loads(row.leaf)["case"] == "00000000-0000-0000-0000-000000000000"
    assert done.events == (events(office, code)[-1].leaf["event"],)


def test_replay_brings_the_case_up_to_its_last_leaf(office: Office, installation: Installation) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    assert office.row(code).state == "assigned"
    done = replay_log(installation, operator(installation))
    row = office.row(code)
    assert (row.state, row.seq) == ("in_progress", 3)
    assert row.started_at is not None
    assert [(one.what, one.lacking) for one in done.to_check] == [(code, ("case.started",))]
    office.resolve(code)
    office.verify(code, by="W1-SUP")
    assert [event.leaf["from"] for event in events(office, code)][-1] == "resolved"


def _verified(office: Office, code: str) -> None:
    office.resolve(code)
    office.verify(code, by="W1-SUP")


ENDINGS: dict[str, Callable[[Office, str], object]] = {
    "resolved": Office.resolve,
    "verified": _verified,
    "in_progress": lambda office, code: office.move(
        code, "request_extension", by="W1-OFF", deadline="2026-12-20", reason="Mưa lũ kéo dài"
    ),
    "suspended": lambda office, code: office.move(
        code, "suspend", by="D-SUP", reason="Chờ kết luận thanh tra", review_on="2026-11-20"
    ),
    "cancelled": lambda office, code: office.move(
        code, "cancel", by="D-SUP", kind="entered_in_error", reason="Nhập nhầm vụ việc"
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", ENDINGS)
def test_replay_reaches_every_state_and_names_what_only_stands_in(
    office: Office, installation: Installation, state: str
) -> None:
    code = office.assigned()
    office.move(code, "start", by="W1-OFF")
    put_back(office, lambda: ENDINGS[state](office, code))
    done = replay_log(installation, operator(installation))
    assert office.row(code).state == state
    (told,) = [one for one in done.to_check if one.what == code]
    assert told.lacking[-1] in {"completion", "review_on", "cancel_kind", "evidence", "extensions"}
    seal(installation)
    all_sealed(installation)
    found = check_log(installation.database, installation.settings, installation.files)
    assert found.findings == ()


def test_replay_of_an_assignment_marks_owner_and_work(office: Office, installation: Installation) -> None:
    code = office.register()
    put_back(office, lambda: office.move(code, "assign", by="W1-SUP", owner=office.id_of("W1-OFF"),
                                         deadline="2026-12-01", expected_outcome="Xử lý dứt điểm"))  # fmt: skip
    done = replay_log(installation, operator(installation))
    row = office.row(code)
    assert (row.state, str(row.deadline), str(row.first_deadline)) == ("assigned", "2026-12-01", "2026-12-01")
    assert {"expected_outcome", "owner_id"} <= set(done.to_check[0].lacking)


def test_lost_case_is_named_and_its_code_never_given_again(
    office: Office, installation: Installation
) -> None:
    first = office.register()
    lost: list[str] = []
    put_back(office, lambda: lost.append(office.register()))
    done = replay_log(installation, operator(installation))
    assert "register it again" in done.to_check[0].lacking[0]
    assert office.register() not in {first, *lost}


def test_replay_without_need_is_refused(office: Office, installation: Installation) -> None:
    office.assigned()
    seal(installation)
    with pytest.raises(NothingToReplay):
        replay_log(installation, operator(installation))


def test_replay_from_other_files_is_refused_and_changes_nothing(
    office: Office, installation: Installation, home: Path
) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    before = leaves(installation)
    (entries,) = (home / "log" / "tile" / "entries" / "000.p").glob(str(len(before) + 1))
    entries.write_bytes(entries.read_bytes().replace(b"in_progress", b"in_regress_"))
    with pytest.raises(LogDiffers):
        replay_log(installation, operator(installation))
    assert leaves(installation) == before


def test_events_recorded_on_the_older_copy_are_not_overwritten(
    office: Office, installation: Installation
) -> None:
    code = office.assigned()
    put_back(office, lambda: office.move(code, "start", by="W1-OFF"))
    office.move(code, "comment", by="W1-SUP", text="Ghi trên bản cũ.")
    with pytest.raises(CaseflowError, match="contradict"):
        replay_log(installation, operator(installation))
    assert len(leaves(installation)) < signed_size(installation)


def signed_size(installation: Installation) -> int:
    """How many entries were signed."""
    return open_signer(installation.settings).signed().size
