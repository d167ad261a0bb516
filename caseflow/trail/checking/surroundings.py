"""What stands around the events: the database's own guards, counters, codes, sessions, alarms and files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.exceptions import InvalidTag

from caseflow.adapters.file_store import FileStore
from caseflow.adapters.sealed_text import contact_place, name_place, open_text
from caseflow.database import migrations
from caseflow.database.engine import Database
from caseflow.errors import NotFound
from caseflow.messages import say
from caseflow.models.case import CLOCK_STOPPED, RUNNING_DEADLINE
from caseflow.trail.checking import wording
from caseflow.trail.checking.report import Findings
from caseflow.trail.checking.rows import Tables

_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'"
_COUNTERS = {
    "case_counters": ("kind", "state", "visibility", "history", "organisation_id", "period", "field_id"),
    "state_counters": ("kind", "state", "visibility", "organisation_id"),
}
_CODES = (
    "SELECT k.prefix, k.year, k.last, count(c.id) FROM code_counters k LEFT JOIN cases c"
    " ON c.code LIKE k.prefix || '-' || k.year || '-%' GROUP BY k.prefix, k.year, k.last"
)
_ALARMS = (
    "SELECT a.detail, e.uuid, e.leaf_index, c.code FROM log_alarms a LEFT JOIN events e ON e.id = a.event_id"
    " LEFT JOIN cases c ON c.uuid = e.subject WHERE a.ended_at IS NULL ORDER BY a.id"
)
_GENERATED = (
    f"SELECT code FROM cases WHERE running_deadline IS NOT ({RUNNING_DEADLINE})"
    f" OR clock_stopped IS NOT ({CLOCK_STOPPED})"
)
_SESSIONS = (
    "SELECT p.name, s.created_at FROM sessions s JOIN people p ON p.id = s.person_id WHERE NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = p.uuid AND e.type = 'person.signed_in' AND e.at >= s.created_at"
    " AND typeof(s.created_at) = 'text')"
)
_FILES = (
    "SELECT c.code, v.name, v.sha256, v.size, v.uuid FROM evidence v JOIN cases c ON c.id = v.case_id"
    " WHERE v.sha256 IS NOT NULL AND v.sha256 <> '' ORDER BY v.id"
)
_SEALED = (
    "SELECT c.code, e.uuid, e.leaf_index, p.sealed_identity, p.sealed_contact FROM case_parties p"
    " JOIN cases c ON c.id = p.case_id LEFT JOIN events e ON e.subject = c.uuid AND e.seq = 0"
    " WHERE p.role = 'complainant' ORDER BY p.id"
)
_UNINDEXED = "SELECT code FROM cases WHERE id NOT IN (SELECT id FROM case_search_docsize)"
_ADDED = (
    "SELECT uuid, leaf_index FROM events WHERE subject = (SELECT uuid FROM cases WHERE code = ?) AND seq = ?"
)
_CHUNK = 1 << 18


def check_guards(tables: Tables, findings: Findings) -> None:
    """Tables, indexes and triggers must be those that the migrations make. Other databases keep no text of them."""
    if not tables.is_sqlite:
        return
    expected = _expected_schema()
    found = {(kind, name): sql for kind, name, sql in tables.rows(_SCHEMA)}
    for kind, name in sorted(expected.keys() | found.keys()):
        if (kind, name) not in found:
            findings.add("guard", say(wording.NO_GUARD, name=name))
        elif (kind, name) not in expected:
            findings.add("guard", say(wording.STRANGE_GUARD, name=name))
        elif found[kind, name] != expected[kind, name]:
            findings.add("guard", say(wording.OTHER_GUARD, name=name))


@cache
def _expected_schema() -> dict[tuple[str, str], str | None]:
    """What the migrations make of an empty file."""
    with TemporaryDirectory(prefix="caseflow-schema-") as folder:
        database = Database(f"sqlite:///{(Path(folder) / 'schema.db').as_posix()}")
        try:
            migrations.upgrade(database)
            with database.reading() as connection:
                rows = connection.exec_driver_sql(_SCHEMA)
                return {(row[0], row[1]): row[2] for row in rows}
        finally:
            database.dispose()


def check_counters(tables: Tables, findings: Findings) -> None:
    """Counters must count the cases that are there, and every code that was given out must be there."""
    for table, columns in _COUNTERS.items():
        names = ", ".join(columns)
        told = {
            row[:-1]: row[-1] for row in tables.rows(f"SELECT {names}, count(*) FROM cases GROUP BY {names}")
        }
        found = {row[:-1]: row[-1] for row in tables.rows(f"SELECT {names}, n FROM {table} WHERE n <> 0")}
        for key in sorted(told.keys() | found.keys(), key=str):
            if told.get(key, 0) != found.get(key, 0):
                counter = f"{table}: {', '.join(map(str, key))}"
                numbers = {"found": found.get(key, 0), "told": told.get(key, 0)}
                findings.add("counter", say(wording.COUNTERS, counter=counter, **numbers))
    for _, year, last, held in tables.rows(_CODES):
        if last != held:
            findings.add("counter", say(wording.CODES, year=year, held=held, given=last))
    for (code,) in tables.rows(_GENERATED):
        findings.add("counter", say(wording.GENERATED), code)


def check_search(tables: Tables, findings: Findings) -> None:
    """Every case must be in the index that searches read."""
    if tables.is_sqlite and tables.has("case_search_docsize"):
        for (code,) in tables.rows(_UNINDEXED):
            findings.add("counter", say(wording.SEARCH), code)


def check_alarms(tables: Tables, findings: Findings) -> None:
    """An alarm of sealing that is open is a finding."""
    for detail, event, index, code in tables.rows(_ALARMS):
        named = None if event is None else _dashed(event)
        findings.add("alarm", say(wording.ALARM, detail=detail), code, named, index)


def check_sessions(tables: Tables, findings: Findings) -> None:
    """Nobody is signed in whose sign-in was not recorded."""
    for name, _ in tables.rows(_SESSIONS):
        findings.add("session", say(wording.SESSION, name=name))


def check_log_state(tables: Tables, held: int, findings: Findings) -> None:
    """The database's own note of how much is sealed."""
    row = tables.first("SELECT size FROM log_state WHERE id = 1")
    if row is None or row[0] != held:
        findings.add("index", say(wording.LOG_STATE, noted=row[0] if row else 0, held=held))


