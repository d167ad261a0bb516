"""What was recorded in the source language, told in the reader's: rules that refused an attempt.

The trail keeps the words that stood there; no marks of what they were made from. A recorded sentence is
matched against the texts of the program, and told anew with its values; what matches none stays as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from caseflow.i18n import current_language, merged_catalogue, SOURCE_LANGUAGE, translate
from caseflow.messages import Message

_VALUE = re.compile(r"%\((\w+)\)([sd])")
FEWEST_LETTERS = 12
"""A text with less of its own than this around its values would fit nearly any sentence."""


def retell(text: str) -> str | None:
    """`text`, recorded in the source language, in the reader's; None where it is none of the program's texts."""
    language = current_language()
    return text if language == SOURCE_LANGUAGE else _retold(text, language) if text else None


@lru_cache(maxsize=512)
def _retold(text: str, language: str) -> str | None:
    if text in _texts(language):
        return translate(text, language)
    for msgid, pattern in _patterns(language):
        if found := pattern.fullmatch(text):
            values = {name: _value(value, language) for name, value in found.groupdict().items()}
            return translate(Message(msgid, values), language)
    return None


def _value(text: str, language: str) -> object:
    """A number, or words that may be a text of the program themselves, or several of them in a row."""
    if text.isdecimal():
        return int(text)
    parts, told = text.split("; "), []
    while parts:  # a text may hold a semicolon itself: the longest that is known comes first
        sizes = range(len(parts), 0, -1)
        n = next((n for n in sizes if "; ".join(parts[:n]) in _texts(language)), 1)
        part = "; ".join(parts[:n])
        told.append(_retold(part, language) or part)
        parts = parts[n:]
    return "; ".join(told)


@cache
def _texts(language: str) -> frozenset[str]:
    return frozenset(one.id for one in merged_catalogue(language) if isinstance(one.id, str))


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The texts with values, those with the most words of their own first."""
    own = {text: len(_VALUE.sub("", text)) for text in _texts(language) if _VALUE.search(text)}
    texts = sorted(
        (text for text, size in own.items() if size >= FEWEST_LETTERS), key=lambda text: -own[text]
    )
    return tuple((text, _pattern(text)) for text in texts)


def _pattern(msgid: str) -> re.Pattern[str]:
    made, at, seen = [], 0, set[str]()
    for value in _VALUE.finditer(msgid):
        name, kind = value.groups()
        made.append(re.escape(msgid[at : value.start()].replace("%%", "%")))
        made.append(f"(?P={name})" if name in seen else f"(?P<{name}>{_KINDS[kind]})")
        seen.add(name)
        at = value.end()
    return re.compile("".join(made) + re.escape(msgid[at:].replace("%%", "%")), re.DOTALL)


_KINDS = {"s": ".+?", "d": r"\d+"}
