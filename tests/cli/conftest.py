"""What tests of the command line start from."""

from __future__ import annotations

import pytest

from tests.cli.commands import Commands
from tests.factories import Office


@pytest.fixture
def commands(office: Office) -> Commands:
    """The command line at the home of the small province."""
    return Commands(office.installation.settings.home)
