"""What a command that changes something starts with: the founded installation, and the operator."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from caseflow.adapters.dates import parse_date
from caseflow.cli.starting import settings_here
from caseflow.errors import InvalidInput
from caseflow.i18n import translate
from caseflow.states.actor import Actor
from caseflow.use_cases.founding import found, operator
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import refuse_if_behind


@contextmanager
def acting(*, anyhow: bool = False, existing: bool = False) -> Iterator[tuple[Installation, Actor]]:
    """The installation of this place, founded where it is new, and the operator at the reader's account.

    A database that is not the one whose log was signed is refused, unless it is to be looked at `anyhow`; with
    `existing`, a place without a database is refused and nothing is made there.
    """
    settings = settings_here(existing=existing)
    installation = Installation.open(settings)
    try:
        found(installation)
        if not anyhow:
            refuse_if_behind(installation)
        yield installation, operator(installation, _account())
    finally:
        installation.database.dispose()


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have them
        return "?"


class Day(click.ParamType[date]):
    """A day on the command line, as 2026-11-27 or 27/11/2026."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day; anything else is wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(value)
        except InvalidInput as refused:
            self.fail(translate(refused.message), param, ctx)
