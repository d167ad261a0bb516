"""What the demo's people write: issues of the six fields, and every word said while one is settled.

Everything is drawn from the `Random` given, so that the same seed writes the same province. An `IssueText`
carries the facts of its case; later sentences about it name the same spot, the same figures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from caseflow.demo.phrases import phrases
from caseflow.demo.places import setting_of
from caseflow.demo.slots import day_words, pick, place_facts, Slots

FIELD_CODES = (
    "politics_culture",
    "inspection",
    "business_climate",
    "investment_promotion",
    "complaints",
    "admin_reform",
)

_EARLY_UNTIL = 35
_MIDDLE_UNTIL = 75


@dataclass(frozen=True, slots=True)
class BasisText:
    """The document behind an issue: its number, day, issuer and what it says."""

    number: str
    on: date
    issuer: str
    summary: str


@dataclass(frozen=True, slots=True)
class IssueText:
    """The words of one issue. `facts` holds the slots already filled, for later sentences about it."""

    field_code: str
    topic: str
    title: str
    description: str
    source: str
    basis: BasisText
    expected_outcome: str
    on: date
    facts: Mapping[str, str] = field(repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """A text file that proves something: its name (ASCII) and what stands in it."""

    file_name: str
    text: str

    @property
    def content(self) -> bytes:
        """The file's bytes, in UTF-8."""
        return self.text.encode()


@dataclass(frozen=True, slots=True)
class PaperReference:
    """A document kept on paper: number, day, and the place where it can be found."""

    number: str
    on: date
    kept_at: str


def issue_text(rng: Random, field_code: str, unit_name: str, on: date) -> IssueText:
    """An issue of a field that the committee `unit_name` could have registered on the day `on`.

    Raises KeyError for a field that is not one of FIELD_CODES.
    """
    topic = pick(rng, _topics(field_code))
    place = place_facts(rng, setting_of(unit_name), on, whole=topic.get("whole", False))
    slots = Slots(rng, place, on)
    slots["subject"] = slots.fill(topic["subject"])
    title = _sentence(slots, pick(rng, topic["title"]))
    facts = _sentence(slots, pick(rng, topic["facts"]))
    slots["outcome"] = _sentence(slots, topic["outcome"])
    return IssueText(
        field_code,
        topic["key"],
        title,
        f"{facts}\n{_say(slots, rng, 'description_close')}",
        _say(slots, rng, "source"),
        _basis(rng, slots, on),
        _sentence(slots, topic["expected"]),
        on,
        dict(slots),
    )


def progress_note(rng: Random, issue: IssueText, percent: int) -> str:
    """What the owner reports when the work has come to `percent`."""
    stage = "early" if percent <= _EARLY_UNTIL else "middle" if percent <= _MIDDLE_UNTIL else "late"
    progress = phrases("deeds")["progress"]
    return _about(rng, issue, progress[issue.field_code][stage] + progress["any"][stage])


def outcome(rng: Random, issue: IssueText, completion: str = "full") -> str:
    """What was reached; for `part` with what remains, for `impossible` with why."""
    if completion == "impossible":
        return _about(rng, issue, phrases("deeds")["impossible"])
    if completion == "part":
        return f"Đã hoàn thành phần lớn nội dung về {issue.facts['subject']}. {remainder(rng, issue)}"
    return issue.facts["outcome"]


def remainder(rng: Random, issue: IssueText) -> str:
    """What a part completion leaves to a following issue."""
    return _about(rng, issue, phrases("deeds")["remainder"])


def difficulty(rng: Random, issue: IssueText) -> str:
    """What stands in the owner's way."""
    return _about(rng, issue, phrases("deeds")["difficulty"])


def proposal(rng: Random, issue: IssueText) -> str:
    """What the owner asks those above to decide."""
    return _about(rng, issue, phrases("deeds")["proposal"])


