"""Whether the database holds what was signed: looked at before anything is done with it."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from caseflow.errors import CaseflowError
from caseflow.messages import N_, say
from caseflow.trail.open_signer import has_signer, key_lost, open_signer
from caseflow.trail.refusals import TilesDamaged
from caseflow.trail.remote_signer import SignerUnreachable
from caseflow.trail.sealing_queue import EVENTS, indexed
from caseflow.trail.signer import Signed
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.installation import Installation

LOG = structlog.get_logger("caseflow.start")

COMPARED = 2_000
"""The youngest sealed events are compared with the log's files at each start; the whole log by `audit verify`."""


class LogAhead(CaseflowError):
    """The database holds fewer sealed events than were signed: an older copy was put in its place."""

    code = "log_ahead"
    http_status = 500


class LogDiffers(CaseflowError):
    """Database, log files and signer do not tell of one and the same log."""

    code = "log_differs"
    http_status = 500


def refuse_if_behind(installation: Installation) -> None:
    """Refuse to go on with a database that is not the one whose log was signed.

    Raises LogAhead, LogDiffers, SigningKeyLost and SignerLost. A signer in another process that does not
    answer is passed over here: without it nothing is sealed.
    """
    if not has_signer(installation.settings):
        if _held(installation):
            raise key_lost(installation.settings)
        return
    try:
        signed = open_signer(installation.settings).signed()
    except SignerUnreachable as problem:
        LOG.warning("the signer does not answer", why=str(problem))
        return
    held = _held(installation)  # read after the signer: another process may be sealing, in the other order
    if held < signed.size:
        raise _behind(held, signed.size)
    _compare(installation, signed)


def _compare(installation: Installation, signed: Signed) -> None:
    """The log's files with what was signed, and the youngest of the events with the files."""
    folder = TileFolder(installation.settings.log_folder)
    start = max(0, signed.size - COMPARED)
    try:
        if folder.root(signed.size) != signed.root:
            text = N_(
                "The files in %(folder)s are not the log of %(size)s entries that was signed. Restore them from a"
                " copy; where there is none, remove the folder: it is written again from the database."
            )
            raise LogDiffers(say(text, folder=folder.path, size=signed.size))
        published = list(folder.leaves(start, signed.size))
    except TilesDamaged as problem:
        LOG.warning("files of the log are written again", why=str(problem))
        return
    statement = (
        select(EVENTS.c.leaf_index, EVENTS.c.leaf)
        .where(EVENTS.c.leaf_index >= start, EVENTS.c.leaf_index < signed.size)
        .order_by(EVENTS.c.leaf_index)
    )
    with installation.database.reading() as connection:
        held = {row.leaf_index: row.leaf for row in connection.execute(statement)}
    for index, leaf in enumerate(published, start):
        if held.get(index) != leaf:
            text = N_(
                "Record %(index)s of the database is not the one that was signed. The database was changed, or is"
                " of another installation: keep it as it is and restore a copy; caseflow audit verify lists what differs."
            )
            raise LogDiffers(say(text, index=index))


def _held(installation: Installation) -> int:
    with installation.database.reading() as connection:
        return indexed(connection)


def _behind(held: int, signed: int) -> LogAhead:
    text = N_(
        "The database holds %(held)s sealed events, but %(signed)s were signed: an older copy was restored."
        " Take back what is missing from the log's files: caseflow audit replay"
    )
    return LogAhead(say(text, held=held, signed=signed))
