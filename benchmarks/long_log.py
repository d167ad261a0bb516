"""A long sealed log for measuring: real leaves and disclosures, written past the use cases, rows by the fold itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta, UTC
from itertools import islice
from json import JSONEncoder
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from benchmarks.province import _insert, open_installation, SEED
from caseflow import events
from caseflow.demo.names import person_name
from caseflow.demo.words import FIELD_CODES, issue_text
from caseflow.events import Event, OrganisationRef, PersonRef
from caseflow.states.actor import Actor
from caseflow.states.working_days import end_of_day_utc, vn_date
from caseflow.trail.case_facts import CaseFacts
from caseflow.trail.case_folds import take_in
from caseflow.trail.checking.case_rows import NAMES, PEOPLE, PLAIN, UNITS
from caseflow.trail.fold import step_of
from caseflow.trail.leaf import (
    commitment,
    disclose_all,
    instant_text,
    Leaf,
    leaf_hash,
    mac_of,
    NO_PREVIOUS,
    read_disclosure,
)
from caseflow.trail.open_signer import open_signer
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.founding import operator
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.organisations import add_organisation
from caseflow.use_cases.people import add_person
from caseflow.use_cases.perform import perform_bulk
from caseflow.use_cases.registration import search_text
from caseflow.use_cases.work import Work

BEGINS = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
WORKERS = 40
UNITS_THERE = 60
UNDER_WAY = 400
"""Cases whose events lie between one another's, as in real life."""
CHUNK = 20_000
_json = JSONEncoder(separators=(",", ":")).encode

Moves = list[tuple[str | None, str, int, Event]]
"""States before and after, hours since the last event, and the event."""


def long_log(home: Path, size: int) -> Installation:
    """An installation whose log holds about that many events, sealed; one that stands there already is used."""
    ready = home / "ready"
    installation = open_installation(home)
    if not ready.exists():
        _Writing(installation, size).write()
        ready.touch()
    return installation


