"""Who of the demo can sign in, one for each audience, and their passwords, kept beside the database."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from caseflow.demo.staff import Member, Roll
from caseflow.errors import InvalidInput
from caseflow.keys import PRIVATE_FILE
from caseflow.messages import N_, say
from caseflow.use_cases.people import ONE_TIME_ALPHABET, ONE_TIME_LENGTH

FILE = "demo-logins.json"
HOME_DISTRICT, HOME_COMMUNE = "D213", "W07201"
_AUDIENCES = (
    ("official", HOME_COMMUNE),
    ("registrar", HOME_COMMUNE),
    ("supervisor", HOME_COMMUNE),
    ("inspector", HOME_COMMUNE),
    ("registrar", HOME_DISTRICT),
    ("supervisor", HOME_DISTRICT),
    ("inspector", HOME_DISTRICT),
    ("reporter", HOME_DISTRICT),
    ("supervisor", "P24"),
    ("inspector", "P24"),
    ("reporter", "P24"),
    ("administrator", "P24"),
)


@dataclass(frozen=True, slots=True)
class Login:
    """One account of the demo; `organisation` is the code of the unit in which the role is held."""

    role: str
    organisation: str
    login: str
    password: str


def make_logins(roll: Roll) -> tuple[Login, ...]:
    """An account for the first holder of each audience's role, each with a random password."""
    holders: list[Member] = [roll.holding(role, unit)[0] for role, unit in _AUDIENCES]
    return tuple(Login(one.role, one.unit, one.staff_code, _password()) for one in holders)


def _password() -> str:
    return "".join(secrets.choice(ONE_TIME_ALPHABET) for _ in range(ONE_TIME_LENGTH))


def keep_logins(home: Path, logins: Sequence[Login]) -> None:
    """Write the logins into HOME, readable by the program's own account only."""
    path = home / FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w") as file:
        json.dump([asdict(login) for login in logins], file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def kept_logins(home: Path) -> tuple[Login, ...]:
    """The logins that HOME keeps. Raises InvalidInput where the file is gone or holds something else."""
    path = home / FILE
    try:
        return tuple(Login(**one) for one in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        message = say(
            N_(
                "%(path)s, which keeps the passwords of the demo, cannot be read."
                " Restore it, or make a new demo in an empty folder named by CASEFLOW_HOME."
            ),
            path=path,
        )
        raise InvalidInput.of("home", message, str(path)) from problem
