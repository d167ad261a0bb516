"""A province for measuring: the real units, invented people, and as many cases as are asked for.

The rows are written by plain INSERTs into a migrated database, through its triggers: a million cases by the
use cases would take hours, and what is measured on them is reading, and single deeds.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, UTC
from importlib.resources import files
from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caseflow.adapters.clock import SetClock
from caseflow.demo.names import person_name
from caseflow.demo.words import FIELD_CODES, issue_text
from caseflow.models import Organisation, Person, RoleGrant
from caseflow.settings import Settings
from caseflow.states.actor import Actor
from caseflow.states.folding import fold, sort_key_vi
from caseflow.states.working_days import vn_date
from caseflow.trail.leaf import Leaf, leaf_hash, mac_of, NO_PREVIOUS
from caseflow.use_cases.founding import found
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.registration import search_text
from caseflow.use_cases.sealing import seal_waiting

SEED = 2022
NOW = datetime(2022, 11, 21, 2, 0, tzinfo=UTC)
"""Monday 21 November 2022, 09:00 in Viet Nam."""
TODAY = vn_date(NOW)
LONG_AGO = date(2020, 1, 1)

PROVINCE = 17_487
"""As many cases as the province registered in two years."""
MILLION = 1_000_000

STAFF = (
    ("supervisor", "Bí thư", 1),
    ("supervisor", "Phó Bí thư", 1),
    ("registrar", "Văn thư", 1),
    ("inspector", "Ủy ban kiểm tra", 1),
    ("official", "Công chức", 4),
)
STATES = (
    ("verified", 700),
    ("in_progress", 120),
    ("assigned", 60),
    ("resolved", 45),
    ("registered", 35),
    ("cancelled", 25),
    ("suspended", 15),
)
SEALED_WITHIN_S = 120.0
TEXTS_EACH = 12
"""Texts drawn for each unit and field; cases beyond them repeat."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with the keys of its people by role; `chosen` are drawn as owners."""

    id: int
    code: str
    name: str
    level: str
    path: str
    officials: tuple[int, ...]
    registrar: int


@dataclass(frozen=True, slots=True)
class Province:
    """A built installation and three who read it."""

    installation: Installation
    units: tuple[Unit, ...]
    supervisor: Actor
    commune_supervisor: Actor
    official: Actor
    cases: int

    @property
    def file(self) -> Path:
        """The database file."""
        return Path(str(self.installation.database.url.database))


def open_installation(home: Path) -> Installation:
    """The installation at `home`, founded; its clock stands."""
    settings = Settings.load({"CASEFLOW_HOME": str(home)}, home)
    installation = Installation.open(settings, SetClock(NOW))
    found(installation)
    return installation


def built(home: Path, cases: int) -> Province:
    """A province at `home` with that many cases; one that stands there already is used as it is."""
    home.mkdir(parents=True, exist_ok=True)
    installation = open_installation(home)
    with installation.database.reading() as connection:
        stands = connection.execute(select(Organisation.id)).first() is not None
    if not stands:
        _fill(Path(str(installation.database.url.database)), cases, installation.settings.writer_key)
        seal_waiting(installation, SEALED_WITHIN_S)
    return _opened(installation, cases)


def _opened(installation: Installation, cases: int) -> Province:
    with installation.database.reading() as connection:
        rows = connection.execute(
            select(
                RoleGrant.organisation_id,
                RoleGrant.role,
                Person.id,
                Person.uuid,
                Person.name,
                Person.position,
            )
            .join(Person, Person.id == RoleGrant.person_id)
            .order_by(RoleGrant.id)
        ).all()
        units = connection.execute(
            select(
                Organisation.id, Organisation.code, Organisation.name, Organisation.level, Organisation.path
            ).order_by(Organisation.id)
        ).all()
    held: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        held.setdefault((row.organisation_id, row.role), []).append(row)

    def actor(unit: int, role: str) -> Actor:
        row = held[unit, role][0]
        return Actor(row.id, row.uuid, row.name, row.position)

    known = tuple(
        Unit(*unit, tuple(r.id for r in held[unit.id, "official"]), held[unit.id, "registrar"][0].id)
        for unit in units
    )
    commune = next(unit.id for unit in known if unit.level == "grassroots")
    return Province(
        installation, known, actor(known[0].id, "supervisor"), actor(commune, "supervisor"),
        actor(commune, "official"), cases,
    )  # fmt: skip


