"""What can go wrong, each with a stable code, an HTTP status and what the reader can do."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from caseflow.messages import Message, N_, say


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input: the field, what to do, and the value that was given."""

    field: str
    message: Message
    value: object = None
    row: int | None = None
    column: str | None = None


REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("access is not permitted"),
    errno.EPERM: N_("access is not permitted"),
    errno.EEXIST: N_("it is there already"),
    errno.ENOTDIR: N_("a file stands where a folder is needed"),
    errno.EISDIR: N_("it is a folder, not a file"),
    errno.EROFS: N_("it can only be read from"),
    errno.ENOSPC: N_("no space is left"),
    errno.EDQUOT: N_("no space is left"),
    errno.EFBIG: N_("the file is too large"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links lead in a circle"),
    errno.EBUSY: N_("it is in use"),
    errno.EIO: N_("the device failed"),
    errno.EADDRINUSE: N_("the address is in use"),
    errno.EADDRNOTAVAIL: N_("this computer has no such address"),
    errno.ECONNREFUSED: N_("the connection was refused"),
    errno.ETIMEDOUT: N_("there was no answer in time"),
}
"""Why the system refused, by its number."""


def reason_of(problem: OSError | ValueError) -> Message | str:
    """Why the system refused, to stand within a sentence; in the system's own words where they are not known."""
    known = REASONS.get(getattr(problem, "errno", None) or 0)
    if known is not None:
        return Message(known)
    return (getattr(problem, "strerror", None) or str(problem)).rstrip(".")


class CaseflowError(Exception):
    """A refusal that a reader can act on. Never a programming error."""

    code = "refused"
    http_status = 422

    def __init__(self, message: Message, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(str(message))
        self.message = message
        self.problems = problems


class NotFound(CaseflowError):
    """Nothing here, or nothing within the reader's reach: the two look alike on purpose."""

    code = "not_found"
    http_status = 404

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say(N_("There is nothing here that you can read. Check the code.")))


class NotSignedIn(CaseflowError):
    """The caller is not known."""

    code = "not_signed_in"
    http_status = 401


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried in vain: the action, on which case."""

    action: str
    case: str = ""
    case_id: int | None = None


class KeptRefusal(CaseflowError):
    """A refusal that inspectors read later: it is kept as an attempt in the actor's chain."""

    attempt: Attempt | None = None


class NotPermitted(KeptRefusal):
    """The actor lacks the right, or a separation of duties forbids the deed."""

    code = "not_permitted"
    http_status = 403


class StaleVersion(CaseflowError):
    """The case has changed since the actor was shown it."""

    code = "stale_version"
    http_status = 412

    def __init__(self, message: Message, seen: int, current: int) -> None:
        super().__init__(message)
        self.seen = seen
        self.current = current


class WrongState(KeptRefusal):
    """The move does not start from the state that the case is in."""

    code = "wrong_state"
    http_status = 409


class NotReady(CaseflowError):
    """The move's needs are unmet; `problems` names each field."""

    code = "not_ready"


class InvalidInput(CaseflowError):
    """Input that cannot be taken; `problems` names each field or cell."""

    code = "invalid_input"

    @classmethod
    def of(cls, field: str, message: Message, value: object = None) -> InvalidInput:
        """Refuse one field."""
        return cls(message, (Problem(field, message, value),))


class KeyReused(CaseflowError):
    """The same idempotency key came with another body."""

    code = "idempotency_key_reused"


class TooManyAttempts(CaseflowError):
    """Sign-in is held back for a while."""

    code = "too_many_attempts"
    http_status = 429


class SettingsError(CaseflowError):
    """A setting has a bad value; the message names the variable. The program does not start."""

    code = "bad_setting"
    http_status = 500
