"""Cases by file: our own list, or another register read through a mapping; all of it, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from sqlalchemy import or_, select

from caseflow.adapters.spreadsheets import Table
from caseflow.errors import Attempt, InvalidInput, NotPermitted, NotReady
from caseflow.messages import Message, N_, say
from caseflow.models import Case
from caseflow.states.given import FieldFacts, OrganisationFacts, PersonFacts
from caseflow.use_cases.imports.case_layout import Layout, mapped_layout, own_layout
from caseflow.use_cases.imports.case_rows import NewPerson, PlannedCase, Register, RowReader
from caseflow.use_cases.imports.history import enter_past_case
from caseflow.use_cases.imports.mapping import CaseMapping
from caseflow.use_cases.imports.matching import field_finder, Finder, person_finder, Unclear, unit_finder
from caseflow.use_cases.imports.sheet import (
    at_row,
    Faults,
    ImportedFile,
    Plan,
    record_file,
    require_rows,
    Step,
    text_of,
)
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.people import add_person, known_person
from caseflow.use_cases.registration import may_register, register_case
from caseflow.use_cases.work import Work

CHUNK = 5_000  # codes asked for at once: databases limit the values of one statement


@dataclass(slots=True)
class CasePlan(Plan[PlannedCase]):
    """What an import of cases would do. `forbidden` are units where the actor may not register."""

    people: tuple[NewPerson, ...] = ()
    forbidden: tuple[OrganisationFacts, ...] = ()

    @property
    def assigned(self) -> int:
        """How many cases would be assigned too."""
        return sum(one.assigned for one in self.rows)


class ImportedCases(TypedDict):
    """What an import of cases did."""

    rows: int
    registered: int
    assigned: int
    history: int
    people: int
    first_code: str | None
    last_code: str | None


def check_cases(
    work: Work, table: Table, *, mapping: CaseMapping | None = None, field: str | None = None
) -> CasePlan:
    """Judge a list of cases: what it would register and assign, and every error by row and column.

    `field` is the field's code for rows that name none. Raises InvalidInput for an unknown `field` only.
    """
    faults = Faults(table)
    layout = mapped_layout(table, mapping, faults) if mapping else own_layout(table, faults)
    if faults.problems:
        return CasePlan((), faults.listed(), ignored=layout.ignored)
    reader = RowReader(layout, _register(work, field), faults)
    require_rows(table, faults)
    rows = [one for row in table.rows if (one := reader.read(row))]
    _refuse_known_codes(work, table, layout, faults)
    people = _new_people(rows, reader.register, faults)
    return CasePlan(
        tuple(rows),
        faults.listed(),
        tuple(faults.notices),
        layout.ignored,
        people,
        tuple(dict.fromkeys(reader.out_of_reach)),
    )


def _register(work: Work, field: str | None) -> Register:
    fields = field_finder(work.connection)
    return Register(
        units=unit_finder(work.connection, work.today),
        people=person_finder(work.connection, work.today),
        fields=fields,
        today=work.today,
        default_field=_default_field(fields, field) if field else None,
        may_register=lambda unit: may_register(work, unit.path),
    )


def _default_field(fields: Finder[FieldFacts], code: str) -> FieldFacts:
    try:
        return fields.find(code)
    except Unclear as unclear:
        raise InvalidInput.of("field", unclear.message, code) from None


def _refuse_known_codes(work: Work, table: Table, layout: Layout, faults: Faults) -> None:
    """A code of the sender's stands once: in the file, and among all cases."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in table.rows:
        if code := text_of(layout.cell(row, "code")).strip():
            rows[code].append(row.number)
    known = set(_codes_in_use(work, list(rows)))
    for code, numbers in rows.items():
        if code in known:
            text = N_("The code “%(code)s” is in use already. Leave this row out, or give another code.")
            _fault_code(layout, faults, numbers[0], say(text, code=code), code)
        for number in numbers[1:]:
            text = N_("The code “%(code)s” stands in row %(row)s too. Give each row a code of its own.")
            _fault_code(layout, faults, number, say(text, code=code, row=str(numbers[0])), code)


