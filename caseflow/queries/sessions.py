"""Who is signed in: one query for session, person, unit and the person they act for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, Connection, exists, select
from sqlalchemy.orm import aliased

from caseflow.adapters.session_seal import SessionRow
from caseflow.database.prepared import Prepared
from caseflow.models import Organisation, Person, Session, StandIn
from caseflow.queries.access import in_force
from caseflow.settings import Settings
from caseflow.states.actor import Actor
from caseflow.states.working_days import vn_date

SHARED_IDLE = timedelta(minutes=30)
"""How long a session on a shared machine lasts without a request."""
OWN_DEVICE_LASTS = timedelta(days=14)
"""How long a session on an own device lasts from signing in, used or not."""


CLOCKS_APART = timedelta(minutes=5)
"""A session that was used in the future was not written by this program."""


def seal_key(settings: Settings) -> bytes:
    """The key of the seals of sessions."""
    return settings.derived_key("session seal")


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as its token finds it, alive or not, with its person."""

    id: int
    actor: Actor
    staff_code: str
    unit: str
    language: str | None
    must_change_password: bool
    left_on: date | None
    own_device: bool
    created_at: datetime
    last_seen_at: datetime
    password_at: datetime
    ended_at: datetime | None

    def alive(self, now: datetime) -> bool:
        """Whether the session still stands at `now`."""
        if self.last_seen_at > now + CLOCKS_APART or self.created_at > now + CLOCKS_APART:
            return False
        if self.ended_at is not None or (self.left_on is not None and self.left_on <= vn_date(now)):
            return False
        if self.own_device:
            return now < self.created_at + OWN_DEVICE_LASTS
        return now < self.last_seen_at + SHARED_IDLE


@dataclass(frozen=True, slots=True)
class Mandate:
    """An approved mandate in force: `principal` is whom the stand-in may act for."""

    id: UUID
    kind: str
    principal: Actor
    unit: str
    valid_until: date


_principal = aliased(Person)
_in_force = exists().where(
    StandIn.stand_in_id == Session.person_id,
    StandIn.principal_id == _principal.id,
    *in_force(bindparam("day"), _principal),
)
_SESSION = Prepared(
    select(
        Session.id,
        Session.token_digest,
        Person.id,
        Person.uuid,
        Session.acting_for_id,
        Session.own_device,
        Session.created_at,
        Session.last_seen_at,
        Session.password_at,
        Session.ended_at,
        Session.seal,
        Person.name,
        Person.position,
        Person.staff_code,
        Person.language,
        Person.must_change_password,
        Person.left_on,
        Organisation.name,
        _principal.id,
        _principal.uuid,
        _principal.name,
        _principal.position,
    )
    .join(Person, Person.id == Session.person_id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(_principal, (_principal.id == Session.acting_for_id) & _in_force)
    .where(Session.token_digest == bindparam("token_digest"))
)
_MANDATES = (
    select(
        StandIn.uuid.label("mandate"),
        StandIn.kind,
        StandIn.valid_until,
        Person.id,
        Person.uuid,
        Person.name,
        Person.position,
        Organisation.name.label("unit"),
    )
    .join(Person, Person.id == StandIn.principal_id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(
        StandIn.stand_in_id == bindparam("stand_in"),
        *in_force(bindparam("day")),
    )
    .order_by(Person.sort_key, StandIn.id)
)


def find_session(
    connection: Connection, settings: Settings, token_digest: str, day: date
) -> HeldSession | None:
    """The session of a token, alive or not; its person acts for another only under a mandate in force on `day`.

    None also for a row that this program did not write like that.
    """
    found = _SESSION.first(connection, {"token_digest": token_digest, "day": day})
    if found is None:
        return None
    row = SessionRow(*found[1:10])
    if not row.bears(seal_key(settings), found[10]):
        return None
    name, position, staff_code, language, must_change_password, left_on, unit, *acting_for = found[11:]
    principal = Actor(*acting_for) if acting_for[0] is not None else None
    return HeldSession(
        id=found[0],
        actor=Actor(row.person_id, row.person, name, position, principal=principal),
        staff_code=staff_code,
        unit=unit or "",
        language=language,
        must_change_password=must_change_password,
        left_on=left_on,
        own_device=row.own_device,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        password_at=row.password_at,
        ended_at=row.ended_at,
    )


def mandates_of(connection: Connection, stand_in: int, day: date) -> list[Mandate]:
    """For whom this person may act on `day`; one query."""
    rows = connection.execute(_MANDATES, {"stand_in": stand_in, "day": day})
    return [
        Mandate(r.mandate, r.kind, Actor(r.id, r.uuid, r.name, r.position), r.unit or "", r.valid_until)
        for r in rows
    ]
