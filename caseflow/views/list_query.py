"""The query string of the case list: read leniently, written in one canonical form.

What cannot be read is left out and named, so that a mistyped address still shows a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from caseflow.messages import N_
from caseflow.models.organisation import LEVELS
from caseflow.queries.cases import CaseFilter, PAGE_SIZES
from caseflow.queries.my_work import DueDays
from caseflow.states.folding import tidy

STATES = {
    "da-dang-ky": "registered",
    "da-giao": "assigned",
    "dang-giai-quyet": "in_progress",
    "cho-xac-nhan": "resolved",
    "da-xac-nhan": "verified",
    "tam-dung": "suspended",
    "dua-khoi-danh-muc": "cancelled",
}
DUE = {
    "qua-han": N_("Overdue"),
    "keo-dai": N_("Long overdue"),
    "moi-qua-han": N_("Overdue up to 30 working days"),
    "sap-den-han": N_("Due soon"),
    "trong-han": N_("On track"),
}
URGENCIES = {"thuong": "normal", "khan": "urgent", "thuong-khan": "very_urgent", "hoa-toc": "express"}
LEVEL_SLUGS = dict(zip(("tinh", "huyen", "co-so", "xa", "chi-bo", "to"), LEVELS, strict=True))
LEVEL_NAMES = {
    "province": N_("Province level"),
    "district": N_("District level"),
    "grassroots": N_("Grassroots level"),
    "commune": N_("Commune level"),
    "cell": N_("Cell level"),
    "team": N_("Team level"),
}
WAITING = {"cho-toi-quyet-dinh": N_("Waiting for my decision"), "chuyen-den": N_("Offered by other units")}
HISTORY = {"so-cu": N_("Imported history only"), "khong-so-cu": N_("Without imported history")}
SORTS = {
    "han": ("due", N_("Deadline, earliest first")),
    "moi": ("newest", N_("Newest first")),
    "cu": ("oldest", N_("Oldest first")),
    "cap-nhat": ("changed", N_("Last changed first")),
    "ma": ("code", N_("Code")),
}
COLUMNS = {
    "don-vi": N_("Unit"),
    "nguoi": N_("Owner"),
    "trang-thai": N_("State"),
    "han": N_("Deadline"),
    "linh-vuc": N_("Field"),
    "tien-do": N_("Progress"),
    "gia-han": N_("Number of extensions"),
    "cap-nhat": N_("Last update"),
}
DEFAULT_COLUMNS = ("don-vi", "nguoi", "trang-thai", "han")
ME = "toi"
TO = "--"
"""Between the first and the last code of several."""
MANY = ("trang-thai", "cot")
FILTERS = (
    "q",
    "don-vi",
    "linh-vuc",
    "trang-thai",
    "han",
    "ky",
    "muc-do",
    "cap",
    "nguoi",
    "viec",
    "nguon",
    "ma",
)
ORDER = (*FILTERS, "sap", "cot", "so-dong", "trang")
LONGEST_SEARCH = 200


class Arguments(Protocol):
    """A query string, where a name may stand several times."""

    def getlist(self, key: str) -> list[str]: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list was asked for: values by parameter, and the parameters that could not be read."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[tuple[str, str], ...] = ()

    def one(self, name: str) -> str:
        """The value of a parameter, or nothing."""
        return self.values.get(name, ("",))[0]

    @property
    def number(self) -> int:
        """The page, from 1."""
        return int(self.one("trang") or 1)

    @property
    def rows(self) -> int:
        """Rows on a page."""
        return int(self.one("so-dong") or PAGE_SIZES[1])

    @property
    def sort(self) -> str:
        """The sort as the select calls it."""
        return SORTS[self.one("sap") or "han"][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are shown, in their fixed order."""
        chosen = self.values.get("cot", DEFAULT_COLUMNS)
        return tuple(name for name in COLUMNS if name in chosen)

    def filters(self) -> list[tuple[str, str]]:
        """Every filter in use as parameter and value."""
        return [(name, value) for name in FILTERS for value in self.values.get(name, ())]

    def text(self, *, page: int | None = None) -> str:
        """The canonical query string, at another page where one is given."""
        values = dict(self.values)
        values["trang"] = (str(page),) if page and page > 1 else ()
        pairs = [(name, value) for name in ORDER for value in values.get(name, ())]
        return urlencode(pairs)

    def without(self, name: str, value: str) -> ListQuery:
        """The same list with one filter less, from its first page."""
        left = tuple(one for one in self.values.get(name, ()) if one != value)
        return replace(self, values=dict(self.values) | {name: left, "trang": ()})

    def with_(self, **given: str) -> ListQuery:
        """The same list with other values, from its first page; `_` in a name stands for a hyphen."""
        more = {name.replace("_", "-"): (value,) if value else () for name, value in given.items()}
        return replace(self, values=dict(self.values) | more | {"trang": ()})

    def cleared(self) -> ListQuery:
        """Sort, columns and rows alone."""
        kept = {name: self.values[name] for name in ("sap", "cot", "so-dong") if name in self.values}
        return replace(self, values=kept)

    def case_filter(self, days: DueDays) -> CaseFilter:
        """What the select is asked, due dates counted on `days`."""
        due = _due(self.one("han"), days)
        nguoi, viec, nguon = self.one("nguoi"), self.one("viec"), self.one("nguon")
        return replace(
            due,
            q=self.one("q"),
            organisation=self.one("don-vi") or None,
            field=self.one("linh-vuc") or None,
            states=tuple(STATES[slug] for slug in self.values.get("trang-thai", ())),
            period=int(self.one("ky")) if self.one("ky") else None,
            urgency=URGENCIES.get(self.one("muc-do")),
            level=LEVEL_SLUGS.get(self.one("cap")),
            owner=nguoi if nguoi != ME and nguoi else None,
            owned_by_me=nguoi == ME,
            waiting_for_decision=viec == "cho-toi-quyet-dinh",
            offered=viec == "chuyen-den",
            codes=_codes(self.one("ma")),
            history={"so-cu": True, "khong-so-cu": False}.get(nguon),
        )


