"""Commitments without their disclosures: an erasure by decision accounts for some, a replayed log for others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caseflow.messages import say
from caseflow.trail.checking import wording
from caseflow.trail.checking.leaves import Chain
from caseflow.trail.checking.report import Findings


class MissingDisclosures:
    """Gathers what is missing until it is known what accounts for it."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: dict[str, tuple[str | None, int | None, int]] = {}
        self._replayed: set[str] = set()

    def lacks(self, chain: Chain, event: str, index: int | None, digests: Iterable[str]) -> None:
        """The event of this chain lacks the disclosures of these commitments."""
        chain.pending[event] = (index, set(digests))

    def account(self, chain: Chain, kind: str, told: dict[str, Any]) -> None:
        """Take in an event that accounts for what is missing."""
        if kind == "data.erased":
            erased = told.get("erased")
            if isinstance(erased, list):
                for _, digests in chain.pending.values():
                    digests.difference_update(one for one in erased if isinstance(one, str))
        elif kind == "log.replayed":
            events = told.get("events")
            if isinstance(events, list):
                self._replayed.update(one for one in events if isinstance(one, str))

    def close(self, chain: Chain) -> None:
        """The chain has ended: no erasure will account for what it still lacks."""
        for event, (index, digests) in chain.pending.items():
            if digests:
                self._open[event] = (chain.code, index, len(digests))
        chain.pending.clear()

    def tell(self) -> None:
        """Everything was read: what nothing accounts for is found."""
        for event, (code, index, count) in self._open.items():
            if event not in self._replayed:
                message = (
                    say(wording.MISSING_DISCLOSURE)
                    if count == 1
                    else say(wording.MISSING_DISCLOSURES, count=count)
                )
                self._findings.add("disclosure", message, code, event, index)
