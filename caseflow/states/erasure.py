"""What of a trail may be erased, and when: citizens' data in words that somebody typed, and nothing else.

The one list of it stands here. An official's acts are never on it: who did what, when, in whose place, with
which decision, and every state, date, number and code stay. What officials wrote about a citizen is on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from caseflow.messages import N_

CONSENT, RETENTION = "consent_withdrawn", "retention_over"
GROUNDS = (
    (RETENTION, N_("The case is closed and its retention period is over")),
    (CONSENT, N_("The complainant has withdrawn consent (identity and contact only)")),
)

COMPLAINANT, FILE, TEXT, PERSON = "complainant", "file", "text", "person"
KINDS = {
    COMPLAINANT: N_("Identity and contact of the complainant"),
    FILE: N_("Evidence files"),
    TEXT: N_("Texts of the trail"),
    PERSON: N_("Name and contact of a person"),
}

ERASABLE: Mapping[str, frozenset[str]] = {
    "case.registered": frozenset({"title", "description", "source", "basis", "expected_outcome"}),
    "case.imported": frozenset({"title", "description", "source", "basis", "expected_outcome", "outcome"}),
    "case.edited": frozenset(
        {"before", "title", "description", "source", "basis", "expected_outcome", "milestones"}
    ),
    "case.assigned": frozenset({"expected_outcome"}),
    "case.reassigned": frozenset({"reason"}),
    "case.progress_reported": frozenset({"note", "difficulty", "proposal"}),
    "case.extension_requested": frozenset({"reason"}),
    "case.extended": frozenset({"reason"}),
    "case.extension_refused": frozenset({"reason"}),
    "case.outcome_revised": frozenset({"expected_outcome", "former_outcome", "reason"}),
    "case.suspended": frozenset({"reason"}),
    "case.resolved": frozenset({"outcome", "remainder"}),
    "case.withdrawn": frozenset({"reason"}),
    "case.verified": frozenset({"note"}),
    "case.returned": frozenset({"reason"}),
    "case.transfer_requested": frozenset({"reason"}),
    "case.transfer_declined": frozenset({"reason"}),
    "case.cancelled": frozenset({"reason"}),
    "case.reopened": frozenset({"reason", "expected_outcome"}),
    "case.commented": frozenset({"text"}),
    "case.evidence_added": frozenset({"file_name", "document_number", "kept_at"}),
}
"""By type of event, the disclosures of a case that may be erased: free text in which a citizen may be named.

Where a text is the wording of a decision, the decision itself (what, by whom, when) stands in leaf and other
disclosures and stays. `basis`, `before` and `milestones` have several parts: what is no text is said again.
"""
OF_A_FILE = frozenset({"file_name", "sha256"})
"""What goes with an evidence file, beside its bytes: a digest tells whether somebody held that very file."""
OF_A_PERSON: Mapping[str, frozenset[str]] = {
    "person.added": frozenset({"staff_code", "name", "position", "email", "phone"}),
    "person.changed": frozenset({"before", "name", "position", "email", "phone"}),
}
"""The same for the chain of a person who is a citizen: named as the subject of cases, and nothing else."""

_NO_TEXT = frozenset(
    {"field", "urgency", "date", "imposed", "done", "person", "id", "organisation", "left_on"}
)
"""Parts of a value that are no text about a citizen: codes, dates, and the officials whom it names."""


def erasable(event_type: str, name: str) -> bool:
    """Whether that disclosure of a case's event may be erased."""
    return name in ERASABLE.get(event_type, ())


def texts_of(value: object) -> set[str]:
    """Every text in a value, of several parts or one."""
    return set(_texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in _NO_TEXT:
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def without(value: object, texts: Collection[str], instead: str) -> object:
    """A value of several parts with every one of `texts` replaced; None where nothing of it is left to say."""
    kept = _without(value, texts, instead)
    return None if isinstance(kept, str) else kept


def _without(value: object, texts: Collection[str], instead: str) -> object:
    if isinstance(value, str):
        return instead if value in texts else value
    if isinstance(value, Mapping):
        return {
            key: part if key in _NO_TEXT else _without(part, texts, instead) for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without(part, texts, instead) for part in value]
    return value


def neutral_text(decision_number: str) -> str:
    """What stands in a column or on a page in place of an erased text."""
    return f"[đã xóa theo quyết định số {decision_number}]"


def kept_until(closed_on: date, years: int) -> date:
    """The last day on which a case closed on that day is kept whole."""
    try:
        return closed_on.replace(year=closed_on.year + years)
    except ValueError:  # the 29th of February
        return date(closed_on.year + years, 3, 1)