def _codes(text: str) -> tuple[str, str] | None:
    first, _, last = text.partition(TO)
    return (first, last or first) if first else None


def _due(slug: str, days: DueDays) -> CaseFilter:
    day = timedelta(days=1)
    match slug:
        case "qua-han":
            return CaseFilter(overdue=True)
        case "keo-dai":
            return CaseFilter(overdue=True, due_before=days.long_until or date.min)
        case "moi-qua-han":
            return CaseFilter(overdue=True, due_from=days.long_until + day if days.long_until else None)
        case "sap-den-han":
            return CaseFilter(due_from=days.today, due_before=days.soon_until)
        case "trong-han":
            return CaseFilter(due_from=days.soon_until + day)
    return CaseFilter()


def read_query(arguments: Arguments, *, units: Iterable[str], fields: Iterable[str]) -> ListQuery:
    """Read a query string. `units` and `fields` are the codes that exist for the reader."""
    readers = _readers(units, fields)
    values: dict[str, tuple[str, ...]] = {}
    ignored: list[tuple[str, str]] = []
    for name in ORDER:
        given = [tidy(text) for text in arguments.getlist(name)]
        read = [(text, readers[name](text)) for text in given if text]
        ignored += [(name, text) for text, value in read if value is None]
        found = tuple(dict.fromkeys(value for _, value in read if value is not None))
        if found:
            values[name] = found if name in MANY else found[:1]
    return ListQuery(_plain(values), tuple(ignored))


def _plain(values: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out what is so anyway: one address for one list."""
    if values.get("trang") == ("1",):
        del values["trang"]
    if values.get("so-dong") == (str(PAGE_SIZES[1]),):
        del values["so-dong"]
    if values.get("sap") == ("han",):
        del values["sap"]
    if set(values.get("cot", ())) == set(DEFAULT_COLUMNS):
        del values["cot"]
    for name, order in (("trang-thai", STATES), ("cot", COLUMNS)):
        if name in values:
            values[name] = tuple(one for one in order if one in values[name])
    return values


Read = Callable[[str], "str | None"]


def _readers(units: Iterable[str], fields: Iterable[str]) -> dict[str, Read]:
    return {
        "q": lambda text: text[:LONGEST_SEARCH],
        "don-vi": _among(dict.fromkeys(units, "")),
        "linh-vuc": _among(dict.fromkeys(fields, "")),
        "trang-thai": _among(STATES),
        "han": _among(dict.fromkeys(DUE, "") | {"qua-han": "overdue"}),
        "ky": lambda text: text if _number(text) in range(1900, 2200) else None,
        "muc-do": _among(URGENCIES),
        "cap": _among(LEVEL_SLUGS),
        "nguoi": _person,
        "viec": _among(dict.fromkeys(WAITING, "")),
        "nguon": _among(dict.fromkeys(HISTORY, "")),
        "ma": lambda text: text.upper() if re.fullmatch(r"[\w-]{1,120}", text, re.ASCII) else None,
        "sap": _among(dict.fromkeys(SORTS, "")),
        "cot": _among(dict.fromkeys(COLUMNS, "")),
        "so-dong": _among({str(size): "" for size in PAGE_SIZES}),
        "trang": lambda text: str(_number(text)) if _number(text) > 0 else None,
    }


def _among(known: Mapping[str, str]) -> Read:
    """A slug, or the name that the API has for it."""
    names = {name: slug for slug, name in known.items() if name}

    def read(text: str) -> str | None:
        return text if text in known else names.get(text)

    return read


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _person(text: str) -> str | None:
    if text == ME:
        return ME
    try:
        return str(UUID(text))
    except ValueError:
        return None
