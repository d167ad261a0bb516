"""The erasing itself: disclosures lose their entries, columns and indexes their words, and files are owed to go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from sqlalchemy import select, Table, update

from caseflow.adapters.sealed_text import contact_place, name_place, open_text
from caseflow.errors import InvalidInput
from caseflow.messages import N_, say
from caseflow.models import Disclosures
from caseflow.queries.erasures import (
    Disclosed,
    disclosed,
    evidence_rows,
    going,
    going_texts,
    same_files,
    StoredEvidence,
    Wanted,
)
from caseflow.states.erasure import neutral_text, OF_A_FILE, without
from caseflow.trail.leaf import commitment
from caseflow.use_cases.contributions import EVIDENCE, MILESTONES
from caseflow.use_cases.deadlines import EXTENSIONS
from caseflow.use_cases.erasure_remains import owe_clearing
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.put_by import forget_put_by
from caseflow.use_cases.registration import COMPLAINANT, PARTIES, search_text
from caseflow.use_cases.work import Work

DISCLOSURES: Table = Disclosures.__table__  # type: ignore[assignment]
CASE_TEXTS = (
    "title",
    "description",
    "source",
    "basis_number",
    "basis_issuer",
    "basis_summary",
    "expected_outcome",
    "first_expected_outcome",
    "outcome",
)
"""Columns of a case that hold what its trail says too."""
TEXTS_BESIDE: tuple[tuple[Table, str], ...] = (
    (EXTENSIONS, "asked_reason"),
    (EXTENSIONS, "decided_reason"),
    (MILESTONES, "text"),
    (EVIDENCE, "name"),
    (EVIDENCE, "document_number"),
    (EVIDENCE, "kept_at"),
)
"""The same in the tables that belong to a case."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was erased: the digests of the disclosures, and what was said again of those of several parts."""

    digests: tuple[str, ...]
    kept: tuple[dict[str, object], ...]


def erase_values(work: Work, held: HeldCase, wanted: Wanted, decision_number: str) -> Gone:
    """Erase what is wanted of a case, and wherever else in it the same text stands; the caller records it.

    Files on disk and old pages of the database are owed to be cleared. Raises InvalidInput where nothing of it
    is left.
    """
    there = disclosed(work.connection, held.case.uuid)
    rows = evidence_rows(work.connection, held.case.id)
    files, gone = same_files(rows, wanted.evidence), going(there, rows, wanted)
    complainant = _complainant(work, held) if wanted.complainant else None
    if not (files or gone or complainant is not None):
        raise InvalidInput.of("items", say(N_("All of this has been erased already. Decline the request.")))
    texts = going_texts(there, _chosen(gone, files, wanted))
    instead = neutral_text(decision_number)
    owe_clearing(work.installation, {row.sha256 for row in files if row.sha256})
    forget_disclosures(work, gone)
    _forget_columns(work, held, texts, instead)
    _forget_files(work, files, instead)
    if complainant is not None:
        work.writer.remove(PARTIES, {"case_id": held.case.id, "role": COMPLAINANT})
    forget_put_by(work, held.case.code, texts | (complainant or set()), {row.sha256 for row in files})
    return Gone(tuple(sorted(one.digest for one in gone)), said_again(gone, texts, instead))


def _chosen(gone: Sequence[Disclosed], files: Sequence[StoredEvidence], wanted: Wanted) -> set[str]:
    """The disclosures that were named, and those of named files; the others only repeat them."""
    named = {row.name for row in files} | {row.sha256 for row in files}
    of_files = {one.digest for one in gone if one.name in OF_A_FILE and one.value in named}
    return set(wanted.digests) | of_files


def _complainant(work: Work, held: HeldCase) -> set[str] | None:
    """What is sealed of the complainant, to be looked for in what was put by; None where there is none.

    What does not open any longer can be looked for nowhere, and must go all the same.
    """
    row = work.connection.execute(
        select(PARTIES.c.sealed_identity, PARTIES.c.sealed_contact).where(
            PARTIES.c.case_id == held.case.id, PARTIES.c.role == COMPLAINANT
        )
    ).first()
    if row is None:
        return None
    key = work.installation.settings.derived_key(COMPLAINANT)
    places = (name_place(held.case.code), contact_place(held.case.code))
    found = set()
    for sealed, place in zip(row, places, strict=True):
        with suppress(InvalidTag):
            found |= {open_text(key, sealed, place)} if sealed else set()
    return found


def forget_disclosures(work: Work, gone: Iterable[Disclosed]) -> None:
    """Rewrite the rows of these disclosures without them: no salt, no name and no value stays."""
    by_event: dict[int, set[str]] = {}
    for one in gone:
        by_event.setdefault(one.event_id, set()).add(one.digest)
    for event, digests in by_event.items():
        this = DISCLOSURES.c.event_id == event
        data = json.loads(work.connection.execute(select(DISCLOSURES.c.data).where(this)).scalar_one())
        left = [entry for entry in data if commitment(entry[0]) not in digests]
        text = json.dumps(left, separators=(",", ":"))
        work.connection.execute(update(DISCLOSURES).where(this).values(data=text))


def said_again(
    gone: Iterable[Disclosed], texts: Collection[str], instead: str
) -> tuple[dict[str, object], ...]:
    """Of values of several parts, what was nobody's data: officials, dates, codes, and other texts."""
    found = ((one, without(one.value, texts, instead)) for one in gone)
    return tuple(
        {"event": str(one.event), "name": one.name, "value": value}
        for one, value in found
        if value is not None
    )


def _forget_columns(work: Work, held: HeldCase, texts: set[str], instead: str) -> None:
    for name in CASE_TEXTS:
        if getattr(held.case, name) in texts:
            setattr(held.case, name, instead)
    held.case.search_text = search_text(held.case)
    for table, column in TEXTS_BESIDE:
        where = (table.c.case_id == held.case.id, table.c[column].in_(sorted(texts)))
        work.connection.execute(update(table).where(*where).values({column: instead}))


def _forget_files(work: Work, files: Sequence[StoredEvidence], instead: str) -> None:
    """The row stays: that there was a file, from whom and when, is an official's act."""
    empty = {"name": instead, "sha256": ""}
    for row in files:
        work.connection.execute(update(EVIDENCE).where(EVIDENCE.c.id == row.id).values(empty))
