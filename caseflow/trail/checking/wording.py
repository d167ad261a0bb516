"""What a check says, in sentences for an inspector."""

from __future__ import annotations

from caseflow.messages import N_

# --- events ---
FALSE_MAC = N_("This record did not come from the program: its authentication code is false.")
BAD_LEAF = N_("The sealed text of this record was changed: %(why)s")
OTHER_PUBLISHED = N_("This record is not the one that was published in the log under number %(index)s.")
COLUMN = N_(
    "Beside its sealed text, the record says “%(found)s” for %(what)s; the sealed text says “%(told)s”."
)
SEQ = N_("The record calls itself number %(seq)s of its subject, but number %(expected)s was to follow.")
PREVIOUS = N_(
    "The record does not continue the one before it of the same subject: one was changed or taken away."
)
STATES = N_("The record starts from state “%(found)s”, but the one before it led to “%(told)s”.")
NO_STATE = N_("The record leads from state “%(told)s” to no state.")
LATE_STATE = N_("The record is the first of its subject with a state, but not its first record.")
EARLIER = N_("The record bears an earlier time than the one before it of the same subject.")
BACKDATED = N_(
    "The record claims to be of %(at)s, but it was not yet in the log that “%(witness)s” compared at %(seen)s."
)
GARBLED = N_("What stands here is not what the program writes, and cannot be read: %(why)s")
UNREADABLE = N_("What this record discloses cannot be read as a record of this type.")

# --- indices ---
MISSING = N_("Record number %(index)s was sealed and published, but is missing from the database.")
MORE_MISSING = N_("%(count)s more sealed records are missing from the database, up to number %(last)s.")
GAP = N_("Numbers %(first)s to %(last)s are missing among the sealed records.")
TWICE = N_("Number %(index)s was given to more than one record.")
LOG_STATE = N_("The database notes %(noted)s sealed records; it holds %(held)s.")

# --- disclosures ---
MISSING_DISCLOSURE = N_("A disclosure of this record is missing, and no erasure by decision accounts for it.")
MISSING_DISCLOSURES = N_(
    "%(count)s disclosures of this record are missing, and no erasure by decision accounts for them."
)
FOREIGN_DISCLOSURE = N_(
    "The disclosure “%(name)s” does not belong to this record: it was added, changed or swapped."
)
UNREADABLE_DISCLOSURE = N_("A disclosure of this record cannot be read: it was changed.")
OTHER_PERSON = N_("A disclosure of this record is filed under another person than the one it names.")

# --- tables ---
DIFFERS = N_("The register says “%(found)s” for %(what)s; the log says “%(told)s”.")
LISTED_TOO_MUCH = N_("The register lists under %(what)s what the log does not tell: %(found)s.")
NOT_LISTED = N_("The register lacks under %(what)s what the log tells: %(told)s.")
CHAIN_LENGTH = N_("The register counts %(found)s records of this subject; the log holds %(told)s.")
CHAIN_HEAD = N_("The register notes another last record of this subject than the log holds.")
NO_ROW = N_("The log holds records of this subject, but the register has no row for it.")
NO_EVENT = N_("The register holds “%(what)s”, of which the log knows nothing.")
CODES = N_("Of %(year)s, %(held)s case codes are there, but %(given)s were given out: cases were taken away.")
COUNTERS = N_("The counter “%(counter)s” says %(found)s; %(told)s cases are there.")
PASSWORD = N_("The password of %(name)s was set past the program: somebody else could sign in as them.")
SESSION = N_("A session of %(name)s is open for which nobody signed in.")
GENERATED = N_("The running deadline in the register is not the one that follows from state and deadline.")
COMPLAINANT = N_("What is kept of the complainant was changed: it cannot be opened any more.")
SEARCH = N_("What search finds this by is not its own text.")

# --- files ---
NO_FILE = N_("The evidence file “%(name)s” is missing from the store.")
OTHER_FILE = N_("The evidence file “%(name)s” is not the one that was handed in: its content was changed.")
TILE = N_("The published file %(path)s does not hold the tree of the records in the database.")

# --- what was signed ---
NO_SIGNER = N_("Records are sealed, but the key that signed them is not there.")
SIGNER_UNREACHABLE = N_("The signer could not be asked what it signed: %(why)s")
BEHIND = N_("The signer has signed %(signed)s records; the database holds %(held)s sealed ones.")
REWRITTEN = N_("The first %(size)s records in the database are not those that the signer signed.")
NO_CHECKPOINT = N_("No checkpoint is published, although %(size)s records were signed.")
BAD_CHECKPOINT = N_("The published checkpoint is not valid: %(why)s")
OLD_CHECKPOINT = N_("The published checkpoint is of %(size)s records, but %(signed)s were signed since.")
OTHER_TREE = N_("The published checkpoint of %(size)s records does not fit the records in the database.")
NOT_BY_US = N_("it is not signed with the key of this log")
OTHER_ORIGIN = N_("The published checkpoint is of the log “%(found)s”, not of “%(told)s”.")
BAD_COSIGNATURE = N_("The comparison by “%(witness)s” at %(size)s records is not valid: %(why)s")
NOT_OVER_THIS = N_("it is not what the witness signed")
NO_POLICY = N_("the policy file that names the witnesses is missing or cannot be read")
FORK = N_("At %(size)s records, “%(witness)s” saw another history than the database now holds.")

