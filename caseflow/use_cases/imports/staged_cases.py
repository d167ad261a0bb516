"""A list of cases that was uploaded, looked at and then confirmed: the file waits between the steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, Table

from caseflow.adapters.spreadsheets import read_table
from caseflow.adapters.spreadsheets import Table as Sheet
from caseflow.errors import NotFound
from caseflow.models import StagedFile
from caseflow.use_cases.contributions import drop_staged
from caseflow.use_cases.imports.cases import CasePlan, check_cases, import_cases, ImportedCases
from caseflow.use_cases.imports.sheet import ImportedFile
from caseflow.use_cases.work import Work

STAGED: Table = StagedFile.__table__  # type: ignore[assignment]
UPLOAD_PATH = "/vu-viec/nhap"
"""Under which page the files are put down."""


def staged_list(work: Work, key: UUID) -> tuple[ImportedFile, Sheet]:
    """The actor's own uploaded file, read. Raises NotFound for anybody else's, and what `read_table` raises."""
    row = _row(work, key)
    with work.installation.files.open(row.sha256) as file:
        data = file.read()
    return ImportedFile(row.name, row.sha256), read_table(data, row.name)


def _row(work: Work, key: UUID) -> Any:
    row = work.connection.execute(
        select(STAGED.c.name, STAGED.c.sha256).where(
            STAGED.c.uuid == key, STAGED.c.person_id == work.actor.id, STAGED.c.path == UPLOAD_PATH
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def check_staged_cases(work: Work, key: UUID, field: str | None) -> tuple[Sheet, CasePlan]:
    """What importing the file would do; nothing is changed."""
    _file, table = staged_list(work, key)
    return table, check_cases(work, table, field=field)


def import_staged_cases(work: Work, key: UUID, field: str | None) -> ImportedCases:
    """Import the file, all of it or nothing, and put it down no longer."""
    file, table = staged_list(work, key)
    done = import_cases(work, table, file, field=field)
    drop_staged(work, UPLOAD_PATH, str(key))
    return done
