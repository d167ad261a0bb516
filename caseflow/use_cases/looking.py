"""Looking at one case: what may be seen of it, and what may be done with it now."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from caseflow.adapters.sealed_text import contact_place, name_place, open_text
from caseflow.errors import Attempt, NotFound, NotPermitted
from caseflow.events import ComplainantOpened
from caseflow.messages import N_, say
from caseflow.models import CaseParty
from caseflow.states.engine import lifecycle_named, open_moves
from caseflow.states.move import Move
from caseflow.states.relations import may_see, OWNER, relations, Standing, VERIFIER
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.registration import COMPLAINANT
from caseflow.use_cases.work import Work


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that the actor may see, how they stand to it, and the moves open to them now."""

    held: HeldCase
    standing: Standing
    relations: frozenset[str]
    moves: tuple[Move, ...]


def see_case(work: Work, code: str) -> Seen:
    """Look at a case; nothing is changed or recorded. Raises NotFound, also for one out of reach."""
    held = work.case(code)
    standing = work.standing(held)
    if not may_see(held.case, standing):
        raise NotFound
    moves = open_moves(lifecycle_named(held.case.kind), held.case, standing)
    return Seen(held, standing, relations(held.case, standing, {}), moves)


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complained, and how to reach them."""

    name: str
    contact: str | None


def open_complainant(work: Work, code: str) -> Complainant:
    """Open a complainant's identity: for the owner and the verifying supervisor; each opening is an event."""
    seen = see_case(work, code)
    case = seen.held.case
    if seen.relations.isdisjoint({OWNER, VERIFIER}):
        refusal = NotPermitted(
            say(N_("Only the owner and the verifying supervisor open the complainant's identity."))
        )
        refusal.attempt = Attempt("open_complainant", case.code, case.id)
        raise refusal
    row = work.connection.execute(
        select(CaseParty.sealed_identity, CaseParty.sealed_contact).where(
            CaseParty.case_id == case.id, CaseParty.role == COMPLAINANT
        )
    ).first()
    if row is None:
        raise NotFound
    key = work.installation.settings.derived_key(COMPLAINANT)
    try:
        name = open_text(key, row.sealed_identity, name_place(case.code))
        sealed = row.sealed_contact
        contact = open_text(key, sealed, contact_place(case.code)) if sealed else None
    except InvalidTag:
        raise NotFound(
            say(N_("The complainant cannot be read with this installation's key. Ask the administrator."))
        ) from None
    event = ComplainantOpened(case_code=case.code)
    work.record_in_chain(work.actor.uuid, "person", event, about_case=case.id)
    return Complainant(name, contact)
