"""The sealed log as tests look at it: what the database, the files and the checkpoint say of one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from caseflow.database.engine import Database
from caseflow.models import EventRow, LogAlarm, LogState
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import CompactRange
from caseflow.trail.open_signer import open_signer
from caseflow.trail.policy import Policy
from caseflow.trail.sequencer import Sequencer
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import sequencer


@dataclass(frozen=True)
class SealedLog:
    """What stands in the log of an installation."""

    leaves: list[bytes]
    checkpoint: Checkpoint | None
    waiting: int


def sealed_log(installation: Installation) -> SealedLog:
    """The log, once everything about it agrees: indices without gap, files, roots, signature and signer."""
    rows = _events(installation)
    given = sorted((row.leaf_index, row.leaf) for row in rows if row.leaf_index is not None)
    assert [index for index, _ in given] == list(range(len(given)))
    leaves = [leaf for _, leaf in given]
    folder = TileFolder(installation.settings.log_folder)
    note = folder.checkpoint()
    checkpoint = None
    if note is not None:
        checkpoint = Policy.parse(installation.settings.policy_file.read_bytes()).accept(note).checkpoint
        assert list(folder.leaves(0, checkpoint.size)) == leaves[: checkpoint.size]
        assert root_of(leaves[: checkpoint.size]) == checkpoint.root == folder.root(checkpoint.size)
        signed = open_signer(installation.settings).signed()
        assert signed.size >= checkpoint.size
        assert root_of(leaves[: signed.size]) == signed.root
    return SealedLog(leaves, checkpoint, len(rows) - len(given))


def root_of(leaves: list[bytes]) -> bytes:
    """The root over some leaves."""
    tree = CompactRange()
    tree.extend(map(leaf_hash, leaves))
    return tree.root()


def all_sealed(installation: Installation) -> SealedLog:
    """The log, in which everything recorded must be published."""
    log = sealed_log(installation)
    state = log_state(installation)
    assert log.waiting == 0
    assert log.checkpoint is not None
    assert log.checkpoint.size == len(log.leaves) == state.size == state.published_size
    assert state.waiting_since is None
    return log


def log_state(installation: Installation) -> Any:
    """The row of the log's state."""
    with installation.database.reading() as connection:
        return connection.execute(select(LogState.__table__)).one()


def alarms(installation: Installation, *, ended: bool = False) -> list[tuple[str, int | None]]:
    """Kind and event of the alarms that are open, or were ended."""
    statement = select(LogAlarm.kind, LogAlarm.event_id).where(LogAlarm.ended_at.is_not(None) == ended)
    with installation.database.reading() as connection:
        return [(row.kind, row.event_id) for row in connection.execute(statement.order_by(LogAlarm.id))]


def alarm_texts(installation: Installation) -> list[str]:
    """What the open alarms say."""
    with installation.database.reading() as connection:
        return list(connection.execute(select(LogAlarm.detail).where(LogAlarm.ended_at.is_(None))).scalars())


def seal(installation: Installation) -> Sequencer:
    """Seal what waits with a sequencer that knows nothing yet, as after a start."""
    made = sequencer(installation)
    made.run_dry()
    return made


def _events(installation: Installation) -> list[Any]:
    statement = select(EventRow.id, EventRow.leaf, EventRow.leaf_index).order_by(EventRow.id)
    with installation.database.reading() as connection:
        return list(connection.execute(statement))


def without_guards(database: Database) -> None:
    """Drop what guards the events against accidents, as somebody with every right on the database can."""
    with database.transaction() as connection:
        for name in ("events_never_deleted", "events_never_changed"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


def change(database: Database, statement: str, *values: object) -> None:
    """Write with every right on the database."""
    with database.transaction() as connection:
        connection.exec_driver_sql(statement, tuple(values))
