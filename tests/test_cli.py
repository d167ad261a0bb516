"""The command line answers in one line and with one of three codes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from caseflow.cli import COMMANDS, main
from caseflow.cli.answers import Answering
from caseflow.errors import InvalidInput, Problem
from caseflow.messages import say


@click.group(cls=Answering)
def program() -> None:
    """A program whose commands go wrong in every way."""


@program.command()
def refuse() -> None:
    problems = (
        Problem("owner", say("Choose %(who)s.", who="a person"), "Nobody"),
        Problem("deadline", say("Past.")),
    )
    raise InvalidInput(say("Two things\nare wrong."), problems)


@program.command()
def fail() -> None:
    raise RuntimeError("a fault\nin two lines")


@program.command()
def stop() -> None:
    raise KeyboardInterrupt


def answer(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(
        program, arguments, env={name.upper(): value for name, value in environ.items()}
    )


def test_refusal_is_one_line_with_every_problem() -> None:
    result = answer("refuse")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "Two things are wrong. · owner “Nobody”: Choose a person. · deadline: Past.\n"


def test_fault_is_one_line_without_traceback() -> None:
    result = answer("fail")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "RuntimeError: a fault in two lines" in result.stderr
    assert result.stderr.startswith("Chương trình gặp lỗi")


def test_fault_speaks_the_readers_language() -> None:
    assert answer("fail", caseflow_language="en").stderr.startswith("The program failed")


def test_fault_shows_where_when_asked() -> None:
    assert isinstance(answer("fail", caseflow_debug="1").exception, RuntimeError)


def test_interruption_is_one_line() -> None:
    result = answer("stop")
    assert (result.exit_code, result.stderr) == (1, "Đã dừng trước khi hoàn thành.\n")


@pytest.mark.parametrize("arguments", [("nonsense",), ("refuse", "--nonsense")])
def test_wrong_usage_is_two(arguments: tuple[str, ...]) -> None:
    assert answer(*arguments).exit_code == 2
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.stderr


def test_help_loads_no_command(tmp_path: Path) -> None:
    code = "import sys; from caseflow.cli import main; main(['--help'], standalone_mode=False); "
    code += "print(sorted({'flask', 'sqlalchemy', 'waitress', 'alembic'} & set(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert out.stdout.splitlines()[-1] == "[]"
    assert all(name in out.stdout for name in COMMANDS)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def served(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CASEFLOW_")}
    command = [sys.executable, "-u", "-m", "caseflow", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_port_in_use_is_one_clear_line(tmp_path: Path, taken_port: int) -> None:
    with served(tmp_path, "db", "upgrade") as made:
        made.communicate(timeout=60)
    with served(tmp_path, "serve", "--port", str(taken_port)) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert err.count("\n") == 1
    assert str(taken_port) in err
    assert "--port" in err


def test_server_prints_its_address_and_ends_when_told(tmp_path: Path) -> None:
    with served(tmp_path, "db", "upgrade") as made:
        made.communicate(timeout=60)
    with served(tmp_path, "serve", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
