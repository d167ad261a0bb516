"""The verdict on the log, against who writes the database but holds no key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseflow.queries.log import INTACT, MISMATCH, UNCHECKED, UNCOMPARED, Verdict, verdict
from caseflow.use_cases.checking import check_is_due, run_check
from caseflow.use_cases.exporting import export_bundle
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.witnessing import witness_request
from tests.factories import Office
from tests.logs import compared, seal
from tests.trail.sealed import change

WEEK = timedelta(days=7, minutes=1)


def stands(office: Office) -> Verdict:
    """What the pages say now."""
    installation = office.installation
    with installation.database.reading() as connection:
        return verdict(connection, installation.clock.now(), installation.settings)


@pytest.fixture
def sound(office: Office) -> Office:
    """An office whose log was compared and checked today, with nothing found."""
    office.resolved()
    compared(office)
    run_check(office.installation)
    assert stands(office).tone == INTACT
    return office


def sql(office: Office, statement: str, *values: object) -> None:
    """What the attacker writes."""
    change(office.installation.database, statement, *values)


def test_comparison_without_a_signature_counts_for_nothing(office: Office) -> None:
    office.assigned()
    seal(office)
    run_check(office.installation)
    sql(
        office,
        "INSERT INTO cosignatures (witness, size, root, witnessed_at, note, added_at)"
        " VALUES ('x', 9, zeroblob(32), '2099-01-01 00:00:00.000000', '', '2099-01-01 00:00:00.000000')",
    )
    assert stands(office).tone == UNCOMPARED


def test_comparison_counts_only_by_a_witness_of_the_policy(sound: Office) -> None:
    policy = sound.installation.settings.policy_file
    kept = [line for line in policy.read_text().splitlines() if not line.startswith("witness")]
    policy.write_text("\n".join(kept) + "\n")
    assert stands(sound).tone == UNCOMPARED


def test_comparison_of_a_small_old_tree_speaks_for_little(sound: Office) -> None:
    sound.clock.forward(WEEK)
    sound.assigned()
    seal(sound)
    sound.clock.forward(WEEK)
    run_check(sound.installation)
    sql(sound, "UPDATE cosignatures SET witnessed_at = ?", "2099-01-01 00:00:00.000000")
    assert stands(sound).tone == UNCOMPARED


def test_comparison_and_check_age(sound: Office) -> None:
    sound.clock.forward(WEEK)
    assert stands(sound).tone == UNCOMPARED
    compared(sound)
    assert stands(sound).tone == UNCHECKED


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_checks WHERE id = (SELECT max(id) FROM log_checks)",
        "DELETE FROM log_checks",
        "UPDATE log_checks SET findings = '[]'",
        "UPDATE log_checks SET finished_at = '2099-01-01 00:00:00.000000', findings = '[]'",
        "UPDATE log_checks SET finished_at = NULL",
    ],
)
def test_what_a_check_found_cannot_be_taken_back(sound: Office, statement: str) -> None:
    code = sound.assigned()
    seal(sound)
    sql(sound, "UPDATE cases SET state = 'in_progress' WHERE code = ?", code)
    sound.clock.forward(timedelta(minutes=1))
    assert not run_check(sound.installation).intact
    sql(sound, statement)
    assert stands(sound).tone == MISMATCH


def test_check_begun_in_the_future_holds_no_other_up(sound: Office, installation: Installation) -> None:
    sound.clock.forward(WEEK)
    sql(
        sound,
        "INSERT INTO log_checks (asked_at, started_at) VALUES ('2099-01-01', '2099-01-01 00:00:00.000000')",
    )
    assert check_is_due(installation)


def test_false_comparison_keeps_nobody_from_bundles_and_requests(office: Office) -> None:
    code = office.assigned()
    seal(office)
    for size in (999_999, 8):
        sql(
            office,
            "INSERT INTO cosignatures (witness, size, root, witnessed_at, note, added_at)"
            " VALUES ('x', ?, zeroblob(32), '2026-11-01 00:00:00.000000', 'junk', '2026-11-01 00:00:00.000000')",
            size,
        )
    office.do(export_bundle, code, by="W1-SUP")
    witness_request(office.installation)
