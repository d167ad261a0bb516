"""Mandates for tests: who stands in for whom on which days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import insert

from caseflow.models import StandIn
from caseflow.states.actor import Actor
from tests.factories import Office


def mandate(
    office: Office,
    stand_in: str,
    principal: str,
    *,
    start: date | None = None,
    days: int = 30,
    approved: bool = True,
    slip: str | None = None,
) -> Actor:
    """Let `stand_in` act for `principal` for some days from `start` (today); answer the actor who does.

    With a `slip` it is a registrar who serves somebody without an account.
    """
    actor, other = office.actors[stand_in], office.actors[principal]
    start = start or office.today
    row = {
        "uuid": uuid4(),
        "kind": "served" if slip else "stand_in",
        "principal_id": other.id,
        "stand_in_id": actor.id,
        "valid_from": start,
        "valid_until": start + timedelta(days=days - 1),
        "evidence": slip,
        "approved_by_id": office.actors["P-SUP"].id if approved and not slip else None,
    }
    with office.installation.database.transaction() as connection:
        connection.execute(insert(StandIn), row)
    return replace(actor, principal=other)
