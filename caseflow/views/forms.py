"""Forms made from fields as the rules write them; what is typed becomes raw input, refusals find their fields."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.validators import Length, StopValidation

from caseflow.adapters.dates import parse_date
from caseflow.errors import CaseflowError, InvalidInput
from caseflow.i18n import current_language, format_date, gettext, translate, translations_for
from caseflow.messages import N_, say
from caseflow.states.given import BASIS_FIELDS
from caseflow.states.move import Field, FieldType

FEW = 5
"""Choices up to which all are shown as buttons; more of them become a list."""

Data: TypeAlias = MultiDict[str, str] | None


class Translated(DefaultMeta):  # type: ignore[misc]
    """WTForms speaks the reader's language."""

    locales = False

    def get_translations(self, form: Any) -> Any:
        """The catalogue of the reader's language, in which WTForms' own words stand as well."""
        return translations_for(current_language())


class PlainForm(Form):  # type: ignore[misc]
    """The base of forms that are written as a class; CSRF is checked before any form is read."""

    Meta = Translated


class Entered:
    """Refuses an empty input, naming it; flags the field as needed."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: Any, entry: Any) -> None:
        """Raise StopValidation for an empty input. Texts from code, such as defaults, are as good as typed."""
        if not entry.data or (isinstance(entry.data, str) and not entry.data.strip()):
            if entry.errors:  # what was typed could not even be read
                raise StopValidation
            raise StopValidation(translate(say(N_("Enter “%(label)s”."), label=str(entry.label.text))))


class VnDateField(StringField):  # type: ignore[misc]
    """A day as one text, dd/mm/yyyy; `data` is the date, or None."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_date(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text. Raises ValueError in the reader's language."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_date(valuelist[0], field=self.name)
            except InvalidInput as refusal:
                raise ValueError(translate(refusal.message)) from refusal


