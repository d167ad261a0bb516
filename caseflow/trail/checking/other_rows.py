"""The rows of people, what they hold, organisations and settings, set beside what their chains have told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseflow.adapters.passwords import fingerprint_of
from caseflow.adapters.special_days import bundled_special_days
from caseflow.adapters.standard_fields import standard_fields
from caseflow.messages import Message, say
from caseflow.states.folding import fold, sort_key_vi
from caseflow.trail.case_facts import agree, UNKNOWN
from caseflow.trail.checking import wording
from caseflow.trail.checking.leaves import Chain
from caseflow.trail.checking.locating import Locator
from caseflow.trail.checking.report import Findings
from caseflow.trail.checking.rows import dashed, Row, Tables, undashed
from caseflow.trail.checking.saying import differs
from caseflow.trail.register_facts import Facts, OrganisationFacts, PersonFacts, SettingsFacts

SETTINGS = "0" * 32
"""The stored id of the subject of settings."""

_CHAINS = "SELECT subject, seq, head, last_at FROM chains WHERE subject IN ({})"
_PEOPLE = (
    "SELECT uuid, id, staff_code, name, position, organisation_id, email, phone, left_on, password_issued_at,"
    " password_hash, operator, sort_key, search_text FROM people WHERE uuid IN ({})"
)
_HELD = {
    "grants": "SELECT person_id, uuid, role, organisation_id, valid_from, valid_until FROM role_grants"
    " WHERE person_id IN ({})",
    "delegations": "SELECT person_id, uuid, giver_id, scope_id, given_by_id, valid_from, valid_until FROM delegations"
    " WHERE person_id IN ({})",
    "mandates": "SELECT principal_id, uuid, kind, stand_in_id, valid_from, valid_until, evidence, approved_by_id"
    " FROM stand_ins WHERE principal_id IN ({})",
}
_UNIT_PLACES = {"grants": (1,), "delegations": (0, 1), "mandates": ()}
_PERSON_PLACES = {"grants": (), "delegations": (2,), "mandates": (1, 5)}
_UNITS = (
    "SELECT o.uuid, o.id, o.code, o.name, o.unit, o.level, o.kind, p.code, o.valid_from, o.valid_until, o.head_id,"
    " o.path, coalesce(p.path, '/'), o.search_text FROM organisations o LEFT JOIN organisations p ON p.id = o.parent_id"
    " WHERE o.uuid IN ({})"
)
_PERSON_NAMES = ("staff_code", "name", "position", "organisation", "email", "phone", "left_on", "password_at")
_UNIT_NAMES = ("code", "name", "unit", "level", "kind", "parent", "valid_from", "valid_until", "head")
_SILENT = {
    "person": "SELECT uuid, staff_code FROM people p WHERE NOT operator AND NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = p.uuid AND e.seq = 0)",
    "organisation": "SELECT uuid, code FROM organisations o WHERE NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = o.uuid AND e.seq = 0)",
    "case": "SELECT uuid, code FROM cases c WHERE NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = c.uuid AND e.seq = 0)",
    "chain": "SELECT subject, kind FROM chains c WHERE NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = c.subject AND e.seq = 0)",
}
"""Rows of subjects of which the log tells nothing."""
_SILENT_OPERATOR = (
    "SELECT uuid FROM people p WHERE operator AND NOT EXISTS"
    " (SELECT 1 FROM events e WHERE e.subject = p.uuid AND e.seq = 0)"
)


class OtherRows:
    """Compares everything but cases."""

    def __init__(self, tables: Tables, findings: Findings, locator: Locator, *, deep: bool) -> None:
        self._tables, self._findings, self._locator, self._deep = tables, findings, locator, deep
        self._people = frozenset(tables.people.values())
        self._settings_seen = False

    def facts_for(self, subject: str, kind: str) -> Facts | None:
        """Empty facts for a chain that begins with an event of that type; None where no table follows from it."""
        if subject == SETTINGS:
            return _founded()
        if kind == "organisation.added":
            return OrganisationFacts()
        if kind == "person.added" or dashed(subject) in self._people:
            return PersonFacts()
        return None

    def compare(self, chains: list[Chain]) -> None:
        """Set the rows of these subjects beside where their chains ended."""
        by_subject = {undashed(chain.subject): chain for chain in chains}
        self._compare_ends(by_subject)
        if not self._deep:
            return
        of_people = {key: one for key, one in by_subject.items() if isinstance(one.facts, PersonFacts)}
        of_units = {key: one for key, one in by_subject.items() if isinstance(one.facts, OrganisationFacts)}
        if of_people:
            self._compare_people(of_people)
        if of_units:
            self._compare_units(of_units)
        if settings := by_subject.get(SETTINGS):
            self._compare_settings(settings, settings.facts)

    def end(self) -> None:
        """Everything was read: what was never told of must not be there."""
        for kind, sql in _SILENT.items():
            for uuid, name in self._tables.rows(sql):
                code = name if kind == "case" else None
                self._findings.add(kind, say(wording.NO_EVENT, what=name or uuid), code)
        if self._deep and not self._settings_seen:
            self._compare_settings(Chain("", None), _founded())
        if self._deep:
            for (uuid,) in self._tables.rows(_SILENT_OPERATOR):
                self._compare_people({uuid: Chain(dashed(uuid), None, facts=PersonFacts())})

    def _compare_ends(self, by_subject: Mapping[str, Chain]) -> None:
        found = {row[0]: row for row in self._tables.among(_CHAINS, by_subject)}
        for subject, chain in by_subject.items():
            row = found.get(subject)
            if row is None:
                kind = "case" if chain.state is not None else "chain"
                self._tell(kind, chain, say(wording.NO_ROW))
            elif chain.resumed:
                continue
            elif row[1] != chain.count:
                self._tell("chain", chain, say(wording.CHAIN_LENGTH, found=row[1], told=chain.count))
            elif bytes(row[2]).hex() != chain.head:
                self._tell("chain", chain, say(wording.CHAIN_HEAD))
            elif row[3] != chain.at:
                self._tell("chain", chain, differs(wording.DIFFERS, "last_at", row[3], chain.at))

    # --- people ------------------------------------------------------------------------------------

    def _compare_people(self, chains: Mapping[str, Chain]) -> None:
        rows = {row[0]: row for row in self._tables.among(_PEOPLE, chains)}
        held = {name: self._held(name, sql, rows) for name, sql in _HELD.items()}
        for subject, chain in chains.items():
            facts, row = chain.facts, rows.get(subject)
            if row is None:
                self._tell("person", chain, say(wording.NO_ROW))
                continue
            if facts.added:
                self._compare_person(chain, facts, row)
            elif not row[11]:
                self._tell("person", chain, say(wording.NO_EVENT, what=row[2]))
            if not facts.unsure and not _is_password(row[10], facts):
                self._tell("person", chain, say(wording.PASSWORD, name=row[3]))
            if not facts.unsure:
                for name in _HELD:
                    self._compare_held(chain, name, getattr(facts, name), held[name].get(row[1], {}))

    def _compare_person(self, chain: Chain, facts: PersonFacts, row: Row) -> None:
        found = (*row[2:5], self._tables.unit(row[5]), *row[6:10])
        for name, one in zip(_PERSON_NAMES, found, strict=True):
            if not agree(getattr(facts, name), one):
                self._tell_fact("person", chain, name, one, getattr(facts, name))
        if row[11]:
            self._tell("person", chain, say(wording.NO_EVENT, what="operator"))
        words = sort_key_vi(row[3]), fold(f"{row[3]} {row[2]} {row[4]}")
        if row[12:14] != words and facts.name is not UNKNOWN:
            self._tell("person", chain, say(wording.SEARCH))

    def _held(self, name: str, sql: str, rows: Mapping[str, Row]) -> dict[int, dict[str, list[Any]]]:
        found: dict[int, dict[str, list[Any]]] = {}
        for person, uuid, *values in self._tables.among(sql, [row[1] for row in rows.values()]):
            for place in _UNIT_PLACES[name]:
                values[place] = self._tables.unit(values[place])
            for place in _PERSON_PLACES[name]:
                values[place] = self._tables.person(values[place])
            found.setdefault(person, {})[dashed(uuid)] = values
        return found

    def _compare_held(
        self, chain: Chain, name: str, told: dict[str, list[Any]], found: dict[str, list[Any]]
    ) -> None:
        if told == found:
            return
        what = Message(wording.WHAT[name])
        for key in sorted(told.keys() | found.keys()):
            one, other = told.get(key), found.get(key)
            if one == other:
                continue
            if one is None:
                message = say(wording.LISTED_TOO_MUCH, what=what, found=self._listed(other))
            elif other is None:
                message = say(wording.NOT_LISTED, what=what, told=self._listed(one))
            else:
                message = differs(wording.DIFFERS, name, self._listed(other), self._listed(one))
            place = self._locator.last_change(chain, name, key) if one is not None else (None, None)
            self._findings.add("person", message, None, *place)

    def _listed(self, values: list[Any] | None) -> str:
        words = [self._locator.name_of(one) if one in self._people else one for one in values or ()]
        return ", ".join(str(one) for one in words if one is not None)

    # --- organisations and settings ----------------------------------------------------------------

    def _compare_units(self, chains: Mapping[str, Chain]) -> None:
        rows = {row[0]: row for row in self._tables.among(_UNITS, chains)}
        for subject, chain in chains.items():
            row = rows.get(subject)
            if row is None:
                self._tell("organisation", chain, say(wording.NO_ROW))
                continue
            found = (*row[2:10], self._tables.person(row[10]))
            for name, one in zip(_UNIT_NAMES, found, strict=True):
                told = getattr(chain.facts, name)
                if not agree(told, one):
                    self._tell_fact("organisation", chain, name, one, told)
            path = f"{row[12]}{row[1]}/"
            if row[11] != path:
                self._tell_fact("organisation", chain, "path", row[11], path)
            if row[13] != fold(f"{row[2]} {row[3]} {row[4]}"):
                self._tell("organisation", chain, say(wording.SEARCH))

    def _compare_settings(self, chain: Chain, facts: SettingsFacts) -> None:
        self._settings_seen = True
        if facts.unsure:
            return
        fields = {
            code: list(row)
            for code, *row in self._tables.rows("SELECT code, name_vi, name_en, position, active FROM fields")
        }
        days = {
            day: tuple(row) for day, *row in self._tables.rows("SELECT day, kind, decision FROM special_days")
        }
        self._compare_listed(chain, "fields", facts.fields, fields)
        self._compare_listed(chain, "days", facts.days, days)

    def _compare_listed(
        self, chain: Chain, name: str, told: Mapping[str, Any], found: Mapping[str, Any]
    ) -> None:
        if told == found:
            return
        what = Message(wording.WHAT[name])
        for key in sorted(told.keys() | found.keys()):
            one, other = told.get(key), found.get(key)
            if one == other:
                continue
            if one is None:
                message = say(wording.LISTED_TOO_MUCH, what=what, found=_words(key, other))
            elif other is None:
                message = say(wording.NOT_LISTED, what=what, told=_words(key, one))
            else:
                message = differs(wording.DIFFERS, name, _words(key, other), _words(key, one))
            place = self._locator.last_change(chain, name, key) if chain.event else (None, None)
            self._findings.add("settings", message, None, *place)

    # --- telling -----------------------------------------------------------------------------------

    def _tell_fact(self, kind: str, chain: Chain, name: str, found: Any, told: Any) -> None:
        event, index = self._locator.last_change(chain, name)
        self._findings.add(kind, differs(wording.DIFFERS, name, found, told), None, event, index)

    def _tell(self, kind: str, chain: Chain, message: Message) -> None:
        event, index = self._locator.last_of(chain)
        self._findings.add(kind, message, None, event, index)


def _is_password(stored: str | None, facts: PersonFacts) -> bool:
    """Whether the stored hash is the one that was made when the last password was; none where none was."""
    if stored is None or facts.password_at is None:
        return stored is None and facts.password_at is None
    return bool(facts.fingerprint is UNKNOWN or facts.fingerprint == fingerprint_of(stored))


def _words(key: str, values: Any) -> str:
    return ", ".join(map(str, (key, *values)))


def _founded() -> SettingsFacts:
    days = ((one.day.isoformat(), str(one.kind), one.decision) for one in bundled_special_days())
    return SettingsFacts.founded(standard_fields(), days)
