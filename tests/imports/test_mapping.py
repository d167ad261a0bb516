"""Another register, described in TOML: what a mapping can say, and what is wrong with one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import InvalidInput
from caseflow.i18n import translate
from caseflow.models import Case, Person
from caseflow.states.engine import enter_history, lifecycle_named, LifecycleError
from caseflow.use_cases.imports.cases import check_cases, import_cases
from caseflow.use_cases.imports.mapping import CaseMapping, Dates, read_mapping
from caseflow.use_cases.perform import perform_bulk, rehearse
from tests.factories import Office
from tests.imports.lists import csv_table, FILE, rows_of, told

PLAIN = """
[columns]
content = "what"
organisation = "where"
owner = "who"
deadline = "until"
[values]
field = "complaints"
expected_outcome = "Giải quyết xong"
"""
HISTORY = """
history = true
[columns]
code = "nr"
organisation = "where"
owner = "who"
registered_at = "begin"
deadline = "until"
ended_at = "end"
[values]
field = "complaints"
[templates]
title = "Permit {nr}"
expected_outcome = "Decision on {nr}"
outcome = "Closed by {who}"
"""
PEOPLE = """
[people]
position = "Case handler"
"""


def past(office: Office, *rows: tuple[str, ...], text: str = HISTORY) -> Any:
    table = csv_table("nr,where,who,begin,until,end", *rows)
    return perform_bulk(
        office.installation, office.operator, import_cases, table, FILE, mapping=read_mapping(text)
    )


def problems(office: Office, *rows: tuple[str, ...], text: str = HISTORY) -> list[tuple[str, str]]:
    table = csv_table("nr,where,who,begin,until,end", *rows)
    plan = rehearse(office.installation, office.operator, check_cases, table, mapping=read_mapping(text))
    return told(plan.problems)


def case(office: Office) -> Any:
    (found,) = rows_of(office.installation, select(Case.__table__))
    return found


# --- what it can say -------------------------------------------------------------------------------


def test_columns_and_fixed_values_read_another_list(office: Office) -> None:
    table = csv_table("where,what,who,until", ("W1", "Bãi rác", "W1-OFF", "31/12/2099"))
    perform_bulk(office.installation, office.operator, import_cases, table, FILE, mapping=read_mapping(PLAIN))
    found = case(office)
    assert (found.title, found.state, found.expected_outcome) == ("Bãi rác", "assigned", "Giải quyết xong")
    assert not found.history


def test_past_deadline_is_an_error_where_it_is_no_history(office: Office) -> None:
    table = csv_table("where,what,who,until", ("W1", "Bãi rác", "W1-OFF", "31/12/2020"))
    plan = rehearse(office.installation, office.operator, check_cases, table, mapping=read_mapping(PLAIN))
    assert told(plan.problems)[0][0] == "D2"


def test_value_maps_turn_their_words_into_ours(office: Office) -> None:
    text = PLAIN + '[maps.organisation]\n"Phòng Một" = "W1"\n'
    table = csv_table("where,what,who,until", ("Phòng Một", "x", "", ""), ("W2", "y", "", ""))
    plan = rehearse(office.installation, office.operator, check_cases, table, mapping=read_mapping(text))
    assert [one.unit.code for one in plan.rows] == ["W1", "W2"]


def test_row_with_an_end_is_verified(office: Office) -> None:
    past(office, ("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", "15/4/2012"))
    found = case(office)
    assert (found.state, found.title, found.outcome) == ("verified", "Permit 7", "Closed by W1-OFF")
    assert (found.resolved_on, found.deadline, found.period) == (date(2012, 4, 15), date(2012, 4, 30), 2012)
    assert (found.history, found.code) == (True, "VV-2012-000001")


def test_row_without_an_end_is_in_progress_and_goes_on(office: Office) -> None:
    done = past(office, ("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", ""))
    found = case(office)
    assert (found.state, found.outcome, found.verified_at) == ("in_progress", None, None)
    office.resolve(done["first_code"])
    office.verify(done["first_code"], "W1-SUP")
    assert case(office).state == "verified"


def test_unknown_people_are_made_without_sign_in(office: Office) -> None:
    past(office, ("7", "W1", "Jansen", "1/3/2012", "30/4/2012", ""), ("8", "W2", "Jansen", "1/3/2012", "30/4/2012", ""),
         text="create_people = true\n" + HISTORY + PEOPLE)  # fmt: skip
    (person,) = rows_of(office.installation, select(Person.__table__).where(Person.staff_code == "Jansen"))
    assert (person.name, person.position, person.password_hash) == ("Jansen", "Case handler", None)
    assert person.organisation_id == rows_of(office.installation, select(Case.organisation_id))[0][0]


def test_known_people_are_not_made_twice(office: Office) -> None:
    done = past(office, ("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", ""),
                text="create_people = true\n" + HISTORY + PEOPLE)  # fmt: skip
    assert done["people"] == 0
    assert case(office).owner_id == office.actors["W1-OFF"].id


def test_document_of_a_past_case_is_kept(office: Office) -> None:
    text = HISTORY.replace('code = "nr"', 'code = "nr"\nbasis = "nr"')
    past(
        office,
        ("Quyết định 12/QĐ-UBND ngày 1/3/2012", "W1", "W1-OFF", "1/3/2012", "30/4/2012", ""),
        text=text,
    )
    found = case(office)
    assert (found.basis_number, found.basis_date) == ("12/QĐ-UBND", date(2012, 3, 1))


@pytest.mark.parametrize(
    ("form", "zone", "text", "expected"),
    [
        ("dmy", "Asia/Ho_Chi_Minh", "3/4/2012", date(2012, 4, 3)),
        ("mdy", "Asia/Ho_Chi_Minh", "3/4/2012", date(2012, 3, 4)),
        ("iso", "Asia/Tokyo", "2012-04-03", date(2012, 4, 3)),
        ("iso", "Europe/Amsterdam", "2012-04-03T23:30:00", date(2012, 4, 4)),
        ("iso", "Europe/Amsterdam", "2012-04-03T23:30:00+07:00", date(2012, 4, 3)),
        ("%d.%m.%Y", "Asia/Tokyo", "03.04.2012", date(2012, 4, 3)),
        ("%d.%m.%Y %H:%M", "Europe/Amsterdam", "03.04.2012 23:30", date(2012, 4, 4)),
    ],
)
def test_days_are_read_in_their_form_and_zone(form: str, zone: str, text: str, expected: date) -> None:
    assert Dates(form, zone).day(text) == expected


def test_instants_of_a_list_without_offsets_are_in_its_zone(office: Office) -> None:
    text = HISTORY + '[dates]\nformat = "%d-%m-%Y %H:%M"\nzone = "Europe/Amsterdam"\n'
    past(office, ("7", "W1", "W1-OFF", "01-07-2012 12:00", "01-08-2012 12:00", ""), text=text)
    assert case(office).registered_at.isoformat() == "2012-07-01T10:00:00+00:00"


# --- what is wrong with a row ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (("7", "W1", "W1-OFF", "", "30/4/2012", ""), "D2"),
        (("7", "W1", "W1-OFF", "31/2/2012", "30/4/2012", ""), "D2"),
        (("7", "W1", "W1-OFF", "1/3/1999", "30/4/2012", ""), "D2"),
        (("7", "W1", "W1-OFF", "1/3/2027", "30/4/2027", ""), "D2"),
        (("7", "W1", "W1-OFF", "1/3/2012", "", ""), "E2"),
        (("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", "28/2/2012"), "F2"),
        (("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", "28/2/2027"), "F2"),
        (("7", "W1", "", "1/3/2012", "30/4/2012", ""), "C2"),
        (("7", "W1", "Jansen", "1/3/2012", "30/4/2012", ""), "C2"),
        (("7", "?", "W1-OFF", "1/3/2012", "30/4/2012", ""), "B2"),
    ],
)
def test_wrong_claim_is_refused_at_its_cell(office: Office, row: tuple[str, ...], cell: str) -> None:
    assert [where for where, _ in problems(office, row)] == [cell]


def test_column_that_the_file_lacks_is_named(office: Office) -> None:
    text = HISTORY.replace('"begin"', '"started"')
    told_ = problems(office, ("7", "W1", "W1-OFF", "1/3/2012", "30/4/2012", ""), text=text)
    assert "“started”" in told_[0][1]


# --- what is wrong with a mapping ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x = [", "no TOML"),
        ("colums = {}", "no “colums”"),
        ('history = "yes"', "true or false"),
        ("[columns]\ntitel = 'x'", "no “columns.titel”"),
        ("[columns]\ntitle = 3", "a text in quotation marks"),
        ("columns = 3", "a table"),
        ("[columns]\ntitle = 'a'", "where “organisation” comes from"),
        ("[columns]\norganisation = 'a'", "where “title” comes from"),
        ("[columns]\ntitle = 'a'\norganisation='b'\n[values]\ntitle = 'x'", "read from two places"),
        ("[columns]\norganisation='b'\n[templates]\ntitle = 'Permit {nr'", "wrong braces"),
        ("[columns]\norganisation='b'\n[templates]\ntitle = '{nr.__class__!r}'", "wrong braces"),
        (HISTORY + "[dates]\nzone = 'Mars/Base'", "not a time zone"),
        (HISTORY.replace('outcome = "Closed by {who}"', ""), "where “outcome” comes from"),
        ("create_people = true\n" + HISTORY, "people.position"),
        (PLAIN + "[maps.colour]\na = 'b'", "no “maps.colour”"),
        (PLAIN.replace("owner", "registered_at"), "no “columns.registered_at”"),
    ],
)
def test_wrong_mapping_is_refused_with_its_key(text: str, part: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_mapping(text)
    assert any(part in translate(one.message, "en") for one in refused.value.problems)


def test_mapping_without_tables_reads_nothing() -> None:
    assert CaseMapping().targets == ()


def test_history_enters_as_finished_or_at_work_and_no_other_way() -> None:
    lifecycle = lifecycle_named("pressing_issue")
    assert [enter_history(lifecycle, state) for state in ("in_progress", "verified")] == [
        "in_progress",
        "verified",
    ]
    for state in ("registered", "assigned", "resolved", "suspended", "cancelled", "nonsense"):
        with pytest.raises(LifecycleError):
            enter_history(lifecycle, state)
