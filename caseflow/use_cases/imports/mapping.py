"""The description of another register: a TOML file that says what each field of a case is read from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from string import Formatter
from typing import Any, cast
from zoneinfo import ZoneInfo

from caseflow.adapters.dates import ISO, parse_date, parse_instant, Style
from caseflow.adapters.spreadsheets import Cell
from caseflow.errors import InvalidInput, Problem
from caseflow.messages import Message, N_, say
from caseflow.states.working_days import vn_date

VIETNAM = "Asia/Ho_Chi_Minh"
ORDERS = ("dmy", "mdy")
_CLOCK = ("%H", "%I", "%c", "%X")

PLAIN_TARGETS = (
    "title", "content", "description", "organisation", "field", "expected_outcome", "owner", "deadline",
    "basis", "note", "code", "source", "urgency",
)  # fmt: skip
HISTORY_TARGETS = ("registered_at", "ended_at", "outcome")
PEOPLE_KEYS = ("staff_code", "name", "position", "organisation")
TABLES = ("columns", "values", "templates", "maps", "dates", "people")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with the headings of columns in braces."""

    text: str

    def parts(self) -> Iterator[tuple[str, str | None]]:
        """Plain text and the heading that follows it. Raises ValueError where the braces are wrong."""
        for plain, name, spec, conversion in Formatter().parse(self.text):
            if spec or conversion or name == "":
                raise ValueError
            yield plain, name

    def headings(self) -> list[str]:
        """Every heading in braces."""
        return [name for _, name in self.parts() if name is not None]

    def filled(self, cells: Mapping[str, str]) -> str:
        """The text with each heading's cell; empty where all of its cells are."""
        headings = self.headings()
        if headings and not any(cells.get(name) for name in headings):
            return ""
        return "".join(plain + (cells.get(name, "") if name else "") for plain, name in self.parts())


@dataclass(frozen=True, slots=True)
class Dates:
    """How days and instants are written: `dmy`, `mdy`, `iso` or a strptime form, and whose clocks are meant."""

    form: str = "dmy"
    zone: str = VIETNAM

    def day(self, value: Cell) -> date:
        """The day in a cell, in Viet Nam where it is an instant. Raises InvalidInput."""
        if self._is_day(value):
            style = cast("Style", self.form if self.form in ORDERS else ISO)
            return parse_date(value, style)
        instant = self.instant(value)
        return vn_date(instant) if self._has_clock(value) else instant.astimezone(ZoneInfo(self.zone)).date()

    def instant(self, value: Cell) -> datetime:
        """The instant in a cell; a day alone means its first moment. Raises InvalidInput."""
        if self.form in ORDERS and not isinstance(value, datetime):
            value = parse_date(value, cast("Style", self.form))
        return parse_instant(value, ISO if self.form in ORDERS else self.form, self.zone)

    def _is_day(self, value: Cell) -> bool:
        if isinstance(value, date):
            return not isinstance(value, datetime)
        return self.form in ORDERS or (
            self.form == ISO and isinstance(value, str) and len(value) <= len("2026-11-27")
        )

    def _has_clock(self, value: Cell) -> bool:
        return isinstance(value, datetime) or self.form == ISO or any(sign in self.form for sign in _CLOCK)


@dataclass(frozen=True, slots=True)
class NewPeople:
    """How people without sign-in are made from the cell that names the owner."""

    staff_code: Template
    name: Template
    position: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """What each field of a case is read from: one of a column, a fixed value or a template."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    history: bool = False
    people: NewPeople | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """Fields that something is read for."""
        return (*self.columns, *self.values, *self.templates)


def read_mapping(text: str) -> CaseMapping:
    """Read a mapping file. Raises InvalidInput naming the key, the value and the remedy."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        message = say(N_("The mapping is no TOML: %(reason)s. Correct it there."), reason=str(wrong))
        raise InvalidInput.of("mapping", message) from wrong
    return _Reading(raw).mapping()


