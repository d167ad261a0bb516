#!/usr/bin/env python3
"""From a fresh clone to a running program: `python3 bootstrap.py demo`, or to a tested one: `… test`.

Needs nothing but Python 3.11 or newer; the rest goes into .venv, in the exact versions of the lock files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WHEELHOUSE = ROOT / "wheelhouse"
STAMP = VENV / "caseflow-installed.json"
PYTHON = (3, 11)
LOCKS = {"demo": "requirements.lock", "test": "requirements-test.lock"}
PROJECT_FILES = ("setup.cfg", "pyproject.toml")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PACKAGES = ("chromium", "fonts-liberation2", "fonts-noto-core")
CHROMIUM = "CASEFLOW_CHROMIUM"
LONG = "CASEFLOW_TEST_LONG"
KEPT_FOR_TESTS = (CHROMIUM, LONG)
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo"),
)
USAGE = """usage: python3 bootstrap.py demo [arguments of `caseflow demo`]
       python3 bootstrap.py test [--long] [arguments of pytest]"""


class GaveUp(Exception):
    """There is no way on; the text says what helps."""


def main(arguments: Sequence[str]) -> int:
    """Run one of the two commands; the exit code is what it ended with."""
    if sys.version_info < PYTHON:
        return complain(
            f"Python {PYTHON[0]}.{PYTHON[1]} or newer is needed; this is {sys.version.split()[0]}."
        )
    if not arguments or arguments[0] not in LOCKS:
        print(USAGE, file=sys.stderr)
        return 2
    command, rest = arguments[0], list(arguments[1:])
    try:
        install(LOCKS[command])
        return demo(rest) if command == "demo" else test(rest)
    except GaveUp as reason:
        return complain(str(reason))
    except KeyboardInterrupt:
        return 130


def demo(arguments: Sequence[str]) -> int:
    """Load the demo province and serve it."""
    return become([str(venv_python()), "-m", "caseflow", "demo", *arguments], os.environ)


def test(arguments: Sequence[str]) -> int:
    """Run the checks, then the tests; pytest's closing line is the last one printed."""
    environ = test_environment(os.environ, "--long" in arguments)
    browser = find_chromium(environ) or install_chromium()
    if browser is None and environ.get("CI"):
        raise GaveUp(
            "The browser tests need Chromium and none could be found or installed: install chromium."
        )
    if browser is None:
        tell("No Chromium was found: the browser tests are skipped. Install chromium to run them.")
    else:
        environ[CHROMIUM] = browser
    failed = [" ".join(check) for check in CHECKS if run([tool(check[0]), *check[1:]], environ)]
    if failed:
        raise GaveUp("Failed: " + ", ".join(failed) + ". The tests were not started.")
    os.chdir(ROOT)
    chosen = [argument for argument in arguments if argument != "--long"]
    return become([tool("pytest"), "-n", "2", "--dist", "worksteal", *chosen], environ)


def test_environment(environ: Mapping[str, str], long: bool) -> dict[str, str]:
    """The environment for tests: the reader's own settings of caseflow stay out of it."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("CASEFLOW_") or name in KEPT_FOR_TESTS
    }
    return {**kept, LONG: "1"} if long else kept


# --- .venv ----------------------------------------------------------------------------------------------------


def install(lock: str) -> None:
    """Bring .venv to what `lock` says; nothing is done when it is there already."""
    wanted = digest(lock)
    installed = read_stamp()
    if installed.get(lock) == wanted and works(venv_python()):
        return
    if not works(venv_python()):
        make_venv()
        installed = {}
    STAMP.unlink(missing_ok=True)  # an interrupted installation is begun again
    pip = find_pip()
    if pip is None:
        raise GaveUp(f"No pip was found. {remedy()}")
    tell(f"Installing {lock} into {VENV.name} …")
    install_with(pip, ["--require-hashes", "-r", str(ROOT / lock)])
    install_with(pip, ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    write_stamp(lock, wanted, installed)


def install_with(pip: Sequence[str], what: Sequence[str]) -> None:
    """Install into .venv, from the folder wheelhouse/ alone where there is one."""
    source = ["--no-index", "--find-links", str(WHEELHOUSE)] if WHEELHOUSE.is_dir() else []
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if run([*pip, "install", *quiet, *source, *what]):
        where = (
            "wheelhouse/" if source else "the package index; without a network, put the wheels in wheelhouse/"
        )
        raise GaveUp(f"pip could not install what the project needs from {where}.")


def digest(lock: str) -> str:
    """What .venv depends on: this folder, the locks, the project's own metadata."""
    total = hashlib.sha256(f"{ROOT}\n{lock}\n".encode())
    for name in (*LOCKS.values(), *PROJECT_FILES):
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def read_stamp() -> dict[str, str]:
    """What was installed to the end, by lock."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def write_stamp(lock: str, wanted: str, installed: Mapping[str, str]) -> None:
    """Note what is installed now. The lock for tests holds the other one whole."""
    demo_lock = LOCKS["demo"]
    stamp = {**installed, lock: wanted, demo_lock: digest(demo_lock)}
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def make_venv() -> None:
    """Make .venv, by whatever this machine has. Raises GaveUp with the one line that helps."""
    tell(f"Making {VENV.name} …")
    ways: tuple[Callable[[], Sequence[str] | None], ...] = (with_ensurepip, without_pip, with_virtualenv)
    for way in ways:
        command = way()
        if command is None:
            continue
        shutil.rmtree(VENV, ignore_errors=True)
        if run([*command, str(VENV)], quiet=True) == 0 and find_pip() is not None:
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise GaveUp(f"No virtual environment could be made. {remedy()}")


def with_ensurepip() -> Sequence[str] | None:
    """The ordinary way; some distributions leave ensurepip out."""
    return [sys.executable, "-m", "venv"] if can_import("ensurepip") and can_import("venv") else None


def without_pip() -> Sequence[str] | None:
    """An environment without a pip of its own, for the system's pip to fill."""
    return [sys.executable, "-m", "venv", "--without-pip"] if can_import("venv") and system_pips() else None


