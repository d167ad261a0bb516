"""The settings of one installation, read once; a bad value stops the start and names the variable."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from caseflow.errors import Problem, reason_of, SettingsError
from caseflow.i18n import DEFAULT_LANGUAGE, LANGUAGES
from caseflow.keys import kept_key, KEY_BYTES, make_private_folder
from caseflow.messages import Message, N_, say

PREFIX = "CASEFLOW_"
CONFIG = "CASEFLOW_CONFIG"
DATABASES = ("sqlite", "postgresql")
SECRETS = ("secret_key", "writer_key")
SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs from one installation to the next. Keys and passwords stay out of its repr."""

    home: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    writer_key: bytes = field(repr=False)
    signing_key_file: Path
    seal: str
    origin: str
    smtp_url: str | None = field(repr=False)
    base_url: str
    language: str
    log_format: str
    retention_years: int

    @classmethod
    def load(cls, environ: Mapping[str, str], cwd: Path, *, existing: bool = False) -> Self:
        """Read the settings; relative paths count from `cwd`. Makes HOME and its keys where they are missing.

        With `existing`, a place without a database is refused instead. Raises SettingsError, which names the
        variable, the value and the remedy.
        """
        given = _given(environ, cwd)
        home = given.path("home", cwd / "instance")
        secret, writer = given.secret_key(), given.writer_key()  # refused before anything is made
        settings = {
            "database_url": given.url(
                "database_url", DATABASES, f"sqlite:///{(home / 'caseflow.db').as_posix()}"
            ),
            "seal": given.choice("seal", ("async", "wait")),
            "origin": given.origin("caseflow.local"),
            "base_url": given.url("base_url", ("http", "https"), "http://127.0.0.1:8000").rstrip("/"),
            "language": given.choice("language", LANGUAGES),
            "log_format": given.choice("log_format", ("text", "json")),
        }
        held = given.holds_database(str(settings["database_url"]))
        if existing and held is False:
            given.refuse_without_database(home)
        if held and writer is None:
            given.refuse_without(home / "writer_key")
        return cls(
            home=home,
            signing_key_file=given.path("signing_key_file", home / "signing.key"),
            smtp_url=given.url("smtp_url", ("smtp", "smtps"), "") or None,
            retention_years=given.number("retention_years", 5, 1, 100),
            secret_key=secret or given.kept(home, "secret_key").hex(),
            writer_key=writer or given.kept(home, "writer_key"),
            **settings,
        )

    @property
    def log_folder(self) -> Path:
        """Where the sealed log is published: `checkpoint` and `tile/`, as anyone may read them."""
        return self.home / "log"

    @property
    def policy_file(self) -> Path:
        """Whom to trust about this log: its own key, and the witnesses that an administrator adds."""
        return self.home / "policy.txt"

    def derived_key(self, purpose: str) -> bytes:
        """A key of 32 bytes for one `purpose`, made from the writer key; it is the same at every start."""
        info = f"caseflow/{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.writer_key)


NAMES = tuple(each.name for each in fields(Settings))


def chosen_language(environ: Mapping[str, str], cwd: Path) -> str:
    """The language to speak before the settings are known to be good; makes no files and never refuses."""
    try:
        return _given(environ, cwd).choice("language", LANGUAGES)
    except SettingsError:
        return DEFAULT_LANGUAGE


