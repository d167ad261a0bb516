"""Column types that keep what a plain database type would lose."""

from __future__ import annotations

from datetime import datetime, UTC
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

LENGTH = len("2026-11-27 09:00:00.000000")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both sides. SQLite drops zones: there it is sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text of fixed width on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Refuse a naive instant; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        instant = value if value.tzinfo is UTC else value.astimezone(UTC)
        return instant.isoformat(" ", "microseconds")[:LENGTH] if dialect.name == "sqlite" else instant

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value + "+00:00")
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        raise TypeError(f"not an instant: {value!r}")
