"""The whole lifecycle of a pressing issue on one screen."""

from __future__ import annotations

from dataclasses import replace

from caseflow.messages import N_
from caseflow.states import needs
from caseflow.states.engine import register
from caseflow.states.move import Field, FieldType, Lifecycle, Move, PREVIOUS, SAME
from caseflow.states.relations import (
    ABOVE,
    ALL,
    CANCELLER,
    EDITOR,
    EXTENSION_DECIDER,
    IMPORTER,
    OWNER,
    OWNERS_SIDE,
    READER,
    RECEIVING_SUPERVISOR,
    REGISTRAR,
    REOPENER,
    RESOLVER,
    RETURNER,
    SUPERVISOR,
    SUPPORTER,
    VERIFIER,
)

KIND = "pressing_issue"

REGISTERED, ASSIGNED, IN_PROGRESS = "registered", "assigned", "in_progress"
RESOLVED, VERIFIED, SUSPENDED, CANCELLED = "resolved", "verified", "suspended", "cancelled"

STATES = {
    REGISTERED: N_("Registered"),
    ASSIGNED: N_("Assigned"),
    IN_PROGRESS: N_("In progress"),
    RESOLVED: N_("Awaiting verification"),
    VERIFIED: N_("Verified"),
    SUSPENDED: N_("Suspended"),
    CANCELLED: N_("Cancelled"),
}
FINAL = frozenset({VERIFIED, CANCELLED})
OPEN = tuple(s for s in STATES if s not in FINAL)
WORKING = (ASSIGNED, IN_PROGRESS)
UNRESOLVED = (REGISTERED, ASSIGNED, IN_PROGRESS, SUSPENDED)

URGENCIES = (
    ("normal", N_("Normal")),
    ("urgent", N_("Urgent")),
    ("very_urgent", N_("Very urgent")),
    ("express", N_("Express")),
)
COMPLETIONS = (("full", N_("In full")), ("part", N_("In part")), ("impossible", N_("Impossible")))
METHODS = (
    ("documents", N_("By the documents")),
    ("site", N_("On site")),
    ("complainant", N_("With the complainant")),
)
ANSWERS = (
    ("accepted", N_("Accepted")),
    ("not_accepted", N_("Not accepted")),
    ("unreachable", N_("Unreachable")),
    ("none", N_("No complainant")),
)
CANCEL_KINDS = (
    ("duplicate", N_("Duplicate")),
    ("outside_competence", N_("Outside competence")),
    ("petition_withdrawn", N_("Petition withdrawn")),
    ("entered_in_error", N_("Entered in error")),
)
REOPEN_BASES = (("finding", N_("Inspection finding")), ("recurrence", N_("The matter recurs")))
LINK_TYPES = (
    ("duplicate_of", N_("Duplicate of")),
    ("continues", N_("Continues")),
    ("recurs", N_("Recurrence of")),
    ("part_of", N_("Part of")),
)
VISIBILITIES = (("normal", N_("Normal visibility")), ("restricted", N_("Restricted")))
VERIFY_BY = (("own", N_("The unit's own supervisor")), ("higher", N_("The higher level")))


def _text(name: str, label: str, *, required: bool = True, maximum: int = 2_000) -> Field:
    return Field(name, FieldType.LONG_TEXT, label, required, maximum=maximum)


REASON = _text("reason", N_("Reason"))
DEADLINE = Field("deadline", FieldType.DATE, N_("Deadline"), required=True)
OUTCOME_SOUGHT = _text("expected_outcome", N_("Expected outcome"), required=False)
OWNER_FIELD = Field("owner", FieldType.PERSON, N_("Owner"), required=True)

DESCRIPTION_FIELDS = (
    Field("title", FieldType.TEXT, N_("Title")),
    _text("description", N_("Description"), required=False, maximum=10_000),
    Field("field", FieldType.FIELD, N_("Field")),
    Field("source", FieldType.TEXT, N_("Source")),
    Field("basis", FieldType.BASIS, N_("Basis document")),
    Field("urgency", FieldType.CHOICE, N_("Urgency"), choices=URGENCIES),
    OUTCOME_SOUGHT,
)
CLEARED_BY_EDIT = frozenset({"description", "source", "basis", "expected_outcome"})
"""What an edit can take away: everything else a case always has."""
REGISTER_FIELDS = (
    Field("title", FieldType.TEXT, N_("Title"), required=True),
    Field("organisation", FieldType.ORGANISATION, N_("Unit"), required=True),
    Field("field", FieldType.FIELD, N_("Field"), required=True),
    *(f for f in DESCRIPTION_FIELDS if f.name not in {"title", "field"}),
    Field("period", FieldType.INTEGER, N_("Registration period"), minimum=2000, maximum=2100),
    Field("visibility", FieldType.CHOICE, N_("Visibility"), choices=VISIBILITIES),
    Field("readers", FieldType.PEOPLE, N_("Named readers"), maximum=50),
    Field("subjects", FieldType.PEOPLE, N_("Person complained about"), maximum=20),
    Field("complainant_name", FieldType.TEXT, N_("Complainant"), maximum=200),
    Field("complainant_contact", FieldType.TEXT, N_("Complainant's contact"), maximum=500),
    Field("holds_state_secrets", FieldType.BOOLEAN, N_("Would the entry hold state secrets?")),
)
"""Input of registration, which makes a case rather than moving one."""

