"""The forms of administration. What is typed goes to the use cases as it is; their refusals find the fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from caseflow.adapters.dates import parse_date
from caseflow.errors import CaseflowError, InvalidInput
from caseflow.i18n import gettext
from caseflow.messages import N_, say
from caseflow.models.access import ROLE_NAMES
from caseflow.models.organisation import LEVELS
from caseflow.queries.administration import candidates, Paths
from caseflow.queries.choices import UnitChoice
from caseflow.states.working_days import DAY_KIND_NAMES
from caseflow.views.forms import Entered, PlainForm, show_problems
from caseflow.views.list_query import LEVEL_NAMES

Answer = TypeVar("Answer")

NEEDED = (Entered(),)


class DayDateField(StringField):
    """A day as one text, dd/mm/yyyy, read when the deed is done."""


class AdminForm(PlainForm):
    """A form of administration; deeds judge what was typed."""

    def text(self, name: str) -> str:
        """What was typed."""
        return str(self[name].data or "").strip()

    def typed_day(self, name: str) -> date | None:
        """The day that was typed, None where nothing was. Raises InvalidInput, naming the field."""
        text = self.text(name)
        return parse_date(text, field=name) if text else None

    def needed_day(self, name: str) -> date:
        """The day that was typed. Raises InvalidInput where none was."""
        day = self.typed_day(name)
        if day is None:
            raise InvalidInput.of(name, say(N_("Enter a day, for example 27/11/2026.")))
        return day


def attempt(form: AdminForm, deed: Callable[[], Answer]) -> Answer | None:
    """Do a deed with what a form holds; None where it was refused, with each problem beside its field.

    What is missing is named all at once. A refusal that is nobody's typing (want of right, nothing there) is raised on.
    """
    if not form.validate():
        return None
    try:
        return deed()
    except CaseflowError as refusal:
        if refusal.http_status != InvalidInput.http_status:
            raise
        show_problems(form, refusal)
        return None


def person_typed(connection: Connection, form: AdminForm, name: str, paths: Paths) -> str:
    """The staff code that a field means by code or name. Raises InvalidInput, listing the candidates."""
    typed = form.text(name)
    if not typed:
        raise InvalidInput.of(name, say(N_("Enter a staff code or a name.")))
    found = candidates(connection, typed, paths)
    if len(found) == 1:
        return found[0].staff_code
    if not found:
        message = say(
            N_("“%(name)s” is nobody known here. Enter a staff code or the whole name."), name=typed
        )
        raise InvalidInput.of(name, message, typed)
    listed = "; ".join(f"{p.staff_code}: {p.name} – {p.position} – {p.unit or ''}" for p in found)
    message = say(
        N_("“%(name)s” can be several people. Enter the staff code: %(people)s."), name=typed, people=listed
    )
    raise InvalidInput.of(name, message, typed)


def unit_choices(units: list[UnitChoice], empty: str) -> list[SelectChoice]:
    """Units as a picker shows them, indented along the tree."""
    top = min((unit.depth for unit in units), default=0)
    indented = [(unit.code, "\u2003" * (unit.depth - top) + unit.name) for unit in units]
    return [SelectChoice(value=code, label=label) for code, label in [("", empty), *indented]]


def _levels() -> list[tuple[str, str]]:
    return [(level, gettext(LEVEL_NAMES[level])) for level in LEVELS]


def role_choices() -> list[tuple[str, str]]:
    """The roles by their names."""
    return [(role, gettext(name)) for role, name in ROLE_NAMES.items()]


class UnitForm(AdminForm):
    """A new unit or team."""

    parent = SelectField(N_("Belongs to"), validate_choice=False)
    code = StringField(N_("Code"), NEEDED)
    name = StringField(N_("Name of the unit"), NEEDED)
    unit = StringField(N_("Short name"), description=N_("Where empty, the name is used"))
    level = SelectField(N_("Level"), NEEDED, validate_choice=False)
    head = StringField(N_("Head of the team"), description=N_("For a team: staff code or name of its head"))
    valid_from = DayDateField(N_("Valid from"), NEEDED)
    valid_until = DayDateField(N_("Valid until"))

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent.choices = unit_choices(units, gettext("Choose a unit"))
        self.level.choices = _levels()


class UnitChangeForm(AdminForm):
    """Another name or head for a unit."""

    name = StringField(N_("Name of the unit"), NEEDED)
    unit = StringField(N_("Short name"), NEEDED)
    head = StringField(
        N_("New head of the team"), description=N_("Staff code or name; empty: the head stays")
    )


class EndForm(AdminForm):
    """The last day of something."""

    valid_until = DayDateField(N_("Last day"), NEEDED)


class EndRoleForm(AdminForm):
    """The last day of a role, today's end where none is named."""

    valid_until = DayDateField(N_("Last day"))


