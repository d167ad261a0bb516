"""Work: one open transaction on which deeds are done and facts recorded."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, Connection, select, Table, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from caseflow.database.prepared import Prepared
from caseflow.errors import Attempt, KeptRefusal, NotFound, StaleVersion
from caseflow.events import Event
from caseflow.messages import N_, say
from caseflow.models import CaseHand, Chain, Disclosures, EventRow, OutboxRow
from caseflow.queries.access import Access, access_of, answers_to, same_access
from caseflow.states.actor import Actor
from caseflow.states.engine import advance, Around, lifecycle_named, permit
from caseflow.states.move import Move
from caseflow.states.relations import OWNER, RESOLVER, Standing, SUPPORTER
from caseflow.states.working_days import Calendar, end_of_day_utc, vn_date
from caseflow.trail.leaf import commitment, disclose_all, Leaf, leaf_hash, mac_of, NO_PREVIOUS
from caseflow.use_cases.held_case import CASES, HeldCase, load_case
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.writing import GatheringWriter, Writer

EVENTS: Table = EventRow.__table__  # type: ignore[assignment]
DISCLOSURES: Table = Disclosures.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
HANDS: Table = CaseHand.__table__  # type: ignore[assignment]
CHAINS: Table = Chain.__table__  # type: ignore[assignment]

SETTINGS = UUID(int=0)
"""The subject of settings, which have none of their own."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that was written: its row and its identity in the leaf."""

    id: int
    uuid: UUID


@dataclass(slots=True)
class _Head:
    seq: int
    head: bytes
    last_at: datetime


