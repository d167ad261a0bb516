"""People by file, with their roles."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import InvalidInput, NotPermitted
from caseflow.models import Organisation, Person, RoleGrant
from caseflow.use_cases.imports.people import check_people, import_people
from caseflow.use_cases.people import change_person
from caseflow.use_cases.perform import perform_bulk, rehearse
from tests.factories import Office
from tests.imports.lists import contents, csv_table, FILE, rows_of, told

HEADER = "staff_code,name,position,organisation,email,phone,roles"
GOOD = ("NEW1", "Trần Thị Mới", "Văn thư", "W1", "moi@example.vn", "0912 345 678", "registrar; supervisor@D")


def take_in(office: Office, *rows: tuple[str, ...], header: str = HEADER, by: str | None = None) -> Any:
    actor = office.actors[by] if by else office.operator
    return perform_bulk(office.installation, actor, import_people, csv_table(header, *rows), FILE)


def problems(office: Office, *rows: tuple[str, ...]) -> list[tuple[str, str]]:
    table = csv_table(HEADER, *rows)
    return told(rehearse(office.installation, office.operator, check_people, table).problems)


def roles(office: Office, code: str) -> set[tuple[str, str]]:
    statement = (
        select(RoleGrant.role, Organisation.code)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.staff_code == code)
    )
    return {(row.role, row.code) for row in rows_of(office.installation, statement)}


def test_people_come_in_with_their_roles_and_without_sign_in(office: Office) -> None:
    assert take_in(office, GOOD) == {"rows": 1, "roles": 2}
    (person,) = rows_of(office.installation, select(Person.__table__).where(Person.staff_code == "NEW1"))
    assert (person.name, person.email, person.password_hash) == ("Trần Thị Mới", "moi@example.vn", None)
    assert roles(office, "NEW1") == {("registrar", "W1"), ("supervisor", "D")}


def test_headings_and_roles_may_be_vietnamese(office: Office) -> None:
    header = "Mã cán bộ,Họ và tên,Chức vụ,Đơn vị,Thư điện tử,Điện thoại,Vai trò"
    take_in(
        office,
        ("N", "Lê An", "Bí thư", "Đảng ủy xã Một", "", "", "lãnh đạo; văn thư@Huyện ủy"),
        header=header,
    )
    assert roles(office, "N") == {("supervisor", "W1"), ("registrar", "D")}


@pytest.mark.parametrize(
    ("place", "value", "cell", "part"),
    [
        (0, "", "A2", "empty"),
        (0, "W1-OFF", "A2", "already"),
        (1, "", "B2", "empty"),
        (2, "", "C2", "empty"),
        (3, "", "D2", "empty"),
        (3, "Không có", "D2", "no unit"),
        (4, "moi", "E2", "no e-mail address"),
        (4, "OFF@example.vn", "E2", "already"),
        (5, "0" * 61, "F2", "shorten"),
        (6, "boss", "G2", "no role"),
        (6, "supervisor@X", "G2", "no unit"),
    ],
)
def test_wrong_cell_is_named(office: Office, place: int, value: str, cell: str, part: str) -> None:
    office.do(change_person, "W1-OFF", email="off@example.vn")
    row = (*GOOD[:place], value, *GOOD[place + 1 :])
    ((where, text),) = problems(office, row)
    assert where == cell
    assert part in text


def test_code_or_address_twice_in_the_file_is_refused(office: Office) -> None:
    found = problems(office, GOOD, ("NEW2", *GOOD[1:]), (GOOD[0], *GOOD[1:4], "", "", ""))
    assert [where for where, _ in found] == ["E3", "A4"]


def test_refused_list_changes_nothing(office: Office) -> None:
    before = contents(office.installation)
    with pytest.raises(InvalidInput):
        take_in(office, GOOD, ("NEW2", "", "x", "W1", "", "", ""))
    assert contents(office.installation) == before


def test_only_administrators_import_people(office: Office) -> None:
    take_in(office, GOOD, by="P-ADM")
    with pytest.raises(NotPermitted):
        take_in(office, ("NEW2", *GOOD[1:4], "", "", ""), by="W1-SUP")