class _Reading:
    """Reads the parsed file, gathering everything that is wrong."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []

    def mapping(self) -> CaseMapping:
        history, create_people = self.flag("history"), self.flag("create_people")
        targets = (*PLAIN_TARGETS, *HISTORY_TARGETS) if history else PLAIN_TARGETS
        self.known("", self.raw, ("history", "create_people", *TABLES))
        read = CaseMapping(
            columns=self.texts("columns", targets),
            values=self.texts("values", targets),
            templates={name: self.template(f"templates.{name}", text) for name, text in self.texts("templates", targets).items()},
            maps={name: self.texts(f"maps.{name}", None) for name in self.table("maps")},
            dates=self.dates(),
            history=history,
            people=self.people() if create_people else None,
        )  # fmt: skip
        self.check_targets(read, targets)
        if self.problems:
            raise InvalidInput(self.problems[0].message, tuple(self.problems))
        return read

    def wrong(self, key: str, message: Message, value: object = None) -> None:
        self.problems.append(Problem(key, message, value))

    def flag(self, key: str) -> bool:
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, say(N_("“%(key)s” must be true or false."), key=key), value)
        return value is True

    def known(self, prefix: str, given: Mapping[str, object], allowed: tuple[str, ...]) -> None:
        for key in given.keys() - set(allowed):
            text = N_("The mapping has no “%(key)s”. Use one of: %(allowed)s.")
            self.wrong(f"{prefix}{key}", say(text, key=f"{prefix}{key}", allowed=", ".join(allowed)))

    def table(self, path: str) -> dict[str, Any]:
        found: Any = self.raw
        for key in path.split("."):
            found = found.get(key, {})
            if not isinstance(found, dict):
                self.wrong(path, say(N_("“%(key)s” must be a table of names and values."), key=path))
                return {}
        return cast("dict[str, Any]", found)

    def texts(self, path: str, allowed: tuple[str, ...] | None) -> dict[str, str]:
        table = self.table(path)
        if allowed is not None:
            self.known(f"{path}.", table, allowed)
        return {key: self.text(f"{path}.{key}", value) for key, value in table.items()}

    def text(self, key: str, value: object) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(key, say(N_("“%(key)s” must be a text in quotation marks."), key=key), value)
        return "?"

    def template(self, key: str, text: str) -> Template:
        template = Template(text)
        try:
            template.headings()
        except ValueError:
            message = N_("“%(key)s” has wrong braces. Write the heading of a column in each pair: {heading}.")
            self.wrong(key, say(message, key=key), text)
            return Template("?")
        return template

    def dates(self) -> Dates:
        self.known("dates.", self.table("dates"), ("format", "zone"))
        given = self.texts("dates", None)
        dates = Dates(given.get("format", "dmy"), given.get("zone", VIETNAM))
        try:
            parse_instant(date(2000, 1, 1), ISO, dates.zone)
        except InvalidInput as refused:
            self.wrong("dates.zone", refused.message, dates.zone)
        return dates

    def people(self) -> NewPeople:
        self.known("people.", self.table("people"), PEOPLE_KEYS)
        given = self.texts("people", None)
        if "position" not in given:
            self.wrong(
                "people.position", say(N_("“create_people” needs “people.position”: what the people are."))
            )
        return NewPeople(
            self.template("people.staff_code", given.get("staff_code", "{owner}")),
            self.template("people.name", given.get("name", "{owner}")),
            given.get("position", "?"),
            given.get("organisation"),
        )

    def check_targets(self, read: CaseMapping, targets: tuple[str, ...]) -> None:
        for name in sorted({one for one in read.targets if read.targets.count(one) > 1}):
            text = N_("“%(name)s” is read from two places. Keep it in one of columns, values and templates.")
            self.wrong(name, say(text, name=name))
        for name in read.maps.keys() - set(targets):
            text = N_("The mapping has no “%(key)s”. Use one of: %(allowed)s.")
            self.wrong(f"maps.{name}", say(text, key=f"maps.{name}", allowed=", ".join(targets)))
        for name in _needed(read):
            text = N_(
                "The mapping does not say where “%(name)s” comes from. Add it to columns, values or templates."
            )
            self.wrong(name, say(text, name=name))


def _needed(read: CaseMapping) -> list[str]:
    """Fields that must come from somewhere and do not."""
    has = set(read.targets)
    needed = ["organisation"]
    if not has & {"title", "content"}:
        needed.insert(0, "title")
    if read.history:
        needed += ["owner", "expected_outcome", "registered_at", "deadline", "ended_at", "outcome"]
    return [name for name in needed if name not in has]
