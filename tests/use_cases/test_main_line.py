"""The main line and its branches, through the use cases on a real database."""

from __future__ import annotations

from datetime import date

import pytest

from caseflow.errors import NotPermitted
from tests.factories import Office


def test_case_goes_from_registration_to_verification(office: Office) -> None:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    row = office.row(code)
    assert (row.state, row.resolved_on, row.deadline) == ("verified", office.today, date(2026, 11, 16))


def test_owner_cannot_verify_own_case(office: Office) -> None:
    code = office.resolved()
    with pytest.raises(NotPermitted):
        office.verify(code, "W1-OFF")
    assert office.row(code).state == "resolved"