def check_complainants(tables: Tables, key: bytes, findings: Findings) -> None:
    """What is kept of complainants must open with the server's `key`."""
    for batch in tables.stream(_SEALED):
        for code, event, index, *sealed in batch:
            places = (name_place(str(code)), contact_place(str(code)))
            both = zip(sealed, places, strict=True)
            if not all(_opens(key, one, place) for one, place in both if one is not None):
                named = None if event is None else _dashed(event)
                findings.add("case", say(wording.COMPLAINANT), code, named, index)


def _opens(key: bytes, sealed: object, place: str) -> bool:
    try:
        return isinstance(sealed, bytes) and open_text(key, sealed, place) is not None
    except (InvalidTag, ValueError):
        return False


def check_files(tables: Tables, store: FileStore, findings: Findings) -> None:
    """Every evidence file must lie in the store as it was handed in."""
    good: set[str] = set()
    for batch in tables.stream(_FILES):
        for code, name, digest, size, uuid in batch:
            if digest in good:
                continue
            held = _digest(store, digest)
            if held is None:
                _tell_file(tables, findings, wording.NO_FILE, code, name, uuid)
            elif held != (digest, size):
                _tell_file(tables, findings, wording.OTHER_FILE, code, name, uuid)
            else:
                good.add(digest)


def _tell_file(tables: Tables, findings: Findings, text: str, code: str, name: str, uuid: str) -> None:
    row = tables.first("SELECT seq FROM evidence WHERE uuid = ?", [uuid])
    event = tables.first(_ADDED, [code, row[0] if row else -1])
    place = (_dashed(event[0]), event[1]) if event else (None, None)
    findings.add("file", say(text, name=name), code, *place)


def _digest(store: FileStore, sha256: str) -> tuple[str, int] | None:
    try:
        with store.open(sha256) as file:
            digest, size = hashlib.sha256(), 0
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except (NotFound, OSError):
        return None
    return digest.hexdigest(), size


def _dashed(uuid: str) -> str:
    return f"{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}"
