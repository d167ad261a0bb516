"""Erasing citizens' data: two people, closed and past retention, and nothing left in any file of the home."""

from __future__ import annotations

import json
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from caseflow.database.engine import Database
from caseflow.errors import InvalidInput, NotFound, NotPermitted, WrongState
from caseflow.events import Event
from caseflow.models import Base, CaseParty, Erasure, Evidence, Extension, Milestone, Person
from caseflow.queries.erasures import disclosed
from caseflow.states.erasure import CONSENT, ERASABLE, neutral_text, RETENTION
from caseflow.states.folding import fold
from caseflow.trail.fold import Entry, replay
from caseflow.trail.leaf import commitment
from caseflow.use_cases.contributions import FileRef
from caseflow.use_cases.erasure import approve_erasure, decline_erasure, request_erasure
from caseflow.use_cases.erasure_remains import clear_remains, clearing_is_owed
from caseflow.use_cases.looking import open_complainant
from caseflow.use_cases.make_move import add_evidence_file, make_move
from caseflow.use_cases.perform import Key, perform_once
from caseflow.use_cases.roles import give_role
from caseflow.use_cases.stashes import stash_form
from tests.factories import Office
from tests.mandates import mandate
from tests.trail.sealed import change
from tests.trails import attempts, events, last, rows

NUMBER = "12-QĐ/UBKT"
CITIZEN = "Nông Thị Quýt Hồng"
"""A name whose bytes occur nowhere else."""
TITLE = f"Đơn của bà {CITIZEN} về đất đai"
YEARS = 5 * 366


def bytes_of(home: Path) -> Iterator[tuple[Path, bytes]]:
    for path in home.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def disclosures_of(office: Office, code: str) -> dict[str, str]:
    """Every disclosure of a case by its digest."""
    return {commitment(text): text for event in events(office, code) for text in event.disclosures}


def traces(office: Office, *values: str) -> list[tuple[str, str]]:
    """Where in the files of the home a text still stands: plain, folded for search, or within a disclosure."""
    found = []
    for path, data in bytes_of(office.installation.settings.home):
        for value in values:
            found += [(path.name, form) for form in _forms(value) if form.encode() in data]
    return found


def _forms(value: str) -> set[str]:
    """A text, its folded forms, and its base64url wherever in a disclosure it may begin."""
    forms = {value, value.casefold(), fold(value), json.dumps(value)[1:-1]}
    for before in (b"", b"x", b"xx"):
        encoded = urlsafe_b64encode(before + value.encode()).decode().rstrip("=")
        forms.add(encoded[4 if before else 0 : -4])
    return forms


def index_terms(office: Office) -> set[str]:
    """Every word of the search index."""
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'case_search', 'row')"
        )
        words = {row[0] for row in connection.exec_driver_sql("SELECT term FROM temp.words")}
        connection.exec_driver_sql("DROP TABLE temp.words")
    return words


def closed(office: Office, **given: Any) -> str:
    """A case about a citizen that was verified and whose retention is over."""
    code = office.register(
        by="W1-REG",
        title=TITLE,
        description=f"{CITIZEN} ở thôn Đông trình bày",
        complainant_name=CITIZEN,
        complainant_contact=f"thôn Đông, {CITIZEN}",
        **given,
    )
    office.move(
        code, "assign", "W1-SUP", expected_outcome=f"Trả lời bà {CITIZEN}", owner=office.id_of("W1-OFF"),
        working_days=10,
    )  # fmt: skip
    office.move(code, "comment", "W1-SUP", text=f"Đã gặp {CITIZEN}")
    office.resolve(code)
    office.verify(code, "W1-SUP")
    office.forward(YEARS)
    return code


def digest(office: Office, code: str, kind: str, name: str) -> str:
    """What a page sends for the disclosure of that name in the last event of that type."""
    with office.installation.database.reading() as connection:
        there = disclosed(connection, office.row(code).uuid)
    return "text:" + next(one.digest for one in reversed(there) if (one.type, one.name) == (kind, name))


