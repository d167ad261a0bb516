"""The program's own log tells operators what happened, never to whom."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from caseflow.adapters import log


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def test_json_lines_are_json() -> None:
    stream = io.StringIO()
    log.configure("json", stream)
    structlog.get_logger("caseflow.web").warning("import refused", rows=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["rows"]) == ("import refused", "warning", 3)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_personal_data_is_withheld(log_format: str) -> None:
    stream = io.StringIO()
    log.configure(log_format, stream)
    structlog.get_logger("caseflow.web").info(
        "sign-in refused", login="NV-001", Phone="0912 345 678", case="VV-2026-000042"
    )
    assert "NV-001" not in stream.getvalue()
    assert "0912" not in stream.getvalue()
    assert "VV-2026-000042" in stream.getvalue()


def test_libraries_speak_from_warning_on() -> None:
    stream = io.StringIO()
    log.configure("json", stream)
    logging.getLogger("waitress.task").info("quiet")
    logging.getLogger("waitress.task").warning("Task queue depth is %d", 4)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["Task queue depth is 4"]


def test_a_fault_is_told_with_its_traceback() -> None:
    stream = io.StringIO()
    log.configure("json", stream)
    try:
        raise RuntimeError("a fault")
    except RuntimeError:
        structlog.get_logger("caseflow.web").exception("request failed")
    assert "RuntimeError: a fault" in json.loads(stream.getvalue())["exception"]
