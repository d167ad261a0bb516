"""What is known of a person, and how it is taken back."""

from __future__ import annotations

from caseflow.errors import InvalidInput
from caseflow.models import Person
from caseflow.use_cases.people import change_person
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
