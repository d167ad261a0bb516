"""Who acts: a value that travels from the edge to the deed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from caseflow.events import PersonRef


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. `principal` is whom a stand-in acts for.

    `operator` marks commands; `account` is the account of the system that started one.
    """

    id: int
    uuid: UUID
    name: str
    position: str
    operator: bool = False
    principal: Actor | None = None
    account: str | None = None

    @property
    def ref(self) -> PersonRef:
        """The person as events name them."""
        return PersonRef(str(self.uuid), self.name, self.position)

    def standing_in_for(self, principal: Actor) -> Self:
        """The same person, acting for `principal`."""
        return replace(self, principal=principal)