class PersonForm(AdminForm):
    """A person; the staff code is what they sign in with."""

    staff_code = StringField(N_("Staff code"), NEEDED)
    name = StringField(N_("Full name"), NEEDED)
    position = StringField(N_("Position"), NEEDED)
    organisation = SelectField(N_("Unit"), validate_choice=False)
    email = StringField(N_("E-mail"))
    phone = StringField(N_("Phone"))

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation.choices = unit_choices(units, gettext("Choose a unit"))


class LeaveForm(AdminForm):
    """A person's last day."""

    left_on = DayDateField(N_("Leaves on"), NEEDED)


class RoleForm(AdminForm):
    """A role for a person in a unit."""

    staff_code = StringField(N_("Person"), NEEDED, description=N_("Staff code or full name"))
    role = SelectField(N_("Role"), NEEDED, validate_choice=False)
    organisation = SelectField(N_("Unit"), NEEDED, validate_choice=False)
    valid_from = DayDateField(N_("Valid from"), description=N_("Empty: from today"))
    valid_until = DayDateField(N_("Valid until"), description=N_("Empty: until it is ended"))

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation.choices = unit_choices(units, gettext("Choose a unit"))
        self.role.choices = role_choices()


class DelegationForm(AdminForm):
    """Who decides for a unit, on which part of it, from when until when."""

    giver = SelectField(N_("For the unit"), NEEDED, validate_choice=False)
    staff_code = StringField(N_("Who decides"), NEEDED, description=N_("Staff code or full name"))
    scope = SelectField(N_("On the cases of"), NEEDED, validate_choice=False)
    valid_from = DayDateField(N_("Valid from"), NEEDED)
    valid_until = DayDateField(N_("Valid until"), NEEDED)

    def __init__(self, *args: Any, units: list[UnitChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for picker in (self.giver, self.scope):
            picker.choices = unit_choices(units, gettext("Choose a unit"))


class FieldForm(AdminForm):
    """A field of the register."""

    code = StringField(N_("Code"), NEEDED)
    name_vi = StringField(N_("Name in Vietnamese"), NEEDED)
    name_en = StringField(N_("Name in English"), NEEDED)


class FieldChangeForm(AdminForm):
    """Another name for a field, or its end."""

    name_vi = StringField(N_("Name in Vietnamese"), NEEDED)
    name_en = StringField(N_("Name in English"), NEEDED)
    active = BooleanField(N_("May be chosen for new cases"))


class SpecialDayForm(AdminForm):
    """A day set apart by a decision."""

    day = DayDateField(N_("Day"), NEEDED)
    kind = SelectField(N_("Kind"), NEEDED, validate_choice=False)
    decision = StringField(N_("Decision"), NEEDED, description=N_("Number, date and issuer of the decision"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(str(kind), gettext(name)) for kind, name in DAY_KIND_NAMES.items()]


class RemoveDayForm(AdminForm):
    """Taking a special day out."""

    reason = StringField(N_("Reason"), NEEDED)
