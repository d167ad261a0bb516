"""Out of reach a case does not exist: for one case, and in the lists, alike."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from caseflow.errors import NotFound, NotPermitted, NotReady
from caseflow.models import Case, Organisation
from caseflow.queries.scope import reader_of, visible
from caseflow.states.actor import Actor
from caseflow.use_cases.looking import open_complainant, see_case
from caseflow.use_cases.make_move import DEEDS
from tests.factories import Office
from tests.mandates import mandate
from tests.refusing import refused
from tests.trails import chain

EVERYBODY = [
    "P-SUP",
    "P-INS",
    "P-ADM",
    "P-REP",
    "D-SUP",
    "D-DEP",
    "D-INS",
    "W1-SUP",
    "W1-DEP",
    "W1-REG",
    "W1-OFF",
    "W1-OF2",
    "W2-SUP",
    "W2-OFF",
]
FROM_ABOVE = {"P-SUP", "P-INS", "D-SUP", "D-DEP", "D-INS"}
OF_W1 = {"W1-SUP", "W1-DEP", "W1-REG"}


def sees(office: Office, code: str, actor: Actor) -> bool:
    """Whether the actor sees the case: by its page and by lists, which say the same."""
    with office.installation.database.reading() as connection:
        reader = reader_of(connection, actor, office.today)
        listed = connection.execute(
            select(Case.id)
            .join(Organisation, Organisation.id == Case.organisation_id)
            .where(Case.code == code, visible(reader))
        ).first()
    try:
        office.do(see_case, code, by=actor)
    except NotFound:
        assert listed is None
        return False
    assert listed is not None
    return True


def readers(office: Office, code: str) -> set[str]:
    return {who for who in EVERYBODY if sees(office, code, office.actors[who])}


def test_a_case_is_seen_from_its_unit_and_above(office: Office) -> None:
    assert readers(office, office.register()) == FROM_ABOVE | OF_W1


def test_owner_and_lead_officer_see_it(office: Office) -> None:
    code = office.assigned(lead_officer=office.id_of("W2-SUP"))
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF", "W2-SUP"}


def test_a_former_owner_no_longer_sees_it(office: Office) -> None:
    code = office.assigned()
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OF2"}


def test_supporting_people_and_units_see_it(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF", "W1-OF2"}
    office.move(code, "add_supporter", "W1-SUP", organisation="W2")
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF", "W1-OF2", "W2-SUP", "W2-OFF"}
    office.move(code, "remove_supporter", "W1-SUP", organisation="W2")
    office.move(code, "remove_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF"}


def test_an_offered_case_is_seen_by_the_unit_that_it_is_offered_to(office: Office) -> None:
    code = office.assigned()
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Đúng nơi")
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF", "W2-SUP"}
    office.move(code, "decline_transfer", "W2-SUP", reason="Không phải")
    assert readers(office, code) == FROM_ABOVE | OF_W1 | {"W1-OFF"}


def test_a_transferred_case_is_seen_from_its_new_unit(office: Office) -> None:
    code = office.assigned()
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Đúng nơi")
    office.move(code, "accept_transfer", "W2-SUP")
    assert readers(office, code) == FROM_ABOVE | {"W2-SUP", "W1-SUP"}  # W1-SUP registered it


def test_a_restricted_case_is_seen_by_named_readers_only(office: Office) -> None:
    code = office.register(visibility="restricted", readers=[office.id_of("W1-SUP"), office.id_of("W2-OFF")])
    assert readers(office, code) == {"W1-REG", "W1-SUP", "W2-OFF"}
    assert not sees(office, code, office.operator)
    assert not sees(office, code, mandate(office, "W1-DEP", "W1-SUP"))


def test_a_restricted_case_is_owned_by_a_named_reader(office: Office) -> None:
    code = office.register(visibility="restricted", readers=[office.id_of("W1-SUP")])
    given: dict[str, Any] = {"expected_outcome": "Xong", "working_days": 3, "owner": office.id_of("W1-OFF")}
    with refused(office, NotReady, "owner"):
        office.move(code, "assign", "W1-SUP", **given)
    office.move(code, "edit", "W1-SUP", readers=[office.id_of("W1-OFF")])
    office.move(code, "assign", "W1-SUP", **given)
    assert readers(office, code) == {"W1-REG", "W1-SUP", "W1-OFF"}


def test_the_subject_and_who_answers_to_the_subject_never_see(office: Office) -> None:
    code = office.register(by="P-SUP", subjects=[office.id_of("W1-SUP")])
    assert readers(office, code) == FROM_ABOVE
    assert not sees(office, code, mandate(office, "W1-OFF", "P-SUP"))
    assert not sees(office, code, mandate(office, "D-SUP", "W1-SUP"))
    higher = office.register(by="P-SUP", subjects=[office.id_of("D-SUP")])
    assert readers(office, higher) == {"P-SUP", "P-INS"}


def test_a_subject_without_a_role_is_the_only_one_kept_out(office: Office) -> None:
    code = office.register(subjects=[office.id_of("W1-OFF")])
    assert readers(office, code) == FROM_ABOVE | OF_W1
    with refused(office, NotReady, "owner"):
        office.move(
            code, "assign", "W1-REG", owner=office.id_of("W1-OFF"), expected_outcome="Xong", working_days=3
        )


def test_who_belongs_to_the_subjects_unit_without_a_role_answers_to_the_subject_too(office: Office) -> None:
    office.person("W1-NEW", "Người Mới", "Công chức", "W1")
    code = office.register(by="P-SUP", subjects=[office.id_of("W1-SUP")])
    given: dict[str, Any] = {"expected_outcome": "Xong", "working_days": 3}
    for person in ("W1-NEW", "W1-SUP", "W1-OFF"):
        with refused(office, NotReady, "owner"):
            office.move(code, "assign", "P-SUP", owner=office.id_of(person), **given)
    for person in ("W1-NEW", "W1-DEP"):
        officer = office.id_of(person)
        with refused(office, NotReady, "lead_officer"):
            office.move(code, "assign", "P-SUP", owner=office.id_of("D-SUP"), lead_officer=officer, **given)
    office.move(code, "assign", "P-SUP", owner=office.id_of("D-SUP"), **given)
    with refused(office, NotReady, "person"):
        office.move(code, "add_supporter", "P-SUP", person=office.id_of("W1-NEW"))
    assert not sees(office, code, office.actors["W1-NEW"])


def test_being_named_as_reader_does_not_help_the_subject(office: Office) -> None:
    subject = office.id_of("W1-SUP")
    code = office.register(by="P-SUP", visibility="restricted", subjects=[subject], readers=[subject])
    assert readers(office, code) == {"P-SUP"}


@pytest.mark.parametrize("action", sorted(DEEDS))
def test_out_of_reach_every_action_answers_that_nothing_is_there(office: Office, action: str) -> None:
    code = office.assigned()
    for by in ("W2-SUP", "P-REP", "P-ADM", "W1-OF2"):
        with refused(office, NotFound):
            office.move(code, action, by, seen=1)
    with refused(office, NotFound):
        office.move("VV-2026-999999", action, "P-SUP")


def test_an_unknown_action_is_not_found(office: Office) -> None:
    code = office.register()
    with refused(office, NotFound):
        office.move(code, "explode", "P-SUP")


def test_the_complainant_is_opened_by_owner_and_verifying_supervisor_only(office: Office) -> None:
    code = office.register(complainant_name="Nguyễn Văn Dân", complainant_contact="0912 345 678")
    given: dict[str, Any] = {"expected_outcome": "Xong", "working_days": 3}
    office.move(code, "assign", "W1-SUP", owner=office.id_of("W1-OFF"), **given)
    for who in ("W1-OFF", "W1-SUP"):
        opened = office.do(open_complainant, code, by=who)
        assert (opened.name, opened.contact) == ("Nguyễn Văn Dân", "0912 345 678")
        event = chain(office.installation, office.actors[who].uuid)[-1]
        assert (event.type, event.told) == ("complainant.opened", {"case_code": code})
    for who in ("W1-REG", "D-INS"):
        with refused(office, NotPermitted):
            office.do(open_complainant, code, by=who)
