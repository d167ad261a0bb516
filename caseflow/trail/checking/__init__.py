"""Checking the whole log: every event, what was signed and published, and every table that screens read."""

from __future__ import annotations

from collections.abc import Callable

from caseflow.adapters.file_store import FileStore
from caseflow.database.engine import Database
from caseflow.settings import Settings
from caseflow.trail.checking.case_rows import CaseRows
from caseflow.trail.checking.indices import Indices
from caseflow.trail.checking.locating import Locator
from caseflow.trail.checking.missing import MissingDisclosures
from caseflow.trail.checking.other_rows import OtherRows
from caseflow.trail.checking.reading import DeepReading, PlainReading
from caseflow.trail.checking.report import Finding, Findings, Report
from caseflow.trail.checking.rows import Tables
from caseflow.trail.checking.signed import compare_signed, Outside, read_outside
from caseflow.trail.checking.subjects import Subjects
from caseflow.trail.checking.surroundings import (
    check_alarms,
    check_counters,
    check_files,
    check_guards,
    check_log_state,
    check_search,
    check_sessions,
)
from caseflow.trail.checking.tree import GrowingTree
from caseflow.trail.checking.walk import Walk
from caseflow.trail.checking.witnesses import asked_from, compare_roots, Floor, valid_cosignatures
from caseflow.trail.tiles import TileFolder

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
    findings, folder = Findings(), TileFolder(settings.log_folder)
    outside = read_outside(settings, folder, findings)
    with database.reading() as connection:
        tables = Tables(connection)
        check = _Check(tables, settings, folder, outside, findings, deep=disclosures)
        report = check.run(progress)
        if disclosures:
            check_guards(tables, findings)
            check_counters(tables, findings)
            check_search(tables, findings)
            check_sessions(tables, findings)
            check_files(tables, files, findings)
        check_alarms(tables, findings)
    return Report(report.size, report.root, report.events, findings.ordered())


class _Check:
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
        self._tables, self._outside, self._findings, self._deep = tables, outside, findings, deep
        asked = asked_from(settings.home / ASKED)
        self._seen = valid_cosignatures(tables, outside.policy, asked, findings)
        subjects, locator = Subjects(tables), Locator(tables)
        self._indices = Indices(findings, subjects.code_of)
        wanted = {one.size for one in self._seen}
        wanted |= {one.size for one in (outside.signed, outside.checkpoint) if one is not None}
        self._tree = GrowingTree(
            folder, outside.published, wanted, self._indices.differs, self._indices.damaged
        )
        self._indices.grow(self._tree, outside.published)
        cases = CaseRows(tables, findings, locator, deep=deep)
        self._others = OtherRows(tables, findings, locator, deep=deep)
        self._missing = MissingDisclosures(findings)
        reading = (
            DeepReading(tables, self._missing, cases, self._others)
            if deep
            else PlainReading(cases, self._others)
        )
        self._walk = Walk(
            tables,
            settings.writer_key,
            findings,
            self._indices,
            subjects,
            Floor(self._seen),
            reading,
            deep=deep,
        )

    def run(self, progress: Progress | None) -> Report:
        """Read everything."""
        total, held = self._tables.rows("SELECT count(*), count(leaf_index) FROM events")[0]
        told = progress or (lambda _done, _total: None)
        self._walk.run(lambda done: told(done, total))
        self._missing.tell()
        self._others.end()
        compare_signed(self._outside, held, self._tree.roots, self._findings)
        compare_roots(self._seen, self._tree.roots, self._findings)
        check_log_state(self._tables, held, self._findings)
        return Report(held, self._tree.root(), self._walk.events)
