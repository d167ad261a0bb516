"""States of the sealed log for tests of what pages say: checked, compared, found wrong."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from caseflow.models import Case, Cosignature, EventRow, LogAlarm, LogCheck
from caseflow.queries.log import check_mac
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.notes import Note
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.sealing import seal_waiting
from tests.factories import Office


def seal(office: Office) -> None:
    """Seal and publish everything that waits."""
    assert seal_waiting(office.installation)


def compared(office: Office, ago: timedelta = timedelta()) -> None:
    """An outsider has compared the log, so long ago."""
    seal(office)
    at = office.clock.now() - ago
    settings = office.installation.settings
    witness = Cosigner("ubkt.example.vn", hashlib.sha256(b"ubkt").digest())
    if witness.vkey not in settings.policy_file.read_text():
        line = f"witness ubkt.example.vn {witness.vkey}\n"
        settings.policy_file.write_text(line + settings.policy_file.read_text())
    note = Note.parse(TileFolder(settings.log_folder).checkpoint() or "")
    tree = Checkpoint.parse(note.text)
    signed = note.with_signatures([witness.cosign(note.text, at)]).encode()
    row = {"witness": witness.key.name, "size": tree.size, "root": tree.root, "note": signed}
    with office.installation.database.transaction() as connection:
        connection.execute(delete(Cosignature).where(Cosignature.size == tree.size))
    _put(office, Cosignature, row | {"witnessed_at": at, "added_at": at})


def checked(office: Office, *findings: dict[str, Any], ago: timedelta = timedelta()) -> None:
    """A check of the log has finished, so long ago, and found this."""
    at, root, told = office.clock.now() - ago, b"\0" * 32, json.dumps(findings)
    row = {"asked_at": at, "started_at": at, "finished_at": at, "size": 5, "events": 5, "root": root}
    mac = check_mac(office.installation.settings, at, 5, root, told)
    _put(office, LogCheck, row | {"findings": told, "mac": mac})


def asked(office: Office) -> None:
    """A check was asked for and has not finished."""
    _put(office, LogCheck, {"asked_at": office.clock.now()})


def alarmed(office: Office, kind: str, event: int | None = None) -> None:
    """Sealing has raised an alarm."""
    row = {"kind": kind, "event_id": event, "detail": "detail", "raised_at": office.clock.now()}
    _put(office, LogAlarm, row)


def finding(office: Office, code: str, text: str = "The leaf was changed.") -> dict[str, Any]:
    """A finding about the last event of a case, as a check stores it."""
    with office.installation.database.reading() as connection:
        row = connection.execute(
            select(EventRow.uuid, EventRow.leaf_index)
            .join(Case, Case.uuid == EventRow.subject)
            .where(Case.code == code)
            .order_by(EventRow.seq.desc())
        ).first()
    assert row is not None
    message = {"id": text, "values": {}}
    return {"kind": "leaf", "case": code, "event": str(row.uuid), "index": row.leaf_index, "message": message}


def events(office: Office) -> list[Any]:
    """Every event, oldest first."""
    with office.installation.database.reading() as connection:
        return list(connection.execute(select(EventRow.__table__).order_by(EventRow.id)))


def _put(office: Office, table: Any, row: dict[str, Any]) -> None:
    with office.installation.database.transaction() as connection:
        connection.execute(insert(table), row)


def later(office: Office, **by: float) -> datetime:
    """Let time pass."""
    office.clock.forward(timedelta(**by))
    return office.clock.now()
