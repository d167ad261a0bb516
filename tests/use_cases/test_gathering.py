"""Many deeds in one transaction, gathered and written at the end, leave what as many transactions leave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from caseflow.errors import NotPermitted
from caseflow.models import Base, Case, OutboxRow
from caseflow.trail.leaf import read_disclosure
from caseflow.use_cases.contributions import FileRef
from caseflow.use_cases.make_move import add_evidence_file, make_move
from caseflow.use_cases.perform import perform_bulk
from caseflow.use_cases.registration import register_case
from caseflow.use_cases.work import Work
from tests.copies import copy_of
from tests.factories import Office
from tests.refusing import refused
from tests.trails import check_case, everything, rows

Deed = Callable[[Work], Any]
PHOTO = FileRef("anh.jpg", "a" * 64, 5, "image/jpeg")


def register(**given: Any) -> Deed:
    raw = {"title": "Bãi rác", "organisation": "W1", "field": "complaints"} | given
    return lambda work: register_case(work, raw)


def move(number: int, action: str, **raw: Any) -> Deed:
    return lambda work: make_move(work, f"VV-2026-{number:06d}", action, raw)


def story(office: Office) -> Iterator[tuple[str, Deed] | int]:
    """Who does what, and how many days pass between."""
    person = office.id_of
    yield "W1-REG", register(complainant_name="Dân", subjects=[person("W2-OFF")])
    yield (
        "W1-SUP",
        register(visibility="restricted", readers=[person("W1-OFF")], basis={"number": "1", "imposed": True}),
    )
    yield "W1-REG", register(expected_outcome="Dọn", subjects=[person("W2-OFF"), person("W1-OF2")])
    yield "W1-REG", register(complainant_name="Người khác", complainant_contact="0912")
    for number in (1, 2, 3):
        yield (
            "W1-SUP",
            move(number, "assign", owner=person("W1-OFF"), working_days=5, expected_outcome="Sạch"),
        )
    yield "W1-SUP", move(4, "cancel", kind="duplicate", reason="Trùng", duplicate_of="VV-2026-000001")
    yield "W1-OFF", move(1, "request_extension", deadline="2026-11-20", reason="Mưa")
    yield 1
    yield "W1-SUP", move(1, "extend", deadline="2026-11-18", reason="Một phần")
    yield "W1-SUP", move(1, "add_supporter", person=person("W1-DEP"))
    yield "W1-DEP", move(1, "report_progress", note="Giúp", progress=20)
    yield "W1-SUP", move(1, "remove_supporter", person=person("W1-DEP"))
    yield "W1-SUP", move(1, "add_supporter", organisation="D")
    yield (
        "W1-SUP",
        move(
            1, "edit", milestones=[{"text": "Một", "done": True}, {"text": "Hai", "person": person("W1-DEP")}]
        ),
    )
    yield "W1-SUP", move(1, "edit", title="Bãi rác mới", milestones=[{"text": "Ba", "date": "2026-11-09"}])
    yield "W1-OFF", lambda work: add_evidence_file(work, "VV-2026-000001", PHOTO)
    yield "W1-OFF", move(1, "resolve", outcome="Nửa", completion="part", remainder="Nửa kia")
    yield 2
    yield "W1-SUP", move(1, "return_to_owner", reason="Thiếu")
    yield "W1-OFF", move(2, "request_extension", deadline="2026-11-30", reason="Mưa")
    yield "W1-SUP", move(2, "suspend", reason="Chờ", review_on="2026-11-20")
    yield 3
    yield "W1-SUP", move(2, "resume")
    yield "W1-SUP", move(2, "edit", readers=[person("D-SUP")])
    yield "D-SUP", move(2, "cancel", kind="entered_in_error", reason="Nhầm")
    yield "W1-SUP", move(3, "request_transfer", organisation="W2", reason="Chuyển")
    yield "W2-SUP", move(3, "accept_transfer")
    yield "W1-SUP", move(5, "assign", owner=person("W1-OF2"), deadline="2026-12-01", expected_outcome="Nốt")
    yield "W1-OF2", move(5, "add_evidence", document_number="1", document_date="2026-11-01", kept_at="Kho")
    yield "W1-OF2", move(5, "resolve", outcome="Xong", completion="full")
    yield "W1-SUP", move(5, "verify", method="site", complainant_answer="none", note="Tốt")
    yield "W1-SUP", move(5, "reopen", basis="recurrence", reason="Tái diễn", deadline="2026-12-20")


def one_by_one(office: Office) -> None:
    for step in story(office):
        if isinstance(step, int):
            office.forward(step)
        else:
            office.do(step[1], by=step[0])


def gathered(office: Office, *, flush_every: int = 1_000, keep_open: bool = False) -> None:
    with office.installation.database.transaction() as connection:
        work = Work(office.installation, connection, office.operator, gather=True)
        for index, step in enumerate(story(office)):
            if isinstance(step, int):
                office.forward(step)
                continue
            work.act_as(office.actors[step[0]], office.clock.now())
            step[1](work)
            if index % flush_every == flush_every - 1:
                work.flush(keep_open=keep_open)
        work.flush()


CHANCE = {"uuid", "head", "mac", "sealed_identity", "sealed_contact"}


def plainly(office: Office) -> dict[str, list[Any]]:
    """All rows without what chance decided; leaves and disclosures by what they say."""
    found: dict[str, list[Any]] = {}
    for name, table in Base.metadata.tables.items():
        names = [column.name for column in table.columns]
        found[name] = [
            {
                column: _plain(column, value)
                for column, value in zip(names, row, strict=True)
                if column not in CHANCE
            }
            for row in everything(office)[name]
        ]
    cases = {row.uuid: row.code for row in rows(office, Case)}
    for counters in ("case_counters", "state_counters"):  # a state passed through in between leaves a nought
        found[counters] = [row for row in found[counters] if row["n"]]
    for row in (*found["milestones"], *found["case_supporters"]):
        del row["id"]  # a removed row's key is given again, or not
    for event in found["events"]:
        event["subject"] = cases.get(event["subject"], str(event["subject"]))
    return found


def _plain(column: str, value: Any) -> Any:
    if column == "leaf":
        return {k: v for k, v in json.loads(value).items() if k not in {"case", "prev", "event", "_sd"}}
    if column == "data" and isinstance(value, str):
        told = [(read_disclosure(text), about) for text, about in json.loads(value)]
        return [(name, said, about) for (name, said), about in told if name != "evidence"]
    return value


@pytest.mark.parametrize(
    ("flush_every", "keep_open"), [(1_000, False), (1, False), (3, False), (3, True), (1, True)]
)
def test_gathered_deeds_leave_the_same_rows(
    office: Office, tmp_path: Path, flush_every: int, keep_open: bool
) -> None:
    other = copy_of(office, tmp_path / "other")
    one_by_one(office)
    gathered(other, flush_every=flush_every, keep_open=keep_open)
    ours, theirs = plainly(office), plainly(other)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert len(ours["cases"]) == 5
    for row in rows(other, Case):
        check_case(other, row.code)
    other.installation.database.dispose()


def test_gathered_deeds_are_all_or_nothing(office: Office) -> None:
    def both(work: Work) -> None:
        register()(work)
        move(1, "assign", owner=office.id_of("W1-OFF"), working_days=1, expected_outcome="Xong")(work)
        move(1, "cancel", kind="entered_in_error", reason="Nhầm")(work)

    with refused(office, NotPermitted):
        perform_bulk(office.installation, office.actors["W1-SUP"], both)
    assert office.register() == "VV-2026-000001"


def test_a_long_transaction_tells_nobody(office: Office) -> None:
    told = {row.event_id for row in rows(office, OutboxRow)}
    perform_bulk(office.installation, office.actors["W1-SUP"], register())
    assert [row.history for row in rows(office, OutboxRow) if row.event_id not in told] == [True]
    office.register()
    assert rows(office, OutboxRow)[-1].history is False
