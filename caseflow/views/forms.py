"""What the forms that are written as classes share: the reader's language, needed fields, refusals at their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation

from caseflow.errors import CaseflowError
from caseflow.i18n import current_language, gettext, translate, translations_for
from caseflow.messages import N_, say


class Translated(DefaultMeta):
    """WTForms' own words in the reader's language."""

    def get_translations(self, form: Any) -> Any:
        """The catalogue of the reader's language."""
        return translations_for(current_language())


class PlainForm(Form):
    """Labels and hints are marked with `N_` and translated as the form is made.

    CSRF is no field of a form: the guard checks it before any form is read.
    """

    Meta = Translated

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = gettext(field.label.text)
            field.description = gettext(field.description) if field.description else ""


class Entered:
    """Refuses an empty input, naming it; flags the field as needed."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation for an empty input."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(translate(say(N_("Enter “%(label)s”."), label=str(field.label.text))))


def show_problems(form: Any, refusal: CaseflowError, places: Mapping[str, str] | None = None) -> None:
    """Put a refusal beside the fields that it names (`places` maps other names to fields), else above the form."""
    placed = False
    for problem in refusal.problems:
        name = (places or {}).get(problem.field, problem.field)
        if name in form and form[name].type != "HiddenField":
            form[name].errors = [*form[name].errors, translate(problem.message)]
            placed = True
    if not placed:
        form.form_errors.append(translate(refusal.message))
