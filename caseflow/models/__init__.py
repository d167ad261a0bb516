"""The tables, one file a noun. Importing this package makes all of them known to `Base.metadata`."""

from __future__ import annotations

from caseflow.models.access import Delegation, RoleGrant, SavedView, Session, SignInFailure, StandIn
from caseflow.models.base import Base
from caseflow.models.calendar import SpecialDayRow
from caseflow.models.case import Case, CaseCounter, CodeCounter, StateCounter
from caseflow.models.case_parts import (
    CaseHand,
    CaseLink,
    CaseParty,
    CaseReader,
    CaseSupporter,
    Evidence,
    Extension,
    Milestone,
)
from caseflow.models.event import Chain, Disclosures, EventRow, OutboxRow
from caseflow.models.field import FieldRow
from caseflow.models.installation import Installation
from caseflow.models.kept_input import IdempotencyKey, StagedFile, StashedForm
from caseflow.models.log import CheckpointMailing, Cosignature, Erasure, LogAlarm, LogCheck, LogState
from caseflow.models.organisation import Organisation
from caseflow.models.person import Person

__all__ = [
    "Base",
    "Case",
    "CaseCounter",
    "CaseHand",
    "CaseLink",
    "CaseParty",
    "CaseReader",
    "CaseSupporter",
    "Chain",
    "CheckpointMailing",
    "CodeCounter",
    "Cosignature",
    "Delegation",
    "Disclosures",
    "Erasure",
    "EventRow",
    "Evidence",
    "Extension",
    "FieldRow",
    "IdempotencyKey",
    "Installation",
    "LogAlarm",
    "LogCheck",
    "LogState",
    "Milestone",
    "Organisation",
    "OutboxRow",
    "Person",
    "RoleGrant",
    "SavedView",
    "Session",
    "SignInFailure",
    "SpecialDayRow",
    "StagedFile",
    "StandIn",
    "StashedForm",
    "StateCounter",
]
