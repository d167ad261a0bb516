"""States of the sealed log for tests of what pages say: checked, compared, found wrong."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from caseflow.models import Case, Cosignature, EventRow, LogAlarm, LogCheck
from caseflow.use_cases.sealing import seal_waiting
from tests.factories import Office


def seal(office: Office) -> None:
    """Seal and publish everything that waits."""
    assert seal_waiting(office.installation)


def compared(office: Office, ago: timedelta = timedelta()) -> None:
    """An outsider has compared the log, so long ago."""
    at = office.clock.now() - ago
    row = {"witness": "ubkt.example.vn", "root": b"\0" * 32, "note": "", "witnessed_at": at, "added_at": at}
    _put(office, Cosignature, row | {"size": len(events(office)) + int(ago.total_seconds())})


def checked(office: Office, *findings: dict[str, Any], ago: timedelta = timedelta()) -> None:
    """A check of the log has finished, so long ago, and found this."""
    at = office.clock.now() - ago
    row = {"asked_at": at, "started_at": at, "finished_at": at, "size": 5, "events": 5, "root": b"\0" * 32}
    _put(office, LogCheck, row | {"findings": json.dumps(findings)})


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
