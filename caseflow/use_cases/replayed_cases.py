"""A case brought up to leaves whose disclosures are lost: what the chain still tells, and marks for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, UTC
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Date, DateTime, delete, insert, select, Table, update
from sqlalchemy.exc import IntegrityError

from caseflow.database.types import UtcDateTime
from caseflow.messages import N_
from caseflow.models import CaseHand, Evidence, Extension
from caseflow.states.working_days import vn_date
from caseflow.trail.case_facts import CaseFacts, UNKNOWN
from caseflow.trail.case_folds import OF_OWNERS_SIDE, take_in
from caseflow.trail.fold import Entry, read_chain, step_of
from caseflow.use_cases.held_case import CASES

HANDS: Table = CaseHand.__table__  # type: ignore[assignment]
EXTENSIONS: Table = Extension.__table__  # type: ignore[assignment]
EVIDENCE: Table = Evidence.__table__  # type: ignore[assignment]

LOST = "Mất khi phục hồi dữ liệu; xem hồ sơ giấy."
"""Stands for a text whose disclosure is lost, in the language of the register."""
MARKED = ("owner_id", "expected_outcome", "outcome", "completion", "review_on", "cancel_kind", "resolver_id")
"""Columns in which a state demands a value."""
DONE = {"resolved", "verified"}
UNOWNED = {"registered", "cancelled"}

PLAIN = (
    "deadline", "first_deadline", "suspended_from", "suspended_on", "review_on", "expected_outcome",
    "first_expected_outcome", "verify_by", "progress", "extension_asked_on", "extensions_granted", "submissions",
    "reopenings", "days_overdue_before", "outcome", "completion", "resolved_at", "resolved_on", "verified_at",
    "cancel_kind", "assigned_at", "started_at", "returned_seq", "version", "title", "description", "source", "urgency",
)  # fmt: skip
PEOPLE = ("owner", "lead_officer", "needs_decision_by", "resolver")
ASKED = ("status", "number", "old_deadline", "asked_by_id", "asked_at", "asked_deadline", "asked_reason",
         "decided_by_id", "decided_at", "new_deadline", "decided_reason")  # fmt: skip
SHOWN = ("uuid", "seq", "kind", "added_by_id", "added_at", "name", "sha256", "size", "media_type", "document_number",
         "document_date", "kept_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of what chains name: people by id, units and fields by code."""

    people: Mapping[str, int]
    units: Mapping[str, int]
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole chain of a case; the entries from `lost` on came back without their disclosures."""

    entries: Sequence[Entry]
    lost: int


def bring_up(connection: Connection, row: Any, chain: Chain, known: Known) -> tuple[str, ...]:
    """Move the row of a case to where its chain ends; answer what has to be checked by hand.

    State, deadline and times come from the leaves. What only a lost disclosure told stays as it was, and where
    the state demands a value that is not there, a marked one is set.
    """
    return _Case(connection, row, chain, known).bring_up()


class _Case:
    def __init__(self, connection: Connection, row: Any, chain: Chain, known: Known) -> None:
        self._connection, self._row, self._known = connection, row, known
        self._facts = CaseFacts()
        self._lost: list[dict[str, Any]] = []
        self._last: dict[str, Any] = {}
        self._marked: list[str] = []
        for leaf, told in read_chain(chain.entries):
            step = step_of(leaf, complete=len(told) == len(leaf["_sd"]))
            step.lost = bool(leaf["_sd"]) and not told
            take_in(self._facts, told, step)
            self._last = leaf
            if leaf["seq"] >= chain.lost:
                self._lost.append(leaf)

    def bring_up(self) -> tuple[str, ...]:
        types = tuple(dict.fromkeys(leaf["type"] for leaf in self._lost))
        at = datetime.fromisoformat(self._last["at"])
        head = {"seq": self._last["seq"] + 1, "head": self._last["hash"], "last_at": at}
        row = update(CASES).where(CASES.c.id == self._row.id)
        try:
            with self._connection.begin_nested():
                self._connection.execute(row.values(head | self._values()))
                self._bring_up_parts()
        except IntegrityError:
            self._connection.execute(row.values(head))
            return (*types, N_("state and deadline"))
        return (*types, *dict.fromkeys(self._marked))

    # --- the row ------------------------------------------------------------------------------------------

    def _values(self) -> dict[str, Any]:
        facts, values = self._facts, {"state": self._facts.state}
        for name in PLAIN:
            told = getattr(facts, name)
            if told is not UNKNOWN:
                values[name] = _typed(CASES, name, told)
        for name in PEOPLE:
            if (told := getattr(facts, name)) is not UNKNOWN:
                values[f"{name}_id"] = self._person(told)
        self._take_key(values, "organisation_id", facts.organisation, self._known.units)
        self._take_key(values, "offered_to_id", facts.offered_to, self._known.units)
        self._take_key(values, "field_id", facts.field, self._known.fields)
        self._keep_unknown(values)
        return self._stand_in(values)

    def _take_key(self, values: dict[str, Any], column: str, told: Any, keys: Mapping[str, int]) -> None:
        if told is None or told in keys:
            values[column] = None if told is None else keys[told]

    def _person(self, told: str | None) -> int | None:
        return None if told is None else self._known.people.get(told)

    def _keep_unknown(self, values: dict[str, Any]) -> None:
        """What a state cannot have falls away, whatever the row still holds."""
        if self._facts.state not in DONE:
            gone = ("outcome", "completion", "resolver_id", "resolved_on", "resolved_at", "verified_at")
            values.update(dict.fromkeys(gone))
        if self._facts.state != "suspended":
            values.update(dict.fromkeys(("suspended_from", "suspended_on", "review_on")))
        if self._facts.state != "cancelled":
            values["cancel_kind"] = None

    def _stand_in(self, values: dict[str, Any]) -> dict[str, Any]:
        """Marked values where the state demands one and only a lost disclosure had it."""
        for column, stand_in in self._demanded(values).items():
            held = values[column] if column in values else getattr(self._row, column)
            if column not in values and column in MARKED:
                self._marked.append(column)
            if held is None:
                values[column] = stand_in
        if values.get("expected_outcome") == LOST and self._row.first_expected_outcome is None:
            values.setdefault("first_expected_outcome", LOST)
        return values

    def _demanded(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the state cannot be without, each with a value that stands for one that is lost."""
        state, at = self._facts.state, datetime.fromisoformat(self._last["at"])
        acted = {leaf["type"]: self._known.people.get(leaf["actor"]) for leaf in self._lost}
        someone = acted.get("case.started") or acted.get("case.assigned") or self._row.registered_by_id
        demanded: dict[str, Any] = {}
        if state not in UNOWNED:
            demanded |= {"owner_id": someone, "expected_outcome": LOST}
        if state in DONE:
            demanded |= {"outcome": LOST, "completion": "part", "resolved_at": at, "resolved_on": vn_date(at)}
            demanded["resolver_id"] = acted.get("case.resolved") or someone
        if state == "suspended":
            demanded["review_on"] = values["deadline"] or vn_date(at)
        if state == "cancelled":
            demanded["cancel_kind"] = "entered_in_error"
        return demanded

    # --- what belongs to it -------------------------------------------------------------------------------

    def _bring_up_parts(self) -> None:
        self._bring_up_hands()
        for table, columns, told in (
            (EXTENSIONS, ASKED, self._facts.extensions),
            (EVIDENCE, SHOWN, self._facts.evidence),
        ):
            keys = select(table.c.id).where(table.c.case_id == self._row.id).order_by(table.c.id)
            held = list(self._connection.execute(keys).scalars())
            for place, one in enumerate(told):
                values = self._part(table, columns, one)
                if place < len(held):
                    self._connection.execute(update(table).where(table.c.id == held[place]).values(values))
                else:
                    self._marked.append(table.name)
                    self._connection.execute(
                        insert(table), _filled(table, values | {"case_id": self._row.id})
                    )

    def _part(self, table: Table, columns: Sequence[str], told: Sequence[Any]) -> dict[str, Any]:
        known = {name: one for name, one in zip(columns, told, strict=True) if one is not UNKNOWN}
        return {
            name: self._person(one) if name.endswith("_by_id") else _typed(table, name, one)
            for name, one in known.items()
        }

    def _bring_up_hands(self) -> None:
        """Whoever acted for the owner's side; where that is not known, at least whom a leaf names."""
        hands = self._facts.hands
        if isinstance(hands, set):
            own = HANDS.c.case_id == self._row.id
            self._connection.execute(delete(HANDS).where(own))
            acted = hands
        else:
            acted = {leaf["actor"] for leaf in self._lost if leaf["type"] in OF_OWNERS_SIDE}
        held = select(HANDS.c.person_id).where(HANDS.c.case_id == self._row.id)
        keys = {self._known.people[one] for one in acted if one in self._known.people}
        for key in keys - set(self._connection.execute(held).scalars()):
            self._connection.execute(insert(HANDS), {"case_id": self._row.id, "person_id": key})


def _typed(table: Table, column: str, told: Any) -> Any:
    """A value of the chain as its column takes it."""
    kind = table.c[column].type
    if told is None or not isinstance(told, str):
        return told
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    return date.fromisoformat(told) if isinstance(kind, Date) else told


def _filled(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """A row of which a part is lost: evidence becomes a reference to paper that is to be found."""
    if table is not EVIDENCE:
        return values
    stand_in = {
        "uuid": uuid4(), "kind": "document", "document_number": LOST, "kept_at": LOST,
        "document_date": vn_date(values["added_at"]), "name": None, "sha256": None, "size": None, "media_type": None,
    }  # fmt: skip
    return {**stand_in, **{name: one for name, one in values.items() if one is not None}}
