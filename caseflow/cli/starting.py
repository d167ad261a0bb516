"""What a command that works on the installation starts with."""

from __future__ import annotations

import os
from pathlib import Path

from caseflow.adapters import log
from caseflow.settings import Settings


def settings_here() -> Settings:
    """The settings of environment and working folder, with the log set up. Raises SettingsError."""
    settings = Settings.load(os.environ, Path.cwd())
    log.configure(settings.log_format)
    return settings
