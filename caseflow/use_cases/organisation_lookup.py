"""An organisation by its key."""

from __future__ import annotations

from sqlalchemy import select

from caseflow.models import Organisation
from caseflow.states.given import OrganisationFacts
from caseflow.use_cases.work import Work


def organisation_of(work: Work, key: int) -> OrganisationFacts:
    """The facts of a stored organisation."""
    row = work.connection.execute(
        select(
            Organisation.id, Organisation.code, Organisation.name, Organisation.level, Organisation.path
        ).where(Organisation.id == key)
    ).one()
    return OrganisationFacts(*row)
