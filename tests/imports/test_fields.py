"""The fields under which issues are registered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import InvalidInput, NotPermitted, NotReady
from caseflow.models import EventRow, FieldRow
from caseflow.use_cases.fields import end_field, save_field
from tests.factories import Office
from tests.imports.lists import rows_of

LAND: dict[str, Any] = {"code": "land", "name_vi": "Đất đai", "name_en": "Land"}


def test_saved_field_takes_cases(office: Office) -> None:
    office.do(save_field, **LAND, by="P-ADM")
    assert office.row(office.register(field="land")).field_id
    events = rows_of(
        office.installation, select(EventRow.type).where(EventRow.type == "settings.field_saved")
    )
    assert len(events) == 1


def test_field_is_renamed_and_revived(office: Office) -> None:
    office.do(save_field, **LAND)
    office.do(save_field, **LAND | {"name_vi": "Đất đai, môi trường"})
    office.do(end_field, "land")
    office.do(save_field, **LAND)
    (row,) = rows_of(office.installation, select(FieldRow.__table__).where(FieldRow.code == "land"))
    assert (row.name_vi, row.active) == ("Đất đai", True)


def test_ended_field_takes_no_new_case_and_keeps_its_own(office: Office) -> None:
    code = office.register(field="inspection")
    office.do(end_field, "inspection", by="P-ADM")
    with pytest.raises(NotReady):
        office.register(field="inspection")
    assert office.row(code).field_id


@pytest.mark.parametrize(
    "given",
    [
        {"code": "Đất"},
        {"code": ""},
        {"name_vi": ""},
        {"name_en": "x" * 501},
        {"name_vi": "cải cách thủ tục hành chính"},
    ],
)
def test_wrong_field_is_refused(office: Office, given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        office.do(save_field, **LAND | given)


def test_unchanged_unknown_and_last_field_are_refused(office: Office) -> None:
    office.do(save_field, **LAND)
    with pytest.raises(InvalidInput):
        office.do(save_field, **LAND)
    with pytest.raises(InvalidInput):
        office.do(end_field, "nothing")
    codes = [row.code for row in rows_of(office.installation, select(FieldRow.code))]
    for code in codes[1:]:
        office.do(end_field, code)
    with pytest.raises(InvalidInput):
        office.do(end_field, codes[0])


def test_only_the_administrator_of_the_top_changes_fields(office: Office) -> None:
    office.person("D-ADM", "Quản Trị Huyện", "Quản trị", "D", ("administrator",))
    for by in ("P-SUP", "D-ADM"):
        with pytest.raises(NotPermitted):
            office.do(save_field, **LAND, by=by)
        with pytest.raises(NotPermitted):
            office.do(end_field, "inspection", by=by)
