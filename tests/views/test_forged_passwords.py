"""Passwords, against who writes the database but holds no key of HOME."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher

from caseflow.errors import InvalidInput
from caseflow.use_cases.people import issue_password
from caseflow.use_cases.sessions import check_choice
from tests.factories import Office
from tests.trail.sealed import change
from tests.views.guests import House, PASSWORD

KNOWN = "mật khẩu của kẻ gian"
HERS, OWN = "P-INS", "W1-OFF"


@pytest.fixture
def house(office: Office) -> House:
    """The application; the thief knows the password of OWN, and not that of HERS."""
    made = House(office)
    made.give_password(OWN)
    office.do(issue_password, HERS)
    return made


def sql(office: Office, statement: str, *values: Any) -> None:
    """What the thief writes."""
    change(office.installation.database, statement, *values)


def enters(house: House, password: str, login: str = HERS) -> bool:
    """Whether signing in leads on."""
    return house.guest().sign_in(login, password).status == 303


def test_home_made_hash_opens_nothing(house: House, office: Office) -> None:
    sql(office, "UPDATE people SET password_hash = ?, must_change_password = 0", PasswordHasher().hash(KNOWN))
    assert not enters(house, KNOWN)
    assert not enters(house, KNOWN, OWN)


COPY = (
    "UPDATE people SET (password_hash, must_change_password, password_issued_at) = (SELECT password_hash,"
    " must_change_password, password_issued_at FROM people WHERE staff_code = ?) WHERE staff_code = ?"
)


def test_copied_hash_of_ones_own_opens_nothing(house: House, office: Office) -> None:
    assert enters(house, PASSWORD, OWN)
    sql(office, COPY, OWN, HERS)
    assert not enters(house, PASSWORD)


def test_hashes_and_identities_swapped_between_two_people_open_nothing(house: House, office: Office) -> None:
    sql(office, COPY, OWN, HERS)
    sql(office, "UPDATE people SET uuid = 'x' WHERE staff_code = ?", OWN)
    sql(office, "UPDATE people SET uuid = ? WHERE staff_code = ?", office.actors[OWN].uuid.hex, HERS)
    sql(office, "UPDATE people SET uuid = ? WHERE staff_code = ?", office.actors[HERS].uuid.hex, OWN)
    assert not enters(house, PASSWORD)


def test_one_time_password_is_not_made_ones_own_by_a_flag(house: House, office: Office) -> None:
    seen = office.do(issue_password, HERS)
    assert enters(house, seen)
    sql(office, "UPDATE people SET must_change_password = 0")
    assert not enters(house, seen)
    sql(office, "UPDATE people SET must_change_password = 1 WHERE staff_code = ?", OWN)
    assert not enters(house, PASSWORD, OWN)


def test_foreign_hash_does_not_serve_to_choose_a_new_password(house: House, office: Office) -> None:
    sql(office, COPY, OWN, HERS)
    with pytest.raises(InvalidInput, match="present password is wrong"):
        check_choice(office.installation, office.actors[HERS], PASSWORD, "một câu dài dễ nhớ")


def test_foreign_hash_confirms_no_session(house: House, office: Office) -> None:
    guest = house.inside(HERS, own_device=True)
    sql(office, COPY, OWN, HERS)
    office.forward(1)
    assert guest.post("/xac-nhan-mat-khau?next=/thu-lai", {"password": PASSWORD}).status == 422