def _fill(file: Path, cases: int, writer_key: bytes) -> None:
    rng = Random(SEED)
    database = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in ("synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY", "foreign_keys=OFF"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        units = _units_and_people(database, rng)
        fields = dict(database.execute("SELECT code, id FROM fields"))
        _insert(database, "cases", _cases(rng, units, fields, cases))
        _surroundings(database, rng, units, cases)
        if cases <= PROVINCE:
            _insert(database, "events", _events(rng, database, writer_key))
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, 10_000)):
        columns = list(batch[0])
        marks = ", ".join(f":{column}" for column in columns)
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        database.executemany(statement, batch)


def _uuid(rng: Random) -> str:
    return UUID(int=rng.getrandbits(128), version=4).hex


def _units_and_people(database: sqlite3.Connection, rng: Random) -> list[Unit]:
    text = (files("caseflow.demo") / "organisations.csv").read_text(encoding="utf-8")
    keys: dict[str, int] = {}
    paths: dict[str, str] = {}
    units: list[Unit] = []
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=1):
        code = row["code"]
        keys[code] = number
        paths[code] = f"{paths.get(row['parent_code'], '/')}{number}/"
        _insert(database, "organisations", iter([{
            "id": number, "uuid": _uuid(rng), "code": code, "name": row["name"], "unit": row["unit"],
            "kind": row["kind"], "level": row["level"], "parent_id": keys.get(row["parent_code"]),
            "path": paths[code], "valid_from": str(LONG_AGO), "search_text": fold(row["name"]),
        }]))  # fmt: skip
        people = _staff(database, rng, number)
        units.append(
            Unit(
                number,
                code,
                row["name"],
                row["level"],
                paths[code],
                tuple(people["official"]),
                people["registrar"][0],
            )
        )
    return units


def _staff(database: sqlite3.Connection, rng: Random, unit: int) -> dict[str, list[int]]:
    people: dict[str, list[int]] = {}
    for role, position, number in STAFF:
        for _ in range(number):
            name = person_name(rng)
            key = int(database.execute("SELECT max(id) + 1 FROM people").fetchone()[0])
            code = f"CB-{key:06d}"
            _insert(database, "people", iter([{
                "id": key, "uuid": _uuid(rng), "staff_code": code, "name": name, "position": position,
                "organisation_id": unit, "sort_key": sort_key_vi(name), "search_text": fold(f"{name} {code}"),
            }]))  # fmt: skip
            _insert(database, "role_grants", iter([{
                "uuid": _uuid(rng), "person_id": key, "role": role, "organisation_id": unit,
                "valid_from": str(LONG_AGO),
            }]))  # fmt: skip
            people.setdefault(role, []).append(key)
    return people


