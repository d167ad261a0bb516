"""What is recorded is sealed: in order, without gaps, and only what the program wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from caseflow.errors import NotPermitted
from caseflow.models import EventRow
from caseflow.trail import alarms as kinds
from caseflow.trail.leaf import leaf_hash, mac_of
from caseflow.trail.sealing_queue import BATCH
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import seal_waiting, sequencer
from tests.factories import Office
from tests.trail.sealed import (
    alarm_texts,
    alarms,
    all_sealed,
    change,
    log_state,
    seal,
    sealed_log,
    without_guards,
)


def last_event(office: Office, code: str) -> Any:
    """The latest event of a case, as a row."""
    statement = select(EventRow.__table__).where(EventRow.subject == office.row(code).uuid)
    with office.installation.database.reading() as connection:
        return connection.execute(statement.order_by(EventRow.seq.desc())).first()


def insert_event(
    office: Office, code: str, mac: bytes | None = None, leaf: bytes | None = None, seq: int = 0
) -> int:
    """Put an event behind a case's last one, as somebody with the database but no keys would; answer its key.

    It is well formed and continues the chain, and the case's head is moved with it.
    """
    last = last_event(office, code)
    uuid = uuid4()
    made = json.loads(last.leaf) | {
        "event": str(uuid),
        "seq": last.seq + 1,
        "prev": leaf_hash(last.leaf).hex(),
    }
    data = leaf or json.dumps(made, separators=(",", ":"), sort_keys=True).encode("ascii")
    with office.installation.database.transaction() as connection:
        table = EventRow.__table__
        row = dict(last._mapping) | {
            "id": last.id + 1_000, "uuid": uuid, "seq": seq or last.seq + 1, "leaf": data,
            "mac": mac or b"\0" * 32, "leaf_index": None,
        }  # fmt: skip
        connection.execute(table.insert(), row)  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            "UPDATE cases SET seq = seq + 1, head = ? WHERE code = ?", (leaf_hash(data), code)
        )
    return int(last.id) + 1_000


# --- order, batches, nothing twice ----------------------------------------------------------------------


def test_what_is_recorded_is_sealed_in_the_order_of_recording(
    office: Office, installation: Installation
) -> None:
    codes = [office.assigned() for _ in range(3)]
    office.move(codes[1], "start", by="W1-OFF")
    seal(installation)
    log = all_sealed(installation)
    with installation.database.reading() as connection:
        recorded = list(connection.execute(select(EventRow.leaf).order_by(EventRow.id)).scalars())
    assert log.leaves == recorded


def test_later_events_go_behind_earlier_ones(office: Office, installation: Installation) -> None:
    code = office.assigned()
    seal(installation)
    before = all_sealed(installation)
    office.move(code, "start", by="W1-OFF")
    seal(installation)
    after = all_sealed(installation)
    assert after.leaves[: len(before.leaves)] == before.leaves
    assert len(after.leaves) == len(before.leaves) + 1


def test_sealing_again_changes_nothing(office: Office, installation: Installation, home: Path) -> None:
    office.assigned()
    made = seal(installation)
    files = {path: path.read_bytes() for path in (home / "log").rglob("*") if path.is_file()}
    assert made.step() == 0
    assert seal(installation).step() == 0
    assert {path: path.read_bytes() for path in (home / "log").rglob("*") if path.is_file()} == files


def test_more_than_one_batch_is_sealed(
    office: Office, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BATCH > 100
    monkeypatch.setattr("caseflow.trail.publishing.CHUNK", 7)
    for _ in range(5):
        office.assigned()
    seal(installation)
    all_sealed(installation)


def test_a_queue_misses_no_event_that_committed_late(office: Office, installation: Installation) -> None:
    """An event whose key is lower than one already sealed, as of a transaction that took longer."""
    first, second = office.register(), office.register()
    late = last_event(office, first)
    without_guards(installation.database)
    change(installation.database, "DELETE FROM disclosures WHERE event_id = ?", late.id)
    change(installation.database, "DELETE FROM outbox WHERE event_id = ?", late.id)
    change(installation.database, "DELETE FROM events WHERE id = ?", late.id)
    seal(installation)
    assert last_event(office, second).leaf_index is not None
    with installation.database.transaction() as connection:
        connection.execute(EventRow.__table__.insert(), dict(late._mapping))  # type: ignore[attr-defined]
    seal(installation)
    all_sealed(installation)


def test_refused_attempts_are_sealed_too(office: Office, installation: Installation) -> None:
    code = office.assigned()
    with pytest.raises(NotPermitted):
        office.move(
            code, "verify", by="W1-OFF", method="site", complainant_answer="accepted", note="Tự xác nhận"
        )
    seal(installation)
    assert b'"type":"attempt.refused"' in all_sealed(installation).leaves[-1]


def test_policy_is_made_once_and_never_overwritten(
    office: Office, installation: Installation, home: Path
) -> None:
    seal(installation)
    policy = home / "policy.txt"
    text = policy.read_text(encoding="utf-8")
    policy.write_text("# của thanh tra\n" + text, encoding="utf-8")
    office.assigned()
    seal(installation)
    assert policy.read_text(encoding="utf-8").startswith("# của thanh tra")


# --- what did not come from the program -------------------------------------------------------------------


def test_event_with_a_false_mac_is_not_sealed_and_raises_the_alarm(
    office: Office, installation: Installation
) -> None:
    code = office.assigned()
    false = insert_event(office, code)
    made = seal(installation)
    log = sealed_log(installation)
    assert log.waiting == 1
    assert alarms(installation) == [(kinds.FALSE_MAC, false)]
    assert alarm_texts(installation)[0].startswith(f"{code} #2 ")
    assert made.stopped is None
    seal(installation)
    assert alarms(installation) == [(kinds.FALSE_MAC, false)]  # once


@pytest.mark.parametrize(
    "columns", ["subject = 'x'", "uuid = 7", "leaf = 5", "mac = zeroblob(32), leaf = 'text'"]
)
def test_row_of_another_kind_than_the_program_writes_stops_no_other(
    office: Office, installation: Installation, columns: str
) -> None:
    code = office.assigned()
    seal(installation)
    false = insert_event(office, code)
    without_guards(installation.database)
    change(installation.database, f"UPDATE events SET {columns} WHERE id = ?", false)  # noqa: S608
    other = office.register()
    made = seal(installation)
    assert made.stopped is None
    assert [event for _kind, event in alarms(installation)] == [false]
    assert last_event(office, other).leaf_index is not None


def test_nothing_behind_a_false_event_is_sealed_but_other_cases_are(
    office: Office, installation: Installation
) -> None:
    code, other = office.assigned(), office.assigned()
    seal(installation)
    false = insert_event(office, code)
    office.move(code, "start", by="W1-OFF")
    office.move(other, "start", by="W1-OFF")
    seal(installation)
    behind = last_event(office, code)
    assert sealed_log(installation).waiting == 2
    assert last_event(office, other).leaf_index is not None
    assert set(alarms(installation)) == {(kinds.FALSE_MAC, false), (kinds.BROKEN_CHAIN, behind.id)}


def test_copied_leaf_with_its_true_mac_is_not_sealed(office: Office, installation: Installation) -> None:
    """Bytes and MAC of an event that did happen, put into a row of its own: it would have happened twice."""
    code = office.assigned()
    last = last_event(office, code)
    copy = insert_event(office, code, mac=last.mac, leaf=last.leaf)
    seal(installation)
    assert alarms(installation) == [(kinds.FALSE_COLUMNS, copy)]


def test_event_whose_predecessor_was_taken_out_is_not_sealed(
    office: Office, installation: Installation
) -> None:
    code = office.assigned()
    seal(installation)
    office.move(code, "start", by="W1-OFF")
    gone = last_event(office, code)
    office.move(code, "comment", by="W1-SUP", text="Báo cáo hằng tuần.")
    without_guards(installation.database)
    change(installation.database, "DELETE FROM disclosures WHERE event_id = ?", gone.id)
    change(installation.database, "DELETE FROM outbox WHERE event_id = ?", gone.id)
    change(installation.database, "DELETE FROM events WHERE id = ?", gone.id)
    seal(installation)
    assert alarms(installation) == [(kinds.BROKEN_CHAIN, last_event(office, code).id)]


def test_alarm_that_was_ended_by_hand_is_raised_again(office: Office, installation: Installation) -> None:
    false = insert_event(office, office.assigned())
    seal(installation)
    change(installation.database, "UPDATE log_alarms SET ended_at = raised_at")
    seal(installation)
    assert alarms(installation) == [(kinds.FALSE_MAC, false)]
    change(installation.database, "DELETE FROM log_alarms")
    seal(installation)
    assert alarms(installation) == [(kinds.FALSE_MAC, false)]


def test_alarm_ends_when_the_false_row_is_gone(office: Office, installation: Installation) -> None:
    code = office.assigned()
    was = office.row(code)
    false = insert_event(office, code)
    seal(installation)
    without_guards(installation.database)
    change(installation.database, "DELETE FROM events WHERE id = ?", false)
    change(
        installation.database, "UPDATE cases SET seq = ?, head = ? WHERE code = ?", was.seq, was.head, code
    )
    sequencer(installation).recheck()
    assert alarms(installation) == []
    assert alarms(installation, ended=True) == [(kinds.FALSE_MAC, false)]
    office.move(code, "start", by="W1-OFF")
    seal(installation)
    all_sealed(installation)


def test_many_false_events_do_not_block_the_queue(
    office: Office, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [office.assigned() for _ in range(4)]
    for code in codes:
        insert_event(office, code)
    monkeypatch.setattr("caseflow.trail.sealing_queue.BATCH", 2)
    seal(installation)
    good = office.assigned()
    seal(installation)
    assert last_event(office, good).leaf_index is not None
    assert len(alarms(installation)) == 4


def test_index_given_by_another_hand_stops_sealing(office: Office, installation: Installation) -> None:
    code = office.assigned()
    seal(installation)
    false = insert_event(office, code)
    size = log_state(installation).size
    change(installation.database, "UPDATE events SET leaf_index = ? WHERE id = ?", size, false)
    made = seal(installation)
    assert made.stopped is not None
    assert alarms(installation) == [(kinds.INDEX_GAP, None)]
    change(installation.database, "UPDATE log_state SET size = size + 1")  # and the size with it
    made = seal(installation)
    assert made.stopped is not None
    assert code in made.stopped.detail
    checkpoint = sealed_checkpoint_size(installation)
    assert checkpoint == size  # nothing false was published


def sealed_checkpoint_size(installation: Installation) -> int:
    """How many entries the published checkpoint covers."""
    text = (installation.settings.log_folder / "checkpoint").read_text(encoding="utf-8")
    return int(text.splitlines()[1])


# --- one at a time ------------------------------------------------------------------------------------------


def test_sequencer_without_the_lease_waits(office: Office, installation: Installation) -> None:
    office.assigned()
    until = office.clock.now() + timedelta(seconds=8)
    change(
        installation.database, "UPDATE log_state SET lease_holder = 'elsewhere/1', lease_until = ?",
        until.isoformat(" ", "microseconds")[:26],
    )  # fmt: skip
    made = seal(installation)
    assert log_state(installation).size == 0
    office.clock.forward(timedelta(seconds=9))
    made.run_dry()
    all_sealed(installation)


def test_lease_of_a_dead_process_of_this_machine_is_taken_over_at_once(
    office: Office, installation: Installation
) -> None:
    office.assigned()
    seal(installation)
    office.assigned()
    seal(installation)  # the lease of the first still runs
    all_sealed(installation)


def test_two_sequencers_take_turns(office: Office, installation: Installation) -> None:
    one, other = sequencer(installation), sequencer(installation)
    for made in (one, other, one, one, other):
        office.assigned()
        made.run_dry()
    all_sealed(installation)


# --- waiting for the seal --------------------------------------------------------------------------------


@pytest.fixture
def waiting(office: Office) -> Iterator[Office]:
    """An office whose answers wait for their seal."""
    object.__setattr__(office.installation.settings, "seal", "wait")
    yield office
    object.__setattr__(office.installation.settings, "seal", "async")


def test_with_seal_wait_the_answer_is_sealed(waiting: Office, installation: Installation) -> None:
    waiting.assigned()
    all_sealed(installation)


def test_with_seal_wait_a_kept_attempt_is_sealed(waiting: Office, installation: Installation) -> None:
    code = waiting.assigned()
    with pytest.raises(NotPermitted):
        waiting.move(
            code, "verify", by="W1-OFF", method="site", complainant_answer="accepted", note="Tự xác nhận"
        )
    all_sealed(installation)


def test_with_seal_wait_a_deed_that_cannot_be_sealed_is_done_all_the_same(
    waiting: Office, installation: Installation, home: Path
) -> None:
    code = waiting.assigned()
    (home / "signing.key.state").write_text("hỏng", encoding="utf-8")
    (home / "log" / "checkpoint").unlink()
    from caseflow.use_cases import sealing

    before = sealing.PATIENCE_S
    sealing.PATIENCE_S = 0.3
    try:
        waiting.move(code, "start", by="W1-OFF")
    finally:
        sealing.PATIENCE_S = before
    assert waiting.row(code).state == "in_progress"


def test_seal_waiting_says_whether_all_is_sealed(office: Office, installation: Installation) -> None:
    code = office.assigned()
    assert seal_waiting(installation)
    all_sealed(installation)
    insert_event(office, code)
    seal(installation)
    office.assigned()
    assert seal_waiting(installation)  # what is held back is not waited for


def test_own_mac_is_what_the_sequencer_checks(office: Office, installation: Installation) -> None:
    """A row whose MAC is made with another key is as false as one without."""
    code = office.assigned()
    last = last_event(office, code)
    insert_event(office, code, mac=mac_of(last.leaf, b"\1" * 32))
    seal(installation)
    assert [kind for kind, _ in alarms(installation)] == [kinds.FALSE_MAC]
