"""What must hold for a move beyond right and state: each need names the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import cast

from caseflow.errors import Problem
from caseflow.messages import N_, say
from caseflow.states.engine import Occasion
from caseflow.states.given import CaseFacts, OrganisationFacts, PersonFacts

LONGEST_SUSPENSION_DAYS = 30


def expected_outcome_stands(on: Occasion) -> Iterator[Problem]:
    """Clear work: the case says what is to be reached."""
    if not (on.given.get("expected_outcome") or on.case.expected_outcome):
        yield Problem("expected_outcome", say(N_("Enter the expected outcome: what is to be reached.")))


def owner_can_own(on: Occasion) -> Iterator[Problem]:
    """Clear person: active, and free to see the case."""
    owner = cast(PersonFacts | None, on.given.get("owner"))
    if owner is not None:
        yield from _can_carry("owner", owner)


def lead_officer_can_lead(on: Occasion) -> Iterator[Problem]:
    """The lead officer is active and free to see the case too."""
    officer = cast(PersonFacts | None, on.given.get("lead_officer"))
    if officer is not None:
        yield from _can_carry("lead_officer", officer)


def _can_carry(field: str, person: PersonFacts) -> Iterator[Problem]:
    if not person.active:
        yield Problem(
            field,
            say(N_("%(name)s no longer works here. Choose an active person."), name=person.name),
            person.name,
        )
    elif not person.may_see:
        yield Problem(
            field,
            say(
                N_("%(name)s may not read this case. Choose another person, or name them as a reader first."),
                name=person.name,
            ),
            person.name,
        )


def owner_is_new(on: Occasion) -> Iterator[Problem]:
    """A reassignment names somebody else."""
    owner = cast(PersonFacts, on.given["owner"])
    if owner.id == on.case.owner_id:
        message = say(N_("%(name)s owns the case already. Choose another person."), name=owner.name)
        yield Problem("owner", message, owner.name)


def deadline_or_working_days(on: Occasion) -> Iterator[Problem]:
    """Clear time: one of a date and a number of working days."""
    if ("deadline" in on.given) == ("working_days" in on.given):
        message = say(N_("Enter either a deadline or a number of working days, not both."))
        yield Problem("deadline", message, on.given.get("deadline"))


def deadline_not_past(on: Occasion) -> Iterator[Problem]:
    """A deadline lies today or later."""
    deadline = cast(date | None, on.given.get("deadline"))
    if deadline is not None and deadline < on.today:
        yield Problem(
            "deadline",
            say(N_("The deadline is past. Choose %(today)s or a later day."), today=on.today),
            deadline,
        )


def deadline_later(on: Occasion) -> Iterator[Problem]:
    """An extension moves the deadline on."""
    deadline = cast(date | None, on.given.get("deadline"))
    if deadline is not None and deadline <= on.case.deadline:
        yield Problem(
            "deadline",
            say(N_("The new deadline must be later than the present one, %(old)s."), old=on.case.deadline),
            deadline,
        )


def no_extension_pending(on: Occasion) -> Iterator[Problem]:
    """One request at a time."""
    if on.case.extension_asked_on is not None:
        message = say(N_("A request for extension is waiting already. Wait for the decision on it."))
        yield Problem("deadline", message, on.given.get("deadline"))


def extension_pending(on: Occasion) -> Iterator[Problem]:
    """There is a request to decide on."""
    if on.case.extension_asked_on is None:
        yield Problem("reason", say(N_("No request for extension is waiting. Nothing needs to be refused.")))


def review_within_thirty_days(on: Occasion) -> Iterator[Problem]:
    """A suspension is looked at again soon."""
    review, latest = cast(date, on.given["review_on"]), on.today + timedelta(days=LONGEST_SUSPENSION_DAYS)
    if not on.today < review <= latest:
        yield Problem(
            "review_on",
            say(N_("The review must be after today and not later than %(latest)s."), latest=latest),
            review,
        )


def fresh_evidence(on: Occasion) -> Iterator[Problem]:
    """The result is proved by something newer than the last return or reopening."""
    if not on.around.fresh_evidence:
        yield Problem(
            "evidence",
            say(
                N_(
                    "Attach at least one file or document reference that is newer than the last return or reopening."
                )
            ),
        )


def remainder_named(on: Occasion) -> Iterator[Problem]:
    """A result in part says what remains; otherwise nothing remains."""
    part, remainder = on.given["completion"] == "part", on.given.get("remainder")
    if part and not remainder:
        yield Problem("remainder", say(N_("Enter what remains: it is registered as a linked case.")))
    elif remainder and not part:
        message = say(N_("Leave out what remains, or choose “in part”."))
        yield Problem("remainder", message, remainder)


def another_unit(on: Occasion) -> Iterator[Problem]:
    """A transfer goes to another unit that exists today, and only one is offered at a time."""
    unit = cast(OrganisationFacts, on.given["organisation"])
    if on.case.offered_to_id is not None:
        yield Problem(
            "organisation", say(N_("A transfer is waiting already. Wait for the answer to it.")), unit.code
        )
    elif unit.id == on.case.organisation_id:
        yield Problem(
            "organisation", say(N_("The case is in this unit already. Choose another unit.")), unit.code
        )
    elif not unit.active:
        yield _ended("organisation", unit)


def _ended(field: str, unit: OrganisationFacts) -> Problem:
    message = say(N_("%(name)s is no longer active. Choose its successor."), name=unit.name)
    return Problem(field, message, unit.code)


def transfer_offered(on: Occasion) -> Iterator[Problem]:
    """There is an offer to answer."""
    if on.case.offered_to_id is None:
        yield Problem("organisation", say(N_("No transfer of this case is waiting.")))


def duplicate_linked(on: Occasion) -> Iterator[Problem]:
    """A duplicate names the case that it repeats, and never itself."""
    other = cast(CaseFacts | None, on.given.get("duplicate_of"))
    duplicate = on.given["kind"] == "duplicate"
    if duplicate and other is None:
        yield Problem("duplicate_of", say(N_("Enter the code of the case that this one repeats.")))
    elif other is not None and (not duplicate or other.id == on.case.id):
        message = say(N_("Name another case, and only for a duplicate."))
        yield Problem("duplicate_of", message, other.code)


def somebody_owns(on: Occasion) -> Iterator[Problem]:
    """A reopened case has an active owner."""
    if on.given.get("owner") is None and not on.around.owner_active:
        yield Problem("owner", say(N_("The former owner is no longer active. Choose a new owner.")))


def decider_decides(on: Occasion) -> Iterator[Problem]:
    """Who is asked for a decision can decide: a supervisor of the unit or above."""
    decider = cast(PersonFacts | None, on.given.get("needs_decision_by"))
    if decider is not None and not (decider.active and decider.may_see and decider.decides):
        message = say(
            N_("%(name)s does not supervise this unit. Choose a supervisor of it."), name=decider.name
        )
        yield Problem("needs_decision_by", message, decider.name)


def something_changes(on: Occasion) -> Iterator[Problem]:
    """An edit changes at least one thing."""
    if not on.given:
        yield Problem("title", say(N_("Nothing was changed. Change at least one field.")))


def outcome_only_while_registered(on: Occasion) -> Iterator[Problem]:
    """Once assigned, the expected outcome is revised by whoever stands above, not edited."""
    if "expected_outcome" in on.given and on.case.state != "registered":
        message = say(N_("The expected outcome is fixed once assigned. Ask the higher level to revise it."))
        yield Problem("expected_outcome", message, on.given["expected_outcome"])


def imposed_stays(on: Occasion) -> Iterator[Problem]:
    """Once a deadline stands, only the higher level says that the document no longer imposes it."""
    basis = cast("Mapping[str, object]", on.given.get("basis") or {})
    lifted = "basis" in on.given and on.case.deadline_imposed and not basis.get("imposed")
    if lifted and on.case.first_deadline is not None and not on.who.holds_above(on.who.path):
        message = say(N_("The document sets this deadline. Only the higher level takes that back."))
        yield Problem("basis", message, "imposed")


def readers_remain(on: Occasion) -> Iterator[Problem]:
    """Who is taken away as a reader was one, does not answer for the case, and leaves somebody who reads it."""
    gone = cast("tuple[PersonFacts, ...]", on.given.get("readers_removed") or ())
    come = cast("tuple[PersonFacts, ...]", on.given.get("readers") or ())
    for person in gone:
        if person.id not in on.who.readers:
            message = say(N_("%(name)s is no named reader of this case."), name=person.name)
            yield Problem("readers_removed", message, person.name)
        elif person.id in (on.case.owner_id, on.case.lead_officer_id, on.case.needs_decision_by_id):
            message = say(
                N_(
                    "%(name)s is answerable for this case and must be able to read it. Name another person first."
                ),
                name=person.name,
            )
            yield Problem("readers_removed", message, person.name)
    if gone and not (on.who.readers | {p.id for p in come}) - {p.id for p in gone}:
        message = say(N_("Nobody would read this case any more. Leave or name at least one reader."))
        yield Problem("readers_removed", message)


def one_supporter(on: Occasion) -> Iterator[Problem]:
    """Either a person or a unit."""
    if ("person" in on.given) == ("organisation" in on.given):
        yield Problem("person", say(N_("Choose either a person or a unit.")))


def supporter_can_support(on: Occasion) -> Iterator[Problem]:
    """Who supports is active, and free to see the case; whoever no longer is can still be taken away."""
    person = cast(PersonFacts | None, on.given.get("person"))
    if person is not None:
        yield from _can_carry("person", person)
    unit = cast(OrganisationFacts | None, on.given.get("organisation"))
    if unit is not None and not unit.active:
        yield _ended("organisation", unit)


def evidence_given(on: Occasion) -> Iterator[Problem]:
    """A document reference says which document and where it is kept."""
    needed = {"document_number", "document_date", "kept_at"}
    given = needed & on.given.keys()
    if "file" not in on.given and given != needed:
        for name in sorted(needed - given):
            yield Problem(
                name, say(N_("Attach a file, or enter number, date and place of a paper document."))
            )
