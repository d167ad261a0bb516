"""Keys kept as files of HOME: made once, whole or not at all, readable by the program's own user alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from caseflow.errors import Problem, SettingsError
from caseflow.messages import N_, say

KEY_BYTES = 32
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def kept_key(path: Path) -> bytes:
    """The key in `path`, made there on first use. The file holds hexadecimal digits.

    Raises SettingsError when others could read the file or when it holds no key; OSError where it cannot be
    read or written.
    """
    if not path.exists():
        _make(path)
    _refuse_if_others_can_read(path)
    return _read(path)


def make_private_folder(path: Path) -> None:
    """Make `path` for the program's own user alone; a folder that exists keeps its mode. Raises OSError."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def _make(path: Path) -> None:
    """Of several processes that start at once, one key wins and all read it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole and never replaces what another process has made meanwhile.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _refuse_if_others_can_read(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        message = say(
            N_("The key %(path)s can be read by other users (mode %(mode)s). Run: chmod 600 %(path)s"),
            path=path,
            mode=f"{mode:04o}",
        )
        raise SettingsError(message, (Problem("home", message, str(path)),))


def _read(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        message = say(
            N_(
                "%(path)s holds no key (%(length)s characters, not %(digits)s hexadecimal digits). Restore it."
            ),
            path=path,
            length=len(text),
            digits=2 * KEY_BYTES,
        )
        raise SettingsError(message, (Problem("home", message, str(path)),))
    return key
