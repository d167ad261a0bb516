"""The words themselves, as data: topics of each field, what people write, and the vocabulary of slots."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def phrases(name: str) -> dict[str, Any]:
    """The tables of one file of this folder, named without its ending, in composed Unicode (NFC).

    Raises FileNotFoundError for a name without a file.
    """
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(unicodedata.normalize("NFC", text))
