"""Roles begin and end, at once where that is wished."""

from __future__ import annotations

import pytest

from caseflow.errors import NotFound, NotPermitted
from caseflow.use_cases.roles import end_role, give_role
from tests.factories import Office


def test_role_given_today_ends_at_once(office: Office) -> None:
    code = office.register()
    given = office.do(give_role, staff_code="W2-OFF", role="supervisor", organisation="W1")
    office.move(code, "comment", "W2-OFF", text="Đang xem")
    office.do(end_role, given)
    with pytest.raises(NotFound):
        office.move(code, "comment", "W2-OFF", text="Vẫn xem")


def test_only_an_administrator_of_the_unit_or_above_gives_roles(office: Office) -> None:
    with pytest.raises(NotPermitted):
        office.do(give_role, staff_code="W2-OFF", role="supervisor", organisation="W1", by="D-SUP")
    office.do(give_role, staff_code="W2-OFF", role="supervisor", organisation="W1", by="P-ADM")
