"""The real register of a municipal permit office, read through the mapping that the project ships."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.adapters.spreadsheets import read_table
from caseflow.errors import InvalidInput
from caseflow.models import Case, CaseCounter, Disclosures, EventRow, Organisation, Person
from caseflow.states.working_days import vn_date
from caseflow.trail.leaf import read_disclosure
from caseflow.use_cases.founding import operator
from caseflow.use_cases.imports.cases import import_cases
from caseflow.use_cases.imports.mapping import read_mapping
from caseflow.use_cases.imports.organisations import import_organisations
from caseflow.use_cases.imports.sheet import ImportedFile
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.perform import perform_bulk
from tests.imports.lists import contents, rows_of

PROJECT = Path(__file__).parents[2]
REGISTER = PROJECT.parent / "shared" / "data" / "municipal-permits-register.csv"
MAPPING = PROJECT / "docs" / "examples" / "municipal-permits.toml"
UNIT_OF = {"General": "D213", "Customer contact": "D215", "Experts": "D216"}


@pytest.fixture
def register() -> Path:
    """The register, which is not part of the project."""
    if REGISTER.exists():
        return REGISTER
    reason = f"the municipal register is not at {REGISTER}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def rows(register: Path) -> list[dict[str, str]]:
    with register.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def imported(installation: Installation, register: Path) -> Installation:
    """The province of 2022 with the register in it."""
    units = (files("caseflow.demo") / "organisations.csv").read_bytes()
    take_in(installation, import_organisations, units, "organisations.csv")
    take_in(installation, import_cases, register.read_bytes(), register.name, mapping=mapping())
    return installation


def mapping() -> Any:
    return read_mapping(MAPPING.read_text(encoding="utf-8"))


def take_in(installation: Installation, deed: Any, data: bytes, name: str, **options: Any) -> None:
    table, file = read_table(data, name), ImportedFile.of(name, data)
    perform_bulk(installation, operator(installation), deed, table, file, **options)


def day(text: str) -> date:
    return vn_date(datetime.fromisoformat(text))


def counted(installation: Installation, *columns: Any) -> Counter[Any]:
    statement = (
        select(*columns)
        .select_from(Case)
        .join(Person, Person.id == Case.owner_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
    )
    return Counter(tuple(row) if len(columns) > 1 else row[0] for row in rows_of(installation, statement))


def test_states_are_those_of_the_file(imported: Installation, rows: list[dict[str, str]]) -> None:
    expected = Counter("verified" if row["ended_at"] else "in_progress" for row in rows)
    assert counted(imported, Case.state) == expected == Counter(verified=1329, in_progress=105)


def test_every_owner_has_the_cases_of_the_file(imported: Installation, rows: list[dict[str, str]]) -> None:
    assert counted(imported, Person.name) == Counter(row["responsible"] for row in rows)


def test_every_department_has_the_cases_of_the_file(
    imported: Installation, rows: list[dict[str, str]]
) -> None:
    assert counted(imported, Organisation.code) == Counter(UNIT_OF[row["department"]] for row in rows)
    channels = Counter(row["channel"] for row in rows)
    assert counted(imported, Case.source) == channels


def test_on_time_and_late_are_those_of_the_file(imported: Installation, rows: list[dict[str, str]]) -> None:
    expected = Counter(day(row["ended_at"]) <= day(row["deadline"]) for row in rows if row["ended_at"])
    found = rows_of(
        imported, select(Case.resolved_on, Case.deadline, Case.first_deadline).where(Case.state == "verified")
    )
    assert Counter(row.resolved_on <= row.deadline for row in found) == expected
    assert all(row.deadline == row.first_deadline for row in found)


def test_overdue_are_the_open_ones_past_their_deadline(
    imported: Installation, rows: list[dict[str, str]]
) -> None:
    today = date(2012, 1, 1)
    expected = sum(not row["ended_at"] and day(row["deadline"]) < today for row in rows)
    assert len(rows_of(imported, select(Case.id).where(Case.running_deadline < today))) == expected > 0


def test_times_are_kept_to_the_microsecond(imported: Installation, rows: list[dict[str, str]]) -> None:
    found = {
        row.source_code: row
        for row in rows_of(
            imported,
            select(
                Case.source_code,
                Case.registered_at,
                Case.resolved_at,
                Case.verified_at,
                Case.period,
                Case.code,
            ),
        )
    }
    for row in rows:
        case = found[row["case"]]
        assert case.registered_at == datetime.fromisoformat(row["registered_at"])
        ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
        assert (case.resolved_at, case.verified_at) == (ended, ended)
        assert case.period == day(row["registered_at"]).year
        assert case.code.startswith(f"VV-{case.period}-")


def test_one_event_each_whose_times_are_claims(imported: Installation, rows: list[dict[str, str]]) -> None:
    statement = (
        select(
            EventRow.subject, EventRow.type, EventRow.leaf, EventRow.at, Disclosures.data, Case.source_code
        )
        .join(Case, Case.id == EventRow.about_case_id)
        .join(Disclosures, Disclosures.event_id == EventRow.id)
    )
    events = {event.source_code: event for event in rows_of(imported, statement)}
    assert len(events) == len(rows) == len(rows_of(imported, select(EventRow.id).where(EventRow.about_case_id.is_not(None))))  # fmt: skip
    now = imported.clock.now()
    for row in rows:
        event = events[row["case"]]
        leaf = json.loads(event.leaf)
        assert (event.type, event.at) == ("case.imported", now)
        assert (leaf["from"], leaf["to"]) == (None, "verified" if row["ended_at"] else "in_progress")
        claims = dict(read_disclosure(text) for text, _ in json.loads(event.data))
        assert claims["claimed_deadline"] == day(row["deadline"]).isoformat()
        assert ("claimed_ended_at" in claims) == bool(row["ended_at"])


def test_every_figure_can_show_history_apart(imported: Installation, rows: list[dict[str, str]]) -> None:
    assert counted(imported, Case.history) == Counter({True: len(rows)})
    counters = rows_of(imported, select(CaseCounter.history, CaseCounter.n))
    assert sum(row.n for row in counters if row.history) == len(rows)
    assert not any(row.n for row in counters if not row.history)


def test_people_of_the_register_cannot_sign_in(imported: Installation, rows: list[dict[str, str]]) -> None:
    people = rows_of(
        imported, select(Person.staff_code, Person.password_hash).where(Person.staff_code.like("WABO-%"))
    )
    assert {row.staff_code for row in people} == {f"WABO-{row['responsible']}" for row in rows}
    assert not any(row.password_hash for row in people)


def test_same_register_is_not_taken_in_twice(imported: Installation, register: Path) -> None:
    before = contents(imported)
    with pytest.raises(InvalidInput) as refused:
        take_in(imported, import_cases, register.read_bytes(), register.name, mapping=mapping())
    assert len(refused.value.problems) == len(rows_of(imported, select(Case.id)))
    assert contents(imported) == before
