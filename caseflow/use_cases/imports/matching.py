"""Finding the unit, person or field that a cell means, by code, name, label or e-mail.

Case never counts. Accents are left aside only where nothing is written exactly so. Whatever could mean two
things is refused with the candidates; ended units and people who have left only explain a refusal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from caseflow.messages import Message, N_, say
from caseflow.models import FieldRow, Organisation, Person
from caseflow.states.folding import fold, tidy
from caseflow.states.given import FieldFacts, OrganisationFacts, PersonFacts

LISTED = 5
T = TypeVar("T")

_DASH = re.compile(r"\s*[-–—]\s*")


class Unclear(Exception):
    """The cell means nothing, or not one thing; `message` says why and what to write."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """One thing with everything that it can be called; `label` is how candidates are listed."""

    thing: T
    label: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said about a cell: nothing is called so, several are, only an ended one is."""

    unknown: str
    ambiguous: str
    ended: str


@dataclass(slots=True)
class Finder(Generic[T]):
    """Finds things of one sort by their names."""

    known: Sequence[Known[T]]
    wording: Wording
    _tiers: list[dict[str, list[Known[T]]]] = field(default_factory=list)
    _found: dict[str, T | Unclear] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = _index((code.casefold(), one) for one in self.known for code in one.codes)
        exact = _index((_key(name), one) for one in self.known for name in one.names)
        folded = _index((fold(_key(name)), one) for one in self.known for name in one.names)
        self._tiers = [codes, exact, folded]

    def find(self, text: str) -> T:
        """The one thing that `text` means. Raises Unclear."""
        if text not in self._found:
            self._found[text] = self._judged(text)
        answer = self._found[text]
        if isinstance(answer, Unclear):
            raise answer
        return answer

    def _judged(self, text: str) -> T | Unclear:
        called = self._called(text)
        if len(called) > 1 and called[0].active:
            return Unclear(say(self.wording.ambiguous, value=text, candidates=_listed(called)))
        if called and called[0].active:
            return called[0].thing
        if called:
            return Unclear(say(self.wording.ended, name=called[0].label))
        unknown = say(self.wording.unknown, value=text)
        near = self._near(text)
        if not near:
            return Unclear(unknown)
        return Unclear(
            say(N_("%(problem)s Perhaps: %(candidates)s."), problem=unknown, candidates=_listed(near))
        )

    def _called(self, text: str) -> list[Known[T]]:
        """What is called so: active things of the first tier that has any, else ended ones."""
        key = _key(text)
        ended: list[Known[T]] = []
        for tier, wanted in zip(self._tiers, (text.casefold(), key, fold(key)), strict=True):
            called = tier.get(wanted, [])
            if active := [one for one in called if one.active]:
                return active
            ended = ended or called
        return ended

    def _near(self, text: str) -> list[Known[T]]:
        """Active things whose names hold every word of the text."""
        words = set(fold(_key(text)).split())
        if not words:
            return []
        holding = (one for one in self.known if one.active and words <= set(fold(one.label).split()))
        return [one for one, _ in zip(holding, range(LISTED + 1), strict=False)]


def _index(pairs: Iterable[tuple[str, Known[T]]]) -> dict[str, list[Known[T]]]:
    index: dict[str, list[Known[T]]] = defaultdict(list)
    for key, one in pairs:
        if key and one not in index[key]:
            index[key].append(one)
    return dict(index)


def _key(text: str) -> str:
    """A name as names are compared: any dash is a dash, any space a space."""
    return " ".join(_DASH.sub(" - ", tidy(text).casefold()).split())


def _listed(candidates: Sequence[Known[T]]) -> str:
    shown = "; ".join(one.label for one in candidates[:LISTED])
    return f"{shown}; …" if len(candidates) > LISTED else shown


UNITS = Wording(
    unknown=N_("There is no unit “%(value)s”. Write the code or the full name of a known unit."),
    ambiguous=N_("“%(value)s” can be: %(candidates)s. Write the code of the one that is meant."),
    ended=N_("%(name)s is no longer active. Choose its successor."),
)
PEOPLE = Wording(
    unknown=N_("There is no person “%(value)s”. Write the staff code, the e-mail address or the full name."),
    ambiguous=N_("“%(value)s” can be: %(candidates)s. Write the staff code of the one who is meant."),
    ended=N_("%(name)s no longer works here. Choose an active person."),
)
FIELDS = Wording(
    unknown=N_("There is no field “%(value)s”. Write the code or the name of one in use."),
    ambiguous=N_("“%(value)s” can be: %(candidates)s. Write the code."),
    ended=N_("The field “%(name)s” is no longer in use. Choose another."),
)


def unit_label(code: str, name: str, above: str | None) -> str:
    """A unit as lists for choosing show it: name, unit above, code."""
    return f"{name} – {above} ({code})" if above else f"{name} ({code})"


def person_label(code: str, name: str, position: str, unit: str | None) -> str:
    """A person as lists for choosing show them: name – position – unit (staff code)."""
    return f"{name} – {position} – {unit} ({code})" if unit else f"{name} – {position} ({code})"


def unit_finder(connection: Connection, today: date) -> Finder[OrganisationFacts]:
    """Finds organisations."""
    above = aliased(Organisation)
    rows = connection.execute(
        select(
            Organisation.id, Organisation.code, Organisation.name, Organisation.unit, Organisation.level,
            Organisation.path, Organisation.valid_from, Organisation.valid_until, above.name.label("above"),
        ).outerjoin(above, above.id == Organisation.parent_id).order_by(Organisation.id)
    )  # fmt: skip
    known = []
    for r in rows:
        active = r.valid_from <= today and (r.valid_until is None or r.valid_until >= today)
        label = unit_label(r.code, r.name, r.above)
        names = (r.name, r.unit, label, label.rpartition(" (")[0], f"{r.name} ({r.code})")
        facts = OrganisationFacts(r.id, r.code, r.name, r.level, r.path, active)
        known.append(Known(facts, label, (r.code,), names, active))
    return Finder(known, UNITS)


def person_finder(connection: Connection, today: date) -> Finder[PersonFacts]:
    """Finds people, the operator aside."""
    rows = connection.execute(
        select(
            Person.id, Person.uuid, Person.staff_code, Person.name, Person.position, Person.email,
            Person.left_on, Organisation.name.label("unit"),
        )
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(~Person.operator)
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip
    known = []
    for r in rows:
        active = r.left_on is None or r.left_on > today
        label = person_label(r.staff_code, r.name, r.position, r.unit)
        codes = (r.staff_code, r.email) if r.email else (r.staff_code,)
        shorter = (f"{r.name} – {r.position}", f"{r.name} – {r.unit}", f"{r.name} ({r.staff_code})")
        names = (r.name, label, label.rpartition(" (")[0], *shorter)
        facts = PersonFacts(r.id, str(r.uuid), r.name, r.position, active)
        known.append(Known(facts, label, codes, names, active))
    return Finder(known, PEOPLE)


def field_finder(connection: Connection) -> Finder[FieldFacts]:
    """Finds fields by code or by either name."""
    rows = connection.execute(
        select(FieldRow.id, FieldRow.code, FieldRow.name_vi, FieldRow.name_en, FieldRow.active).order_by(
            FieldRow.position
        )
    )
    known = [
        Known(
            FieldFacts(r.id, r.code), f"{r.name_vi} ({r.code})", (r.code,), (r.name_vi, r.name_en), r.active
        )
        for r in rows
    ]
    return Finder(known, FIELDS)
