"""The database believes the rules too: every CHECK and trigger, broken by plain SQL, refuses."""

# ruff: noqa: S608 - plain SQL is the thing under test, and nobody's input is in it

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, text
from sqlalchemy.exc import IntegrityError

from caseflow.models import Base, CaseCounter, Organisation, StateCounter
from caseflow.use_cases.roles import delegate_decision
from tests.factories import Office
from tests.mandates import mandate
from tests.trails import everything, rows


@dataclass
class Scene:
    """A province in which every table holds a row and every state a case."""

    office: Office
    codes: dict[str, str]

    def run(self, sql: str, **given: Any) -> int:
        """Run plain SQL in a transaction of its own; answer how many rows it touched. `:state` is a case's code."""
        with self.office.installation.database.transaction() as connection:
            done: int = connection.execute(
                text(sql), {k: v for k, v in {**self.codes, **given}.items() if f":{k}" in sql}
            ).rowcount
            return done


@pytest.fixture
def scene(office: Office) -> Scene:
    office.do(delegate_decision, staff_code="W2-OFF", giver="D", scope="W1", valid_from=office.today,
              valid_until=office.today, by="D-SUP")  # fmt: skip
    mandate(office, "W1-OF2", "W1-OFF")
    basis = {"number": "1-TB"}
    codes = {"registered": office.register(complainant_name="Dân", subjects=[office.id_of("W1-OF2")]),
             "assigned": office.assigned(basis=basis), "in_progress": office.assigned(), "suspended": office.assigned(),
             "resolved": office.resolved(), "verified": office.resolved(), "cancelled": office.register()}  # fmt: skip
    office.move(codes["in_progress"], "start", "W1-OFF")
    office.move(codes["suspended"], "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    office.verify(codes["verified"], "W1-SUP")
    office.move(
        codes["cancelled"],
        "cancel",
        "W1-SUP",
        kind="duplicate",
        reason="Trùng",
        duplicate_of=codes["assigned"],
    )
    office.move(codes["assigned"], "add_supporter", "W1-SUP", person=office.id_of("W2-OFF"))
    office.move(codes["assigned"], "extend", "W1-SUP", deadline="2026-12-01", reason="Mưa")
    scene = Scene(office, codes)
    scene.run(
        "INSERT INTO erasures (uuid, status, decision_number, reason, items, asked_by_id, asked_at)"
        " SELECT lower(hex(randomblob(16))), 'asked', '1-QĐ', 'Theo đơn', '[]', 1, '2026-11-02 02:00:00'"
    )
    return scene


def of(state: str, changes: str) -> str:
    return f"UPDATE cases SET {changes} WHERE code = :{state}"


def event(changes: dict[str, str]) -> str:
    columns = ("uuid", "subject", "seq", "type", "at", "actor_id", "leaf", "mac")
    values = {"uuid": "lower(hex(randomblob(16)))", "seq": "seq + 100"} | changes
    taken = ", ".join(values.get(column, column) for column in columns)
    return f"INSERT INTO events ({', '.join(columns)}) SELECT {taken} FROM events LIMIT 1"


# By constraint, a statement that breaks this one and no other.
BROKEN = {
    "ck_installation_one_row": "INSERT INTO installation SELECT 2, uuid, time_zone, calendar_edition, rights_edition, demo FROM installation",
    "ck_installation_time_zone": "UPDATE installation SET time_zone = 'Asia/Bangkok'",
    "ck_organisations_level": "UPDATE organisations SET level = 'village' WHERE code = 'W1'",
    "ck_organisations_life": "UPDATE organisations SET valid_until = '2019-12-31'",
    "ck_organisations_path": "UPDATE organisations SET path = '1/2' WHERE code = 'W1'",
    "ck_organisations_team_has_head": "UPDATE organisations SET level = 'team' WHERE code = 'W1'",
    "ck_special_days_kind": "UPDATE special_days SET kind = 'birthday'",
    "ck_case_counters_n": "UPDATE case_counters SET n = n - 9",
    "ck_state_counters_n": "UPDATE state_counters SET n = n - 9",
    "ck_people_one_time_password": "UPDATE people SET must_change_password = 1",
    "ck_cases_state": of("assigned", "state = 'frozen'"),
    "ck_cases_no_owner_before_assignment": of("registered", "owner_id = registered_by_id"),
    "ck_cases_owner_from_assignment_on": of("assigned", "owner_id = NULL"),
    "ck_cases_deadline_from_assignment_on": of("assigned", "deadline = NULL"),
    "ck_cases_work_from_assignment_on": of("assigned", "expected_outcome = NULL"),
    "ck_cases_no_deadline_before_assignment": of(
        "registered", "deadline = '2026-12-01', first_deadline = '2026-12-01'"
    ),
    "ck_cases_first_deadline_kept": of("cancelled", "deadline = '2026-12-01'"),
    "ck_cases_outcome_when_resolved": of("resolved", "outcome = NULL"),
    "ck_cases_no_outcome_before": of("assigned", "outcome = 'Xong'"),
    "ck_cases_verified_at": of("resolved", "verified_at = resolved_at"),
    "ck_cases_suspension": of("suspended", "review_on = NULL"),
    "ck_cases_cancel_kind": of("assigned", "cancel_kind = 'duplicate'"),
    "ck_cases_cancel_kinds": of("cancelled", "cancel_kind = 'boring'"),
    "ck_cases_completion": of("resolved", "completion = 'almost'"),
    "ck_cases_urgency": of("assigned", "urgency = 'soon'"),
    "ck_cases_visibility": of("assigned", "visibility = 'hidden'"),
    "ck_cases_verify_by": of("assigned", "verify_by = 'anyone'"),
    "ck_cases_progress": of("assigned", "progress = 101"),
    "ck_cases_counts": of("assigned", "version = 0"),
    "ck_cases_offered_while_unresolved": of("resolved", "offered_to_id = organisation_id"),
    "ck_cases_extension_while_working": of("suspended", "extension_asked_on = '2026-11-02'"),
    "ck_delegations_life": "UPDATE delegations SET valid_until = '2020-01-01'",
    "ck_role_grants_life": "UPDATE role_grants SET valid_until = '2019-12-31'",
    "ck_role_grants_role": "UPDATE role_grants SET role = 'king'",
    "ck_stand_ins_kind": "UPDATE stand_ins SET kind = 'friend'",
    "ck_stand_ins_life": "UPDATE stand_ins SET valid_until = '2020-01-01'",
    "ck_stand_ins_slip": "UPDATE stand_ins SET kind = 'served'",
    "ck_stand_ins_two_people": "UPDATE stand_ins SET stand_in_id = principal_id",
    "ck_case_links_two_cases": "UPDATE case_links SET other_id = case_id",
    "ck_case_links_type": "UPDATE case_links SET type = 'resembles'",
    "ck_case_parties_complainant_is_sealed": "UPDATE case_parties SET sealed_identity = x'00' WHERE role = 'subject'",
    "ck_case_parties_role": "UPDATE case_parties SET role = 'witness', person_id = NULL, sealed_identity = NULL",
    "ck_case_parties_subject_is_known": "UPDATE case_parties SET person_id = 1 WHERE role = 'complainant'",
    "ck_case_supporters_person_or_unit": "UPDATE case_supporters SET person_id = NULL",
    "ck_events_leaf_size": event({"leaf": "zeroblob(4097)"}),
    "ck_events_mac_size": event({"mac": "zeroblob(31)"}),
    "ck_events_seq": event({"seq": "-1"}),
    "ck_evidence_file_or_document": "UPDATE evidence SET kept_at = NULL",
    "ck_extensions_decided": "UPDATE extensions SET decided_by_id = NULL",
    "ck_extensions_later": "UPDATE extensions SET new_deadline = old_deadline",
    "ck_extensions_status": "UPDATE extensions SET status = 'maybe', decided_by_id = NULL",
    "ck_log_state_one_row": "INSERT INTO log_state (id, size, published_size) VALUES (2, 0, 0)",
    "ck_log_state_sizes": "UPDATE log_state SET published_size = size + 1",
    "ck_erasures_two_people": "UPDATE erasures SET decided_by_id = asked_by_id",
    "ck_erasures_status": "UPDATE erasures SET status = 'perhaps'",
}  # fmt: skip


def test_every_check_is_tried_here() -> None:
    checks = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert set(BROKEN) == checks


def test_every_check_holds(scene: Scene) -> None:
    before = everything(scene.office)
    unbroken = [name for name, sql in BROKEN.items() if not _refused(scene, sql, name)]
    assert unbroken == []
    assert everything(scene.office) == before


def _refused(scene: Scene, sql: str, name: str) -> bool:
    try:
        scene.run(sql)
    except IntegrityError as error:
        return str(error.orig) == f"CHECK constraint failed: {name}"
    return False


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (event({"uuid": "uuid"}), "UNIQUE constraint failed: events.uuid"),
        (event({"seq": "seq"}), "UNIQUE constraint failed: events.subject, events.seq"),
        (of("assigned", "code = 'VV-2026-000001'"), "never changes"),
        ("UPDATE cases SET field_id = 999", "FOREIGN KEY constraint failed"),
        (of("assigned", "owner_id = 999"), "FOREIGN KEY constraint failed"),
        ("DELETE FROM people WHERE staff_code = 'W1-OFF'", "FOREIGN KEY constraint failed"),
        ("INSERT INTO case_hands SELECT * FROM case_hands LIMIT 1", "UNIQUE constraint failed: case_hands"),
        (
            "UPDATE organisations SET path = '/1/' WHERE code = 'W1'",
            "UNIQUE constraint failed: organisations.path",
        ),
    ],
)
def test_forks_and_loose_ends_are_refused(scene: Scene, sql: str, why: str) -> None:
    with pytest.raises(IntegrityError, match=why):
        scene.run(sql)


