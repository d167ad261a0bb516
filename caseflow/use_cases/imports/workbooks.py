"""Workbooks for those who import: an empty list with drop-downs, and their own list with its errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from caseflow.adapters.spreadsheets import Sheet, Table, with_problems, write_workbook
from caseflow.errors import Problem
from caseflow.i18n import current_language, translate
from caseflow.i18n import gettext as _
from caseflow.messages import N_
from caseflow.models import FieldRow, Organisation, Person
from caseflow.use_cases.imports.matching import person_label, unit_label

NUMBER, CONTENT, UNIT, FIELD = N_("No."), N_("Content of the issue"), N_("Unit"), N_("Field")
EXPECTED, OWNER, DEADLINE = N_("Expected outcome"), N_("Person responsible"), N_("Deadline")
BASIS, NOTE, CODE = N_("Document"), N_("Notes"), N_("Code")
HEADINGS = (NUMBER, CONTENT, UNIT, FIELD, EXPECTED, OWNER, DEADLINE, BASIS, NOTE, CODE)
WIDTHS = {NUMBER: 6, CONTENT: 60, UNIT: 36, FIELD: 30, EXPECTED: 40, OWNER: 40, DEADLINE: 14}


def cases_template(connection: Connection, organisation: str, today: date) -> bytes:
    """An empty list of cases (.xlsx) for the unit with that code.

    Its drop-downs offer the active people, units and fields of the unit's subtree, worded so that nothing is
    ambiguous. An unknown unit has empty drop-downs.
    """
    path = connection.scalar(select(Organisation.path).where(Organisation.code == organisation)) or "?"
    choices = {
        _(UNIT): _units(connection, path, today),
        _(FIELD): _fields(connection),
        _(OWNER): _people(connection, path, today),
    }
    header = tuple(_(one) for one in HEADINGS)
    widths = {_(one): width for one, width in WIDTHS.items()}
    sheet = Sheet(
        _("Pressing issues"), header, choices=choices, open_choices=frozenset(choices), widths=widths
    )
    return write_workbook([sheet])


def _units(connection: Connection, path: str, today: date) -> list[str]:
    above = aliased(Organisation)
    rows = connection.execute(
        select(Organisation.code, Organisation.name, above.name)
        .outerjoin(above, above.id == Organisation.parent_id)
        .where(
            Organisation.path.startswith(path, autoescape=True),
            Organisation.valid_from <= today,
            (Organisation.valid_until.is_(None)) | (Organisation.valid_until >= today),
        )
        .order_by(Organisation.id)
    )
    return [unit_label(*row) for row in rows]


def _people(connection: Connection, path: str, today: date) -> list[str]:
    rows = connection.execute(
        select(Person.staff_code, Person.name, Person.position, Organisation.name)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Organisation.path.startswith(path, autoescape=True),
            (Person.left_on.is_(None)) | (Person.left_on > today),
            ~Person.operator,
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [person_label(*row) for row in rows]


def _fields(connection: Connection) -> list[str]:
    name = FieldRow.name_vi if current_language() == "vi" else FieldRow.name_en
    return list(connection.scalars(select(name).where(FieldRow.active).order_by(FieldRow.position)))


def errors_workbook(table: Table, problems: Sequence[Problem]) -> bytes:
    """The table as it came (.xlsx), with one more column *Lỗi*; errors of no row stand on a second sheet."""
    heading = _("Error")
    table = _without(table, heading)
    rows = {row.number for row in table.rows}
    texts: dict[int, list[str]] = defaultdict(list)
    apart = []
    for one in problems:
        if one.row in rows and one.row is not None:
            texts[one.row].append(_told(one))
        else:
            apart.append((_told(one),))
    joined = {row: "\n".join(lines) for row, lines in texts.items()}
    sheets = [with_problems(table, _("Pressing issues"), heading, joined)]
    if apart:
        sheets.append(Sheet(_("Errors of the file"), (heading,), apart, widths={heading: 60}))
    return write_workbook(sheets)


def _told(problem: Problem) -> str:
    where = "" if problem.column is None else f"{problem.column}{problem.row} "
    field = "" if problem.field == "file" else f"{problem.field}"
    return f"{where}{field}: {translate(problem.message)}".removeprefix(": ")


def _without(table: Table, heading: str) -> Table:
    """The table without the column of an earlier round."""
    kept = [index for index, one in enumerate(table.header) if one != heading]
    rows = tuple(replace(row, cells=tuple(row.cells[index] for index in kept)) for row in table.rows)
    return replace(table, header=tuple(table.header[index] for index in kept), rows=rows)
