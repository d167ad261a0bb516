"""Erasing citizens' data: asked for by an inspector, carried out by an administrator, on a decision.

Two people, each in person: neither stands in for anybody, and neither has a hand in the case. The administrator
learns which kinds of data go, not what they say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select, Table, update

from caseflow.errors import Attempt, InvalidInput, KeptRefusal, NotFound, NotPermitted, WrongState
from caseflow.events import DataErased, DataErasureDeclined, DataErasureRequested, PersonRef
from caseflow.messages import Message, N_, say
from caseflow.models import Case, Erasure, Person
from caseflow.queries.case_people import keeps_complainant
from caseflow.queries.erasures import (
    ASKED,
    closed_at,
    DECLINED,
    Disclosed,
    disclosed,
    DONE,
    evidence_rows,
    StoredEvidence,
    Wanted,
)
from caseflow.states.erasure import CONSENT, GROUNDS, kept_until, RETENTION
from caseflow.states.folding import tidy
from caseflow.states.pressing_issue import FINAL
from caseflow.states.relations import INSPECTOR, may_see, on_owners_side, relations
from caseflow.states.working_days import vn_date
from caseflow.use_cases.erasing_values import erase_values
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.work import Work

Refusal = TypeVar("Refusal", bound=KeptRefusal)

ERASURES: Table = Erasure.__table__  # type: ignore[assignment]
ADMINISTRATOR = "administrator"
ITEMS = "items"
LONGEST_NUMBER = 80
_FAULTY = re.compile(r"[\x00-\x1f\x7f\[\]<>]")


def request_erasure(work: Work, code: str, *, decision_number: str, ground: str, items: Sequence[str]) -> str:
    """Ask for citizens' data of a case to be erased; answer the request's id.

    `items` are `complainant`, `file:ID` of a piece of evidence, `text:DIGEST` of a disclosure. Raises NotFound
    out of reach, NotPermitted for who is no inspector of the unit, has a hand in the case or stands in for
    somebody, WrongState while the case is open or its retention runs, InvalidInput naming the field.
    """
    held = _inspected(work, code)
    number, wanted = read_number(decision_number), read_items(items)
    refuse_kept(work, held, _ground(ground), wanted)
    there, rows = disclosed(work.connection, held.case.uuid), evidence_rows(work.connection, held.case.id)
    _refuse_gone(work, held, there, rows, wanted)
    identity = uuid4()
    row = {
        "uuid": identity,
        "case_id": held.case.id,
        "person_id": None,
        "status": ASKED,
        "decision_number": number,
        "reason": ground,
        "items": wanted.write(there),
        "asked_by_id": work.actor.id,
        "asked_at": work.now,
    }
    work.writer.add(ERASURES, row)
    event = DataErasureRequested(
        erasure=str(identity), decision_number=number, ground=ground, kinds=wanted.kinds
    )
    work.record(held, event, held.case.state, versioned=False)
    return str(identity)


def approve_erasure(work: Work, key: UUID, *, decision_number: str) -> str:
    """Carry a request out; answer the case's code. `decision_number` is read off the paper once more.

    What it leaves in files is to be cleared afterwards (`clear_remains`). Raises NotFound out of reach,
    NotPermitted for who asked, has a hand in the case or stands in for somebody, WrongState for one decided
    already or a case that was reopened, InvalidInput.
    """
    row, held = _decided(work, key, "approve_erasure")
    if read_number(decision_number) != row.decision_number:
        message = say(N_("This is not the number that the request names. Compare both with the decision."))
        raise InvalidInput.of("decision_number", message, decision_number)
    wanted = Wanted.read(row.items)
    refuse_kept(work, held, row.reason, wanted)
    gone = erase_values(work, held, wanted, row.decision_number)
    event = DataErased(
        erasure=str(row.uuid),
        decision_number=row.decision_number,
        ground=row.reason,
        kinds=wanted.kinds,
        erased=gone.digests,
        inspector=_ref(work, row.asked_by_id),
        administrator=work.actor.ref,
        retention_years=work.installation.settings.retention_years,
        kept=gone.kept or None,
    )
    _decide(work, row, DONE)
    work.record(held, event, held.case.state, versioned=False)
    return held.case.code


def decline_erasure(work: Work, key: UUID) -> str:
    """Leave everything as it is; answer the case's code. Raises as `approve_erasure`."""
    row, held = _decided(work, key, "decline_erasure")
    event = DataErasureDeclined(erasure=str(row.uuid), decision_number=row.decision_number)
    _decide(work, row, DECLINED)
    work.record(held, event, held.case.state, versioned=False)
    return held.case.code


@dataclass(frozen=True, slots=True)
class Erasable:
    """What could be asked for now: the disclosures and files, whether a complainant, and why not more of it."""

    held: HeldCase
    values: list[Disclosed]
    files: list[StoredEvidence]
    complainant: bool
    kept: Message | None


def look_at_erasable(work: Work, code: str) -> Erasable:
    """What of a case the actor could ask to be erased. Raises as `request_erasure` does for who may not."""
    held = _inspected(work, code)
    complainant = keeps_complainant(work.connection, held.case.id)
    try:
        refuse_kept(work, held, RETENTION, Wanted())
    except WrongState as refusal:
        return Erasable(held, [], [], complainant, refusal.message)
    values = [one for one in disclosed(work.connection, held.case.uuid) if one.erasable]
    files = [row for row in evidence_rows(work.connection, held.case.id) if row.sha256]
    return Erasable(held, values, files, complainant, None)


# --- who --------------------------------------------------------------------------------------------