class _Texts:
    """Texts of issues, drawn once for each unit, field and number."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._drawn: dict[tuple[int, str, int], dict[str, Any]] = {}

    def one(self, unit: Unit, field: str) -> dict[str, Any]:
        key = (unit.id, field, self._rng.randrange(TEXTS_EACH))
        if key not in self._drawn:
            text = issue_text(self._rng, field, unit.name, TODAY - timedelta(days=60))
            found = {
                "code": "", "title": text.title, "description": text.description,
                "expected_outcome": text.expected_outcome, "basis_number": text.basis.number,
                "basis_summary": text.basis.summary, "source_code": None,
            }  # fmt: skip
            found["search_text"] = search_text(SimpleNamespace(**found))
            self._drawn[key] = found
        return self._drawn[key]


def _cases(rng: Random, units: list[Unit], fields: dict[str, int], number: int) -> Iterator[dict[str, Any]]:
    texts = _Texts(rng)
    states = [state for state, weight in STATES for _ in range(weight)]
    grassroots = [unit for unit in units if unit.level == "grassroots"]
    districts = [unit for unit in units if unit.level == "district"]
    for key in range(1, number + 1):
        unit = rng.choice(districts if rng.random() < 0.022 else grassroots)
        field = rng.choice(FIELD_CODES)
        registered = NOW - timedelta(days=rng.randrange(690), seconds=rng.randrange(20_000))
        yield _case(rng, key, unit, registered, rng.choice(states)) | texts.one(unit, field) | {
            "code": f"VV-{vn_date(registered).year}-{key:07d}", "field_id": fields[field],
        }  # fmt: skip


def _case(rng: Random, key: int, unit: Unit, registered: datetime, state: str) -> dict[str, Any]:
    owned = state not in ("registered", "cancelled")
    done = state in ("resolved", "verified")
    deadline = (
        TODAY + timedelta(days=rng.randrange(-35, 90)) if not done else vn_date(registered) + timedelta(45)
    )
    owner = rng.choice(unit.officials) if owned else None
    resolved = min(NOW, registered + timedelta(days=rng.randrange(20, 44))) if done else None
    suspended = state == "suspended"
    return {
        "id": key, "uuid": _uuid(rng), "urgency": rng.choice(("normal", "normal", "normal", "urgent", "express")),
        "visibility": "restricted" if rng.random() < 0.01 else "normal", "organisation_id": unit.id,
        "level": unit.level, "period": vn_date(registered).year, "state": state, "owner_id": owner,
        "deadline": str(deadline) if owned else None, "first_deadline": str(deadline) if owned else None,
        "progress": rng.randrange(0, 100, 5) if state == "in_progress" else 0,
        "submissions": int(done), "outcome": "Đã giải quyết xong, có biên bản." if done else None,
        "completion": "full" if done else None, "resolver_id": owner if done else None,
        "resolved_at": _instant(resolved), "resolved_on": str(vn_date(resolved)) if resolved else None,
        "verified_at": _instant(resolved) if state == "verified" else None,
        "suspended_from": "in_progress" if suspended else None, "suspended_on": str(TODAY) if suspended else None,
        "review_on": str(TODAY + timedelta(days=20)) if suspended else None,
        "cancel_kind": "duplicate" if state == "cancelled" else None,
        "registered_by_id": unit.registrar, "registered_at": _instant(registered),
        "assigned_at": _instant(registered + timedelta(days=1)) if owned else None,
        "version": 3, "seq": 3, "head": rng.randbytes(32), "last_at": _instant(resolved or registered),
    }  # fmt: skip


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _surroundings(database: sqlite3.Connection, rng: Random, units: list[Unit], cases: int) -> None:
    """Supporters of one case in thirty, named readers of the restricted, subjects of one in five hundred."""
    people = [person for unit in units for person in unit.officials]
    restricted = [key for (key,) in database.execute("SELECT id FROM cases WHERE visibility = 'restricted'")]
    supported = range(7, cases, 30)
    _insert(database, "case_supporters", iter(
        {"case_id": key, "person_id": rng.choice(people) if key % 2 else None,
         "organisation_id": None if key % 2 else rng.choice(units).id} for key in supported
    ))  # fmt: skip
    _insert(
        database, "case_readers", ({"case_id": key, "person_id": rng.choice(people)} for key in restricted)
    )
    _insert(database, "case_parties", (
        {"case_id": key, "role": "subject", "person_id": rng.choice(people)} for key in range(11, cases, 500)
    ))  # fmt: skip


def _events(rng: Random, database: sqlite3.Connection, writer_key: bytes) -> Iterator[dict[str, Any]]:
    """Three events for each case, of the size that real ones have and rightly chained: they can be sealed."""
    cases = database.execute(
        "SELECT c.id, c.uuid, c.organisation_id, p.id, p.uuid, c.registered_at FROM cases c"
        " JOIN people p ON p.id = c.registered_by_id"
    ).fetchall()
    heads = []
    for case, uuid, unit, registrar, actor, at in cases:
        head, instant = NO_PREVIOUS, datetime.fromisoformat(at).replace(tzinfo=UTC)
        for seq, kind in enumerate(("case.registered", "case.assigned", "case.progress_reported")):
            leaf = Leaf(
                subject=UUID(uuid), seq=seq, previous=head, event=UUID(_uuid(rng)), type=kind, source=None,
                target="assigned", due=None, actor=UUID(actor), at=instant,
                commitments=tuple(rng.randbytes(22).hex()[:43] for _ in range(6)),
            )  # fmt: skip
            data = leaf.encode()
            head = leaf_hash(data)
            yield {
                "uuid": leaf.event.hex, "subject": uuid, "seq": seq, "type": kind, "at": at, "actor_id": registrar,
                "about_case_id": case, "leaf": data, "mac": mac_of(data, writer_key), "state": "assigned",
                "organisation_id": unit, "period": TODAY.year,
            }  # fmt: skip
        heads.append((head, case))
    database.executemany("UPDATE cases SET head = ? WHERE id = ?", heads)
