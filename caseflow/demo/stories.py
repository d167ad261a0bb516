"""How cases go, from registration to wherever they stand: each function makes one way to tell a case."""

from __future__ import annotations

from collections.abc import Sequence

from caseflow.demo import words
from caseflow.demo.deeds import Story
from caseflow.demo.episodes import comment, extension_decider, offer, report, suspend
from caseflow.demo.openings import opened, Opening
from caseflow.demo.slots import pick
from caseflow.demo.tale import Episode, in_turn, Tale, Tell

Range = tuple[float, float]
"""Between how many working days."""


def registered(tale: Tale) -> Story:
    """Nobody has been given the case yet."""
    yield from tale.register()


def settled(
    slack: Range = (1, 15),
    steps: Sequence[Episode] = (report,),
    *,
    returns: int = 0,
    opening: Opening = opened,
    completion: str = "full",
) -> Tell:
    """Verified at the tale's end, the result having come `slack` working days before the deadline."""

    def tell(tale: Tale) -> Story:
        end = _ending(tale, returns)
        result = end - tale.draw(0.4, 4.4)
        yield from opening(tale, result + tale.draw(*slack))
        yield from in_turn(steps, tale, tale.at + (result - tale.at) / (returns + 1))
        yield from _returned(tale, returns, result)
        tale.reach(result)
        yield from tale.resolve_in_part() if completion == "part" else tale.resolve(completion)
        tale.reach(end)
        yield from tale.verify()

    return tell


def _ending(tale: Tale, returns: int = 0) -> float:
    if tale.end is None:
        tale.end = tale.draw(min(tale.at + 16 + 8 * returns, tale.now - 2), tale.now - 0.5)
    return tale.end


def _returned(tale: Tale, times: int, until: float) -> Story:
    """Results that came back; from the third submission on the unit above decides that."""
    for number in range(times):
        tale.wait(0.1, 0.6)
        yield from tale.resolve()
        tale.wait(0.3, 2.5)
        yield from tale.send_back(tale.cast.above if number >= 2 else None)
        tale.toward(until, times - number + 1)
        yield from tale.report()
        tale.toward(until, times - number + 1)


def prolonged(times: int = 1, *, final: Range | None = None, imposed: bool = False) -> Tell:
    """The deadline was put off so many times; verified in time, or with `final` still under way.

    `final` is how far ahead of today the last deadline lies.
    """

    def tell(tale: Tale) -> Story:
        tale.imposed = imposed
        end = tale.now if final else _ending(tale)
        result = end - tale.draw(0.4, 3.5)
        last = tale.now + tale.draw(*final) if final else result + tale.draw(1, 6)
        deadlines = [tale.at + (last - tale.at) * (part + 1) / (times + 1) for part in range(times + 1)]
        yield from opened(tale, deadlines[0])
        for deadline in deadlines[1:]:
            yield from in_turn((report,), tale, tale.deadline - 3)
            yield from _extended(tale, deadline)
        if final is None:
            tale.reach(result)
            yield from tale.resolve()
            tale.reach(end)
            yield from tale.verify()

    return tell


def _extended(tale: Tale, deadline: float) -> Story:
    tale.reach(tale.deadline - tale.draw(0.5, 3))
    decider = extension_decider(tale)
    yield from tale.ask_extension(deadline)
    tale.wait(0.2, 1.4)
    yield from tale.extend(deadline, decider)


def under_way(
    due: Range, steps: Sequence[Episode] = (report,), *, opening: Opening = opened, last: Tell | None = None
) -> Tell:
    """Still being worked on; `due` is how far ahead of today the deadline lies, `last` what came last."""

    def tell(tale: Tale) -> Story:
        yield from opening(tale, tale.now + tale.draw(*due))
        yield from in_turn(steps, tale, tale.now - 1)
        if last is not None:
            tale.reach(tale.now - tale.draw(0.1, 2.5))
            yield from last(tale)

    return tell


def left_behind(term: Range) -> Tell:
    """Overdue since the first deadline, `term` after the registration, and not heard of for long."""

    def tell(tale: Tale) -> Story:
        deadline = tale.at + tale.draw(*term)
        yield from opened(tale, deadline)
        yield from in_turn((report, report, comment, report), tale, deadline + tale.draw(10, 90))

    return tell


def extension_asked(tale: Tale) -> Story:
    """The owner waits for the answer to a request."""
    yield from tale.ask_extension(max(tale.deadline, tale.now) + tale.draw(5, 20))


def awaiting(slack: Range = (1, 8), waits: Range = (0.2, 4.5), *, opening: Opening = opened) -> Tell:
    """The result waits for its verification since so many working days."""

    def tell(tale: Tale) -> Story:
        result = tale.now - tale.draw(*waits)
        yield from opening(tale, result + tale.draw(*slack))
        yield from in_turn((report,), tale, result)
        tale.reach(result)
        yield from tale.resolve()

    return tell


