"""How the sealed log stands, as every page and print tells it: one query, and the head that is published on disk."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, UTC
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, Connection, func, select

from caseflow.database.prepared import Prepared
from caseflow.messages import Message, N_, say
from caseflow.models import Cosignature, EventRow, LogAlarm, LogCheck, LogState
from caseflow.queries.comparisons import Comparison, proven
from caseflow.settings import Settings
from caseflow.trail.checking.report import stored_message
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.notes import Note
from caseflow.trail.refusals import TrailError

COMPARED_WITHIN = timedelta(days=7)
"""How long a comparison by an outsider, and a check of our own, speak for the log."""
CLOCKS_APART = timedelta(minutes=5)
SEALED_WITHIN = timedelta(seconds=60)
"""How long an event may wait for its seal before people are told."""

INTACT, UNCOMPARED, UNCHECKED, MISMATCH = "intact", "uncompared", "unchecked", "mismatch"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found wrong; `index` is the record's place in the log, counted from 0."""

    kind: str
    message: Message
    case: str | None = None
    event: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the log now.

    `tone` is `intact`, `uncompared`, `unchecked` or `mismatch`. `size` events are sealed, `published_size` are
    covered by a published checkpoint; `behind` says that sealing or publishing has stopped for a minute or more.
    """

    tone: str
    message: Message
    behind: bool
    size: int
    published_size: int
    published_at: datetime | None
    checked_at: datetime | None
    checked_size: int | None
    compared: Comparison | None
    findings: tuple[Finding, ...]
    alarms: int
    is_compared: bool
    """Whether an outsider has compared the log within the last seven days."""

    @property
    def first(self) -> int | None:
        """The first bad record that a check named."""
        return _first(self.findings)


BEHIND = N_("Sealing has stopped: records have waited for more than a minute")
"""Said beside the verdict while events wait too long."""

_NEWEST_CHECK = (
    select(LogCheck.id)
    .where(LogCheck.finished_at.is_not(None))
    .order_by(LogCheck.finished_at.desc(), LogCheck.id.desc())
    .limit(1)
    .scalar_subquery()
)
_NEWEST_COSIGNATURE = (
    select(Cosignature.id)
    .order_by(Cosignature.witnessed_at.desc(), Cosignature.id.desc())
    .limit(1)
    .scalar_subquery()
)
_OPEN_ALARMS = select(func.count()).select_from(LogAlarm).where(LogAlarm.ended_at.is_(None)).scalar_subquery()


def _first_after(size: Any) -> Any:
    """When the first record happened that a tree of `size` records does not hold."""
    later = select(EventRow.at).where(EventRow.leaf_index == size)
    return later.correlate(LogCheck, Cosignature).scalar_subquery()


_OLDEST_UNSEALED = (
    select(EventRow.at).where(EventRow.leaf_index.is_(None)).order_by(EventRow.id).limit(1).scalar_subquery()
)
_OLDEST_UNPUBLISHED = (
    select(EventRow.at)
    .where(EventRow.leaf_index.is_not(None), EventRow.leaf_index == LogState.published_size)
    .correlate(LogState)
    .scalar_subquery()
)
_STANDS = Prepared(
    select(
        LogState.size,
        LogState.published_size,
        LogState.published_at,
        LogState.waiting_since,
        _OLDEST_UNSEALED,
        _OLDEST_UNPUBLISHED,
        LogCheck.finished_at,
        LogCheck.size,
        LogCheck.findings,
        LogCheck.root,
        LogCheck.mac,
        _first_after(LogCheck.size),
        _OPEN_ALARMS,
        Cosignature.note,
        _first_after(Cosignature.size),
    )
    .select_from(LogState)
    .outerjoin(LogCheck, LogCheck.id == _NEWEST_CHECK)
    .outerjoin(Cosignature, Cosignature.id == _NEWEST_COSIGNATURE)
    .where(LogState.id == bindparam("one", 1))
)


def verdict(connection: Connection, now: datetime, settings: Settings) -> Verdict:
    """What may be said of the log at `now`; one query.

    The database alone is not believed: a comparison counts by the witness's signature and HOME/policy.txt, a
    check by its MAC under a key of HOME.
    """
    row = _STANDS.first(connection, {})
    if row is None:
        return _without_state()
    size, published_size, published_at, *waiting, checked_at, checked_size, found, root, mac = row[:11]
    unchecked_since, alarms, note, uncompared_since = row[11:]
    findings = _findings(settings, checked_at, checked_size, root, found, mac)
    compared = proven(note, settings.policy_file) if note is not None else None
    oldest = now - COMPARED_WITHIN
    is_compared = (
        compared is not None
        and compared.enough
        and oldest <= compared.at <= now + CLOCKS_APART
        and _covers(uncompared_since, oldest)
    )
    is_checked = checked_at is not None and checked_at >= oldest and _covers(unchecked_since, oldest)
    tone, message = _judge(findings, alarms, is_checked=is_checked, is_compared=is_compared)
    return Verdict(
        tone=tone,
        message=message,
        behind=any(since is not None and now - since > SEALED_WITHIN for since in waiting),
        size=size,
        published_size=published_size,
        published_at=published_at,
        checked_at=checked_at,
        checked_size=checked_size,
        compared=compared,
        findings=findings,
        alarms=alarms,
        is_compared=is_compared,
    )


def _covers(first_after: datetime | None, oldest: datetime) -> bool:
    """Whether all records but those of the last seven days are covered: a small old tree speaks for little."""
    return first_after is None or first_after >= oldest


def _findings(
    settings: Settings,
    checked_at: datetime | None,
    size: int | None,
    root: bytes | None,
    found: str | None,
    mac: bytes | None,
) -> tuple[Finding, ...]:
    """What the last check found. What HOME remembers of it is believed rather than the table."""
    findings = read_findings(found)
    last = last_check(settings)
    if checked_at is None or not is_own_check(settings, checked_at, size, root, found, mac):
        false = checked_at is not None or last is not None
        kept = last.findings if last is not None else ()
        return (*kept, Finding("log_checks", say(NOT_OURS))) if false else ()
    if last is None or last.finished_at <= checked_at:
        return findings
    return (*last.findings, Finding("log_checks", say(NOT_OURS)))


NOT_OURS = N_("The outcome of the last check was changed or removed in the database.")


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The outcome of the last check as HOME remembers it, out of reach of the database."""

    finished_at: datetime
    findings: tuple[Finding, ...]


