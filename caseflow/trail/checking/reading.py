"""What the events tell: folded, set beside the columns of each event, and at a chain's end beside the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caseflow.messages import say
from caseflow.trail.case_facts import CaseFacts, NotAfter, Step, UNKNOWN
from caseflow.trail.case_folds import take_in
from caseflow.trail.checking import wording
from caseflow.trail.checking.case_rows import CaseRows
from caseflow.trail.checking.disclosed import open_disclosures, open_singly
from caseflow.trail.checking.leaves import Chain, Tell
from caseflow.trail.checking.missing import MissingDisclosures
from caseflow.trail.checking.other_rows import OtherRows
from caseflow.trail.checking.report import Findings, GARBLED
from caseflow.trail.checking.rows import dashed, Row, Tables
from caseflow.trail.checking.saying import differs
from caseflow.trail.leaf_form import BadLeaf, read_leaf
from caseflow.trail.register_facts import take_in_other

ACCOUNTING = ("data.erased", "log.replayed")
ABOUT = "SELECT id FROM cases WHERE code = ?"
BEGAN = "SELECT e.id FROM events e JOIN cases c ON c.uuid = e.subject WHERE c.id = ? AND e.seq = 0"


class DeepReading:
    """Reads every disclosure."""

    def __init__(
        self,
        tables: Tables,
        findings: Findings,
        missing: MissingDisclosures,
        cases: CaseRows,
        others: OtherRows,
    ) -> None:
        self._tables, self._findings, self._missing = tables, findings, missing
        self._cases, self._others = cases, others

    def look(self, row: Row, chain: Chain, actor: str | None, items: list[bytes], tell: Tell) -> None:
        """Look at the disclosures of an event and at what they make of its subject."""
        opened = open_disclosures(row[18])
        if opened is not None and opened[1] == items and opened[2]:
            told, absent = opened[0], None
        else:
            told, absent = self._disclosures_off(row, chain, items, tell), UNKNOWN
        if chain.count == 0 and chain.facts is None and not chain.resumed:
            chain.facts = CaseFacts() if chain.case_id else self._others.facts_for(row[3], row[5])
        held = row[6] == chain.at and chain.case_id is None
        at = NotAfter(row[6]) if held else row[6]
        state = row[11]
        source = chain.state if state is not None else None
        lost = bool(items) and not told
        step = Step(row[5], row[4], source, state, row[12], actor or "", at, absent, lost)
        self._fold(chain, told, step, tell)
        facts = chain.facts
        if not isinstance(facts, CaseFacts):
            self._beside_others(row, told, absent, tell)
        elif row[13:18] != self._columns(facts) or row[8] != chain.case_id:
            self._beside_case(row, chain, facts, tell)

    def _fold(self, chain: Chain, told: dict[str, Any], step: Step, tell: Tell) -> None:
        facts = chain.facts
        try:
            if isinstance(facts, CaseFacts):
                take_in(facts, told, step)
            elif facts is not None:
                take_in_other(facts, told, step)
        except GARBLED:
            tell("disclosure", say(wording.UNREADABLE))
        if step.type in ACCOUNTING:
            self._missing.account(chain, step.type, told)

    def compare(self, chains: Iterable[Chain]) -> None:
        """Compare what whole chains told with the tables."""
        ended = list(chains)
        for chain in ended:
            if chain.pending:
                self._missing.close(chain)
        compare_rows(self._findings, self._cases, self._others, ended)

    # --- one event ---------------------------------------------------------------------------------

    def _columns(self, facts: CaseFacts) -> tuple[Any, ...]:
        keys = self._cases
        return (
            keys.unit_keys.get(facts.organisation),
            keys.field_keys.get(facts.field),
            keys.person_keys.get(facts.owner),
            facts.period,
            facts.resolved_on,
        )

    def _beside_case(self, row: Row, chain: Chain, facts: CaseFacts, tell: Tell) -> None:
        """Which column beside the leaf says something else."""
        found = (
            self._tables.unit(row[13]),
            self._tables.field(row[14]),
            self._tables.person(row[15]),
            row[16],
            row[17],
        )
        for name, one in zip(("organisation", "field", "owner", "period", "resolved_on"), found, strict=True):
            told = getattr(facts, name)
            if told != one and told is not UNKNOWN:
                tell("column", differs(wording.COLUMN, name, one, told))
        if row[8] != chain.case_id:
            tell("column", differs(wording.COLUMN, "about_case", self._code_with(row[8]), chain.code))

    def _beside_others(self, row: Row, told: dict[str, Any], absent: object, tell: Tell) -> None:
        """Columns that only events of cases fill, and the case that an event of another chain is about."""
        names = ("organisation", "field", "owner", "period", "resolved_on")
        for name, one in zip(names, row[13:18], strict=True):
            if one is not None:
                tell("column", differs(wording.COLUMN, name, one, None))
        code = told.get("case_code")
        if row[8] is None and not code:
            return
        if absent is None or code is not None:
            about = self._about(code, row[1])
            if about != row[8]:
                tell("column", differs(wording.COLUMN, "about_case", self._code_with(row[8]), code))

    def _about(self, code: object, event: int) -> int | None:
        """The key of the case with that code, where it began before the event: an attempt may name one undone."""
        found = self._tables.first(ABOUT, [code]) if isinstance(code, str) else None
        began = self._tables.first(BEGAN, [found[0]]) if found else None
        return int(found[0]) if found and began and began[0] < event else None

    def _code_with(self, key: int | None) -> str | None:
        found = None if key is None else self._tables.first("SELECT code FROM cases WHERE id = ?", [key])
        return None if found is None else str(found[0])

    def _disclosures_off(self, row: Row, chain: Chain, items: list[bytes], tell: Tell) -> dict[str, Any]:
        """Say what is wrong with the disclosures of an event; answer what the good ones tell."""
        try:
            read_leaf(row[9])
        except BadLeaf as bad:
            tell("leaf", say(wording.BAD_LEAF, why=bad.message))
        told, digests = open_singly(row[18])
        committed = {item.decode("ascii", "replace") for item in items}
        for digest, name in digests.items():
            if digest in committed:
                continue
            if name is None:
                tell("disclosure", say(wording.UNREADABLE_DISCLOSURE))
            else:
                tell("disclosure", say(wording.FOREIGN_DISCLOSURE, name=name))
                told.pop(name, None)
        lacking = committed - digests.keys()
        if lacking:
            self._missing.lacks(chain, dashed(row[2]), row[0], lacking)
        elif digests.keys() == committed:
            tell("disclosure", say(wording.OTHER_PERSON))
        return told


class PlainReading:
    """Reads no disclosure: only state and deadline are set beside the tables."""

    def __init__(self, findings: Findings, cases: CaseRows, others: OtherRows) -> None:
        self._findings, self._cases, self._others = findings, cases, others

    def look(self, row: Row, chain: Chain, actor: str | None, items: list[bytes], tell: Tell) -> None:
        """Nothing is looked at."""

    def compare(self, chains: Iterable[Chain]) -> None:
        """Compare where whole chains ended with the tables."""
        compare_rows(self._findings, self._cases, self._others, list(chains))


def compare_rows(findings: Findings, cases: CaseRows, others: OtherRows, chains: list[Chain]) -> None:
    """Set all rows beside their chains; where some cannot be read, those alone are findings."""
    for rows, own in (
        (cases, [one for one in chains if one.case_id]),
        (others, [one for one in chains if not one.case_id]),
    ):
        try:
            rows.compare(own)
        except GARBLED:
            for one in own:
                _compare_alone(findings, rows, one)


def _compare_alone(findings: Findings, rows: CaseRows | OtherRows, chain: Chain) -> None:
    try:
        rows.compare([chain])
    except GARBLED as problem:
        message = say(wording.GARBLED, why=str(problem))
        findings.add("case" if chain.case_id else "chain", message, chain.code)
