"""Forms made from a move's fields: what is typed becomes raw input, and refusals find their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from caseflow.adapters.dates import parse_date
from caseflow.errors import CaseflowError, InvalidInput
from caseflow.i18n import format_date, gettext, translate
from caseflow.messages import Message, N_
from caseflow.states.given import BASIS_FIELDS, MILESTONE_FIELDS
from caseflow.states.move import Field, FieldType

LONG_LIST = 15
"""Options from which on a list can be narrowed by typing, where a script runs."""


class VnDateField(StringField):
    """A day as one text, dd/mm/yyyy."""


class NumberField(StringField):
    """A whole number as text."""


class PersonSelectField(SelectField):
    """One person, grouped by unit."""


class PeopleSelectField(SelectMultipleField):
    """Several people, grouped by unit."""


@dataclass(slots=True)
class Choices:
    """What the pickers of one form offer."""

    people: list[SelectChoice] = field(default_factory=list)
    readers: list[SelectChoice] = field(default_factory=list)
    deciders: list[SelectChoice] = field(default_factory=list)
    units: list[SelectChoice] = field(default_factory=list)
    fields: list[SelectChoice] = field(default_factory=list)


REQUIRED = InputRequired()
_HINTS = {
    "expected_outcome": N_("What is to be reached, so that anyone can tell whether it has been"),
    "working_days": N_("Instead of a date; counted by the official calendar"),
    "remainder": N_("Only for a result in part; it is registered as a linked case"),
    "duplicate_of": N_("For example: VV-2026-000123; only for a duplicate"),
    "needs_decision_by": N_("Shown as waiting for the higher level until they answer"),
    "review_on": N_("At most 30 days from today"),
    "kept_at": N_("Unit, shelf or file where the paper can be found"),
    "readers": N_("Only they read a restricted case. Hold Ctrl to choose several"),
    "readers_removed": N_("They no longer read the case; what they did stays on the timeline"),
    "subjects": N_("They and whoever answers to them never see the case. Hold Ctrl to choose several"),
    "complainant_contact": N_("Encrypted; only the owner and the verifying supervisor open it"),
    "complainant_name": N_("Encrypted; shown in no list, search, print or message"),
    "basis_imposed": N_("Only the higher level extends an imposed deadline"),
    "period": N_("Year in which the case counts; stays the same when the case carries over"),
}
_BOXES = {FieldType.TEXT: StringField, FieldType.CASE: StringField, FieldType.LONG_TEXT: TextAreaField}


def form_class(fields: Iterable[Field], choices: Choices, extra: Mapping[str, Any]) -> type[Form]:
    """A form with one input for each of `fields`, followed by the `extra` ones, unbound."""
    made: dict[str, Any] = {"once": HiddenField(), "seen": HiddenField(), "seq": HiddenField()}
    for one in fields:
        made.update(_inputs(one, choices))
    return type("MoveForm", (MoveForm,), made | dict(extra))


class MoveForm(Form):
    """The base of all forms on cases; it is filled by names, and never judges by itself."""

    def show(self, refusal: CaseflowError, wrong: Mapping[str, Message] | None = None) -> None:
        """Put a refusal where it belongs: beside its fields, or above the form."""
        placed, said = False, set[str]()
        for problem in refusal.problems:
            name = _PLACES.get(problem.field, problem.field)
            target = self._fields.get(name) or self._fields.get(_first_of(name, self._fields))
            if target is not None and target.type != "HiddenField":
                text = translate((wrong or {}).get(target.name, problem.message))
                target.errors = [*target.errors] if text in said else [*target.errors, text]
                said.add(text)
                placed = True
        for name, message in (wrong or {}).items():
            target = self._fields.get(name)
            if target is not None and not target.errors:
                target.errors = [translate(message)]
                placed = True
        if not placed:
            self.form_errors.append(translate(refusal.message))

    def milestone_rows(self) -> list[list[Any]]:
        """The inputs of milestones, a list for each row."""
        rows: list[list[Any]] = []
        while f"m{len(rows)}_text" in self._fields:
            n = len(rows)
            rows.append([self._fields[f"m{n}_{one.name}"] for one in MILESTONE_FIELDS])
        return rows

    def search(self) -> Any:
        """The input that narrows the people on offer, or None."""
        return self._fields.get("q")

    def plain(self) -> list[Any]:
        """The inputs that stand one beneath the other: all but hidden ones, milestones, evidence and search."""
        return [one for one in self if one.type != "HiddenField" and not _APART.fullmatch(one.name)]


_APART = re.compile(r"m\d+_.*|files|document_number|document_date|kept_at|q")
_PLACES = {"evidence": "files", "file": "files", "milestones": "m0_text"}


def _first_of(name: str, fields: Mapping[str, Any]) -> str:
    return next((one for one in fields if one.startswith(f"{name}_")), "")


def _label(one: Field) -> str:
    return gettext(one.label)


def _hint(name: str, given: str = "") -> str:
    return gettext(_HINTS[name]) if name in _HINTS else gettext(given)


def _inputs(one: Field, choices: Choices) -> dict[str, Any]:
    if one.type is FieldType.BASIS:
        return {f"basis_{part.name}": _single(part, choices, f"basis_{part.name}") for part in BASIS_FIELDS}
    if one.type is FieldType.MILESTONES:
        return {}
    return {one.name: _single(one, choices, one.name)}


def _single(one: Field, choices: Choices, name: str) -> Any:
    rules = [REQUIRED] if one.required else []
    given: dict[str, Any] = {
        "label": _label(one),
        "validators": rules,
        "description": _hint(name, one.hint),
    }
    if one.type in _BOXES:
        return _BOXES[one.type](**given)
    if one.type is FieldType.DATE:
        return VnDateField(**given)
    if one.type is FieldType.INTEGER:
        return NumberField(**given)
    if one.type is FieldType.BOOLEAN:
        return BooleanField(**given)
    return _chooser(one, choices, given)


def _chooser(one: Field, choices: Choices, given: dict[str, Any]) -> Any:
    given |= {"validate_choice": False}
    if one.type is FieldType.CHOICE:
        options = [SelectChoice(value=code, label=gettext(label)) for code, label in one.choices]
        return RadioField(choices=options, **given)
    if one.type is FieldType.PEOPLE:
        offered = choices.readers if one.name == "readers_removed" else choices.people
        return PeopleSelectField(choices=offered, **given)
    blank = SelectChoice(value="", label=gettext("Choose…"))
    if one.type is FieldType.PERSON:
        offered = choices.deciders if one.name == "needs_decision_by" else choices.people
        return PersonSelectField(choices=[blank, *offered], **given)
    offered = choices.units if one.type is FieldType.ORGANISATION else choices.fields
    return SelectField(choices=[blank, *offered], **given)


def evidence_inputs(*, needed: bool) -> dict[str, Any]:
    """Files and a reference to a paper document; `needed` where the move does not go without one of them."""
    return {
        "files": MultipleFileField(gettext("Evidence"), [REQUIRED] if needed else []),
        "document_number": StringField(gettext("Document number")),
        "document_date": VnDateField(gettext("Document date")),
        "kept_at": StringField(gettext("Where it is kept"), description=_hint("kept_at")),
    }


def search_input() -> dict[str, Any]:
    """Words that narrow the people who are offered."""
    hint = gettext("Narrows the people offered below; what was typed stays")
    return {"q": StringField(gettext("Find a person by name, staff code or position"), description=hint)}


def supporter_input(supporters: Iterable[Any]) -> SelectField:
    """The supporters of a case, people by id and units by code."""
    options = [SelectChoice(value="", label=gettext("Choose…"))]
    for one in supporters:
        kind = "person" if len(one.key) == UUID_LENGTH else "organisation"
        label = " – ".join(part for part in (one.name, one.position) if part)
        options.append(SelectChoice(value=f"{kind}:{one.key}", label=label))
    return SelectField(gettext("Supporter"), [REQUIRED], choices=options, validate_choice=False)


UUID_LENGTH = 36
MILESTONE_ROWS = 2
"""Empty rows offered beyond the milestones that are there."""


def milestone_inputs(count: int, choices: Choices) -> dict[str, Any]:
    """`count` rows of milestones: m0_text, m0_person, m0_date, m0_done, m1_text …"""
    return {
        f"m{n}_{part.name}": _single(part, choices, part.name)
        for n in range(count)
        for part in _optional(MILESTONE_FIELDS)
    }


def _optional(fields: Iterable[Field]) -> list[Field]:
    return [Field(one.name, one.type, one.label, maximum=one.maximum) for one in fields]


# --- from what was typed to raw input ------------------------------------------------------------------


@dataclass(slots=True)
class Typed:
    """What a form said: `raw` for the use case, `wrong` the fields whose text could not be read."""

    raw: dict[str, object] = field(default_factory=dict)
    wrong: dict[str, Message] = field(default_factory=dict)


def read_form(fields: Iterable[Field], data: MultiDict[str, str]) -> Typed:
    """Read a submitted form; empty inputs are left out, unreadable ones are handed on as they are.

    One that clears is handed on as None where the form showed it.
    """
    typed = Typed()
    for one in fields:
        value = _read(one, one.name, data, typed)
        if value not in (None, "", [], {}):
            typed.raw[one.name] = value
        elif one.clears and _was_shown(one, data):
            typed.raw[one.name] = None
    return typed


def _was_shown(one: Field, data: MultiDict[str, str]) -> bool:
    return (f"basis_{BASIS_FIELDS[0].name}" if one.type is FieldType.BASIS else one.name) in data


def _read(one: Field, name: str, data: MultiDict[str, str], typed: Typed) -> object:
    if one.type is FieldType.BASIS:
        return _read_basis(data, typed)
    if one.type is FieldType.MILESTONES:
        return _read_milestones(data, typed)
    if one.type is FieldType.PEOPLE:
        return [key for key in data.getlist(name) if key]
    if one.type is FieldType.BOOLEAN:
        return True if data.get(name) in {"y", "true", "1", "on"} else None
    text = (data.get(name) or "").strip()
    if one.type is FieldType.DATE:
        return read_day(text, name, typed)
    if one.type is FieldType.INTEGER:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    return text.upper() if one.type is FieldType.CASE else text


def read_day(text: str, name: str, typed: Typed) -> date | str:
    """The day in `text`, or the text itself with a note of what is wrong with it."""
    if not text:
        return ""
    try:
        return parse_date(text, field=name)
    except InvalidInput as refusal:
        typed.wrong[name] = refusal.message
        return text


def _read_basis(data: MultiDict[str, str], typed: Typed) -> dict[str, object]:
    basis: dict[str, object] = {}
    for part in BASIS_FIELDS:
        value = _read(part, f"basis_{part.name}", data, typed)
        if value not in (None, ""):
            basis[part.name] = value
    return basis


def _read_milestones(data: MultiDict[str, str], typed: Typed) -> tuple[dict[str, object], ...] | None:
    if "m0_text" not in data:
        return None
    rows = []
    for n in range(100):
        if f"m{n}_text" not in data:
            break
        row = {one.name: _read(one, f"m{n}_{one.name}", data, typed) for one in MILESTONE_FIELDS}
        row = {name: value for name, value in row.items() if value not in (None, "")}
        if row:
            rows.append(row)
    return tuple(rows)


# --- from what is stored to what a form shows -----------------------------------------------------------


def shown_day(day: date | None) -> str:
    """A day as an input holds it."""
    return format_date(day) if day else ""


def grouped_people(people: Iterable[Any]) -> list[SelectChoice]:
    """People of `queries.case_people` as options under their units."""
    return [
        SelectChoice(value=str(one.uuid), label=one.short, optgroup=one.unit or gettext("Without a unit"))
        for one in people
    ]


def grouped_units(units: Iterable[Any]) -> list[SelectChoice]:
    """Units of `queries.choices` as options, those beneath another under its name."""
    listed = list(units)
    names = {unit.path: unit.name for unit in listed}
    parents = {_parent(unit.path) for unit in listed}
    made = []
    for unit in listed:
        above = names.get(_parent(unit.path))
        own = unit.name if unit.path in parents else None
        made.append(SelectChoice(value=unit.code, label=f"{unit.name} ({unit.code})", optgroup=own or above))
    return made


def _parent(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"
