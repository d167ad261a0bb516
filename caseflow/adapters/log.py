"""The program's own log, on standard error: for operators, without personal data."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

WITHHELD = "withheld"
# Names of values that tell of a person or a case's content. The log may say that something happened, not to whom.
PERSONAL = frozenset(
    {
        "address", "answer", "citizen_id", "complainant", "contact", "content", "cookie", "description", "email",
        "form", "full_name", "ip", "login", "name", "note", "outcome", "owner", "password", "person", "phone",
        "query", "reason", "search", "secret", "staff_code", "subject", "summary", "text", "title", "token",
    }
)  # fmt: skip


def configure(log_format: str, stream: TextIO | None = None) -> None:
    """Write the log as lines of `text` or `json`; libraries' own logging goes the same way, from WARNING on."""
    timed: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold_personal,
    ]
    structlog.configure(
        processors=[*timed, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(log_format, timed))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("caseflow").setLevel(logging.INFO)


def withhold_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put a word in the place of every value whose name tells of a person."""
    return {name: WITHHELD if name.lower() in PERSONAL else value for name, value in event.items()}


def _formatter(log_format: str, timed: list[Processor]) -> logging.Formatter:
    ending: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format == "json":
        ending += [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        ending += [
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=timed, processors=ending)
