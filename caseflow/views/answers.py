"""What every answer carries: headers of protection, and compression where it is accepted."""

from __future__ import annotations

import gzip

from flask import Flask, request, Response

from caseflow.views.current import COOKIE

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
}
COMPRESSED = {"text/html", "application/json", "text/plain", "text/csv"}
WORTH_IT = 1_000


def install(app: Flask) -> None:
    """Finish every answer."""
    app.after_request(_finish)


def _finish(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if COOKIE in request.cookies or request.method == "POST":
        answer.headers.setdefault("Cache-Control", "no-store")
    _compress(answer)
    return answer


def _compress(answer: Response) -> None:
    if answer.mimetype not in COMPRESSED or answer.is_streamed or "Content-Encoding" in answer.headers:
        return
    answer.headers.add("Vary", "Accept-Encoding")
    if "gzip" not in request.headers.get("Accept-Encoding", "").lower():
        return
    data = answer.get_data()
    if len(data) >= WORTH_IT:
        answer.set_data(gzip.compress(data, 1, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
