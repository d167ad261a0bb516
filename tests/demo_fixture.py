"""A small demo province to look at: made once a session on the tests' clock, copied for each test.

Ask for it with `pytest_plugins = ["tests.demo_fixture"]` in a conftest at the top, or by importing the fixtures.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseflow.adapters.clock import SetClock
from caseflow.demo.logins import kept_logins, Login
from caseflow.demo.province import load_demo
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from tests.conftest import settings_at, START


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the small province, as it was on the day of `START`; only to be read and copied."""
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir()
    installation = Installation.open(settings_at(home), SetClock(START))
    found(installation)
    load_demo(installation, "small")
    installation.database.dispose()
    return home


@pytest.fixture
def demo_home(tmp_path: Path, demo_template: Path) -> Path:
    """A home of this test's own that holds the small province."""
    copy = tmp_path / "demo-home"
    shutil.copytree(demo_template, copy)
    return copy


@pytest.fixture
def demo_installation(demo_home: Path) -> Iterator[Installation]:
    """The installation at `demo_home`, with a clock that stands at `START`."""
    opened = Installation.open(settings_at(demo_home), SetClock(START))
    yield opened
    opened.database.dispose()


@pytest.fixture
def demo_logins(demo_home: Path) -> dict[tuple[str, str], Login]:
    """The logins of the demo by role and organisation."""
    return {(one.role, one.organisation): one for one in kept_logins(demo_home)}
