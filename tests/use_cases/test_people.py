"""What is known of a person, and how it is taken back."""

from __future__ import annotations

from caseflow.errors import InvalidInput
from caseflow.models import Person
from caseflow.use_cases.people import change_password, change_person, issue_password
from caseflow.use_cases.sessions import check_choice
from tests.factories import Office
from tests.refusing import refused
from tests.trails import chain, rows


def test_an_empty_email_or_phone_is_taken_away_and_what_is_not_given_stays(office: Office) -> None:
    person = office.actors["W1-OFF"]
    office.do(change_person, "W1-OFF", email="can.bo@vidu.vn", phone="0912 000 111")
    office.do(change_person, "W1-OFF", email="")
    (row,) = rows(office, Person, id=person.id)
    assert (row.email, row.phone) == (None, "0912 000 111")
    told = chain(office.installation, person.uuid)[-1].told
    assert told == {"before": {"email": "can.bo@vidu.vn"}, "cleared": ["email"]}
    with refused(office, InvalidInput, "name"):
        office.do(change_person, "W1-OFF", email="", phone="0912 000 111")


def test_a_new_password_is_hashed_while_somebody_else_writes(office: Office) -> None:
    first = office.do(issue_password, "W1-OFF")
    with office.installation.database.transaction():
        chosen = check_choice(office.installation, office.actors["W1-OFF"], first, "mua xuan 2027")
    office.do(change_password, chosen, by="W1-OFF")
    assert rows(office, Person, id=office.actors["W1-OFF"].id)[0].must_change_password is False


def test_of_two_new_passwords_chosen_at_once_the_first_counts(office: Office) -> None:
    first, actor = office.do(issue_password, "W1-OFF"), office.actors["W1-OFF"]
    both = [check_choice(office.installation, actor, first, new) for new in ("mua xuan 2027", "mua thu 2027")]
    office.do(change_password, both[0], by="W1-OFF")
    with refused(office, InvalidInput, "current"):
        office.do(change_password, both[1], by="W1-OFF")
    assert rows(office, Person, id=actor.id)[0].password_hash == both[0].stored
