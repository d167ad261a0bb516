"""What the whole installation shares: fields of the register and special days of the calendar."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from flask import flash, redirect, render_template, request

from caseflow.errors import NotFound
from caseflow.i18n import format_date, gettext
from caseflow.messages import N_
from caseflow.queries.administration import all_fields, special_days, years_with_days
from caseflow.states.working_days import DAY_KIND_NAMES, DayKind
from caseflow.use_cases.calendar import remove_special_day, save_special_day
from caseflow.use_cases.fields import save_field
from caseflow.views import current
from caseflow.views.access import Answer
from caseflow.views.admin_area import ADMINISTRATOR, answer, asked, blueprint, HOME, leads_the_top, typed
from caseflow.views.admin_forms import attempt, FieldChangeForm, FieldForm, RemoveDayForm, SpecialDayForm

FIELDS = f"{HOME}/linh-vuc"
DAYS = f"{HOME}/ngay-dac-biet"
SHARED = N_("All units share these. Only an administrator of the top organisation changes them.")


@blueprint.page(FIELDS, permission=ADMINISTRATOR, changes=False)
def list_fields() -> Answer:
    """Every field, ended ones too."""
    return render_template(
        "admin/fields.html",
        fields=all_fields(current.connection()),
        may_change=leads_the_top(),
        shared=gettext(SHARED),
        field_href=lambda code: f"{FIELDS}/{quote(code, safe='')}",
    )


@blueprint.page(f"{FIELDS}/moi", permission=ADMINISTRATOR, changes=True)
def add_field() -> Answer:
    """Add a field."""
    form = FieldForm(typed())
    return answer(
        form,
        lambda: current.do(
            save_field, code=form.text("code"), name_vi=form.text("name_vi"), name_en=form.text("name_en")
        ),
        done=gettext("The field has been added."),
        back=FIELDS,
        title=gettext("Add a field"),
        trail=[(gettext("Fields"), FIELDS)],
        intro=gettext(SHARED),
        submit=gettext("Add"),
        cancel=FIELDS,
    )


@blueprint.page(f"{FIELDS}/<code>", permission=ADMINISTRATOR, changes=True)
def change_field(code: str) -> Answer:
    """Rename a field, take it out of use or back into it."""
    known = next((field for field in all_fields(current.connection()) if field.code == code), None)
    if known is None:
        raise NotFound
    kept = {"name_vi": known.name_vi, "name_en": known.name_en, "active": known.active}
    form = FieldChangeForm(typed(), data=kept)
    return answer(
        form,
        lambda: current.do(
            save_field,
            code=known.code,
            name_vi=form.text("name_vi"),
            name_en=form.text("name_en"),
            active=bool(form.active.data),
        ),
        done=gettext("The field has been changed."),
        back=FIELDS,
        title=gettext("Change the field “%(code)s”", code=known.code),
        trail=[(gettext("Fields"), FIELDS)],
        intro=gettext(SHARED),
        submit=gettext("Save"),
        cancel=FIELDS,
    )


@blueprint.page(DAYS, permission=ADMINISTRATOR, changes=True)
def list_days() -> Answer:
    """The special days of a year, and a form for one more."""
    year = _year()
    form = SpecialDayForm(typed())
    if request.method == "POST":
        saved = attempt(form, lambda: _save_day(form))
        if saved is not None:
            flash(gettext("The special day has been saved."), "success")
            return redirect(f"{DAYS}?nam={saved.year}", 303)
    days = special_days(current.connection(), year)
    page = render_template(
        "admin/days.html",
        form=form,
        year=year,
        years=years_with_days(current.connection()),
        days=days,
        known=any(day.kind == DayKind.HOLIDAY for day in days),
        kind_names=DAY_KIND_NAMES,
        may_change=leads_the_top(),
        shared=gettext(SHARED),
        action=DAYS,
    )
    return page, 422 if form.errors else 200


def _year() -> int:
    text = asked("nam")
    in_range = text.isascii() and text.isdigit() and len(text) == 4 and 1900 <= int(text) < 2200
    return int(text) if in_range else current.today().year


def _save_day(form: SpecialDayForm) -> date:
    day = form.needed_day("day")
    current.do(save_special_day, day, form.text("kind"), form.text("decision"))
    return day


@blueprint.page(f"{DAYS}/<day>/xoa", permission=ADMINISTRATOR, changes=True)
def remove_day(day: str) -> Answer:
    """Make a special day an ordinary one again, with the reason."""
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    found = next((one for one in special_days(current.connection(), meant.year) if one.day == meant), None)
    if found is None:
        raise NotFound
    form = RemoveDayForm(typed())
    return answer(
        form,
        lambda: current.do(remove_special_day, meant, form.text("reason")),
        done=gettext("The special day has been removed."),
        back=f"{DAYS}?nam={meant.year}",
        title=gettext("Remove the special day %(day)s", day=format_date(meant)),
        trail=[(gettext("Special days"), DAYS)],
        facts=[
            (gettext("Kind"), gettext(DAY_KIND_NAMES[DayKind(found.kind)])),
            (gettext("Decision"), found.decision),
        ],
        intro=gettext("Deadlines and verdicts already given do not move."),
        submit=gettext("Remove the day"),
        cancel=f"{DAYS}?nam={meant.year}",
        danger=True,
    )
