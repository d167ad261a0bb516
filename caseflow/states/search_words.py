"""What a case is found by in a search, made of what stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from caseflow.states.folding import fold

PARTS = (
    "code", "title", "description", "expected_outcome", "basis_number", "basis_summary", "source_code",
)  # fmt: skip
"""The columns that search looks at, in their order."""


def search_words(parts: Sequence[str | None]) -> str:
    """The values of `PARTS` first folded, then as written, so that exact accents can rank first."""
    text = _text(parts)
    return f"{fold(text)}\n{text.casefold()}"


def are_search_words(words: object, parts: Sequence[str | None]) -> bool:
    """Whether `words` are those of these parts; a plain answer at a third of the time of making them."""
    text = _text(parts).casefold()
    if words == f"{' '.join(text.translate(_BARE).split())}\n{text}":
        return True
    return words == search_words(parts)


def _text(parts: Sequence[str | None]) -> str:
    return "\n".join([part for part in parts if part])


_LETTERS = [*range(0xC0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA)]
_BARE = {each: bare for each in _LETTERS if len(bare := fold(chr(each))) == 1}
"""Letters with marks, and those without that folding makes of them."""
