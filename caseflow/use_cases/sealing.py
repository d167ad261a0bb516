"""Sealing as deeds meet it: told of what was recorded, waited for where that is asked."""

from __future__ import annotations

from time import monotonic

import structlog
from sqlalchemy import bindparam, Connection, or_, select

from caseflow.database.prepared import Prepared
from caseflow.errors import CaseflowError
from caseflow.models import LogState
from caseflow.trail.alarms import ALARMS, STOPPING
from caseflow.trail.sealing_queue import EVENTS, last_waiting
from caseflow.trail.sequencer import Sequencer
from caseflow.use_cases.installation import Installation

LOG = structlog.get_logger("caseflow.sealing")

PATIENCE_S = 10.0
"""How long an answer, or an export, waits for a seal."""
SEAL_DEMO_S = 600.0
"""How long a province in one go may take."""
LOOK_EVERY_S = 0.05


def sequencer(installation: Installation) -> Sequencer:
    """A sequencer on that installation; any number of them may be at work."""
    return Sequencer(installation.settings, installation.database, installation.clock, installation.bell)


def recorded(installation: Installation, event: int | None) -> None:
    """A deed is committed, and `event` was the last that it recorded: have it sealed, and wait if that is set.

    The deed is done whatever happens here: what goes wrong is logged, never raised.
    """
    if event is None:
        return
    installation.bell.ring()
    if installation.settings.seal == "wait" and not _wait(installation, event, PATIENCE_S):
        LOG.warning("answered before the seal", event_key=event)


def seal_waiting(installation: Installation, patience: float = PATIENCE_S) -> bool:
    """Have sealed and published what waits now; whether it is. Not within a transaction.

    On the embedded database it is sealed here where nobody else does; elsewhere a worker does it.
    """
    with installation.database.reading() as connection:
        event = last_waiting(connection)
        published = not _unpublished(connection)
    if event is None and published:
        return True
    installation.bell.ring()
    return _wait(installation, event, patience)


def _wait(installation: Installation, event: int | None, patience: float) -> bool:
    """Wait until the checkpoint covers `event`, or with None all that has an index."""
    until = monotonic() + patience
    while True:
        if installation.database.is_sqlite and not installation.bell.answered:
            _seal_here(installation)
        with installation.database.reading() as connection:
            if _is_published(connection, event):
                return True
            if _is_hopeless(connection, event) or monotonic() > until:
                return False
        installation.bell.await_published(LOOK_EVERY_S)


def _seal_here(installation: Installation) -> None:
    try:
        sequencer(installation).run_dry()
    except (CaseflowError, OSError):
        LOG.exception("sealing failed")


def _is_published(connection: Connection, event: int | None) -> bool:
    if event is None:
        return not _unpublished(connection)
    row = _REACHED.first(connection, {"event": event})
    return row is not None and row[0] is not None and row[0] < row[1]


def _unpublished(connection: Connection) -> bool:
    return _LAGS.first(connection, {}) is not None


def _is_hopeless(connection: Connection, event: int | None) -> bool:
    """Whether the event is held back, or sealing has stopped."""
    return _HELD.first(connection, {"event": event}) is not None


_REACHED = Prepared(
    select(EVENTS.c.leaf_index, LogState.published_size).where(EVENTS.c.id == bindparam("event"))
)
_LAGS = Prepared(select(LogState.size).where(LogState.size > LogState.published_size))
_HELD = Prepared(
    select(ALARMS.c.id).where(
        ALARMS.c.ended_at.is_(None),
        or_(
            ALARMS.c.event_id == bindparam("event", type_=ALARMS.c.event_id.type),
            *(ALARMS.c.kind == kind for kind in STOPPING),
        ),
    )
)
