"""`caseflow person erase`: forgetting a citizen, with an inspector and an administrator at the keyboard."""

from __future__ import annotations

import sys

import click

from caseflow.cli.acting import acting
from caseflow.errors import InvalidInput
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say
from caseflow.states.actor import Actor
from caseflow.states.working_days import vn_date
from caseflow.use_cases.erasing_people import erase_person
from caseflow.use_cases.erasure_remains import clear_remains
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.perform import perform
from caseflow.use_cases.sessions import checked_person

CONSOLE = "console"
"""From where passwords are tried here, for counting failures."""


@click.command("erase")
@click.argument("who", metavar="STAFF_CODE|ID")
@click.option("--decision", required=True, metavar="NUMBER", help="Number of the signed decision.")
@click.option("--inspector", required=True, metavar="LOGIN", help="Staff code of the inspector who asks.")
@click.option(
    "--administrator", required=True, metavar="LOGIN", help="Staff code of the administrator who agrees."
)
def erase(who: str, decision: str, inspector: str, administrator: str) -> None:
    """Erase name and contact of a citizen who is named as the subject of cases and nothing else.

    Both people give their passwords, the inspector first; where there is no terminal, each on a line of standard
    input. Whoever held a role, signed in or acted is refused, and so are open cases and those under retention.
    """
    with acting() as (installation, operator):
        asking = _themselves(installation, inspector)
        agreeing = _themselves(installation, administrator)
        erased = perform(
            installation,
            operator,
            erase_person,
            who,
            decision_number=decision,
            inspector=asking,
            administrator=agreeing,
        )
        cleared = clear_remains(installation)
    click.echo(_("%(person)s has been erased.", person=erased))
    if not cleared:
        click.echo(
            _("Old bytes are cleared from the database's files as soon as nobody reads them."), err=True
        )


def _themselves(installation: Installation, login: str) -> Actor:
    """The person with that staff code, who gives a password of their own. Raises as `checked_person`."""
    row = checked_person(installation, login, _password(login), address=CONSOLE)
    today = vn_date(installation.clock.now())
    if row.must_change_password or (row.left_on is not None and row.left_on <= today):
        text = N_(
            "%(login)s has no password of their own choosing. Sign in on the pages and choose one first."
        )
        raise InvalidInput.of("password", say(text, login=login), login)
    return Actor(row.id, row.uuid, row.name, row.position)


def _password(login: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(_("Password of %(login)s", login=login), hide_input=True, err=True)
    return typed