class WholeNumberField(StringField):  # type: ignore[misc]
    """A whole number as text; `data` is the number, or None."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text. Raises ValueError in the reader's language."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            if not text.isascii() or not text.isdigit() or len(text) > 9:
                raise ValueError(translate(say(N_("“%(value)s” is not a whole number. Use digits only."), value=text)))
            self.data = int(text)


@dataclass(slots=True)
class Choices:
    """What the pickers of a form offer; `by_name` holds the options of single fields that differ."""

    people: list[SelectChoice] = field(default_factory=list)
    units: list[SelectChoice] = field(default_factory=list)
    fields: list[SelectChoice] = field(default_factory=list)
    by_name: dict[str, list[SelectChoice]] = field(default_factory=dict)


def make_form(
    fields: Iterable[Field],
    data: Data = None,
    *,
    choices: Choices | None = None,
    initial: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> Any:
    """A form with one input for each of `fields`, then the unbound `extra` ones; filled with `data` or `initial`.

    The hidden `once` marks this sending, `seen` the version that the reader was shown. Inputs of a basis are
    called `basis-number`, `basis-date` and so on.
    """
    offered = choices or Choices()
    inputs: dict[str, Any] = {"once": HiddenField(), "seen": HiddenField()}
    for one in fields:
        for name, part in _parts(one):
            inputs[name] = _input(part, name, offered)
    made = type("FieldsForm", (PlainForm,), {**inputs, **(extra or {})})
    hidden = {"once": new_token(), "seen": "" if seen is None else str(seen)}
    return made(data, data={**_flat(initial or {}), **hidden})


def new_token() -> str:
    """A token for one sending of a form."""
    return secrets.token_urlsafe(16)


def _parts(one: Field) -> Iterable[tuple[str, Field]]:
    if one.type is FieldType.BASIS:
        return [(f"{one.name}-{part.name}", part) for part in BASIS_FIELDS]
    return [] if one.type is FieldType.MILESTONES else [(one.name, one)]


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        nested = {f"{name}-{part}": one for part, one in value.items()} if isinstance(value, Mapping) else None
        flat.update(nested or {name: value})
    return flat


def _input(one: Field, name: str, choices: Choices) -> Any:
    rules = [Entered()] if one.required else []
    given: dict[str, Any] = {
        "label": gettext(one.label),
        "description": gettext(one.hint) if one.hint else "",
        "validators": rules,
    }
    if one.type in _PICKERS:
        return _picker(one, choices, given)
    if one.type in _TEXTS:
        too_long = gettext("Shorten this text to %(max)s characters.", max=one.maximum)
        given["validators"] = [*rules, Length(max=one.maximum, message=too_long)]
    return _BOXES[one.type](**given)


_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_PICKERS = frozenset(
    {FieldType.CHOICE, FieldType.PERSON, FieldType.PEOPLE, FieldType.ORGANISATION, FieldType.FIELD}
)
_BOXES: dict[FieldType, Any] = {
    FieldType.TEXT: StringField,
    FieldType.CASE: StringField,
    FieldType.LONG_TEXT: TextAreaField,
    FieldType.DATE: VnDateField,
    FieldType.INTEGER: WholeNumberField,
    FieldType.BOOLEAN: BooleanField,
}


def _picker(one: Field, choices: Choices, given: dict[str, Any]) -> Any:
    """Whether a choice exists is for the use case to say: what was chosen comes back as it was sent."""
    given["validate_choice"] = False
    options = _options(one, choices)
    if one.type is FieldType.PEOPLE:
        return SelectMultipleField(choices=options, **given)
    if one.type is FieldType.CHOICE and one.name not in choices.by_name and len(options) <= FEW:
        return RadioField(choices=options, **given)
    blank = SelectChoice(value="", label=gettext("Choose…"))
    return SelectField(choices=[blank, *options], **given)


def _options(one: Field, choices: Choices) -> list[SelectChoice]:
    if one.name in choices.by_name:
        return choices.by_name[one.name]
    if one.type is FieldType.ORGANISATION:
        return choices.units
    if one.type is FieldType.FIELD:
        return choices.fields
    if one.type is FieldType.CHOICE:
        return [SelectChoice(value=code, label=gettext(label)) for code, label in one.choices]
    return choices.people


def raw_of(form: Any, fields: Iterable[Field]) -> dict[str, object]:
    """What was typed, as use cases take it; empty inputs are left out."""
    raw: dict[str, object] = {}
    for one in fields:
        values = {part.name: _typed(form[name], part) for name, part in _parts(one)}
        values = {name: value for name, value in values.items() if value not in (None, "", [])}
        if one.type is FieldType.BASIS:
            values = {one.name: values} if values else {}
        raw.update(values)
    return raw


def _typed(entry: Any, one: Field) -> object:
    if one.type is FieldType.BOOLEAN:
        return True if entry.data else None
    if isinstance(entry.data, str):
        text = entry.data.strip()
        return text.upper() if one.type is FieldType.CASE else text
    value: object = entry.data
    return value


def day_of(form: Any, name: str) -> date | None:
    """The day typed in a date input."""
    day: date | None = form[name].data
    return day


def seen_of(form: Any) -> int | None:
    """The version that the reader was shown, or None where the form was made without."""
    text = str(form["seen"].data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def show_problems(form: Any, refusal: CaseflowError, places: Mapping[str, str] | None = None) -> None:
    """Put a refusal beside the fields that it names (`places` maps other names to inputs), else above the form.

    The form gets a new token: what is sent next is another sending.
    """
    placed = False
    for problem in refusal.problems:
        name = (places or {}).get(problem.field, problem.field)
        target = next((form[each] for each in (name, f"{name}-number") if each in form), None)
        if target is not None and target.type != "HiddenField":
            text = translate(problem.message)
            if text not in target.errors:
                target.errors = [*target.errors, text]
            placed = True
    if not placed:
        form.form_errors.append(translate(refusal.message))
    if "once" in form:
        form["once"].data = new_token()
