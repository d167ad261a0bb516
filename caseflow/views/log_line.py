"""The log's verdict around every page: on the last line of what is printed, and as a warning for who looks after it."""

from __future__ import annotations

from flask import Flask, g

from caseflow.i18n import format_datetime, gettext, ngettext, translate
from caseflow.queries.log import BEHIND, Head, MISMATCH, published_head, Verdict, verdict
from caseflow.views import current

WATCHING = ("administrator", "inspector")
"""Who is told on every page that something is wrong with the log."""
ICONS = {"intact": "verified", "uncompared": "search", "unchecked": "search", "mismatch": "overdue"}


def init_log_line(app: Flask) -> None:
    """Give the templates the verdict; nothing is asked until a page shows it."""
    given = {
        "log_line": log_line,
        "log_verdict": current_verdict,
        "log_verdict_words": lambda: translate(current_verdict().message),
        "log_warning": log_warning,
        "verdict_icons": ICONS,
    }
    app.context_processor(lambda: given)


def current_verdict() -> Verdict:
    """What may be said of the log now; asked once a request."""
    if "verdict" not in g:
        g.verdict = verdict(current.connection(), current.now(), current.installation().settings)
    found: Verdict = g.verdict
    return found


def current_head() -> Head | None:
    """The published checkpoint; read once a request."""
    if "log_head" not in g:
        g.log_head = published_head(current.installation().settings.log_folder)
    found: Head | None = g.log_head
    return found


def log_line() -> str:
    """The last line of a print: verdict, log head, count, printer and time."""
    head = current_head()
    parts = [translate(current_verdict().message)]
    if current_verdict().behind:
        parts.append(gettext(BEHIND))
    if head is not None:
        parts.append(gettext("Head of the log: %(digest)s", digest=head.grouped))
        parts.append(ngettext("%(n)s record", "%(n)s records", head.size))
    parts += [current.current_actor().name, format_datetime(current.now())]
    return " · ".join(parts)


def log_warning() -> str | None:
    """What administrators and inspectors are told on every page: a mismatch, or sealing that has stopped."""
    if not current.current_access().has(*WATCHING):
        return None
    stands = current_verdict()
    told = [translate(stands.message)] if stands.tone == MISMATCH else []
    told += [gettext(BEHIND)] if stands.behind else []
    return ". ".join(told) or None
