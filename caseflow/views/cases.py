"""The pages of one case and their addresses."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from caseflow.use_cases.looking import Complainant, open_complainant, see_case
from caseflow.use_cases.work import Work
from caseflow.views import evidence, registration, transitions
from caseflow.views.access import Answer, Pages, SIGNED_IN
from caseflow.views.case_moves import CONFIRMED, SLUGS
from caseflow.views.case_page import case_page, head_of
from caseflow.views.current import do, reading_work

blueprint = Pages("cases", __name__)

REGISTERS = "registrar|supervisor"


@blueprint.page(registration.PATH, permission=REGISTERS, changes=True)
def register() -> Answer:
    """Register an issue, and assign it at once where that is wished."""
    return registration.show() if request.method == "GET" else registration.take()


@blueprint.page("/vu-viec/<code>", permission=SIGNED_IN, changes=False)
def show_case(code: str) -> Answer:
    """One case."""
    page = case_page(reading_work(), code, request.args.get("loai", ""))
    return render_template("cases/page.html", page=page)


@blueprint.page("/vu-viec/<code>/nguoi-phan-anh", permission=SIGNED_IN, changes=True, methods=("POST",))
def show_complainant(code: str) -> Answer:
    """Open who complained, once; the opening is recorded."""
    found: Complainant = do(_open, code)
    seen = see_case(reading_work(), code)
    return render_template("cases/complainant.html", case=head_of(seen), complainant=found)


def _open(work: Work, code: str) -> Any:
    return open_complainant(work, code)


@blueprint.page("/minh-chung/<uuid:key>", permission=SIGNED_IN, changes=False)
def show_evidence(key: UUID) -> Response:
    """A file of evidence, as an attachment."""
    return evidence.download(key)


@blueprint.page("/minh-chung/tam/<uuid:key>", permission=SIGNED_IN, changes=False)
def show_staged(key: UUID) -> Response:
    """A file that the reader has put down with a form that is not yet committed."""
    return evidence.download_staged(key)


def _move(code: str, slug: str) -> Answer:
    """The form of one transition."""
    if request.method == "GET":
        return transitions.show_form(code, slug)
    return transitions.take_form(code, slug)


for _action, _slug in SLUGS.items():
    blueprint.page(
        f"/vu-viec/<code>/{_slug}",
        permission=SIGNED_IN,
        changes=True,
        endpoint=_action,
        confirmed=_action in CONFIRMED,
    )(partial(_move, slug=_slug))
