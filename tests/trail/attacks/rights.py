"""People, what they may, organisations, settings and counters."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from caseflow.trail.leaf import read_disclosure
from tests.trail.attacks.thief import attack, dashed, Named, Thief


@attack
def give_a_role(thief: Thief) -> Named:
    thief.run("INSERT INTO role_grants (uuid, person_id, role, organisation_id, valid_from) VALUES (?, ?, 'supervisor', ?,"
              " '2020-01-01')", uuid4().hex, thief.person("W1-OFF"), thief.unit("P"))  # fmt: skip
    return Named("person")


@attack
def give_the_operator_a_role(thief: Thief) -> Named:
    thief.run("INSERT INTO role_grants (uuid, person_id, role, organisation_id, valid_from) VALUES (?, ?, 'supervisor', ?,"
              " '2020-01-01')", uuid4().hex, thief.person("operator"), thief.unit("P"))  # fmt: skip
    return Named("person")


def _given(thief: Thief, kind: str, name: str, key: str) -> str:
    for row in thief.database.execute("SELECT * FROM events WHERE type = ? ORDER BY id", [kind]).fetchall():
        if any(key in json.dumps(_open(one[0])) for one in thief.disclosures(row)):
            return dashed(row)
    raise AssertionError(name)


def _open(text: str) -> Any:

    return read_disclosure(text)[1]


@attack
def lengthen_a_role(thief: Thief) -> Named:
    grant = thief.busy.grant
    thief.run("UPDATE role_grants SET valid_until = '2030-01-01' WHERE uuid = ?", grant.replace("-", ""))
    return Named("person", None, _given(thief, "role.given", "grant", grant))


@attack
def widen_a_role(thief: Thief) -> Named:
    grant = thief.busy.grant
    thief.run(
        "UPDATE role_grants SET organisation_id = ? WHERE uuid = ?", thief.unit("P"), grant.replace("-", "")
    )
    return Named("person", None, _given(thief, "role.given", "grant", grant))


@attack
def delegate_a_decision(thief: Thief) -> Named:
    thief.run("INSERT INTO delegations (uuid, person_id, giver_id, scope_id, given_by_id, valid_from, valid_until)"
              " VALUES (?, ?, ?, ?, ?, '2026-01-01', '2026-12-31')", uuid4().hex, thief.person("W1-OFF"), thief.unit("P"),
              thief.unit("D"), thief.person("P-SUP"))  # fmt: skip
    return Named("person")


@attack
def lengthen_a_delegation(thief: Thief) -> Named:
    key = thief.busy.delegation
    thief.run("UPDATE delegations SET valid_until = '2030-01-01' WHERE uuid = ?", key.replace("-", ""))
    return Named("person", None, _given(thief, "decision.delegated", "delegation", key))


@attack
def stand_in_for_somebody(thief: Thief) -> Named:
    thief.run("INSERT INTO stand_ins (uuid, kind, principal_id, stand_in_id, valid_from, valid_until, approved_by_id)"
              " VALUES (?, 'stand_in', ?, ?, '2026-01-01', '2026-12-31', ?)", uuid4().hex, thief.person("D-SUP"),
              thief.person("W1-OFF"), thief.person("P-SUP"))  # fmt: skip
    return Named("person")


@attack
def approve_a_stand_in(thief: Thief) -> Named:
    """The mandate was ended; it shall hold again."""
    thief.run("UPDATE stand_ins SET approved_by_id = ?, valid_until = '2027-01-01' WHERE approved_by_id IS NULL"
              " AND kind = 'stand_in'", thief.person("P-SUP"))  # fmt: skip
    return Named("person")


@attack
def rename_a_person(thief: Thief) -> Named:
    thief.run("UPDATE people SET name = 'Người Khác' WHERE staff_code = 'D-SUP'")
    return Named("person")


@attack
def exchange_two_people(thief: Thief) -> Named:
    """Everything that one has done was now done by the other."""
    one, other = thief.person("W1-OFF"), thief.person("W1-OF2")
    for old, new in ((one, -1), (other, one), (-1, other)):
        thief.run("UPDATE people SET id = ? WHERE id = ?", new, old)
    return Named("column", thief.busy.verified)


@attack
def bring_somebody_back(thief: Thief) -> Named:
    thief.run("UPDATE people SET left_on = NULL WHERE staff_code = 'D-DEP'")
    return Named("person")


@attack
def invent_a_person(thief: Thief) -> Named:
    thief.run("INSERT INTO people (uuid, staff_code, name, position, sort_key, search_text, operator,"
              " must_change_password) VALUES (?, 'X', 'Ma', 'Ma', 'ma', 'ma', 0, 0)", uuid4().hex)  # fmt: skip
    return Named("person")


@attack
def set_a_password(thief: Thief) -> Named:
    thief.run("UPDATE people SET password_hash = '$argon2id$…' WHERE staff_code = 'P-ADM'")
    return Named("person")


@attack
def replace_a_password(thief: Thief) -> Named:
    """Somebody with an account of their own signs in as another."""
    thief.run("UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE staff_code = 'W1-OF2')"
              " WHERE staff_code = 'W1-SUP'")  # fmt: skip
    return Named("person")


@attack
def open_a_session(thief: Thief) -> Named:
    thief.run("INSERT INTO sessions (token_digest, person_id, created_at, last_seen_at, password_at, seal) VALUES"
              " ('0', ?, '2026-11-02 02:00:00.000000', '2026-11-02 02:00:00.000000', '2026-11-02 02:00:00.000000', '0')",
              thief.person("D-SUP"))  # fmt: skip
    return Named("session")


@attack
def move_an_organisation(thief: Thief) -> Named:
    top, moved = thief.unit("P"), thief.unit("W1")
    thief.run("UPDATE organisations SET parent_id = ?, path = ? WHERE id = ?", top, f"/{top}/{moved}/", moved)
    return Named("organisation")


@attack
def move_only_its_path(thief: Thief) -> Named:
    top, moved = thief.unit("P"), thief.unit("W1")
    thief.run("UPDATE organisations SET path = ? WHERE id = ?", f"/{top}/{moved}/", moved)
    return Named("organisation")


@attack
def rename_an_organisation(thief: Thief) -> Named:
    thief.run("UPDATE organisations SET name = 'Đảng ủy khác' WHERE code = 'W2'")
    return Named("organisation")


@attack
def appoint_a_head(thief: Thief) -> Named:
    thief.run("UPDATE organisations SET head_id = ? WHERE code = 'T1'", thief.person("W1-OFF"))
    return Named("organisation")


@attack
def change_a_special_day(thief: Thief) -> Named:
    thief.run("UPDATE special_days SET kind = 'swapped_rest_day' WHERE day = '2026-12-24'")
    return Named("settings")


@attack
def add_a_holiday(thief: Thief) -> Named:
    thief.run("INSERT INTO special_days VALUES ('2026-11-30', 'holiday', 'Quyết định')")
    return Named("settings")


@attack
def remove_a_bundled_holiday(thief: Thief) -> Named:
    thief.run("DELETE FROM special_days WHERE day = '2026-09-02'")
    return Named("settings")


@attack
def rename_a_field(thief: Thief) -> Named:
    thief.run("UPDATE fields SET name_vi = 'Việc khác' WHERE code = 'land'")
    return Named("settings")


@attack
def change_a_counter(thief: Thief) -> Named:
    thief.run("UPDATE case_counters SET n = n + 5 WHERE state = 'verified'")
    return Named("counter")


@attack
def change_the_other_counter(thief: Thief) -> Named:
    thief.run("UPDATE state_counters SET n = 0 WHERE state = 'in_progress'")
    return Named("counter")


@attack
def take_a_case_out_of_the_index(thief: Thief) -> Named:
    row = thief.case(thief.busy.open)
    thief.run("INSERT INTO case_search (case_search, rowid, search_text) VALUES ('delete', ?, ?)", row["id"],
              row["search_text"])  # fmt: skip
    return Named("counter", thief.busy.open)


@attack
def sort_somebody_elsewhere(thief: Thief) -> Named:
    thief.run("UPDATE people SET sort_key = 'zz', search_text = 'zz' WHERE staff_code = 'W1-SUP'")
    return Named("person")


@attack
def run_the_codes_on(thief: Thief) -> Named:
    thief.run("UPDATE code_counters SET last = last + 1")
    return Named("counter")
