"""What a move was asked with: raw input read against the move's fields, the same for page, API and import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from caseflow.errors import InvalidInput, NotReady, Problem
from caseflow.messages import Message, N_, say
from caseflow.states.folding import tidy
from caseflow.states.move import Field, FieldType


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person named in an input, with what the rules ask about them.

    `may_see` is judged for the case at hand; `decides` whether they supervise its organisation.
    """

    id: int
    uuid: str
    name: str
    position: str
    active: bool = True
    may_see: bool = True
    decides: bool = True


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation named in an input."""

    id: int
    code: str
    name: str
    level: str
    path: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field (lĩnh vực) named in an input."""

    id: int
    code: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Another case named in an input; only one that the actor may see is found."""

    id: int
    uuid: str
    code: str


class Lookup(Protocol):
    """Finds what an input names. Each answers None where there is no such thing within reach."""

    def person(self, key: str) -> PersonFacts | None: ...

    def organisation(self, code: str) -> OrganisationFacts | None: ...

    def field(self, code: str) -> FieldFacts | None: ...

    def other_case(self, code: str) -> CaseFacts | None: ...


class _Wrong(Exception):
    def __init__(self, message: Message) -> None:
        self.message = message


def read_fields(fields: tuple[Field, ...], raw: Mapping[str, object], lookup: Lookup) -> dict[str, object]:
    """Read `raw` as `fields`; a field that was not given, or is empty, is absent from the answer.

    One that clears and is given empty is None there.
    Raises NotReady naming every field that is missing or wrong, and InvalidInput for unknown names.
    """
    _refuse_unknown(fields, raw)
    read: dict[str, object] = {}
    problems: list[Problem] = []
    for field in fields:
        value = raw.get(field.name)
        try:
            if _is_empty(value):
                _require(field)
                if field.clears and field.name in raw:
                    read[field.name] = None
            else:
                read[field.name] = _READERS[field.type](field, value, lookup)
        except _Wrong as wrong:
            problems.append(Problem(field.name, wrong.message, value))
    if problems:
        raise NotReady(say(N_("Some fields are missing or wrong.")), tuple(problems))
    return read


def _refuse_unknown(fields: tuple[Field, ...], raw: Mapping[str, object]) -> None:
    known = {field.name for field in fields}
    unknown = [name for name in raw if name not in known]
    if unknown:
        message = say(
            N_("There is no field “%(name)s” here. Leave it out. Known fields: %(known)s."),
            name=str(unknown[0])[:60],
            known=", ".join(sorted(known)) or "–",
        )
        raise InvalidInput(message, tuple(Problem(str(name)[:60], message, raw[name]) for name in unknown))


def _is_empty(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _require(field: Field) -> None:
    if field.required:
        raise _Wrong(say(N_("Enter “%(label)s”."), label=say(field.label)))


def _text(field: Field, value: object, lookup: Lookup) -> str:
    if not isinstance(value, str):
        raise _Wrong(say(N_("“%(label)s” must be text."), label=say(field.label)))
    text = tidy(value)
    if len(text) > field.maximum:
        raise _Wrong(
            say(
                N_("“%(label)s” has %(length)d characters; shorten it to %(maximum)d."),
                label=say(field.label),
                length=len(text),
                maximum=field.maximum,
            )
        )
    if not text:
        raise _Wrong(say(N_("Enter “%(label)s”."), label=say(field.label)))
    return text


def _date(field: Field, value: object, lookup: Lookup) -> date:
    if isinstance(value, date):
        return value
    try:
        if not isinstance(value, str) or len(value) != len("2026-11-27"):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise _Wrong(
            say(
                N_("“%(value)s” is not a date for “%(label)s”. Write it as year-month-day, e.g. 2026-11-27."),
                value=str(value)[:60],
                label=say(field.label),
            )
        ) from None


def _integer(field: Field, value: object, lookup: Lookup) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not field.minimum <= value <= field.maximum:
        raise _Wrong(
            say(
                N_("“%(label)s” must be a whole number from %(minimum)d to %(maximum)d, not “%(value)s”."),
                label=say(field.label),
                minimum=field.minimum,
                maximum=field.maximum,
                value=str(value)[:60],
            )
        )
    return value


def _boolean(field: Field, value: object, lookup: Lookup) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(say(N_("“%(label)s” must be true or false."), label=say(field.label)))
    return value


def _choice(field: Field, value: object, lookup: Lookup) -> str:
    codes = [code for code, _ in field.choices]
    if not isinstance(value, str) or value not in codes:
        raise _Wrong(
            say(
                N_("“%(value)s” is not a choice for “%(label)s”. Choose one of: %(codes)s."),
                value=str(value)[:60],
                label=say(field.label),
                codes=", ".join(codes),
            )
        )
    return value


T = TypeVar("T")


def _named(found: T | None, field: Field, value: object) -> T:
    if found is None:
        raise _Wrong(
            say(
                N_("“%(value)s” is not known for “%(label)s”. Choose one from the list."),
                value=str(value)[:60],
                label=say(field.label),
            )
        )
    return found


def _person(field: Field, value: object, lookup: Lookup) -> PersonFacts:
    return _named(lookup.person(value) if isinstance(value, str) else None, field, value)


def _people(field: Field, value: object, lookup: Lookup) -> tuple[PersonFacts, ...]:
    return tuple(_person(field, one, lookup) for one in _list(field, value))


def _list(field: Field, value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise _Wrong(say(N_("“%(label)s” must be a list."), label=say(field.label)))
    if len(value) > field.maximum:
        raise _Wrong(
            say(
                N_("“%(label)s” names %(length)d; at most %(maximum)d are possible."),
                label=say(field.label),
                length=len(value),
                maximum=field.maximum,
            )
        )
    return value


def _organisation(field: Field, value: object, lookup: Lookup) -> OrganisationFacts:
    return _named(lookup.organisation(value) if isinstance(value, str) else None, field, value)


def _field(field: Field, value: object, lookup: Lookup) -> FieldFacts:
    return _named(lookup.field(value) if isinstance(value, str) else None, field, value)


def _case(field: Field, value: object, lookup: Lookup) -> CaseFacts:
    return _named(lookup.other_case(value) if isinstance(value, str) else None, field, value)


BASIS_FIELDS = (
    Field("number", FieldType.TEXT, N_("Document number")),
    Field("date", FieldType.DATE, N_("Document date")),
    Field("issuer", FieldType.TEXT, N_("Issued by")),
    Field("summary", FieldType.TEXT, N_("Summary of the document")),
    Field("imposed", FieldType.BOOLEAN, N_("The document sets the deadline")),
)
MILESTONE_FIELDS = (
    Field("text", FieldType.TEXT, N_("Milestone"), required=True),
    Field("person", FieldType.PERSON, N_("Person")),
    Field("date", FieldType.DATE, N_("Date")),
    Field("done", FieldType.BOOLEAN, N_("Done")),
)


def _nested(fields: tuple[Field, ...], label: str, value: object, lookup: Lookup) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise _Wrong(say(N_("“%(label)s” must be an object with named fields."), label=say(label)))
    try:
        return read_fields(fields, value, lookup)
    except (NotReady, InvalidInput) as error:
        raise _Wrong(error.problems[0].message) from None


def _basis(field: Field, value: object, lookup: Lookup) -> dict[str, object]:
    return _nested(BASIS_FIELDS, field.label, value, lookup)


def _milestones(field: Field, value: object, lookup: Lookup) -> tuple[dict[str, object], ...]:
    return tuple(_nested(MILESTONE_FIELDS, field.label, one, lookup) for one in _list(field, value))


_READERS = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.PERSON: _person,
    FieldType.PEOPLE: _people,
    FieldType.ORGANISATION: _organisation,
    FieldType.FIELD: _field,
    FieldType.CASE: _case,
    FieldType.BASIS: _basis,
    FieldType.MILESTONES: _milestones,
}
