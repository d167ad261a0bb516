"""Refusals: in which order they come, what they leave behind, and that they change nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from caseflow.errors import (
    CaseflowError,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    NotReady,
    StaleVersion,
    WrongState,
)
from caseflow.models import Evidence, IdempotencyKey, StagedFile
from caseflow.use_cases.contributions import FileRef, stage_file
from caseflow.use_cases.make_move import make_move, move_with_evidence
from caseflow.use_cases.organisations import add_organisation
from caseflow.use_cases.perform import Key, perform, perform_once
from caseflow.use_cases.registration import Done, register_case
from tests.factories import Office
from tests.refusing import refused
from tests.trails import attempts, events, everything, rows

VERIFYING: dict[str, Any] = {"method": "site", "complainant_answer": "none", "note": "Tốt"}


def test_refusals_come_in_their_order(office: Office) -> None:
    """Out of reach, then right, then version, then state, then input: each hides the ones after it."""
    code = office.assigned()
    wrong: dict[str, Any] = {"seen": 1, "method": "magic"}
    with refused(office, NotFound):
        office.move(code, "verify", "W2-SUP", **wrong)
    with refused(office, NotPermitted):
        office.move(code, "verify", "W1-OFF", **wrong)
    with refused(office, StaleVersion):
        office.move(code, "verify", "W1-SUP", **wrong)
    with refused(office, WrongState):
        office.move(code, "verify", "W1-SUP", **wrong | {"seen": 2})
    office.resolve(code)
    with refused(office, NotReady, "method", "complainant_answer", "note"):
        office.move(code, "verify", "W1-SUP", **wrong | {"seen": 3})
    with refused(office, InvalidInput, "colour"):
        office.move(code, "verify", "W1-SUP", seen=3, colour="red", **VERIFYING)
    office.move(code, "verify", "W1-SUP", seen=3, **VERIFYING)


def test_refusals_carry_their_codes() -> None:
    known: list[tuple[type[CaseflowError], str, int]] = [(NotFound, "not_found", 404), (NotPermitted, "not_permitted", 403), (StaleVersion, "stale_version", 412),
             (WrongState, "wrong_state", 409), (NotReady, "not_ready", 422)]  # fmt: skip
    for error, code, status in known:
        assert (error.code, error.http_status) == (code, status)


def test_a_stale_page_is_told_both_versions(office: Office) -> None:
    code = office.assigned()
    with refused(office, StaleVersion) as refusal:
        office.move(code, "start", "W1-OFF", seen=1)
    assert isinstance(refusal.error, StaleVersion)
    assert (refusal.error.seen, refusal.error.current) == (1, 2)


def test_a_version_that_never_was_is_stale_too(office: Office) -> None:
    code = office.assigned()
    with refused(office, StaleVersion):
        office.move(code, "start", "W1-OFF", seen=99)


def test_comments_and_evidence_neither_need_nor_change_the_version(office: Office) -> None:
    code = office.assigned()
    office.move(code, "comment", "W1-OFF", seen=1, text="Chào")
    office.evidence(code, "W1-OFF")
    row = office.row(code)
    assert (row.version, row.seq) == (2, 4)
    office.move(code, "start", "W1-OFF", seen=2)


def test_want_of_right_and_wrong_state_stand_in_the_actors_chain(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotPermitted):
        office.move(code, "cancel", "W1-SUP", kind="duplicate", reason="Trùng")
    with refused(office, WrongState):
        office.move(code, "verify", "W1-SUP", **VERIFYING)
    first, second = attempts(office, "W1-SUP")
    assert (first["case_code"], first["action"], first["code"]) == (code, "cancel", "not_permitted")
    assert (second["case_code"], second["action"], second["code"]) == (code, "verify", "wrong_state")
    assert "higher" in first["rule"] or "above" in first["rule"]
    assert [event.type for event in events(office, code)] == ["case.registered", "case.assigned"]


def test_missing_fields_stale_pages_and_unseen_cases_are_no_attempts(office: Office) -> None:
    code = office.assigned()
    with refused(office, NotReady):
        office.move(code, "resolve", "W1-OFF")
    with refused(office, StaleVersion):
        office.move(code, "start", "W1-OFF", seen=1)
    with refused(office, NotFound):
        office.move(code, "start", "W2-OFF")
    assert attempts(office, "W1-OFF") == attempts(office, "W2-OFF") == []


def test_a_refused_registration_is_an_attempt(office: Office) -> None:
    given = {"title": "A", "organisation": "W1", "field": "complaints"}
    with refused(office, NotPermitted):
        office.do(register_case, given, by="W1-OFF")
    assert attempts(office, "W1-OFF")[0]["action"] == "register"


def test_a_refused_act_of_administration_is_an_attempt(office: Office) -> None:
    with refused(office, NotPermitted):
        office.do(add_organisation, code="X", name="X", unit="X", kind="", level="cell", parent="W1",
                  valid_from=office.today, by="W1-SUP")  # fmt: skip
    assert len(attempts(office, "W1-SUP")) == 1


# --- evidence sent along ---------------------------------------------------------------------------

PHOTO = FileRef("anh.jpg", sha256(b"photo").hexdigest(), 5, "image/jpeg")
PAGE = "/vu-viec/x/ket-qua"


def send(office: Office, code: str, action: str, by: str, raw: dict[str, Any], **kwargs: Any) -> Done:
    done: Done = office.do(move_with_evidence, code, action, raw, by=by, **kwargs)
    return done


def test_a_result_comes_with_its_evidence(office: Office) -> None:
    code = office.assigned()
    office.do(stage_file, PAGE, PHOTO, by="W1-OFF")
    document = {"document_number": "12/BB", "document_date": "2026-11-02", "kept_at": "Kho"}
    send(office, code, "resolve", "W1-OFF", {"outcome": "Xong", "completion": "full"}, seen=2, staged_at=PAGE,
         document=document, files=(PHOTO,))  # fmt: skip
    assert [event.type for event in events(office, code)][2:] == ["case.evidence_added"] * 3 + [
        "case.resolved"
    ]
    assert office.row(code).version == 3
    assert not rows(office, StagedFile)


def test_evidence_alone_is_one_move(office: Office) -> None:
    code = office.assigned()
    send(office, code, "add_evidence", "W1-OFF", {}, files=(PHOTO,))
    assert [event.type for event in events(office, code)][2:] == ["case.evidence_added"]


@pytest.mark.parametrize(
    ("action", "by", "seen", "error"),
    [
        ("verify", "W2-SUP", 2, NotFound),
        ("explode", "W1-SUP", 2, NotFound),
        ("verify", "W1-OFF", 1, NotPermitted),
        ("start", "W1-OFF", 1, StaleVersion),
        ("reopen", "W1-SUP", 2, WrongState),
        ("resolve", "W1-OFF", 2, NotReady),
    ],
)
def test_a_refused_move_keeps_no_evidence_and_is_named_itself(
    office: Office, action: str, by: str, seen: int, error: type[CaseflowError]
) -> None:
    code = office.assigned()
    office.do(stage_file, PAGE, PHOTO, by=by)
    with refused(office, error):
        send(office, code, action, by, {}, seen=seen, staged_at=PAGE, files=(PHOTO,))
    assert not rows(office, Evidence)
    assert len(rows(office, StagedFile)) == 1
    assert [attempt["action"] for attempt in attempts(office, by)] in ([], [action])


def test_evidence_for_a_closed_case_is_refused_for_the_moves_own_reason(office: Office) -> None:
    code = office.resolved()
    office.verify(code, "W1-SUP")
    with refused(office, NotPermitted):
        send(office, code, "verify", "W1-OFF", VERIFYING, files=(PHOTO,))
    with refused(office, WrongState):
        send(office, code, "verify", "D-SUP", VERIFYING, files=(PHOTO,))
    assert attempts(office, "D-SUP")[0]["action"] == "verify"


# --- once only -------------------------------------------------------------------------------------


def once(
    office: Office, by: str, key: str, body: bytes, raw: dict[str, Any], path: str = "/api/v1/cases"
) -> Done:
    return perform_once(office.installation, office.actors[by], Key.of(path, key, body), register_case, raw)


CASE: dict[str, Any] = {"title": "Một", "organisation": "W1", "field": "complaints"}


def test_a_repeated_key_gets_the_first_answer_and_makes_one_case(office: Office) -> None:
    first = once(office, "W1-REG", "k1", b"body", CASE)
    before = everything(office)
    assert once(office, "W1-REG", "k1", b"body", CASE) == first
    assert everything(office) == before


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    once(office, "W1-REG", "k1", b"body", CASE)
    with refused(office, KeyReused):
        once(office, "W1-REG", "k1", b"another", CASE | {"title": "Hai"})


def test_keys_belong_to_caller_and_path(office: Office) -> None:
    codes = {
        once(office, "W1-REG", "k1", b"body", CASE)["code"],
        once(office, "W1-SUP", "k1", b"body", CASE)["code"],
        once(office, "W1-REG", "k1", b"body", CASE, path="/vu-viec/moi")["code"],
        once(office, "W1-REG", "k2", b"body", CASE)["code"],
    }
    assert len(codes) == 4


def test_a_refused_deed_uses_up_no_key(office: Office) -> None:
    with refused(office, NotReady):
        once(office, "W1-REG", "k1", b"body", CASE | {"title": ""})
    assert once(office, "W1-REG", "k1", b"fixed", CASE)["code"] == "VV-2026-000001"


def test_keys_are_forgotten_after_a_week(office: Office) -> None:
    once(office, "W1-REG", "k1", b"body", CASE)
    office.forward(8)
    once(office, "W1-REG", "k2", b"body", CASE)
    assert [row.key for row in rows(office, IdempotencyKey)] == ["k2"]


# --- two at once -----------------------------------------------------------------------------------


def at_once(*deeds: Any) -> list[object]:
    """Do all deeds at the same time; answer what each gave or raised."""
    results: list[object] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = deeds[index]()
        except CaseflowError as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_people_on_one_version_one_wins(office: Office) -> None:
    code = office.assigned()

    def moving(action: str, by: str, **raw: Any) -> Any:
        return lambda: perform(office.installation, office.actors[by], make_move, code, action, raw, seen=2)

    results = at_once(
        moving("start", "W1-OFF"), moving("extend", "W1-SUP", deadline="2026-12-01", reason="Mưa")
    )
    assert sorted(type(one).__name__ for one in results) == ["StaleVersion", "dict"]
    row = office.row(code)
    assert (row.version, row.seq) == (3, 3)
    assert (row.state == "in_progress") != (row.extensions_granted == 1)


def test_one_key_sent_eight_times_at_once_makes_one_case(office: Office) -> None:
    results = at_once(*[lambda: once(office, "W1-REG", "k", b"body", CASE)] * 8)
    assert {str(one) for one in results} == {str(results[0])}
    assert office.register() == "VV-2026-000002"


def test_many_at_once_lose_nothing(office: Office) -> None:
    code = office.assigned()

    def comment(text: str) -> Any:
        return lambda: office.move(code, "comment", "W1-OFF", text=text)

    results = at_once(*(comment(f"Ý kiến {n}") for n in range(16)))
    assert all(isinstance(one, dict) for one in results)
    trail = events(office, code)
    assert [event.row.seq for event in trail] == list(range(18))
    assert {event.told["text"] for event in trail[2:]} == {f"Ý kiến {n}" for n in range(16)}


def test_time_never_runs_backwards_on_a_trail(office: Office) -> None:
    code = office.assigned()
    office.clock.forward(timedelta(hours=-3))
    office.move(code, "start", "W1-OFF")
    times = [event.leaf["at"] for event in events(office, code)]
    assert times == sorted(times)
