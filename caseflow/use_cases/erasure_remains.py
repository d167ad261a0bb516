"""What an erasure leaves behind in files: old pages of the database, its journal, its search index, stored files.

Rows are changed in one transaction; the bytes that they were made of stay until the file is written anew. That
takes as long as the database is large, so it is done after the commit, and done again at the next opportunity
where it was stopped: a note in HOME, which is written before the commit, says that it is owed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Connection, select

from caseflow.database.engine import UNABLE
from caseflow.models import Evidence, StagedFile
from caseflow.use_cases.installation import Installation

LOG = structlog.get_logger("caseflow.erasure")
NOTE = "erasure.owed"
FORGOTTEN_AFTER = timedelta(hours=1)
"""Files that no row names are left alone for so long: one may just be on its way in."""


def owe_clearing(installation: Installation, digests: Iterable[str]) -> None:
    """Note, on the disk, that remains are to be cleared: of the database, and of the files with these digests.

    To be called in the transaction that erases: whoever clears waits for its end.
    """
    path = _note(installation)
    owed = {"mark": uuid4().hex, "files": sorted({*_owed(path)["files"], *digests})}
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(owed, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def clearing_is_owed(installation: Installation) -> bool:
    """Whether remains of an erasure are still to be cleared."""
    return _note(installation).exists()


def clear_remains(installation: Installation) -> bool:
    """Clear what is owed, if anything is; answer whether nothing is owed any longer.

    It is while somebody reads an older state of the database, or the database is unable (a long import, a full
    disk): then this is to be called again.
    """
    try:
        return not clearing_is_owed(installation) or _clear(installation)
    except UNABLE as failure:
        LOG.warning("remains of an erasure not cleared", why=str(failure))
        return False


def _clear(installation: Installation) -> bool:
    with installation.database.transaction() as connection:
        owed = _owed(_note(installation))
        _clear_files(installation, connection, owed["files"])
        if installation.database.is_sqlite:  # drops what the index still holds of former texts
            connection.exec_driver_sql("INSERT INTO case_search (case_search) VALUES ('optimize')")
    return installation.database.write_anew() and _settled(installation, owed["mark"])


def _settled(installation: Installation, mark: str) -> bool:
    """Take the note away, unless another erasure has renewed it meanwhile."""
    with installation.database.transaction():
        same: bool = _owed(_note(installation))["mark"] == mark
        if same:
            _note(installation).unlink(missing_ok=True)
    return same


def _clear_files(installation: Installation, connection: Connection, owed: Iterable[str]) -> None:
    """Take away files that were erased, and those that no row names: uploads given up, lists that were imported."""
    known = _files_in_use(connection)
    before = (installation.clock.now() - FORGOTTEN_AFTER).timestamp()
    for digest in [*owed, *installation.files.forgotten(known, before)]:
        if digest not in known:
            installation.files.remove(digest)


def _files_in_use(connection: Connection) -> set[str]:
    held = connection.execute(select(Evidence.sha256).where(Evidence.sha256.is_not(None))).scalars()
    return {*(digest for digest in held if digest), *connection.execute(select(StagedFile.sha256)).scalars()}


def _note(installation: Installation) -> Path:
    return installation.settings.home / NOTE


def _owed(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"mark": str(found["mark"]), "files": [str(one) for one in found["files"]]}
    except (OSError, ValueError, KeyError, TypeError):
        return {"mark": "", "files": []}
