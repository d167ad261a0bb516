"""The log's own pages: its verdict, its events, and what inspectors take away to check it elsewhere."""

from __future__ import annotations

from pathlib import Path

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from caseflow.adapters.zip_stream import stream_zip
from caseflow.errors import NotFound, NotReady
from caseflow.i18n import gettext
from caseflow.messages import N_, say
from caseflow.places import PACKAGE
from caseflow.queries.log import Head
from caseflow.trail.dump import dump_files
from caseflow.trail.tiles import TileFolder
from caseflow.use_cases.checking import ask_for_check
from caseflow.use_cases.exporting import export_bundle, Exported, record_export
from caseflow.use_cases.sealing import seal_waiting
from caseflow.use_cases.witnessing import with_cosignatures
from caseflow.use_cases.work import Work
from caseflow.views import current
from caseflow.views.access import Answer, MenuItem, Pages, SIGNED_IN
from caseflow.views.log_line import current_head
from caseflow.views.log_page import ADMINISTRATOR, INSPECTOR, log_view
from caseflow.views.log_query import PLACE, read_log_query

blueprint = Pages("log", __name__)

READERS = f"{INSPECTOR}|{ADMINISTRATOR}"
TEXT, JSON, ZIP = "text/plain; charset=utf-8", "application/json", "application/zip"
CHECKER = PACKAGE / "static" / "verify.html"


@blueprint.page(
    PLACE, permission=READERS, changes=False, menu=MenuItem(60, N_("Log"), (INSPECTOR, ADMINISTRATOR))
)
def show_log() -> Answer:
    """The verdict of the log, and its events within reach."""
    return render_template("log/page.html", page=log_view(read_log_query(request.args)))


@blueprint.page(f"{PLACE}/kiem-tra-lai", permission=READERS, changes=True, methods=("POST",), keeps=False)
def check_again() -> Answer:
    """Have the whole log checked; the page shows the result when it is there."""
    current.do(ask_for_check)
    flash(gettext("The log is being checked. The result will stand on this page."), "success")
    return redirect(PLACE, 303)


@blueprint.page(f"{PLACE}/goi-doi-chieu", permission=INSPECTOR, changes=True, methods=("POST",), keeps=False)
def take_dump() -> Response:
    """The whole published log with its policy as one .zip, to be checked elsewhere; recorded as an export."""
    installation = current.installation()
    seal_waiting(installation)
    head = current_head()
    policy = _read(installation.settings.policy_file)
    if head is None or policy is None:
        raise NotReady(say(N_("Nothing is sealed yet. Try again in a few seconds.")))
    name = f"caseflow-log-{head.size}.zip"
    at = current.now()
    current.do(_record_dump, head, name)
    folder = TileFolder(installation.settings.log_folder)
    files = dump_files(folder, policy.decode("utf-8", "replace"), with_cosignatures(installation, head.note))
    return _attachment(stream_zip(files, at), name, ZIP)


def _record_dump(work: Work, head: Head, name: str) -> None:
    """A dump is what its checkpoint commits to: that is its digest, known before it is sent."""
    record_export(work, "dump", head.note.encode("utf-8"), head.size, file_name=name)


@blueprint.page(
    "/vu-viec/<code>/goi-minh-chung", permission=SIGNED_IN, changes=True, methods=("POST",), keeps=False
)
def take_bundle(code: str) -> Response:
    """The evidence bundle of a case, for who may see it; recorded as an export."""
    seal_waiting(current.installation())
    made: Exported = current.do(export_bundle, code)
    return _attachment(made.data, made.file_name, JSON)


@blueprint.page(f"{PLACE}/checkpoint.txt", permission=READERS, changes=False)
def show_checkpoint() -> Response:
    """The published checkpoint, as a file to keep elsewhere."""
    head = current_head()
    if head is None:
        raise NotFound
    return _attachment(head.note.encode("utf-8"), "checkpoint.txt", TEXT)


@blueprint.page(f"{PLACE}/policy.txt", permission=SIGNED_IN, changes=False)
def show_policy() -> Response:
    """Whose signatures the log is checked with: its own key and its witnesses'."""
    return _file(current.installation().settings.policy_file, TEXT)


@blueprint.page(f"{PLACE}/verify.html", permission=SIGNED_IN, changes=False)
def take_checker() -> Response:
    """The checker of evidence bundles, one page that needs no network."""
    return _file(CHECKER, "text/html; charset=utf-8")


def _file(path: Path, kind: str) -> Response:
    data = _read(path)
    if data is None:
        raise NotFound
    return _attachment(data, path.name, kind)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _attachment(data: object, name: str, kind: str) -> Response:
    answer = Response(data, content_type=kind)  # type: ignore[arg-type]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer
