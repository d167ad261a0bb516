"""Where each field of a case stands in a table: in the columns of our own list, or as a mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from caseflow.adapters.spreadsheets import Cell, Row, Table
from caseflow.messages import N_, say
from caseflow.states.folding import fold
from caseflow.use_cases.imports.mapping import CaseMapping, Template
from caseflow.use_cases.imports.sheet import Faults, find_columns, text_of

CASE_COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("TT", "STT", "No", "Number"),
    "content": (
        "Nội dung vấn đề, vụ việc", "Nội dung vấn đề", "Nội dung vụ việc", "Nội dung", "Vấn đề, vụ việc",
        "Vụ việc", "Issue", "Pressing issue", "Matter", "Title", "Content of the issue",
    ),
    "organisation": ("Đơn vị", "Tên đơn vị", "Mã đơn vị", "Unit", "Organization"),
    "field": ("Lĩnh vực", "Mã lĩnh vực"),
    "expected_outcome": ("Kết quả cần đạt", "Outcome"),
    "owner": ("Người chịu trách nhiệm", "Person responsible", "Responsible person", "Responsible", "Person"),
    "deadline": ("Thời hạn", "Thời hạn giải quyết", "Thời hạn hoàn thành", "Hạn giải quyết", "Due date"),
    "basis": ("Văn bản", "Căn cứ", "Document", "Basis document"),
    "note": ("Ghi chú", "Notes", "Remarks"),
    "code": ("Mã", "Mã vụ việc", "Mã số"),
}  # fmt: skip
REQUIRED = ("content", "organisation")
NOT_READ = {"error": ("Lỗi", "Errors")}
"""The column that a list has which was refused and mended: known, and not read."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the fields of a case from a row; `ignored` are headings that nothing is read from."""

    columns: Mapping[str, int]
    ignored: tuple[str, ...] = ()
    mapping: CaseMapping = field(default_factory=CaseMapping)
    headings: Mapping[str, int] = field(default_factory=dict)

    def cell(self, row: Row, name: str) -> Cell:
        """The value of a field, its value map applied; None where there is none."""
        value = self._raw(row, name)
        if value is None or name not in self.mapping.maps:
            return value
        text = text_of(value)
        return self.mapping.maps[name].get(text, text)

    def _raw(self, row: Row, name: str) -> Cell:
        if name in self.columns:
            return row.cells[self.columns[name]]
        if name in self.mapping.values:
            return self.mapping.values[name]
        template = self.mapping.templates.get(name)
        return None if template is None else self.fill(template, row) or None

    def fill(self, template: Template, row: Row) -> str:
        """A template's text for this row."""
        return template.filled(
            {name: text_of(row.cells[self.headings[name]]) for name in template.headings()}
        )

    def index(self, name: str) -> int | None:
        """The column at which a fault of this field is shown."""
        if name in self.columns:
            return self.columns[name]
        template = self.mapping.templates.get(name)
        headings = template.headings() if template else []
        return self.headings[headings[0]] if headings else None

    def has(self, name: str) -> bool:
        """Whether anything is read for this field."""
        return name in self.columns or name in self.mapping.values or name in self.mapping.templates


def own_layout(table: Table, faults: Faults) -> Layout:
    """The layout of our own list of cases."""
    found = find_columns(table, CASE_COLUMNS | NOT_READ, REQUIRED, faults)
    return Layout(found.index, found.ignored)


def mapped_layout(table: Table, mapping: CaseMapping, faults: Faults) -> Layout:
    """The layout that a mapping describes; a heading that the table lacks is a fault."""
    places = {fold(heading): place for place, heading in enumerate(table.header) if heading}
    templates = [*mapping.templates.values()]
    if mapping.people:
        templates += [mapping.people.staff_code, mapping.people.name]
    named = [*mapping.columns.values(), *(one for template in templates for one in template.headings())]
    for heading in dict.fromkeys(named):
        if fold(heading) not in places and not _is_field(heading, mapping):
            text = N_(
                "The mapping reads a column “%(heading)s”, which the file does not have. Correct the mapping."
            )
            faults.add(table.header_row, None, say(text, heading=heading), heading)
    columns = {name: places[fold(one)] for name, one in mapping.columns.items() if fold(one) in places}
    headings = {one: places[fold(one)] for one in named if fold(one) in places}
    headings |= {name: place for name, place in columns.items() if name not in headings}
    read = set(columns.values()) | set(headings.values())
    ignored = tuple(one for place, one in enumerate(table.header) if one and place not in read)
    return Layout(columns, ignored, mapping, headings)


def _is_field(name: str, mapping: CaseMapping) -> bool:
    """A template may also name the field that a column is read for: {owner}."""
    return name in mapping.columns
