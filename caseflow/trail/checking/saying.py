"""Values put into sentences: days and times as people write them, codes by their names."""

from __future__ import annotations

import re
from datetime import date, datetime, UTC

from caseflow.messages import Message, N_, say
from caseflow.states.pressing_issue import (
    CANCEL_KINDS,
    COMPLETIONS,
    STATES,
    URGENCIES,
    VERIFY_BY,
    VISIBILITIES,
)
from caseflow.states.working_days import ZONE
from caseflow.trail.checking import wording

NOTHING, YES, NO = N_("nothing"), N_("yes"), N_("no")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{6}Z?")
_LABELS: dict[str, dict[str, str]] = {
    "state": STATES,
    "suspended_from": STATES,
    "urgency": dict(URGENCIES),
    "visibility": dict(VISIBILITIES),
    "completion": dict(COMPLETIONS),
    "cancel_kind": dict(CANCEL_KINDS),
    "verify_by": dict(VERIFY_BY),
}
_ANSWERS = frozenset({"deadline_imposed", "history", "complainant"})


def shown(value: object, name: str = "") -> object:
    """A value as a sentence can hold it; `name` says what it is of."""
    if value is None or value == "":
        return Message(NOTHING)
    if name in _ANSWERS and value in (0, 1):
        return Message(YES if value else NO)
    if isinstance(value, str):
        label = _LABELS.get(name, {}).get(value)
        return Message(label) if label else _written(value)
    return value if isinstance(value, int | Message) else str(value)


def _written(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return f"{date.fromisoformat(text):%d/%m/%Y}"
        if _INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC).astimezone(ZONE)
            return f"{at:%H:%M:%S %d/%m/%Y}"
    except ValueError:
        return text
    return text


def differs(text: str, name: str, found: object, told: object) -> Message:
    """A sentence that sets what was found beside what the log tells."""
    what = Message(wording.WHAT.get(name, name))
    return say(text, what=what, found=shown(found, name), told=shown(told, name))
