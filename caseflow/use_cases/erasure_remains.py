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

from sqlalchemy import Connection, select

from caseflow.models import Evidence, StagedFile
from caseflow.use_cases.installation import Installation

NOTE = "erasure.owed"
FORGOTTEN_AFTER = timedelta(hours=1)
"""Files that no row names are left alone for so long: one may just be on its way in."""


def owe_clearing(installation: Installation, digests: Iterable[str]) -> None:
    """Note, on the disk, that remains are to be cleared: of the database, and of the files with these digests."""
    path = _note(installation)
    owed = sorted({*_owed(path), *digests})
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

    It is not while somebody reads an older state of the database: then it is to be called again.
    """
    if not clearing_is_owed(installation):
        return True
    _clear_files(installation)
    if not _clear_database(installation):
        return False
    _note(installation).unlink(missing_ok=True)
    return True


def _clear_database(installation: Installation) -> bool:
    if installation.database.is_sqlite:
        with installation.database.transaction() as connection:  # drops what the index still holds of old rows
            connection.exec_driver_sql("INSERT INTO case_search (case_search) VALUES ('optimize')")
    return installation.database.write_anew()


def _clear_files(installation: Installation) -> None:
    """Take away files that were erased, and those that no row names: uploads given up, lists that were imported."""
    with installation.database.reading() as connection:
        known = _files_in_use(connection)
    before = (installation.clock.now() - FORGOTTEN_AFTER).timestamp()
    owed = [digest for digest in _owed(_note(installation)) if digest not in known]
    for digest in [*owed, *installation.files.forgotten(known, before)]:
        installation.files.remove(digest)


def _files_in_use(connection: Connection) -> set[str]:
    held = connection.execute(select(Evidence.sha256).where(Evidence.sha256.is_not(None))).scalars()
    return {*(digest for digest in held if digest), *connection.execute(select(StagedFile.sha256)).scalars()}


def _note(installation: Installation) -> Path:
    return installation.settings.home / NOTE


def _owed(path: Path) -> list[str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(one) for one in found]
