"""An import of the source's own size stays within half a minute."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select

from caseflow.adapters.spreadsheets import read_table
from caseflow.models import Case, EventRow
from caseflow.use_cases.imports.cases import import_cases
from caseflow.use_cases.perform import perform_bulk
from tests.factories import Office
from tests.imports.lists import clear_row, FILE, rows_of, workbook

ISSUES = 17_487
LONGEST_SECONDS = 30


@pytest.mark.long
def test_the_province_comes_in_within_half_a_minute(office: Office) -> None:
    text = "Giải quyết tình trạng ô nhiễm môi trường tại thôn số {}, nhân dân phản ánh nhiều lần."
    data = workbook(*(clear_row(content=text.format(i), code=f"M{i}") for i in range(ISSUES)))
    start = time.perf_counter()
    table = read_table(data, "danh-sach.xlsx")
    perform_bulk(office.installation, office.operator, import_cases, table, FILE)
    assert time.perf_counter() - start < LONGEST_SECONDS
    assert rows_of(office.installation, select(func.count()).where(Case.state == "assigned"))[0][0] == ISSUES
    moved = rows_of(office.installation, select(func.count()).where(EventRow.about_case_id.is_not(None)))
    assert moved[0][0] == 2 * ISSUES
