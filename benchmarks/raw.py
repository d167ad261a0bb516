"""Yardsticks: what the same work costs in the sqlite3 module alone, and in SQLAlchemy Core alone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from uuid import uuid4

from sqlalchemy import bindparam, text

from caseflow.database.engine import Database

ROWS = 2_000
LEAF = os.urandom(700)
MAC = os.urandom(32)
AT = "2022-11-21 02:00:00.000000"

TABLES = (
    "CREATE TABLE c (id INTEGER PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL)",
    "CREATE TABLE e (id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, leaf BLOB NOT NULL)",
)
UPDATE = "UPDATE c SET state = :state, version = version + 1 WHERE id = :id AND version >= 1"
INSERT = "INSERT INTO e (case_id, leaf) VALUES (:id, :leaf)"

SAME_UPDATE = "UPDATE cases SET progress = ?, head = ?, last_at = ?, version = version + 1 WHERE id = ? AND version >= 1"
SAME_INSERT = (
    "INSERT INTO events (uuid, subject, seq, type, at, actor_id, about_case_id, leaf, mac, state,"
    " organisation_id, field_id, owner_id, deadline, period, resolved_on)"
    " VALUES (?, ?, ?, 'case.progress_reported', ?, ?, ?, ?, ?, 'in_progress', ?, ?, ?, ?, 2022, NULL)"
)


def connected(file: Path) -> sqlite3.Connection:
    """A connection that writes as the program's does: WAL, and each commit on disk before it is answered."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def bare_tables(folder: Path) -> Callable[[], None]:
    """UPDATE, INSERT and COMMIT on two tables without an index, by the sqlite3 module: *the* raw figure."""
    database = connected(_two_tables(folder / "bare.db"))
    keys = cycle(range(1, ROWS + 1))

    def transact() -> None:
        key = next(keys)
        database.execute("BEGIN IMMEDIATE")
        database.execute(UPDATE, {"state": "y", "id": key})
        database.execute(INSERT, {"id": key, "leaf": LEAF})
        database.execute("COMMIT")

    return transact


def core(folder: Path) -> Callable[[], None]:
    """The same two statements by SQLAlchemy Core."""
    database = Database(f"sqlite:///{_two_tables(folder / 'core.db')}")
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=1000")  # as the yardstick's
    update = text(UPDATE).bindparams(bindparam("state"), bindparam("id"))
    insert = text(INSERT).bindparams(bindparam("leaf"), bindparam("id"))
    keys = cycle(range(1, ROWS + 1))

    def transact() -> None:
        key = next(keys)
        with database.transaction() as connection:
            connection.execute(update, {"state": "y", "id": key})
            connection.execute(insert, {"id": key, "leaf": LEAF})

    return transact


def same_tables(file: Path) -> Callable[[], None]:
    """UPDATE of a case, INSERT of an event and COMMIT by the sqlite3 module, in a copy of the measured file.

    With its indexes, checks and triggers: what no program that keeps these tables can go below.
    """
    database = connected(file)
    rows = _cases(database)
    seq = 1_000

    def transact() -> None:
        nonlocal seq
        case, subject, unit, field, owner, deadline = next(rows)
        seq += 1
        database.execute("BEGIN IMMEDIATE")
        database.execute(SAME_UPDATE, (seq % 100, MAC, AT, case))
        database.execute(
            SAME_INSERT, (uuid4().hex, subject, seq, AT, owner, case, LEAF, MAC, unit, field, owner, deadline)
        )
        database.execute("COMMIT")

    return transact


def _two_tables(file: Path) -> Path:
    database = connected(file)
    for table in TABLES:
        database.execute(table)
    database.execute("BEGIN")
    database.executemany("INSERT INTO c VALUES (?, 'x', 1)", [(key,) for key in range(1, ROWS + 1)])
    database.execute("COMMIT")
    database.close()
    return file


def _cases(database: sqlite3.Connection) -> Iterator[tuple[int, str, int, int, int, str]]:
    return cycle(
        database.execute(
            "SELECT id, uuid, organisation_id, field_id, owner_id, deadline FROM cases WHERE state = 'in_progress'"
        ).fetchall()
    )