def test_one_request_waits_at_a_time(scene: Scene) -> None:
    scene.office.move(
        scene.codes["in_progress"], "request_extension", "W1-OFF", deadline="2026-12-01", reason="Mưa"
    )
    again = (
        "INSERT INTO extensions (case_id, status, old_deadline)"
        " SELECT case_id, status, old_deadline FROM extensions WHERE status = 'pending'"
    )
    with pytest.raises(IntegrityError, match=r"UNIQUE constraint failed: extensions\.case_id"):
        scene.run(again)


# --- triggers --------------------------------------------------------------------------------------

EVENT_COLUMNS = {
    "id": "id + 1000", "uuid": "lower(hex(randomblob(16)))", "subject": "lower(hex(randomblob(16)))",
    "seq": "seq + 50", "type": "'case.started'", "at": "'2020-01-01 00:00:00.000000'", "actor_id": "actor_id + 1",
    "about_case_id": "1", "leaf": "x'00'", "mac": "zeroblob(32)", "state": "'verified'", "organisation_id": "1",
    "field_id": "2", "owner_id": "3", "deadline": "'2030-01-01'", "period": "2020", "resolved_on": "'2026-11-01'",
}  # fmt: skip


def test_every_column_of_an_event_is_tried_here() -> None:
    assert set(EVENT_COLUMNS) | {"leaf_index"} == set(Base.metadata.tables["events"].columns.keys())


