"""The schema goes down and up again without losing what it keeps by itself."""

from __future__ import annotations

from sqlalchemy import text

from caseflow.database import migrations
from tests.factories import Office


def test_search_and_counters_come_back_with_their_migration(office: Office) -> None:
    office.register(title="Thu hồi đất làm đường")
    office.assigned()
    database = office.installation.database
    questions = (
        "SELECT count(*) FROM case_search WHERE case_search MATCH 'dat'",
        "SELECT sum(n) FROM case_counters",
        "SELECT sum(n) FROM state_counters",
    )
    before = [_answer(office, question) for question in questions]
    migrations.downgrade(database, "0001")
    migrations.upgrade(database)
    assert [_answer(office, question) for question in questions] == before == [1, 2, 2]


def test_an_empty_database_goes_down_to_nothing_and_up_again(office: Office) -> None:
    database = office.installation.database
    migrations.downgrade(database, "base")
    assert migrations.revision_of(database) is None
    migrations.upgrade(database)
    assert migrations.revision_of(database) == migrations.newest_revision()


def _answer(office: Office, question: str) -> int:
    with office.installation.database.reading() as connection:
        return int(connection.execute(text(question)).scalar_one())
