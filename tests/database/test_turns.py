"""Who writes when: nobody is overtaken, among the threads of a process and among processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from caseflow.database.engine import Database
from caseflow.database.turns import Turns

WRITER = """
import sys, time
from caseflow.database.engine import Database
database, number = Database(sys.argv[1]), 0
print("ready", flush=True)
until = float(sys.stdin.readline()) + 3
while time.time() < until:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE written SET n = n + 1")
        time.sleep(0.001)
    number += 1
print(number)
"""


def test_busy_process_does_not_keep_another_from_writing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    database = Database(url)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE written (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO written VALUES (0)")
    command = [sys.executable, "-c", WRITER, url]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    began = f"{time.time()}\n"
    numbers = [int(text) for text in _ended(writers, began)]
    assert min(numbers) > max(numbers) / 2, numbers
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT n FROM written").scalar() == sum(numbers)
    database.dispose()


def _ended(writers: list[subprocess.Popen[str]], began: str) -> list[str]:
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(began)
        writer.stdin.flush()
    return [writer.communicate(timeout=60)[0] for writer in writers]


def test_threads_write_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    turns, order = Turns(str(tmp_path / "some.db")), list[int]()
    turns.acquire()

    def write(number: int) -> None:
        turns.acquire()
        order.append(number)
        turns.release()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for number, thread in enumerate(threads):
        thread.start()
        _until(partial(_waits, turns, number + 1))
    turns.release()
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def _waits(turns: Turns, number: int) -> bool:
    return len(turns._threads._waiting) == number


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_two_files_beside_the_database_are_all_it_needs(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "some.db"))
    turns.acquire()
    turns.release()
    turns.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["some.db-next", "some.db-writes"]


def test_without_such_locks_the_database_judges_alone(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "no folder" / "some.db"))
    for _ in range(2):
        turns.acquire()
        turns.release()
    memory = Turns(":memory:")
    memory.acquire()
    memory.release()
    assert list(tmp_path.iterdir()) == []
