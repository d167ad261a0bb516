"""What the log's page shows: the verdict with all that speaks for or against it, and the events within reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from caseflow.i18n import format_datetime, format_number, gettext, translate
from caseflow.messages import N_
from caseflow.queries.checkpoint_mail import inspectors, Recipient, week_of
from caseflow.queries.log import Finding, Head, pending_check, PendingCheck, Verdict
from caseflow.queries.log_events import log_page, LogScope
from caseflow.queries.log_trouble import AlarmLine, MOST_LISTED, open_alarms, Place, places_of
from caseflow.trail import alarms
from caseflow.views import current
from caseflow.views.log_line import current_head, current_verdict
from caseflow.views.log_query import LABELS, LogQuery
from caseflow.views.log_story import groups, LogRow, tell_row

INSPECTOR, ADMINISTRATOR = "inspector", "administrator"
SLOW = timedelta(minutes=30)
"""How long a check may take before the page says that nobody may be running it."""

ALARM_WORDS = {
    alarms.FALSE_MAC: N_(
        "A record that the program did not write stands in the database. It was not sealed."
    ),
    alarms.FALSE_COLUMNS: N_(
        "The row of a record says something else than its sealed text. It was not sealed."
    ),
    alarms.BROKEN_CHAIN: N_("A record does not follow from the one before it. It was not sealed."),
    alarms.INDEX_GAP: N_(
        "The numbers of records in the database are not those that sealing gave. Sealing stopped."
    ),
    alarms.DATABASE_BEHIND: N_("The database holds fewer records than were signed. Sealing stopped."),
    alarms.SIGNER_REFUSED: N_(
        "The signer refused: the log does not extend what was signed. Sealing stopped."
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong, in words; `href` leads to it where the reader may look."""

    text: str
    index: str | None
    code: str | None
    href: str | None


@dataclass(frozen=True, slots=True)
class LogView:
    """What the template shows."""

    verdict: Verdict
    message: str
    head: Head | None
    facts: list[tuple[str, str]]
    trouble: list[Trouble]
    more_trouble: int
    pending: PendingCheck | None
    slow: bool
    inspects: bool
    week: str
    unreached: list[Recipient]
    reached: int
    query: LogQuery
    groups: list[tuple[str, str]]
    chips: list[tuple[str, str]]
    ignored: list[tuple[str, str]]
    rows: list[LogRow]
    older: str | None
    whole: bool


def scope_of_reader() -> LogScope:
    """Whose log the reader sees: an inspector's within reach, else what an administrator looks after."""
    access = current.current_access()
    return LogScope(current.current_reader(), access.paths(INSPECTOR), access.paths(ADMINISTRATOR))


def log_view(query: LogQuery) -> LogView:
    """Read the page; a fixed number of queries however long the log."""
    connection, scope, stands = current.connection(), scope_of_reader(), current_verdict()
    found = log_page(connection, scope, query.log_filter(), query.before)
    pending = pending_check(connection)
    people = inspectors(connection, current.today(), scope.inspected or scope.administered)
    head = current_head()
    return LogView(
        verdict=stands,
        message=translate(stands.message),
        head=head,
        facts=_facts(stands, head),
        trouble=list(_trouble(scope, stands)),
        more_trouble=max(0, len(stands.findings) - MOST_LISTED) + max(0, stands.alarms - MOST_LISTED),
        pending=pending,
        slow=pending is not None and current.now() - pending.asked_at > SLOW,
        inspects=scope.inspects,
        week=week_of(current.today()),
        unreached=[one for one in people if one.sent_at is None],
        reached=sum(one.sent_at is not None for one in people),
        query=query,
        groups=groups(inspects=scope.inspects),
        chips=[(_chip(name, value), query.without(name)) for name, value in query.filters()],
        ignored=[(gettext(LABELS[name]), value) for name, value in query.ignored],
        rows=[tell_row(one) for one in found.events],
        older=query.address(older=found.older) if found.older else None,
        whole=found.whole,
    )


def _facts(stands: Verdict, head: Head | None) -> list[tuple[str, str]]:
    """What the verdict rests on."""
    never = gettext("never")
    compared = stands.compared
    return [
        (gettext("Records sealed"), format_number(stands.size)),
        (gettext("Records published"), format_number(stands.published_size)),
        (gettext("Head hash"), head.grouped if head else gettext("none yet")),
        (gettext("Published"), format_datetime(stands.published_at) if stands.published_at else never),
        (
            gettext("Last check"),
            gettext(
                "%(at)s, %(size)s records", at=stands.checked_at, size=format_number(stands.checked_size or 0)
            )
            if stands.checked_at
            else never,
        ),
        (
            gettext("Last comparison by an outsider"),
            gettext(
                "%(at)s by %(witness)s, %(size)s records",
                at=compared.at,
                witness=compared.witness,
                size=format_number(compared.size),
            )
            if compared
            else never,
        ),
    ]


def _trouble(scope: LogScope, stands: Verdict) -> Iterator[Trouble]:
    connection, reader = current.connection(), scope.reader if scope.inspects else None
    if stands.findings:
        places, codes = places_of(connection, reader, stands.findings) if reader else ({}, set())
        ordered = sorted(stands.findings, key=lambda one: (one.index is None, one.index or 0))
        for one in ordered[:MOST_LISTED]:
            yield _of_finding(one, places, codes)
    if stands.alarms:
        yield from (_of_alarm(one) for one in open_alarms(connection, reader))


def _of_finding(one: Finding, places: dict[str, Place], codes: set[str]) -> Trouble:
    """A finding of a case is told in full to who may see the case; others learn which record it is."""
    index = None if one.index is None else str(one.index)
    place = places.get(one.event or "")
    if place is not None:
        return Trouble(translate(one.message), index, place.code, _href(place))
    if one.case in codes:
        return Trouble(translate(one.message), index, one.case, f"/vu-viec/{one.case}")
    if one.case is None:
        return Trouble(translate(one.message), index, None, None)
    return Trouble(gettext("A record of a case that is not within your reach"), index, None, None)


def _of_alarm(one: AlarmLine) -> Trouble:
    text = f"{gettext(ALARM_WORDS.get(one.kind, one.detail))} ({format_datetime(one.raised_at)})"
    if one.place is None:
        return Trouble(text, None, None, None)
    return Trouble(text, None, one.place.code, _href(one.place))


def _href(place: Place) -> str:
    return f"/vu-viec/{place.code}#event-{place.number + 1}"


def _chip(name: str, value: str) -> str:
    shown = dict(groups()).get(value, value) if name == "loai" else value
    return f"{gettext(LABELS[name])}: {shown}"
