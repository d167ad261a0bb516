"""Which event a difference goes back to: the last one that changed the fact, found by reading the chain again."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from caseflow.trail.case_facts import CaseFacts, Step
from caseflow.trail.case_folds import take_in
from caseflow.trail.checking.disclosed import open_singly
from caseflow.trail.checking.leaves import Chain
from caseflow.trail.checking.rows import dashed, events_of, Tables, undashed
from caseflow.trail.checking.saying import shown
from caseflow.trail.fold import step_of
from caseflow.trail.register_facts import OrganisationFacts, PersonFacts, SettingsFacts, take_in_other

MOST = 500
"""Chains that are read again; beyond, the last event of a chain stands for all."""

Place = tuple[str | None, int | None]
"""An event's id and its place in the log."""


class Locator:
    """Finds events for differences."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._read = 0

    def last_of(self, chain: Chain) -> Place:
        """The last event of a chain."""
        return (dashed(chain.event), chain.index) if chain.event else (None, None)

    def last_change(self, chain: Chain, name: str, key: str | None = None) -> Place:
        """The event that last changed the fact `name`, or within it what stands under `key`; else the first one."""
        self._read += 1
        if self._read > MOST:
            return self.last_of(chain)
        facts = _fresh(chain.facts)
        found: Place = (None, None)
        before: Any = _value(facts, name, key)
        for row in events_of(self._tables, undashed(chain.subject)):
            _take(facts, row[9], row[18])
            now = _value(facts, name, key)
            if found == (None, None) or now != before:
                found, before = (dashed(row[2]), row[0]), deepcopy(now)
        return found

    def name_of(self, person: Any) -> Any:
        """A person's name, by their id."""
        if not isinstance(person, str):
            return shown(person)
        row = self._tables.first("SELECT name FROM people WHERE uuid = ?", [undashed(person)])
        return row[0] if row else person


def _fresh(facts: Any) -> Any:
    if isinstance(facts, PersonFacts | OrganisationFacts | SettingsFacts):
        return type(facts)()
    return CaseFacts()


def _value(facts: Any, name: str, key: str | None) -> Any:
    value = getattr(facts, name, None)
    return deepcopy(value.get(key) if key is not None and isinstance(value, dict) else value)


def _take(facts: Any, leaf: bytes, data: str | None) -> None:
    """As far as it can be read: what is wrong with the event itself was said before."""
    try:
        told, digests = open_singly(data)
        read = json.loads(leaf)
        step: Step = step_of(read, complete=len(digests) >= len(read["_sd"]))
        if isinstance(facts, CaseFacts):
            take_in(facts, told, step)
        else:
            take_in_other(facts, told, step)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return
