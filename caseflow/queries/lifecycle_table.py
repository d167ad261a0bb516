"""A lifecycle written out from its moves: as a table and as a diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from caseflow.i18n import gettext as _
from caseflow.messages import N_
from caseflow.states.engine import RELATION_LABELS, targets
from caseflow.states.move import Lifecycle, Move, Need, PREVIOUS, SAME

NEED_LABELS: dict[str, str] = {
    "expected_outcome_stands": N_("an expected outcome"),
    "owner_can_own": N_("an active owner who may read the case"),
    "lead_officer_can_lead": N_("an active lead officer who may read the case"),
    "owner_is_new": N_("another owner than now"),
    "deadline_or_working_days": N_("either a date or a number of working days"),
    "deadline_not_past": N_("a deadline that is not past"),
    "deadline_later": N_("a deadline later than the present one"),
    "no_extension_pending": N_("no request for extension waiting"),
    "extension_pending": N_("a request for extension waiting"),
    "review_within_thirty_days": N_("a review within 30 days"),
    "fresh_evidence": N_("evidence newer than the last return or reopening"),
    "remainder_named": N_("what remains, where the result is in part"),
    "another_unit": N_("another active unit, and no transfer waiting"),
    "transfer_offered": N_("a transfer waiting"),
    "duplicate_linked": N_("the other case, for a duplicate"),
    "somebody_owns": N_("an active owner"),
    "decider_decides": N_("a supervisor of the unit as the one to decide"),
    "something_changes": N_("at least one change"),
    "outcome_only_while_registered": N_("the expected outcome unchanged, once assigned"),
    "imposed_stays": N_("an imposed deadline not taken back, once it stands, but by the higher level"),
    "readers_remain": N_("a reader left, and none taken away who answers for the case"),
    "one_supporter": N_("either a person or a unit"),
    "supporter_can_support": N_("an active supporter who may read the case"),
    "evidence_given": N_("a file, or number, date and place of a paper document"),
}


def need_label(need: Need) -> str:
    """A need in the reader's language; a need without a label of its own shows its name."""
    name = getattr(need, "__name__", "need")
    return _(NEED_LABELS[name]) if name in NEED_LABELS else name.replace("_", " ")


def lifecycle_table(lifecycle: Lifecycle) -> str:
    """Every move as a row of a Markdown table, in the reader's language."""
    header = (
        _("Move"), _("From state"), _("To state"), _("Who may"), _("Never"), _("Input (* required)"), _("Needs"), _("Event"),
    )  # fmt: skip
    rows = [_row(lifecycle, move) for move in lifecycle.moves]
    title = f"# {_(lifecycle.label)} (`{lifecycle.kind}`)"
    return "\n".join([title, "", _line(header), _line(["---"] * len(header)), *map(_line, rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _row(lifecycle: Lifecycle, move: Move) -> tuple[str, ...]:
    fields = ", ".join(f"`{one.name}`{'*' if one.required else ''}" for one in move.fields)
    return (
        f"`{move.name}` {_(move.label)}",
        ", ".join(_(lifecycle.states[source]) for source in move.sources),
        _target(lifecycle, move),
        _relations(move.by),
        _relations(move.never),
        fields,
        "; ".join(need_label(need) for need in move.needs),
        f"`{move.event}`",
    )


def _target(lifecycle: Lifecycle, move: Move) -> str:
    if move.target == SAME:
        return _("the same")
    return _("where it was") if move.target == PREVIOUS else _(lifecycle.states[move.target])


def _relations(names: Iterable[str]) -> str:
    return "; ".join(f"`{name}` {_(RELATION_LABELS[name])}" for name in sorted(names))


def lifecycle_mermaid(lifecycle: Lifecycle) -> str:
    """The lifecycle as a Mermaid state diagram; moves that stay where they are share one arrow."""
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for move in lifecycle.moves:
        for source in move.sources:
            for target in targets(move, source):
                ways[source, target].append(_(move.label))
    names = [f"    {state}: {_(label)}" for state, label in lifecycle.states.items()]
    arrows = [f"    {source} --> {target}: {' / '.join(labels)}" for (source, target), labels in ways.items()]
    ends = [f"    {state} --> [*]" for state in lifecycle.states if state in lifecycle.finals]
    start = f"    [*] --> {lifecycle.initial}"
    return "\n".join(["stateDiagram-v2", *names, start, *arrows, *ends])
