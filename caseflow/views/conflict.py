"""Somebody else changed the case meanwhile: what changed since, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from flask import render_template
from markupsafe import escape, Markup

from caseflow.i18n import current_language, gettext, translate
from caseflow.queries.case_page import field_names
from caseflow.queries.timeline import case_events, TimelineEvent
from caseflow.states.move import FieldType
from caseflow.views import evidence
from caseflow.views.case_moves import consequence, refusal_of
from caseflow.views.case_page import clock_of, head_of, links_within_reach
from caseflow.views.move_desk import Desk, form_of, read, seen_seq, stored_raw, typed_texts
from caseflow.views.story import show_value, tell


def page(desk: Desk) -> str:
    """The conflict page of a move whose form was opened at an older version."""
    events = case_events(desk.work.connection, desk.seen.held.case.uuid)
    fields = field_names(desk.work.connection, current_language())
    since = [event for event in events if event.number >= seen_seq(desk)]
    closed = refusal_of(desk.work, desk.seen, desk.move.name)
    case = desk.seen.held.case
    opened_at = {"seen": str(case.version), "seq": str(case.seq)}
    rows = _rows(desk, since, events, fields) if desk.move.name == "edit" else []
    desk.data = desk.data.copy()
    for name, value in opened_at.items():
        desk.data[name] = value
    form = form_of(desk)
    links = links_within_reach(desk.work, case.id)
    return render_template(
        "cases/conflict.html",
        form=form,
        action=desk.move.name,
        heading=gettext(desk.move.label),
        consequence=consequence(desk.move.name),
        danger=False,
        case=head_of(desk.seen),
        clock=clock_of(desk.work, desk.seen),
        since=tell(since, fields, {}, {one.code for one in links}),
        rows=rows,
        closed=translate(closed.message) if closed else None,
        typed=typed_texts(desk, form),
        staged=evidence.staged_shown(desk) if desk.takes_evidence else [],
        carried=_carried(desk),
        milestone_rows=form.milestone_rows(),
        many=False,
        asks=[],
    )


def _carried(desk: Desk) -> list[tuple[str, str]]:
    """What was typed, as hidden inputs beside the table of choices."""
    left = {"csrf_token", "once", "seen", "seq"}
    return [
        (name, value)
        for name, value in desk.data.items(multi=True)
        if name not in left and not name.startswith("choice-")
    ]


def _rows(
    desk: Desk, since: list[TimelineEvent], events: list[TimelineEvent], fields: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What differs between the case when opened, now, and as typed."""
    mine, current = read(desk).raw, stored_raw(desk)
    opened = _opened(current, since, [event for event in events if event not in since])
    labels = {one.name: gettext(one.label) for one in desk.fields if one.type is not FieldType.PEOPLE}
    rows = []
    for name, label in labels.items():
        before, now = opened.get(name), current.get(name)
        own = mine.get(name, before if name not in mine and before != now else now)
        if before == now == own or (own == now):
            continue
        rows.append(_row(name, label, (before, now, own), fields))
    return rows


def _row(name: str, label: str, values: tuple[Any, Any, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Where nobody else touched the field, one's own value stands ready; else the present one."""
    before, now, own = values
    shown = [show_value(name, value, fields) for value in values]
    return {
        "name": name,
        "label": label,
        "opened": shown[0],
        "current": marked(shown[0], shown[1]),
        "mine": marked(shown[0], shown[2]),
        "choice": "mine" if before == now and own != before else "current",
    }


def _opened(
    current: Mapping[str, Any], since: list[TimelineEvent], earlier: list[TimelineEvent]
) -> dict[str, Any]:
    """The case as it was when the form was opened, told backwards from what it is."""
    opened = dict(current)
    for event in reversed(since):
        opened.update(event.values.get("before", {}))
        if event.type == "case.edited" and "milestones" in event.values:
            told = [e.values["milestones"] for e in earlier if "milestones" in e.values]
            opened["milestones"] = told[-1] if told else None
    return opened


def marked(old: str, new: str) -> Markup:
    """The new text with the words that differ from the old one marked."""
    before, after = old.split(), new.split()
    parts: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = escape(" ".join(before[a:b])), escape(" ".join(after[c:d]))
        if kind == "equal":
            parts.append(come)
            continue
        parts += [Markup("<del>%s</del>") % gone] if gone else []
        parts += [Markup("<ins>%s</ins>") % come] if come else []
    return Markup(" ").join(parts)
