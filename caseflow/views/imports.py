"""Import of cases from Excel: upload, look at every error at its cell, then import all or nothing."""

from __future__ import annotations

import os
from contextlib import closing
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, render_template, request, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice

from caseflow.adapters.spreadsheets import check_size, read_table
from caseflow.errors import CaseflowError, InvalidInput, NotFound
from caseflow.i18n import current_language, gettext, translate
from caseflow.messages import N_, say
from caseflow.queries.choices import active_fields, UnitChoice, units_at
from caseflow.states.given import PersonFacts
from caseflow.use_cases.contributions import FileRef, stage_file
from caseflow.use_cases.exporting import record_export
from caseflow.use_cases.imports.cases import CasePlan
from caseflow.use_cases.imports.staged_cases import (
    check_staged_cases,
    import_staged_cases,
    UPLOAD_PATH,
)
from caseflow.use_cases.imports.workbooks import cases_template, errors_workbook, HEADINGS
from caseflow.use_cases.perform import Key, perform_bulk_once
from caseflow.views import current
from caseflow.views.access import Answer, Pages
from caseflow.views.admin_forms import AdminForm
from caseflow.views.forms import Entered, show_problems
from caseflow.views.list_page import LIST
from caseflow.views.list_query import TO

blueprint = Pages("imports", __name__)

