"""Where the files that are not code live: in an installed package inside it, in a working tree beside it."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder of Jinja templates. Raises FileNotFoundError when the installation lacks it."""
    return _folder("templates")


def migrations_folder() -> Path:
    """The folder of Alembic's environment and scripts. Raises FileNotFoundError when it is lacking."""
    return _folder("migrations")


def translations_folder(language: str) -> Path:
    """The folder with the catalogues of one language."""
    return PACKAGE / "translations" / language


def _folder(name: str) -> Path:
    for parent in (PACKAGE, PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name}/ is neither in {PACKAGE} nor beside it; install caseflow again")
