"""`caseflow db`: the schema of the database."""

from __future__ import annotations

import click
from alembic.util import CommandError

from caseflow.cli.acting import acting
from caseflow.cli.starting import settings_here
from caseflow.database import migrations
from caseflow.database.engine import Database
from caseflow.errors import InvalidInput
from caseflow.i18n import gettext as _
from caseflow.messages import N_, say


@click.group()
def db() -> None:
    """Make or change the database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema to what this program was written for, and found the installation where it is new."""
    with acting() as (installation, _operator):
        revision = migrations.revision_of(installation.database)
    click.echo(_("The database is at revision %(revision)s.", revision=revision))


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION, `base` for none at all. What only newer tables hold is lost."""
    database = Database(settings_here().database_url)
    try:
        migrations.downgrade(database, revision)
        left = migrations.revision_of(database)
    except CommandError as wrong:
        message = say(
            N_("There is no revision “%(name)s” to go back to: %(reason)s"), name=revision, reason=str(wrong)
        )
        raise InvalidInput.of("revision", message, revision) from wrong
    finally:
        database.dispose()
    click.echo(_("The database is at revision %(revision)s.", revision=left or "base"))
