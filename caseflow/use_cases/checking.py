"""Checking the whole log: at night, when somebody asks, and by command; what was found is kept for the pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, Table, update

from caseflow.adapters.whole_file import write_whole
from caseflow.messages import N_, say
from caseflow.models import LogCheck
from caseflow.queries.log import check_mac, LAST_CHECK
from caseflow.states.working_days import ZONE
from caseflow.trail.checking import check_log, Progress, Report
from caseflow.trail.checking.report import Finding
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.work import Work

CHECKS: Table = LogCheck.__table__  # type: ignore[assignment]

NIGHTLY = timedelta(hours=20)
"""The log is checked again at night when the last check began so long ago."""
OVERDUE = timedelta(hours=30)
"""And at any hour when it began so long ago: this server does not run at night."""
MORNING = 6
"""The hour at which the night ends, in Viet Nam."""
GIVEN_UP = timedelta(hours=2)
"""A check that began so long ago and has not finished was stopped."""
MOST_KEPT = 1_000
"""Findings that are kept one by one: every page reads them."""
MORE = N_("%(count)s more differences were found; caseflow audit verify lists them all.")


def ask_for_check(work: Work) -> None:
    """Ask that the log is checked; where somebody has asked already, that check is theirs too."""
    given_up = work.now - GIVEN_UP
    waits = CHECKS.c.finished_at.is_(None) & (
        CHECKS.c.started_at.is_(None) | CHECKS.c.started_at.between(given_up, work.now + GIVEN_UP)
    )
    if work.connection.execute(select(CHECKS.c.id).where(waits)).first() is None:
        work.connection.execute(insert(CHECKS), {"asked_at": work.now, "asked_by_id": work.actor.id})


def run_check(
    installation: Installation, asked_by: int | None = None, *, progress: Progress | None = None
) -> Report:
    """Check the whole log now, and keep what was found. `asked_by` is the key of the person who asked."""
    now = installation.clock.now()
    row = {"asked_at": now, "asked_by_id": asked_by, "started_at": now}
    with installation.database.transaction() as connection:
        key = connection.execute(insert(CHECKS).returning(CHECKS.c.id), row).scalar_one()
    return _run(installation, key, progress)


def check_when_due(installation: Installation) -> Report | None:
    """Run the check that somebody asked for, or the nightly one where it is time; None where neither is due."""
    key = _claim(installation)
    return None if key is None else _run(installation, key, None)


def check_is_due(installation: Installation) -> bool:
    """Whether somebody asked for a check that nobody is at, or the nightly one is due."""
    now = installation.clock.now()
    with installation.database.reading() as connection:
        return _asked(connection, now) is not None or _nightly(connection, now)


def _run(installation: Installation, key: int, progress: Progress | None) -> Report:
    report = check_log(installation.database, installation.settings, installation.files, progress=progress)
    now = installation.clock.now()
    findings = json.dumps([one.as_json() for one in _kept(report)], ensure_ascii=False)
    found = {
        "finished_at": now,
        "size": report.size,
        "root": report.root,
        "events": report.events,
        "findings": findings,
        "mac": check_mac(installation.settings, now, report.size, report.root, findings),
    }
    with installation.database.transaction() as connection:
        connection.execute(update(CHECKS).where(CHECKS.c.id == key).values(found))
    _remember(installation, now, report)
    return report


def _remember(installation: Installation, at: datetime, report: Report) -> None:
    """Keep the outcome in HOME too, where who writes the database cannot take it back."""
    first = [one.as_json() | {"message": {"id": str(one.message)}} for one in report.findings[:1]]
    kept = {"finished_at": at.isoformat(), "first": first}
    write_whole(installation.settings.home / LAST_CHECK, json.dumps(kept, ensure_ascii=False).encode("utf-8"))


def _kept(report: Report) -> tuple[Finding, ...]:
    kept, more = report.findings[:MOST_KEPT], len(report.findings) - MOST_KEPT
    return kept if more <= 0 else (*kept, Finding(kept[-1].kind, say(MORE, count=more)))


def _claim(installation: Installation) -> int | None:
    """Take the check that is due, so that no other process does; its key."""
    if not check_is_due(installation):
        return None
    now = installation.clock.now()
    with installation.database.transaction() as connection:
        key = _asked(connection, now)
        if key is None and not _nightly(connection, now):
            return None
        if key is None:
            statement = insert(CHECKS).returning(CHECKS.c.id)
            return int(connection.execute(statement, {"asked_at": now, "started_at": now}).scalar_one())
        connection.execute(update(CHECKS).where(CHECKS.c.id == key).values(started_at=now))
        return key


def _asked(connection: Connection, now: datetime) -> int | None:
    """The oldest check that was asked for and that nobody is at."""
    idle = or_(CHECKS.c.started_at.is_(None), ~CHECKS.c.started_at.between(now - GIVEN_UP, now + GIVEN_UP))
    found = connection.execute(
        select(CHECKS.c.id).where(CHECKS.c.finished_at.is_(None), idle).order_by(CHECKS.c.id).limit(1)
    )
    return found.scalar()


def _nightly(connection: Connection, now: datetime) -> bool:
    pause = NIGHTLY if now.astimezone(ZONE).hour < MORNING else OVERDUE
    lately = CHECKS.c.started_at.between(now - pause, now + GIVEN_UP)
    begun = connection.execute(select(CHECKS.c.id).where(lately).limit(1)).first()
    return begun is None