def last_check(settings: Settings) -> LastCheck | None:
    """What HOME remembers; None before the first check here."""
    try:
        kept = json.loads((settings.home / LAST_CHECK).read_bytes())
        return LastCheck(
            datetime.fromisoformat(kept["finished_at"]), read_findings(json.dumps(kept["first"]))
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


LAST_CHECK = "last-check.json"


def check_mac(
    settings: Settings, finished_at: datetime, size: int | None, root: bytes | None, findings: str | None
) -> bytes:
    """What makes the outcome of a check this program's own."""
    told = f"{finished_at.astimezone(UTC).isoformat()}\n{size}\n{(root or b'').hex()}\n{findings}"
    return hmac.digest(settings.derived_key("log-check"), told.encode("utf-8"), "sha256")


def is_own_check(
    settings: Settings,
    finished_at: datetime,
    size: int | None,
    root: bytes | None,
    findings: str | None,
    mac: bytes | None,
) -> bool:
    """Whether the outcome of a check was kept by this program, as it stands there."""
    return hmac.compare_digest(mac or b"", check_mac(settings, finished_at, size, root, findings))


def _without_state() -> Verdict:
    """The row that says how far the log reaches is made with the schema: without it nothing can be said."""
    lost = Finding("log_state", say(N_("The row that says how far the log reaches is missing.")))
    return Verdict(
        MISMATCH, say(N_("Mismatch in the log")), False, 0, 0, None, None, None, None, (lost,), 0, False
    )


def _judge(
    findings: tuple[Finding, ...],
    alarms: int,
    *,
    is_checked: bool,
    is_compared: bool,
) -> tuple[str, Message]:
    if findings:
        first = _first(findings)
        if first is None:
            return MISMATCH, say(N_("Mismatch in the log"))
        return MISMATCH, say(N_("Mismatch at record %(index)s"), index=str(first))
    if alarms:
        return MISMATCH, say(N_("Mismatch: a record was refused its seal"))
    if not is_compared:
        return UNCOMPARED, say(N_("Not yet compared by an outsider"))
    if not is_checked:
        return UNCHECKED, say(N_("The log has not been checked for more than 7 days"))
    return INTACT, say(N_("Log intact"))


def _first(findings: tuple[Finding, ...]) -> int | None:
    return min((one.index for one in findings if one.index is not None), default=None)


def read_findings(text: str | None) -> tuple[Finding, ...]:
    """What a check found, as it was stored; what cannot be read is a finding too."""
    try:
        return tuple(map(_finding, json.loads(text or "[]")))
    except (ValueError, TypeError, KeyError, AttributeError):
        return (Finding("log_checks", say(N_("What the last check found cannot be read."))),)


def _finding(stored: Mapping[str, Any]) -> Finding:
    message = stored["message"]
    told = stored_message(message) if isinstance(message, dict) else Message(message)
    return Finding(str(stored["kind"]), told, stored.get("case"), stored.get("event"), stored.get("index"))


@dataclass(frozen=True, slots=True)
class Head:
    """The published checkpoint: `root` is the head hash of the first `size` records, `note` the signed text."""

    size: int
    root: bytes
    note: str

    @property
    def grouped(self) -> str:
        """The head hash in hexadecimal, in groups of four."""
        digits = self.root.hex()
        return " ".join(digits[n : n + 4] for n in range(0, len(digits), 4))


def published_head(folder: Path) -> Head | None:
    """The checkpoint in the folder of the published log; None where there is none, or none that can be read."""
    try:
        note = (folder / "checkpoint").read_text(encoding="utf-8")
        checkpoint = Checkpoint.parse(Note.parse(note).text)
    except (OSError, ValueError, TrailError):
        return None
    return Head(checkpoint.size, checkpoint.root, note)


@dataclass(frozen=True, slots=True)
class PendingCheck:
    """A check that was asked for and is not finished."""

    asked_at: datetime
    started_at: datetime | None


def pending_check(connection: Connection) -> PendingCheck | None:
    """The oldest check that is still to be finished; one query."""
    row = connection.execute(
        select(LogCheck.asked_at, LogCheck.started_at)
        .where(LogCheck.finished_at.is_(None))
        .order_by(LogCheck.id.desc())
        .limit(1)
    ).first()
    return None if row is None else PendingCheck(row.asked_at, row.started_at)
