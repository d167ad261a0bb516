"""Why the system refused is said in words that people know, and limits in units that they know."""

from __future__ import annotations

import errno
import os

import pytest

from caseflow.errors import reason_of, REASONS
from caseflow.i18n import translate
from caseflow.messages import Message, size_text


@pytest.mark.parametrize("number", REASONS)
def test_a_refusal_of_the_system_has_words_in_vietnamese(number: int) -> None:
    reason = reason_of(OSError(number, os.strerror(number)))
    assert isinstance(reason, Message)
    assert not translate(reason, "vi").isascii()


def test_other_refusals_keep_their_own_words() -> None:
    assert reason_of(OSError(errno.EXDEV, "Invalid cross-device link.")) == "Invalid cross-device link"
    assert reason_of(ValueError("no port")) == "no port"


@pytest.mark.parametrize(
    ("size", "text"),
    [(1 << 27, "128 MiB"), (1 << 17, "128 KiB"), (4_096, "4 KiB"), (1_000, "1000 byte"), (0, "0 byte")],
)
def test_a_limit_is_written_in_the_largest_unit_it_is_whole_in(size: int, text: str) -> None:
    assert size_text(size) == text
