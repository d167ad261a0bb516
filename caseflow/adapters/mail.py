"""Handing mail in at the server that SMTP_URL names.

`smtp://` speaks plainly and turns to TLS where the server offers it; with a password it insists on TLS unless
the server is this machine. `smtps://` speaks TLS from the start. `?from=` names the sender.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE_S = 20.0
PORTS = {"smtp": 25, "smtps": 465}
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
PERMANENT = range(500, 600)


class MailProblem(Exception):
    """A message was not taken. `reason` names no one; `lasting` says that trying again is no use."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    tls: bool
    sender: str
    user: str | None = None
    password: str | None = None

    @classmethod
    def at(cls, url: str, host_name: str) -> Self:
        """Read an SMTP_URL; `host_name` is that of this installation, for a sender that none names."""
        parts = urlsplit(url)
        scheme = parts.scheme.partition("+")[0]
        user = unquote(parts.username) if parts.username else None
        named = parse_qs(parts.query).get("from", [""])[0]
        fallback = user if user and "@" in user else f"caseflow@{host_name}"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or PORTS[scheme],
            tls=scheme == "smtps",
            sender=named or fallback,
            user=user,
            password=unquote(parts.password) if parts.password else None,
        )

    @contextmanager
    def open(self) -> Iterator[MailSession]:
        """A session with the server. Raises MailProblem where it cannot be had."""
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            raise _told(problem) from None
        try:
            yield MailSession(client)
        finally:
            _leave(client)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE_S, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_S)
        try:
            self._introduce(client, context)
        except BaseException:
            client.close()
            raise
        return client

    def _introduce(self, client: smtplib.SMTP, context: ssl.SSLContext) -> None:
        client.ehlo_or_helo_if_needed()
        if not self.tls and client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
        elif not self.tls and self.password and self.host not in THIS_MACHINE:
            raise smtplib.SMTPNotSupportedError("no TLS for the password")
        if self.user and self.password:
            client.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class MailSession:
    """An open session, in which one message after the other is handed in."""

    client: smtplib.SMTP

    def send(self, message: EmailMessage) -> None:
        """Hand a message in. Raises MailProblem."""
        try:
            self.client.send_message(message)
        except (OSError, smtplib.SMTPException) as problem:
            self._start_over()
            raise _told(problem) from None

    def _start_over(self) -> None:
        try:
            self.client.rset()
        except (OSError, smtplib.SMTPException):
            return  # the next message says that the session has ended


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()


def _told(problem: Exception) -> MailProblem:
    """What went wrong, as kind and code alone: what servers answer names addresses."""
    code = _code(problem)
    refused = isinstance(
        problem, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError | smtplib.SMTPSenderRefused
    )
    reason = f"{type(problem).__name__} {code}" if code else type(problem).__name__
    return MailProblem(reason, lasting=refused and code in PERMANENT)


def _code(problem: Exception) -> int | None:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _text in problem.recipients.values()), None)
    return problem.smtp_code if isinstance(problem, smtplib.SMTPResponseException) else None
