"""`caseflow person` and `caseflow role`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from caseflow.models import Person, RoleGrant
from caseflow.use_cases.people import is_password_of
from tests.cli.commands import Commands
from tests.factories import Office
from tests.imports.lists import rows_of

ADD = ("person", "add", "NEW", "--name", "Trần Thị Mới", "--position", "Văn thư", "--organisation", "W1")


def person(office: Office, code: str) -> Any:
    (found,) = rows_of(office.installation, select(Person.__table__).where(Person.staff_code == code))
    return found


def roles(office: Office, code: str) -> list[Any]:
    statement = select(RoleGrant.__table__).join(Person, Person.id == RoleGrant.person_id)
    return rows_of(office.installation, statement.where(Person.staff_code == code).order_by(RoleGrant.id))


def test_person_is_added_without_sign_in(commands: Commands, office: Office) -> None:
    commands.done(*ADD, "--email", "moi@example.vn", "--phone", "0912 345 678")
    found = person(office, "NEW")
    assert (found.name, found.email, found.password_hash) == ("Trần Thị Mới", "moi@example.vn", None)


def test_one_time_password_stands_alone_on_standard_output(commands: Commands, office: Office) -> None:
    password = commands.done(*ADD, "--password").removesuffix("\n")
    found = person(office, "NEW")
    assert is_password_of(office.installation.settings, found, password)
    assert found.must_change_password
    other = commands.done("person", "password", "NEW").removesuffix("\n")
    assert is_password_of(office.installation.settings, person(office, "NEW"), other)
    assert other != password


def test_known_code_and_unclear_unit_are_refused(commands: Commands, office: Office) -> None:
    commands.done(*ADD)
    assert "NEW" in commands.refused(*ADD).stderr
    assert "Xã Không" in commands.refused(*ADD[:-1], "Xã Không").stderr
    assert "NOBODY" in commands.refused("person", "password", "NOBODY").stderr


def test_unit_may_be_named(commands: Commands, office: Office) -> None:
    commands.done(*ADD[:-1], "đảng ủy xã hai")
    (unit,) = {person(office, "NEW").organisation_id}
    assert unit == person(office, "W2-OFF").organisation_id


def test_role_is_given_for_a_time_and_ended_by_its_id(commands: Commands, office: Office) -> None:
    commands.done(*ADD)
    given = commands.done(
        "role", "give", "NEW", "registrar", "W1", "--from", "2026-01-01", "--until", "31/12/2099"
    )
    (held,) = roles(office, "NEW")
    assert (held.role, held.valid_from, held.valid_until) == (
        "registrar", date(2026, 1, 1), date(2099, 12, 31),
    )  # fmt: skip
    commands.done("role", "end", given.strip(), "--until", "2026-06-30")
    assert roles(office, "NEW")[0].valid_until == date(2026, 6, 30)


def test_role_is_ended_by_person_role_and_unit(commands: Commands, office: Office) -> None:
    commands.done("role", "end", "W1-REG", "registrar", "W1", "--until", "2026-06-30")
    assert [one.valid_until for one in roles(office, "W1-REG")] == [date(2026, 6, 30)]
    assert "registrar" in commands.refused("role", "end", "W1-REG", "registrar", "W1").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("role", "give", "W1-OFF", "boss", "W1"),
        ("role", "give", "NOBODY", "official", "W1"),
        ("role", "give", "W1-OFF", "official", "W9"),
        ("role", "give", "W1-OFF", "official", "W1", "--from", "2026-02-01", "--until", "2026-01-01"),
        ("role", "end", "no-such-id"),
    ],
)
def test_wrong_role_is_refused_in_one_line(commands: Commands, arguments: tuple[str, ...]) -> None:
    commands.refused(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("role", "give", "W1-OFF", "official", "W1", "--from", "31/02/2026"),
        ("role", "end", "W1-REG", "registrar"),
    ],
)
def test_wrong_usage_is_two(commands: Commands, arguments: tuple[str, ...]) -> None:
    assert commands.run(*arguments).exit_code == 2


def test_people_are_listed_with_their_roles(commands: Commands) -> None:
    (found,) = commands.answered("person", "list", "--search", "duong van thu")
    assert found["staff_code"] == "W1-REG"
    ((role),) = found["roles"]
    assert (role["role"], role["organisation"]) == ("registrar", "W1")
    out = commands.done("person", "list")
    assert "Dương Văn Thư – Văn thư – Đảng ủy xã Một" in out
    assert role["id"] in out
