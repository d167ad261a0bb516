"""The fields (lĩnh vực) under which issues are registered."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, insert, select, Table, update

from caseflow.errors import InvalidInput
from caseflow.events import FieldSaved
from caseflow.messages import N_, say
from caseflow.models import FieldRow
from caseflow.states.folding import fold, tidy
from caseflow.use_cases.organisations import require_top_administrator
from caseflow.use_cases.recording import SETTINGS
from caseflow.use_cases.work import Work

FIELDS: Table = FieldRow.__table__  # type: ignore[assignment]
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


def save_field(work: Work, *, code: str, name_vi: str, name_en: str, active: bool = True) -> str:
    """Add a field, or rename or revive a known one; answer its code. Raises NotPermitted, InvalidInput."""
    require_top_administrator(work)
    code, name_vi, name_en = tidy(code), tidy(name_vi), tidy(name_en)
    _check(work, code, name_vi, name_en)
    known = _row(work, code)
    values: dict[str, Any] = {"name_vi": name_vi, "name_en": name_en, "active": active}
    if known is None:
        last = work.connection.execute(select(func.coalesce(func.max(FIELDS.c.position), 0))).scalar_one()
        work.connection.execute(insert(FIELDS), {"code": code, "position": last + 1, **values})
    elif (known.name_vi, known.name_en, known.active) == (name_vi, name_en, active):
        raise InvalidInput.of("name_vi", say(N_("Nothing was changed. Change at least one field.")))
    else:
        work.connection.execute(update(FIELDS).where(FIELDS.c.id == known.id).values(values))
    event = FieldSaved(code=code, name_vi=name_vi, name_en=name_en, active=active)
    work.record_in_chain(SETTINGS, "settings", event)
    return code


def end_field(work: Work, code: str) -> None:
    """Take a field out of use: its cases keep it, no new case gets it. Raises NotPermitted, InvalidInput."""
    require_top_administrator(work)
    known = _row(work, code)
    if known is None or not known.active:
        raise InvalidInput.of("code", say(N_("There is no field “%(code)s” in use."), code=code), code)
    if work.connection.execute(select(func.count()).where(FIELDS.c.active)).scalar_one() == 1:
        raise InvalidInput.of("code", say(N_("This is the last field in use. Add another one first.")), code)
    work.connection.execute(update(FIELDS).where(FIELDS.c.id == known.id).values(active=False))
    event = FieldSaved(code=code, name_vi=known.name_vi, name_en=known.name_en, active=False)
    work.record_in_chain(SETTINGS, "settings", event)


def _row(work: Work, code: str) -> Any:
    return work.connection.execute(select(FIELDS).where(FIELDS.c.code == code)).first()


def _check(work: Work, code: str, name_vi: str, name_en: str) -> None:
    if not _CODE.fullmatch(code):
        message = N_("Write a code of small letters, digits and _, at most 60, for example land_disputes.")
        raise InvalidInput.of("code", say(message), code)
    for field, name in (("name_vi", name_vi), ("name_en", name_en)):
        if not name or len(name) > 500:
            raise InvalidInput.of(field, say(N_("Enter a name of 1 to 500 characters.")), name)
    others = work.connection.execute(select(FIELDS.c.name_vi, FIELDS.c.name_en).where(FIELDS.c.code != code))
    taken = {fold(name) for row in others for name in row}
    for field, name in (("name_vi", name_vi), ("name_en", name_en)):
        if fold(name) in taken:
            message = N_("There is a field called “%(name)s” already. Choose another name.")
            raise InvalidInput.of(field, say(message, name=name), name)
