"""How a command answers: exit 0 done, 1 refused in one line on standard error, 2 wrong usage."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from caseflow.cli.plain_text import plain
from caseflow.errors import CaseflowError, Problem
from caseflow.i18n import gettext as _
from caseflow.i18n import translate, use_language
from caseflow.settings import chosen_language

DEBUG = "CASEFLOW_DEBUG"
LISTED = 5  # problems that one line still carries; a command with more prints them on standard output


class Answering(click.Group):
    """A group whose commands never end in a traceback, unless CASEFLOW_DEBUG=1 asks for it."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line in the reader's language, its help included."""
        with use_language(chosen_language(os.environ, Path.cwd())):
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run one command and turn a refusal or a fault into one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except CaseflowError as refusal:
            line = refusal_line(refusal)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except (KeyboardInterrupt, click.Abort):
            line = _("Stopped before the end.")
        except Exception as fault:
            if os.environ.get(DEBUG) == "1":
                raise
            line = _(
                "The program failed: %(fault)s. Report this line; with %(variable)s=1 it shows where.",
                fault=" ".join(f"{type(fault).__name__}: {fault}".split()).rstrip("."),
                variable=DEBUG,
            )
        click.echo(line, err=True)
        raise click.exceptions.Exit(1)


def refusal_line(refusal: CaseflowError) -> str:
    """The refusal in one line: what is refused, then each problem that says more than that."""
    texts = [translate(refusal.message), *(_problem(each) for each in _further(refusal)[:LISTED])]
    return plain(" ".join(" · ".join(texts).split()))


def _further(refusal: CaseflowError) -> list[Problem]:
    return [each for each in refusal.problems if each.message != refusal.message]


def _problem(problem: Problem) -> str:
    value = "" if problem.value is None else f" “{problem.value}”"
    return f"{problem.field}{value}: {translate(problem.message)}"
