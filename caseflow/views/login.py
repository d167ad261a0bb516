"""Flask-Login in front of the sessions that the server holds; the cookie carries a random token and no more."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, Flask, g, Request, request
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from caseflow.queries.sessions import find_session, HeldSession, OWN_DEVICE_LASTS
from caseflow.use_cases.sessions import token_digest, touch_session
from caseflow.views.current import connection, installation, now, today

COOKIE = "caseflow_session"
SEEN_EVERY = timedelta(minutes=1)


class SignedIn(UserMixin):
    """The signed-in reader, for Flask-Login."""

    def __init__(self, session: HeldSession) -> None:
        self.session = session

    def get_id(self) -> str:
        """The staff code."""
        return self.session.staff_code


def init_login(app: Flask) -> None:
    """Let Flask-Login find the reader by the session cookie."""
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None
    manager.request_loader(_load)


def _load(asked: Request) -> SignedIn | None:
    session = presented_session()
    if session is None or not session.alive(now()):
        return None
    if now() - session.last_seen_at >= SEEN_EVERY:
        touch_session(installation(), session.id)
    return SignedIn(session)


def presented_session() -> HeldSession | None:
    """The session whose token the browser sent, alive or not."""
    if "presented" not in g:
        token = request.cookies.get(COOKIE, "")
        g.presented = _find(token) if token else None
    found: HeldSession | None = g.presented
    return found


def _find(token: str) -> HeldSession | None:
    settings = installation().settings
    return find_session(connection(), settings, token_digest(settings, token), today())


def hand_out(answer: Response, token: str, *, own_device: bool) -> Response:
    """Give the browser its token: until it closes, or on an own device for as long as the session may last."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=OWN_DEVICE_LASTS if own_device else None,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def take_back(answer: Response) -> Response:
    """Take the token from the browser."""
    answer.delete_cookie(
        COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"]
    )
    return answer
