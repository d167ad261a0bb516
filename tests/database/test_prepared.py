"""A statement that is compiled once says what SQLAlchemy says, in the transaction that SQLAlchemy opened."""

from __future__ import annotations

from datetime import date, datetime, UTC
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, Table, update

from caseflow.database.prepared import Prepared, PreparedShelf
from caseflow.models import Case, Person, SpecialDayRow
from tests.factories import Office

DAYS: Table = SpecialDayRow.__table__  # type: ignore[assignment]


def test_rows_are_those_of_core_with_values_of_their_types(office: Office) -> None:
    code = office.assigned()
    statement = select(Case.__table__).where(Case.code == bindparam("code"))
    with office.installation.database.reading() as connection:
        expected = tuple(connection.execute(statement, {"code": code}).one())
        found = Prepared(statement).first(connection, {"code": code})
    assert found == expected
    kinds = {type(value) for value in expected}
    assert {date, datetime, bool} <= kinds


def test_no_row_is_none(office: Office) -> None:
    statement = Prepared(select(Case.id).where(Case.code == bindparam("code")))
    with office.installation.database.reading() as connection:
        assert statement.first(connection, {"code": "VV-0000-000000"}) is None


def test_a_value_that_is_given_stands_before_the_one_that_was_kept(office: Office) -> None:
    kept: Any = bindparam("name", "Trần Văn Tỉnh")
    statement = Prepared(select(Person.staff_code).where(Person.name == kept, Person.operator == False))  # noqa: E712
    with office.installation.database.reading() as connection:
        assert statement.rows(connection, {}) == [("P-SUP",)]
        assert statement.rows(connection, {"name": "Lê Thị Tra"}) == [("P-INS",)]


def test_constants_that_are_written_into_the_text_stay(office: Office) -> None:
    codes = func.aggregate_strings(Person.staff_code, "|")
    statement = Prepared(select(codes).where(Person.name == bindparam("name")))
    with office.installation.database.reading() as connection:
        assert statement.rows(connection, {"name": "Lê Thị Tra"}) == [("P-INS",)]


def test_what_is_written_is_undone_with_the_transaction(office: Office) -> None:
    row: dict[str, Any] = {"day": date(2099, 1, 1), "kind": "holiday", "decision": "1/QĐ"}
    add = Prepared(insert(DAYS).values({name: bindparam(name) for name in row}))
    change = Prepared(
        update(DAYS).where(DAYS.c.day == bindparam("which")).values(decision=bindparam("decision"))
    )
    database = office.installation.database
    with database.reading() as connection:
        assert add.run(connection, row, row | {"day": date(2099, 1, 2)}) == 2
        assert change.run(connection, {"which": date(2099, 1, 1), "decision": "2/QĐ"}) == 1
        found = connection.execute(select(DAYS.c.decision).where(DAYS.c.day >= date(2099, 1, 1)))
        assert sorted(found.scalars()) == ["1/QĐ", "2/QĐ"]
    with database.reading() as connection:
        assert connection.execute(select(DAYS.c.day).where(DAYS.c.day >= date(2099, 1, 1))).first() is None


def test_an_insert_answers_its_key(office: Office) -> None:
    table: Table = Person.__table__  # type: ignore[assignment]
    row = {"uuid": UUID(int=7), "staff_code": "X", "name": "X", "position": "", "sort_key": "",
           "search_text": "", "password_issued_at": datetime(2026, 11, 2, tzinfo=UTC)}  # fmt: skip
    add = Prepared(insert(table).values({name: bindparam(name) for name in row}))
    with office.installation.database.reading() as connection:
        key = add.insert(connection, row)
        assert connection.execute(select(table.c.staff_code).where(table.c.id == key)).scalar_one() == "X"


def test_a_connection_without_a_transaction_begins_one(office: Office) -> None:
    with office.installation.database.engine.connect() as connection:
        assert not connection.in_transaction()
        Prepared(select(Person.id)).rows(connection, {})
        assert connection.in_transaction()


def test_the_shelf_makes_each_shape_once_and_keeps_so_many(office: Office) -> None:
    shelf, made = PreparedShelf(most=2), []

    def make() -> Any:
        made.append(1)
        return select(Person.id)

    with office.installation.database.reading() as connection:
        first = shelf.get("a", make)
        assert first.rows(connection, {}) == first.rows(connection, {})
        assert shelf.get("a", make) is first
        assert len(made) == 1
        for shape in ("b", "c", "a"):
            shelf.get(shape, make).rows(connection, {})
        assert shelf.get("a", make) is not first
        assert len(made) == 4
