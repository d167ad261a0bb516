"""The vocabulary in which a lifecycle is written down as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from caseflow.errors import Problem

if TYPE_CHECKING:
    from caseflow.states.engine import Occasion


class FieldType(StrEnum):
    """What an input field holds; forms, the API and documentation are made from it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PERSON = "person"
    PEOPLE = "people"
    ORGANISATION = "organisation"
    FIELD = "field"
    CASE = "case"
    BASIS = "basis"
    MILESTONES = "milestones"


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a move.

    `maximum` is the most characters of a text or the largest integer; `minimum` the smallest integer.
    Where a field `clears`, an empty value that is given takes away what is stored: it is read as None.
    """

    name: str
    type: FieldType
    label: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    minimum: int = 0
    maximum: int = 2_000
    hint: str = ""
    clears: bool = False


Need: TypeAlias = "Callable[[Occasion], Iterable[Problem]]"

SAME = "="
PREVIOUS = "<"


@dataclass(frozen=True, slots=True)
class Move:
    """One transition: from where to where, who may, what is asked for and what must hold.

    `target` is a state, `SAME` (stay) or `PREVIOUS` (back to where the case was before it was suspended).
    `by` are the relations of which one is needed, `never` those of which none may hold.
    `versioned` is False for deeds that neither need nor change the version (comment, evidence).
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    event: str
    by: frozenset[str]
    never: frozenset[str] = frozenset()
    fields: tuple[Field, ...] = ()
    needs: tuple[Need, ...] = ()
    versioned: bool = True

    def permits(self, relations: frozenset[str]) -> bool:
        """Whether someone in these relations to the subject may make the move."""
        return not (self.by.isdisjoint(relations) or not self.never.isdisjoint(relations))

    def field_named(self, name: str) -> Field:
        """The input called `name`; KeyError where there is none."""
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A named table of moves with its states.

    `finals` need no way on; cases of older registers enter in one of `history`.
    """

    kind: str
    label: str
    states: dict[str, str]
    initial: str
    finals: frozenset[str]
    moves: tuple[Move, ...]
    relations: frozenset[str]
    history: frozenset[str] = frozenset()
    by_name: dict[str, Move] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({move.name: move for move in self.moves})
