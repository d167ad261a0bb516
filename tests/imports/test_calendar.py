"""Special days by file and by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.models import EventRow, SpecialDayRow
from caseflow.use_cases.calendar import remove_special_day, save_special_day
from caseflow.use_cases.imports.calendar import check_calendar, import_calendar
from caseflow.use_cases.perform import perform_bulk, rehearse
from tests.factories import Office
from tests.imports.lists import contents, csv_table, FILE, rows_of, told

HEADER = "date,kind,decision"
DECISION = "Quyết định 12/QĐ-UBND"


def take_in(office: Office, *rows: tuple[str, ...], by: str | None = None, header: str = HEADER) -> Any:
    actor = office.actors[by] if by else office.operator
    return perform_bulk(office.installation, actor, import_calendar, csv_table(header, *rows), FILE)


def problems(office: Office, *rows: tuple[str, ...]) -> list[tuple[str, str]]:
    table = csv_table(HEADER, *rows)
    return told(rehearse(office.installation, office.operator, check_calendar, table).problems)


def works(office: Office, day: date) -> bool:
    with office.installation.database.reading() as connection:
        return office.installation.calendar(connection).is_working_day(day)


def test_imported_days_count_from_the_next_deed_on(office: Office) -> None:
    assert works(office, date(2026, 11, 18))
    take_in(
        office, ("18/11/2026", "swapped_rest_day", DECISION), ("21/11/2026", "make_up_working_day", DECISION)
    )
    assert not works(office, date(2026, 11, 18))
    assert works(office, date(2026, 11, 21))


def test_change_of_the_calendar_moves_no_deadline(office: Office) -> None:
    code = office.assigned()
    before = office.row(code).deadline
    take_in(office, ("5/11/2026", "swapped_rest_day", DECISION))
    assert office.row(code).deadline == before


def test_new_year_becomes_known(office: Office) -> None:
    take_in(office, ("1/1/2028", "nghỉ lễ", DECISION), header="Ngày,Loại,Quyết định")
    assert not works(office, date(2028, 1, 1))


def test_known_day_gets_the_decision_of_the_list(office: Office) -> None:
    take_in(office, ("1/1/2027", "holiday", DECISION))
    found = rows_of(
        office.installation, select(SpecialDayRow.decision).where(SpecialDayRow.day == date(2027, 1, 1))
    )
    assert [row.decision for row in found] == [DECISION]


@pytest.mark.parametrize(
    ("row", "cell", "part"),
    [
        (("", "holiday", DECISION), "A2", "empty"),
        (("31/02/2027", "holiday", DECISION), "A2", "not a date"),
        (("18/11/2026", "", DECISION), "B2", "empty"),
        (("18/11/2026", "party", DECISION), "B2", "no kind of day"),
        (("18/11/2026", "make_up_working_day", DECISION), "B2", "a working day anyway"),
        (("21/11/2026", "swapped_rest_day", DECISION), "B2", "a rest day anyway"),
        (("18/11/2026", "holiday", ""), "C2", "empty"),
    ],
)
def test_wrong_cell_is_named(office: Office, row: tuple[str, ...], cell: str, part: str) -> None:
    ((where, text),) = problems(office, row)
    assert where == cell
    assert part in text


def test_day_twice_in_the_file_is_refused(office: Office) -> None:
    row = ("18/11/2026", "holiday", DECISION)
    assert [where for where, _ in problems(office, row, row)] == ["A3"]


def test_refused_list_changes_nothing(office: Office) -> None:
    before = contents(office.installation)
    with pytest.raises(InvalidInput):
        take_in(office, ("18/11/2026", "holiday", DECISION), ("19/11/2026", "party", DECISION))
    assert contents(office.installation) == before


def test_day_is_saved_and_removed_with_its_event(office: Office) -> None:
    day = date(2026, 11, 18)
    office.do(save_special_day, day, "holiday", DECISION, by="P-ADM")
    assert not works(office, day)
    office.do(remove_special_day, day, "Nhập nhầm", by="P-ADM")
    assert works(office, day)
    kinds = [row.type for row in rows_of(office.installation, select(EventRow.type).order_by(EventRow.id))]
    assert kinds[-2:] == ["settings.special_day_saved", "settings.special_day_removed"]


@pytest.mark.parametrize(
    ("day", "kind", "decision"),
    [
        ("2026-11-18", "party", DECISION),
        ("2026-11-18", "make_up_working_day", DECISION),
        ("2026-11-18", "holiday", " "),
    ],
)
def test_wrong_day_is_refused(office: Office, day: str, kind: str, decision: str) -> None:
    with pytest.raises(InvalidInput):
        office.do(save_special_day, date.fromisoformat(day), kind, decision)


def test_ordinary_day_cannot_be_removed(office: Office) -> None:
    for day, reason in ((date(2026, 11, 18), "x"), (date(2027, 1, 1), " ")):
        with pytest.raises(InvalidInput):
            office.do(remove_special_day, day, reason)


def test_only_the_administrator_of_the_top_changes_the_calendar(office: Office) -> None:
    office.person("D-ADM", "Quản Trị Huyện", "Quản trị", "D", ("administrator",))
    for by in ("P-SUP", "D-ADM"):
        with pytest.raises(NotPermitted):
            office.do(save_special_day, date(2026, 11, 18), "holiday", DECISION, by=by)
        with pytest.raises(NotPermitted):
            take_in(office, ("18/11/2026", "holiday", DECISION), by=by)
