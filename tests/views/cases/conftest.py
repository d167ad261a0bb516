"""Pages are tried with Flask's client on a real database file."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from caseflow.models import Organisation, Person
from tests.factories import Office
from tests.views.cases.browsing import Web


@pytest.fixture
def web(office: Office) -> Web:
    """The application on the small province, with a browser for everybody in it."""
    return Web(office)


@pytest.fixture
def many_people(office: Office) -> None:
    """More people in the district than one list holds."""
    with office.installation.database.transaction() as connection:
        unit = select(Organisation.id).where(Organisation.code == "D").scalar_subquery()
        for n in range(310):
            name = f"Người {n}"
            row = {"name": name, "position": "", "sort_key": f"z{n}", "search_text": f"nguoi {n}"}
            connection.execute(
                insert(Person).values(uuid=uuid4(), staff_code=f"Z{n}", organisation_id=unit, **row)
            )
