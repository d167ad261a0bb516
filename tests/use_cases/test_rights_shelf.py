"""What people hold is read once for many deeds, and never a deed longer than it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from caseflow.errors import NotFound
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.people import change_person
from caseflow.use_cases.perform import perform
from caseflow.use_cases.roles import delegate_decision, end_role, give_role
from caseflow.use_cases.work import Work
from tests.factories import Office

CHANGES = (
    "UPDATE role_grants SET valid_until = valid_from WHERE id = 1",
    "DELETE FROM role_grants WHERE id = 1",
    (
        "INSERT INTO role_grants (uuid, person_id, role, organisation_id, valid_from) SELECT"
        " lower(hex(randomblob(16))), person_id, 'reporter', organisation_id, valid_from FROM role_grants LIMIT 1"
    ),
    "UPDATE delegations SET scope_id = giver_id",
    "DELETE FROM delegations",
    "UPDATE people SET organisation_id = 1 WHERE id = 3",
    "UPDATE organisations SET path = '/9/' WHERE id = 1",
)


def edition(office: Office) -> int:
    with office.installation.database.reading() as connection:
        return office.installation.editions(connection).rights


@pytest.mark.parametrize("sql", CHANGES)
def test_whatever_gives_or_takes_rights_makes_another_edition(office: Office, sql: str) -> None:
    office.do(delegate_decision, staff_code="W2-OFF", giver="D", scope="W1", valid_from=office.today,
              valid_until=office.today, by="D-SUP")  # fmt: skip
    before = edition(office)
    with office.installation.database.transaction() as connection:
        assert connection.execute(text(sql)).rowcount >= 1
    assert edition(office) != before


def test_a_role_that_another_process_ended_counts_no_longer(office: Office) -> None:
    code = office.register()
    given = office.do(give_role, staff_code="W2-OFF", role="supervisor", organisation="W1")
    office.move(code, "comment", "W2-OFF", text="Đang xem")
    other = Installation.open(office.installation.settings, office.clock)
    perform(other, office.operator, end_role, given)
    other.database.dispose()
    with pytest.raises(NotFound):
        office.move(code, "comment", "W2-OFF", text="Vẫn xem")


def test_what_was_rolled_back_is_not_remembered(office: Office) -> None:
    code = office.register()

    def give_look_and_fail(work: Work) -> None:
        give_role(work, staff_code="W2-OFF", role="supervisor", organisation="W1")
        assert work.access(office.actors["W2-OFF"].id).holds("supervisor", work.case(code).path)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        office.do(give_look_and_fail)
    with pytest.raises(NotFound):
        office.do(make_move, code, "comment", {"text": "Thử"}, by="W2-OFF")


def test_what_another_transaction_saw_before_it_was_rolled_back_is_not_taken_for_ours(office: Office) -> None:
    code, person = office.register(), office.actors["W2-OFF"]
    with office.installation.database.reading() as connection:  # nothing of it is kept
        grant = "UPDATE role_grants SET organisation_id = 3, role = :role WHERE person_id = :person"
        connection.execute(text(grant), {"role": "supervisor", "person": person.id})
        assert Work(office.installation, connection, person).access(person.id).has("supervisor")
    with office.installation.database.transaction() as connection:
        connection.execute(text(grant), {"role": "reporter", "person": person.id})
    with pytest.raises(NotFound):
        office.move(code, "comment", "W2-OFF", text="Thử")


def test_a_day_later_roles_are_those_of_that_day(office: Office) -> None:
    code = office.register()
    office.do(give_role, staff_code="W2-OFF", role="supervisor", organisation="W1", valid_until=office.today)
    office.move(code, "comment", "W2-OFF", text="Đang xem")
    office.forward(1)
    with pytest.raises(NotFound):
        office.move(code, "comment", "W2-OFF", text="Vẫn xem")


def test_who_moves_to_another_unit_answers_there_in_the_same_deed(office: Office) -> None:
    person = office.actors["W2-OFF"].id

    def move_and_look(work: Work) -> str | None:
        work.access(person)
        change_person(work, "W2-OFF", organisation="W1")
        return work.access(person).home

    assert office.do(move_and_look) == office.do(lambda work: work.access(office.actors["W1-SUP"].id).home)