class Work:
    """An open transaction with its actor, instant, day, calendar and writer.

    `quiet` files news as history (imports, the demo). `gather` writes with executemany: for many deeds
    in one transaction. Deeds never commit; `perform` does.
    """

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        actor: Actor,
        *,
        gather: bool = False,
        quiet: bool = False,
    ) -> None:
        self.installation = installation
        self.connection = connection
        self.quiet = quiet
        self.calendar: Calendar = installation.calendar(connection)
        self.writer: Writer = GatheringWriter(connection) if gather else Writer(connection)
        self._access: dict[int, Access] = {}
        self._heads: dict[UUID, _Head] = {}
        self._kinds: dict[UUID, str] = {}
        self._cases: dict[str, HeldCase] = {}
        self.remembered: dict[tuple[object, ...], Any] | None = None
        self.act_as(actor, installation.clock.now())

    def act_as(self, actor: Actor, now: datetime) -> None:
        """Go on as `actor` at `now`."""
        self.actor = actor
        self.now = now
        today = vn_date(now)
        if self._access and not same_access(self.connection, self.today, today):
            self._access.clear()
        self.today: date = today

    # --- reading -----------------------------------------------------------------------------------

    def access(self, person: int) -> Access:
        """What `person` holds today."""
        return self.accesses({person})[person]

    def accesses(self, people: set[int]) -> dict[int, Access]:
        """What each of `people` holds today; at most one query."""
        if missing := people - self._access.keys():
            self._access.update(access_of(self.connection, missing, self.today))
        return self._access

    def forget_access(self) -> None:
        """Read roles again: this deed changed some."""
        self._access.clear()

    def remember_lookups(self) -> None:
        """From now on read each person, unit and field once: for a deed that changes none of them any more."""
        self.remembered = {}

    @property
    def principal(self) -> Actor:
        """Whose rights count."""
        return self.actor.principal or self.actor

    def case(self, code: str) -> HeldCase:
        """The case with that code. Raises NotFound; whether the actor may see it is judged by `standing`."""
        held = self._cases.get(code) or load_case(self.connection, code, self.today)
        if held is None:
            raise NotFound
        if self.writer.gathers:
            self._cases[code] = held
        return held

    def standing(self, held: HeldCase) -> Standing:
        """How the actor stands to the case."""
        actor, principal = self.actor.id, self.principal.id
        accesses = self.accesses({actor, principal, *held.subjects, *held.answerable()})
        own = accesses[principal]
        return Standing(
            actor=actor,
            principal=principal,
            today=self.today,
            path=held.path,
            grants=own.grants,
            delegations=own.delegations,
            offered_path=held.offered_path,
            supporters=frozenset(held.supporters),
            supporting_paths=tuple(held.supporting_paths),
            readers=frozenset(held.readers),
            hands=frozenset(held.hands),
            owner_stand_ins=frozenset(held.owner_stand_ins),
            owner_supervises=self._supervised_by_answerable(held),
            conflicted=self.conflicted(held, actor) or self.conflicted(held, principal),
            operator=self.actor.operator,
        )

    def _supervised_by_answerable(self, held: HeldCase) -> tuple[str, ...]:
        """What owner and resolver supervise above the case: a new owner does not make the chief's result another's."""
        paths = {path for one in held.answerable() for path in self.access(one).paths("supervisor")}
        return tuple(path for path in paths if held.path.startswith(path))

    def conflicted(self, held: HeldCase, person: int) -> bool:
        """Whether `person` is a subject of the case or answers to one."""
        if not held.subjects:
            return False
        own = self.access(person)
        return person in held.subjects or any(answers_to(own, self.access(s)) for s in held.subjects)

    # --- moving ------------------------------------------------------------------------------------

    def advance(
        self, held: HeldCase, action: str, raw: Mapping[str, object], seen: int | None
    ) -> dict[str, object]:
        """Make a move through the one door; answer the input as read. Raises what `engine.advance` raises."""
        who = self.standing(held)
        around = Around(held.evidence_seq > held.case.returned_seq, held.owner_active)
        lifecycle = lifecycle_named(held.case.kind)
        with _attempted(held, action):
            given = advance(
                lifecycle,
                held.case,
                action,
                who,
                raw,
                around=around,
                lookup=CaseLookup(self, held),
                calendar=self.calendar,
                seen=seen,
            )
        if _for_the_owners_side(lifecycle.by_name[action], held, who):
            self._add_hands(held)
        return given

    def permit(self, held: HeldCase, action: str, raw: Mapping[str, object], seen: int | None) -> None:
        """Refuse what the actor may not do, or not now, before anything is done. Raises what `engine.permit` raises."""
        with _attempted(held, action):
            permit(lifecycle_named(held.case.kind), held.case, action, self.standing(held), raw, seen=seen)

    def _add_hands(self, held: HeldCase) -> None:
        for person in {self.actor.id, self.principal.id} - held.hands:
            self.writer.add(HANDS, {"case_id": held.case.id, "person_id": person})
            held.hands.add(person)

    # --- recording ---------------------------------------------------------------------------------

    def hold_new(self, held: HeldCase) -> None:
        """Take a case that is not yet a row into this work, and give it its key."""
        if self.writer.gathers:
            held.case.__dict__["id"] = self.writer.reserve(CASES)
            self._cases[held.case.code] = held

    def record(self, held: HeldCase, event: Event, source: str | None, *, versioned: bool = True) -> Recorded:
        """Write the case as it now is, and the event that made it so. `source` is the state before."""
        case = held.case
        at = self.now if held.stored is None and not case.seq else max(self.now, case.last_at)
        leaf = self._leaf(case.uuid, case.seq or 0, case.head or NO_PREVIOUS, event, at, source, held)
        encoded = leaf[0].encode()
        now = case.__dict__
        now["seq"], now["head"], now["last_at"] = (case.seq or 0) + 1, leaf_hash(encoded), at
        if versioned:
            now["version"] = (case.version or 0) + 1
        self._store(held)
        return self._write_event(leaf[0], encoded, leaf[1], event, held)

    def _leaf(
        self,
        subject: UUID,
        seq: int,
        previous: bytes,
        event: Event,
        at: datetime,
        source: str | None,
        held: HeldCase | None,
    ) -> tuple[Leaf, list[tuple[str, str | None]]]:
        disclosures = disclose_all([*event.disclosures(), *self._hands_behind()])
        deadline = held.case.deadline if held else None
        leaf = Leaf(
            subject=subject,
            seq=seq,
            previous=previous,
            event=uuid4(),
            type=event.TYPE,
            source=source,
            target=held.case.state if held else None,
            due=end_of_day_utc(deadline) if deadline else None,
            actor=self.actor.uuid,
            at=at,
            commitments=tuple(commitment(text) for text, _ in disclosures),
        )
        return leaf, disclosures

    def _hands_behind(self) -> list[tuple[str, object, str | None]]:
        """For whom a stand-in acted; as which account of the system a command ran."""
        if self.actor.account is not None:
            return [("system_account", self.actor.account, None)]
        principal = self.actor.principal
        if principal is None:
            return []
        ref = principal.ref
        return [("acting_for", {"id": ref.id, "name": ref.name, "position": ref.position}, ref.id)]

    def _store(self, held: HeldCase) -> None:
        if self.writer.gathers:
            return  # the flush writes the row once, as it then is
        if held.stored is None:
            row = held.row()
            del row["id"]
            held.case.__dict__["id"] = self.writer.add(CASES, row)
        else:
            self._update([held])
        held.stored = dict(held.case.__dict__)

    def _update(self, cases: Iterable[HeldCase]) -> None:
        """Bring stored rows up to what is held. Raises StaleVersion where one is no longer as it was read."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for held in cases:
            if changes := held.changes():
                was = (held.stored or {})["seq"]
                alike[tuple(changes)].append(changes | {"key": held.case.id, "was": was})
        for columns, rows in alike.items():
            if _update_statement(columns).run(self.connection, *rows) != len(rows):
                raise StaleVersion(
                    say(N_("The case changed meanwhile. Try again.")), rows[0].get("version", 0), 0
                )

    def _write_event(
        self,
        leaf: Leaf,
        encoded: bytes,
        disclosures: list[tuple[str, str | None]],
        event: Event,
        held: HeldCase | None,
        about_case: int | None = None,
    ) -> Recorded:
        case = held.case if held else None
        row = {
            "uuid": leaf.event,
            "subject": leaf.subject,
            "seq": leaf.seq,
            "type": leaf.type,
            "at": leaf.at,
            "actor_id": self.actor.id,
            "about_case_id": case.id if case else about_case,
            "leaf": encoded,
            "mac": mac_of(encoded, self.installation.settings.writer_key),
            "state": case.state if case else None,
            "organisation_id": case.organisation_id if case else None,
            "field_id": case.field_id if case else None,
            "owner_id": case.owner_id if case else None,
            "deadline": case.deadline if case else None,
            "period": case.period if case else None,
            "resolved_on": case.resolved_on if case else None,
        }
        key = self.writer.add(EVENTS, row)
        data = json.dumps(disclosures, ensure_ascii=True, separators=(",", ":"))
        self.writer.add(DISCLOSURES, {"event_id": key, "data": data})
        if event.NEWS or case is not None:
            news = {"event_id": key, "topic": leaf.type, "created_at": leaf.at, "history": self.quiet}
            self.writer.add(OUTBOX, news)
        return Recorded(key, leaf.event)

    def record_in_chain(
        self, subject: UUID, kind: str, event: Event, *, about_case: int | None = None
    ) -> Recorded:
        """Record a fact about a person, an organisation, an import or the settings, in its own chain."""
        head = self._head(subject)
        at = max(self.now, head.last_at)
        leaf, disclosures = self._leaf(subject, head.seq, head.head, event, at, None, None)
        encoded = leaf.encode()
        self._heads[subject] = _Head(head.seq + 1, leaf_hash(encoded), at)
        if not self.writer.gathers:
            self._write_head(subject, kind)
        else:
            self._kinds[subject] = kind
        return self._write_event(leaf, encoded, disclosures, event, None, about_case)

    def _head(self, subject: UUID) -> _Head:
        if subject not in self._heads:
            row = _HEAD.first(self.connection, {"subject": subject})
            self._heads[subject] = _Head(*row) if row else _Head(0, NO_PREVIOUS, self.now)
        return self._heads[subject]

    def _write_head(self, subject: UUID, kind: str) -> None:
        head = self._heads[subject]
        row = {"subject": subject, "kind": kind, "seq": head.seq, "head": head.head, "last_at": head.last_at}
        _set_head(self.installation.database.is_sqlite).run(self.connection, row)

    def flush(self, *, keep_open: bool = False) -> None:
        """Write what was gathered; the transaction stays open.

        `keep_open` keeps the cases that can still move at hand: where many more deeds follow, they need not be
        read again.
        """
        new = [held for held in self._cases.values() if held.stored is None]
        self._update(held for held in self._cases.values() if held.stored is not None)
        for held in new:
            self.writer.add(CASES, held.row())
        self._cases = {code: held for code, held in self._cases.items() if keep_open and _moves_on(held)}
        for held in self._cases.values():
            held.stored = dict(held.case.__dict__)
        for subject, kind in self._kinds.items():
            self._write_head(subject, kind)
        self._kinds.clear()
        self.writer.flush()


_HEAD = Prepared(
    select(CHAINS.c.seq, CHAINS.c.head, CHAINS.c.last_at).where(CHAINS.c.subject == bindparam("subject"))
)


@cache
def _set_head(sqlite: bool) -> Prepared:
    make = sqlite_insert if sqlite else pg_insert
    statement = make(CHAINS).values({column.name: bindparam(column.name) for column in CHAINS.c})
    moved = {name: statement.excluded[name] for name in ("seq", "head", "last_at")}
    return Prepared(statement.on_conflict_do_update(index_elements=["subject"], set_=moved))


@contextmanager
def _attempted(held: HeldCase, action: str) -> Iterator[None]:
    try:
        yield
    except KeptRefusal as refusal:
        refusal.attempt = Attempt(action, held.case.code, held.case.id)
        raise


def _for_the_owners_side(move: Move, held: HeldCase, who: Standing) -> bool:
    """Whether making this move is an act for the owner's side: the work itself, or a word or proof for it."""
    if move.by <= {OWNER, SUPPORTER, RESOLVER}:
        return True
    return not move.versioned and (who.principal == held.case.owner_id or who.principal in held.supporters)


def _moves_on(held: HeldCase) -> bool:
    return held.case.state not in lifecycle_named(held.case.kind).finals


@lru_cache(maxsize=256)
def _update_statement(columns: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    row = (CASES.c.id == bindparam("key"), CASES.c.seq == bindparam("was"))
    return Prepared(update(CASES).where(*row).values(values))