def remark(rng: Random, issue: IssueText, deed: str) -> str:
    """What goes with a deed: one of REMARKS, such as `return_reason`. Raises KeyError for another."""
    if deed not in REMARKS:
        raise KeyError(deed)
    return _about(rng, issue, phrases("deeds")[deed])


REMARKS = (
    "assignment_note",
    "return_reason",
    "extension_reason",
    "extension_decision",
    "extension_refusal",
    "suspension_reason",
    "resume_reason",
    "transfer_reason",
    "transfer_accepted",
    "transfer_declined",
    "reassign_reason",
    "revise_reason",
    "edit_reason",
    "reopen_finding",
    "reopen_recurrence",
    "comment",
    "milestone",
)


def cancel_reason(rng: Random, issue: IssueText, kind: str) -> str:
    """Why an issue leaves the list, for a kind of cancelling such as `duplicate`."""
    return _about(rng, issue, phrases("deeds")["cancel_reason"][kind])


def verification_note(rng: Random, issue: IssueText, method: str) -> str:
    """What the verifier saw by `documents`, `site` or `complainant`."""
    return _about(rng, issue, phrases("deeds")["verification"][method])


def revised_outcome(rng: Random, issue: IssueText) -> str:
    """The expected outcome in a narrower wording."""
    share = 70 + 5 * int(rng.random() * 5)
    return (
        f"{issue.expected_outcome} Mức tối thiểu được chấp nhận: {share}% khối lượng, có biên bản xác nhận."
    )


def evidence(rng: Random, issue: IssueText, on: date) -> EvidenceText:
    """A text file about the issue, dated `on`, with a name that tells what it is."""
    kind = pick(rng, phrases("deeds")["evidence"])
    number = 1 + int(rng.random() * 180)
    spot = _ascii(issue.facts["spot"])
    head = f"{issue.facts['gov'].upper()}\nSố: {number}\n{kind['heading']}\nNgày {day_words(on)}"
    body = _about(rng, issue, (kind["body"],), on)
    return EvidenceText(f"{kind['stem']}-{spot}-{on:%Y%m%d}-{number}.txt", f"{head}\n\n{body}\n")


def paper_reference(rng: Random, issue: IssueText, on: date) -> PaperReference:
    """A paper document of the day `on`."""
    deeds = phrases("deeds")
    number = f"{1 + int(rng.random() * 320)}/{pick(rng, deeds['paper_kind'])}"
    return PaperReference(number, on, _about(rng, issue, deeds["kept_at"], on))


@cache
def _topics(field_code: str) -> Sequence[Mapping[str, Any]]:
    if field_code not in FIELD_CODES:
        raise KeyError(field_code)
    return tuple(phrases(field_code)["topic"])


def _say(slots: Slots, rng: Random, deed: str) -> str:
    return _sentence(slots, pick(rng, phrases("deeds")[deed]))


def _about(rng: Random, issue: IssueText, choices: Sequence[str], on: date | None = None) -> str:
    """A sentence about the issue. Its new facts are its own: a later sentence may count differently."""
    return _sentence(Slots(rng, issue.facts, on or issue.on), pick(rng, choices))


def _sentence(slots: Slots, template: str) -> str:
    text = slots.fill(template)
    return text[0].upper() + text[1:]


def _basis(rng: Random, slots: Slots, on: date) -> BasisText:
    kind = pick(rng, phrases("deeds")["basis"])
    issued = on - timedelta(days=2 + int(rng.random() * 60))
    mark = slots.fill(kind["mark"])
    # The Party's own documents join number and mark with a hyphen, offices with a stroke.
    stroke = "-" if kind["kind"] in {"Kế hoạch", "Thông báo", "Kết luận", "Nghị quyết", "Công văn"} else "/"
    number = f"{kind['kind']} số {1 + int(rng.random() * 480)}{stroke}{mark}"
    issuer = _sentence(slots, kind["issuer"])
    return BasisText(number, issued, issuer, _sentence(slots, kind["summary"]))


def _ascii(words: str) -> str:
    folded = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    return "-".join("".join(letter for letter in folded if letter.isascii()).split())
