"""A case brought up to leaves whose disclosures are lost: what the leaves tell, and where more is needed, a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from caseflow.messages import N_
from caseflow.states.working_days import vn_date
from caseflow.use_cases.held_case import CASES

LOST = "Mất khi phục hồi dữ liệu; xem hồ sơ giấy."
"""Stands for a text whose disclosure is lost, in the language of the register."""
UNOWNED = {"registered", "cancelled"}
DONE = {"resolved", "verified"}
WORKING = {"assigned", "in_progress"}
OFFERED = {"registered", "assigned", "in_progress", "suspended"}
COUNTED = {
    "case.extended": ("extensions_granted", 1),
    "case.resolved": ("submissions", 1),
    "case.withdrawn": ("submissions", -1),
    "case.reopened": ("reopenings", 1),
}

Leaf = Mapping[str, Any]


def bring_up(
    connection: Connection, row: Any, leaves: Sequence[Leaf], people: Mapping[str, int]
) -> tuple[str, ...]:
    """Move the row of a case behind its missing `leaves` (with their `hash`); answer what has to be checked.

    State and deadline come from the leaves, and so does every time. What only a disclosure told stands as it
    was, and where the state demands a value that is not there, a marked one.
    """
    last = leaves[-1]
    head = {
        "seq": last["seq"] + 1,
        "head": last["hash"],
        "last_at": datetime.fromisoformat(last["at"]),
        "version": row.version + 1,
    }
    case = _Case(row, leaves, people)
    try:
        with connection.begin_nested():
            connection.execute(update(CASES).where(CASES.c.id == row.id).values(head | case.values()))
    except IntegrityError:
        connection.execute(update(CASES).where(CASES.c.id == row.id).values(head))
        return (*case.types, N_("state and deadline"))
    return (*case.types, *case.marked)


class _Case:
    """What the leaves make of one case."""

    def __init__(self, row: Any, leaves: Sequence[Leaf], people: Mapping[str, int]) -> None:
        self._row, self._leaves, self._people = row, leaves, people
        self.types = tuple(dict.fromkeys(leaf["type"] for leaf in leaves))
        self.marked: list[str] = []
        self._state: str = leaves[-1]["to"]

    def values(self) -> dict[str, Any]:
        """The columns to write; `marked` then names those whose value only stands for one that is lost."""
        due = self._leaves[-1]["due"]
        deadline = vn_date(datetime.fromisoformat(due)) if due else None
        return {
            "state": self._state,
            "deadline": deadline,
            **self._times(),
            **self._counts(),
            **self._work(deadline),
            **self._result(),
            **self._pause(deadline),
            **self._end(),
            **self._open_requests(),
        }

    def _instant(self, *types: str) -> datetime | None:
        found = [leaf["at"] for leaf in self._leaves if leaf["type"] in types]
        return datetime.fromisoformat(found[-1]) if found else None

    def _actor(self, *types: str) -> int | None:
        found = [leaf["actor"] for leaf in self._leaves if leaf["type"] in types]
        return self._people.get(found[-1]) if found else None

    def _mark(self, column: str, stand_in: Any, *, lost: bool = False) -> Any:
        """The value that is there, else (or where it is `lost`) one that stands for it, and is marked."""
        value = getattr(self._row, column)
        if value is None or lost:
            self.marked.append(column)
            return stand_in
        return value

    def _times(self) -> dict[str, Any]:
        moved = {"assigned_at": self._instant("case.assigned"), "started_at": self._instant("case.started")}
        return {name: at for name, at in moved.items() if at is not None}

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for leaf in self._leaves:
            if leaf["type"] in COUNTED:
                column, by = COUNTED[leaf["type"]]
                counts[column] = counts.get(column, getattr(self._row, column)) + by
        returned = [leaf["seq"] for leaf in self._leaves if leaf["type"] == "case.returned"]
        return counts | ({"returned_seq": returned[-1]} if returned else {})

    def _work(self, deadline: date | None) -> dict[str, Any]:
        if self._state == "registered":
            return {"owner_id": None}
        first = {} if self._row.first_deadline or deadline is None else {"first_deadline": self._first_due()}
        if self._state in UNOWNED:
            return first
        owner = self._actor("case.started", "case.resolved") or self._actor("case.assigned", "case.reopened")
        outcome = self._mark("expected_outcome", LOST)
        return first | {
            "owner_id": self._mark("owner_id", owner or self._row.registered_by_id),
            "expected_outcome": outcome,
            "first_expected_outcome": self._row.first_expected_outcome or outcome,
        }

    def _first_due(self) -> date:
        due = next(leaf["due"] for leaf in self._leaves if leaf["due"])
        return vn_date(datetime.fromisoformat(due))

    def _result(self) -> dict[str, Any]:
        if self._state not in DONE:
            return dict.fromkeys(
                ("outcome", "completion", "resolver_id", "resolved_on", "resolved_at", "verified_at")
            )
        told_again = "case.resolved" in self.types  # whatever the row holds is of an earlier result
        at = self._instant("case.resolved") or self._row.resolved_at or self._instant("case.imported")
        at = at or datetime.fromisoformat(self._leaves[-1]["at"])
        resolver = self._actor("case.resolved") or self._row.resolver_id
        return {
            "outcome": self._mark("outcome", LOST, lost=told_again),
            "completion": self._mark("completion", "part", lost=told_again),
            "resolver_id": resolver or self._row.registered_by_id,
            "resolved_at": at,
            "resolved_on": vn_date(at),
            "verified_at": self._instant("case.verified")
            or (self._row.verified_at if self._state == "verified" else None),
        }

    def _pause(self, deadline: date | None) -> dict[str, Any]:
        if self._state != "suspended":
            return dict.fromkeys(("suspended_from", "suspended_on", "review_on"))
        pausing = next((leaf for leaf in reversed(self._leaves) if leaf["type"] == "case.suspended"), None)
        if pausing is None:
            return {}
        on = vn_date(datetime.fromisoformat(pausing["at"]))
        self.marked.append("review_on")
        return {"suspended_from": pausing["from"], "suspended_on": on, "review_on": deadline or on}

    def _end(self) -> dict[str, Any]:
        if self._state != "cancelled":
            return {"cancel_kind": None}
        return {"cancel_kind": self._mark("cancel_kind", "entered_in_error")}

    def _open_requests(self) -> dict[str, Any]:
        """What a state cannot have open falls away; whether a request was made since, only people know."""
        values: dict[str, Any] = {}
        if self._state not in OFFERED:
            values["offered_to_id"] = None
        if self._state not in WORKING:
            values["extension_asked_on"] = None
        return values
