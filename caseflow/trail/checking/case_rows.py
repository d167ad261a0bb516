"""The rows of cases, and of what belongs to them, set beside what whole chains have told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import Any

from caseflow.messages import Message, say
from caseflow.states.search_words import are_search_words, PARTS
from caseflow.trail.case_facts import agree, CaseFacts, UNKNOWN
from caseflow.trail.checking import wording
from caseflow.trail.checking.leaves import Chain
from caseflow.trail.checking.locating import Locator
from caseflow.trail.checking.report import Findings
from caseflow.trail.checking.rows import Row, Tables
from caseflow.trail.checking.saying import differs, shown

PLAIN = (
    "code", "kind", "title", "description", "source", "basis_number", "basis_date", "basis_issuer", "basis_summary",
    "deadline_imposed", "urgency", "visibility", "level", "period", "state", "suspended_from", "suspended_on",
    "review_on", "expected_outcome", "first_expected_outcome", "deadline", "first_deadline", "verify_by", "progress",
    "extension_asked_on", "extensions_granted", "submissions", "reopenings", "days_overdue_before", "outcome",
    "completion", "resolved_at", "resolved_on", "verified_at", "cancel_kind", "registered_at", "assigned_at",
    "started_at", "returned_seq", "history", "source_code", "version",
)  # fmt: skip
"""Columns that hold what the facts of the same name say."""
PEOPLE = ("owner", "lead_officer", "needs_decision_by", "resolver", "registered_by")
UNITS = ("organisation", "offered_to")
NAMES = (*PLAIN, *PEOPLE, *UNITS, "field")
_facts = attrgetter(*NAMES)
_searched = itemgetter(*[PLAIN.index(name) for name in PARTS])
_ROW = (
    f"SELECT uuid, id, seq, head, last_at, {', '.join(PLAIN)}, {', '.join(f'{one}_id' for one in (*PEOPLE, *UNITS))},"
    " field_id, search_text FROM cases WHERE uuid IN ({})"
)
_BRIEF = "SELECT uuid, id, seq, head, last_at, state, deadline FROM cases WHERE uuid IN ({})"

_PARTS = {
    "readers": "SELECT case_id, person_id FROM case_readers WHERE case_id IN ({})",
    "subjects": "SELECT case_id, person_id FROM case_parties WHERE role = 'subject' AND case_id IN ({})",
    "complainant": "SELECT case_id, 1 FROM case_parties WHERE role = 'complainant' AND case_id IN ({})",
    "supporters": "SELECT case_id, person_id FROM case_supporters WHERE person_id IS NOT NULL AND case_id IN ({})",
    "supporting_units": (
        "SELECT case_id, organisation_id FROM case_supporters WHERE organisation_id IS NOT NULL AND case_id IN ({})"
    ),
    "hands": "SELECT case_id, person_id FROM case_hands WHERE case_id IN ({})",
    "links": (
        "SELECT l.case_id, l.type, o.code FROM case_links l LEFT JOIN cases o ON o.id = l.other_id"
        " WHERE l.case_id IN ({})"
    ),
    "milestones": "SELECT case_id, text, person_id, date, done FROM milestones WHERE case_id IN ({}) ORDER BY id",
    "extensions": (
        "SELECT case_id, status, number, old_deadline, asked_by_id, asked_at, asked_deadline, asked_reason,"
        " decided_by_id, decided_at, new_deadline, decided_reason FROM extensions WHERE case_id IN ({}) ORDER BY id"
    ),
    "evidence": (
        "SELECT case_id, uuid, seq, kind, added_by_id, added_at, name, sha256, size, media_type, document_number,"
        " document_date, kept_at FROM evidence WHERE case_id IN ({}) ORDER BY id"
    ),
}  # fmt: skip
_PERSON_PLACES = {"milestones": (1,), "extensions": (3, 7), "evidence": (3,)}
"""Where a part's list of values names a person."""
_SETS = frozenset({"readers", "subjects", "supporters", "supporting_units", "hands", "links"})


