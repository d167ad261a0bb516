"""What the house asks of every file, each rule tried on its own."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache, reduce
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "caseflow"
LONGEST = 350  # lines of a file
LONGER = {
    "caseflow/events.py": "every fact that is recorded, one after the other",
}
"""Files that may be longer, each with its reason."""
SAYS_NOTHING = {"utils", "helpers", "common", "service", "manager"}
BORN = {"caseflow/use_cases/registration.py", "caseflow/use_cases/imports/history.py"}
"""Where a case is made: with the first state of its lifecycle, or the one in which history enters."""
TEXT = {".py", ".md", ".html", ".css", ".js", ".po", ".toml", ".cfg", ".ini", ".mako", ".csv", ".yaml", ""}
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|Users|root|work|mnt|opt)/\w|[A-Z]:\\\\?Users|https?://[^\s\"')]*/simple\b|index-url"
)
DOCUMENT = re.compile(r"[\w./-]+\.md\b")


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git knows of; where this is no working tree, every file that could be one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return tuple(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())
    folders = ("caseflow", "templates", "migrations", "tests", "docs", "benchmarks")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return tuple(path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts)


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the package, parsed."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def texts() -> Iterator[tuple[str, str]]:
    """Every tracked text, the lists of pinned packages aside."""
    for name in tracked():
        if Path(name).suffix in TEXT and not name.endswith(".lock"):
            yield name, (ROOT / name).read_text(encoding="utf-8")


def commits(node: ast.AST) -> bool:
    """A call of `commit`, or the word itself for the driver."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.split()[:1] == ["COMMIT"]
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"


def test_only_the_transaction_commits() -> None:
    found = [name for name, tree in modules() for node in ast.walk(tree) if commits(node)]
    assert found == ["caseflow/database/engine.py"]


def writes_a_state(node: ast.AST) -> bool:
    """Whether a node sets the attribute or key `_state` of something."""
    match node:
        case ast.Attribute(attr="_state", ctx=ast.Store()):
            return True
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="_state" | "state"), *_]):
            return True
        case ast.Subscript(
            slice=ast.Constant(value="_state" | "state"), ctx=ast.Store(), value=ast.Attribute()
        ):
            return True  # case.__dict__["_state"] = …
        case _:
            return False


def test_only_the_engine_writes_a_state() -> None:
    written = [name for name, tree in modules() for node in ast.walk(tree) if writes_a_state(node)]
    assert written == []  # the engine's machine does it, by the name of the attribute
    named = [name for name, _ in modules() if 'model_attribute="_state"' in (ROOT / name).read_text("utf-8")]
    assert named == ["caseflow/states/engine.py"]


def test_a_case_is_made_with_a_state_in_two_places_only() -> None:
    made = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "_state"
    }
    assert made == BORN


def test_no_file_is_named_for_nothing() -> None:
    parts = {(name, part.partition(".")[0]) for name in tracked() for part in Path(name).parts}
    assert [name for name, part in sorted(parts) if part in SAYS_NOTHING] == []


def test_no_file_names_a_machine_or_an_index() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}: {line.strip()}"
        for name, text in texts()
        if name != here
        for line in text.splitlines()
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_document_that_is_named_exists() -> None:
    known = {Path(name).name for name in tracked()} | {path.name for path in (ROOT / "docs").rglob("*.md")}
    missing = [
        f"{name}: {found}"
        for name, text in texts()
        for found in DOCUMENT.findall(text)
        if Path(found).name not in known
    ]
    assert not missing, "\n".join(missing)


def test_no_module_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in LONGER}
    assert not long, long
    assert [name for name in LONGER if lengths.get(name, 0) <= LONGEST] == []  # an exception that is over


def silent_names(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    """Public functions, classes and methods without a docstring, by the names that lead to them."""
    places: list[tuple[tuple[str, ...], ast.Module | ast.ClassDef]] = [((), tree)]
    while places:
        way, place = places.pop()
        for node in place.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                if ast.get_docstring(node) is None:
                    yield (*way, node.name)
                if isinstance(node, ast.ClassDef) and not is_protocol(node):
                    places.append(((*way, node.name), node))


def is_protocol(node: ast.ClassDef) -> bool:
    """Whether the methods of a class are said to be by its own words."""
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def takes_anothers_place(name: str, way: tuple[str, ...]) -> bool:
    """Whether this is a method whose words stand where it was first promised."""
    module = import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return len(way) > 1 and bool(getdoc(reduce(getattr, way, module)))


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        f"{name}: {'.'.join(way)}"
        for name, tree in modules()
        for way in silent_names(tree)
        if not takes_anothers_place(name, way)
    ]
    assert not silent, "\n".join(silent)


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in modules() if ast.get_docstring(tree) is None] == []


@pytest.mark.parametrize("folder", ["tests"])
def test_every_test_file_is_collected(folder: str) -> None:
    holding = [
        path
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^(?:async )?def test_", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert [path.name for path in holding if not path.name.startswith("test_")] == []
    empty = [path.name for path in (ROOT / folder).rglob("test_*.py") if path not in holding]
    assert [name for name in empty if not machine_of_hypothesis(name)] == []


def machine_of_hypothesis(name: str) -> bool:
    """A state machine is a test without a function of its own."""
    text = next((ROOT / "tests").rglob(name)).read_text(encoding="utf-8")
    return ".TestCase" in text or re.search(r"^class Test", text, re.MULTILINE) is not None