class _Writing:
    """One log in the making."""

    def __init__(self, installation: Installation, size: int) -> None:
        self._installation, self._size = installation, size
        self._rng = Random(SEED)
        self._texts = [
            issue_text(self._rng, field, "Đảng ủy xã", date(2021, 1, 4)) for field in FIELD_CODES * 20
        ]
        self._key = installation.settings.writer_key
        self._ids: dict[str, int] = {}

    def write(self) -> None:
        perform_bulk(self._installation, operator(self._installation), self._settle)
        self._learn()
        file = str(self._installation.database.url.database)
        self._installation.database.dispose()
        database = sqlite3.connect(file, isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            database.execute(f"PRAGMA {pragma}")
        self._event, self._case, self._evidence = self._settled(database), 0, 0
        stream = self._events()
        while batch := list(islice(stream, CHUNK)):
            database.execute("BEGIN")
            for table, row in batch:
                _insert(database, table, iter([row]))
            database.execute("COMMIT")
        database.execute("BEGIN")
        last = "INSERT INTO code_counters (prefix, year, last) VALUES ('VV', 2021, ?)"
        database.execute(last, (self._case,))
        database.execute("COMMIT")
        self._seal(database)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def _settle(self, work: Work) -> None:
        for number in range(UNITS_THERE):
            add_organisation(
                work, code=f"U{number}", name=f"Đảng ủy xã số {number}", unit=f"Xã số {number}", kind="commune",
                level="commune" if number else "province", parent="U0" if number else None,
                valid_from=date(2020, 1, 1),
            )  # fmt: skip
        for number in range(WORKERS):
            name = person_name(self._rng)
            add_person(work, staff_code=f"N{number}", name=name, position="Công chức", organisation="U1")

    def _learn(self) -> None:
        with self._installation.database.reading() as connection:
            people = connection.exec_driver_sql(
                "SELECT id, uuid, name, position FROM people WHERE NOT operator"
            )
            self._people = [Actor(k, UUID(u), name, position) for k, u, name, position in people]
            units = connection.exec_driver_sql("SELECT id, code, name FROM organisations")
            self._units = [(key, OrganisationRef(code, name)) for key, code, name in units]
            fields = connection.exec_driver_sql("SELECT code, id FROM fields")
            self._fields: dict[str, int] = {code: key for code, key in fields}  # noqa: C416 - rows are no pairs
        self._person_keys = {str(one.uuid): one.id for one in self._people}
        self._unit_keys = {ref.code: key for key, ref in self._units}

    def _settled(self, database: sqlite3.Connection) -> int:
        return int(database.execute("SELECT max(id) FROM events").fetchone()[0])

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Rows of tables, the events of many cases between one another."""
        written, under_way = self._event, [self._one_case() for _ in range(UNDER_WAY)]
        at = BEGINS
        while under_way:
            place = self._rng.randrange(len(under_way))
            at += timedelta(seconds=25)
            under_way[place].send(None)
            rows = under_way[place].send(at)
            if rows is None:
                if written >= self._size:
                    del under_way[place]
                else:
                    under_way[place] = self._one_case()
                continue
            written += 1
            yield from rows

    def _one_case(self) -> Any:
        """The events of one case, each at the time that is sent in; the row of the case comes with its last."""
        rng = self._rng
        self._case += 1
        key, text = self._case, rng.choice(self._texts)
        code = f"VV-2021-{key:06d}"
        registrar, supervisor, owner, above = rng.sample(self._people, 4)
        unit = rng.choice(self._units)[1]
        subject = UUID(int=rng.getrandbits(128), version=4)
        facts, head, rows, seq = CaseFacts(), NO_PREVIOUS, [], 0
        moves = self._moves(code, text, unit, owner, vn_date(BEGINS))
        actors = {"case.registered": registrar, "case.assigned": supervisor, "case.verified": above}
        for seq, (source, target, event) in enumerate(moves):
            at = yield
            actor = actors.get(event.TYPE, owner)
            deadline = date(2021, 12, 31) if target != "registered" else None
            disclosures = disclose_all(event.disclosures())
            leaf = Leaf(
                subject, seq, head, UUID(int=rng.getrandbits(128), version=4), event.TYPE, source, target,
                end_of_day_utc(deadline) if deadline else None, actor.uuid, at,
                tuple(commitment(one) for one, _ in disclosures),
            )  # fmt: skip
            encoded = leaf.encode()
            told = dict(read_disclosure(one) for one, _ in disclosures)
            take_in(facts, told, step_of(_read(leaf), complete=True))
            head = leaf_hash(encoded)
            self._event += 1
            rows = [
                ("events", self._event_row(leaf, encoded, actor, key, facts)),
                ("disclosures", {"event_id": self._event, "data": _json(disclosures)}),
            ]
            if seq == len(moves) - 1:
                rows.append(("cases", self._case_row(key, subject, facts, head, at, len(moves))))
                rows += self._parts(key, facts)
            yield rows
        yield
        yield None

    def _moves(self, code: str, text: Any, unit: OrganisationRef, owner: Actor, day: date) -> Any:
        ref = PersonRef(str(owner.uuid), owner.name, owner.position)
        rng = self._rng
        return [
            (None, "registered", events.CaseRegistered(
                code=code, title=text.title, description=text.description, organisation=unit, field=rng.choice(FIELD_CODES),
                level="commune", period=2021, urgency="normal", visibility="normal", source="Tiếp dân",
                expected_outcome=text.expected_outcome,
                basis={"number": text.basis.number, "summary": text.basis.summary, "imposed": False})),
            ("registered", "assigned", events.CaseAssigned(
                owner=ref, deadline=date(2021, 12, 31), expected_outcome=text.expected_outcome, verify_by="own",
                working_days=30)),
            ("assigned", "in_progress", events.CaseStarted()),
            ("in_progress", "in_progress", events.CaseProgressReported(note=text.description[:200], progress=40)),
            ("in_progress", "in_progress", events.CaseEvidenceAdded(
                evidence=str(UUID(int=rng.getrandbits(128), version=4)), document_number="12/BB",
                document_date=day, kept_at="Văn phòng", for_owner=True)),
            ("in_progress", "resolved", events.CaseResolved(
                outcome="Đã giải quyết xong, có biên bản.", completion="full", resolved_on=day)),
            ("resolved", "verified", events.CaseVerified(method="site", complainant_answer="accepted", note="Đã kiểm tra")),
        ]  # fmt: skip

    def _event_row(
        self, leaf: Leaf, encoded: bytes, actor: Actor, case: int, facts: CaseFacts
    ) -> dict[str, Any]:
        return {
            "id": self._event, "uuid": leaf.event.hex, "subject": leaf.subject.hex, "seq": leaf.seq, "type": leaf.type,
            "at": _instant(leaf.at), "actor_id": actor.id, "about_case_id": case, "leaf": encoded,
            "mac": mac_of(encoded, self._key), "state": leaf.target,
            "organisation_id": self._unit_keys[facts.organisation], "field_id": self._fields[facts.field],
            "owner_id": self._person_keys.get(facts.owner), "deadline": facts.deadline, "period": facts.period,
            "resolved_on": facts.resolved_on,
        }  # fmt: skip

    def _case_row(
        self, key: int, subject: UUID, facts: CaseFacts, head: bytes, at: datetime, count: int
    ) -> dict[str, Any]:
        row = {name: getattr(facts, name) for name in PLAIN}
        row |= {f"{name}_id": self._person_keys.get(getattr(facts, name)) for name in PEOPLE}
        row |= {f"{name}_id": self._unit_keys.get(getattr(facts, name)) for name in UNITS}
        row["search_text"] = search_text(SimpleNamespace(**{name: getattr(facts, name) for name in NAMES}))
        return row | {
            "id": key, "uuid": subject.hex, "field_id": self._fields[facts.field], "seq": count, "head": head,
            "last_at": _instant(at),
        }  # fmt: skip

    def _parts(self, key: int, facts: CaseFacts) -> Iterator[tuple[str, dict[str, Any]]]:
        names = ("uuid", "seq", "kind", "added_by_id", "added_at", "name", "sha256", "size", "media_type",
                 "document_number", "document_date", "kept_at")  # fmt: skip
        for one in facts.evidence:
            row = dict(zip(names, one, strict=True))
            row["added_by_id"] = self._person_keys[row["added_by_id"]]
            yield "evidence", row | {"case_id": key}
        for hand in sorted(facts.hands):  # type: ignore[arg-type]
            yield "case_hands", {"case_id": key, "person_id": self._person_keys[hand]}

    def _seal(self, database: sqlite3.Connection) -> None:
        """Indices in the order of ids, tiles, and one signature."""
        database.execute("BEGIN")
        database.execute("UPDATE events SET leaf_index = id - 1")
        (size,) = database.execute("SELECT count(*) FROM events").fetchone()
        database.execute("UPDATE log_state SET size = ?, published_size = ?", (size, size))
        database.execute("COMMIT")
        settings = self._installation.settings
        folder, signer = TileFolder(settings.log_folder), open_signer(settings)
        cursor = database.execute("SELECT leaf FROM events ORDER BY leaf_index")
        at = 0
        while leaves := [leaf for (leaf,) in cursor.fetchmany(65_536)]:
            folder.append(at, leaves)
            at += len(leaves)
            folder.publish(
                signer.sign(at - len(leaves), [leaf_hash(leaf) for leaf in leaves], folder.root(at))
            )


def _read(leaf: Leaf) -> dict[str, Any]:
    return {
        "type": leaf.type, "seq": leaf.seq, "from": leaf.source, "to": leaf.target, "actor": str(leaf.actor),
        "at": instant_text(leaf.at), "due": None if leaf.due is None else instant_text(leaf.due),
    }  # fmt: skip


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
