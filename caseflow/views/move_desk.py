"""One move of one case at hand: which inputs its page has, what they offer and hold, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from caseflow.i18n import current_language
from caseflow.queries.case_page import extensions_of, MilestoneLine, milestones_of, Named, supporters_of
from caseflow.queries.case_people import MOST_OFFERED, people_around, people_by_uuid, people_with_units
from caseflow.queries.choices import active_fields, supervisors_of, units_at
from caseflow.states.engine import lifecycle_named
from caseflow.states.move import Field, FieldType, Move
from caseflow.states.relations import INSPECTOR, SUPERVISOR
from caseflow.use_cases.looking import Seen
from caseflow.use_cases.work import Work
from caseflow.views import move_form
from caseflow.views.case_moves import move_url
from caseflow.views.move_form import Choices, MoveForm, Typed

TAKES_EVIDENCE = frozenset({"report_progress", "resolve", "add_evidence"})
LOOKS_BEYOND = frozenset({"add_supporter", "edit"})
"""Moves whose people may come from any unit."""
DOCUMENT = ("document_number", "document_date", "kept_at")
OWN_FIELDS = frozenset({"csrf_token", "once", "seen", "seq", "stage", "unstage", "search", "note_only"})
"""What a form carries beside what was typed."""


@dataclass(slots=True)
class Desk:
    """A move, the case it is made on, and the form as far as it is filled."""

    work: Work
    seen: Seen
    move: Move
    data: MultiDict[str, str]
    q: str = ""
    many: bool = False
    fields: tuple[Field, ...] = ()
    milestones: list[MilestoneLine] = field(default_factory=list)
    supporters: list[Named] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The address of the form, under which its files are staged."""
        return move_url(self.seen.held.case.code, self.move.name)

    @property
    def takes_evidence(self) -> bool:
        """Whether files and documents may come with the move."""
        return self.move.name in TAKES_EVIDENCE


def sit_down(work: Work, seen: Seen, action: str, data: MultiDict[str, str] | None) -> Desk:
    """Take a move at hand; without `data` the form shows what is stored."""
    move = lifecycle_named(seen.held.case.kind).by_name[action]
    desk = Desk(work, seen, move, data if data is not None else MultiDict())
    desk.fields = _fields(seen, move)
    if action == "edit":
        desk.milestones = milestones_of(work.connection, seen.held.case.id)
    if action == "remove_supporter":
        desk.supporters = supporters_of(work.connection, seen.held.case.id)
    desk.q = desk.data.get("q", "").strip()
    if data is None:
        desk.data = stored(desk)
    return desk


def _fields(seen: Seen, move: Move) -> tuple[Field, ...]:
    case = seen.held.case
    hidden = {
        "edit": _hidden_in_edit(case),
        "reopen": {"expected_outcome"} if case.expected_outcome else set(),
        "add_evidence": {"file", *DOCUMENT},
        "remove_supporter": {"person", "organisation"},
    }.get(move.name, set())
    kept = tuple(one for one in move.fields if one.name not in hidden)
    return tuple(_reopening(one, seen) if move.name == "reopen" else one for one in kept)


def _hidden_in_edit(case: Any) -> set[str]:
    hidden = set() if case.state == "registered" else {"expected_outcome"}
    return hidden if case.visibility == "restricted" else hidden | {"readers", "readers_removed"}


def _reopening(one: Field, seen: Seen) -> Field:
    """Only the bases that this reader may reopen on."""
    if one.name != "basis":
        return one
    open_to = {"finding"} if INSPECTOR in seen.relations else set()
    if SUPERVISOR in seen.relations and seen.held.case.state == "verified":
        open_to.add("recurrence")
    return replace(one, choices=tuple(pair for pair in one.choices if pair[0] in open_to))


# --- what the form shows at first -----------------------------------------------------------------------