def ask(office: Office, code: str, *items: str, by: Any = "D-INS", ground: str = RETENTION) -> UUID:
    return UUID(office.do(request_erasure, code, decision_number=NUMBER, ground=ground, items=items, by=by))


def approve(office: Office, key: UUID, by: Any = "P-ADM") -> str:
    answered: str = office.do(approve_erasure, key, decision_number=NUMBER, by=by)
    clear_remains(office.installation)
    return answered


def all_items(office: Office, code: str) -> list[str]:
    """Everything that names the citizen."""
    return [
        "complainant",
        digest(office, code, "case.registered", "title"),
        digest(office, code, "case.registered", "description"),
        digest(office, code, "case.assigned", "expected_outcome"),
        digest(office, code, "case.commented", "text"),
    ]


# --- nothing is left -----------------------------------------------------------------------------------


def test_nothing_of_the_value_is_left_in_any_file(office: Office) -> None:
    code = closed(office)
    assert traces(office, CITIZEN)
    before = disclosures_of(office, code)
    approve(office, ask(office, code, *all_items(office, code)))
    assert traces(office, CITIZEN, "Quýt Hồng") == []
    after = disclosures_of(office, code)
    gone = [text for key, text in before.items() if key not in after]
    assert len(gone) == 4
    for path, data in bytes_of(office.installation.settings.home):
        assert [text for text in gone if text.encode() in data or text[:40].encode() in data] == [], path


def test_no_word_of_the_value_stays_in_the_search_index(office: Office) -> None:
    office.register(title="Một vụ việc khác")
    code = closed(office)
    assert {"quyt", "quýt"} <= index_terms(office)
    approve(office, ask(office, code, *all_items(office, code)))
    assert not {"quyt", "quýt", "nong"} & index_terms(office)
    assert "khac" in index_terms(office)
    home = office.installation.settings.home
    assert b"quyt" not in (home / "caseflow.db").read_bytes()


def test_titles_that_were_overwritten_before_leave_nothing_either(office: Office) -> None:
    code = office.register(title=TITLE)
    for n in range(30):
        office.move(code, "edit", "W1-SUP", title=f"{TITLE}, lần {n}")
    office.move(code, "edit", "W1-SUP", title="Đất đai thôn Đông")
    office.move(
        code, "cancel", "D-SUP", kind="entered_in_error", reason="Nhập nhầm"
    )  # fmt: skip
    office.forward(YEARS)
    with office.installation.database.reading() as connection:
        there = disclosed(connection, office.row(code).uuid)
    items = [f"text:{one.digest}" for one in there if CITIZEN in json.dumps(one.value, ensure_ascii=False)]
    approve(office, ask(office, code, *items))
    assert traces(office, CITIZEN) == []
    assert office.row(code).title == "Đất đai thôn Đông"


def test_columns_say_that_the_value_was_erased(office: Office) -> None:
    code = closed(office)
    approve(office, ask(office, code, *all_items(office, code)))
    row = office.row(code)
    instead = neutral_text(NUMBER)
    assert (row.title, row.description) == (instead, instead)
    assert (row.expected_outcome, row.first_expected_outcome) == (instead, instead)
    assert row.outcome == "Đã dọn xong"
    assert fold(instead) in row.search_text


def test_a_value_goes_wherever_it_stands_again(office: Office) -> None:
    code = office.register(title=TITLE)
    office.move(code, "edit", "W1-SUP", title="Đất đai", urgency="urgent")
    office.move(code, "cancel", "D-SUP", kind="entered_in_error", reason="Nhầm")
    office.forward(YEARS)
    approve(office, ask(office, code, digest(office, code, "case.registered", "title")))
    assert traces(office, CITIZEN) == []
    erased = last(office, code).told
    (kept,) = erased["kept"]
    assert (kept["name"], kept["value"]) == ("before", {"title": neutral_text(NUMBER), "urgency": "normal"})
    assert len(erased["erased"]) == 2


