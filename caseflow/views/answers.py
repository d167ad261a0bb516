"""What every answer carries: headers that keep the browser careful, and fewer bytes on the wire."""

from __future__ import annotations

import gzip

from flask import Flask, request, Response

from caseflow.views.current import installation

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
ONE_YEAR = "max-age=31536000"
WORTH_PACKING = 1024
"""Bytes from which on packing an answer pays."""
PACKED = ("text/", "application/json")


def init_answers(app: Flask) -> None:
    """Let every answer pass through here."""
    app.after_request(_pack)
    app.after_request(_guard)


def _guard(answer: Response) -> Response:
    """Views may say otherwise for what they serve, such as a file that may be kept."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if installation().settings.base_url.startswith("https:"):
        answer.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    return answer


def _pack(answer: Response) -> Response:
    if not _worth_packing(answer):
        return answer
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(answer.get_data(), 1))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _worth_packing(answer: Response) -> bool:
    if answer.direct_passthrough or answer.is_streamed or "Content-Encoding" in answer.headers:
        return False
    return (answer.content_type or "").startswith(PACKED) and len(answer.get_data()) >= WORTH_PACKING
