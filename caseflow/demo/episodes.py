"""What can happen to a case on the way from its assignment to its result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from caseflow.demo import words
from caseflow.demo.deeds import approving_stand_in, requesting_stand_in, Story
from caseflow.demo.slots import pick
from caseflow.demo.staff import Unit
from caseflow.demo.tale import Episode, Tale
from caseflow.states.actor import Actor


def report(tale: Tale) -> Story:
    """The owner reports progress."""
    yield from tale.report()


def comment(tale: Tale) -> Story:
    """The boss says something."""
    yield from tale.comment()


def evidence(tale: Tale) -> Story:
    """Something is proved on the way."""
    yield from tale.prove()


def start(tale: Tale) -> Story:
    """The owner takes the work up; only right after the assignment."""
    yield from tale.move(tale.doer, "start")


def ask_decision(tale: Tale) -> Story:
    """The owner says what stands in the way and who must decide."""
    yield from tale.report(
        difficulty=words.difficulty(tale.rng, tale.text),
        proposal=words.proposal(tale.rng, tale.text),
        needs_decision_by=tale.id_of(tale.boss),
    )


def decision(tale: Tale) -> Story:
    """The owner asks for a decision, and the boss gives it."""
    yield from ask_decision(tale)
    tale.wait(0.2, 3)
    yield from tale.comment()


def support(tale: Tale) -> Story:
    """A colleague supports the owner and reports a part of the work."""
    helper = tale.cast.official(tale.rng, tale.owner)
    yield from tale.move(tale.boss, "add_supporter", person=tale.id_of(helper))
    tale.wait(0.5, 3)
    owner, tale.owner = tale.owner, helper
    yield from tale.report()
    tale.owner = owner


def support_of_a_unit(tale: Tale) -> Story:
    """A unit beside this one is asked to support the owner."""
    yield from tale.move(tale.boss, "add_supporter", organisation=pick(tale.rng, _beside(tale)).code)


def milestones(tale: Tale) -> Story:
    """The boss and the owner agree on steps with days."""
    days = [tale.hours.day(tale.at + step) for step in (3, 9, 16)]
    texts = dict.fromkeys(tale.say("milestone") for _ in range(6))
    steps = [
        {"text": text, "date": day, "person": tale.id_of(tale.owner), "done": number == 0}
        for number, (text, day) in enumerate(zip(texts, days, strict=False))
    ]
    yield from tale.move(tale.boss, "edit", milestones=steps)


def edit(tale: Tale) -> Story:
    """The boss adds to the description."""
    more = f"{tale.text.description}\n{words.difficulty(tale.rng, tale.text)}"
    yield from tale.move(tale.boss, "edit", description=more)


def reassign(tale: Tale) -> Story:
    """Somebody else becomes answerable."""
    tale.owner = tale.cast.official(tale.rng, tale.owner)
    reason = tale.say("reassign_reason")
    yield from tale.move(tale.boss, "reassign", owner=tale.id_of(tale.owner), reason=reason)


def revise(tale: Tale) -> Story:
    """The unit above rewords what is to be reached."""
    wording = words.revised_outcome(tale.rng, tale.text)
    reason = tale.say("revise_reason")
    yield from tale.move(tale.cast.above, "revise_outcome", expected_outcome=wording, reason=reason)


def suspend(tale: Tale) -> Story:
    """The clock stops until a review."""
    review = tale.hours.day(tale.at) + timedelta(days=12 + int(tale.rng.random() * 18))
    yield from tale.move(tale.boss, "suspend", reason=tale.say("suspension_reason"), review_on=review)


def pause(tale: Tale) -> Story:
    """The clock stops for a while; the deadline moves along."""
    before = int(tale.at)
    yield from suspend(tale)
    tale.wait(3, 10)
    yield from tale.move(tale.boss, "resume")
    tale.deadline += int(tale.at) - before


def extension_decider(tale: Tale) -> Actor:
    """Who decides on the next extension."""
    late = int(tale.at) > int(tale.deadline)
    return tale.cast.above if tale.imposed or tale.extensions or late else tale.boss


def refused_extension(tale: Tale) -> Story:
    """The owner asks for more time in vain."""
    decider = extension_decider(tale)
    yield from tale.ask_extension(max(tale.deadline, tale.at) + tale.draw(5, 15))
    tale.wait(0.2, 1.5)
    yield from tale.move(decider, "refuse_extension", reason=tale.say("extension_refusal"))


def offer(tale: Tale, to: str | None = None) -> Story:
    """The case is offered to the unit with the code `to`, else to one beside this one."""
    roll = tale.place.company.roll
    tale.offered = roll.units[to] if to else pick(tale.rng, _beside(tale))
    reason = tale.say("transfer_reason")
    yield from tale.move(tale.boss, "request_transfer", organisation=tale.offered.code, reason=reason)


def _beside(tale: Tale) -> list[Unit]:
    roll = tale.place.company.roll
    return [unit for unit in roll.below(tale.cast.unit.parent) if unit.code != tale.cast.unit.code]


def declined_transfer(tale: Tale) -> Story:
    """The other unit will not have the case."""
    yield from offer(tale)
    tale.wait(0.3, 2)
    theirs = pick(tale.rng, tale.place.company.holding("supervisor", tale.offered.code))
    yield from tale.move(theirs, "decline_transfer", reason=tale.say("transfer_declined"))


def withdrawn_result(tale: Tale) -> Story:
    """The owner reports a result too early and takes it back."""
    yield from tale.resolve()
    tale.wait(0.1, 0.8)
    yield from tale.move(tale.doer, "withdraw", reason=tale.say("edit_reason"))


def stood_in_by(choose: Callable[[Tale], Actor], days: int = 12) -> Episode:
    """The owner is away for some days, and whoever `choose` names acts for them: asked for, approved, done."""

    def episode(tale: Tale) -> Story:
        hand, today = choose(tale), tale.hours.day(tale.at)
        asking = requesting_stand_in(tale.place.company.staff_code(hand), today, today + timedelta(days=days))
        mandate = yield tale.deed(tale.owner, asking)
        tale.wait(0.05, 0.3)
        yield tale.deed(tale.boss, approving_stand_in(mandate))
        tale.wait(0.1, 0.6)
        tale.hand = hand.standing_in_for(tale.owner)
        yield from tale.report()
        tale.hand = None

    return episode


def a_colleague(tale: Tale) -> Actor:
    """Some other official of the unit."""
    return tale.cast.official(tale.rng, tale.owner)


def first_official(tale: Tale) -> Actor:
    """The first official of the unit."""
    return tale.cast.officials[0]
