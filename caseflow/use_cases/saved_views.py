"""Saved views: a name for a query string of the case list, of one person."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select, Table, update

from caseflow.errors import InvalidInput
from caseflow.messages import N_, say
from caseflow.models import SavedView
from caseflow.states.folding import tidy
from caseflow.use_cases.work import Work

VIEWS: Table = SavedView.__table__  # type: ignore[assignment]
LONGEST_NAME = 100
MOST_VIEWS = 50


def save_view(work: Work, name: str, query: str) -> str:
    """Keep a query string under a name; one of the same name is replaced. Answer the name.

    A view is a convenience of its person, not a fact about a case: nothing is recorded.
    Raises InvalidInput.
    """
    name = tidy(name)
    if not name or len(name) > LONGEST_NAME:
        message = say(N_("Enter a name of 1 to %(n)s characters for the view."), n=LONGEST_NAME)
        raise InvalidInput.of("name", message, name)
    mine = VIEWS.c.person_id == work.actor.id
    replaced = work.connection.execute(
        update(VIEWS).where(mine, VIEWS.c.name == name).values(query=query[:4000])
    )
    if replaced.rowcount:
        return name
    if (
        work.connection.execute(select(func.count()).select_from(VIEWS).where(mine)).scalar_one()
        >= MOST_VIEWS
    ):
        message = say(N_("There are %(n)s saved views already. Delete one first."), n=MOST_VIEWS)
        raise InvalidInput.of("name", message, name)
    work.connection.execute(insert(VIEWS).values(person_id=work.actor.id, name=name, query=query[:4000]))
    return name


def delete_view(work: Work, name: str) -> None:
    """Forget a saved view of the actor; one that is not there is forgotten already."""
    work.connection.execute(delete(VIEWS).where(VIEWS.c.person_id == work.actor.id, VIEWS.c.name == name))
