"""How the report of a check is printed: one line a difference, or JSON; and how far the check has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TYPE_CHECKING

import click

from caseflow.i18n import gettext as _
from caseflow.i18n import translate

if TYPE_CHECKING:
    from caseflow.queries.log import Verdict
    from caseflow.trail.checking.report import Finding, Report
    from caseflow.use_cases.installation import Installation


def line(finding: Finding) -> str:
    """A difference in one line: its kind, the case, the place in the log, the event, and what is wrong."""
    where = [finding.case or ""]
    if finding.index is not None:
        where.append(_("record %(index)s", index=finding.index))
    if finding.event:
        where.append(finding.event)
    return "\t".join(
        (finding.kind, " ".join(filter(None, where)) or "–", " ".join(translate(finding.message).split()))
    )


def standing(installation: Installation) -> Verdict:
    """What may be said of the log now, as the pages say it."""
    from caseflow.queries.log import verdict

    with installation.database.reading() as connection:
        return verdict(connection, installation.clock.now(), installation.settings)


def as_json(report: Report, stands: Verdict) -> dict[str, Any]:
    """The report as a program reads it; `text` is the message in the reader's language.

    `intact` says that nothing differs, `compared` whether an outsider has compared the log within seven days,
    and `verdict` what the pages make of both.
    """
    findings = [one.as_json() | {"text": translate(one.message)} for one in report.findings]
    return {
        "intact": report.intact,
        "compared": stands.is_compared,
        "verdict": translate(stands.message),
        "size": report.size,
        "root": report.root.hex(),
        "events": report.events,
        "findings": findings,
    }


def summary(report: Report, stands: Verdict) -> str:
    """A report without differences in one line. Only what an outsider has compared too is called intact."""
    told = {"size": report.size, "root": report.root.hex()}
    if stands.is_compared:
        return _("Log intact: %(size)s records, head %(root)s.", **told)
    return _(
        "No difference in %(size)s records, head %(root)s. Not yet compared by an outsider within 7 days.",
        **told,
    )


def differences(report: Report) -> str:
    """A report with differences in one line."""
    return _(
        "%(count)s differences in a log of %(size)s records. Keep database and log as they are, and tell the"
        " inspection committee.",
        count=len(report.findings),
        size=report.size,
    )


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Shows on a terminal how many records have been checked."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=0, label=_("Records"), file=sys.stderr, show_pos=True, hidden=hidden
    ) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield told
