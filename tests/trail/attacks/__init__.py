"""More than a hundred attacks on the database, each under its name in `ATTACKS`."""

from __future__ import annotations

from tests.trail.attacks import belongings, columns, disclosures, events, files, rights
from tests.trail.attacks.thief import Attack, ATTACKS, Named, Thief

ALL = (belongings, columns, disclosures, events, files, rights)
"""Importing them makes their attacks known."""

__all__ = ["ALL", "ATTACKS", "Attack", "Named", "Thief"]
