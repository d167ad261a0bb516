"""The page of one case: everything it shows, read with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from caseflow.i18n import current_language, gettext, ngettext
from caseflow.queries.case_page import (
    evidence_of,
    EvidenceLine,
    extensions_of,
    field_names,
    LinkLine,
    links_of,
    MilestoneLine,
    milestones_of,
    Named,
    readers_of,
    supporters_of,
    used_elsewhere,
)
from caseflow.queries.case_people import is_linked, keeps_complainant, shared_files, units_above
from caseflow.queries.scope import Reader
from caseflow.queries.timeline import case_events, events_about
from caseflow.states.relations import INSPECTOR, OWNER, VERIFIER
from caseflow.use_cases.looking import see_case, Seen
from caseflow.use_cases.work import Work
from caseflow.views.case_facts import (
    about,
    extension,
    link,
    people_of,
    result,
    Rows,
    steps,
    three_clears,
    waiting_for,
)
from caseflow.views.case_moves import case_url, Offer, offer
from caseflow.views.clock_label import clock_label, ClockLabel
from caseflow.views.story import GROUPS, StoryEntry, tell


@dataclass(frozen=True, slots=True)
class CaseHead:
    """A case as bar, strip and breadcrumb show it."""

    code: str
    title: str
    state: str
    urgency: str
    restricted: bool
    owner: str | None
    href: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """What the template shows."""

    case: CaseHead
    clock: ClockLabel
    offer: Offer
    steps: list[dict[str, object]]
    three_clears: Rows
    result: Rows
    about: Rows
    waiting: str | None
    supporters: list[Named]
    milestones: list[MilestoneLine]
    links: list[dict[str, str]]
    extensions: list[Rows]
    evidence: list[EvidenceLine]
    reuse: dict[str, str]
    readers: list[Named]
    timeline: list[StoryEntry]
    groups: list[tuple[str, str, bool]]
    attempts: list[StoryEntry] | None
    opens_complainant: bool
    keeps_complainant: bool
    sealed: bool
    print_head: dict[str, str | None]
    print_foot: str


def reader_in(work: Work) -> Reader:
    """The reader that the actor of `work` is, from what is at hand."""
    own, principal = work.actor.id, work.principal.id
    held = work.accesses({own, principal})
    return Reader(own, principal, work.today, held[principal], held[own], work.actor.operator)


def clock_of(work: Work, seen: Seen) -> ClockLabel:
    """How the clock of the case stands."""
    return clock_label(seen.held.case, work.calendar, work.today)


def head_of(seen: Seen) -> CaseHead:
    """The case as bar and strip show it."""
    case, owner = seen.held.case, seen.held.owner
    named = " – ".join(part for part in (owner.name, owner.position) if part) if owner else None
    return CaseHead(
        code=case.code,
        title=case.title,
        state=case.state,
        urgency=case.urgency,
        restricted=case.visibility == "restricted",
        owner=named,
        href=case_url(case.code),
    )


def reuse_notes(work: Work, case_id: int, hashes: set[str]) -> dict[str, str]:
    """Of each digest that stands in another case, a warning naming those that the reader may see."""
    shared = shared_files(work.connection, hashes, case_id) if hashes else set()
    if not shared:
        return {}
    found = used_elsewhere(work.connection, reader_in(work), shared, case_id)
    return {
        digest: gettext("This file was used in %(cases)s already", cases=", ".join(sorted(codes)))
        for digest, codes in found.items()
    }


def case_page(work: Work, code: str, group: str = "") -> CasePage:
    """Read the page of a case; `group` limits its timeline. Raises NotFound, also for one out of reach."""
    seen = see_case(work, code)
    case, connection = seen.held.case, work.connection
    events = case_events(connection, case.uuid)
    evidence = evidence_of(connection, case.id)
    reuse = reuse_notes(work, case.id, {one.sha256 for one in evidence if one.sha256})
    people = people_of(work, seen)
    fields = field_names(connection, current_language())
    links = links_within_reach(work, case.id)
    entries = tell(events, fields, reuse, {one.code for one in links})
    kept = keeps_complainant(connection, case.id)
    return CasePage(
        case=head_of(seen),
        clock=clock_of(work, seen),
        offer=offer(work, seen),
        steps=steps(seen, events),
        three_clears=three_clears(work, seen, people),
        result=result(seen, people, events),
        about=about(seen, people, fields),
        waiting=waiting_for(seen, people),
        supporters=supporters_of(connection, case.id),
        milestones=milestones_of(connection, case.id),
        links=[link(one) for one in links],
        extensions=[extension(one) for one in extensions_of(connection, case.id)],
        evidence=evidence,
        reuse=reuse,
        readers=readers_of(connection, case.id) if case.visibility == "restricted" else [],
        timeline=[one for one in entries if group not in GROUPS or one.group == group],
        groups=[(slug, gettext(label), slug == group) for slug, label in GROUPS.items()],
        attempts=_attempts(work, seen, fields),
        opens_complainant=kept and not seen.relations.isdisjoint({OWNER, VERIFIER}),
        keeps_complainant=kept,
        sealed=all(one.leaf_index is not None for one in events[-1:]),
        print_head=_print_head(work, seen),
        print_foot=_print_foot(seen),
    )


def links_within_reach(work: Work, case_id: int) -> list[LinkLine]:
    """Links to cases that the reader may see. The scope is asked only where there are any: most cases have none."""
    if not is_linked(work.connection, case_id):
        return []
    return links_of(work.connection, reader_in(work), case_id)


def _attempts(work: Work, seen: Seen, fields: dict[str, str]) -> list[StoryEntry] | None:
    if INSPECTOR not in seen.relations:
        return None
    case = seen.held.case
    return tell(events_about(work.connection, case.id, case.uuid), fields, {})


def _print_head(work: Work, seen: Seen) -> dict[str, str | None]:
    *above, own = units_above(work.connection, seen.held.path) or [seen.held.organisation.name]
    return {
        "superior": above[-1] if above else None,
        "agency": own,
        "number": gettext("Issue %(code)s", code=seen.held.case.code),
        "heading": gettext("COMMUNIST PARTY OF VIET NAM"),
        "motto": None,
        "place_and_date": gettext(
            "day %(day)s month %(month)s year %(year)s",
            day=f"{work.today.day:02}",
            month=work.today.month,
            year=work.today.year,
        ),
    }


def _print_foot(seen: Seen) -> str:
    """The head of the case's own trail; the line of the log follows it."""
    case = seen.held.case
    digest = case.head.hex()[:32]
    grouped = " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))
    parts = (
        gettext("Head of the case's trail: %(digest)s", digest=grouped),
        ngettext("%(n)s record", "%(n)s records", case.seq),
    )
    return " · ".join(parts)
