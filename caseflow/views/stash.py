"""Text that was typed on a page which could not take it: put by, and filled in again."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, g, request
from werkzeug.datastructures import MultiDict

from caseflow.errors import CaseflowError
from caseflow.i18n import gettext as _
from caseflow.states.actor import Actor
from caseflow.use_cases.contributions import FileRef
from caseflow.use_cases.perform import perform
from caseflow.use_cases.stashes import stash_form, stashed
from caseflow.views.current import connection, current_actor, installation, look_afresh

NEVER = frozenset({"csrf_token", "once", "stage", "unstage"})
SECRET = "password"  # noqa: S105 - a part of field names


def put_by(actor: Actor) -> bool:
    """Keep the text and files of this request for `actor`; whether there was anything to keep."""
    if request.form.get("holds_state_secrets") == "yes":
        return False  # what must not be entered is not put by either
    pairs = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER and SECRET not in name
    ]
    files = _stored_files()
    if not files and not any(value.strip() for name, value in pairs if name != "seen"):
        return False
    own = replace(actor, principal=None)
    perform(installation(), own, stash_form, request.path, pairs, files)
    look_afresh()
    return True


def _stored_files() -> list[FileRef]:
    """The files of this request, in the store; those that it refuses are left out."""
    kept = []
    for upload in request.files.values():
        if upload.filename:
            try:
                stored = installation().files.put(upload.stream, upload.filename)  # type: ignore[arg-type]
            except CaseflowError:
                continue
            kept.append(FileRef(upload.filename, stored.sha256, stored.size, stored.media_type))
    return kept


def stashed_data(path: str) -> MultiDict[str, str] | None:
    """What the reader had typed on the page `path`, for its form; a notice says that it is not saved yet.

    It is forgotten once the form has been taken (`current.do` and `current.do_once` see to that).
    """
    pairs = stashed(installation(), connection(), current_actor(), path)
    if pairs is None:
        return None
    if "unsaved" not in g:
        g.unsaved = True
        flash(_("Not saved yet: the form holds what was entered before. Check it and send it."), "warning")
    return MultiDict(pairs)