def test_officials_of_a_milestone_stay_where_its_words_go(office: Office) -> None:
    code = office.assigned()
    steps = [{"text": f"Gặp {CITIZEN}", "person": office.id_of("W1-OF2"), "date": "2026-11-09"}]
    office.move(code, "edit", "W1-SUP", milestones=steps)
    office.resolve(code)
    office.verify(code, "W1-SUP")
    office.forward(YEARS)
    approve(office, ask(office, code, digest(office, code, "case.edited", "milestones")))
    (kept,) = last(office, code).told["kept"]
    (step,) = kept["value"]
    assert (step["text"], step["person"]["name"]) == (neutral_text(NUMBER), "Lý Cán Sự")
    (row,) = rows(office, Milestone)
    assert (row.text, row.person_id) == (neutral_text(NUMBER), office.actors["W1-OF2"].id)
    assert traces(office, CITIZEN) == []


def test_reasons_of_extensions_go_from_their_table(office: Office) -> None:
    code = office.assigned()
    deadline = office.row(code).deadline.replace(day=27)
    office.move(code, "request_extension", "W1-OFF", deadline=deadline, reason=f"Chờ {CITIZEN}")
    office.move(code, "extend", "W1-SUP", deadline=deadline, reason=f"{CITIZEN} ốm")
    office.resolve(code)
    office.verify(code, "W1-SUP")
    office.forward(YEARS)
    items = [
        digest(office, code, "case.extension_requested", "reason"),
        digest(office, code, "case.extended", "reason"),
    ]
    approve(office, ask(office, code, *items))
    (row,) = rows(office, Extension)
    assert (row.asked_reason, row.decided_reason) == (neutral_text(NUMBER),) * 2
    assert (row.status, row.number, row.new_deadline) == ("granted", 1, deadline)
    assert traces(office, CITIZEN) == []


def test_what_was_put_by_about_the_case_goes(office: Office) -> None:
    code = closed(office)
    path = f"/vu-viec/{code}/binh-luan"
    office.do(stash_form, path, [("text", CITIZEN)], by="W1-SUP")
    office.do(stash_form, "/vu-viec/moi", [("complainant_name", f"Bà {CITIZEN}")], by="W1-REG")
    office.do(stash_form, "/vu-viec/moi", [("title", "Việc khác")], by="W1-SUP")
    key = Key.of(path, "k", CITIZEN.encode())
    perform_once(office.installation, office.actors["W1-SUP"], key, make_move, code, "comment", {"text": "A"})
    approve(office, ask(office, code, "complainant"))
    tables = Base.metadata.tables
    with office.installation.database.reading() as connection:
        stashes = connection.execute(select(tables["stashed_forms"].c.person_id)).scalars().all()
        keys = connection.execute(select(tables["idempotency_keys"].c.id)).all()
    assert stashes == [office.actors["W1-SUP"].id]
    assert keys == []


# --- evidence files ------------------------------------------------------------------------------------


def put(office: Office, code: str, name: str, content: bytes, by: str = "W1-OFF") -> UUID:
    stored = office.installation.files.put(BytesIO(content), name)
    file = FileRef(name, stored.sha256, stored.size, stored.media_type)
    office.do(add_evidence_file, code, file, by=by)
    found: UUID = rows(office, Evidence)[-1].uuid
    return found


PHOTO = b"%PDF-1.7 a citizen's letter"


def with_file(office: Office) -> tuple[str, UUID]:
    code = office.assigned()
    key = put(office, code, f"{CITIZEN}.pdf", PHOTO)
    office.move(code, "resolve", "W1-OFF", outcome="Xong", completion="full")
    office.verify(code, "W1-SUP")
    return code, key


def test_an_evidence_file_goes_with_its_name_and_digest(office: Office) -> None:
    code, key = with_file(office)
    office.forward(YEARS)
    (row,) = rows(office, Evidence)
    path = office.installation.files.path(row.sha256)
    assert path.exists()
    approve(office, ask(office, code, f"file:{key}"))
    assert not path.exists()
    assert traces(office, CITIZEN, row.sha256) == []
    (left,) = rows(office, Evidence)
    assert (left.name, left.sha256, left.size, left.uuid) == (neutral_text(NUMBER), "", len(PHOTO), key)
    assert [event.type for event in events(office, code)][-1] == "data.erased"


