"""Deeds of the demo, and the player who does them in the order of their instants."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, select

from caseflow.demo.words import EvidenceText
from caseflow.models import CodeCounter
from caseflow.states.actor import Actor
from caseflow.use_cases.contributions import FileRef
from caseflow.use_cases.make_move import add_evidence_file, make_move
from caseflow.use_cases.registration import PREFIX, register_case
from caseflow.use_cases.stand_ins import approve_stand_in, request_stand_in, serve_person
from caseflow.use_cases.work import Work

FLUSH_EVERY = 4_000


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed at its instant; `do` answers the code of the case that it was done on, or that it made."""

    at: datetime
    actor: Actor
    do: Callable[[Work], str]


Story: TypeAlias = Generator[Deed, str, None]
"""The deeds of a case, or of a few that belong together, in order of time; each is answered with a code."""


def play(
    work: Work,
    stories: Iterable[tuple[datetime, Story]],
    until: datetime,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Do the deeds of all stories in the order of their instants, and answer how many there were.

    Each story comes with the instant at which it begins, in order of it. What would lie at `until` or later
    has not happened: the story stays open there. `told` hears how many stories have begun.
    """
    stage = _Stage(work, until)
    for begun, (begins, story) in enumerate(stories, start=1):
        stage.play_before(begins)
        stage.admit(story)
        told(begun)
    stage.play_before(until)
    work.flush()
    return stage.played


class _Stage:
    """The next deed of each story that has begun, the earliest first."""

    def __init__(self, work: Work, until: datetime) -> None:
        self.played = 0
        self._work, self._until = work, until
        self._waiting: list[tuple[datetime, int, Deed, Story]] = []
        self._order = count()

    def admit(self, story: Story) -> None:
        self._wait_for(next(story, None), story)

    def play_before(self, instant: datetime) -> None:
        while self._waiting and self._waiting[0][0] < instant:
            _, _, deed, story = heappop(self._waiting)
            self._work.act_as(deed.actor, deed.at)
            self._wait_for(_after(story, deed.do(self._work)), story)
            self.played += 1
            if self.played % FLUSH_EVERY == 0:
                self._work.flush(keep_open=True)

    def _wait_for(self, deed: Deed | None, story: Story) -> None:
        if deed is not None and deed.at < self._until:
            heappush(self._waiting, (deed.at, next(self._order), deed, story))


def _after(story: Story, answer: str) -> Deed | None:
    try:
        return story.send(answer)
    except StopIteration:
        return None


def registering(raw: Mapping[str, object]) -> Callable[[Work], str]:
    """Register a case; the answer is its code."""
    return lambda work: register_case(work, raw)["code"]


def moving(code: str, action: str, raw: Mapping[str, object]) -> Callable[[Work], str]:
    """Make a move on a case."""
    return lambda work: make_move(work, code, action, raw)["code"]


def resolving_in_part(code: str, raw: Mapping[str, object]) -> Callable[[Work], str]:
    """Report a result in part; the answer is the code of the case that holds what remains."""

    def do(work: Work) -> str:
        make_move(work, code, "resolve", raw)
        last = select(func.max(CodeCounter.last)).where(CodeCounter.year == work.today.year)
        return f"{PREFIX}-{work.today.year}-{work.connection.execute(last).scalar_one():06d}"

    return do


def proving(code: str, proof: EvidenceText) -> Callable[[Work], str]:
    """Put a file into the store and add it to the case as evidence."""

    def do(work: Work) -> str:
        stored = work.installation.files.put(io.BytesIO(proof.content), proof.file_name)
        file = FileRef(proof.file_name, stored.sha256, stored.size, stored.media_type)
        return add_evidence_file(work, code, file)["code"]

    return do


def requesting_stand_in(staff_code: str, first: date, last: date) -> Callable[[Work], str]:
    """Ask that somebody acts for the actor; the answer is the mandate's id."""
    return lambda work: request_stand_in(work, staff_code=staff_code, valid_from=first, valid_until=last)


def approving_stand_in(mandate: str) -> Callable[[Work], str]:
    """Approve a mandate."""

    def do(work: Work) -> str:
        approve_stand_in(work, UUID(mandate))
        return mandate

    return do


def serving(staff_code: str, first: date, last: date, slip: str) -> Callable[[Work], str]:
    """Serve somebody without an account; the answer is the mandate's id."""
    return lambda work: serve_person(
        work, staff_code=staff_code, valid_from=first, valid_until=last, evidence=slip
    )
