"""The way back for a database that is behind its log: the missing leaves are taken from the log's files.

The leaves come back to the byte, and with them states, deadlines and chains. What their disclosures said is
lost: the event that is recorded of it names them, so that a check can tell lost from tampered with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, literal, select, Table, update

from caseflow.errors import CaseflowError
from caseflow.events import LogReplayed
from caseflow.messages import N_, say
from caseflow.models import CodeCounter, FieldRow, LogState, Organisation, Person
from caseflow.states.actor import Actor
from caseflow.states.working_days import vn_date
from caseflow.trail.fold import Entry
from caseflow.trail.leaf import leaf_hash, mac_of
from caseflow.trail.open_signer import open_signer
from caseflow.trail.sealing_queue import indexed
from caseflow.trail.signer import Signed
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.held_case import CASES
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.log_start import LogDiffers
from caseflow.use_cases.recording import CHAINS, DISCLOSURES, EVENTS, SETTINGS
from caseflow.use_cases.replayed_cases import bring_up, Chain, Known
from caseflow.use_cases.work import Work

CODES: Table = CodeCounter.__table__  # type: ignore[assignment]
STATE: Table = LogState.__table__  # type: ignore[assignment]
PEOPLE: Table = Person.__table__  # type: ignore[assignment]
UNITS: Table = Organisation.__table__  # type: ignore[assignment]
FIELDS: Table = FieldRow.__table__  # type: ignore[assignment]

CASE_ENTERED = {"case.registered", "case.imported"}
KINDS = {"organisation": "organisation", "settings": "settings", "import": "import", "log": "settings"}


class NothingToReplay(CaseflowError):
    """The database is not behind."""

    code = "nothing_to_replay"


@dataclass(frozen=True, slots=True)
class Missing:
    """A leaf that the database lacks: its index, its exact bytes and their content."""

    index: int
    data: bytes
    leaf: dict[str, Any]

    @property
    def subject(self) -> UUID:
        """Whose chain it belongs to."""
        return UUID(self.leaf["case"])

    @property
    def at(self) -> datetime:
        """When it happened."""
        return datetime.fromisoformat(self.leaf["at"])


@dataclass(frozen=True, slots=True)
class ToCheck:
    """Something that people have to look at: a case's code or an id, and what of it could not be taken back."""

    what: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was taken back: the entries from `first` to `size`, and what has to be checked by hand."""

    first: int
    size: int
    events: tuple[str, ...]
    to_check: tuple[ToCheck, ...]


def replay_log(installation: Installation, actor: Actor) -> Replayed:
    """Take back what the log has and the database lacks, in one transaction, and record that it was done.

    Raises NothingToReplay, LogDiffers where files, signer and database are not of one log, TilesDamaged, and
    what the signer raises.
    """
    signed = open_signer(installation.settings).signed()
    with installation.database.transaction() as connection:
        held = indexed(connection)
        if held >= signed.size:
            text = N_("The database holds all %(size)s signed events. There is nothing to take back.")
            raise NothingToReplay(say(text, size=signed.size))
        missing = _missing(installation, connection, held, signed)
        return _Replay(Work(installation, connection, actor), missing).run(held, signed.size)


def _missing(installation: Installation, connection: Connection, held: int, signed: Signed) -> list[Missing]:
    """The leaves that the database lacks, once they are known to continue what it holds into what was signed."""
    folder = TileFolder(installation.settings.log_folder)
    reached = folder.range_at(held)
    leaves = list(folder.leaves(held, signed.size))
    own = connection.execute(select(EVENTS.c.leaf).where(EVENTS.c.leaf_index == held - 1)).scalar()
    if held and own != next(folder.leaves(held - 1, held)):
        raise _other_log(held - 1)
    reached.extend(map(leaf_hash, leaves))
    if reached.root() != signed.root:
        raise _other_log(signed.size)
    return [Missing(held + n, data, json.loads(data)) for n, data in enumerate(leaves)]


def _other_log(index: int) -> LogDiffers:
    text = N_(
        "Database, log files and signer do not tell of one log (record %(index)s). Restore the files of the log that"
        " belong to this signing key, then try again."
    )
    return LogDiffers(say(text, index=index))


class _Replay:
    """One replay on one open Work."""

    def __init__(self, work: Work, missing: Sequence[Missing]) -> None:
        self._work = work
        self._connection = work.connection
        self._kept, self._missing = self._sorted(missing)
        self._cases = self._rows_of_cases()
        self._people = self._known_people()
        self._known = Known(self._people, self._keys(UNITS), self._keys(FIELDS))
        self._names = self._known_names()

    def run(self, first: int, size: int) -> Replayed:
        self._number_again()
        if self._missing:
            self._insert()
        self._connection.execute(update(STATE).values(size=size))
        to_check = [*self._move_cases(), *self._move_chains(), *self._unknown_people()]
        self._keep_codes()
        events = tuple(one.leaf["event"] for one in self._missing)
        self._work.record_in_chain(SETTINGS, "settings", LogReplayed(first=first, size=size, events=events))
        self._work.flush()
        return Replayed(first, size, events, tuple(to_check))

    def _rows_of_cases(self) -> dict[UUID, Any]:
        subjects = {one.subject for one in self._missing}
        rows = self._connection.execute(select(CASES))
        return {row.uuid: row for row in rows if row.uuid in subjects}

    def _known_people(self) -> dict[str, int]:
        rows = self._connection.execute(select(PEOPLE.c.uuid, PEOPLE.c.id))
        return {str(row.uuid): row.id for row in rows}

    def _keys(self, table: Table) -> dict[str, int]:
        return {row.code: row.id for row in self._connection.execute(select(table.c.code, table.c.id))}

    def _entries(self, subject: UUID) -> list[Entry]:
        """The chain of a subject as it now lies in the database."""
        rows = self._connection.execute(
            select(EVENTS.c.leaf, DISCLOSURES.c.data)
            .outerjoin(DISCLOSURES, DISCLOSURES.c.event_id == EVENTS.c.id)
            .where(EVENTS.c.subject == subject)
            .order_by(EVENTS.c.seq)
        )
        return [Entry(row.leaf, [text for text, _ in json.loads(row.data or "[]")]) for row in rows]

    def _known_names(self) -> dict[UUID, str]:
        """By what people know a subject that is no case."""
        people = self._connection.execute(select(PEOPLE.c.uuid, PEOPLE.c.staff_code))
        units = self._connection.execute(select(UNITS.c.uuid, UNITS.c.code))
        return {row[0]: row[1] for row in (*people, *units)}

    def _sorted(self, leaves: Sequence[Missing]) -> tuple[list[Missing], list[Missing]]:
        """The leaves that the copy holds, though without their index, and those that it lacks. Raises LogDiffers.

        A copy made between a commit and its seal holds events that were sealed later. What was recorded on the
        copy since stands where missing events stood, and contradicts them.
        """
        rows = self._connection.execute(
            select(EVENTS.c.subject, EVENTS.c.seq, EVENTS.c.leaf).where(EVENTS.c.leaf_index.is_(None))
        )
        waiting = {(row.subject, row.seq): row.leaf for row in rows}
        kept, missing = list[Missing](), list[Missing]()
        for one in leaves:
            held = waiting.get((one.subject, one.leaf["seq"]))
            if held not in {None, one.data}:
                text = N_(
                    "Events were recorded on the older copy that contradict the log. Keep it aside, restore the copy"
                    " once more, and run this before anything else."
                )
                raise LogDiffers(say(text))
            (missing if held is None else kept).append(one)
        return kept, missing

    # --- events -----------------------------------------------------------------------------------------

    def _number_again(self) -> None:
        for one in self._kept:
            event = update(EVENTS).where(EVENTS.c.uuid == UUID(one.leaf["event"]))
            self._connection.execute(event.values(leaf_index=one.index))

    def _insert(self) -> None:
        self._connection.execute(insert(EVENTS), [self._row(one) for one in self._missing])
        lost = select(EVENTS.c.id, literal("[]")).where(
            EVENTS.c.leaf_index >= self._missing[0].index, EVENTS.c.id.not_in(select(DISCLOSURES.c.event_id))
        )
        self._connection.execute(insert(DISCLOSURES).from_select(["event_id", "data"], lost))

    def _row(self, one: Missing) -> dict[str, Any]:
        leaf, case = one.leaf, self._cases.get(one.subject)
        beside = case if leaf["to"] is not None else None
        return {
            "uuid": UUID(leaf["event"]),
            "subject": one.subject,
            "seq": leaf["seq"],
            "type": leaf["type"],
            "at": one.at,
            "actor_id": self._people.get(leaf["actor"], self._work.actor.id),
            "about_case_id": case.id if case is not None else None,
            "leaf": one.data,
            "mac": mac_of(one.data, self._work.installation.settings.writer_key),
            "leaf_index": one.index,
            "state": leaf["to"],
            "organisation_id": beside.organisation_id if beside is not None else None,
            "field_id": beside.field_id if beside is not None else None,
            "owner_id": beside.owner_id if beside is not None else None,
            "deadline": vn_date(datetime.fromisoformat(leaf["due"])) if leaf["due"] else None,
            "period": beside.period if beside is not None else None,
            "resolved_on": vn_date(one.at) if leaf["to"] in {"resolved", "verified"} else None,
        }

    # --- what hangs on them -----------------------------------------------------------------------------

    def _move_cases(self) -> Iterable[ToCheck]:
        """Cases that exist are brought to the state of their last leaf; those that were lost are named."""
        for subject, leaves in self._by_subject().items():
            if subject in self._cases:
                case = self._cases[subject]
                chain = Chain(self._entries(subject), leaves[0].leaf["seq"])
                lacking = bring_up(self._connection, case, chain, self._known)
                yield ToCheck(case.code, lacking)
            elif leaves[0].leaf["type"] in CASE_ENTERED:
                yield ToCheck(str(subject), (N_("the whole case: register it again"),))

    def _move_chains(self) -> Iterable[ToCheck]:
        for subject, leaves in self._by_subject().items():
            last = leaves[-1]
            if subject in self._cases or last.leaf["to"] is not None:
                continue
            head = {"seq": last.leaf["seq"] + 1, "head": leaf_hash(last.data), "last_at": last.at}
            moved = self._connection.execute(update(CHAINS).where(CHAINS.c.subject == subject).values(head))
            if not moved.rowcount:
                kind = KINDS.get(last.leaf["type"].partition(".")[0], "person")
                self._connection.execute(insert(CHAINS), {"subject": subject, "kind": kind, **head})
            if changes := sorted({one.leaf["type"] for one in leaves} - TELLING_ONLY):
                yield ToCheck(self._names.get(subject, str(subject)), tuple(changes))

    def _by_subject(self) -> dict[UUID, list[Missing]]:
        found: dict[UUID, list[Missing]] = {}
        for one in self._missing:
            found.setdefault(one.subject, []).append(one)
        return found

    def _unknown_people(self) -> Iterable[ToCheck]:
        for person in sorted({one.leaf["actor"] for one in self._missing} - self._people.keys()):
            yield ToCheck(person, (N_("the person who acted: enter them again"),))

    def _keep_codes(self) -> None:
        """The codes of lost cases are never given again."""
        for one in self._missing:
            if one.leaf["type"] in CASE_ENTERED and one.subject not in self._cases:
                year = vn_date(one.at).year
                counted = update(CODES).where(CODES.c.year == year).values(last=CODES.c.last + 1)
                self._connection.execute(counted)


TELLING_ONLY = {
    "attempt.refused", "complainant.opened", "export.made", "person.signed_in", "import.done", "log.replayed",
}  # fmt: skip
"""Events of other chains that changed nothing but the trail."""