def test_a_file_that_another_case_uses_stays_on_the_disk(office: Office) -> None:
    code, key = with_file(office)
    other = office.assigned()
    put(office, other, "to-khac.pdf", PHOTO)
    office.forward(YEARS)
    sha256 = rows(office, Evidence)[0].sha256
    approve(office, ask(office, code, f"file:{key}"))
    assert office.installation.files.path(sha256).exists()
    assert [row.sha256 for row in rows(office, Evidence)] == ["", sha256]


def test_files_that_no_row_names_go_too(office: Office) -> None:
    lost = office.installation.files.put(BytesIO(CITIZEN.encode() * 3), "danh-sach.csv")
    code = closed(office)
    approve(office, ask(office, code, *all_items(office, code)))
    assert not office.installation.files.path(lost.sha256).exists()


# --- the complainant -----------------------------------------------------------------------------------


def test_withdrawn_consent_is_honoured_at_once(office: Office) -> None:
    code = office.register(complainant_name=CITIZEN, complainant_contact="0912 000 111")
    office.move(
        code, "assign", "W1-SUP", expected_outcome="Trả lời", owner=office.id_of("W1-OFF"), working_days=5
    )
    approve(office, ask(office, code, "complainant", ground=CONSENT))
    with pytest.raises(NotFound):
        office.do(open_complainant, code, by="W1-OFF")
    assert office.row(code).state == "assigned"
    assert last(office, code).told["kinds"] == ["complainant"]


def test_a_complainant_who_cannot_be_read_any_longer_is_erased_too(office: Office) -> None:
    code, other = (office.register(complainant_name=name) for name in (CITIZEN, "Ai đó"))
    change(
        office.installation.database,
        "UPDATE case_parties SET sealed_identity = (SELECT max(sealed_identity) FROM case_parties WHERE case_id = ?)"
        " WHERE case_id = ?",
        office.row(other).id,
        office.row(code).id,
    )
    approve(office, ask(office, code, "complainant", ground=CONSENT))
    assert {row.case_id for row in rows(office, CaseParty)} == {office.row(other).id}


def test_withdrawn_consent_covers_nothing_else(office: Office) -> None:
    code = closed(office)
    with pytest.raises(InvalidInput, match="identity and contact only"):
        ask(office, code, *all_items(office, code), ground=CONSENT)


# --- what may not go -----------------------------------------------------------------------------------


def test_an_open_case_is_not_touched(office: Office) -> None:
    code = office.resolved()
    office.forward(YEARS)
    with pytest.raises(WrongState, match="is open"):
        ask(office, code, digest(office, code, "case.registered", "title"))
    assert attempts(office, "D-INS")[-1]["code"] == "wrong_state"


def test_a_case_within_its_retention_is_not_touched(office: Office) -> None:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    office.forward(4 * 365)
    with pytest.raises(WrongState, match="kept whole"):
        ask(office, code, digest(office, code, "case.registered", "title"))


def test_the_period_is_a_setting(office: Office) -> None:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    office.forward(366)
    settings = replace(office.installation.settings, retention_years=1)
    office.installation = replace(office.installation, settings=settings)
    ask(office, code, digest(office, code, "case.registered", "title"))
    assert len(rows(office, Erasure)) == 1


def test_a_case_reopened_after_the_request_is_not_touched(office: Office) -> None:
    code = closed(office)
    key = ask(office, code, *all_items(office, code))
    office.move(
        code, "reopen", "D-INS", basis="finding", reason="Kiểm tra lại", deadline=office.today.isoformat()
    )
    with pytest.raises(WrongState):
        approve(office, key)
    assert office.row(code).title == TITLE


@pytest.mark.parametrize("name", ["organisation", "level", "urgency"])
def test_what_is_no_text_is_not_erasable(office: Office, name: str) -> None:
    code = closed(office)
    with pytest.raises(InvalidInput):
        ask(office, code, digest(office, code, "case.registered", name))


