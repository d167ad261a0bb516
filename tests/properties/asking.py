"""What people ask for: mostly what the table allows, sometimes anything at all."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.properties.issue import Issue, Who
from tests.properties.province import MANDATES, PEOPLE
from tests.properties.table import may, SOURCES

EVERYBODY = [Who(person, person) for person in PEOPLE] + [Who(*mandate) for mandate in sorted(MANDATES)]
OWNERS = ["W1-OFF", "W1-OFF", "W1-OF2", "W1-SUP", "W1-DEP", "D-SUP", "W2-OFF", "P-SUP"]
UNITS = ["P", "D", "W1", "W2"]
REGISTRARS = [
    Who("W1-REG", "W1-REG"),
    Who("W1-SUP", "W1-SUP"),
    Who("D-SUP", "D-SUP"),
    Who("W2-SUP", "W2-SUP"),
]
SUBJECTS: list[set[str]] = [set(), set(), set(), {"W1-OF2"}, {"W1-DEP"}, {"W2-SUP"}, {"D-DEP"}]

WEIGHTS = {"assign": 12, "add_evidence": 4, "resolve": 6, "verify": 5, "return_to_owner": 8, "request_extension": 3,
           "extend": 4, "resume": 4, "reopen": 6, "report_progress": 2, "suspend": 2, "accept_transfer": 2,
           "decline_transfer": 0.5, "comment": 0.5, "cancel": 0.5, "remove_supporter": 0.5}  # fmt: skip
"""How much oftener than once these are tried where they are possible, so that histories get anywhere."""


class Asking:
    """A stream of choices, each decided by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def one(self, *choices: Any) -> Any:
        return self.chance.choice(choices)

    def often(self, usual: Any, *others: Any) -> Any:
        """Nine times in ten the usual."""
        return usual if self.chance.random() < 0.9 else self.one(*others)

    def text(self) -> str:
        return str(self.often(self.one("Một", "Hai", "Ba"), "", "  "))

    def day(self, issue: Issue, today: date) -> date:
        """A day around today or around the deadline."""
        near = [today + timedelta(days=n) for n in (-1, 0, 1, 6, 15, 30, 31)]
        after = [max(issue.deadline or today, today) + timedelta(days=n) for n in (0, 1, 2, 5, 9, 12)]
        return self.chance.choice(near + after)

    def who(self, issue: Issue, able: list[Who]) -> Who:
        """Mostly somebody who may; else somebody of the owner's side, somebody who sees the case, or anybody."""
        seeing = [who for who in EVERYBODY if issue.seen_by(who)]
        tied = [who for who in seeing if issue.owners_side(who)]
        pools = self.chance.choices([able, tied, seeing, EVERYBODY], (60, 20, 15, 5))[0]
        return self.chance.choice(pools or EVERYBODY)

    def issue(self, issues: list[Issue]) -> Issue:
        """Mostly one that is still worked on."""
        still = [issue for issue in issues if issue.state not in ("verified", "cancelled")]
        return self.chance.choice(still if still and self.chance.random() < 0.8 else issues)

    def registration(self) -> tuple[Who, dict[str, Any]]:
        """Who enters a case, and which; people by staff code."""
        hidden = self.chance.random() < 0.2
        readers = set(self.chance.sample(sorted(PEOPLE), 5)) if hidden else set()
        raw = {"title": self.text(), "organisation": self.often("W1", *UNITS), "field": "complaints",
               "expected_outcome": self.text(), "visibility": "restricted" if hidden else "normal", "readers": readers,
               "subjects": self.one(*SUBJECTS), "basis": {"imposed": self.often(False, True)}}  # fmt: skip
        return self.often(self.one(*REGISTRARS), *EVERYBODY), raw

    def move(
        self, issue: Issue, today: date, codes: list[str]
    ) -> tuple[str, Who, dict[str, Any], int | None]:
        """An action, who tries it, with what, and which version they were shown."""
        here = [action for action, states in SOURCES.items() if issue.state in states.split()]
        weights = [WEIGHTS.get(action, 1) for action in here]
        action = self.often(self.chance.choices(here, weights)[0], *SOURCES)
        raw = self.given(action, issue, today, codes)
        able = [who for who in EVERYBODY if issue.seen_by(who) and may(issue, action, who, raw, today)]
        seen = self.often(issue.version, issue.version, None, issue.version - 1)
        return action, self.who(issue, able), raw, seen

    def given(  # noqa: PLR0911 - each action is asked for in its own words
        self, action: str, issue: Issue, today: date, codes: list[str]
    ) -> dict[str, Any]:
        """What the action is asked with."""
        reason, day = self.text(), self.day(issue, today)
        match action:
            case "edit":
                outcome: dict[str, Any] = self.one({}, {}, {"expected_outcome": self.one("", None, "Sạch")})
                return {"title": self.text()} | outcome
            case "assign":
                by_date = self.chance.random() < 0.5
                return {"owner": self.one(*OWNERS), "deadline": day if by_date else None,
                        "working_days": self.often(None if by_date else 5, None, 3),
                        "expected_outcome": reason, "verify_by": self.often("", "own", "higher")}  # fmt: skip
            case "reassign":
                return {"owner": self.one(*OWNERS), "reason": reason}
            case "report_progress":
                decider = self.often(None, *PEOPLE)
                return {"note": reason, "progress": self.chance.randint(0, 100), "needs_decision_by": decider}
            case "request_extension" | "extend":
                return {"deadline": day, "reason": reason}
            case "revise_outcome":
                return {"expected_outcome": self.text(), "reason": reason}
            case "suspend":
                return {"reason": reason, "review_on": day}
            case "resolve":
                return {"outcome": reason, **self.one(*RESULTS)}
            case "verify":
                return {"method": self.often("site", ""), "complainant_answer": "none", "note": reason}
            case "request_transfer":
                return {"organisation": self.one(*UNITS), "reason": reason}
            case "cancel":
                kind = self.often("entered_in_error", "duplicate", "")
                other = self.one(*codes) if kind == "duplicate" else self.often(None, *codes)
                return {"kind": kind, "reason": reason, "duplicate_of": other}
            case "reopen":
                return {"basis": self.one("finding", "recurrence", "finding", "recurrence", ""), "reason": reason,
                        "deadline": day, "owner": self.often(None, *OWNERS),
                        "expected_outcome": self.often("", "Sạch")}  # fmt: skip
            case "comment":
                return {"text": reason}
            case "add_evidence":
                return {"document_number": "1", "document_date": today, "kept_at": "Kho"}
            case "add_supporter" | "remove_supporter":
                person, unit = self.one((self.one(*PEOPLE), None), (None, self.one(*UNITS)), ("W1-DEP", "W2"))
                return {"person": person, "organisation": unit}
            case "start" | "resume" | "accept_transfer":
                return {}
            case _:
                return {"reason": reason}


RESULTS: list[dict[str, str]] = [
    {"completion": "full"},
    {"completion": "full"},
    {"completion": "impossible"},
    {"completion": "part", "remainder": "Nửa kia"},
    {"completion": "part"},
    {"completion": "full", "remainder": "Nửa kia"},
]
