"""What a check of the log found: each difference by kind, case and event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caseflow.messages import Message

KINDS = (
    "signer",
    "checkpoint",
    "published",
    "index",
    "mac",
    "leaf",
    "column",
    "chain",
    "backdated",
    "disclosure",
    "case",
    "person",
    "organisation",
    "settings",
    "session",
    "counter",
    "file",
    "cosignature",
    "guard",
    "alarm",
)
"""Every kind of finding, in the order of a report: what was signed first, then events, then what follows from them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `case` is a case's code, `event` the id of an event, `index` its place in the log, from 0."""

    kind: str
    message: Message
    case: str | None = None
    event: str | None = None
    index: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding as it is stored; the message as its English text and values."""
        return {
            "kind": self.kind,
            "case": self.case,
            "event": self.event,
            "index": self.index,
            "message": _stored(self.message),
        }


def _stored(message: Message) -> dict[str, Any]:
    values = {name: _stored(v) if isinstance(v, Message) else _plain(v) for name, v in message.values.items()}
    return {"id": message.id, "values": values} if values else {"id": message.id}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | None) else str(value)


GARBLED = (TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError, RecursionError)
"""What reading raises where a table holds values of another kind than the program writes."""


def stored_message(stored: Mapping[str, Any]) -> Message:
    """A message as `as_json` wrote it; its values may be messages themselves."""
    values = stored.get("values", {})
    read = {name: stored_message(v) if isinstance(v, Mapping) else v for name, v in values.items()}
    return Message(stored["id"], read)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of `events` events found, of which `size` are sealed under `root`; no findings is intact."""

    size: int
    root: bytes
    events: int
    findings: tuple[Finding, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(slots=True)
class Findings:
    """Gathers what is found; the same is listed once."""

    _seen: set[tuple[Any, ...]] = field(default_factory=set)
    _list: list[Finding] = field(default_factory=list)

    def add(
        self,
        kind: str,
        message: Message,
        case: str | None = None,
        event: str | None = None,
        index: int | None = None,
    ) -> None:
        """Note one difference; a name that is no name, as garbled tables may hold, is left out."""
        case = case if isinstance(case, str) else None
        event = event if isinstance(event, str) else None
        index = index if isinstance(index, int) else None
        key = (kind, message.id, str(message), case, event, index)
        if key not in self._seen:
            self._seen.add(key)
            self._list.append(Finding(kind, message, case, event, index))

    def __len__(self) -> int:
        return len(self._list)

    def ordered(self) -> tuple[Finding, ...]:
        """All of them by kind, then by place in the log."""
        return tuple(sorted(self._list, key=_place))


def _place(one: Finding) -> tuple[int, bool, int, str]:
    return KINDS.index(one.kind), one.index is None, one.index or 0, one.case or ""
