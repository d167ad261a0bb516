"""A refusal, looked at from all sides: what was raised, and that nothing but an attempt came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from caseflow.errors import CaseflowError, KeptRefusal
from tests.factories import Office
from tests.trails import everything


@dataclass
class Refusal:
    """What was refused, once the block has ended."""

    errors: list[CaseflowError] = field(default_factory=list)

    @property
    def error(self) -> CaseflowError:
        """The refusal itself."""
        return self.errors[0]

    @property
    def fields(self) -> set[str]:
        """The fields that it names."""
        return {problem.field for problem in self.error.problems}


@contextmanager
def refused(office: Office, error: type[CaseflowError], *fields: str) -> Iterator[Refusal]:
    """The block is refused with exactly `error`, naming `fields`, and changes nothing.

    Want of right and a wrong state leave one attempt on the actor's chain; nothing else leaves anything.
    """
    before, trail = everything(office, trail=False), len(everything(office)["events"])
    refusal = Refusal()
    with pytest.raises(error) as caught:
        yield refusal
    refusal.errors.append(caught.value)
    assert type(caught.value) is error
    assert everything(office, trail=False) == before
    kept = issubclass(error, KeptRefusal)
    assert len(everything(office)["events"]) == trail + kept
    if fields:
        assert refusal.fields == set(fields)
