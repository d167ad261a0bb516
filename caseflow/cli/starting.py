"""What a command that works on the installation starts with."""

from __future__ import annotations

import os
from pathlib import Path

from caseflow.adapters import log
from caseflow.settings import Settings


def settings_here(*, existing: bool = False) -> Settings:
    """The settings of environment and working folder, with the log set up. Raises SettingsError.

    With `existing`, a place that holds no installation is refused, and nothing is made there.
    """
    settings = Settings.load(os.environ, Path.cwd(), existing=existing)
    log.configure(settings.log_format)
    return settings