def _inspected(work: Work, code: str) -> HeldCase:
    held = work.case(code)
    standing = work.standing(held)
    if not may_see(held.case, standing):
        raise NotFound
    if work.actor.principal is not None:
        raise _refusal(held, "request_erasure", say(_IN_PERSON))
    if INSPECTOR not in relations(held.case, standing, {}):
        message = N_("Only an inspector of the unit or above asks for an erasure. Ask one of them.")
        raise _refusal(held, "request_erasure", say(message))
    if on_owners_side(held.case, standing):
        raise _refusal(held, "request_erasure", say(_HAND_IN_IT))
    return held


_IN_PERSON = N_("An erasure is asked for and decided in person. Act for yourself first.")
_HAND_IN_IT = N_("Who has a hand in the case neither asks for an erasure in it nor decides one.")


def _decided(work: Work, key: UUID, action: str) -> tuple[Any, HeldCase]:
    row = work.connection.execute(select(ERASURES).where(ERASURES.c.uuid == key)).first()
    if row is None or row.case_id is None:
        raise NotFound
    code = work.connection.execute(select(Case.code).where(Case.id == row.case_id)).scalar_one()
    held = work.case(code)
    if not work.access(work.actor.id).holds(ADMINISTRATOR, held.path):
        raise NotFound
    if work.actor.principal is not None:
        raise _refusal(held, action, say(_IN_PERSON))
    if row.asked_by_id == work.actor.id:
        message = N_("Nobody decides what they asked for themselves. Another administrator decides.")
        raise _refusal(held, action, say(message))
    standing = work.standing(held)
    if standing.conflicted or on_owners_side(held.case, standing):
        raise _refusal(held, action, say(_HAND_IN_IT))
    if row.status != ASKED:
        raise _wrong(held, action, say(N_("This request has been decided already.")))
    return row, held


def _refusal(held: HeldCase, action: str, message: Message) -> NotPermitted:
    return _kept(NotPermitted(message), held, action)


def _wrong(held: HeldCase, action: str, message: Message) -> WrongState:
    return _kept(WrongState(message), held, action)


def _kept(refusal: Refusal, held: HeldCase, action: str) -> Refusal:
    refusal.attempt = Attempt(action, held.case.code, held.case.id)
    return refusal


def _ref(work: Work, person: int) -> PersonRef:
    row = work.connection.execute(
        select(Person.uuid, Person.name, Person.position).where(Person.id == person)
    ).one()
    return PersonRef(str(row.uuid), row.name, row.position)


def _decide(work: Work, row: Any, status: str) -> None:
    decided = {"status": status, "decided_by_id": work.actor.id, "decided_at": work.now}
    work.connection.execute(update(ERASURES).where(ERASURES.c.id == row.id).values(decided))


# --- what and when ------------------------------------------------------------------------------------


def refuse_kept(work: Work, held: HeldCase, ground: str, wanted: Wanted) -> None:
    """Refuse what is open to inspection or kept whole: all but a complainant who withdraws consent. Raises WrongState."""
    if ground == CONSENT:
        if wanted.digests or wanted.evidence:
            message = N_("Withdrawn consent covers identity and contact only. Choose nothing else with it.")
            raise InvalidInput.of(ITEMS, say(message))
        return
    closed = closed_at(work.connection, held.case.uuid) if held.case.state in FINAL else None
    if closed is None:
        message = N_(
            "%(code)s is open: nothing of it is erased before it is closed and its retention is over."
        )
        raise _wrong(held, "erase", say(message, code=held.case.code))
    until = kept_until(vn_date(closed), work.installation.settings.retention_years)
    if work.today <= until:
        message = N_("%(code)s was closed on %(day)s and is kept whole until %(until)s.")
        raise _wrong(held, "erase", say(message, code=held.case.code, day=vn_date(closed), until=until))


def _ground(ground: str) -> str:
    if ground not in dict(GROUNDS):
        raise InvalidInput.of("ground", say(N_("Choose on what ground.")), ground)
    return ground


def read_number(text: str) -> str:
    """The number of a decision. Raises InvalidInput."""
    number = tidy(text)
    if not number or len(number) > LONGEST_NUMBER or _FAULTY.search(number):
        message = N_("Enter the number of the decision, for example 12-QĐ/UBKT; at most %(n)d characters.")
        raise InvalidInput.of("decision_number", say(message, n=LONGEST_NUMBER), text)
    return number


def read_items(items: Sequence[str]) -> Wanted:
    """What was chosen. Raises InvalidInput for nothing, and for what is no item."""
    if not items:
        raise InvalidInput.of(ITEMS, say(N_("Choose at least one value that is to be erased.")))
    digests, evidence = set[str](), set[UUID]()
    for item in items:
        kind, _colon, key = item.partition(":")
        if kind == "text" and re.fullmatch(r"[A-Za-z0-9_-]{43}", key):
            digests.add(key)
        elif kind == "file" and (found := _uuid(key)):
            evidence.add(found)
        elif item != "complainant":
            raise InvalidInput.of(ITEMS, say(_NOT_THERE), item[:60])
    return Wanted(frozenset(digests), frozenset(evidence), "complainant" in items)


_NOT_THERE = N_(
    "Something chosen is not there to be erased, or has been erased already. Look at the page again."
)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refuse_gone(
    work: Work, held: HeldCase, there: list[Disclosed], rows: list[StoredEvidence], wanted: Wanted
) -> None:
    known = {one.digest for one in there if one.erasable}
    files = {row.uuid for row in rows if row.sha256}
    lost = wanted.complainant and not keeps_complainant(work.connection, held.case.id)
    if lost or wanted.digests - known or wanted.evidence - files:
        raise InvalidInput.of(ITEMS, say(_NOT_THERE))
