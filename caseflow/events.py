"""Every fact that is recorded, a frozen dataclass each, in the past tense.

A field that is not None becomes a disclosure of the event's leaf, named like the field.
`TYPE` is the event's type in the leaf. `NEWS` says whether somebody is told of it singly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as an event names them."""

    id: str
    name: str
    position: str


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """An organisation as an event names it."""

    code: str
    name: str


def _plain(value: object) -> object:
    if isinstance(value, PersonRef):
        return {"id": value.id, "name": value.name, "position": value.position}
    if isinstance(value, OrganisationRef):
        return {"code": value.code, "name": value.name}
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


_NAMES: dict[type, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A recorded fact. `acting_for` names the person for whom a stand-in acted."""

    TYPE: ClassVar[str]
    NEWS: ClassVar[bool] = False

    acting_for: PersonRef | None = None

    def disclosures(self) -> Iterator[tuple[str, object, str | None]]:
        """Name, plain value and the person it is about (or None), for each field that has a value."""
        kind = type(self)
        if kind not in _NAMES:
            _NAMES[kind] = tuple(one.name for one in fields(kind))
        for name in _NAMES[kind]:
            value = getattr(self, name)
            if type(value) is str or type(value) is int:
                yield name, value, None
            elif value is not None:
                yield name, _plain(value), value.id if isinstance(value, PersonRef) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRegistered(Event):
    """A pressing issue entered the register."""

    TYPE = "case.registered"

    code: str
    title: str
    organisation: OrganisationRef
    field: str
    level: str
    period: int
    urgency: str
    visibility: str
    description: str | None = None
    source: str | None = None
    basis: Mapping[str, object] | None = None
    expected_outcome: str | None = None
    readers: tuple[PersonRef, ...] | None = None
    subjects: tuple[PersonRef, ...] | None = None
    complainant_kept: bool | None = None
    continues: str | None = None
    source_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseImported(Event):
    """A case of an older register was taken over; its times are claims of that register."""

    TYPE = "case.imported"

    code: str
    title: str
    organisation: OrganisationRef
    field: str
    level: str
    period: int
    urgency: str
    visibility: str
    owner: PersonRef
    expected_outcome: str
    claimed_registered_at: datetime
    claimed_deadline: date
    claimed_ended_at: datetime | None = None
    outcome: str | None = None
    description: str | None = None
    source: str | None = None
    basis: Mapping[str, object] | None = None
    source_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEdited(Event):
    """The description of a case changed; `before` holds the former values of what changed.

    `cleared` names what has no value any more. `readers` are those who came.
    """

    TYPE = "case.edited"

    before: Mapping[str, object]
    title: str | None = None
    description: str | None = None
    field: str | None = None
    source: str | None = None
    basis: Mapping[str, object] | None = None
    urgency: str | None = None
    expected_outcome: str | None = None
    readers: tuple[PersonRef, ...] | None = None
    readers_removed: tuple[PersonRef, ...] | None = None
    milestones: tuple[Mapping[str, object], ...] | None = None
    cleared: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(Event):
    """Clear work, a clear person, a clear time."""

    TYPE = "case.assigned"
    NEWS = True

    owner: PersonRef
    deadline: date
    expected_outcome: str
    verify_by: str
    working_days: int | None = None
    lead_officer: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReassigned(Event):
    """The owner changed."""

    TYPE = "case.reassigned"
    NEWS = True

    owner: PersonRef
    former_owner: PersonRef
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted(Event):
    """The owner took the work up."""

    TYPE = "case.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProgressReported(Event):
    """What was done, and what stands in the way."""

    TYPE = "case.progress_reported"

    note: str
    progress: int
    difficulty: str | None = None
    proposal: str | None = None
    needs_decision_by: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExtensionRequested(Event):
    """The owner asked for more time."""

    TYPE = "case.extension_requested"

    deadline: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExtended(Event):
    """The deadline moved by decision."""

    TYPE = "case.extended"
    NEWS = True

    deadline: date
    former_deadline: date
    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExtensionRefused(Event):
    """The request for more time was refused."""

    TYPE = "case.extension_refused"
    NEWS = True

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcomeRevised(Event):
    """The expected outcome was reworded from above."""

    TYPE = "case.outcome_revised"

    expected_outcome: str
    former_outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended(Event):
    """The clock stopped until a review."""

    TYPE = "case.suspended"

    reason: str
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(Event):
    """The clock runs again; the deadline moved by the working days lost."""

    TYPE = "case.resumed"

    deadline: date
    working_days_lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResolved(Event):
    """The owner reported the result."""

    TYPE = "case.resolved"

    outcome: str
    completion: str
    resolved_on: date
    remainder: str | None = None
    remainder_case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(Event):
    """Whoever reported the result took it back before anyone judged it."""

    TYPE = "case.withdrawn"

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVerified(Event):
    """The result was found true."""

    TYPE = "case.verified"

    method: str
    complainant_answer: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReturned(Event):
    """The result was not enough; the deadline moved by the days it waited."""

    TYPE = "case.returned"
    NEWS = True

    reason: str
    deadline: date
    working_days_waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTransferRequested(Event):
    """The case was offered to another unit."""

    TYPE = "case.transfer_requested"
    NEWS = True

    organisation: OrganisationRef
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTransferred(Event):
    """Another unit took the case over."""

    TYPE = "case.transferred"
    NEWS = True

    organisation: OrganisationRef
    former_organisation: OrganisationRef
    days_overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTransferDeclined(Event):
    """The other unit did not take the case."""

    TYPE = "case.transfer_declined"
    NEWS = True

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled(Event):
    """The case left the list."""

    TYPE = "case.cancelled"

    kind: str
    reason: str
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """The case came back, by a finding or because the matter recurs."""

    TYPE = "case.reopened"
    NEWS = True

    basis: str
    reason: str
    deadline: date
    owner: PersonRef
    expected_outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommented(Event):
    """Somebody said something."""

    TYPE = "case.commented"

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvidenceAdded(Event):
    """A file or a reference to a paper document was added; `for_owner` where it was for the owner's side."""

    TYPE = "case.evidence_added"

    evidence: str
    file_name: str | None = None
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    document_number: str | None = None
    document_date: date | None = None
    kept_at: str | None = None
    for_owner: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupporterAdded(Event):
    """A person or unit supports the owner."""

    TYPE = "case.supporter_added"

    person: PersonRef | None = None
    organisation: OrganisationRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSupporterRemoved(Event):
    """A person or unit no longer supports the owner."""

    TYPE = "case.supporter_removed"

    person: PersonRef | None = None
    organisation: OrganisationRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused(Event):
    """Somebody tried what they may not, or what the state does not allow; kept in their own chain."""

    TYPE = "attempt.refused"

    case_code: str
    action: str
    code: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplainantOpened(Event):
    """Somebody opened a complainant's identity; kept in their own chain."""

    TYPE = "complainant.opened"

    case_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Event):
    """A person became known."""

    TYPE = "person.added"

    staff_code: str
    name: str
    position: str
    organisation: OrganisationRef | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """What is known of a person changed; `cleared` names what has no value any more."""

    TYPE = "person.changed"

    before: Mapping[str, object]
    name: str | None = None
    position: str | None = None
    organisation: OrganisationRef | None = None
    email: str | None = None
    phone: str | None = None
    left_on: date | None = None
    cleared: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordIssued(Event):
    """A one-time password was made for a person; `fingerprint` is that of the hash that is stored of it."""

    TYPE = "person.password_issued"

    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """A person chose a new password; `fingerprint` is that of the hash that is stored of it."""

    TYPE = "person.password_changed"

    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """A person signed in."""

    TYPE = "person.signed_in"

    ip_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(Event):
    """A person was given a role in an organisation."""

    TYPE = "role.given"

    grant: str
    role: str
    organisation: OrganisationRef
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(Event):
    """A role ended."""

    TYPE = "role.ended"

    grant: str
    role: str
    organisation: OrganisationRef
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDelegated(Event):
    """A higher organisation named who decides for it."""

    TYPE = "decision.delegated"

    delegation: str
    giver: OrganisationRef
    scope: OrganisationRef
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationEnded(Event):
    """A delegation of the decision ended."""

    TYPE = "decision.delegation_ended"

    delegation: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInRequested(Event):
    """A person asked to be stood in for (or a registrar took up serving one without an account)."""

    TYPE = "stand_in.requested"

    mandate: str
    principal: PersonRef
    stand_in: PersonRef
    kind: str
    valid_from: date
    valid_until: date
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInApproved(Event):
    """The principal's supervisor approved a stand-in."""

    TYPE = "stand_in.approved"

    mandate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInEnded(Event):
    """A stand-in's mandate ended."""

    TYPE = "stand_in.ended"

    mandate: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAdded(Event):
    """An organisation or team became known."""

    TYPE = "organisation.added"

    code: str
    name: str
    unit: str
    level: str
    kind: str
    parent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    head: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(Event):
    """What is known of an organisation changed."""

    TYPE = "organisation.changed"

    before: Mapping[str, object]
    name: str | None = None
    unit: str | None = None
    valid_until: date | None = None
    head: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSaved(Event):
    """A field of the register was added or changed."""

    TYPE = "settings.field_saved"

    code: str
    name_vi: str
    name_en: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDaySaved(Event):
    """A special day was entered or changed."""

    TYPE = "settings.special_day_saved"

    day: date
    kind: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDayRemoved(Event):
    """A special day was taken out."""

    TYPE = "settings.special_day_removed"

    day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImported(Event):
    """A file was taken in: what kind, how much of it, and its digest."""

    TYPE = "import.done"

    kind: str
    file_name: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMade(Event):
    """A file was made of what the program holds, and handed out; kept in the chain of whoever made it.

    `kind` says what the file is (`bundle`, `dump`, …), `rows` how many events or rows stand in it.
    """

    TYPE = "export.made"

    kind: str
    sha256: str
    rows: int
    case_code: str | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReplayed(Event):
    """A database that had fallen behind its log took the missing events back from the log's files.

    `events` are their ids, in the log's order: their disclosures are lost. `first` is the index of the first.
    """

    TYPE = "log.replayed"

    first: int
    size: int
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataErasureRequested(Event):
    """An inspector asked for a citizen's data to be erased; no value stands in it."""

    TYPE = "data.erasure_requested"

    erasure: str
    decision_number: str
    ground: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataErasureDeclined(Event):
    """An administrator declined to erase what an inspector had asked for."""

    TYPE = "data.erasure_declined"

    erasure: str
    decision_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataErased(Event):
    """A citizen's data was erased by decision, by two people.

    `erased` lists the commitments whose disclosures are gone; `kept` says again what was no citizen's data in
    a value of several parts: the event, the name and the value with the erased texts replaced.
    """

    TYPE = "data.erased"

    erasure: str
    decision_number: str
    ground: str
    kinds: tuple[str, ...]
    erased: tuple[str, ...]
    inspector: PersonRef
    administrator: PersonRef
    retention_years: int | None = None
    kept: tuple[Mapping[str, object], ...] | None = None