MOVES = (
    Move(
        "edit", N_("Edit"), (REGISTERED, *WORKING), SAME, "case.edited", frozenset({EDITOR}),
        fields=(
            *(replace(one, clears=one.name in CLEARED_BY_EDIT) for one in DESCRIPTION_FIELDS),
            Field("readers", FieldType.PEOPLE, N_("Named readers"), maximum=50),
            Field("readers_removed", FieldType.PEOPLE, N_("Readers to take away"), maximum=50),
            Field("milestones", FieldType.MILESTONES, N_("Milestones"), maximum=100),
        ),
        needs=(
            needs.something_changes,
            needs.outcome_only_while_registered,
            needs.imposed_stays,
            needs.readers_remain,
        ),
    ),
    Move(
        "assign", N_("Assign"), (REGISTERED,), ASSIGNED, "case.assigned",
        frozenset({SUPERVISOR, REGISTRAR, IMPORTER}),
        fields=(
            OUTCOME_SOUGHT,
            OWNER_FIELD,
            Field("deadline", FieldType.DATE, N_("Deadline")),
            Field("working_days", FieldType.INTEGER, N_("Working days"), minimum=1, maximum=1000),
            Field("lead_officer", FieldType.PERSON, N_("Lead officer")),
            Field("verify_by", FieldType.CHOICE, N_("Verified by"), choices=VERIFY_BY),
        ),
        needs=(
            needs.expected_outcome_stands,
            needs.owner_can_own,
            needs.lead_officer_can_lead,
            needs.deadline_or_working_days,
            needs.deadline_not_past,
        ),
    ),
    Move(
        "reassign", N_("Reassign"), (*WORKING, SUSPENDED, RESOLVED), SAME, "case.reassigned",
        frozenset({SUPERVISOR}),
        fields=(OWNER_FIELD, REASON),
        needs=(needs.owner_can_own, needs.owner_is_new),
    ),
    Move("start", N_("Start work"), (ASSIGNED,), IN_PROGRESS, "case.started", frozenset({OWNER})),
    Move(
        "report_progress", N_("Update progress"), WORKING, IN_PROGRESS, "case.progress_reported",
        frozenset({OWNER, SUPPORTER}),
        fields=(
            _text("note", N_("What was done")),
            Field("progress", FieldType.INTEGER, N_("Progress (%)"), required=True, maximum=100),
            _text("difficulty", N_("Difficulty"), required=False),
            _text("proposal", N_("Proposal"), required=False),
            Field("needs_decision_by", FieldType.PERSON, N_("Needs a decision by")),
        ),
        needs=(needs.decider_decides,),
    ),
    Move(
        "request_extension", N_("Request extension"), WORKING, SAME, "case.extension_requested",
        frozenset({OWNER}),
        fields=(DEADLINE, REASON),
        needs=(needs.no_extension_pending, needs.deadline_later, needs.deadline_not_past),
    ),
    Move(
        "extend", N_("Extend"), WORKING, SAME, "case.extended",
        frozenset({EXTENSION_DECIDER}), never=frozenset({OWNERS_SIDE}),
        fields=(DEADLINE, REASON),
        needs=(needs.deadline_later, needs.deadline_not_past),
    ),
    Move(
        "refuse_extension", N_("Refuse extension"), WORKING, SAME, "case.extension_refused",
        frozenset({EXTENSION_DECIDER}), never=frozenset({OWNERS_SIDE}),
        fields=(REASON,),
        needs=(needs.extension_pending,),
    ),
    Move(
        "revise_outcome", N_("Revise the expected outcome"), (*WORKING, SUSPENDED), SAME, "case.outcome_revised",
        frozenset({ABOVE}),
        fields=(_text("expected_outcome", N_("Expected outcome")), REASON),
    ),
    Move(
        "suspend", N_("Suspend"), WORKING, SUSPENDED, "case.suspended", frozenset({SUPERVISOR}),
        fields=(REASON, Field("review_on", FieldType.DATE, N_("Review on"), required=True)),
        needs=(needs.review_within_thirty_days,),
    ),
    Move("resume", N_("Resume"), (SUSPENDED,), PREVIOUS, "case.resumed", frozenset({SUPERVISOR})),
    Move(
        "resolve", N_("Report the result"), WORKING, RESOLVED, "case.resolved", frozenset({OWNER}),
        fields=(
            _text("outcome", N_("Outcome")),
            Field("completion", FieldType.CHOICE, N_("Completion"), required=True, choices=COMPLETIONS),
            _text("remainder", N_("What remains"), required=False),
        ),
        needs=(needs.fresh_evidence, needs.remainder_named),
    ),
    Move(
        "withdraw", N_("Withdraw"), (RESOLVED,), IN_PROGRESS, "case.withdrawn", frozenset({RESOLVER}),
        fields=(_text("reason", N_("Reason"), required=False),),
    ),
    Move(
        "verify", N_("Verify the result"), (RESOLVED,), VERIFIED, "case.verified",
        frozenset({VERIFIER}), never=frozenset({OWNERS_SIDE}),
        fields=(
            Field("method", FieldType.CHOICE, N_("Method"), required=True, choices=METHODS),
            Field("complainant_answer", FieldType.CHOICE, N_("Complainant's answer"), required=True, choices=ANSWERS),
            _text("note", N_("Note")),
        ),
    ),
    Move(
        "return_to_owner", N_("Return"), (RESOLVED,), IN_PROGRESS, "case.returned",
        frozenset({RETURNER}), never=frozenset({OWNERS_SIDE}),
        fields=(REASON,),
    ),
    Move(
        "request_transfer", N_("Request transfer"), UNRESOLVED, SAME, "case.transfer_requested",
        frozenset({SUPERVISOR}),
        fields=(Field("organisation", FieldType.ORGANISATION, N_("Unit"), required=True), REASON),
        needs=(needs.another_unit,),
    ),
    Move(
        "accept_transfer", N_("Accept transfer"), UNRESOLVED, REGISTERED, "case.transferred",
        frozenset({RECEIVING_SUPERVISOR}),
        needs=(needs.transfer_offered,),
    ),
    Move(
        "decline_transfer", N_("Decline transfer"), UNRESOLVED, SAME, "case.transfer_declined",
        frozenset({RECEIVING_SUPERVISOR}),
        fields=(REASON,),
        needs=(needs.transfer_offered,),
    ),
    Move(
        "cancel", N_("Cancel"), UNRESOLVED, CANCELLED, "case.cancelled", frozenset({CANCELLER}),
        fields=(
            Field("kind", FieldType.CHOICE, N_("Kind"), required=True, choices=CANCEL_KINDS),
            REASON,
            Field("duplicate_of", FieldType.CASE, N_("Duplicate of")),
        ),
        needs=(needs.duplicate_linked,),
    ),
    Move(
        "reopen", N_("Reopen"), (VERIFIED, CANCELLED), IN_PROGRESS, "case.reopened", frozenset({REOPENER}),
        fields=(
            Field("basis", FieldType.CHOICE, N_("Basis"), required=True, choices=REOPEN_BASES),
            REASON,
            DEADLINE,
            Field("owner", FieldType.PERSON, N_("Owner")),
            OUTCOME_SOUGHT,
        ),
        needs=(
            needs.deadline_not_past,
            needs.owner_can_own,
            needs.somebody_owns,
            needs.expected_outcome_stands,
        ),
    ),
    Move(
        "comment", N_("Comment"), tuple(STATES), SAME, "case.commented", frozenset({READER}),
        fields=(_text("text", N_("Comment")),),
        versioned=False,
    ),
    Move(
        "add_evidence", N_("Add evidence"), OPEN, SAME, "case.evidence_added", frozenset({READER}),
        fields=(
            Field("file", FieldType.TEXT, N_("File"), maximum=64),
            Field("document_number", FieldType.TEXT, N_("Document number")),
            Field("document_date", FieldType.DATE, N_("Document date")),
            Field("kept_at", FieldType.TEXT, N_("Where it is kept")),
        ),
        needs=(needs.evidence_given,),
        versioned=False,
    ),
    Move(
        "add_supporter", N_("Add supporter"), OPEN, SAME, "case.supporter_added", frozenset({SUPERVISOR}),
        fields=(
            Field("person", FieldType.PERSON, N_("Person")),
            Field("organisation", FieldType.ORGANISATION, N_("Unit")),
        ),
        needs=(needs.one_supporter, needs.supporter_can_support),
    ),
    Move(
        "remove_supporter", N_("Remove supporter"), OPEN, SAME, "case.supporter_removed", frozenset({SUPERVISOR}),
        fields=(
            Field("person", FieldType.PERSON, N_("Person")),
            Field("organisation", FieldType.ORGANISATION, N_("Unit")),
        ),
        needs=(needs.one_supporter,),
    ),
)  # fmt: skip

PRESSING_ISSUE = register(
    Lifecycle(
        kind=KIND,
        label=N_("Pressing issue"),
        states=STATES,
        initial=REGISTERED,
        finals=FINAL,
        moves=MOVES,
        relations=ALL,
        history=frozenset({IN_PROGRESS, VERIFIED}),
    )
)