def stored(desk: Desk) -> MultiDict[str, str]:
    """The form as the stored case fills it."""
    case = desk.seen.held.case
    data: MultiDict[str, str] = MultiDict({"seen": str(case.version), "seq": str(case.seq)})
    action = desk.move.name
    if action == "edit":
        data.update(_edited(desk))
    elif action == "assign":
        data.update({"expected_outcome": case.expected_outcome or "", "verify_by": case.verify_by})
    elif action == "report_progress":
        data["progress"] = str(case.progress)
    elif action == "extend":
        data["deadline"] = _asked(desk)
    elif action == "revise_outcome":
        data["expected_outcome"] = case.expected_outcome or ""
    elif action == "reopen":
        choices = next(one for one in desk.fields if one.name == "basis").choices
        data["basis"] = choices[0][0] if len(choices) == 1 else ""
    return data


def _asked(desk: Desk) -> str:
    """The deadline that the owner asked for, where a request waits."""
    if desk.seen.held.case.extension_asked_on is None:
        return ""
    lines = extensions_of(desk.work.connection, desk.seen.held.case.id)
    return next((move_form.shown_day(one.asked_deadline) for one in lines if one.status == "pending"), "")


def _edited(desk: Desk) -> dict[str, str]:
    case, held = desk.seen.held.case, desk.seen.held
    data = {
        "title": case.title,
        "description": case.description or "",
        "field": held.field_code,
        "source": case.source or "",
        "urgency": case.urgency,
        "expected_outcome": case.expected_outcome or "",
        "basis_number": case.basis_number or "",
        "basis_date": move_form.shown_day(case.basis_date),
        "basis_issuer": case.basis_issuer or "",
        "basis_summary": case.basis_summary or "",
    }
    data |= {"basis_imposed": "y"} if case.deadline_imposed else {}
    for n, one in enumerate(desk.milestones):
        data[f"m{n}_text"] = one.text
        data[f"m{n}_person"] = str(one.person_uuid or "")
        data[f"m{n}_date"] = move_form.shown_day(one.date)
        data |= {f"m{n}_done": "y"} if one.done else {}
    return data


# --- the form -------------------------------------------------------------------------------------------


def form_of(desk: Desk, *, fresh: bool = False) -> MoveForm:
    """The form of the move, filled with `desk.data`, its pickers with what may be chosen.

    A `fresh` one gets a token of its own: what is sent next is another sending.
    """
    choices = _choices(desk)
    extra: dict[str, Any] = {}
    if desk.many or desk.q:
        extra |= move_form.search_input()
    if desk.move.name == "edit":
        extra |= move_form.milestone_inputs(_milestone_rows(desk), choices)
    if desk.move.name == "remove_supporter":
        extra |= {"supporter": move_form.supporter_input(desk.supporters)}
    if desk.takes_evidence:
        extra |= move_form.evidence_inputs(needed=_needs_evidence(desk))
    data = desk.data.copy()
    data["once"] = uuid4().hex if fresh else data.get("once") or uuid4().hex
    form: MoveForm = move_form.form_class(desk.fields, choices, extra)(data)
    return form


def _needs_evidence(desk: Desk) -> bool:
    """Whether the move is refused without new evidence: nothing is newer than the last return."""
    held = desk.seen.held
    fresh = held.evidence_seq > held.case.returned_seq
    return desk.move.name == "add_evidence" or (desk.move.name == "resolve" and not fresh)


def _milestone_rows(desk: Desk) -> int:
    typed = sum(1 for name in desk.data if name.startswith("m") and name.endswith("_text"))
    return max(typed, len(desk.milestones) + move_form.MILESTONE_ROWS)


def _choices(desk: Desk) -> Choices:
    kinds = {one.type for one in desk.fields} | ({FieldType.PERSON} if desk.move.name == "edit" else set())
    connection, today = desk.work.connection, desk.work.today
    choices = Choices()
    wanted = [one for one in desk.fields if one.type is FieldType.PERSON and one.name != "needs_decision_by"]
    if wanted or FieldType.PEOPLE in kinds or FieldType.MILESTONES in kinds:
        choices.people = _people(desk)
    if any(one.name == "readers_removed" for one in desk.fields):
        readers = people_with_units(connection, desk.seen.held.readers)
        choices.readers = [SelectChoice(value=str(p.uuid), label=p.label) for p in readers.values()]
    if any(one.name == "needs_decision_by" for one in desk.fields):
        deciders = supervisors_of(connection, desk.seen.held.path, today)
        choices.deciders = [SelectChoice(value=str(p.uuid), label=p.label) for p in deciders]
    if FieldType.ORGANISATION in kinds:
        choices.units = move_form.grouped_units(units_at(connection, None, today))
    if FieldType.FIELD in kinds:
        choices.fields = [
            SelectChoice(value=code, label=name)
            for code, name in active_fields(connection, current_language())
        ]
    return choices


