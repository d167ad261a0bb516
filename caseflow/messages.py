"""Text that is written in one place and translated in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name that message extractors look for
    """Mark `text` for translation without translating it here."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A source text with its named values, translated where its reader is known.

    A value may itself be a `Message`; it is translated with the text that holds it.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.id % self.values if self.values else self.id


def size_text(size: int) -> str:
    """A limit in bytes as people write it, in the largest unit that it is whole in: 128 MiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} byte"


def say(text: str, **values: object) -> Message:
    """Bind `text`, already marked with `N_`, to its values."""
    return Message(text, values)
