"""What is handed out of the log: the evidence bundle of one case. Each export is an event of whoever made it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import bindparam, Connection, select

from caseflow.errors import NotReady
from caseflow.events import ExportMade
from caseflow.messages import N_, say
from caseflow.models import Disclosures, EventRow
from caseflow.queries.case_page import links_of
from caseflow.queries.comparisons import comparisons, merged
from caseflow.queries.scope import reader_of
from caseflow.settings import Settings
from caseflow.trail.bundle import BundleEvent, make_bundle
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.leaf import read_disclosure
from caseflow.trail.notes import Note
from caseflow.trail.proofs import LogProof
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.looking import see_case
from caseflow.use_cases.work import Work

OTHER_CASES = frozenset({"remainder_case", "duplicate_of", "continues"})
"""Values of an event that name another case."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to hand out: its bytes, the name it goes by and how many events stand in it."""

    data: bytes
    file_name: str
    events: int
    note: str
    """The checkpoint that its proofs lead to."""


def export_bundle(work: Work, code: str) -> Exported:
    """The evidence bundle of a case as far as it is sealed, with every disclosure that is still kept.

    What names another case is withheld where the actor may not see that one: the bundle proves the rest as well.
    Have what waits sealed before (`seal_waiting`): what is recorded in this transaction is not in it. Raises
    NotFound, also for a case out of reach, and NotReady while no event of the case is sealed.
    """
    case = see_case(work, code).held.case
    data, events, note = case_bundle(
        work.connection, work.installation.settings, case.uuid, _linked_within_reach(work, case.id)
    )
    name = f"{case.code}.bundle.json"
    record_export(work, "bundle", data, events, case=(case.code, case.id), file_name=name)
    return Exported(data, name, events, note)


def _linked_within_reach(work: Work, case_id: int) -> frozenset[str]:
    reader = reader_of(work.connection, work.actor, work.today)
    return frozenset(one.code for one in links_of(work.connection, reader, case_id))


def record_export(
    work: Work,
    kind: str,
    data: bytes,
    rows: int,
    *,
    case: tuple[str, int] | None = None,
    file_name: str | None = None,
) -> None:
    """Record that a file was made: in the actor's chain, and about `case` (code and key), where it is of one."""
    code, key = case or (None, None)
    event = ExportMade(
        kind=kind, sha256=sha256(data).hexdigest(), rows=rows, case_code=code, file_name=file_name
    )
    work.record_in_chain(work.actor.uuid, "person", event, about_case=key)


_SEALED = (
    select(EventRow.leaf_index, EventRow.leaf, Disclosures.data)
    .outerjoin(Disclosures, Disclosures.event_id == EventRow.id)
    .where(EventRow.subject == bindparam("subject"), EventRow.leaf_index < bindparam("size"))
    .order_by(EventRow.seq)
)


def case_bundle(
    connection: Connection, settings: Settings, subject: UUID, linked: Collection[str]
) -> tuple[bytes, int, str]:
    """The bundle of one chain, how many events it holds, and the checkpoint of its proofs. Raises NotReady while none is sealed.

    Of other cases it names only those in `linked`.
    Its checkpoint is the newest that an outsider has signed, where that covers the chain; else the newest.
    """
    folder = TileFolder(settings.log_folder)
    note = folder.checkpoint()
    newest = Checkpoint.parse(Note.parse(note).text) if note else None
    rows = connection.execute(_SEALED, {"subject": subject, "size": newest.size if newest else 0}).all()
    if note is None or newest is None or not rows:
        message = say(N_("Nothing of this case is sealed yet. Try again in a few seconds."))
        raise NotReady(message)
    size, note = _compared(connection, settings.policy_file, rows[-1].leaf_index + 1, newest.size) or (
        newest.size,
        note,
    )
    events = [
        BundleEvent(
            leaf=row.leaf,
            proof=LogProof(row.leaf_index, tuple(folder.inclusion(row.leaf_index, size)), note).encode(),
            disclosures=tuple(_told(row.data, linked)),
        )
        for row in rows
    ]
    return make_bundle(newest.origin, subject, events), len(events), note


def _told(data: str | None, linked: Collection[str]) -> Iterator[str]:
    for text, _about in json.loads(data or "[]"):
        name, value = read_disclosure(text)
        if name not in OTHER_CASES or value in linked:
            yield text


def _compared(connection: Connection, policy_file: Path, least: int, most: int) -> tuple[int, str] | None:
    """Size and note of the newest checkpoint of such a size that outsiders have signed, with all they signed."""
    found = list(comparisons(connection, policy_file, sizes=(least, most)))
    if not found:
        return None
    return found[0].size, merged(found[0].note, iter(found))
