"""The checkpoint of the week on its way to the inspectors: whoever holds it can tell later whether history changed.

A worker calls `send_weekly_checkpoints` every few minutes. Each mail is planned once for inspector and week,
under a Message-ID that stays the same over every attempt: one that arrives twice is known as the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime as mail_date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from sqlalchemy import Connection, select, Table, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from caseflow.adapters.mail import MailProblem, MailServer, MailSession
from caseflow.i18n import gettext, use_language
from caseflow.models import CheckpointMailing, Person
from caseflow.queries.checkpoint_mail import inspectors, Recipient, week_of
from caseflow.queries.log import Head, published_head
from caseflow.states.working_days import vn_date
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.witnessing import keep_handed_out

LOG = structlog.get_logger("caseflow.mail")
MAILINGS: Table = CheckpointMailing.__table__  # type: ignore[assignment]

LEASE = timedelta(minutes=15)
"""How long one worker has for what it took before another may try."""
AT_ONCE = 50
MOST_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Due:
    """A mailing that this worker has taken; `attempts` counts the one that is now made."""

    id: int
    week: str
    message_id: str
    size: int
    checkpoint: str
    attempts: int
    address: str


def send_weekly_checkpoints(installation: Installation) -> int:
    """Plan this week's mails and send what is due; answer how many left. Without SMTP_URL nothing is planned."""
    settings = installation.settings
    head = published_head(settings.log_folder)
    if settings.smtp_url is None or head is None:
        return 0
    plan_mailings(installation, head)
    host = urlsplit(settings.base_url).hostname or "localhost"
    return _send(installation, MailServer.at(settings.smtp_url, host), take_due(installation))


def plan_mailings(installation: Installation, head: Head) -> int:
    """Plan a mail for every inspector with an address who has none this week; answer how many are new."""
    now = installation.clock.now()
    with installation.database.reading() as connection:
        missing = _unplanned(connection, now)
    if not missing:
        return 0
    rows = [_row(installation, one, head, now) for one in missing]
    keep_handed_out(installation, head.size, head.note)
    make: Any = sqlite_insert if installation.database.is_sqlite else pg_insert
    with installation.database.transaction() as connection:
        # Another worker may have been quicker.
        connection.execute(make(MAILINGS).on_conflict_do_nothing(), rows)
    return len(rows)


def _unplanned(connection: Connection, now: datetime) -> list[Recipient]:
    return [one for one in inspectors(connection, vn_date(now)) if one.email and not one.planned]


def _row(installation: Installation, one: Recipient, head: Head, now: datetime) -> dict[str, object]:
    week = week_of(vn_date(now))
    return {
        "week": week,
        "person_id": one.id,
        "message_id": _message_id(installation, week, one.uuid),
        "size": head.size,
        "checkpoint": head.note,
        "attempts": 0,
        "next_at": now,
    }


def _message_id(installation: Installation, week: str, person: UUID) -> str:
    host = urlsplit(installation.settings.base_url).hostname or "localhost"
    return f"<{week}.{person.hex}@{host}>"


def take_due(installation: Installation) -> list[Due]:
    """Take what is due, so that no other worker sends it meanwhile."""
    now = installation.clock.now()
    with installation.database.transaction() as connection:
        rows = connection.execute(_due(now)).all()
        return [Due(*row) for row in rows if _leased(connection, row.id, row.attempts, now)]


def _due(now: datetime) -> Any:
    """This week's mails whose time has come; what an earlier week did not deliver is out of date."""
    mailing = MAILINGS.c
    return (
        select(
            mailing.id,
            mailing.week,
            mailing.message_id,
            mailing.size,
            mailing.checkpoint,
            (mailing.attempts + 1).label("attempts"),
            Person.email,
        )
        .join(Person, Person.id == mailing.person_id)
        .where(
            mailing.week == week_of(vn_date(now)),
            mailing.sent_at.is_(None),
            mailing.next_at <= now,
            mailing.attempts < MOST_ATTEMPTS,
            Person.email.is_not(None),
        )
        .order_by(mailing.next_at, mailing.id)
        .limit(AT_ONCE)
    )


def _leased(connection: Connection, key: int, attempts: int, now: datetime) -> bool:
    untouched = (MAILINGS.c.id == key, MAILINGS.c.attempts == attempts - 1)
    taken = update(MAILINGS).where(*untouched).values(attempts=attempts, next_at=now + LEASE)
    return connection.execute(taken).rowcount == 1


def _send(installation: Installation, server: MailServer, due: list[Due]) -> int:
    if not due:
        return 0
    try:
        with server.open() as session:
            sent = sum([_send_one(installation, session, server.sender, one) for one in due])
    except MailProblem as problem:
        _put_off(installation, due, problem)
        sent = 0
    LOG.info("checkpoints mailed", sent=sent, failed=len(due) - sent)
    return sent


def _send_one(installation: Installation, session: MailSession, sender: str, one: Due) -> bool:
    try:
        session.send(_message(installation, sender, one))
    except MailProblem as problem:
        _put_off(installation, [one], problem)
        return False
    _note(installation, one, sent_at=installation.clock.now(), problem=None)
    return True


def _put_off(installation: Installation, due: Iterable[Due], problem: MailProblem) -> None:
    """Try again later, each time after twice the time; not at all where the server will never take it."""
    for one in due:
        wait = min(timedelta(minutes=2**one.attempts), LONGEST_WAIT)
        attempts = MOST_ATTEMPTS if problem.lasting else one.attempts
        _note(
            installation,
            one,
            attempts=attempts,
            next_at=installation.clock.now() + wait,
            problem=problem.reason,
        )


def _note(installation: Installation, one: Due, **values: object) -> None:
    with installation.database.transaction() as connection:
        connection.execute(update(MAILINGS).where(MAILINGS.c.id == one.id).values(values))


def _message(installation: Installation, sender: str, one: Due) -> EmailMessage:
    """Raises MailProblem for an address that no header can hold."""
    message = EmailMessage()
    try:
        message["From"], message["To"] = sender, one.address
    except ValueError:
        raise MailProblem("address cannot be written", lasting=True) from None
    message["Date"] = mail_date(installation.clock.now())
    message["Message-ID"] = one.message_id
    message["Auto-Submitted"] = "auto-generated"
    subjects, bodies = zip(*(_words(installation, one, language) for language in ("vi", "en")), strict=True)
    message["Subject"] = " / ".join(subjects)
    rule = "\n" + "-" * 60 + "\n\n"
    message.set_content(rule.join([*bodies, one.checkpoint]))
    message.add_attachment(
        one.checkpoint.encode(),
        maintype="application",
        subtype="octet-stream",
        filename=f"checkpoint-{one.week}.txt",
    )
    return message


def _words(installation: Installation, one: Due, language: str) -> tuple[str, str]:
    """Subject and body in one language."""
    with use_language(language):
        subject = gettext("Checkpoint of the log, week %(week)s", week=one.week)
        lines = (
            gettext("This is the checkpoint of the log %(origin)s.", origin=installation.settings.origin),
            gettext("It covers %(size)s records.", size=str(one.size)),
            gettext(
                "Keep this message outside the system. As long as it is kept, nobody can rewrite "
                "those records without its showing when the log is compared with it."
            ),
            gettext(
                "The log and its verdict: %(address)s", address=f"{installation.settings.base_url}/nhat-ky"
            ),
        )
    return subject, "\n".join(lines) + "\n"
