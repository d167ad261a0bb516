"""Nobody names their own judge, gives themselves a role, or proves and judges the same result."""

from __future__ import annotations

from datetime import date

import pytest

from caseflow.errors import NotFound, NotPermitted
from caseflow.use_cases.people import change_person
from caseflow.use_cases.roles import delegate_decision, give_role
from tests.factories import Office


def _delegate(office: Office, by: str, to: str) -> None:
    until = date(2027, 12, 31)
    office.do(
        delegate_decision,
        staff_code=to,
        giver="P",
        scope="P",
        valid_from=office.today,
        valid_until=until,
        by=by,
    )


def test_a_chief_does_not_name_the_judge_of_their_own_case(office: Office) -> None:
    office.person("P-DEP", "Mai Văn Phó", "Phó Bí thư Tỉnh ủy", "P", ("supervisor",))
    office.person("P-SU2", "Chu Thị Thường Trực", "Phó Bí thư Thường trực", "P", ("supervisor",))
    code = office.resolved(by="P-SU2", owner="P-SUP", organisation="P")
    _delegate(office, "P-SUP", "P-DEP")
    with pytest.raises(NotPermitted):
        office.verify(code, "P-DEP")
    _delegate(office, "P-SU2", "P-DEP")
    office.verify(code, "P-DEP")


def test_an_administrator_gives_no_role_to_themselves(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.do(give_role, staff_code="P-ADM", role="inspector", organisation="P", by="P-ADM")


def test_evidence_from_a_supporting_unit_bars_from_judging(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", organisation="D")
    office.evidence(code, "D-SUP")
    office.move(code, "resolve", "W1-OFF", outcome="Xong", completion="full")
    with pytest.raises(NotPermitted):
        office.verify(code, "D-SUP")


def test_a_supporting_units_reporter_sees_nothing(office: Office) -> None:
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", organisation="P")
    with pytest.raises(NotFound):
        office.move(code, "comment", "P-REP", text="Xem được gì")


def test_people_move_only_into_units_that_one_administers(office: Office) -> None:
    office.person("D-ADM", "Kiều Quản Trị", "Quản trị huyện", "D", ("administrator",))
    with pytest.raises(NotPermitted):
        office.do(change_person, "W1-OFF", organisation="P", by="D-ADM")
    office.do(change_person, "W1-OFF", organisation="W2", by="D-ADM")
