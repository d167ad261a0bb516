"""From the cells of a list to the words of a case: a title, a description, the document behind it."""

from __future__ import annotations

import re

from caseflow.adapters.dates import parse_date
from caseflow.errors import InvalidInput

LONGEST_TITLE = 200
LONGEST_NUMBER = 100
SHORTEST_SENTENCE = 20  # what ends before is an abbreviation
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_NUMBER = re.compile(
    r"\b(?:số:?\s+|No\.?\s+)?(\d{1,5}\s?[-/]\s?[^\s,;()]*[^\s,;().\d][^\s,;()]*)", re.IGNORECASE
)
_DAY = re.compile(r"(?:ngày|dated)\s+(\d{1,2}[-/.]\d{1,2}[-/.]\d{4})", re.IGNORECASE)


def title_and_description(content: str, note: str = "") -> tuple[str, str]:
    """The content as a title of at most 200 characters; where that is not all of it, as description too.

    A note follows the description.
    """
    title = title_of(content)
    parts = [part for part in ("" if title == content else content, note) if part]
    return title, "\n\n".join(parts)


def title_of(content: str) -> str:
    """The content where it is short, else its first sentence, cut at a word where that is long too."""
    if len(content) <= LONGEST_TITLE and "\n" not in content:
        return content
    first_line = content.split("\n", 1)[0].strip()
    for end in _SENTENCE_END.finditer(first_line):
        if SHORTEST_SENTENCE <= end.start() <= LONGEST_TITLE:
            return first_line[: end.start()]
    if len(first_line) <= LONGEST_TITLE:
        return first_line
    cut = first_line[: LONGEST_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–-") + "…"


def basis_of(text: str) -> dict[str, object] | None:
    """The document behind a case as far as its text says number and day; the whole text stays as summary."""
    if not text:
        return None
    basis: dict[str, object] = {"summary": text}
    if (number := _NUMBER.search(_DAY.sub(" ", text))) and len(number[1]) <= LONGEST_NUMBER:
        basis["number"] = number[1].rstrip(".")
    if day := _DAY.search(text):
        try:
            basis["date"] = parse_date(day[1])
        except InvalidInput:
            return basis
    return basis
