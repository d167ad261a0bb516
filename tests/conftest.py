"""Every test gets its own copy of a migrated database file, a clock that stands, and factories that really commit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, UTC
from pathlib import Path

import pytest

from caseflow.adapters.clock import SetClock
from caseflow.settings import Settings
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from tests.factories import Office

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""Monday 2 November 2026, 09:00 in Viet Nam."""


def settings_at(home: Path) -> Settings:
    """Settings of a fresh installation at `home`."""
    return Settings.load({"CASEFLOW_HOME": str(home), "CASEFLOW_LANGUAGE": "vi"}, home)


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded installation that tests copy."""
    home = tmp_path_factory.mktemp("template") / "home"
    home.mkdir()
    installation = Installation.open(settings_at(home), SetClock(START))
    found(installation)
    with installation.database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    installation.database.dispose()
    return home


@pytest.fixture
def home(tmp_path: Path, template_home: Path) -> Path:
    """A founded home of this test's own."""
    copy = tmp_path / "home"
    shutil.copytree(template_home, copy)
    return copy


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at `START` until it is moved."""
    return SetClock(START)


@pytest.fixture
def installation(home: Path, clock: SetClock) -> Iterator[Installation]:
    """An installation on a real SQLite file."""
    opened = Installation.open(settings_at(home), clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def office(installation: Installation, clock: SetClock) -> Office:
    """A small province with its people: province P, district D, communes W1 and W2."""
    return Office(installation, clock)
