"""Text that others made, fit to be printed: nothing in it steers a terminal or turns its own direction around."""

from __future__ import annotations

import re

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Controls but the newline, and the marks that turn text around."""


def plain(text: str) -> str:
    """The text with each of these marks as JSON escapes it, so that JSON stays the same JSON."""
    return STEERING.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text)
