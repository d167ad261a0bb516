"""The program with a planted fault, for the test that must catch it: it answers before it commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from caseflow.cli import main
from caseflow.database.engine import Database

DELAY_S = 0.2


@contextmanager
def early_transaction(self: Database) -> Iterator[Connection]:
    """As `Database.transaction`, but whoever waits for its end is let go before it is committed."""
    self._turns.acquire()
    connection = self._kept_writer()
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        driver.execute("ROLLBACK")
        self._turns.release()
        raise
    threading.Timer(DELAY_S, _finish, (self, driver)).start()


def _finish(database: Database, driver: Any) -> None:
    driver.execute("COMMIT")
    database._turns.release()


if __name__ == "__main__":
    Database.transaction = early_transaction  # type: ignore[method-assign]
    main()