class _Given:
    """The values as they were written, and where; each reader checks one kind of value."""

    def __init__(self, values: Mapping[str, str], config: Mapping[str, str], cwd: Path) -> None:
        self._values = {**config, **values}
        self._from_config = config.keys() - values.keys()
        self._cwd = cwd

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed words; the first is the default."""
        value = self._values.get(name, allowed[0])
        if value not in allowed:
            raise self._refusal(name, say(N_("Use one of: %(allowed)s."), allowed=allowed))
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._values.get(name, str(default))
        if not re.fullmatch("[0-9]{1,6}", value) or not least <= int(value) <= most:
            remedy = N_("Write a whole number from %(least)s to %(most)s.")
            raise self._refusal(name, say(remedy, least=least, most=most))
        return int(value)

    def path(self, name: str, default: Path) -> Path:
        value = self._values.get(name)
        return self._cwd / Path(value).expanduser() if value else default

    def url(self, name: str, schemes: tuple[str, ...], default: str) -> str:
        value = self._values.get(name, default)
        if value and not _is_url(value, schemes):
            starts = [f"{scheme}://" for scheme in schemes]
            raise self._refusal(
                name, say(N_("Write an address that begins with one of: %(starts)s."), starts=starts)
            )
        return value

    def origin(self, default: str) -> str:
        """The name of the log, as signed notes allow it: no blanks and no plus sign."""
        value = self._values.get("origin", default)
        if not re.fullmatch(r"[^\s+]{1,200}", value):
            raise self._refusal(
                "origin", say(N_("Write a name like log.example.vn, without blanks and “+”."))
            )
        return value

    def secret_key(self) -> str | None:
        value = self._values.get("secret_key")
        if value is not None and len(value) < SECRET_LENGTH:
            remedy = N_(
                "Write at least %(length)s random characters, or leave it out: a key is then made in HOME."
            )
            raise self._refusal("secret_key", say(remedy, length=SECRET_LENGTH))
        return value

    def writer_key(self) -> bytes | None:
        value = self._values.get("writer_key")
        if value is None:
            return None
        if not re.fullmatch(rf"([0-9A-Fa-f]{{2}}){{{KEY_BYTES},}}", value):
            remedy = N_(
                "Write at least %(length)s hexadecimal digits, or leave it out: a key is then made in HOME."
            )
            raise self._refusal("writer_key", say(remedy, length=2 * KEY_BYTES))
        return bytes.fromhex(value)

    def kept(self, home: Path, name: str) -> bytes:
        """The key that HOME keeps under `name`."""
        try:
            make_private_folder(home)
            return kept_key(home / name)
        except OSError as problem:
            remedy = say(
                N_("%(path)s cannot be used (%(reason)s). Name a folder that the program may write to."),
                path=problem.filename or home,
                reason=reason_of(problem),
            )
            self._values.setdefault("home", str(home))
            raise self._refusal("home", remedy) from problem

    def holds_database(self, url: str) -> bool | None:
        """Whether there is a database file already; None where no file would tell."""
        _scheme, _slashes, path = url.partition("sqlite:///")
        if not path:
            return None
        file = self._cwd / path.partition("?")[0]
        return file.is_file() and file.stat().st_size > 0

    def refuse_without_database(self, home: Path) -> None:
        """Raises SettingsError."""
        remedy = N_(
            "There is no database. Name the folder of an installation, or make one: caseflow db upgrade"
        )
        self._values.setdefault("home", str(home))
        raise self._refusal("home", say(remedy))

    def refuse_without(self, key: Path) -> None:
        """A writer key made anew would make every event look forged. Raises SettingsError."""
        if not key.exists():
            remedy = N_(
                "The database was written with the key %(path)s, which is missing. Restore it from a copy."
            )
            self._values.setdefault("home", str(key.parent))
            raise self._refusal("home", say(remedy, path=key))

    def _refusal(self, name: str, remedy: Message) -> SettingsError:
        shown = _shown(name, self._values[name])
        message = say(
            N_("%(variable)s has the value “%(value)s”. %(remedy)s"),
            variable=name if name in self._from_config else PREFIX + name.upper(),
            value=shown,
            remedy=remedy,
        )
        return SettingsError(message, (Problem(name, message, shown),))


def _given(environ: Mapping[str, str], cwd: Path) -> _Given:
    """An empty variable is as good as none."""
    values = {name: environ[PREFIX + name.upper()] for name in NAMES if environ.get(PREFIX + name.upper())}
    return _Given(values, _config(environ.get(CONFIG, ""), cwd), cwd)


def _config(name: str, cwd: Path) -> dict[str, str]:
    if not name:
        return {}
    path = cwd / Path(name).expanduser()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        remedy = say(N_("It cannot be read as a TOML file: %(reason)s."), reason=str(problem).rstrip("."))
        raise _config_refusal(path, remedy) from problem
    return {
        _config_name(path, key): _config_value(path, key, value)
        for key, value in table.items()
        if value != ""
    }


def _config_name(path: Path, key: str) -> str:
    """Names may be written as in the environment or plainly: CASEFLOW_SEAL, SEAL, seal."""
    name = key.lower().removeprefix(PREFIX.lower())
    if name not in NAMES:
        remedy = say(N_("It has an unknown name, “%(key)s”. Known are: %(names)s."), key=key, names=NAMES)
        raise _config_refusal(path, remedy)
    return name


def _config_value(path: Path, key: str, value: object) -> str:
    if not isinstance(value, str):
        remedy = say(
            N_("“%(key)s” is %(value)s there; write it in quotation marks."), key=key, value=str(value)
        )
        raise _config_refusal(path, remedy)
    return value


def _config_refusal(path: Path, remedy: Message) -> SettingsError:
    message = say(
        N_("%(variable)s names the file “%(path)s”. %(remedy)s"), variable=CONFIG, path=path, remedy=remedy
    )
    return SettingsError(message, (Problem("config", message, str(path)),))


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    """Whether the scheme, less a driver as in postgresql+psycopg, is one of those."""
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        return False
    return "://" in value and scheme.partition("+")[0] in schemes


def _shown(name: str, value: str) -> str:
    """A value as it may be printed: no key, no password."""
    if name in SECRETS:
        return "*" * min(len(value), SECRET_LENGTH)
    return re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", value)
