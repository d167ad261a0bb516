"""The seal of a session's row: made with a key of HOME over everything in it that decides whose it is and until when."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, UTC
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionRow:
    """What the seal of a session covers: the whole row, and the identity of its person."""

    token_digest: str
    person_id: int
    person: UUID
    acting_for_id: int | None
    own_device: bool
    created_at: datetime
    last_seen_at: datetime
    password_at: datetime
    ended_at: datetime | None

    def seal(self, key: bytes) -> str:
        """The seal, as it stands in the row."""
        told = (
            self.token_digest,
            self.person_id,
            self.person.hex,
            self.acting_for_id,
            self.own_device,
            _instant(self.created_at),
            _instant(self.last_seen_at),
            _instant(self.password_at),
            None if self.ended_at is None else _instant(self.ended_at),
        )
        return hmac.digest(key, json.dumps(told).encode("ascii"), "sha256").hex()

    def bears(self, key: bytes, seal: str) -> bool:
        """Whether `seal` is the one that was made for this row."""
        return hmac.compare_digest(self.seal(key).encode(), str(seal).encode())


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
