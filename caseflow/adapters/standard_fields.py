"""The fields (lĩnh vực) that the program brings along; they fill a new database."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def standard_fields() -> tuple[dict[str, object], ...]:
    """Every bundled field in order: its code, both names, its place in lists and that it is in use."""
    text = files(__package__).joinpath("fields.csv").read_text(encoding="utf-8")
    return tuple(
        {"code": r["code"], "name_vi": r["name_vi"], "name_en": r["name_en"], "position": i, "active": True}
        for i, r in enumerate(csv.DictReader(text.splitlines()), start=1)
    )
