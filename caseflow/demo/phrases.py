"""Reads the words of `texts/`: topics of each field, what people write, and the vocabulary of slots."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def phrases(name: str) -> dict[str, Any]:
    """The tables of one file of `texts/`, named without its ending, in composed Unicode (NFC).

    Raises FileNotFoundError for a name without a file.
    """
    text = files("caseflow.demo").joinpath("texts", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(unicodedata.normalize("NFC", text))
