"""What a case is found by in a search, made of what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

from caseflow.states.folding import fold

PARTS = (
    "code", "title", "description", "expected_outcome", "basis_number", "basis_summary", "source_code",
)  # fmt: skip
"""The columns that search looks at, in their order."""


def search_words(parts: Sequence[str | None]) -> str:
    """The values of `PARTS` first folded, then as written, so that exact accents can rank first."""
    text = _text(parts)
    return f"{fold(text)}\n{text.casefold()}"


def are_search_words(words: str, parts: Sequence[str | None]) -> bool:
    """Whether `words` are those of these parts.

    Letters are compared without what is not ASCII, which is quick; only where they differ are the words made anew.
    """
    text = _text(parts)
    plain = text.casefold()
    folded, end = words[: -len(plain) - 1], words[-len(plain) - 1 :]
    if end != f"\n{plain}":
        return False
    bare = normalize("NFD", " ".join(plain.replace("đ", "d").split()))
    if bare.encode("ascii", "ignore") == folded.encode("ascii", "ignore"):
        return True
    return folded == fold(text)


def _text(parts: Sequence[str | None]) -> str:
    return "\n".join([part for part in parts if part])
