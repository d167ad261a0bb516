"""Registering a case and, where it is wished, assigning it in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

from caseflow.errors import InvalidInput, NotFound
from caseflow.messages import N_, say
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.registration import Done, register_case
from caseflow.use_cases.work import Work


def register_and_assign(
    work: Work, raw: Mapping[str, object], assignment: Mapping[str, object] | None = None
) -> Done:
    """Register a case; with `assignment` (the fields of `assign`) also assign it, or do neither.

    Refuses as `register_case` and the move `assign` do. Who answers to the subject may register the case
    but not assign it.
    """
    done = register_case(work, raw)
    if assignment is None:
        return done
    try:
        return make_move(work, done["code"], "assign", assignment)
    except NotFound:
        message = say(N_("You may not read this case once it is registered: leave its assignment to others."))
        raise InvalidInput.of("owner", message) from None
