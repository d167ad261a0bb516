"""Which tests this machine can run: the browser's need a browser, the long ones are asked for."""

from __future__ import annotations

import os

import pytest

import bootstrap


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long campaigns unless asked for; skip browser tests, saying why, where there is no browser."""
    if os.environ.get(bootstrap.LONG) != "1":
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]
    if bootstrap.find_chromium() is None:
        reason = "no Chromium on this machine; install chromium or name it in CASEFLOW_CHROMIUM"
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=reason))