class CaseRows:
    """Compares cases many at a time."""

    def __init__(self, tables: Tables, findings: Findings, locator: Locator, *, deep: bool) -> None:
        self._tables, self._findings, self._locator, self._deep = tables, findings, locator, deep
        self.person_keys: dict[Any, int] = {uuid: key for key, uuid in tables.people.items()}
        self.unit_keys: dict[Any, int] = {code: key for key, code in tables.units.items()}
        self.field_keys: dict[Any, int] = {code: key for key, code in tables.fields.items()}

    def compare(self, chains: list[Chain]) -> None:
        """Set the rows of these cases beside where their chains ended."""
        if not chains:
            return
        by_subject = {chain.subject.replace("-", ""): chain for chain in chains}
        found: dict[str, Row] = {}
        for row in self._tables.among(_ROW if self._deep else _BRIEF, by_subject):
            found[row[0]] = row
            self._compare_end(by_subject[row[0]], row)
        parts = self._parts([row[1] for row in found.values()]) if self._deep else {}
        for subject, row in found.items():
            chain = by_subject[subject]
            if isinstance(chain.facts, CaseFacts):
                self._compare_row(chain, chain.facts, row)
                self._compare_parts(chain, chain.facts, row[1], parts)
            elif not self._deep:
                self._compare_brief(chain, row)

    def _compare_end(self, chain: Chain, row: Row) -> None:
        _, _, seq, head, last_at, *_ = row
        if chain.resumed:
            return
        if seq != chain.count:
            self._tell(chain, say(wording.CHAIN_LENGTH, found=seq, told=chain.count))
        elif bytes(head).hex() != chain.head:
            self._tell(chain, say(wording.CHAIN_HEAD))
        elif last_at != chain.at:
            self._tell(chain, differs(wording.DIFFERS, "last_at", last_at, chain.at))

    def _compare_brief(self, chain: Chain, row: Row) -> None:
        for name, found, told in (("state", row[5], chain.state), ("deadline", row[6], chain.deadline)):
            if found != told and not chain.resumed:
                self._tell(chain, differs(wording.DIFFERS, name, found, told))

    def _compare_row(self, chain: Chain, facts: CaseFacts, row: Row) -> None:
        plain, people, units = len(PLAIN), len(PEOPLE), len(UNITS)
        values = row[5:]
        person, unit = self._tables.person, self._tables.unit
        found = (
            *values[:plain],
            *[person(key) for key in values[plain : plain + people]],
            *[unit(key) for key in values[plain + people : plain + people + units]],
            self._tables.field(values[-2]),
        )
        if not are_search_words(str(values[-1]), _searched(found)):
            self._tell(chain, say(wording.SEARCH))
        told = _facts(facts)
        if found == told:
            return
        for name, one, other in zip(NAMES, told, found, strict=True):
            if not agree(one, other):
                shown_pair = (self._named(name, other), self._named(name, one))
                self._tell_fact(chain, name, differs(wording.DIFFERS, name, *shown_pair))

    # --- what belongs to a case --------------------------------------------------------------------

    def _parts(self, keys: list[int]) -> dict[str, dict[int, list[Any]]]:
        return {name: self._part(name, sql, keys) for name, sql in _PARTS.items()}

    def _part(self, name: str, sql: str, keys: list[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        read = self._reader(name)
        for key, *values in self._tables.among(sql, keys):
            found[key].append(read(values))
        return found

    def _reader(self, name: str) -> Callable[[list[Any]], Any]:
        person, unit = self._tables.person, self._tables.unit
        if name in ("readers", "subjects", "supporters", "hands"):
            return lambda values: person(values[0])
        if name == "supporting_units":
            return lambda values: unit(values[0])
        if name in ("links", "complainant"):
            return tuple
        return lambda values: _with_people(values, _PERSON_PLACES[name], person)

    def _compare_parts(
        self, chain: Chain, facts: CaseFacts, key: int, parts: dict[str, dict[int, list[Any]]]
    ) -> None:
        for name in _SETS:
            told, found = getattr(facts, name), parts[name].get(key)
            if told is not UNKNOWN and (told or found) and told != set(found or ()):
                self._tell_sets(chain, name, set(found or ()), told)
        if facts.complainant is not UNKNOWN and facts.complainant != bool(parts["complainant"].get(key)):
            told_any = facts.complainant
            self._tell_fact(
                chain, "complainant", differs(wording.DIFFERS, "complainant", not told_any, told_any)
            )
        for name in ("milestones", "extensions", "evidence"):
            told, found = getattr(facts, name), parts[name].get(key)
            if told is not UNKNOWN and (told or found):
                self._compare_list(chain, name, list(map(list, told)), found or [])

    def _compare_list(self, chain: Chain, name: str, told: list[list[Any]], found: list[list[Any]]) -> None:
        if told == found:
            return
        if len(told) != len(found):
            few, many = len(found), len(told)
            self._tell_fact(chain, name, differs(wording.DIFFERS, name, few, many))
            return
        for one, other in zip(told, found, strict=True):
            wrong = [(a, b) for a, b in zip(one, other, strict=True) if not agree(a, b)]
            if wrong:
                told_one, found_one = wrong[0]
                self._tell_fact(chain, name, differs(wording.DIFFERS, name, found_one, told_one))

    def _tell_sets(self, chain: Chain, name: str, found: set[Any], told: set[Any]) -> None:
        what = Message(wording.WHAT[name])
        if extra := found - told:
            text = ", ".join(sorted(self._words(name, extra)))
            self._tell_fact(chain, name, say(wording.LISTED_TOO_MUCH, what=what, found=text))
        if lacking := told - found:
            text = ", ".join(sorted(self._words(name, lacking)))
            self._tell_fact(chain, name, say(wording.NOT_LISTED, what=what, told=text))

    def _words(self, name: str, values: Iterable[Any]) -> Iterator[str]:
        for value in values:
            yield " ".join(map(str, value)) if isinstance(value, tuple) else str(self._named(name, value))

    def _named(self, name: str, value: Any) -> Any:
        """A person by name, not by id."""
        if name in PEOPLE or name in ("readers", "subjects", "supporters", "hands"):
            return self._locator.name_of(value)
        return shown(value)

    def _tell_fact(self, chain: Chain, name: str, message: Message) -> None:
        event, index = self._locator.last_change(chain, name)
        self._findings.add("case", message, chain.code, event, index)

    def _tell(self, chain: Chain, message: Message) -> None:
        event, index = self._locator.last_of(chain)
        self._findings.add("case", message, chain.code, event, index)


def _with_people(
    values: list[Any], places: tuple[int, ...], person: Callable[[Any], str | None]
) -> list[Any]:
    for place in places:
        values[place] = person(values[place])
    return values
