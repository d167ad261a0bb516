"""Checking the whole log: every event, what was signed and published, and every table that screens read."""

from __future__ import annotations

import gc
from collections.abc import Callable

from caseflow.adapters.file_store import FileStore
from caseflow.database.engine import Database
from caseflow.messages import say
from caseflow.settings import Settings
from caseflow.trail.checking import wording
from caseflow.trail.checking.case_rows import CaseRows
from caseflow.trail.checking.indices import Indices
from caseflow.trail.checking.locating import Locator
from caseflow.trail.checking.missing import MissingDisclosures
from caseflow.trail.checking.other_rows import OtherRows
from caseflow.trail.checking.reading import DeepReading, PlainReading
from caseflow.trail.checking.report import Finding, Findings, GARBLED, Report
from caseflow.trail.checking.rows import Tables
from caseflow.trail.checking.signed import compare_signed, Outside, read_outside
from caseflow.trail.checking.subjects import Subjects
from caseflow.trail.checking.surroundings import (
    check_alarms,
    check_complainants,
    check_counters,
    check_files,
    check_guards,
    check_log_state,
    check_search,
    check_sessions,
)
from caseflow.trail.checking.tree import GrowingTree
from caseflow.trail.checking.walk import Walk
from caseflow.trail.checking.witnesses import asked_from, compare_roots, Floor, Seen, valid_cosignatures
from caseflow.trail.tiles import TileFolder

COMPLAINANT = "complainant"
"""The purpose of the key under which complainants are sealed."""
ASKED = "witness-requests"
"""The folder of HOME with the checkpoints that were handed out to be signed at leisure."""

Progress = Callable[[int, int], None]
"""Told how many events were read, of how many."""

__all__ = ["Finding", "Report", "check_log"]


def check_log(
    database: Database,
    settings: Settings,
    files: FileStore,
    *,
    disclosures: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Check the whole log and everything that follows from it; the report lists each difference.

    Without `disclosures` only leaves, chains, tree, signatures, states and deadlines are looked at. It reads one
    snapshot and writes nothing; sealing may go on meanwhile. Memory holds the chains that are under way, not
    the log. Raises what database and disk raise; nothing that stands in them makes it fail otherwise.
    """
    gc.freeze()  # what was there before need not be looked at again and again while millions of rows pass
    try:
        return _check(database, settings, files, disclosures, progress, tolerant=False)
    except TextGarbled:
        return _check(database, settings, files, disclosures, progress, tolerant=True)
    finally:
        gc.unfreeze()


def _check(
    database: Database,
    settings: Settings,
    files: FileStore,
    disclosures: bool,
    progress: Progress | None,
    *,
    tolerant: bool,
) -> Report:
    findings, folder = Findings(), TileFolder(settings.log_folder)
    outside = read_outside(settings, folder, findings)
    with database.reading() as connection:
        tables = Tables(connection, tolerant=tolerant)
        try:
            steps = Steps(findings, database, tolerant=tolerant)
            read = _Reading(tables, settings, folder, outside, findings, deep=disclosures)
            steps.take("cosignature", read.prepare)
            steps.take("leaf", lambda: read.run(progress))
            if disclosures:
                steps.take("guard", lambda: check_guards(tables, findings))
                steps.take("counter", lambda: check_counters(tables, findings))
                steps.take("counter", lambda: check_search(tables, findings))
                key = settings.derived_key(COMPLAINANT)
                steps.take("case", lambda: check_complainants(tables, key, findings))
                steps.take("session", lambda: check_sessions(tables, findings))
                steps.take("file", lambda: check_files(tables, files, findings))
            steps.take("alarm", lambda: check_alarms(tables, findings))
        finally:
            tables.close()
    return read.report(findings.ordered())


class TextGarbled(Exception):
    """The database holds text that is none: read once more, with marks in its place."""


class Steps:
    """Takes one step of a check after the other; one that cannot be taken is a finding."""

    def __init__(self, findings: Findings, database: Database, *, tolerant: bool) -> None:
        self._findings, self._tolerant = findings, tolerant
        self._refusal = database.engine.dialect.dbapi.Error  # type: ignore[union-attr]

    def take(self, kind: str, step: Callable[[], None]) -> None:
        """Take a step; `kind` is what its finding is filed under. Raises TextGarbled."""
        try:
            step()
        except self._refusal as problem:
            if "decode to UTF-8" in str(problem) and not self._tolerant:
                raise TextGarbled from problem
            self._findings.add(kind, say(wording.GARBLED, why=str(problem)))
        except GARBLED as problem:
            self._findings.add(kind, say(wording.GARBLED, why=str(problem)))


class _Reading:
    """One check under way."""

    def __init__(
        self,
        tables: Tables,
        settings: Settings,
        folder: TileFolder,
        outside: Outside,
        findings: Findings,
        *,
        deep: bool,
    ) -> None:
        self._tables, self._settings, self._folder = tables, settings, folder
        self._outside, self._findings, self._deep = outside, findings, deep
        self._seen: tuple[Seen, ...] = ()
        self._indices = Indices(findings, Subjects(tables).code_of)
        self._walk: Walk | None = None
        self._held = 0

    def prepare(self) -> None:
        """Look at what outsiders have signed: the tree is compared with it."""
        asked = asked_from(self._settings.home / ASKED)
        self._seen = valid_cosignatures(self._tables, self._outside.policy, asked, self._findings)

    def run(self, progress: Progress | None) -> None:
        """Read everything."""
        outside, findings = self._outside, self._findings
        wanted = {one.size for one in (*self._seen, outside.signed, outside.checkpoint) if one is not None}
        tree = GrowingTree(
            self._folder, outside.published, wanted, self._indices.differs, self._indices.damaged
        )
        self._indices.grow(tree, outside.published)
        total, self._held = self._tables.rows("SELECT count(*), count(leaf_index) FROM events")[0]
        told = progress or (lambda _done, _total: None)
        missing, others = MissingDisclosures(findings), self._others()
        self._walk = self._made_walk(missing, others)
        self._walk.run(lambda done: told(done, total))
        missing.tell()
        others.end()
        compare_signed(outside, self._held, tree.roots, findings)
        compare_roots(self._seen, tree.roots, findings)
        check_log_state(self._tables, self._held, findings)

    def report(self, findings: tuple[Finding, ...]) -> Report:
        """What was read, with what was found."""
        events = self._walk.events if self._walk else 0
        return Report(self._held, self._indices.root(), events, findings)

    def _others(self) -> OtherRows:
        return OtherRows(self._tables, self._findings, Locator(self._tables), deep=self._deep)

    def _made_walk(self, missing: MissingDisclosures, others: OtherRows) -> Walk:
        tables, findings, deep = self._tables, self._findings, self._deep
        cases = CaseRows(tables, findings, Locator(tables), deep=deep)
        reading: DeepReading | PlainReading = (
            DeepReading(tables, findings, missing, cases, others)
            if deep
            else PlainReading(findings, cases, others)
        )
        floor, key = Floor(self._seen), self._settings.writer_key
        return Walk(tables, key, findings, self._indices, Subjects(tables), floor, reading, deep=deep)
