"""The wheel brings everything along, and an installed program finds it from any folder."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).resolve().parents[1]
TRAVELS = ("caseflow", "templates", "migrations")
FILES = ("setup.cfg", "pyproject.toml", "LICENSE")
DATA = {".html", ".po", ".css", ".js", ".svg", ".csv", ".toml", ".mako", ".typed"}
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-test.lock")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree by the build backend itself: no network, no traces in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    copied_tree(folder / "tree")
    code = "import setuptools.build_meta as backend; backend.build_wheel('..')"
    built = subprocess.run(
        [sys.executable, "-c", code], cwd=folder / "tree", capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def copied_tree(target: Path) -> None:
    for name in TRAVELS:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, target / name)


def asked(site: Path, cwd: Path, code: str) -> list[str]:
    """What `code` prints, run from another folder with the package of `site`."""
    command = [sys.executable, "-c", code]
    environ = {"PYTHONPATH": str(site), "PATH": ""}
    return subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def expected_files() -> set[str]:
    """Every file of the tree that the program reads when it runs, by its place in the package."""
    found = set()
    for name in TRAVELS:
        inside = Path() if name == "caseflow" else Path("caseflow")
        for path in (ROOT / name).rglob("*"):
            if path.suffix in DATA | {".py"}:
                found.add(str(inside / path.relative_to(ROOT)))
    return found


def test_wheel_holds_every_file_of_the_tree(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert expected_files() - names == set()
    assert not [name for name in names if name.endswith(".pyc")]
    assert not [name for name in names if not name.startswith(("caseflow/", "caseflow-"))]


def test_setup_names_every_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    named = set(setup["options"]["packages"].split())
    assert named == {
        *find_packages(str(ROOT), include=["caseflow", "caseflow.*"]),
        "caseflow.templates",
        "caseflow.migrations",
    }


def test_installed_program_finds_its_files_from_another_folder(installed: Path, tmp_path: Path) -> None:
    code = """
from caseflow import places
print(places.PACKAGE)
print(places.templates_folder() / "base.html", places.migrations_folder() / "env.py", sep="\\n")
print(places.PACKAGE / "static", *sorted(places.translations_folder("vi").glob("*.po")), sep="\\n")
"""
    package, *found = asked(installed, tmp_path, code)
    assert package == str(installed / "caseflow")
    assert len(found) > 4
    assert all(path.startswith(package) and Path(path).exists() for path in found)


def test_installed_program_speaks_vietnamese(installed: Path, tmp_path: Path) -> None:
    code = "from caseflow.i18n import gettext; print(ascii(gettext('Commands')))"
    assert asked(installed, tmp_path, code) == [ascii("Các lệnh")]


def test_working_tree_finds_its_files_from_another_folder(tmp_path: Path) -> None:
    code = (
        "from caseflow import places; print(places.templates_folder(), places.migrations_folder(), sep='\\n')"
    )
    assert asked(ROOT, tmp_path, code) == [str(ROOT / "templates"), str(ROOT / "migrations")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_pins_versions_with_digests_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=[a-z])", re.sub(r"(?m)^#.*\n", "", text), flags=re.MULTILINE)
    for entry in filter(None, entries):
        assert re.match(r"[a-z0-9.-]+==\S+ ", entry), entry
        assert "--hash=sha256:" in entry


def test_lock_for_tests_holds_the_other_one_whole() -> None:
    runtime, testing = (
        set(re.findall(r"^\S+==\S+", lock.read_text(encoding="utf-8"), re.MULTILINE)) for lock in LOCKS
    )
    assert runtime < testing


def test_lock_holds_every_dependency() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    for lock, wanted in zip(
        LOCKS, (setup["options"]["install_requires"], setup["options.extras_require"]["test"]), strict=True
    ):
        pinned = {
            name.lower() for name in re.findall(r"^(\S+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
        }
        assert {re.split(r"[<>=!\[]", name)[0].lower() for name in wanted.split()} <= pinned
