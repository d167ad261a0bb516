"""Rows of a list read as cases: every cell judged, every fault noted at its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from caseflow.adapters.spreadsheets import Cell, Row
from caseflow.errors import InvalidInput
from caseflow.messages import Message, N_, say
from caseflow.states.given import FieldFacts, OrganisationFacts, PersonFacts
from caseflow.states.pressing_issue import REGISTER_FIELDS, URGENCIES
from caseflow.states.working_days import vn_date
from caseflow.use_cases.imports.case_layout import Layout
from caseflow.use_cases.imports.mapping import NewPeople
from caseflow.use_cases.imports.matching import Finder, Unclear
from caseflow.use_cases.imports.sheet import Faults, text_of
from caseflow.use_cases.imports.wording import basis_of, title_and_description

LONGEST = {one.name: one.maximum for one in REGISTER_FIELDS} | {"outcome": 2_000, "code": 200, "basis": 2_000}
THREE_CLEARS = ("expected_outcome", "owner", "deadline")
NOT_ASSIGNED = N_(
    "This case will be registered but not assigned: expected outcome, person and deadline are needed together."
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person without sign-in whom the import will make known."""

    staff_code: str
    name: str
    position: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Past:
    """What an older register claims: when the case began and ended, and with what outcome."""

    registered_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A row that can be registered; with owner, deadline and expected outcome it is assigned too."""

    row: int
    title: str
    unit: OrganisationFacts
    field: FieldFacts
    description: str | None = None
    basis: dict[str, object] | None = None
    expected_outcome: str | None = None
    owner: PersonFacts | NewPerson | None = None
    deadline: date | None = None
    code: str | None = None
    source: str | None = None
    urgency: str | None = None
    past: Past | None = None

    @property
    def assigned(self) -> bool:
        """Whether work, person and time are all clear."""
        return bool(self.expected_outcome and self.owner and self.deadline)


@dataclass(frozen=True, slots=True)
class Register:
    """What rows are judged against: who and what is known, the day, and what the actor may do."""

    units: Finder[OrganisationFacts]
    people: Finder[PersonFacts]
    fields: Finder[FieldFacts]
    today: date
    default_field: FieldFacts | None
    may_register: Callable[[OrganisationFacts], bool]


@dataclass(slots=True)
class RowReader:
    """Reads one row after the other; `out_of_reach` are units where the actor may not register."""

    layout: Layout
    register: Register
    faults: Faults
    out_of_reach: list[OrganisationFacts] = field(default_factory=list)
    _row: Row = field(default_factory=lambda: Row(0, ()))
    _wrong: bool = False

    def read(self, row: Row) -> PlannedCase | None:
        """The row as a case, or None where it has a fault."""
        self._row, self._wrong = row, False
        title, description = self._words()
        unit, area, owner = self._unit(), self._field(), self._owner()
        expected = self._text("expected_outcome")
        past = self._past(expected) if self.layout.mapping.history else None
        values: dict[str, Any] = {
            "description": description or None,
            "basis": basis_of(self._text("basis")),
            "expected_outcome": expected or None,
            "owner": owner,
            "deadline": self._deadline(),
            "code": self._text("code") or None,
            "source": self._text("source") or None,
            "urgency": self._urgency(),
        }
        if self._wrong or unit is None or area is None:
            return None
        self._note_half_assigned(values)
        return PlannedCase(row.number, title, unit, area, past=past, **values)

    # --- cells -------------------------------------------------------------------------------------

    def _fault(self, name: str, message: Message, value: object = None) -> None:
        self._wrong = True
        self.faults.add(self._row.number, self.layout.index(name), message, value)

    def _cell(self, name: str) -> Cell:
        return self.layout.cell(self._row, name)

    def _text(self, name: str) -> str:
        text = text_of(self._cell(name)).strip()
        self._measure(name, text, LONGEST.get(name, 2_000))
        return text

    def _measure(self, name: str, text: str, maximum: int) -> None:
        if len(text) > maximum:
            message = N_("This text has %(length)s characters; shorten it to %(maximum)s.")
            self._fault(name, say(message, length=len(text), maximum=maximum), text)

    def _empty(self, name: str) -> None:
        self._fault(name, say(N_("This cell is empty. Fill it in.")))

    def _found(self, name: str, finder: Finder[T], text: str) -> T | None:
        try:
            return finder.find(text)
        except Unclear as unclear:
            self._fault(name, unclear.message, text)
            return None

    # --- what a case is ----------------------------------------------------------------------------

    def _words(self) -> tuple[str, str]:
        name = "content" if self.layout.has("content") else "title"
        text = text_of(self._cell(name)).strip()
        more = "\n\n".join(part for part in (self._text("description"), self._text("note")) if part)
        if not text:
            self._empty(name)
        if name == "title":
            self._measure(name, text, LONGEST["title"])
            return text, more
        title, description = title_and_description(text, more)
        self._measure(name, description, LONGEST["description"])
        return title, description

    def _unit(self) -> OrganisationFacts | None:
        text = text_of(self._cell("organisation")).strip()
        if not text:
            self._empty("organisation")
            return None
        unit = self._found("organisation", self.register.units, text)
        if unit is not None and not self.register.may_register(unit):
            message = N_(
                "Only a registrar or a supervisor of %(unit)s or above registers its issues. Ask one of them."
            )
            self._fault("organisation", say(message, unit=unit.name), text)
            self.out_of_reach.append(unit)
        return unit

    def _field(self) -> FieldFacts | None:
        text = text_of(self._cell("field")).strip()
        if text:
            return self._found("field", self.register.fields, text)
        if self.register.default_field is None:
            self._fault(
                "field", say(N_("The field is missing. Fill it in, or choose one for the whole file."))
            )
        return self.register.default_field

    def _owner(self) -> PersonFacts | NewPerson | None:
        text = text_of(self._cell("owner")).strip()
        if not text:
            if self.layout.mapping.history:
                self._empty("owner")
            return None
        new = self.layout.mapping.people
        if new is None:
            return self._found("owner", self.register.people, text)
        return self._new_person(new, text)

    def _new_person(self, new: NewPeople, text: str) -> PersonFacts | NewPerson | None:
        """The person known by the staff code that the mapping forms, else one to be made."""
        code, name = self.layout.fill(new.staff_code, self._row), self.layout.fill(new.name, self._row)
        try:
            return self.register.people.find(code)
        except Unclear:
            if not code or len(code) > 60:
                self._fault(
                    "owner", say(N_("The staff code made of this must have 1 to 60 characters.")), code
                )
            home = new.organisation or text_of(self._cell("organisation"))
            return NewPerson(code, name or text, new.position, home)

    def _deadline(self) -> date | None:
        cell = self._cell("deadline")
        if cell is None:
            if self.layout.mapping.history:
                self._empty("deadline")
            return None
        day = self._dated("deadline", self.layout.mapping.dates.day, cell)
        if day is not None and day < self.register.today and not self.layout.mapping.history:
            message = N_("The deadline is past. Choose %(today)s or a later day.")
            self._fault("deadline", say(message, today=self.register.today), cell)
        return day

    def _dated(self, name: str, read: Callable[[Cell], T], cell: Cell) -> T | None:
        try:
            return read(cell)
        except InvalidInput as refused:
            self._fault(name, refused.problems[0].message, cell)
            return None

    def _urgency(self) -> str | None:
        text = self._text("urgency")
        codes = [code for code, _ in URGENCIES]
        if text and text not in codes:
            message = N_("“%(value)s” is no urgency. Use one of: %(codes)s.")
            self._fault("urgency", say(message, value=text, codes=", ".join(codes)), text)
        return text or None

    def _note_half_assigned(self, values: dict[str, Any]) -> None:
        missing = [name for name in THREE_CLEARS if not values[name]]
        if missing and (values["owner"] or values["deadline"]):
            self.faults.note(self._row.number, self.layout.index(missing[0]), say(NOT_ASSIGNED))

    # --- what an older register claims -------------------------------------------------------------

    def _past(self, expected: str) -> Past | None:
        instant = self.layout.mapping.dates.instant
        begun, ended = self._cell("registered_at"), self._cell("ended_at")
        if begun is None:
            self._empty("registered_at")
            return None
        if not expected:
            self._empty("expected_outcome")
        registered_at = self._dated("registered_at", instant, begun)
        ended_at = None if ended is None else self._dated("ended_at", instant, ended)
        if registered_at is None:
            return None
        self._judge_claims(registered_at, ended_at)
        return Past(registered_at, ended_at, self._outcome() if ended_at else None)

    def _judge_claims(self, registered_at: datetime, ended_at: datetime | None) -> None:
        if vn_date(registered_at) > self.register.today:
            self._fault(
                "registered_at",
                say(N_("This lies in the future; history is past. Correct it.")),
                registered_at,
            )
        if vn_date(registered_at).year < 2000:
            self._fault("registered_at", say(N_("Cases from before 2000 are not taken in.")), registered_at)
        if ended_at is None:
            return
        if vn_date(ended_at) < vn_date(registered_at):
            self._fault("ended_at", say(N_("The end lies before the beginning.")), ended_at)
        elif vn_date(ended_at) > self.register.today:
            self._fault(
                "ended_at", say(N_("This lies in the future; history is past. Correct it.")), ended_at
            )

    def _outcome(self) -> str:
        text = self._text("outcome")
        if not text:
            self._empty("outcome")
        return text
