"""Our own list of cases: what comes in, and that nothing comes in where anything is wrong."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.models import Case, Disclosures, EventRow, OutboxRow, Person
from caseflow.trail.leaf import read_disclosure
from caseflow.use_cases.imports.cases import CasePlan, check_cases, import_cases
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.organisations import add_organisation, change_organisation
from caseflow.use_cases.people import add_person, change_person
from caseflow.use_cases.perform import perform_bulk, rehearse
from tests.factories import Office
from tests.imports.lists import clear_row, contents, FILE, HEADER, listed, row, rows_of, told


def check(office: Office, *rows: Any, by: str | None = None, **options: Any) -> CasePlan:
    actor = office.actors[by] if by else office.operator
    return rehearse(office.installation, actor, check_cases, listed(*rows), **options)


def take_in(office: Office, *rows: Any, by: str | None = None, **options: Any) -> Any:
    actor = office.actors[by] if by else office.operator
    return perform_bulk(office.installation, actor, import_cases, listed(*rows), FILE, **options)


def only_problem(office: Office, **given: Any) -> tuple[str, str]:
    plan = check(office, clear_row(**given))
    (problem,) = told(plan.problems)
    assert not plan.ready
    return problem


def cases(installation: Installation) -> list[Any]:
    return rows_of(installation, select(Case.__table__).order_by(Case.id))


# --- what comes in ---------------------------------------------------------------------------------


def test_content_and_unit_are_enough_to_register(office: Office) -> None:
    done = take_in(office, row(field=None), field="complaints")
    (case,) = cases(office.installation)
    assert (done["registered"], done["assigned"]) == (1, 0)
    assert (case.code, case.state, case.owner_id) == (done["first_code"], "registered", None)


def test_clear_work_person_and_time_assign_too(office: Office) -> None:
    done = take_in(office, clear_row())
    (case,) = cases(office.installation)
    assert done["assigned"] == 1
    assert (case.state, case.deadline, case.expected_outcome) == (
        "assigned",
        date(2099, 12, 31),
        "Dọn sạch bãi rác",
    )
    assert case.owner_id == office.actors["W1-OFF"].id
    assert case.first_deadline == case.deadline


def test_imported_case_goes_on_like_any_other(office: Office) -> None:
    code = take_in(office, clear_row())["first_code"]
    office.move(code, "start", "W1-OFF")
    office.resolve(code)
    office.verify(code, "W1-SUP")
    assert office.row(code).state == "verified"


def test_headings_may_be_english_in_any_order(office: Office) -> None:
    header = ("Deadline", "Unit", "Issue", "Expected outcome", "Owner", "Field", "Notes")
    table = listed(
        ("31/12/2099", "W1", "Bãi rác", "Dọn sạch", "W1-OFF", "Inspection and supervision", "x"),
        header=header,
    )
    perform_bulk(office.installation, office.operator, import_cases, table, FILE)
    (case,) = cases(office.installation)
    assert (case.title, case.state, case.description) == ("Bãi rác", "assigned", "x")


def test_what_is_typed_decomposed_is_stored_composed(office: Office) -> None:
    decomposed = unicodedata.normalize("NFD", "Đường thôn Đông hỏng nặng")
    take_in(office, row(content=decomposed, unit=unicodedata.normalize("NFD", "Đảng ủy xã Một")))
    assert [case.title for case in cases(office.installation)] == ["Đường thôn Đông hỏng nặng"]


def test_long_content_becomes_title_and_description(office: Office) -> None:
    text = "Bãi rác thôn Đông gây ô nhiễm kéo dài. " + "Nhân dân phản ánh nhiều lần. " * 10
    take_in(office, row(content=text, note="Tiếp xúc cử tri"))
    (case,) = cases(office.installation)
    assert case.title == "Bãi rác thôn Đông gây ô nhiễm kéo dài."
    assert case.description == f"{text.strip()}\n\nTiếp xúc cử tri"


def test_document_becomes_the_basis(office: Office) -> None:
    take_in(office, row(basis="Kết luận số 12-KL/HU ngày 5/3/2026 của Huyện ủy"))
    (case,) = cases(office.installation)
    assert (case.basis_number, case.basis_date) == ("12-KL/HU", date(2026, 3, 5))
    assert case.basis_summary == "Kết luận số 12-KL/HU ngày 5/3/2026 của Huyện ủy"


def test_code_of_the_list_is_kept_and_disclosed(office: Office) -> None:
    take_in(office, row(code=17))
    (case,) = cases(office.installation)
    assert case.source_code == "17"
    assert disclosed(office.installation, "case.registered")["source_code"] == "17"


def test_deadline_today_is_not_past(office: Office) -> None:
    assert take_in(office, clear_row(deadline=office.today))["assigned"] == 1


def test_person_without_deadline_is_registered_and_said(office: Office) -> None:
    plan = check(office, clear_row(deadline=None))
    assert plan.ready
    assert told(plan.notices)[0][0] == "G2"
    assert plan.assigned == 0


def test_columns_that_are_not_read_are_named(office: Office) -> None:
    table = listed([*row(), "0912"], header=[*HEADER, "Số máy"])
    assert rehearse(office.installation, office.operator, check_cases, table).ignored == ("Số máy",)


def test_list_with_its_errors_comes_in_once_mended(office: Office) -> None:
    table = listed([*row(), "B2: …"], header=[*HEADER, "Lỗi"])
    plan = rehearse(office.installation, office.operator, check_cases, table)
    assert plan.ready
    assert plan.ignored == ()


# --- who and what is meant -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit", ["w1", "Đảng ủy xã Một", "ĐẢNG ỦY XÃ MỘT", "dang uy xa mot", "Đảng ủy xã Một – Huyện ủy (W1)"]
)
def test_unit_is_found_by_code_name_or_label(office: Office, unit: str) -> None:
    assert check(office, row(unit=unit)).rows[0].unit.code == "W1"


@pytest.mark.parametrize(
    "owner",
    [
        "W1-OFF",
        "w1-off",
        "Đặng Cán Bộ",
        "đặng cán bộ",
        "dang can bo",
        "Đặng Cán Bộ - Công chức địa chính - Đảng ủy xã Một",
        "Đặng Cán Bộ – Công chức địa chính – Đảng ủy xã Một (W1-OFF)",
        "OFF@example.vn",
    ],
)
def test_person_is_found_by_code_name_label_or_email(office: Office, owner: str) -> None:
    office.do(change_person, "W1-OFF", email="off@example.vn")
    found = check(office, clear_row(owner=owner)).rows[0].owner
    assert getattr(found, "name", None) == "Đặng Cán Bộ"


@pytest.mark.parametrize("area", ["complaints", "Inspection and supervision", "cai cach thu tuc hanh chinh"])
def test_field_is_found_by_code_or_name(office: Office, area: str) -> None:
    assert check(office, row(field=area)).ready


def test_unknown_unit_is_refused(office: Office) -> None:
    cell, text = only_problem(office, unit="Đảng ủy xã Không Có")
    assert cell == "C2"
    assert "Đảng ủy xã Không Có" in text


def test_ambiguous_unit_is_refused_with_its_candidates(office: Office) -> None:
    for code, parent in (("W07243", "D"), ("W07816", "P")):
        name = "Đảng ủy xã Đồng Tiến"
        office.do(add_organisation, code=code, name=name, unit="Xã Đồng Tiến", kind="commune", level="grassroots",
                  parent=parent, valid_from=date(2020, 1, 1))  # fmt: skip
    cell, text = only_problem(office, unit="Đảng ủy xã Đồng Tiến")
    assert cell == "C2"
    assert "Đảng ủy xã Đồng Tiến – Huyện ủy (W07243)" in text
    assert "Đảng ủy xã Đồng Tiến – Tỉnh ủy (W07816)" in text
    assert check(office, row(unit="W07816")).ready


def test_part_of_a_name_is_refused_with_what_it_may_mean(office: Office) -> None:
    _, text = only_problem(office, unit="Hai")
    assert "Perhaps: Đảng ủy xã Hai – Huyện ủy (W2)" in text


def test_accents_decide_before_they_are_left_aside(office: Office) -> None:
    office.person("X1", "Lê Thị Hòa", "Văn thư", "W1")
    office.person("X2", "Lê Thị Hoa", "Văn thư", "W1")
    assert check(office, clear_row(owner="Lê Thị Hoa")).ready
    assert "X1" in only_problem(office, owner="Le Thi Hoa")[1]


def test_unknown_person_is_refused(office: Office) -> None:
    cell, text = only_problem(office, owner="Nguyễn Không Ai")
    assert cell == "F2"
    assert "Nguyễn Không Ai" in text


def test_ambiguous_person_is_refused_with_candidates_by_position_and_unit(office: Office) -> None:
    office.do(add_person, staff_code="W2-NEW", name="Đặng Cán Bộ", position="Văn thư", organisation="W2")
    cell, text = only_problem(office, owner="Đặng Cán Bộ")
    assert cell == "F2"
    assert "Đặng Cán Bộ – Công chức địa chính – Đảng ủy xã Một (W1-OFF)" in text
    assert "Đặng Cán Bộ – Văn thư – Đảng ủy xã Hai (W2-NEW)" in text


def test_person_who_has_left_is_refused(office: Office) -> None:
    office.do(change_person, "W1-OFF", left_on=date(2026, 1, 1))
    assert "no longer works here" in only_problem(office, owner="Đặng Cán Bộ")[1]


def test_ended_unit_is_refused(office: Office) -> None:
    office.do(change_organisation, "W2", valid_until=date(2026, 1, 1))
    assert "no longer active" in only_problem(office, unit="W2")[1]


# --- what is wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "cell", "part"),
    [
        ({"content": None}, "B2", "empty"),
        ({"content": "x" * 20_000}, "B2", "shorten it to 10000"),
        ({"unit": None}, "C2", "empty"),
        ({"field": None}, "D2", "field is missing"),
        ({"field": "không có"}, "D2", "no field"),
        ({"expected": "x" * 2_001}, "E2", "shorten it to 2000"),
        ({"deadline": "31/02/2027"}, "G2", "31/02/2027 is not a date"),
        ({"deadline": "1/11/2026"}, "G2", "The deadline is past. Choose 02/11/2026"),
        ({"deadline": 46000}, "G2", "not a date"),
    ],
)
def test_wrong_cell_is_named(office: Office, given: dict[str, Any], cell: str, part: str) -> None:
    where, text = only_problem(office, **given)
    assert where == cell
    assert part in text


def test_code_in_use_is_refused(office: Office) -> None:
    take_in(office, row(code="17"))
    (case,) = cases(office.installation)
    for code in ("17", case.code):
        assert only_problem(office, code=code)[0] == "J2"


def test_code_twice_in_the_file_is_refused(office: Office) -> None:
    plan = check(office, row(code="A"), row(code="B"), row(code="A"))
    assert told(plan.problems) == [
        ("J4", "The code “A” stands in row 2 too. Give each row a code of its own."),
    ]


def test_missing_column_is_named(office: Office) -> None:
    table = listed(("x", "W1"), header=("Nội dung", "Ghi chú"))
    plan = rehearse(office.installation, office.operator, check_cases, table)
    assert told(plan.problems)[0][1] == "There is no column “Đơn vị”. Add it, with this heading."


def test_two_columns_of_one_meaning_are_refused(office: Office) -> None:
    table = listed(("x", "y", "W1"), header=("Nội dung", "Vụ việc", "Đơn vị"))
    plan = rehearse(office.installation, office.operator, check_cases, table)
    assert told(plan.problems)[0][0] == "B1"


def test_list_without_rows_is_refused(office: Office) -> None:
    assert "no row" in told(check(office).problems)[0][1]


def test_every_error_is_listed_in_the_order_of_the_sheet(office: Office) -> None:
    plan = check(
        office, row(content=None, unit="?"), clear_row(), clear_row(deadline="31/02/2027", owner="?"), row()
    )
    assert [cell for cell, _ in told(plan.problems)] == ["B2", "C2", "F4", "G4"]


def test_refused_list_changes_nothing(office: Office) -> None:
    before = contents(office.installation)
    with pytest.raises(InvalidInput) as refused:
        take_in(office, clear_row(), clear_row(), clear_row(owner="?"))
    assert told(refused.value.problems)[0][0] == "F4"
    assert contents(office.installation) == before


def test_check_changes_nothing(office: Office) -> None:
    before = contents(office.installation)
    assert check(office, clear_row(), row()).ready
    assert contents(office.installation) == before


def test_fault_in_the_middle_of_writing_takes_everything_back(office: Office) -> None:
    before = contents(office.installation)
    steps = iter(range(2))
    with pytest.raises(StopIteration):
        take_in(office, *(clear_row(),) * 5, step=lambda: next(steps) and None)
    assert contents(office.installation) == before


# --- who may ---------------------------------------------------------------------------------------


def test_registrar_imports_for_own_unit(office: Office) -> None:
    take_in(office, clear_row(), by="W1-REG")
    (case,) = cases(office.installation)
    assert (case.registered_by_id, case.state) == (office.actors["W1-REG"].id, "assigned")


def test_registrar_cannot_import_for_another_unit(office: Office) -> None:
    before = contents(office.installation)
    with pytest.raises(NotPermitted) as refused:
        take_in(office, clear_row(), row(unit="W2"), by="W1-REG")
    assert told(refused.value.problems)[0][0] == "C3"
    after = contents(office.installation)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"events", "disclosures", "chains"}
    assert disclosed(office.installation, "attempt.refused")["action"] == "import"


def test_official_cannot_import(office: Office) -> None:
    with pytest.raises(NotPermitted):
        take_in(office, row(), by="W1-OFF")


# --- what is recorded ------------------------------------------------------------------------------


def disclosed(installation: Installation, kind: str) -> dict[str, object]:
    """What the last event of that type discloses."""
    found = rows_of(
        installation,
        select(Disclosures.data)
        .join(EventRow, EventRow.id == Disclosures.event_id)
        .where(EventRow.type == kind)
        .order_by(EventRow.id),
    )
    return dict(read_disclosure(one) for one, _ in json.loads(found[-1].data))


def test_every_imported_case_has_a_whole_chain(office: Office) -> None:
    take_in(office, clear_row(), clear_row(), row())
    for case in cases(office.installation):
        events = rows_of(
            office.installation, select(EventRow).where(EventRow.subject == case.uuid).order_by(EventRow.seq)
        )
        head, states = b"\0" * 32, []
        for number, event in enumerate(events):
            leaf = json.loads(event.leaf)
            assert (leaf["seq"], leaf["prev"]) == (number, head.hex())
            head = hashlib.sha256(b"\0" + event.leaf).digest()
            states.append(leaf["to"])
        assert (case.seq, case.head, case.state) == (len(events), head, states[-1])


def test_news_of_an_import_are_history(office: Office) -> None:
    take_in(office, clear_row())
    assert {one.history for one in rows_of(office.installation, select(OutboxRow.history))} == {True}


def test_file_is_recorded_in_a_chain_of_its_own(office: Office) -> None:
    take_in(office, clear_row(), row())
    told_file = disclosed(office.installation, "import.done")
    assert told_file == {"kind": "cases", "file_name": FILE.name, "sha256": FILE.sha256, "rows": 2}
    (event,) = rows_of(office.installation, select(EventRow).where(EventRow.type == "import.done"))
    assert event.seq == 0


def test_import_makes_nobody_known(office: Office) -> None:
    before = len(rows_of(office.installation, select(Person.id)))
    take_in(office, clear_row())
    assert len(rows_of(office.installation, select(Person.id))) == before
