"""Work: one open transaction on which deeds are done and facts recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, Connection, Table, update

from caseflow.database.prepared import Prepared
from caseflow.errors import Attempt, KeptRefusal, NotFound, StaleVersion
from caseflow.events import Event
from caseflow.messages import N_, say
from caseflow.models import Case, CaseHand
from caseflow.queries.access import Access, access_of, answers_to, same_access
from caseflow.states.actor import Actor
from caseflow.states.engine import advance, Around, lifecycle_named, permit
from caseflow.states.move import Move
from caseflow.states.relations import in_supporting_unit, OWNER, RESOLVER, Standing, SUPPORTER
from caseflow.states.working_days import Calendar, vn_date
from caseflow.trail.leaf import leaf_hash, NO_PREVIOUS
from caseflow.use_cases.held_case import CASES, HeldCase, load_case
from caseflow.use_cases.installation import Editions, Installation
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.recording import Chains, Head, keep_event, Recorded, write_leaf, Written
from caseflow.use_cases.writing import GatheringWriter, Writer

HANDS: Table = CaseHand.__table__  # type: ignore[assignment]


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
        self._editions: Editions | None = None
        self.writer: Writer = GatheringWriter(connection) if gather else Writer(connection)
        self._access: dict[int, Access] = {}
        self._shares_rights = not gather
        self._chains = Chains(connection, sqlite=installation.database.is_sqlite)
        self._cases: dict[str, HeldCase] = {}
        self.remembered: dict[tuple[object, ...], Any] | None = None
        self.last_event: int | None = None
        """The key of the event that was recorded last."""
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

    @property
    def calendar(self) -> Calendar:
        """The calendar in force when this work began to read."""
        return self.installation.calendar(self.connection, self._read_at().calendar)

    def _read_at(self) -> Editions:
        if self._editions is None:
            self._editions = self.installation.editions(self.connection)
        return self._editions

    def access(self, person: int) -> Access:
        """What `person` holds today."""
        return self.accesses({person})[person]

    def accesses(self, people: set[int]) -> dict[int, Access]:
        """What each of `people` holds today; at most one query."""
        if missing := people - self._access.keys():
            if self._shares_rights:
                edition = self._read_at().rights
                self._access.update(self.installation.rights.find(missing, edition, self.today))
                missing = people - self._access.keys()
            if missing:
                self._read_access(missing)
        return self._access

    def _read_access(self, people: set[int]) -> None:
        """Read what they hold, and share it with later deeds unless this one has changed anybody's rights."""
        found = access_of(self.connection, people, self.today)
        self._access.update(found)
        if (
            self._shares_rights
            and self.installation.editions(self.connection).rights == self._read_at().rights
        ):
            self.installation.rights.keep(found, self._read_at().rights, self.today)

    def forget_access(self) -> None:
        """Read roles again: this deed changed some."""
        self._access.clear()
        self._shares_rights = False

    def remember_lookups(self) -> None:
        """From now on read each person, unit and field once: for a deed that changes none of them any more."""
        self.remembered = {}

    @property
    def principal(self) -> Actor:
        """Whose rights count."""
        return self.actor.principal or self.actor

    def case(self, code: str) -> HeldCase:
        """The case with that code. Raises NotFound; whether the actor may see it is judged by `standing`.

        No deed on it lies before its last event: a clock that was set back stands still until then.
        """
        held = self._cases.get(code) or load_case(self.connection, code, self.today)
        if held is None:
            raise NotFound
        self._editions = self._editions or held.editions
        if self.writer.gathers:
            self._cases[code] = held
        if held.case.last_at > self.now:
            self.act_as(self.actor, held.case.last_at)
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
            answerable=frozenset(held.answerable()),
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
        held.for_owner = _for_the_owners_side(lifecycle.by_name[action], held, who)
        if held.for_owner:
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
        seq = case.seq or 0
        written = write_leaf(self.actor, event, case.uuid, seq, case.head or NO_PREVIOUS, at, source, case)
        now = case.__dict__
        now["seq"], now["head"], now["last_at"] = seq + 1, leaf_hash(written.encoded), at
        if versioned:
            now["version"] = (case.version or 0) + 1
        self._store(held)
        return self._keep(written, event, case)

    def _keep(
        self, written: Written, event: Event, case: Case | None, about_case: int | None = None
    ) -> Recorded:
        key = self.installation.settings.writer_key
        kept = keep_event(self.writer, key, self.actor.id, written, event, case, about_case, quiet=self.quiet)
        self.last_event = kept.id
        return kept

    def _store(self, held: HeldCase) -> None:
        if self.writer.gathers:
            return  # the flush writes the row once, as it then is
        if held.stored is None:
            row = held.row()
            del row["id"]
            held.case.__dict__["id"] = self.writer.add(CASES, row)
        elif changes := held.changes():
            self._update(tuple(changes), [_row(held, changes)])
        held.stored = dict(held.case.__dict__)

    def _update_all(self, cases: Iterable[HeldCase]) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for held in cases:
            if changes := held.changes():
                alike[tuple(changes)].append(_row(held, changes))
        for columns, rows in alike.items():
            self._update(columns, rows)

    def _update(self, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        """Bring stored rows up to what is held. Raises StaleVersion where one is no longer as it was read."""
        if _update_statement(columns).run(self.connection, *rows) != len(rows):
            raise StaleVersion(
                say(N_("The case changed meanwhile. Try again.")), rows[0].get("version", 0), 0
            )

    def record_in_chain(
        self, subject: UUID, kind: str, event: Event, *, about_case: int | None = None
    ) -> Recorded:
        """Record a fact about a person, an organisation, an import or the settings, in its own chain."""
        head = self._chains.head(subject, self.now)
        at = max(self.now, head.last_at)
        written = write_leaf(self.actor, event, subject, head.seq, head.head, at)
        self._chains.move(subject, kind, Head(head.seq + 1, leaf_hash(written.encoded), at))
        if not self.writer.gathers:
            self._chains.flush()
        return self._keep(written, event, None, about_case)

    def flush(self, *, keep_open: bool = False) -> None:
        """Write what was gathered; the transaction stays open.

        `keep_open` keeps the cases that can still move at hand: where many more deeds follow, they need not be
        read again.
        """
        if self._cases:
            self._write_cases(keep_open)
        self._chains.flush()
        self.writer.flush()

    def _write_cases(self, keep_open: bool) -> None:
        new = [held for held in self._cases.values() if held.stored is None]
        self._update_all(held for held in self._cases.values() if held.stored is not None)
        for held in new:
            self.writer.add(CASES, held.row())
        self._cases = {code: held for code, held in self._cases.items() if keep_open and _moves_on(held)}
        for held in self._cases.values():
            held.stored = dict(held.case.__dict__)


def _row(held: HeldCase, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a stored row, with what finds it as it was read."""
    changes["key"], changes["was"] = held.case.id, (held.stored or {})["seq"]
    return changes


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
    if move.versioned:
        return False
    near = who.principal == held.case.owner_id or who.principal in held.supporters
    return near or (move.name == "add_evidence" and in_supporting_unit(who))


def _moves_on(held: HeldCase) -> bool:
    return held.case.state not in lifecycle_named(held.case.kind).finals


@lru_cache(maxsize=256)
def _update_statement(columns: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    row = (CASES.c.id == bindparam("key"), CASES.c.seq == bindparam("was"))
    return Prepared(update(CASES).where(*row).values(values))
