"""A search shows exact accents first, page by page, however it finds its rows."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import update

from caseflow.adapters.clock import SetClock
from caseflow.models import Case
from caseflow.queries import cases
from caseflow.queries.cases import CaseFilter, count_cases, list_cases
from caseflow.states.working_days import vn_date
from caseflow.use_cases.installation import Installation
from tests.queries.worlds import drawn, reader


@pytest.mark.parametrize("few", [0, 3, 1_000])
def test_pages_of_a_search_join_to_one_list(
    installation: Installation, clock: SetClock, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """`few` words: nothing counts as rare, some do, everything does."""
    monkeypatch.setattr(cases, "FEW_WORDS", few)
    with installation.database.reading() as connection:
        world = drawn(installation, connection, vn_date(clock.now()), Random(5))
        for number, code in enumerate(world.codes):
            words = "duong\nđường" if number % 3 else "duong\nduong"
            connection.execute(update(Case).where(Case.code == code).values(search_text=words))
        actor = max(
            world.people, key=lambda one: count_cases(connection, reader(world, one), CaseFilter()).listed
        )
        who, wanted = reader(world, actor), CaseFilter(q="đường")
        whole = [line.code for line in list_cases(connection, who, wanted, limit=200)]
        exact = [int(code[-3:]) % 3 != 0 for code in whole]
        assert len(whole) > 6
        assert exact == sorted(exact, reverse=True)
        pages = [list_cases(connection, who, wanted, limit=4, offset=at) for at in range(0, len(whole), 4)]
        assert [line.code for page in pages for line in page] == whole
