"""Copies of a whole office: the same people and units, in a database of its own."""

from __future__ import annotations

import shutil
from copy import copy
from pathlib import Path

from caseflow.adapters.clock import SetClock
from caseflow.use_cases.installation import Installation
from tests.conftest import settings_at
from tests.factories import Office


def copy_of(office: Office, home: Path) -> Office:
    """Everything that `office` holds, once more at `home`; its clock goes its own way."""
    office.installation.database.dispose()
    shutil.copytree(office.installation.settings.home, home)
    again = copy(office)
    again.clock = SetClock(office.clock.instant)
    again.installation = Installation.open(settings_at(home), again.clock)
    return again
