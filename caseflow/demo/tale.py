"""One case as it is told: where it stands in time, who acts, what is said; each step makes one deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from caseflow.demo import words
from caseflow.demo.cast import Cast, Company
from caseflow.demo.deeds import Deed, moving, proving, registering, resolving_in_part, Story
from caseflow.demo.names import person_name
from caseflow.demo.office_hours import OfficeHours
from caseflow.demo.slots import pick
from caseflow.demo.staff import Unit
from caseflow.states.actor import Actor
from caseflow.use_cases.work import Work

_URGENCIES = (*("normal",) * 14, *("urgent",) * 4, "very_urgent", "express")
_ANSWERS = (*("accepted",) * 8, "not_accepted", "unreachable")
_SOONEST = 0.02  # of a working day: no two deeds of a case within ten minutes


@dataclass(slots=True)
class Place:
    """What every tale of a province shares. `filed` is the share of evidence that comes as a file."""

    company: Company
    hours: OfficeHours
    filed: float


class Tale:
    """A case in the telling. Positions are those of OfficeHours; `end`, where set, is when it is verified."""

    def __init__(
        self, place: Place, rng: Random, unit: Unit, field: str, begins: float, end: float | None = None
    ) -> None:
        self.place, self.rng, self.at, self.end = place, rng, begins, end
        self.hours, self.now = place.hours, place.hours.now
        self.cast = Cast(place.company, unit, rng)
        self.boss, self.owner = self.cast.boss, self.cast.official(rng)
        self.text = words.issue_text(rng, field, unit.name, self.hours.day(begins))
        self.code = self.rest = ""
        self.judge = self.boss
        self.hand: Actor | None = None
        self.offered = unit
        self.deadline = self.resolved = 0.0
        self.progress = 0
        self.extensions = 0
        self.imposed = False
        self.restricted = False
        self.complained = False

    @property
    def doer(self) -> Actor:
        """Who does the owner's deeds: the owner, or `hand`, who acts for them."""
        return self.hand or self.owner

    # --- time --------------------------------------------------------------------------------------

    def draw(self, low: float, high: float) -> float:
        """A number between two."""
        return low + (high - low) * self.rng.random()

    def wait(self, low: float, high: float) -> None:
        """Let some working days pass."""
        self.at += max(self.draw(low, high), _SOONEST)

    def toward(self, end: float, parts: int) -> None:
        """Go one of so many parts of the way to `end`, roughly."""
        self.at += max((end - self.at) * self.draw(0.6, 1.0) / parts, _SOONEST)

    def reach(self, end: float) -> None:
        """Go to `end`."""
        self.at = max(end, self.at + _SOONEST)

    # --- deeds -------------------------------------------------------------------------------------

    def deed(self, actor: Actor, do: Callable[[Work], str]) -> Deed:
        """A deed that is done now."""
        return Deed(self.hours.instant(self.at), actor, do)

    def move(self, actor: Actor, action: str, **raw: object) -> Story:
        """A move of this case."""
        yield self.deed(actor, moving(self.code, action, raw))

    def say(self, deed: str) -> str:
        """What people write at a deed: one of REMARKS."""
        return words.remark(self.rng, self.text, deed)

    def register(self, by: Actor | None = None, **more: object) -> Story:
        """The registrar enters it, or whoever is named."""
        raw = self._described() | more
        self.restricted = raw.get("visibility") == "restricted"
        self.complained = "complainant_name" in raw
        self.code = yield self.deed(by or self.cast.registrar, registering(raw))

    def _described(self) -> dict[str, object]:
        text, basis = self.text, self.text.basis
        raw: dict[str, object] = {
            "title": text.title,
            "organisation": self.cast.unit.code,
            "field": text.field_code,
            "description": text.description,
            "source": text.source,
            "expected_outcome": text.expected_outcome,
            "urgency": pick(self.rng, _URGENCIES),
        }
        if self.imposed or self.rng.random() < 0.7:
            said = {
                "number": basis.number,
                "date": basis.on,
                "issuer": basis.issuer,
                "summary": basis.summary,
            }
            raw["basis"] = said | ({"imposed": True} if self.imposed else {})
        if text.field_code == "complaints" and self.rng.random() < 0.6:
            raw["complainant_name"] = person_name(self.rng)
            raw["complainant_contact"] = f"Số nhà {1 + int(self.rng.random() * 90)}, {text.facts['place']}"
        return raw

    def assign(self, deadline: float, **more: object) -> Story:
        """The boss gives it to the owner: by a date, or now and then by a number of working days."""
        self.deadline = deadline = max(deadline, self.at + 2)
        days = int(deadline) - int(self.at)
        by_count = 0 < days <= 60 and self.hours.knows(deadline) and self.rng.random() < 0.3
        when: dict[str, object] = (
            {"working_days": days} if by_count else {"deadline": self.hours.day(deadline)}
        )
        if self.rng.random() < 0.3:
            when["lead_officer"] = self.id_of(self.cast.other_boss if not self.restricted else self.boss)
        yield from self.move(self.boss, "assign", owner=self.id_of(self.owner), **when, **more)

    @staticmethod
    def id_of(actor: Actor) -> str:
        """How inputs name a person."""
        return str(actor.uuid)

    def report(self, percent: int | None = None, **more: object) -> Story:
        """The owner says how far the work has come."""
        self.progress = percent or min(95, self.progress + 15 + 5 * int(self.rng.random() * 6))
        note = words.progress_note(self.rng, self.text, self.progress)
        yield from self.move(self.doer, "report_progress", note=note, progress=self.progress, **more)

    def prove(self) -> Story:
        """The owner adds evidence: a file, or a reference to a paper."""
        on, who = self.hours.day(self.at), self.doer
        if self.rng.random() < self.place.filed:
            yield self.deed(who, proving(self.code, words.evidence(self.rng, self.text, on)))
            return
        paper = words.paper_reference(self.rng, self.text, on)
        raw = {"document_number": paper.number, "document_date": paper.on, "kept_at": paper.kept_at}
        yield from self.move(who, "add_evidence", **raw)

    def resolve(self, completion: str = "full") -> Story:
        """The owner proves and reports the result."""
        yield from self.prove()
        self.at += _SOONEST
        self.resolved = self.at
        outcome = words.outcome(self.rng, self.text, completion)
        yield from self.move(self.doer, "resolve", outcome=outcome, completion=completion)

    def resolve_in_part(self) -> Story:
        """The owner reports a part; `rest` is then the code of the case that holds what remains."""
        yield from self.prove()
        self.at += _SOONEST
        raw = {
            "outcome": words.outcome(self.rng, self.text, "part"),
            "completion": "part",
            "remainder": words.remainder(self.rng, self.text),
        }
        self.rest = yield self.deed(self.doer, resolving_in_part(self.code, raw))

    def verify(self, by: Actor | None = None) -> Story:
        """The boss finds the result true."""
        method, answer = pick(self.rng, ("documents", "documents", "site")), "none"
        if self.complained:
            method, answer = "complainant", pick(self.rng, _ANSWERS)
        note = words.verification_note(self.rng, self.text, method)
        raw = {"method": method, "complainant_answer": answer, "note": note}
        yield from self.move(by or self.judge, "verify", **raw)

    def send_back(self, by: Actor | None = None) -> Story:
        """The boss returns the result."""
        yield from self.move(by or self.judge, "return_to_owner", reason=self.say("return_reason"))
        self.deadline += int(self.at) - int(self.resolved)

    def comment(self) -> Story:
        """Somebody says something."""
        yield from self.move(self.boss, "comment", text=self.say("comment"))

    def ask_extension(self, deadline: float) -> Story:
        """The owner asks for a later deadline."""
        day = self.hours.day(deadline)
        yield from self.move(
            self.owner, "request_extension", deadline=day, reason=self.say("extension_reason")
        )

    def extend(self, deadline: float, by: Actor) -> Story:
        """The deadline is put off."""
        day = self.hours.day(deadline)
        yield from self.move(by, "extend", deadline=day, reason=self.say("extension_decision"))
        self.deadline, self.extensions = deadline, self.extensions + 1

    def hand_to(self, unit: Unit) -> None:
        """Go on in another unit, with its people."""
        self.cast = Cast(self.place.company, unit, self.rng)
        self.boss = self.judge = self.cast.boss
        self.owner = self.cast.official(self.rng)


Tell = Callable[[Tale], Story]
"""How one kind of case goes."""

Episode = Tell
"""Something that happens on the way, between assignment and result."""


def chosen(rng: Random, weights: Mapping[Tell, int]) -> Tell:
    """One of the kinds, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def in_turn(steps: Sequence[Episode], tale: Tale, until: float) -> Story:
    """Tell the steps one after the other, spread over the time until `until`."""
    for number, step in enumerate(steps):
        tale.toward(until, len(steps) - number + 1)
        yield from step(tale)
