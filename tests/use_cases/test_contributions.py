"""Comments, evidence, supporters, and edits of the description."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update

from caseflow.errors import InvalidInput, NotFound, NotPermitted, NotReady, WrongState
from caseflow.models import CaseSupporter, Evidence, FieldRow, Milestone, Person
from caseflow.use_cases.contributions import drop_staged, FileRef, stage_file
from caseflow.use_cases.make_move import add_evidence_file, make_move, move_with_evidence
from tests.factories import Office
from tests.refusing import refused
from tests.trails import check_case, last, rows

PHOTO = FileRef("ảnh bãi rác.jpg", sha256(b"photo").hexdigest(), 5, "image/jpeg")
CLOSINGS = ("verified", "cancelled")


def closed(office: Office, state: str) -> str:
    code = office.resolved() if state == "verified" else office.register()
    if state == "verified":
        office.verify(code, "W1-SUP")
    else:
        office.move(code, "cancel", "W1-SUP", kind="entered_in_error", reason="Nhầm")
    return code


# --- comments --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["W1-OFF", "W1-SUP", "W1-REG", "D-INS", "P-SUP"])
def test_whoever_sees_a_case_comments(office: Office, who: str) -> None:
    code = office.assigned()
    office.move(code, "comment", who, text="  Cần la\u0300m sớm  ")
    assert last(office, code).told == {"text": "Cần làm sớm"}
    assert office.row(code).version == 2


@pytest.mark.parametrize("state", CLOSINGS)
def test_closed_cases_are_commented_on_too(office: Office, state: str) -> None:
    code = closed(office, state)
    office.move(code, "comment", "W1-SUP", text="Ghi nhận")
    assert office.row(code).state == state
    event = last(office, code)
    assert event.leaf["from"] == event.leaf["to"] == state


@pytest.mark.parametrize("text", ["", "  ", None, 5, "x" * 2_001])
def test_a_comment_says_something(office: Office, text: object) -> None:
    code = office.assigned()
    with refused(office, NotReady, "text"):
        office.move(code, "comment", "W1-OFF", text=text)


# --- evidence --------------------------------------------------------------------------------------


def test_a_paper_document_is_referred_to(office: Office) -> None:
    code = office.assigned()
    office.evidence(code, "W1-OFF")
    (row,) = rows(office, Evidence)
    assert (row.kind, row.document_number, row.document_date) == ("document", "12/BB", date(2026, 11, 2))
    assert (row.seq, row.added_by_id) == (last(office, code).row.seq, office.actors["W1-OFF"].id)
    assert last(office, code).told["evidence"] == str(row.uuid)


def test_a_file_is_kept_with_its_name_and_digest(office: Office) -> None:
    code = office.assigned()
    office.do(add_evidence_file, code, PHOTO, by="W1-OFF")
    (row,) = rows(office, Evidence)
    assert (row.kind, row.name, row.sha256, row.size) == ("file", "ảnh bãi rác.jpg", PHOTO.sha256, 5)
    assert last(office, code).told["file_name"] == "ảnh bãi rác.jpg"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"document_number", "document_date", "kept_at"}),
        ({"document_number": "1"}, {"document_date", "kept_at"}),
        ({"document_number": "1", "document_date": "31/12/2026", "kept_at": "Kho"}, {"document_date"}),
        ({"file": "anh.jpg"}, {"file"}),
        ({"file": "a" * 65}, {"file"}),
    ],
)
def test_evidence_is_a_file_or_a_whole_reference(
    office: Office, given: dict[str, Any], fields: set[str]
) -> None:
    code = office.assigned()
    with refused(office, NotReady, *fields):
        office.move(code, "add_evidence", "W1-OFF", **given)


@pytest.mark.parametrize("state", CLOSINGS)
def test_closed_cases_take_no_evidence(office: Office, state: str) -> None:
    code = closed(office, state)
    with refused(office, WrongState):
        office.evidence(code, "W1-SUP")
    with refused(office, WrongState):
        office.do(add_evidence_file, code, PHOTO, by="W1-SUP")


def test_staged_files_belong_to_their_form_and_person(office: Office) -> None:
    code = office.assigned()
    office.do(stage_file, "/a", PHOTO, by="W1-OFF")
    office.do(stage_file, "/b", PHOTO, by="W1-OFF")
    office.do(stage_file, "/a", PHOTO, by="W1-SUP")
    dropped = office.do(stage_file, "/a", PHOTO, by="W1-OFF")
    office.do(drop_staged, "/a", dropped, by="W1-SUP")  # another's file stays
    office.do(drop_staged, "/a", dropped, by="W1-OFF")
    office.do(move_with_evidence, code, "add_evidence", {}, staged_at="/a", by="W1-OFF")
    assert len(rows(office, Evidence)) == 1


# --- supporters ------------------------------------------------------------------------------------


def test_people_and_units_support(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W2-OFF"))
    assert last(office, code).told["person"]["id"] == office.id_of("W2-OFF")
    office.move(code, "add_supporter", "D-SUP", organisation="W2")
    assert last(office, code).told["organisation"] == {"code": "W2", "name": "Đảng ủy xã Hai"}
    assert len(rows(office, CaseSupporter)) == 2
    office.move(code, "remove_supporter", "W1-SUP", organisation="W2")
    office.move(code, "remove_supporter", "W1-SUP", person=office.id_of("W2-OFF"))
    assert not rows(office, CaseSupporter)


def test_several_supporters_of_one_case(office: Office) -> None:
    code = office.assigned()
    for person in ("W1-OF2", "W2-OFF", "W2-SUP"):
        office.move(code, "add_supporter", "W1-SUP", person=office.id_of(person))
    for unit in ("W2", "D"):
        office.move(code, "add_supporter", "W1-SUP", organisation=unit)
    office.move(code, "report_progress", "W2-OFF", note="Hỗ trợ", progress=5)
    office.move(code, "remove_supporter", "W1-SUP", organisation="W2")
    office.move(code, "report_progress", "W2-SUP", note="Hỗ trợ", progress=6)
    assert len(rows(office, CaseSupporter)) == 4


def test_supporters_are_named_once_and_one_at_a_time(office: Office) -> None:
    code = office.assigned()
    person = office.id_of("W2-OFF")
    with refused(office, NotReady, "person"):
        office.move(code, "remove_supporter", "W1-SUP", person=person)
    office.move(code, "add_supporter", "W1-SUP", person=person)
    wrong: list[dict[str, Any]] = [
        {"person": person},
        {"person": person, "organisation": "W2"},
        {},
        {"person": "?"},
    ]
    for given in wrong:
        with refused(office, NotReady, "person"):
            office.move(code, "add_supporter", "W1-SUP", **given)
    with refused(office, NotReady, "organisation"):
        office.move(code, "remove_supporter", "W1-SUP", organisation="W2")


def test_supporters_come_and_go_by_the_supervisor(office: Office) -> None:
    code = office.assigned()
    for by in ("W1-OFF", "W1-REG", "D-INS"):
        with refused(office, NotPermitted):
            office.move(code, "add_supporter", by, person=office.id_of("W2-OFF"))


def test_who_has_left_is_not_added_but_can_be_taken_away(office: Office) -> None:
    code = office.assigned()
    person = office.id_of("W2-OFF")
    office.move(code, "add_supporter", "W1-SUP", person=person)
    with office.installation.database.transaction() as connection:
        connection.execute(update(Person).where(Person.staff_code == "W2-OFF").values(left_on=office.today))
    office.move(code, "remove_supporter", "W1-SUP", person=person)
    with refused(office, NotReady, "person"):
        office.move(code, "add_supporter", "W1-SUP", person=person)


# --- edits -----------------------------------------------------------------------------------------

EDIT: dict[str, Any] = {
    "title": "Bãi rác thôn Tây", "description": "Đã lan sang đường", "field": "inspection", "source": "Báo chí",
    "basis": {"number": "2-TB", "imposed": True}, "urgency": "urgent",
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "who"),
    [("registered", "W1-REG"), ("registered", "W1-SUP"), ("assigned", "W1-SUP"), ("in_progress", "D-SUP")],
)
def test_an_edit_tells_what_was_before(office: Office, state: str, who: str) -> None:
    code = office.register() if state == "registered" else office.assigned()
    if state == "in_progress":
        office.move(code, "start", "W1-OFF")
    field = _field_other_than_complaints(office)
    before = office.row(code)
    office.move(code, "edit", who, **EDIT | {"field": field})
    row = office.row(code)
    assert (row.title, row.urgency, row.deadline_imposed) == ("Bãi rác thôn Tây", "urgent", True)
    assert (row.basis_number, row.state, row.version) == ("2-TB", state, before.version + 1)
    assert (row.owner_id, row.deadline, row.period, row.code) == (
        before.owner_id, before.deadline, before.period, before.code,
    )  # fmt: skip
    told = last(office, code).told
    assert told["before"]["title"] == "Ô nhiễm bãi rác thôn Đông"
    assert told["before"]["field"] == "complaints"
    assert told["field"] == field
    assert "bai rac thon tay" in row.search_text


def _field_other_than_complaints(office: Office) -> str:
    return str(next(row.code for row in rows(office, FieldRow) if row.code != "complaints"))


def test_only_what_changed_is_told(office: Office) -> None:
    code = office.register(source="Báo chí")
    office.move(code, "edit", "W1-REG", title="Tên mới", source="Báo chí")
    assert last(office, code).told == {"before": {"title": "Ô nhiễm bãi rác thôn Đông"}, "title": "Tên mới"}


def test_an_edit_without_a_change_is_refused(office: Office) -> None:
    code = office.register()
    same: list[dict[str, Any]] = [
        {},
        {"title": ""},
        {"title": "Ô nhiễm bãi rác thôn Đông"},
        {"urgency": "normal"},
    ]
    for given in same:
        with refused(office, NotReady, "title"):
            office.move(code, "edit", "W1-REG", **given)


def test_an_empty_value_takes_away_what_was_optional(office: Office) -> None:
    kept: dict[str, Any] = {"description": "Lan sang đường", "source": "Báo chí", "basis": {"number": "1-TB"}}
    code = office.register(expected_outcome="Dọn hết", **kept)
    office.move(code, "edit", "W1-REG", description="", source=None, basis={}, expected_outcome=" ")
    row = office.row(code)
    assert (row.description, row.source, row.basis_number, row.expected_outcome) == (None, None, None, None)
    assert "bao chi" not in row.search_text
    told = last(office, code).told
    assert told["cleared"] == ["description", "source", "expected_outcome", "basis"]
    assert told["before"] | {"basis": None} == kept | {"expected_outcome": "Dọn hết", "basis": None}
    assert told["before"]["basis"]["number"] == "1-TB"
    check_case(office, code)
    with refused(office, NotReady, "title"):
        office.move(code, "edit", "W1-REG", description="", source="")


def test_what_a_case_always_has_cannot_be_taken_away(office: Office) -> None:
    code = office.register()
    office.move(code, "edit", "W1-REG", title="", field="", urgency="", source="Báo chí")
    assert (office.row(code).title, office.row(code).urgency) == ("Ô nhiễm bãi rác thôn Đông", "normal")
    assigned = office.assigned()
    with refused(office, NotReady, "expected_outcome"):
        office.move(assigned, "edit", "W1-SUP", expected_outcome="")


def test_an_imposed_deadline_is_not_lifted_by_emptying_its_basis(office: Office) -> None:
    code = office.assigned(basis={"number": "1-TB", "imposed": True})
    with refused(office, NotReady, "basis"):
        office.move(code, "edit", "W1-SUP", basis={})
    office.move(code, "edit", "D-SUP", basis={})
    assert office.row(code).deadline_imposed is False


def test_registrars_edit_only_while_registered(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotPermitted):
        office.move(code, "edit", "W1-REG", title="Tên mới")


@pytest.mark.parametrize(
    "name", ["owner", "deadline", "state", "period", "organisation", "visibility", "version"]
)
def test_what_an_edit_never_changes_is_no_field_of_it(office: Office, name: str) -> None:
    code = office.assigned()
    with refused(office, InvalidInput, name):
        office.do(make_move, code, "edit", {"title": "Tên mới", name: "x"}, by="W1-SUP")


def test_the_expected_outcome_is_edited_only_while_registered(office: Office) -> None:
    code = office.register()
    office.move(code, "edit", "W1-REG", expected_outcome="Dọn hết")
    assert office.row(code).expected_outcome == "Dọn hết"
    assigned = office.assigned()
    with refused(office, NotReady, "expected_outcome"):
        office.move(assigned, "edit", "W1-SUP", expected_outcome="Dọn ít")


@pytest.mark.parametrize("state", ["suspended", "resolved", "verified", "cancelled"])
def test_no_edit_once_the_clock_stands_or_the_result_is_reported(office: Office, state: str) -> None:
    if state == "suspended":
        code = office.assigned()
        office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    else:
        code = office.resolved() if state == "resolved" else closed(office, state)
    with refused(office, WrongState):
        office.move(code, "edit", "D-SUP", title="Tên mới")


def test_milestones_are_kept_and_replaced(office: Office) -> None:
    code = office.assigned()
    steps: list[dict[str, Any]] = [
        {"text": "Khảo sát", "person": office.id_of("W1-OF2"), "date": "2026-11-05", "done": True},
        {"text": "Dọn"},
    ]
    office.move(code, "edit", "W1-SUP", milestones=steps)
    first, second = rows(office, Milestone)
    assert (first.text, first.person_id, first.date, first.done) == (
        "Khảo sát", office.actors["W1-OF2"].id, date(2026, 11, 5), True,
    )  # fmt: skip
    assert (second.text, second.person_id, second.done) == ("Dọn", None, False)
    assert last(office, code).told["milestones"][0]["person"]["id"] == office.id_of("W1-OF2")
    office.move(code, "edit", "W1-SUP", milestones=[{"text": "Dọn nốt"}])
    assert [row.text for row in rows(office, Milestone)] == ["Dọn nốt"]


@pytest.mark.parametrize("steps", ["Dọn", [{"person": "x"}], [{"text": "Dọn", "date": "2026-13-01"}], [{"what": "?"}],
                                   [{"text": "Dọn"}] * 101, ["Dọn"]])  # fmt: skip
def test_wrong_milestones_are_refused(office: Office, steps: object) -> None:
    code = office.assigned()
    with refused(office, NotReady, "milestones"):
        office.move(code, "edit", "W1-SUP", milestones=steps)


def test_readers_are_added_to_a_restricted_case_only(office: Office) -> None:
    code = office.register()
    with refused(office, NotReady, "title"):
        office.move(code, "edit", "W1-REG", readers=[office.id_of("W2-OFF")])
    hidden = office.register(visibility="restricted")
    office.move(hidden, "edit", "W1-REG", readers=[office.id_of("W2-OFF")])
    office.move(hidden, "comment", "W2-OFF", text="Đã đọc")


def test_a_reader_is_taken_away_and_reads_no_longer(office: Office) -> None:
    code = office.register(visibility="restricted", readers=[office.id_of("W2-OFF"), office.id_of("W1-SUP")])
    office.move(code, "edit", "W1-SUP", readers_removed=[office.id_of("W2-OFF")])
    assert [one["id"] for one in last(office, code).told["readers_removed"]] == [office.id_of("W2-OFF")]
    check_case(office, code)
    with refused(office, NotFound):
        office.move(code, "comment", "W2-OFF", text="Còn đọc")


def test_readers_who_answer_for_the_case_and_the_last_one_stay(office: Office) -> None:
    named = [office.id_of("W1-SUP"), office.id_of("W1-OFF")]
    code = office.register(visibility="restricted", readers=named)
    office.move(code, "assign", "W1-SUP", expected_outcome="Xong", owner=named[1], working_days=10)
    for gone in (named[1], office.id_of("W2-OFF")):
        with refused(office, NotReady, "readers_removed"):
            office.move(code, "edit", "W1-SUP", readers_removed=[gone])
    alone = office.register(visibility="restricted")
    with refused(office, NotReady, "readers_removed"):
        office.move(alone, "edit", "W1-REG", readers_removed=[office.id_of("W1-REG")])
    office.move(alone, "edit", "W1-REG", readers=[named[0]], readers_removed=[office.id_of("W1-REG")])
    with refused(office, NotFound):
        office.move(alone, "comment", "W1-REG", text="Còn đọc")
