"""Style, script and icons, served from here alone, compressed once and kept by browsers for a year."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import flask_bootstrap
from flask import abort, Flask, request, Response

from caseflow.places import PACKAGE
from caseflow.views.access import Pages, PUBLIC

NAMES = ("app.css", "app.js", "icons.svg", "bootstrap.min.css")
YEAR = "public, max-age=31536000, immutable"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and compressed."""

    plain: bytes
    packed: bytes
    digest: str
    media_type: str


def _read(name: str) -> Asset:
    path = BOOTSTRAP if name == BOOTSTRAP.name else PACKAGE / "static" / name
    plain = path.read_bytes()
    digest = sha256(plain).hexdigest()[:12]
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(plain, gzip.compress(plain, 9, mtime=0), digest, media_type)


def install(app: Flask) -> None:
    """Read every asset once; `asset(name)` in templates gives its address."""
    assets = {name: _read(name) for name in NAMES}
    blueprint = Pages("assets", __name__)

    @blueprint.page("/static/<name>", permission=PUBLIC)
    def show(name: str) -> Response:
        """Send one asset."""
        found = assets.get(name)
        if found is None:
            abort(404)
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = Response(found.packed if packed else found.plain, mimetype=found.media_type)
        answer.headers["Cache-Control"] = YEAR
        answer.headers["Vary"] = "Accept-Encoding"
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}?v={assets[name].digest}"
