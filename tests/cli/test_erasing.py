"""`caseflow person erase`: a citizen is forgotten by two people who give their passwords, an official never."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from caseflow.adapters.clock import SystemClock
from caseflow.cli import main
from caseflow.models import Erasure, Person
from caseflow.states.erasure import neutral_text
from caseflow.states.folding import fold
from caseflow.use_cases.people import change_person, issue_password, set_password
from caseflow.use_cases.roles import give_role
from tests.cli.commands import Commands
from tests.factories import Office
from tests.trails import chain, last, rows

NUMBER = "12-QĐ/UBKT"
NAME = "Nông Thị Quýt Hồng"
PASSWORD = "hoa phượng nở sớm"
CITIZEN = "CD-QUYTHONG"


@pytest.fixture
def people(office: Office) -> Office:
    """An inspector and an administrator with passwords, and a citizen who is the subject of a closed case."""
    for code in ("P-INS", "P-ADM"):
        office.do(set_password, office.actors[code].id, PASSWORD, one_time=False)
    office.person(CITIZEN, NAME, "Công dân thôn Đông", "W1")
    office.do(change_person, CITIZEN, phone="0912 777 555", position="Nông dân thôn Đông Hồng")
    return office


def with_case(office: Office, *, days: int = 6 * 366, close: bool = True) -> str:
    """A case about the citizen and an official, which was closed so many days ago."""
    office.clock.instant = SystemClock().now() - timedelta(days=days)
    subjects = [office.id_of(CITIZEN), office.id_of("W2-OFF")]
    code = office.register(by="W1-SUP", subjects=subjects)
    if close:
        office.move(code, "cancel", "W1-SUP", kind="entered_in_error", reason="Nhầm")
    return code


def erase(
    commands: Commands,
    who: str = CITIZEN,
    *,
    inspector: str = "P-INS",
    administrator: str = "P-ADM",
    typed: str = f"{PASSWORD}\n{PASSWORD}\n",
    number: str = NUMBER,
) -> Result:
    given = [
        "person",
        "erase",
        who,
        "--decision",
        number,
        "--inspector",
        inspector,
        "--administrator",
        administrator,
    ]
    result = CliRunner().invoke(main, given, env=commands.environ, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def row_of(office: Office, uuid: object) -> Any:
    with office.installation.database.reading() as connection:
        return connection.execute(select(Person.__table__).where(Person.uuid == uuid)).one()


def holding(home: Path, *texts: str) -> list[tuple[str, str]]:
    return [
        (path.name, text)
        for path in home.rglob("*")
        if path.is_file()
        for text in texts
        if text.encode() in path.read_bytes()
    ]


def test_a_citizen_is_forgotten_everywhere(commands: Commands, people: Office) -> None:
    code = with_case(people)
    uuid = people.actors[CITIZEN].uuid
    home = people.installation.settings.home
    assert holding(home, NAME)
    done = erase(commands)
    assert done.exit_code == 0, done.stderr
    row = row_of(people, uuid)
    instead = neutral_text(NUMBER)
    assert (row.name, row.position, row.email, row.phone) == (instead, "–", None, None)
    assert row.staff_code != CITIZEN
    assert holding(home, NAME, fold(NAME), CITIZEN, "0912 777 555", "Nông dân thôn Đông Hồng") == []
    own = chain(people.installation, uuid)[-1]
    assert (own.type, own.told["decision_number"], own.told["kinds"]) == ("data.erased", NUMBER, ["person"])
    assert own.told["inspector"]["id"] == people.id_of("P-INS")
    assert own.told["administrator"]["id"] == people.id_of("P-ADM")
    assert own.told["system_account"]
    assert len(own.told["erased"]) == 3 + 2 + 1  # what was added, what was changed, and what stood before
    of_case = last(people, code)
    (kept,) = of_case.told["kept"]
    assert [one["name"] for one in kept["value"]] == [instead, "Tạ Thị Bên"]
    (erasure,) = rows(people, Erasure)
    assert (erasure.status, erasure.person_id) == ("done", row.id)


def test_a_person_is_named_by_id_too_and_erased_once(commands: Commands, people: Office) -> None:
    uuid = people.actors[CITIZEN].uuid
    assert erase(commands, str(uuid)).exit_code == 0
    again = erase(commands, str(uuid))
    assert again.exit_code == 1
    assert "already" in again.stderr


@pytest.mark.parametrize("official", ["W1-OFF", "P-ADM", "W1-SUP", "operator"])
def test_officials_are_never_erased(commands: Commands, people: Office, official: str) -> None:
    before = {row.id: tuple(row) for row in rows(people, Person)}
    refused = erase(commands, official)
    assert refused.exit_code == 1
    assert "acts are not erased" in refused.stderr
    assert {row.id: tuple(row) for row in rows(people, Person)} == before


def test_who_supports_a_case_or_has_an_account_is_an_official(commands: Commands, people: Office) -> None:
    code = people.assigned()
    people.person("HELPER", "Người Giúp", "Trưởng thôn", "W1", ("official",))
    people.person("OWNER", "Người Làm", "Trưởng thôn", "W1")
    people.move(code, "reassign", "W1-SUP", owner=people.id_of("OWNER"), reason="Thay người")
    people.move(code, "reassign", "W1-SUP", owner=people.id_of("W1-OF2"), reason="Thay người")
    people.person("LOGIN", "Có Tài Khoản", "Cán bộ", "W1")
    people.do(issue_password, "LOGIN")
    for who in ("HELPER", "OWNER", "LOGIN"):
        assert erase(commands, who).exit_code == 1


def test_an_open_or_kept_case_stands_in_the_way(commands: Commands, people: Office) -> None:
    with_case(people, days=30)
    kept = erase(commands)
    assert kept.exit_code == 1
    assert "kept whole" in kept.stderr
    with_case(people, close=False)
    assert "is open" in erase(commands).stderr


def test_both_passwords_are_needed(commands: Commands, people: Office) -> None:
    for typed in ("", f"{PASSWORD}\n", f"{PASSWORD}\nfalsch\n", f"falsch\n{PASSWORD}\n"):
        refused = erase(commands, typed=typed)
        assert refused.exit_code == 1
        assert refused.stderr.count("\n") == 1
    assert row_of(people, people.actors[CITIZEN].uuid).name == NAME


def test_a_one_time_password_is_nobodys_own(commands: Commands, people: Office) -> None:
    first = people.do(issue_password, "P-INS")
    refused = erase(commands, typed=f"{first}\n{PASSWORD}\n")
    assert refused.exit_code == 1
    assert "choose one first" in refused.stderr


def test_one_person_in_both_roles_is_not_two(commands: Commands, people: Office) -> None:
    people.do(
        give_role, staff_code="P-INS", role="administrator", organisation="P", valid_from=date(2020, 1, 1)
    )
    refused = erase(commands, administrator="P-INS")
    assert refused.exit_code == 1
    assert "two people" in refused.stderr


def test_each_holds_the_role_over_all_units_concerned(commands: Commands, people: Office) -> None:
    for code in ("D-INS", "W2-SUP"):
        people.do(set_password, people.actors[code].id, PASSWORD, one_time=False)
    assert erase(commands, inspector="P-ADM", administrator="P-INS").exit_code == 1
    assert erase(commands, administrator="W2-SUP").exit_code == 1
    people.person("W2-INS", "Ở Xa", "UBKT", "W2", ("inspector",))
    people.do(set_password, people.actors["W2-INS"].id, PASSWORD, one_time=False)
    assert erase(commands, inspector="W2-INS").exit_code == 1
    assert erase(commands, inspector="D-INS").exit_code == 0


def test_unknown_people_and_numbers_are_refused(commands: Commands, people: Office) -> None:
    assert "NOBODY" in erase(commands, "NOBODY").stderr
    assert erase(commands, number=" ").exit_code == 1
    with people.installation.database.transaction() as connection:
        connection.execute(
            update(Person).where(Person.staff_code == "P-INS").values(left_on=date(2021, 1, 1))
        )
    assert erase(commands).exit_code == 1
