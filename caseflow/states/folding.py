"""Text as people type it, made comparable: for storing, for searching, for sorting Vietnamese names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Control characters but newline and tab, invisible direction marks that can disguise a text, lone surrogates.
_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f"
    "\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_UNPRINTABLE = re.compile(f"[{_HIDDEN}]")
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_UNTIDY = re.compile(f"[{_HIDDEN}\r\x85\u2028\u2029]|[^\\S\n ]|  | \n|\n ")
"""What any of these would change; most texts hold none of it."""

# Tone marks in the order of Vietnamese dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_MARKS = {
    "a\u0306": "a1",
    "a\u0302": "a2",
    "e\u0302": "e1",
    "o\u0302": "o1",
    "o\u031b": "o2",
    "u\u031b": "u1",
}


def tidy(text: str) -> str:
    """Text fit to be stored: composed (NFC), stripped, no control characters.

    Runs of spaces become one space; newlines stay.
    """
    if _UNTIDY.search(text):
        text = _UNPRINTABLE.sub("", _NEWLINES.sub("\n", text))
        text = _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", text))
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """Text as search compares it: no case, no marks, đ as d, single spaces. Folding twice changes nothing."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _without_marks(folded)
    return " ".join(folded.split())


def _without_marks(text: str) -> str:
    """Drop combining marks. Folding case again catches letters that only their mark kept apart."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").casefold())


def sort_key_vi(name: str) -> str:
    """A key whose plain code-point order sorts people as Vietnamese lists do.

    By given name (the last word), then by the words before it; a ă â b c d đ e ê …; tones decide last.
    """
    *before, given = tidy(name).casefold().split() or [""]
    return " ".join(_word_key(word) for word in (given, *before))


@lru_cache(maxsize=8192)
def _word_key(word: str) -> str:
    """Two characters a letter, then one digit a letter for its tone."""
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES and tones:
            tones[-1] = _TONES[char]
        elif unicodedata.combining(char) and letters:
            letters[-1] = _LETTER_MARKS.get(letters[-1][0] + char, letters[-1])
        else:
            letters.append("d1" if char == "đ" else char + "0")
            tones.append("0")
    return "".join(letters) + " " + "".join(tones)