def returned(times: int, due: Range) -> Tell:
    """The result has come back so many times and is worked on again."""

    def tell(tale: Tale) -> Story:
        yield from opened(tale, tale.now + tale.draw(*due))
        yield from in_turn((report,), tale, tale.at + (tale.now - tale.at) / (times + 1))
        yield from _returned(tale, times, tale.now - 0.5)

    return tell


def suspended(steps: Sequence[Episode] = (report,)) -> Tell:
    """The clock stands since less than a month."""

    def tell(tale: Tale) -> Story:
        yield from opened(tale, tale.now + tale.draw(3, 30))
        stops = tale.now - tale.draw(0.5, 15)
        yield from in_turn(steps, tale, stops)
        tale.reach(stops)
        yield from suspend(tale)

    return tell


def transfer_pending(to: str | None = None) -> Tell:
    """Another unit has been asked to take the case: one beside this one, or the one with the code `to`."""

    def tell(tale: Tale) -> Story:
        yield from opened(tale, tale.now + tale.draw(5, 25))
        yield from in_turn((report,), tale, tale.now - 2)
        tale.reach(tale.now - tale.draw(0.2, 2))
        yield from offer(tale, to)

    return tell


def transferred(then: Tell | None = None) -> Tell:
    """Another unit has taken the case over; there it goes on as `then` says, or waits to be assigned."""

    def tell(tale: Tale) -> Story:
        yield from opened(tale, tale.at + tale.draw(18, 40))
        tale.wait(2, 6)
        yield from offer(tale)
        tale.wait(0.5, 3)
        tale.hand_to(tale.offered)
        yield from tale.move(tale.boss, "accept_transfer")
        if then is not None:
            yield from then(tale)

    return tell


def cancelled(kind: str, *, late: bool = False) -> Tell:
    """Off the list: while it is registered by the boss, once it is assigned by the unit above."""

    def tell(tale: Tale) -> Story:
        if late:
            yield from opened(tale, tale.at + tale.draw(15, 40))
            tale.wait(2, 8)
        else:
            yield from tale.register()
            tale.wait(0.4, 3)
        reason = words.cancel_reason(tale.rng, tale.text, kind)
        yield from tale.move(tale.cast.above if late else tale.boss, "cancel", kind=kind, reason=reason)

    return tell


def duplicate(then: Tell) -> Tell:
    """The same issue is entered twice; the second entry is cancelled, the first goes on as `then` says."""

    def tell(tale: Tale) -> Story:
        yield from tale.register()
        first = tale.code
        tale.wait(0.2, 1)
        yield from tale.register(title=f"{tale.text.title} (đơn gửi lần hai)")
        tale.wait(0.2, 1.5)
        reason = words.cancel_reason(tale.rng, tale.text, "duplicate")
        yield from tale.move(tale.boss, "cancel", kind="duplicate", reason=reason, duplicate_of=first)
        tale.code = first
        yield from then(tale)

    return tell


def reopened(basis: str, then: Tell | None = None) -> Tell:
    """Verified, and open again by a finding of the inspectors or because the matter recurs."""

    def tell(tale: Tale) -> Story:
        tale.end = tale.draw(tale.at + 16, tale.now - 20)
        yield from settled()(tale)
        tale.reach(tale.now - tale.draw(4, 18))
        yield from _reopen(tale, basis)
        if then is not None:
            yield from then(tale)

    return tell


def cancelled_and_reopened(tale: Tale) -> Story:
    """The inspectors find that the case should not have left the list."""
    yield from cancelled("petition_withdrawn", late=True)(tale)
    tale.reach(tale.now - tale.draw(4, 15))
    yield from _reopen(tale, "finding")


def _reopen(tale: Tale, basis: str) -> Story:
    by = pick(tale.rng, tale.cast.inspectors) if basis == "finding" else tale.boss
    tale.deadline = tale.now + tale.draw(5, 25)
    yield from tale.move(
        by,
        "reopen",
        basis=basis,
        reason=tale.say("reopen_finding" if basis == "finding" else "reopen_recurrence"),
        deadline=tale.hours.day(tale.deadline),
    )


def reported_again(tale: Tale) -> Story:
    """After a reopening the owner reports anew."""
    tale.wait(0.5, 2)
    yield from tale.report(30)


def in_part(then: Tell | None = None) -> Tell:
    """Reached in part and verified; what remains is a case of its own, which goes on as `then` says or waits."""

    def tell(tale: Tale) -> Story:
        yield from settled(completion="part")(tale)
        if then is None:
            return
        tale.code, tale.progress = tale.rest, 0
        tale.wait(0.5, 3)
        yield from then(tale)

    return tell


def of_the_first(tell: Tell) -> Tell:
    """The same for the first official of the unit."""

    def told(tale: Tale) -> Story:
        tale.owner = tale.cast.officials[0]
        yield from tell(tale)

    return told


def of_another(tell: Tell) -> Tell:
    """The same for anybody but the first official."""

    def told(tale: Tale) -> Story:
        tale.owner = tale.cast.official(tale.rng, tale.cast.officials[0])
        yield from tell(tale)

    return told
