"""Bringing the schema up and down with the migrations that the package carries.

Alembic is loaded when something is to be changed: a server whose database is at its revision does without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sqlalchemy import column, inspect, select, table

from caseflow.database.engine import Database
from caseflow.places import migrations_folder

_VERSION = table("alembic_version", column("version_num"))


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward to `revision`, in one transaction."""
    _run("upgrade", database, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision`, in one transaction; what only newer tables hold is lost."""
    _run("downgrade", database, revision)


def _run(command: str, database: Database, revision: str) -> None:
    config: Any = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("path_separator", "os")
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        getattr(import_module("alembic.command"), command)(config, revision)


def revision_of(database: Database) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    with database.reading() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        revision: str | None = connection.execute(select(_VERSION.c.version_num)).scalar()
    return revision


def newest_revision() -> str:
    """The revision that this program was written for: the number with which the name of the last script begins."""
    scripts = (migrations_folder() / "versions").glob("[0-9]*_*.py")
    return max(path.name.partition("_")[0] for path in scripts)
