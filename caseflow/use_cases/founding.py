"""Founding an installation: the fixed person `operator`, the standard fields and the bundled special days."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, insert, select

from caseflow.adapters.special_days import bundled_special_days
from caseflow.adapters.standard_fields import standard_fields
from caseflow.database import migrations
from caseflow.models import FieldRow, Person, SpecialDayRow
from caseflow.models import Installation as InstallationRow
from caseflow.states.actor import Actor
from caseflow.states.folding import fold, sort_key_vi
from caseflow.use_cases.installation import Installation

OPERATOR = "operator"


def found(installation: Installation) -> None:
    """Bring the schema up, and what every installation starts with; nothing that is there is changed."""
    if migrations.revision_of(installation.database) != migrations.newest_revision():
        migrations.upgrade(installation.database)
    with installation.database.transaction() as connection:
        if connection.execute(select(func.count()).select_from(InstallationRow)).scalar_one():
            return
        connection.execute(
            insert(InstallationRow).values(
                id=1, uuid=uuid4(), time_zone="Asia/Ho_Chi_Minh", calendar_edition=1
            )
        )
        connection.execute(
            insert(Person).values(
                uuid=uuid4(),
                staff_code=OPERATOR,
                name="Vận hành hệ thống",
                position="operator",
                operator=True,
                sort_key=sort_key_vi("Vận hành hệ thống"),
                search_text=fold("Vận hành hệ thống operator"),
            )
        )
        connection.execute(insert(FieldRow), [*standard_fields()])
        days = [{"day": d.day, "kind": str(d.kind), "decision": d.decision} for d in bundled_special_days()]
        connection.execute(insert(SpecialDayRow), days)


def operator(installation: Installation, account: str | None = None) -> Actor:
    """The person as whom commands act; `account` is the account of the system that started the command."""
    with installation.database.reading() as connection:
        row = connection.execute(
            select(Person.id, Person.uuid, Person.name, Person.position).where(Person.operator)
        ).one()
    return Actor(row.id, row.uuid, row.name, row.position, operator=True, account=account)
