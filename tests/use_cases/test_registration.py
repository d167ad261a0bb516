"""Entering a pressing issue: what is asked, who may, which code it gets, and who never sees it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, UTC
from typing import Any

import pytest
from sqlalchemy import update

from caseflow.adapters.sealed_text import contact_place, name_place, open_text
from caseflow.errors import InvalidInput, NotPermitted, NotReady
from caseflow.models import Case, CaseParty, CaseReader, FieldRow
from caseflow.use_cases.organisations import change_organisation
from caseflow.use_cases.registration import COMPLAINANT, register_case
from tests.factories import Office
from tests.refusing import refused
from tests.trails import events, last, rows

NEEDED: dict[str, Any] = {"title": "Đường thôn Đoài ngập", "organisation": "W1", "field": "complaints"}


def test_the_least_that_a_registration_says(office: Office) -> None:
    code = office.register()
    row = office.row(code)
    assert (row.state, row.version, row.seq, row.period, row.level) == (
        "registered",
        1,
        1,
        2026,
        "grassroots",
    )
    assert (row.owner_id, row.deadline, row.expected_outcome) == (None, None, None)
    assert (row.urgency, row.visibility, row.verify_by, row.kind) == (
        "normal",
        "normal",
        "own",
        "pressing_issue",
    )
    assert row.registered_by_id == office.actors["W1-REG"].id
    event = last(office, code)
    assert (event.type, event.leaf["from"], event.leaf["to"], event.leaf["due"]) == (
        "case.registered", None, "registered", None,
    )  # fmt: skip
    assert event.told["title"] == "Ô nhiễm bãi rác thôn Đông"
    assert event.told["organisation"] == {"code": "W1", "name": "Đảng ủy xã Một"}


def test_everything_that_a_registration_can_say(office: Office) -> None:
    basis = {
        "number": "15-TB/HU",
        "date": "2026-10-20",
        "issuer": "Huyện ủy",
        "summary": "Kết luận",
        "imposed": True,
    }
    code = office.register(
        description="Nước đọng mỗi khi mưa", source="Tiếp xúc cử tri", basis=basis, urgency="express", period=2025,
        expected_outcome="Thoát nước trong ngày",
    )  # fmt: skip
    row = office.row(code)
    assert (row.urgency, row.period, row.source, row.deadline_imposed) == (
        "express",
        2025,
        "Tiếp xúc cử tri",
        True,
    )
    assert (row.basis_number, row.basis_date, row.basis_issuer) == (
        "15-TB/HU",
        date(2026, 10, 20),
        "Huyện ủy",
    )
    assert row.expected_outcome == "Thoát nước trong ngày"
    assert last(office, code).told["basis"] == basis


@pytest.mark.parametrize("field", ["title", "organisation", "field"])
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_what_is_needed_is_asked_for(office: Office, field: str, empty: object) -> None:
    with refused(office, NotReady, field):
        office.do(register_case, NEEDED | {field: empty}, by="W1-REG")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("title", "x" * 2_001),
        ("organisation", "NOWHERE"),
        ("field", "nothing"),
        ("urgency", "soon"),
        ("period", 1999),
        ("period", "2026"),
        ("description", "x" * 10_001),
        ("basis", "15-TB/HU"),
        ("basis", {"date": "2026-02-31"}),
        ("basis", {"colour": "red"}),
        ("readers", "W1-OFF"),
        ("readers", ["nobody"]),
        ("subjects", ["8f4df9a4-7a2b-4d3e-9a5e-0c1f2d3e4f50"]),
        ("holds_state_secrets", "no"),
    ],
)
def test_a_wrong_value_names_its_field(office: Office, field: str, value: object) -> None:
    with refused(office, NotReady, field) as refusal:
        office.do(register_case, NEEDED | {field: value}, by="W1-REG")
    assert refusal.error.problems[0].value == value


def test_every_wrong_field_is_named_at_once(office: Office) -> None:
    with refused(office, NotReady, "title", "field", "urgency"):
        office.do(register_case, {"organisation": "W1", "urgency": "soon"}, by="W1-REG")


def test_a_text_may_be_as_long_as_promised(office: Office) -> None:
    code = office.register(title="x" * 2_000, source="y" * 2_000, description="z" * 10_000)
    assert len(office.row(code).title) == 2_000


def test_more_people_than_fit_are_refused_and_never_dropped(office: Office) -> None:
    with refused(office, NotReady, "subjects"):
        office.do(register_case, NEEDED | {"subjects": [office.id_of("W2-OFF")] * 21}, by="W1-REG")


def test_an_unknown_name_is_refused(office: Office) -> None:
    with refused(office, InvalidInput, "colour"):
        office.do(register_case, NEEDED | {"colour": "red"}, by="W1-REG")


def test_a_decomposed_text_is_stored_composed(office: Office) -> None:
    code = office.register(title="Đường\u0300 thôn  Đoa\u0300i")
    assert office.row(code).title.endswith("thôn Đoài")


def test_state_secrets_are_refused(office: Office) -> None:
    with refused(office, InvalidInput, "holds_state_secrets"):
        office.do(register_case, NEEDED | {"holds_state_secrets": True}, by="W1-REG")


@pytest.mark.parametrize("who", ["W1-OFF", "W2-SUP", "D-INS", "P-REP", "P-ADM"])
def test_registering_is_for_registrars_and_supervisors_of_the_unit_or_above(office: Office, who: str) -> None:
    with refused(office, NotPermitted):
        office.do(register_case, NEEDED, by=who)


@pytest.mark.parametrize("who", ["W1-REG", "W1-SUP", "D-SUP", "P-SUP"])
def test_unit_and_above_register(office: Office, who: str) -> None:
    assert office.row(office.register(by=who)).state == "registered"


def test_an_ended_unit_takes_no_new_cases(office: Office) -> None:
    office.do(change_organisation, "W1", valid_until=office.today - timedelta(days=1))
    with refused(office, InvalidInput, "organisation"):
        office.do(register_case, NEEDED, by="D-SUP")


def test_a_retired_field_is_refused(office: Office) -> None:
    with office.installation.database.transaction() as connection:
        connection.execute(update(FieldRow).where(FieldRow.code == "complaints").values(active=False))
    with refused(office, NotReady, "field"):
        office.do(register_case, NEEDED, by="W1-REG")


def test_the_year_of_a_code_turns_with_the_vietnamese_day(office: Office) -> None:
    office.clock.instant = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    codes = [office.register(), office.register()]
    office.clock.instant = datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)
    codes += [office.register(organisation="W2", by="D-SUP"), office.register()]
    assert codes == ["VV-2026-000001", "VV-2026-000002", "VV-2027-000001", "VV-2027-000002"]
    assert [office.row(code).period for code in codes] == [2026, 2026, 2027, 2027]


def test_a_refused_registration_takes_no_number(office: Office) -> None:
    with refused(office, NotReady):
        office.do(register_case, NEEDED | {"urgency": "soon"}, by="W1-REG")
    assert office.register() == "VV-2026-000001"


def test_whoever_registers_a_restricted_case_is_a_named_reader(office: Office) -> None:
    readers = [office.id_of("W1-SUP"), office.id_of("W1-OFF")]
    code = office.register(visibility="restricted", readers=readers)
    named = {row.person_id for row in rows(office, CaseReader)}
    assert named == {office.actors[who].id for who in ("W1-REG", "W1-SUP", "W1-OFF")}
    assert len(last(office, code).told["readers"]) == 3


def test_readers_of_a_normal_case_are_not_kept(office: Office) -> None:
    office.register(readers=[office.id_of("W2-OFF")])
    assert rows(office, CaseReader) == []


NAME, CONTACT = "Nguyễn Thị Tố Cáo", "0912 345 678, thôn Hạ"


def test_a_complainant_stands_nowhere_but_sealed(office: Office) -> None:
    code = office.register(complainant_name=NAME, complainant_contact=CONTACT)
    office.move(code, "comment", "W1-REG", text="Đã nhận đơn")
    (party,) = rows(office, CaseParty)
    key = office.installation.settings.derived_key(COMPLAINANT)
    assert open_text(key, party.sealed_identity, name_place(code)) == NAME
    assert open_text(key, party.sealed_contact, contact_place(code)) == CONTACT
    assert last(office, code).told["text"] == "Đã nhận đơn"
    assert events(office, code)[0].told["complainant_kept"] is True
    with office.installation.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [f for f in office.installation.settings.home.rglob("*") if f.is_file()]
    everywhere = b"".join(f.read_bytes() for f in files)
    assert "Đã nhận đơn".encode() not in everywhere  # a disclosure is base64; so are its words below
    assert "bãi rác".encode() in everywhere
    for words in (NAME, CONTACT, NAME.casefold(), "nguyen thi to cao", "0912 345 678"):
        assert words.encode() not in everywhere
        for shift in range(3):  # base64 of the words as they would lie within a disclosure
            assert _base64_of(words, shift) not in everywhere


def _base64_of(words: str, shift: int) -> bytes:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(b"\0" * shift + words.encode())[4:-4]


def test_the_search_text_holds_both_ways_of_writing(office: Office) -> None:
    row = office.row(office.register(title="Thu hồi đất"))
    assert "thu hoi dat" in row.search_text
    assert "thu hồi đất" in row.search_text


def test_state_has_no_setter() -> None:
    with pytest.raises(AttributeError):
        Case().state = "verified"