PERMITTED = "registrar|supervisor"
LISTED = 200
SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(AdminForm):
    """The file, and the field of rows that name none."""

    file = FileField(N_("List of cases (.xlsx or .csv)"), (Entered(),))
    field = SelectField(N_("Field of rows that name none"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = active_fields(current.connection(), current_language())
        choices = [("", gettext("Every row names its field")), *known]
        self.field.choices = [SelectChoice(value=code, label=name) for code, name in choices]


@blueprint.page(UPLOAD_PATH, permission=PERMITTED, changes=True, keeps=False)
def upload() -> Answer:
    """Choose a file; one that can be read is put down and looked at, another is refused with every error."""
    form = UploadForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _upload_page(form, None)
    try:
        key = _put_down(request.files.get("file"))
    except CaseflowError as refusal:
        if refusal.http_status != InvalidInput.http_status:
            raise
        return _upload_page(form, refusal), refusal.http_status
    return redirect(_href(key, form.text("field")), 303)


def _upload_page(form: UploadForm, refusal: CaseflowError | None) -> str:
    cells = [] if refusal is None else [problem for problem in refusal.problems if problem.row]
    if refusal is not None and cells:
        form.file.errors = [*form.file.errors, translate(refusal.message)]
    elif refusal is not None:
        show_problems(form, refusal)
    return render_template(
        "imports/upload.html",
        form=form,
        problems=[_told(problem) for problem in cells[:LISTED]],
        headings=[gettext(heading) for heading in HEADINGS],
        units=_own_units(),
    )


def _put_down(sent: FileStorage | None) -> str:
    if sent is None or not sent.filename:
        raise InvalidInput.of("file", say(N_("Choose a file.")))
    name = sent.filename.replace("\\", "/").rpartition("/")[2][-200:]
    data = _bytes_of(sent, name)
    read_table(data, name)
    stored = current.installation().files.put(BytesIO(data), name)
    ref = FileRef(name, stored.sha256, stored.size, stored.media_type)
    return current.do(stage_file, UPLOAD_PATH, ref)


def _bytes_of(sent: FileStorage, name: str) -> bytes:
    """The whole file, which is judged by its size before it is read."""
    with closing(sent):
        check_size(sent.stream.seek(0, os.SEEK_END), name)
        sent.stream.seek(0)
        return sent.stream.read()


def _href(key: str | UUID, field: str) -> str:
    return f"{UPLOAD_PATH}/{key}" + (f"?{urlencode({'linh-vuc': field})}" if field else "")


def _field() -> str | None:
    return request.args.get("linh-vuc", "").strip()[:60] or None


@blueprint.page(f"{UPLOAD_PATH}/<uuid:key>", permission=PERMITTED, changes=True, keeps=False)
def preview(key: UUID) -> Answer:
    """What would be imported and every error at its cell; sent, it is imported, once however often it is sent."""
    if request.method == "POST":
        return _import(key)
    return _preview_page(key)


def _import(key: UUID) -> Answer:
    once = Key.of(request.path, str(key), (_field() or "").encode())
    try:
        done = perform_bulk_once(
            current.installation(), current.current_actor(), once, import_staged_cases, key, _field()
        )
    except InvalidInput:  # something has changed since the list was looked at: it is shown anew
        current.look_afresh()
        return _preview_page(key), InvalidInput.http_status
    current.look_afresh()
    told = {
        "so": done["rows"],
        "giao": done["assigned"],
        "tu": done["first_code"] or "",
        "den": done["last_code"] or "",
    }
    return redirect(f"{UPLOAD_PATH}/xong?{urlencode(told)}", 303)


def _preview_page(key: UUID) -> str:
    table, plan = check_staged_cases(current.reading_work(), key, _field())
    fields = dict(active_fields(current.connection(), current_language()))
    return render_template(
        "imports/preview.html",
        plan=plan,
        rows=[_row(one, fields) for one in plan.rows[:SHOWN]],
        total=len(table.rows),
        problems=[_told(problem) for problem in plan.problems[:LISTED]],
        remarks=[_told(problem) for problem in plan.notices[:LISTED]],
        forbidden=[unit.name for unit in plan.forbidden],
        field=fields.get(_field() or ""),
        address=_href(key, _field() or ""),
        errors_address=f"{UPLOAD_PATH}/{key}/loi" + (f"?linh-vuc={_field()}" if _field() else ""),
    )


def _told(problem: Any) -> dict[str, object]:
    return {
        "cell": f"{problem.column or ''}{problem.row or ''}" or "–",
        "heading": "" if problem.field == "file" else problem.field,
        "value": "" if problem.value is None else str(problem.value),
        "text": translate(problem.message),
    }


def _row(one: Any, fields: dict[str, str]) -> dict[str, object]:
    owner = one.owner
    return {
        "row": one.row,
        "title": one.title,
        "unit": one.unit.name,
        "field": fields.get(one.field.code, one.field.code),
        "owner": owner.name if isinstance(owner, PersonFacts) else getattr(owner, "name", None),
        "deadline": one.deadline,
        "assigned": one.assigned,
    }


@blueprint.page(
    f"{UPLOAD_PATH}/<uuid:key>/loi", permission=PERMITTED, changes=True, methods=("POST",), keeps=False
)
def take_errors_home(key: UUID) -> Response:
    """The same workbook with a column that says what is wrong with each row."""
    table, plan = _checked(key)
    data, name = errors_workbook(table, plan.problems), gettext("errors-of-the-list.xlsx")
    current.do(record_export, "import_errors", data, len(table.rows), file_name=name)
    return _workbook(data, name)


def _checked(key: UUID) -> tuple[Any, CasePlan]:
    return check_staged_cases(current.reading_work(), key, _field())


@blueprint.page(f"{UPLOAD_PATH}/mau", permission=PERMITTED, changes=True, methods=("POST",), keeps=False)
def take_template() -> Response:
    """The empty list, with drop-downs of the reader's own units, people and fields."""
    asked = request.form.get("don-vi", "")
    unit = next((one for one in _own_units() if one.code == asked), None)
    if unit is None:
        raise NotFound
    data, name = (
        cases_template(current.connection(), unit.code, current.today()),
        gettext("list-of-cases.xlsx"),
    )
    current.do(record_export, "import_template", data, 0, file_name=name)
    return _workbook(data, name)


def _own_units() -> list[UnitChoice]:
    """The units in which the reader holds the role that lets them register."""
    paths = current.current_access().paths("registrar", "supervisor")
    return [unit for unit in units_at(current.connection(), paths, current.today()) if unit.path in paths]


def _workbook(data: bytes, name: str) -> Response:
    answer = send_file(BytesIO(data), XLSX, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.page(f"{UPLOAD_PATH}/xong", permission=PERMITTED, changes=False)
def done() -> Answer:
    """What an import did, with the way to its cases."""
    first, last = request.args.get("tu", "")[:60], request.args.get("den", "")[:60]
    return render_template(
        "imports/done.html",
        count=_number("so"),
        assigned=_number("giao"),
        first=first,
        last=last,
        list_href=f"{LIST}?{urlencode({'ma': f'{first}{TO}{last}'})}" if first else LIST,
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
