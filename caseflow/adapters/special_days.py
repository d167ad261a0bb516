"""The special days that the program brings along, for state employees in Viet Nam, 2020 to 2027."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from caseflow.states.working_days import DayKind, SpecialDay


@cache
def bundled_special_days() -> tuple[SpecialDay, ...]:
    """Every bundled day in order of date, each with the decision that it rests on.

    They fill a new database; from then on the administrator's rows count.
    """
    text = files(__package__).joinpath("special_days.csv").read_text(encoding="utf-8")
    return tuple(_special_day(row) for row in csv.DictReader(text.splitlines()))


def _special_day(row: dict[str, str]) -> SpecialDay:
    return SpecialDay(date.fromisoformat(row["date"]), DayKind(row["kind"]), row["decision"])
