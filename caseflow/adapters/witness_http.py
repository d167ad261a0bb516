"""Handing a request to a witness over HTTP; what it answers is limited in size and time, and not trusted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import build_opener, HTTPRedirectHandler, Request

from caseflow.errors import CaseflowError, reason_of
from caseflow.messages import Message, N_, say

TIMEOUT_S = 10.0
LARGEST_ANSWER = 1 << 16  # bytes
_CHUNK = 1 << 12


class NoAnswer(CaseflowError):
    """The address did not answer, or with too much."""

    code = "no_answer"
    http_status = 502


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, also for a refusal: HTTP status, media type without parameters, body."""

    status: int
    media_type: str
    body: bytes


class _NoRedirect(HTTPRedirectHandler):
    """A witness answers where the policy says that it is, or not at all."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def post(url: str, body: bytes, timeout: float = TIMEOUT_S) -> Answer:
    """POST `body` to an http or https address; `timeout` in seconds for the whole exchange. Raises NoAnswer."""
    if not url.lower().startswith(("http://", "https://")):
        raise _no_answer(url, "http, https")
    try:
        request = Request(url, data=body, headers={"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - the scheme was checked
        until = time.monotonic() + timeout
        with _open(request, timeout) as response:
            return Answer(response.status, response.headers.get_content_type(), _read(response, until))
    except (OSError, HTTPException, ValueError) as problem:
        reason = problem.reason if isinstance(problem, URLError) else problem
        known = reason_of(reason) if isinstance(reason, OSError) else str(reason)
        raise _no_answer(url, known or type(problem).__name__) from problem


def _open(request: Request, timeout: float) -> Any:
    """The response; one that refuses is a response too."""
    try:
        return build_opener(_NoRedirect).open(request, timeout=timeout)
    except HTTPError as refused:
        return refused


def _read(response: HTTPResponse, until: float) -> bytes:
    data = b""
    while chunk := response.read1(_CHUNK):
        data += chunk
        if len(data) > LARGEST_ANSWER or time.monotonic() > until:
            raise ValueError("too long an answer")
    return data


def _no_answer(url: str, reason: Message | str) -> NoAnswer:
    text = N_("%(url)s does not answer as a witness: %(reason)s. Check the address in the policy.")
    return NoAnswer(say(text, url=url, reason=reason.rstrip(".") if isinstance(reason, str) else reason))
