"""Organisations by file: the tree in any order, every error by its cell."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.adapters.spreadsheets import read_table
from caseflow.errors import InvalidInput, NotPermitted
from caseflow.models import Organisation
from caseflow.use_cases.founding import operator
from caseflow.use_cases.imports.organisations import check_organisations, import_organisations
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.perform import perform_bulk, rehearse
from tests.factories import Office
from tests.imports.lists import contents, csv_table, FILE, rows_of, told

HEADER = "code,name,unit,kind,level,parent_code,valid_from,valid_until"


def line(code: str, parent: str = "", **given: str) -> tuple[str, ...]:
    level = given.get("level", "grassroots" if parent else "province")
    name = given.get("name", f"Đảng ủy {code}")
    return (code, name, "", "", level, parent, given.get("start", ""), given.get("end", ""))


def take_in(installation: Installation, *rows: tuple[str, ...]) -> Any:
    table = csv_table(HEADER, *rows)
    return perform_bulk(installation, operator(installation), import_organisations, table, FILE)


def problems(installation: Installation, *rows: tuple[str, ...]) -> list[tuple[str, str]]:
    table = csv_table(HEADER, *rows)
    return told(rehearse(installation, operator(installation), check_organisations, table).problems)


def test_the_province_of_2022_comes_in_whole(installation: Installation) -> None:
    table = read_table((files("caseflow.demo") / "organisations.csv").read_bytes(), "organisations.csv")
    done = perform_bulk(installation, operator(installation), import_organisations, table, FILE)
    units = rows_of(installation, select(Organisation.__table__))
    assert done["rows"] == len(units) == 220
    paths = {unit.id: unit.path for unit in units}
    assert all(unit.path == f"{paths.get(unit.parent_id, '/')}{unit.id}/" for unit in units)
    assert {level: sum(unit.level == level for unit in units) for level in ("province", "district", "grassroots")} == {
        "province": 1, "district": 10, "grassroots": 209,
    }  # fmt: skip


def test_parents_may_come_after_their_children(installation: Installation) -> None:
    take_in(installation, line("W", "D"), line("D", "P", level="district"), line("P"))
    units = {unit.code: unit for unit in rows_of(installation, select(Organisation.__table__))}
    assert units["W"].path == f"{units['D'].path}{units['W'].id}/"
    assert units["D"].parent_id == units["P"].id


def test_headings_and_levels_may_be_vietnamese(installation: Installation) -> None:
    table = csv_table(
        "Mã,Tên đơn vị,Cấp,Mã đơn vị cấp trên", ("P", "Tỉnh ủy", "Cấp tỉnh", ""), ("X", "Xã", "cấp xã", "P")
    )
    perform_bulk(installation, operator(installation), import_organisations, table, FILE)
    assert [row.level for row in rows_of(installation, select(Organisation.level))] == ["province", "commune"]


def test_life_is_read_and_otherwise_begins_before_every_period(installation: Installation) -> None:
    take_in(installation, line("P"), line("W", "P", start="1/7/2025", end="31/12/2030"))
    lives = rows_of(installation, select(Organisation.valid_from, Organisation.valid_until))
    assert [tuple(life) for life in lives] == [
        (date(2000, 1, 1), None),
        (date(2025, 7, 1), date(2030, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("row", "cell", "part"),
    [
        (line(""), "A3", "empty"),
        (line("P"), "A3", "row 2 too"),
        (line("x" * 61), "A3", "shorten"),
        (line("W", "P", name=""), "B3", "empty"),
        (line("W", "P", level="xyz"), "E3", "no level"),
        (line("W", "P", level="team"), None, "named head"),
        (line("W", "Q"), "F3", "no unit “Q”"),
        (line("W", "W"), "F3", "circle"),
        (line("W", "P", start="31/2/2025"), "G3", "not a date"),
        (line("W", "P", start="1/7/2025", end="1/6/2025"), "H3", "before the beginning"),
    ],
)
def test_wrong_cell_is_named(
    installation: Installation, row: tuple[str, ...], cell: str | None, part: str
) -> None:
    found = problems(installation, line("P"), row)
    assert [where for where, _ in found] == [cell or "3"]
    assert part in found[0][1]


def test_circle_of_parents_is_refused(installation: Installation) -> None:
    found = problems(installation, line("A", "B"), line("B", "C"), line("C", "A"))
    assert [where for where, _ in found] == ["F2", "F3", "F4"]


def test_known_code_is_refused_and_nothing_is_added(office: Office) -> None:
    before = contents(office.installation)
    with pytest.raises(InvalidInput) as refused:
        take_in(office.installation, line("NEW", "P"), line("W1", "D"))
    assert told(refused.value.problems)[0][0] == "A3"
    assert contents(office.installation) == before


def test_administrator_adds_within_reach_only(office: Office) -> None:
    actor, below, beside = office.actors["P-ADM"], line("N", "D"), line("B")
    perform_bulk(office.installation, actor, import_organisations, csv_table(HEADER, below), FILE)
    with pytest.raises(NotPermitted):
        perform_bulk(
            office.installation,
            office.actors["W1-SUP"],
            import_organisations,
            csv_table(HEADER, beside),
            FILE,
        )