def with_virtualenv() -> Sequence[str] | None:
    """The package of that name, as a module or as a program."""
    if can_import("virtualenv"):
        return [sys.executable, "-m", "virtualenv", "--quiet"]
    program = shutil.which("virtualenv")
    return [program, "--quiet", "--python", sys.executable] if program else None


def find_pip() -> Sequence[str] | None:
    """A pip that installs into .venv: its own, else the system's aimed at it."""
    own = [str(venv_python()), "-m", "pip"]
    aimed = [[*pip, "--python", str(venv_python())] for pip in system_pips()]
    return next((pip for pip in (own, *aimed) if run([*pip, "--version"], quiet=True) == 0), None)


def system_pips() -> list[list[str]]:
    """The pips of this machine, best first."""
    module = [[sys.executable, "-m", "pip"]] if can_import("pip") else []
    return module + [[program] for name in ("pip3", "pip") if (program := shutil.which(name))]


def remedy() -> str:
    """The one line that helps."""
    if shutil.which("apt-get"):
        return "Run: sudo apt-get install python3-venv"
    return "Install Python from your system's packages together with its venv and pip."


def can_import(module: str) -> bool:
    """Whether this Python has `module` in working order."""
    return run([sys.executable, "-c", f"import {module}"], quiet=True) == 0


def works(python: Path) -> bool:
    """Whether .venv's Python is there and new enough."""
    question = f"import sys; sys.exit(sys.version_info < {PYTHON})"
    return python.exists() and run([str(python), "-c", question], quiet=True) == 0


def venv_python() -> Path:
    """The Python inside .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def tool(name: str) -> str:
    """A program inside .venv."""
    return str(venv_python().parent / name)


# --- Chromium -------------------------------------------------------------------------------------------------


def find_chromium(environ: Mapping[str, str] = os.environ) -> str | None:
    """The browser of this machine: the one that CASEFLOW_CHROMIUM names, else a usual one."""
    named = environ.get(CHROMIUM)
    if named:
        return shutil.which(named)
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_chromium() -> str | None:
    """Install a browser and fonts for Vietnamese, where this is Debian and we are root."""
    apt = shutil.which("apt-get")
    if apt is None or not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        return None
    tell("Installing Chromium for the browser tests …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "update", "-qq"], quiet, quiet=True)
    for package in BROWSER_PACKAGES:  # one by one: not every release has every font
        run([apt, "install", "-qq", "-y", "--no-install-recommends", package], quiet, quiet=True)
    return find_chromium()


# --- running --------------------------------------------------------------------------------------------------


def run(command: Sequence[str], environ: Mapping[str, str] | None = None, quiet: bool = False) -> int:
    """Run a program in the project's folder and give its exit code; one that cannot start gives 127."""
    hidden = subprocess.DEVNULL if quiet else None
    sys.stdout.flush()
    try:
        return subprocess.run(
            command, env=environ, cwd=ROOT, stdout=hidden, stderr=hidden, check=False
        ).returncode
    except OSError:
        return 127


def become(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Go on as another program, so that signals reach it; where that is not possible, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(command[0], list(command), dict(environ))
    return subprocess.run(command, env=environ, check=False).returncode


def tell(text: str) -> None:
    """Say what is going on, apart from what the program prints."""
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


def complain(text: str) -> int:
    """Say why it ends here."""
    tell(text)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
