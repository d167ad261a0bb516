"""Bringing the schema up and down with the migrations that the package carries."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from caseflow.database.engine import Database
from caseflow.places import migrations_folder


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward to `revision`, in one transaction."""
    config = _config()
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision`, in one transaction; what only newer tables hold is lost."""
    config = _config()
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def revision_of(database: Database) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()
