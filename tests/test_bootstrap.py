"""From a clone to a running program, tried on a small project of the same shape, without a network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(bootstrap.__file__).parent
PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "caseflow-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("caseflow.py", "import sys, tiny; print('demo ran', *sys.argv[1:], tiny.VERSION)")
        wheel.writestr("caseflow-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: caseflow\\nVersion: 1\\n")
        wheel.writestr("caseflow-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("caseflow-1.dist-info/RECORD", "")
    return name
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project of this one's shape whose one dependency lies in its wheelhouse."""
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copy(ROOT / "bootstrap.py", folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "setup.cfg").write_text("")
    (folder / "backend.py").write_text(BACKEND)
    (folder / "requirements-test.lock").write_text("")
    lock_tiny(folder, "1.0")
    return folder


def lock_tiny(folder: Path, version: str) -> None:
    wheelhouse = folder / "wheelhouse"
    wheelhouse.mkdir(exist_ok=True)
    path = wheelhouse / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = {version!r}")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "requirements.lock").write_text(f"tiny=={version} --hash=sha256:{digest}\n")


def bootstrapped(clone: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(clone / "bootstrap.py"), *arguments]
    return subprocess.run(
        command,
        cwd=clone.parent,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def broken_modules(folder: Path, *names: str) -> str:
    """A PYTHONPATH under which these modules cannot be imported, as where a distribution leaves them out."""
    folder.mkdir()
    for name in names:
        (folder / f"{name}.py").write_text("raise ImportError('left out')")
    return str(folder)


def test_demo_installs_runs_and_passes_arguments_on(clone: Path) -> None:
    first = bootstrapped(clone, "demo", "--no-serve", "--port", "1")
    assert (first.returncode, first.stdout) == (0, "demo ran demo --no-serve --port 1 1.0\n"), first.stderr
    assert "Installing" in first.stderr

    second = bootstrapped(clone, "demo")
    assert (second.stdout, second.stderr) == ("demo ran demo 1.0\n", "")

    lock_tiny(clone, "2.0")
    third = bootstrapped(clone, "demo")
    assert third.stdout == "demo ran demo 2.0\n", third.stderr


def test_without_ensurepip_another_pip_fills_the_environment(clone: Path, tmp_path: Path) -> None:
    lacking = broken_modules(tmp_path / "lacking", "ensurepip")
    result = bootstrapped(clone, "demo", PYTHONPATH=lacking)
    assert (result.returncode, result.stdout) == (0, "demo ran demo 1.0\n"), result.stderr


def test_where_nothing_works_one_line_helps(clone: Path, tmp_path: Path) -> None:
    lacking = broken_modules(tmp_path / "lacking", "ensurepip", "pip", "virtualenv")
    result = bootstrapped(clone, "demo", PYTHONPATH=lacking, PATH="/nonexistent")
    assert result.returncode == 1
    assert "No virtual environment could be made. Install Python" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (clone / ".venv").exists()


def test_interrupted_installation_is_begun_again(clone: Path) -> None:
    shutil.rmtree(clone / "wheelhouse")
    (clone / "wheelhouse").mkdir()
    failed = bootstrapped(clone, "demo")
    assert failed.returncode == 1
    assert "pip could not install" in failed.stderr
    lock_tiny(clone, "1.0")
    assert bootstrapped(clone, "demo").stdout == "demo ran demo 1.0\n"


def test_altered_wheel_is_refused(clone: Path) -> None:
    wheel = next((clone / "wheelhouse").iterdir())
    wheel.write_bytes(wheel.read_bytes() + b"more")
    result = bootstrapped(clone, "demo")
    assert result.returncode == 1
    assert "demo ran" not in result.stdout


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("--help",)])
def test_wrong_usage_is_two(clone: Path, arguments: tuple[str, ...]) -> None:
    result = bootstrapped(clone, *arguments)
    assert result.returncode == 2
    assert "usage" in result.stderr
    assert not (clone / ".venv").exists()


def test_tests_do_not_see_the_readers_settings() -> None:
    given = {"CASEFLOW_HOME": "/srv", "CASEFLOW_CHROMIUM": "chromium", "CI": "true"}
    assert bootstrap.test_environment(given, long=False) == {"CASEFLOW_CHROMIUM": "chromium", "CI": "true"}
    assert bootstrap.test_environment(given, long=True)["CASEFLOW_TEST_LONG"] == "1"


def test_browser_can_be_named(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text("")
    browser.chmod(0o755)
    assert bootstrap.find_chromium({"CASEFLOW_CHROMIUM": str(browser)}) == str(browser)
    assert bootstrap.find_chromium({"CASEFLOW_CHROMIUM": str(tmp_path / "none")}) is None


def test_ci_without_a_browser_fails_saying_why(clone: Path) -> None:
    result = bootstrapped(clone, "test", PATH="/nonexistent", CASEFLOW_CHROMIUM="", CI="true")
    assert result.returncode == 1
    assert "browser tests need Chromium" in result.stderr
    assert "Failed" not in result.stderr


def test_failing_checks_keep_the_tests_from_starting(clone: Path) -> None:
    result = bootstrapped(clone, "test", PATH="/nonexistent", CASEFLOW_CHROMIUM="", CI="")
    assert result.returncode == 1
    assert "browser tests are skipped" in result.stderr
    assert "Failed: ruff check ., ruff format --check ., mypy, lint-imports --no-logo" in result.stderr
