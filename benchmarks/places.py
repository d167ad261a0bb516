"""Where benchmarks keep what they build: provinces of two sizes, built once, thrown away in the end."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from benchmarks.province import built, Province


class Places:
    """A folder for one run. `kept`, where given, holds provinces that outlive it."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self.folder = folder
        self.kept = kept or folder
        self.provinces = cache(self._province)

    def _province(self, cases: int) -> Province:
        return built(self.kept / f"province-{cases}", cases)

    def writable(self, cases: int) -> Province:
        """A copy of the province that a benchmark may change."""
        home = self.folder / f"writable-{cases}"
        source = self.provinces(cases)
        source.installation.database.dispose()
        shutil.copytree(source.file.parent, home, dirs_exist_ok=True)
        return built(home, cases)
