"""Style, script and pictures: read once at the start, served under an address that names their content."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import flask_bootstrap
from flask import Flask, request
from werkzeug.wrappers import Response

from caseflow.errors import NotFound
from caseflow.places import PACKAGE
from caseflow.views.access import declare_route, Declared, PUBLIC

STATIC = PACKAGE / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes as they are and packed, and the beginning of its hash."""

    data: bytes
    packed: bytes
    digest: str
    kind: str


@cache
def assets() -> dict[str, Asset]:
    """Every file that pages refer to, by name."""
    paths = [BOOTSTRAP, *(path for path in sorted(STATIC.iterdir()) if path.suffix in KINDS)]
    return {path.name: _read(path) for path in paths}


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    packed = gzip.compress(data, 9, mtime=0)
    return Asset(data, packed, sha256(data).hexdigest()[:12], KINDS[path.suffix])


def asset(name: str) -> str:
    """The address of a file; it changes with the content. Raises KeyError for an unknown one."""
    return f"/static/{assets()[name].digest}/{name}"


def init_assets(app: Flask) -> None:
    """Serve the files."""
    app.add_url_rule("/static/<digest>/<name>", "static", _serve, provide_automatic_options=False)
    declare_route(app, "static", Declared(PUBLIC, changes=False))


def _serve(digest: str, name: str) -> Response:
    found = assets().get(name)
    if found is None:
        raise NotFound
    packed = request.accept_encodings.quality("gzip") > 0
    answer = Response(found.packed if packed else found.data, mimetype=None, content_type=found.kind)
    answer.headers["Cache-Control"] = FOREVER if digest == found.digest else BRIEFLY
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