def test_owner_and_judge_of_a_case_are_not_erasable(office: Office) -> None:
    code = closed(office)
    for kind, name in (
        ("case.assigned", "owner"),
        ("case.verified", "method"),
        ("case.resolved", "completion"),
    ):
        with pytest.raises(InvalidInput):
            ask(office, code, digest(office, code, kind, name))


def test_every_erasable_name_is_a_text_of_its_event() -> None:
    types = {kind.TYPE: kind for kind in Event.__subclasses__()}
    allowed = {"str", "str | None", "Mapping[str, object]", "Mapping[str, object] | None",
               "tuple[Mapping[str, object], ...] | None"}  # fmt: skip
    for kind, names in ERASABLE.items():
        known = {field.name: field.type for field in fields(types[kind])}
        assert {str(known[name]) for name in names} <= allowed, kind
    never = {
        "owner",
        "former_owner",
        "lead_officer",
        "acting_for",
        "deadline",
        "completion",
        "sha256",
        "kind",
    }
    assert not never & frozenset().union(*ERASABLE.values())


# --- who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["W1-SUP", "W1-REG", "P-ADM", "W1-OFF"])
def test_only_an_inspector_asks(office: Office, who: str) -> None:
    code = closed(office)
    with pytest.raises((NotPermitted, NotFound)):
        ask(office, code, "complainant", by=who)


def test_an_inspector_of_another_district_finds_nothing(office: Office) -> None:
    code = closed(office)
    office.person("W2-INS", "Ở Xa", "UBKT", "W2", ("inspector",))
    with pytest.raises(NotFound):
        ask(office, code, "complainant", by="W2-INS")


def test_only_named_readers_ask_in_a_restricted_case(office: Office) -> None:
    code = office.register(
        by="W1-REG", title=TITLE, visibility="restricted", readers=[office.id_of("D-INS")],
        complainant_name=CITIZEN,
    )  # fmt: skip
    with pytest.raises(NotFound):
        ask(office, code, "complainant", by="P-INS", ground=CONSENT)
    key = ask(office, code, "complainant", by="D-INS", ground=CONSENT)
    assert approve(office, key) == code


@pytest.mark.parametrize("who", ["D-INS", "W1-SUP", "P-INS", "P-REP"])
def test_only_an_administrator_within_reach_decides(office: Office, who: str) -> None:
    key = ask(office, closed(office), "complainant")
    with pytest.raises(NotFound):
        approve(office, key, by=who)


def test_an_administrator_of_another_unit_finds_nothing(office: Office) -> None:
    key = ask(office, closed(office), "complainant")
    office.person("W2-ADM", "Quản Trị Bên", "Quản trị", "W2", ("administrator",))
    with pytest.raises(NotFound):
        approve(office, key, by="W2-ADM")


def test_one_person_in_both_roles_is_not_two(office: Office) -> None:
    code = closed(office)
    office.do(give_role, staff_code="D-INS", role="administrator", organisation="P")
    key = ask(office, code, "complainant")
    with pytest.raises(NotPermitted):
        approve(office, key, by="D-INS")
    assert attempts(office, "D-INS")[-1]["action"] == "approve_erasure"
    with pytest.raises(NotPermitted):
        office.do(decline_erasure, key, by="D-INS")
    assert approve(office, key, by="P-ADM") == code


def test_nobody_stands_in_on_either_side(office: Office) -> None:
    code = closed(office)
    with pytest.raises(NotPermitted):
        ask(office, code, "complainant", by=mandate(office, "W2-SUP", "D-INS"))
    key = ask(office, code, "complainant")
    office.person("P-AD2", "Quản Trị Hai", "Quản trị", "P", ("administrator",))
    with pytest.raises(NotPermitted):
        approve(office, key, by=mandate(office, "P-AD2", "P-ADM"))
    with pytest.raises(NotFound):  # who stands in for an administrator is none
        approve(office, key, by=mandate(office, "D-INS", "P-ADM"))