@pytest.mark.parametrize("column", sorted(EVENT_COLUMNS))
def test_events_are_never_changed(scene: Scene, column: str) -> None:
    latest = "WHERE id = (SELECT max(id) FROM events)"
    for sealing in ("", ", leaf_index = 7"):
        with pytest.raises(IntegrityError, match="events are never changed"):
            scene.run(f"UPDATE events SET {column} = {EVENT_COLUMNS[column]}{sealing} {latest}")


def test_an_event_is_sealed_once(scene: Scene) -> None:
    assert scene.run("UPDATE events SET leaf_index = 0 WHERE id = 1") == 1
    for other in ("1", "NULL", "0"):
        with pytest.raises(IntegrityError, match="events are never changed"):
            scene.run(f"UPDATE events SET leaf_index = {other} WHERE id = 1")
    with pytest.raises(IntegrityError, match="events are never changed"):
        scene.run("UPDATE events SET leaf_index = NULL WHERE id = 2")


@pytest.mark.parametrize("sql", ["DELETE FROM events", "DELETE FROM events WHERE id = 1",
                                 "INSERT OR REPLACE INTO events SELECT * FROM events WHERE id = 1"])  # fmt: skip
def test_events_are_never_deleted(scene: Scene, sql: str) -> None:
    with pytest.raises(IntegrityError, match="events are never deleted"):
        scene.run(sql)


@pytest.mark.parametrize("state", ["registered", "assigned", "cancelled"])
def test_cases_are_never_deleted(scene: Scene, state: str) -> None:
    with pytest.raises(IntegrityError, match="cases are never deleted"):
        scene.run(f"DELETE FROM cases WHERE code = :{state}")


