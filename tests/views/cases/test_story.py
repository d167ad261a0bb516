"""The story of a case: every kind of event has words, in both languages."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, UTC
from typing import Any
from uuid import UUID

import pytest

from caseflow import events
from caseflow.queries.timeline import TimelineEvent
from caseflow.views.case_moves import consequence, SLUGS
from caseflow.views.event_values import FACTS
from caseflow.views.story import tell

NIL = UUID(int=0)
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
KINDS = [
    kind for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and getattr(kind, "TYPE", "").startswith("case.")
]  # fmt: skip
BESIDE = {
    "before",
    "acting_for",
    "code",
    "level",
    "evidence",
    "sha256",
    "size",
    "media_type",
    "file_name",
    "for_owner",
}
"""Values that are shown otherwise than as a fact."""
FORMER = ("former_", "complainant_kept")


def event(kind: str, values: dict[str, Any], number: int = 0) -> TimelineEvent:
    """An event as the timeline reads it."""
    return TimelineEvent(NIL, number, kind, AT, "Đặng Cán Bộ", "Công chức", "assigned", None, values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_every_event_of_a_case_has_a_title_in_vietnamese(kind: type[events.Event]) -> None:
    (entry,) = tell([event(kind.TYPE, {})], {}, {})
    assert entry.title != kind.TYPE
    assert any(mark in entry.title.casefold() for mark in "ăâđêôơưáàảãạấầậếềệốồộớờợứừựíìịóòọúùụýỳ")
    assert entry.group


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_no_value_of_an_event_is_left_untold(kind: type[events.Event]) -> None:
    told = set(FACTS) | BESIDE
    names = {one.name for one in fields(kind) if not one.name.startswith(FORMER)}
    assert names <= told


def test_what_replaced_what_stands_side_by_side() -> None:
    values = {"deadline": "2026-11-30", "former_deadline": "2026-11-16", "number": 1, "reason": "Mưa lũ"}
    (entry,) = tell([event("case.extended", values)], {}, {})
    assert entry.changes == [("Thời hạn", "16/11/2026", "30/11/2026")]
    assert ("Lý do", "Mưa lũ") in entry.facts


def test_rule_of_an_attempt_is_shown_as_text() -> None:
    values = {"case_code": "VV-2026-000001", "action": "verify", "code": "not_permitted", "rule": "<b>no</b>"}
    (entry,) = tell([event("attempt.refused", values)], {}, {})
    assert "<b>" not in entry.facts[1][1]


def test_stand_in_is_named_with_whom_they_acted_for() -> None:
    values = {"acting_for": {"id": "x", "name": "Trần Đức Lượng", "position": ""}}
    (entry,) = tell([event("case.started", values)], {}, {})
    assert entry.on_behalf_of == "Trần Đức Lượng"


def test_every_move_says_in_vietnamese_what_it_leads_to() -> None:
    for action in SLUGS:
        assert not consequence(action).isascii()