def test_who_has_a_hand_in_the_case_neither_asks_nor_decides(office: Office) -> None:
    office.do(give_role, staff_code="W1-OFF", role="inspector", organisation="W1")
    office.do(give_role, staff_code="W1-OFF", role="administrator", organisation="W1")
    code = closed(office)
    with pytest.raises(NotPermitted, match="hand in the case"):
        ask(office, code, "complainant", by="W1-OFF")
    key = ask(office, code, "complainant")
    with pytest.raises(NotPermitted, match="hand in the case"):
        approve(office, key, by="W1-OFF")


def test_commands_decide_nothing(office: Office) -> None:
    key = ask(office, closed(office), "complainant")
    with pytest.raises(NotFound):
        approve(office, key, by=office.operator)


# --- once ----------------------------------------------------------------------------------------------


def test_a_request_is_decided_once(office: Office) -> None:
    code = closed(office)
    key = ask(office, code, "complainant")
    approve(office, key)
    with pytest.raises(WrongState):
        approve(office, key)
    other = ask(office, code, digest(office, code, "case.registered", "title"))
    office.do(decline_erasure, other, by="P-ADM")
    with pytest.raises(WrongState):
        approve(office, other)
    assert office.row(code).title == TITLE


def test_what_is_erased_is_not_asked_for_again(office: Office) -> None:
    code = closed(office)
    item = digest(office, code, "case.registered", "title")
    approve(office, ask(office, code, item))
    with pytest.raises(InvalidInput):
        ask(office, code, item)
    with pytest.raises(InvalidInput):
        ask(office, code, "file:00000000-0000-4000-8000-000000000000")


def test_two_requests_for_one_value_erase_it_once(office: Office) -> None:
    code = closed(office)
    item = digest(office, code, "case.registered", "title")
    first, second = ask(office, code, item), ask(office, code, item)
    approve(office, first)
    with pytest.raises(InvalidInput, match="erased already"):
        approve(office, second)
    office.do(decline_erasure, second, by="P-ADM")


def test_another_number_than_the_decisions_is_refused(office: Office) -> None:
    key = ask(office, closed(office), "complainant")
    with pytest.raises(InvalidInput):
        office.do(approve_erasure, key, decision_number="13-QĐ/UBKT", by="P-ADM")
    assert not clearing_is_owed(office.installation)


@pytest.mark.parametrize("number", ["", "  ", "1" * 81, "12]\n", "<b>"])
def test_a_decision_has_a_number(office: Office, number: str) -> None:
    code = closed(office)
    with pytest.raises(InvalidInput):
        office.do(
            request_erasure, code, decision_number=number, ground=RETENTION, items=["complainant"], by="D-INS"
        )


@pytest.mark.parametrize("items", [[], ["all"], ["text:x"], ["file:1"], ["text:" + "A" * 43], [""]])
def test_only_what_is_there_is_chosen(office: Office, items: list[str]) -> None:
    with pytest.raises(InvalidInput):
        ask(office, closed(office), *items)


# --- the trail -----------------------------------------------------------------------------------------


def test_the_trail_names_both_people_and_every_digest(office: Office) -> None:
    code = closed(office)
    before = disclosures_of(office, code)
    key = ask(office, code, *all_items(office, code))
    asked = last(office, code)
    approve(office, key)
    erased = last(office, code)
    after = disclosures_of(office, code)
    told = erased.told
    assert set(told["erased"]) == set(before) - set(after)
    assert (told["decision_number"], told["erasure"]) == (NUMBER, str(key))
    assert told["inspector"]["id"] == office.id_of("D-INS") == asked.leaf["actor"]
    assert told["administrator"]["id"] == office.id_of("P-ADM") == erased.leaf["actor"]
    assert (asked.leaf["from"], erased.leaf["from"], erased.leaf["to"]) == ("verified",) * 3
    (row,) = rows(office, Erasure)
    assert (row.status, row.asked_by_id, row.decided_by_id) == (
        "done", office.actors["D-INS"].id, office.actors["P-ADM"].id,
    )  # fmt: skip


