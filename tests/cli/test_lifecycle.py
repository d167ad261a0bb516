"""`caseflow lifecycle`: the table and the diagram say what the engine does."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from caseflow.queries.lifecycle_table import NEED_LABELS
from caseflow.states.engine import targets
from caseflow.states.pressing_issue import MOVES, PRESSING_ISSUE
from tests.cli.commands import Commands


def test_table_holds_every_move_with_its_relations_inputs_and_needs(tmp_path: Path) -> None:
    rows = Commands(tmp_path).done("lifecycle", "pressing_issue").splitlines()[4:]
    assert len(rows) == len(MOVES)
    for row, move in zip(rows, MOVES, strict=True):
        assert row.startswith(f"| `{move.name}` ")
        assert set(re.findall(r"`(\w+)`", row)) >= move.by | move.never | {one.name for one in move.fields}
        assert f"`{move.event}`" in row
        assert all(NEED_LABELS[need.__name__] in row for need in move.needs)


def test_every_need_has_words() -> None:
    needs = {need.__name__ for need in chain.from_iterable(move.needs for move in MOVES)}
    assert needs == NEED_LABELS.keys()


def test_diagram_holds_every_way(tmp_path: Path) -> None:
    text = Commands(tmp_path).done("lifecycle", "pressing_issue", "--format", "mermaid")
    assert text.startswith("stateDiagram-v2\n")
    arrows = set(re.findall(r"^ {4}(\S+) --> (\w+):", text, re.MULTILINE))
    ways = {(source, target) for move in MOVES for source in move.sources for target in targets(move, source)}
    assert arrows == ways
    assert f"[*] --> {PRESSING_ISSUE.initial}" in text


def test_table_speaks_vietnamese(tmp_path: Path) -> None:
    assert "Người được thực hiện" in Commands(tmp_path, "vi").done("lifecycle", "pressing_issue")


def test_unknown_lifecycle_is_wrong_usage(tmp_path: Path) -> None:
    assert Commands(tmp_path).run("lifecycle", "nonsense").exit_code == 2
