"""`caseflow db`: the schema up and down."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect

from caseflow.database.migrations import newest_revision
from tests.cli.commands import Commands


def tables(home: Path) -> set[str]:
    engine = create_engine(f"sqlite:///{home / 'caseflow.db'}")
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_schema_comes_up_and_goes_down(tmp_path: Path) -> None:
    commands = Commands(tmp_path / "new")
    assert commands.done("db", "upgrade") == f"The database is at revision {newest_revision()}.\n"
    assert {"cases", "events", "special_days"} <= tables(tmp_path / "new")
    assert commands.done("db", "downgrade", "base") == "The database is at revision base.\n"
    assert tables(tmp_path / "new") <= {"alembic_version"}
    commands.done("db", "upgrade")
    assert "cases" in tables(tmp_path / "new")


def test_upgrade_again_changes_nothing(commands: Commands) -> None:
    assert commands.done("db", "upgrade") == commands.done("db", "upgrade")


def test_unknown_revision_is_refused(commands: Commands) -> None:
    assert "nonsense" in commands.refused("db", "downgrade", "nonsense").stderr