def _people(desk: Desk) -> list[SelectChoice]:
    """Who may be chosen; whoever is chosen already stays on offer."""
    connection, path = desk.work.connection, desk.seen.held.path
    beyond = desk.move.name in LOOKS_BEYOND
    found = people_around(connection, (path,), desk.work.today, desk.q, everyone=beyond)
    desk.many = len(found) > MOST_OFFERED
    listed = {str(one.uuid) for one in found}
    chosen = {value for name in desk.data for value in desk.data.getlist(name) if len(value) == 36} - listed
    return move_form.grouped_people([*people_by_uuid(connection, chosen), *found[:MOST_OFFERED]])


# --- what was typed -------------------------------------------------------------------------------------


def read(desk: Desk) -> Typed:
    """What was typed, as raw input of the move."""
    typed = move_form.read_form(desk.fields, desk.data)
    if desk.move.name == "edit":
        _leave_out_unchanged(desk, typed)
    if desk.move.name == "remove_supporter":
        typed.raw |= _supporter(desk.data.get("supporter", ""))
    return typed


def _supporter(key: str) -> dict[str, object]:
    kind, _, value = key.partition(":")
    return {kind: value} if kind in {"person", "organisation"} and value else {}


def document_of(desk: Desk, typed: Typed) -> dict[str, object]:
    """The paper document that was referred to; empty where none was."""
    if not desk.takes_evidence:
        return {}
    day = move_form.read_day(desk.data.get("document_date", "").strip(), "document_date", typed)
    given: dict[str, object] = {name: desk.data.get(name, "").strip() for name in DOCUMENT} | {
        "document_date": day
    }
    return {name: value for name, value in given.items() if value}


def stored_raw(desk: Desk) -> dict[str, object]:
    """The stored case as the form would send it."""
    raw = move_form.read_form(desk.fields, MultiDict(_edited(desk))).raw
    return {"milestones": ()} | raw


def _leave_out_unchanged(desk: Desk, typed: Typed) -> None:
    """An edit holds what differs from the stored case, less what a conflict was settled against."""
    before = stored_raw(desk)
    for name in list(typed.raw):
        settled = desk.data.get(f"choice-{name}") == "current"
        if settled or typed.raw[name] == before.get(name):
            del typed.raw[name]


def seen_version(desk: Desk) -> int:
    """The version that the form was opened at; a form that does not say is stale."""
    return _whole(desk.data.get("seen"))


def seen_seq(desk: Desk) -> int:
    """How many events the case had when the form was opened."""
    return _whole(desk.data.get("seq"))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


_WRITTEN = {"StringField", "TextAreaField", "VnDateField", "NumberField"}


def typed_texts(desk: Desk, form: MoveForm) -> list[tuple[str, str]]:
    """Everything that was written or chosen and is not stored already, with its labels."""
    before = stored(desk) if desk.move.name == "edit" else MultiDict()
    found = []
    for one in form:
        if one.name in OWN_FIELDS or one.name == "q" or desk.data.get(one.name) == before.get(one.name):
            continue
        text = one.data if one.type in _WRITTEN else _chosen(one)
        if text and text.strip():
            found.append((str(one.label.text), text.strip()))
    return found


def _chosen(one: Any) -> str:
    if not hasattr(one, "iter_choices"):
        return ""
    picked = set(one.raw_data or ())
    return ", ".join(str(choice[1]) for choice in one.iter_choices() if choice[0] in picked and choice[0])