@pytest.mark.parametrize(
    "changes",
    ["uuid = lower(hex(randomblob(16)))", "code = 'VV-2026-000099'", "kind = 'pledge'", "period = 2025",
     "level = 'province'", "registered_at = '2020-01-01 00:00:00.000000'", "registered_by_id = 2", "history = 1"],
)  # fmt: skip
def test_what_was_registered_never_changes(scene: Scene, changes: str) -> None:
    with pytest.raises(IntegrityError, match="this never changes once registered"):
        scene.run(of("assigned", changes))


def test_the_first_deadline_is_kept_forever(scene: Scene) -> None:
    for changed in ("'2026-12-31'", "NULL"):
        with pytest.raises(IntegrityError, match="the first deadline is kept forever"):
            scene.run(of("assigned", f"first_deadline = {changed}"))
    assert scene.run(of("registered", "first_deadline = '2026-12-31'")) == 1


# --- what the database keeps by itself -------------------------------------------------------------

COUNTED = ("kind", "state", "visibility", "history", "organisation_id", "period", "field_id")


def counted(office: Office) -> dict[tuple[Any, ...], int]:
    """The counters that triggers keep, without those that have come to nothing."""
    found = {tuple(row)[:-1]: row.n for row in rows(office, CaseCounter) if row.n}
    by_state: dict[tuple[Any, ...], int] = defaultdict(int)
    for (kind, state, visibility, _, organisation, *_), n in found.items():
        by_state[kind, state, visibility, organisation] += n
    assert by_state == {tuple(row)[:-1]: row.n for row in rows(office, StateCounter) if row.n}
    return found


def recounted(office: Office) -> dict[tuple[Any, ...], int]:
    """The same, counted from the cases."""
    listed = ", ".join(COUNTED)
    with office.installation.database.reading() as connection:
        found = connection.execute(text(f"SELECT {listed}, count(*) FROM cases GROUP BY {listed}"))
        return {(*row[:3], bool(row[3]), *row[4:7]): row[7] for row in found}


def test_counters_say_what_a_recount_says(scene: Scene) -> None:
    office, codes = scene.office, scene.codes
    assert counted(office) == recounted(office)
    office.move(codes["assigned"], "request_transfer", "W1-SUP", organisation="W2", reason="Chuyển")
    office.move(codes["assigned"], "accept_transfer", "W2-SUP")
    office.move(codes["registered"], "edit", "W1-SUP", field="inspection")
    office.move(
        codes["verified"], "reopen", "D-INS", basis="finding", reason="Chưa xong", deadline="2026-12-01"
    )
    assert counted(office) == recounted(office)
    assert sum(counted(office).values()) == 7


def test_a_refused_deed_counts_nothing(scene: Scene) -> None:
    before = counted(scene.office)
    with pytest.raises(IntegrityError):
        scene.run(of("assigned", "state = 'resolved'"))
    assert counted(scene.office) == before


def test_running_deadline_follows_state_and_result(scene: Scene) -> None:
    office, codes = scene.office, scene.codes
    running = {state: office.row(code).running_deadline for state, code in codes.items()}
    assert {state for state, deadline in running.items() if deadline} == {"assigned", "in_progress"}
    office.forward(60)
    late = codes["in_progress"]
    office.resolve(late)
    assert office.row(late).running_deadline == office.row(late).deadline
    assert office.row(late).deadline < office.today - timedelta(days=1)
    office.verify(late, "W1-SUP")
    assert office.row(late).running_deadline is None


def found(office: Office, words: str) -> set[str]:
    with office.installation.database.reading() as connection:
        statement = text(
            "SELECT code FROM cases JOIN case_search ON case_search.rowid = cases.id WHERE case_search MATCH :words"
        )
        return set(connection.execute(statement, {"words": words}).scalars())


def test_the_search_index_follows_the_words(scene: Scene) -> None:
    office, code = scene.office, scene.codes["registered"]
    assert code in found(office, '"bai rac"')
    office.move(code, "edit", "W1-SUP", title="Thu hồi đất")
    assert code not in found(office, '"thon dong"')
    assert found(office, '"thu hoi dat"') == found(office, '"thu hồi đất"') == {code}


def test_a_subtree_is_a_path(scene: Scene) -> None:
    paths = {unit.code: unit.path for unit in rows(scene.office, Organisation)}
    assert paths["W1"].startswith(paths["D"])
    assert paths["D"].startswith(paths["P"])
