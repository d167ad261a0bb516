"""A case that is going to be told."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.demo.staff import Unit
from caseflow.demo.tale import Tell


@dataclass(frozen=True, slots=True)
class Planned:
    """Where, when and how a case goes; `end`, where set, is the position at which it is verified."""

    begins: float
    unit: Unit
    field: str
    tell: Tell
    end: float | None = None