def test_the_request_and_its_events_hold_no_value(office: Office) -> None:
    code = closed(office)
    ask(office, code, *all_items(office, code))
    (row,) = rows(office, Erasure)
    assert CITIZEN not in str(tuple(row))
    assert CITIZEN not in json.dumps(last(office, code).told, ensure_ascii=False)


def test_the_chain_still_folds_into_the_case(office: Office) -> None:
    code = closed(office)
    leaves = [event.row.leaf for event in events(office, code)]
    approve(office, ask(office, code, *all_items(office, code)))
    trail = events(office, code)
    assert [event.row.leaf for event in trail][: len(leaves)] == leaves
    facts = replay(Entry(event.row.leaf, event.disclosures) for event in trail)
    row = office.row(code)
    assert (facts["state"], facts["seq"], facts["head"]) == (row.state, row.seq, bytes(row.head))
    assert facts["owner"] == office.id_of("W1-OFF")
    assert facts["outcome"] == row.outcome
    assert "expected_outcome" not in facts


def test_a_rollback_erases_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    code = closed(office)
    key = ask(office, code, *all_items(office, code))
    with monkeypatch.context() as patched:
        patched.setattr("caseflow.use_cases.erasure._decide", _fail)
        with pytest.raises(ZeroDivisionError):
            approve(office, key)
    assert office.row(code).title == TITLE
    assert len(disclosures_of(office, code)) > 10
    assert clear_remains(office.installation)
    assert approve(office, key) == code


def _fail(*_args: object) -> None:
    raise ZeroDivisionError


# --- clearing ------------------------------------------------------------------------------------------


def test_clearing_is_owed_until_it_is_done(office: Office) -> None:
    code = closed(office)
    key = ask(office, code, *all_items(office, code))
    with office.installation.database.reading() as reader:
        reader.execute(select(Person.id)).first()
        office.do(approve_erasure, key, decision_number=NUMBER, by="P-ADM")
        assert clearing_is_owed(office.installation)
        assert not clear_remains(office.installation)  # somebody still reads the former state
        assert clearing_is_owed(office.installation)
    assert clear_remains(office.installation)
    assert not clearing_is_owed(office.installation)
    assert traces(office, CITIZEN) == []


def test_a_note_that_was_cut_short_owes_the_clearing_still(office: Office) -> None:
    note = office.installation.settings.home / "erasure.owed"
    note.write_text('{"mark": "a", "fi')
    assert clearing_is_owed(office.installation)
    assert clear_remains(office.installation)
    assert not clearing_is_owed(office.installation)


def test_a_database_that_is_unable_now_owes_the_clearing_still(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = closed(office)
    key = ask(office, code, *all_items(office, code))
    office.do(approve_erasure, key, decision_number=NUMBER, by="P-ADM")
    monkeypatch.setattr("caseflow.database.engine.PATIENCE_MS", 50)
    other = sqlite3.connect(office.installation.settings.home / "caseflow.db", isolation_level=None)
    full = Database.write_anew

    def write_while_another_does(database: Database) -> bool:
        other.execute("BEGIN IMMEDIATE")
        try:
            return full(database)
        finally:
            other.execute("ROLLBACK")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write_anew", write_while_another_does)
        assert not clear_remains(office.installation)
    other.close()
    assert clearing_is_owed(office.installation)
    assert clear_remains(office.installation)
    assert traces(office, CITIZEN) == []


CODES = {
    "code", "field", "level", "urgency", "visibility", "verify_by", "kind", "completion", "method",
    "complainant_answer", "duplicate_of", "continues", "source_code", "remainder_case", "evidence", "sha256",
    "media_type",
}  # fmt: skip
"""Texts of a case's events that are codes, which nobody typed as they like."""


def test_every_text_of_a_case_is_a_code_or_erasable() -> None:
    untold = {
        (kind.TYPE, field.name)
        for kind in Event.__subclasses__()
        for field in fields(kind)
        if kind.TYPE.startswith("case.") and str(field.type) in {"str", "str | None"}
        if field.name not in CODES | ERASABLE.get(kind.TYPE, frozenset())
    }
    assert untold == {("case.reopened", "basis")}  # a code there
