"""Evidence: files that are put down with a form, and files that are read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, Response, send_file
from werkzeug.datastructures import FileStorage

from caseflow.adapters.media import check_count
from caseflow.errors import NotFound
from caseflow.queries.case_page import evidence_file
from caseflow.queries.case_people import staged_file, staged_files, StagedLine
from caseflow.use_cases.contributions import drop_staged, FileRef, stage_file, take_staged
from caseflow.use_cases.perform import perform
from caseflow.views.case_page import reader_in, reuse_notes
from caseflow.views.current import connection, current_actor, installation, look_afresh, reading_work
from caseflow.views.move_desk import Desk

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Pictures that browsers show by themselves."""


def download(key: UUID) -> Response:
    """An evidence file of a case within reach, as an attachment that can do nothing. Raises NotFound."""
    found = evidence_file(connection(), reader_in(reading_work()), key)
    if found is None:
        raise NotFound
    return _attachment(found.name, found.sha256, found.media_type)


def download_staged(key: UUID) -> Response:
    """A file that the reader has put down with a form."""
    found = staged_file(connection(), current_actor().id, key)
    if found is None:
        raise NotFound
    return _attachment(found.name, found.sha256, found.media_type)


def _attachment(name: str, sha256: str, media_type: str) -> Response:
    path = installation().files.path(sha256)
    if not path.exists():
        raise NotFound
    answer = send_file(
        path, media_type, as_attachment=True, download_name=name, conditional=False, etag=False, max_age=0
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def sent_files() -> list[FileStorage]:
    """The files that came with the request; a browser sends an empty one where none was chosen."""
    return [one for one in request.files.getlist("files") if one.filename]


def stage_sent(desk: Desk) -> None:
    """Put down what came with the form, so that it survives a refusal. Raises InvalidInput."""
    sent = sent_files()
    if not sent:
        return
    there = staged(desk)
    check_count(len(there) + len(sent))
    known = {one.sha256 for one in there}
    for one in sent:
        name = _plain_name(one.filename or "")
        stored = installation().files.put(one.stream, name)  # type: ignore[arg-type]
        if stored.sha256 not in known:
            ref = FileRef(name, stored.sha256, stored.size, stored.media_type)
            perform(installation(), current_actor(), stage_file, desk.path, ref)
            known.add(stored.sha256)
    look_afresh()


def _plain_name(name: str) -> str:
    """The last part of a name, as some browsers send whole paths."""
    return name.replace("\\", "/").rpartition("/")[2][-200:] or "file"


def unstage(desk: Desk, key: str) -> None:
    """Take a file out of the form; one that is not there is no matter."""
    try:
        known = str(UUID(key))
    except ValueError:
        return
    perform(installation(), current_actor(), drop_staged, desk.path, known)
    look_afresh()


def forget_staged(desk: Desk) -> None:
    """Clear what a repeated submission put down again after the first had taken it."""
    look_afresh()
    if staged(desk):
        perform(installation(), current_actor(), take_staged, desk.path)


def staged(desk: Desk) -> list[StagedLine]:
    """The files that are put down with this form."""
    return staged_files(connection(), current_actor().id, desk.path) if desk.takes_evidence else []


def staged_shown(desk: Desk) -> list[dict[str, Any]]:
    """The files of the form as the staging macro shows them, each with where else it was used."""
    files = staged(desk)
    notes = reuse_notes(reading_work(), desk.seen.held.case.id, {one.sha256 for one in files})
    return [
        {
            "id": str(one.uuid),
            "name": one.name,
            "url": f"/minh-chung/tam/{one.uuid}",
            "size": one.size,
            "sha256": one.sha256,
            "thumbnail_url": f"/minh-chung/tam/{one.uuid}" if one.media_type in SHOWN_INLINE else None,
            "reuse_note": notes.get(one.sha256),
        }
        for one in files
    ]