# --- guards ---
NO_GUARD = N_("The database's own guard “%(name)s” was taken away.")
OTHER_GUARD = N_("The database's own rule “%(name)s” was changed.")
STRANGE_GUARD = N_("The database holds “%(name)s”, which the program did not make.")
ALARM = N_("Sealing raised an alarm that is not settled: %(detail)s")

WHAT: dict[str, str] = {
    "code": N_("the code"),
    "kind": N_("the kind of case"),
    "title": N_("the title"),
    "description": N_("the description"),
    "field": N_("the field"),
    "source": N_("the source"),
    "basis_number": N_("the number of the basis document"),
    "basis_date": N_("the date of the basis document"),
    "basis_issuer": N_("the issuer of the basis document"),
    "basis_summary": N_("the summary of the basis document"),
    "deadline_imposed": N_("whether the deadline is imposed"),
    "urgency": N_("the urgency"),
    "visibility": N_("who may read it"),
    "organisation": N_("the unit"),
    "level": N_("the level"),
    "period": N_("the registration period"),
    "state": N_("the state"),
    "suspended_from": N_("the state before the suspension"),
    "suspended_on": N_("the day of the suspension"),
    "review_on": N_("the review date"),
    "expected_outcome": N_("the expected outcome"),
    "first_expected_outcome": N_("the first expected outcome"),
    "owner": N_("the person responsible"),
    "lead_officer": N_("the lead officer"),
    "deadline": N_("the deadline"),
    "first_deadline": N_("the first deadline"),
    "verify_by": N_("who verifies"),
    "progress": N_("the progress"),
    "needs_decision_by": N_("whose decision is awaited"),
    "extension_asked_on": N_("the day on which an extension was asked for"),
    "extensions_granted": N_("the number of extensions"),
    "submissions": N_("the number of reported results"),
    "reopenings": N_("the number of reopenings"),
    "offered_to": N_("the unit to which it is offered"),
    "days_overdue_before": N_("the days overdue before the transfer"),
    "outcome": N_("the outcome"),
    "completion": N_("the completion"),
    "resolver": N_("who reported the result"),
    "resolved_at": N_("the time of the result"),
    "resolved_on": N_("the day of the result"),
    "verified_at": N_("the time of the verification"),
    "cancel_kind": N_("the kind of cancellation"),
    "registered_by": N_("who registered it"),
    "registered_at": N_("the time of registration"),
    "assigned_at": N_("the time of assignment"),
    "started_at": N_("the time at which work began"),
    "returned_seq": N_("the place of the last return"),
    "history": N_("the mark of imported history"),
    "source_code": N_("the code in the sender's list"),
    "version": N_("the version"),
    "complainant": N_("the complainant's sealed identity"),
    "readers": N_("named readers"),
    "subjects": N_("persons complained about"),
    "supporters": N_("supporting people"),
    "supporting_units": N_("supporting units"),
    "hands": N_("who acted for the owner's side"),
    "links": N_("links to other cases"),
    "milestones": N_("milestones"),
    "extensions": N_("extensions"),
    "evidence": N_("evidence"),
    "last_at": N_("the time of the last record"),
    "staff_code": N_("the staff code"),
    "name": N_("the name"),
    "position": N_("the position"),
    "email": N_("the e-mail address"),
    "phone": N_("the telephone number"),
    "left_on": N_("the day of leaving"),
    "password_at": N_("the time of the last password"),
    "grants": N_("roles"),
    "delegations": N_("delegated decisions"),
    "mandates": N_("stand-ins"),
    "unit": N_("the administrative unit"),
    "parent": N_("the organisation above"),
    "path": N_("the place in the tree"),
    "valid_from": N_("the beginning of validity"),
    "valid_until": N_("the end of validity"),
    "head": N_("the head"),
    "fields": N_("fields"),
    "days": N_("special days"),
    "event": N_("the record's id"),
    "subject": N_("the subject"),
    "seq": N_("the number within its subject"),
    "type": N_("the type"),
    "actor": N_("who acted"),
    "at": N_("the time"),
    "about_case": N_("which case it is about"),
}
"""What a value is of, by its name among the facts."""
