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
    from caseflow.trail.checking.report import Finding, Report


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


def as_json(report: Report) -> dict[str, Any]:
    """The report as a program reads it; `text` is the message in the reader's language."""
    findings = [one.as_json() | {"text": translate(one.message)} for one in report.findings]
    return {
        "intact": report.intact,
        "size": report.size,
        "root": report.root.hex(),
        "events": report.events,
        "findings": findings,
    }


def summary(report: Report) -> str:
    """The report in one line."""
    if report.intact:
        return _("Log intact: %(size)s records, head %(root)s.", size=report.size, root=report.root.hex())
    return _(
        "%(count)s differences in a log of %(size)s records.", count=len(report.findings), size=report.size
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
