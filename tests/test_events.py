"""The facts that are recorded: what they tell is never named like what the leaf itself holds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields

import pytest
from sqlalchemy import select

from caseflow import events
from caseflow.models import Disclosures
from caseflow.trail.leaf import read_disclosure
from caseflow.trail.leaf_form import KEYS
from tests.factories import Office
from tests.trail.busy_office import fill

KINDS = [
    kind for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
]  # fmt: skip
BESIDE_THE_EVENT = {"system_account"}
"""What the leaf of an event tells of its actor, by the side of the event's own fields."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TYPE)
def test_no_value_is_named_like_a_key_of_the_leaf(kind: type[events.Event]) -> None:
    """RFC 9901: verifiers reject a disclosure whose name stands beside `_sd` already."""
    names = [one.name for one in fields(kind)]
    assert len(names) == len(set(names))
    assert not set(names) & ({*KEYS, "..."} | BESIDE_THE_EVENT)


def test_each_type_belongs_to_one_event() -> None:
    assert len({kind.TYPE for kind in KINDS}) == len(KINDS)


def test_whatever_happens_tells_each_name_once(office: Office) -> None:
    fill(office)
    with office.installation.database.reading() as connection:
        stored = connection.execute(select(Disclosures.data)).scalars().all()
    assert len(stored) > 100
    for data in stored:
        told = Counter(read_disclosure(text)[0] for text, _about in json.loads(data))
        assert not told or max(told.values()) == 1
        assert not told.keys() & set(KEYS)
