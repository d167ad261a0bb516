"""A trail is read back into what was true, and whatever does not follow is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from sqlalchemy import select

from caseflow.models import Case
from caseflow.trail.fold import BrokenChain, Entry, replay
from caseflow.trail.leaf import commitment, disclose, leaf_hash
from tests.factories import Office
from tests.mandates import mandate
from tests.trail.busy_office import erase, fill
from tests.trails import check_case, check_chain, events


def long_story(office: Office) -> str:
    """A case that has been through every kind of event."""
    code = office.register(expected_outcome="Dọn")
    office.move(code, "edit", "W1-REG", title="Bãi rác", field="inspection", expected_outcome="Dọn sạch")
    office.move(code, "assign", "W1-SUP", owner=office.id_of("W1-OFF"), working_days=10)
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-01", reason="Mưa")
    office.move(code, "extend", "W1-SUP", deadline="2026-11-27", reason="Một phần")
    office.move(code, "report_progress", "W1-OFF", note="Đang làm", progress=10)
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    office.forward(3)
    office.move(code, "revise_outcome", "D-SUP", expected_outcome="Dọn một nửa", reason="Thiếu xe")
    office.move(code, "resume", "W1-SUP")
    office.resolve(code)
    office.move(code, "withdraw", "W1-OFF")
    office.move(code, "resolve", mandate(office, "W1-OF2", "W1-OFF"), outcome="Xong", completion="impossible")
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    office.forward(1)
    office.move(code, "return_to_owner", "W1-SUP", reason="Thiếu ảnh")
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Chuyển")
    office.move(code, "accept_transfer", "W2-SUP")
    office.move(code, "assign", "W2-SUP", owner=office.id_of("W2-OFF"), deadline="2026-12-10")
    office.resolve(code, "W2-OFF")
    office.verify(code, "W2-SUP")
    office.move(code, "reopen", "D-INS", basis="finding", reason="Chưa xong", deadline="2026-12-20")
    office.move(code, "cancel", "D-SUP", kind="petition_withdrawn", reason="Rút đơn")
    office.move(code, "comment", "D-SUP", text="Đã rút")
    return code


def test_a_long_story_replays_to_the_row(office: Office) -> None:
    code = long_story(office)
    check_case(office, code)
    told = check_chain(office.installation, office.row(code).uuid)
    assert (told["state"], told["organisation"], told["reopenings"]) == ("cancelled", "W2", 1)
    assert told["owner"] == office.id_of("W2-OFF")


def test_whatever_happens_to_a_case_leads_from_state_to_state(office: Office) -> None:
    busy = fill(office)
    office.forward(6 * 366)
    erase(office, busy.erased)
    with office.installation.database.reading() as connection:
        codes = connection.execute(select(Case.code)).scalars().all()
    assert len(codes) > 8
    kinds = set()
    for code in codes:
        state = None
        for event in events(office, code):
            assert (event.leaf["from"], event.leaf["to"] is None) == (state, False)
            state = event.leaf["to"]
            kinds.add(event.type)
    assert {"data.erased", "data.erasure_requested", "case.commented", "case.evidence_added"} <= kinds


def test_every_step_of_it_replays(office: Office) -> None:
    entries = [Entry(e.row.leaf, e.disclosures) for e in events(office, long_story(office))]
    states = [replay(entries[: n + 1])["state"] for n in range(len(entries))]
    kinds = [json.loads(entry.leaf)["to"] for entry in entries]
    assert states == kinds
    assert replay(entries[:10])["owner"] == office.id_of("W1-OFF")


def test_chains_of_people_and_units_follow_too(office: Office) -> None:
    for subject in (office.actors["W1-SUP"].uuid, office.actors["P-INS"].uuid):
        assert check_chain(office.installation, subject)["state"] is None


def test_a_withheld_disclosure_leaves_a_gap_and_no_error(office: Office) -> None:
    entries = [Entry(e.row.leaf, ()) for e in events(office, long_story(office))]
    told = replay(entries)
    assert told["state"] == "cancelled"
    assert "organisation" not in told


Change = Callable[[list[Entry]], list[Entry]]


def changed(index: int, **values: Any) -> Change:
    """Rewrite one leaf, as somebody would who does not rewrite what follows."""

    def change(entries: list[Entry]) -> list[Entry]:
        leaf = json.loads(entries[index].leaf)
        entries[index] = Entry(rfc8785.dumps(leaf | values), entries[index].disclosures)
        return entries

    return change


def restated(index: int, source: str | None, target: str | None) -> Change:
    """Give an event other states, and mend what follows."""

    def change(entries: list[Entry]) -> list[Entry]:
        made = changed(index, **{"from": source, "to": target})(entries)
        return [*made[: index + 1], *relinked(made[index:])]

    def relinked(entries: list[Entry]) -> list[Entry]:
        made = entries[:1]
        for entry in entries[1:]:
            leaf = json.loads(entry.leaf) | {"prev": leaf_hash(made[-1].leaf).hex()}
            made.append(Entry(rfc8785.dumps(leaf), entry.disclosures))
        return made[1:]

    return change


def renumbered(entries: list[Entry]) -> list[Entry]:
    """Leave one out and mend what follows, but not the states."""
    kept = entries[:2] + entries[3:]
    for index in range(2, len(kept)):
        leaf = json.loads(kept[index].leaf)
        leaf |= {"seq": index, "prev": leaf_hash(kept[index - 1].leaf).hex()}
        kept[index] = Entry(rfc8785.dumps(leaf), kept[index].disclosures)
    return kept


def foreign(entries: list[Entry]) -> list[Entry]:
    entries[2] = Entry(entries[2].leaf, (*entries[2].disclosures, disclose("owner", "x", b"0" * 16)))
    return entries


@pytest.mark.parametrize(
    ("change", "seq", "why"),
    [
        (changed(2, type="case.started"), 3, "hash of the one before"),
        (changed(2, seq=5), 2, "calls itself 5"),
        (changed(2, prev="0" * 64), 2, "hash of the one before"),
        (changed(2, v=2), 2, "twelve keys"),
        (changed(2, extra=1), 2, "twelve keys"),
        (changed(2, _sd=["b", "a"]), 2, "out of order"),
        (changed(0, **{"from": "assigned"}), 0, "comes from 'assigned'"),
        (changed(5, at="2020-01-01T00:00:00.000000Z"), 5, "earlier"),
        (changed(2, case="00000000-0000-0000-0000-000000000000"), 2, "another subject"),
        (lambda entries: entries[1:], 0, "calls itself 1"),
        (lambda entries: entries[:3] + entries[4:], 3, "calls itself 4"),
        (lambda entries: [entries[0], entries[2], entries[1]], 1, "calls itself 2"),
        (renumbered, 2, "comes from 'assigned', but the one before led to 'registered'"),
        (restated(2, None, None), 2, "comes from None, but the one before led to 'registered'"),
        (restated(2, "registered", None), 2, "leads from 'registered' to no state"),
        (restated(0, None, None), 1, "comes from 'registered', but the one before led to None"),
        (lambda entries: restated(1, None, "registered")(restated(0, None, None)(entries)), 1, "not the first"),
        (foreign, 2, "never committed"),
        (lambda entries: [*entries[:2], Entry(b"?")], 2, "not JSON"),
    ],
)  # fmt: skip
def test_whatever_does_not_follow_is_found(office: Office, change: Change, seq: int, why: str) -> None:
    entries = [Entry(e.row.leaf, e.disclosures) for e in events(office, long_story(office))]
    with pytest.raises(BrokenChain, match=why) as caught:
        replay(change(entries))
    assert caught.value.seq == seq


def test_a_disclosure_is_known_by_its_commitment(office: Office) -> None:
    first = events(office, office.register())[0]
    assert {commitment(text) for text in first.disclosures} == set(first.leaf["_sd"])