def _fault_code(layout: Layout, faults: Faults, row: int, message: Message, code: str) -> None:
    faults.add(row, layout.index("code"), message, code)


def _codes_in_use(work: Work, codes: list[str]) -> Iterator[str]:
    for start in range(0, len(codes), CHUNK):
        some = codes[start : start + CHUNK]
        found = select(Case.code, Case.source_code).where(
            or_(Case.code.in_(some), Case.source_code.in_(some))
        )
        for row in work.connection.execute(found):
            yield from (row.code, row.source_code)


def _new_people(rows: list[PlannedCase], register: Register, faults: Faults) -> tuple[NewPerson, ...]:
    """The people to be made, each once; their unit is the one of their first row."""
    people: dict[str, NewPerson] = {}
    for one in rows:
        if isinstance(one.owner, NewPerson) and one.owner.staff_code not in people:
            try:
                home = register.units.find(one.owner.organisation)
            except Unclear as unclear:
                faults.add(one.row, None, unclear.message, one.owner.organisation)
            else:
                people[one.owner.staff_code] = replace(one.owner, organisation=home.code)
    return tuple(people.values())


def import_cases(
    work: Work,
    table: Table,
    file: ImportedFile,
    *,
    mapping: CaseMapping | None = None,
    field: str | None = None,
    step: Step | None = None,
) -> ImportedCases:
    """Register every row, and assign those whose work, person and time are clear.

    Raises InvalidInput with every error by row and column, or NotPermitted where a unit is out of the
    actor's reach; nothing is then written.
    """
    plan = check_cases(work, table, mapping=mapping, field=field)
    if plan.forbidden:
        raise _not_permitted(plan)
    plan.refuse()
    work.remember_lookups()
    made = {one.staff_code: _make_person(work, one) for one in plan.people}
    work.accesses({one.owner.id for one in plan.rows if isinstance(one.owner, PersonFacts)})
    codes = []
    for one in plan.rows:
        codes.append(_enter(work, one, made))
        if step:
            step()
    record_file(work, "cases", file, len(plan.rows))
    return _told(plan, codes)


def _not_permitted(plan: CasePlan) -> NotPermitted:
    text = N_("You may not register issues of: %(units)s. Ask a registrar or a supervisor there.")
    names = ", ".join(unit.name for unit in plan.forbidden)
    refused = NotPermitted(say(text, units=names), plan.problems)
    refused.attempt = Attempt("import")
    return refused


def _make_person(work: Work, new: NewPerson) -> PersonFacts:
    add_person(
        work,
        staff_code=new.staff_code,
        name=new.name,
        position=new.position,
        organisation=new.organisation,
    )
    row = known_person(work, new.staff_code)
    return PersonFacts(row.id, str(row.uuid), row.name, row.position)


def _enter(work: Work, one: PlannedCase, made: Mapping[str, PersonFacts]) -> str:
    owner = made[one.owner.staff_code] if isinstance(one.owner, NewPerson) else one.owner
    try:
        if one.past is not None and owner is not None:
            return enter_past_case(work, one, owner, one.past)
        return _register_row(work, one, owner)
    except (NotReady, InvalidInput) as refused:
        raise at_row(refused, one.row) from refused


def _register_row(work: Work, one: PlannedCase, owner: PersonFacts | None) -> str:
    raw: dict[str, object] = {
        "title": one.title,
        "description": one.description,
        "organisation": one.unit.code,
        "field": one.field.code,
        "basis": one.basis,
        "source": one.source,
        "urgency": one.urgency,
        "expected_outcome": one.expected_outcome,
    }
    code = register_case(work, raw, source_code=one.code)["code"]
    if one.assigned and owner is not None:
        make_move(work, code, "assign", {"owner": owner.uuid, "deadline": one.deadline})
    return code


def _told(plan: CasePlan, codes: list[str]) -> ImportedCases:
    history = sum(one.past is not None for one in plan.rows)
    return ImportedCases(
        rows=len(codes),
        registered=len(codes) - history,
        assigned=plan.assigned - history,
        history=history,
        people=len(plan.people),
        first_code=codes[0] if codes else None,
        last_code=codes[-1] if codes else None,
    )
