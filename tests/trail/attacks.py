"""What somebody can do who may write the database file as they please, and holds none of the keys.

Each attack is plain SQL on the file, after the triggers were dropped; it answers which case (by its code) and
which event (by seq) the report must name, where there are such.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from caseflow.trail.leaf import commitment, disclose
from tests.trail.busy_office import Busy


@dataclass(frozen=True)
class Named:
    """What the report must hold: a finding of that kind, of that case and event."""

    kind: str
    case: str | None = None
    event: str | None = None


@dataclass
class Thief:
    """A connection to the stolen file, with the codes of its cases."""

    database: sqlite3.Connection
    home: Path
    busy: Busy
    older: Path
    fields: dict[str, Any] = field(default_factory=dict)

    def run(self, sql: str, *values: Any) -> None:
        """Change something; it must be there to be changed."""
        assert self.database.execute(sql, values).rowcount != 0, sql

    def one(self, sql: str, *values: Any) -> Any:
        """The first row of an answer."""
        return self.database.execute(sql, values).fetchone()

    def case(self, code: str) -> sqlite3.Row:
        """The row of a case."""
        row: sqlite3.Row = self.one("SELECT * FROM cases WHERE code = ?", code)
        return row

    def event(self, code: str, kind: str) -> sqlite3.Row:
        """The last event of that type of a case."""
        row: sqlite3.Row = self.one(
            "SELECT e.* FROM events e JOIN cases c ON c.uuid = e.subject WHERE c.code = ? AND e.type = ?"
            " ORDER BY e.seq DESC",
            code,
            kind,
        )
        return row

    def person(self, code: str) -> int:
        """The key of a person."""
        return int(self.one("SELECT id FROM people WHERE staff_code = ?", code)[0])

    def unit(self, code: str) -> int:
        """The key of a unit."""
        return int(self.one("SELECT id FROM organisations WHERE code = ?", code)[0])

    def disclosures(self, event: sqlite3.Row) -> list[list[Any]]:
        """What is stored of an event's disclosures."""
        data: list[list[Any]] = json.loads(
            self.one("SELECT data FROM disclosures WHERE event_id = ?", event["id"])[0]
        )
        return data

    def disclose(self, event: sqlite3.Row, data: list[list[Any]]) -> None:
        """Store others."""
        self.run("UPDATE disclosures SET data = ? WHERE event_id = ?", json.dumps(data), event["id"])


Attack = Callable[[Thief], Named]
ATTACKS: dict[str, Attack] = {}


def attack(deed: Attack) -> Attack:
    """Make an attack known under its name."""
    ATTACKS[deed.__name__] = deed
    return deed


def dashed(event: sqlite3.Row) -> str:
    """An event's id as reports write it."""
    text = event["uuid"]
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


# --- columns of cases ------------------------------------------------------------------------------


def column(name: str, code: str, sets: str, kind: str | None, *, of: str = "case") -> None:
    """An attack that writes columns of a case; the event of that type last told what they held."""

    def deed(thief: Thief) -> Named:
        victim = getattr(thief.busy, code)
        thief.run(f"UPDATE cases SET {sets} WHERE code = ?", victim)  # noqa: S608 - our own words
        return Named(of, victim, dashed(thief.event(victim, kind)) if kind else None)

    deed.__name__ = name
    attack(deed)


ELSE = "(SELECT id FROM people WHERE staff_code = 'W1-DEP')"
THERE = "(SELECT id FROM organisations WHERE code = 'D')"
column("declare_verified", "open", "state = 'verified', outcome = 'Xong', completion = 'full', resolver_id = owner_id,"
       " resolved_at = last_at, resolved_on = '2026-11-05', verified_at = last_at", "case.started")  # fmt: skip
column("take_verification_back", "verified", "state = 'resolved', verified_at = NULL", "case.verified")
column("give_to_another_owner", "open", f"owner_id = {ELSE}", "case.reassigned")
column("move_the_deadline", "open", "deadline = '2027-06-30'", "case.assigned")
column("move_the_first_deadline", "verified", "first_deadline = '2026-12-31'", "case.assigned")
column("reword_the_outcome", "verified", "outcome = 'Hoàn thành xuất sắc'", "case.resolved")
column("clear_the_outcome", "verified", "state = 'in_progress', outcome = NULL, completion = NULL, resolver_id = NULL,"
       " resolved_at = NULL, resolved_on = NULL, verified_at = NULL", "case.resolved")  # fmt: skip
column("upgrade_the_completion", "continued", "completion = 'full'", "case.resolved")
column("resolve_earlier", "verified", "resolved_on = '2026-11-10'", "case.resolved")
column("verify_earlier", "verified", "verified_at = '2026-11-03 02:00:00.000000'", "case.verified")
column("name_another_resolver", "verified", f"resolver_id = {ELSE}", "case.resolved")
column("forget_extensions", "verified", "extensions_granted = 0", "case.extended")
column("forget_submissions", "verified", "submissions = 0", "case.resolved")
column("forget_the_reopening", "verified", "reopenings = 0", "case.reopened")
column("forget_days_overdue", "moved", "days_overdue_before = 0", "case.transferred")
column("move_to_another_unit", "open", f"organisation_id = {THERE}", "case.registered")
column("offer_to_another_unit", "open", f"offered_to_id = {THERE}", "case.registered")
column("change_the_level", "open", "level = 'district'", "case.registered")
column("change_the_period", "open", "period = 2025", "case.registered")
column("change_the_field", "open", "field_id = 1 + field_id % 6", "case.registered")
column("open_a_restricted_case", "restricted", "visibility = 'normal'", "case.registered")
column("hide_a_case", "open", "visibility = 'restricted'", "case.registered")
column("reword_the_title", "open", "title = 'Việc nhỏ'", "case.registered")
column("reword_the_work", "open", "expected_outcome = 'Dọn một ít'", "case.assigned")
column("reword_the_first_work", "verified", "first_expected_outcome = 'Dọn một nửa'", "case.assigned")
column("lower_the_urgency", "verified", "urgency = 'normal'", "case.edited")
column("lift_the_imposed_deadline", "verified", "deadline_imposed = 0", "case.registered")
column("let_the_own_unit_verify", "verified", "verify_by = 'own'", "case.assigned")
column("raise_the_progress", "open", "progress = 95", "case.progress_reported")
column("change_why_it_was_cancelled", "cancelled", "cancel_kind = 'duplicate'", "case.cancelled")
column("name_another_lead_officer", "verified", f"lead_officer_id = {ELSE} + 1", "case.assigned")
column("mark_as_history", "open", "history = 1", "case.registered")
column("pass_history_for_fact", "past", "history = 0", "case.imported")
column("finish_history_earlier", "past", "resolved_on = '2019-04-01'", "case.imported")
column("register_earlier", "open", "registered_at = '2026-01-05 02:00:00.000000'", "case.registered")
column("name_another_registrar", "open", f"registered_by_id = {ELSE}", "case.registered")
column("forget_the_return", "verified", "returned_seq = -1", "case.reopened")
column("hide_from_search", "open", "search_text = ''", None)
column("hide_from_search_without_marks", "open", "search_text = replace(search_text, 'o nhiem', 'x')", None)
column("turn_the_version_back", "open", "version = 2", None)
column("turn_the_chain_back", "open", "seq = seq - 1", None)
column("note_another_head", "open", "head = zeroblob(32)", None)


# --- what belongs to cases -------------------------------------------------------------------------


@attack
def add_a_reader(thief: Thief) -> Named:
    victim = thief.busy.restricted
    thief.run("INSERT INTO case_readers VALUES (?, ?)", thief.case(victim)["id"], thief.person("D-DEP"))
    return Named("case", victim)


@attack
def remove_a_reader(thief: Thief) -> Named:
    victim = thief.busy.restricted
    thief.run("DELETE FROM case_readers WHERE case_id = ? AND person_id = ?", thief.case(victim)["id"],
              thief.person("W1-OF2"))  # fmt: skip
    return Named("case", victim, dashed(thief.event(victim, "case.edited")))


@attack
def spare_the_person_complained_about(thief: Thief) -> Named:
    victim = thief.busy.restricted
    thief.run("DELETE FROM case_parties WHERE role = 'subject' AND case_id = ?", thief.case(victim)["id"])
    return Named("case", victim, dashed(thief.event(victim, "case.registered")))


@attack
def lose_the_complainant(thief: Thief) -> Named:
    victim = thief.busy.restricted
    thief.run("DELETE FROM case_parties WHERE role = 'complainant' AND case_id = ?", thief.case(victim)["id"])
    return Named("case", victim, dashed(thief.event(victim, "case.registered")))


@attack
def wash_hands(thief: Thief) -> Named:
    """Whoever acted for the owner could now judge the result."""
    victim = thief.busy.verified
    thief.run("DELETE FROM case_hands WHERE case_id = ?", thief.case(victim)["id"])
    return Named("case", victim)


@attack
def support_a_case(thief: Thief) -> Named:
    victim = thief.busy.open
    key, person = thief.case(victim)["id"], thief.person("D-INS")
    thief.run("INSERT INTO case_supporters (case_id, person_id) VALUES (?, ?)", key, person)
    return Named("case", victim)


@attack
def remove_a_milestone(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run("DELETE FROM milestones WHERE case_id = ? AND text = 'Dọn'", thief.case(victim)["id"])
    return Named("case", victim)


@attack
def fulfil_a_milestone(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run("UPDATE milestones SET done = 1 WHERE case_id = ?", thief.case(victim)["id"])
    return Named("case", victim)


@attack
def unlink_a_duplicate(thief: Thief) -> Named:
    victim = thief.busy.duplicate
    thief.run("DELETE FROM case_links WHERE case_id = ?", thief.case(victim)["id"])
    return Named("case", victim, dashed(thief.event(victim, "case.cancelled")))


@attack
def remove_an_extension(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run("DELETE FROM extensions WHERE case_id = ? AND number = 1", thief.case(victim)["id"])
    return Named("case", victim)


@attack
def grant_what_was_refused(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run(
        "UPDATE extensions SET status = 'granted', new_deadline = '2027-01-01' WHERE status = 'refused'"
    )
    return Named("case", victim)


@attack
def replace_an_evidence_digest(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run("UPDATE evidence SET sha256 = ? WHERE kind = 'file'", secrets.token_hex(32))
    return Named("case", victim)


@attack
def replace_an_evidence_file(thief: Thief) -> Named:
    victim = thief.busy.verified
    digest = thief.one("SELECT sha256 FROM evidence WHERE kind = 'file'")[0]
    path = thief.home / "files" / digest[:2] / digest[2:]
    path.write_bytes(path.read_bytes().replace(b"m", b"n"))
    return Named("file", victim)


@attack
def remove_evidence(thief: Thief) -> Named:
    victim = thief.busy.verified
    thief.run("DELETE FROM evidence WHERE kind = 'file'")
    return Named("case", victim)


# --- people, rights, settings ----------------------------------------------------------------------


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
    from caseflow.trail.leaf import read_disclosure

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
    thief.run("INSERT INTO sessions (token_digest, person_id, created_at, last_seen_at, password_at) VALUES"
              " ('0', ?, '2026-11-02 02:00:00.000000', '2026-11-02 02:00:00.000000', '2026-11-02 02:00:00.000000')",
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


# --- events ----------------------------------------------------------------------------------------


@attack
def edit_a_leaf(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.assigned")
    leaf = event["leaf"].replace(b'"due":"2026-11-16', b'"due":"2026-12-16')
    thief.run("UPDATE events SET leaf = ? WHERE id = ?", leaf, event["id"])
    return Named("mac", thief.busy.verified, dashed(event))


@attack
def make_a_leaf_unreadable(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.assigned")
    thief.run("UPDATE events SET leaf = ? WHERE id = ?", b"\xff{}", event["id"])
    return Named("leaf", thief.busy.verified, dashed(event))


@attack
def delete_an_event(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.returned")
    thief.run("DELETE FROM disclosures WHERE event_id = ?", event["id"])
    thief.run("DELETE FROM events WHERE id = ?", event["id"])
    return Named("index", thief.busy.verified, dashed(event))


@attack
def delete_an_event_and_close_the_gap(thief: Thief) -> Named:
    """All numbers after it move down by one, and the subject's too."""
    event = thief.event(thief.busy.verified, "case.reopened")
    thief.run("DELETE FROM disclosures WHERE event_id = ?", event["id"])
    thief.run("DELETE FROM events WHERE id = ?", event["id"])
    thief.run("DROP INDEX uq_events_leaf_index")
    thief.run("UPDATE events SET leaf_index = leaf_index - 1 WHERE leaf_index > ?", event["leaf_index"])
    for (key,) in thief.database.execute("SELECT id FROM events WHERE subject = ? AND seq > ? ORDER BY seq",
                                         [event["subject"], event["seq"]]).fetchall():  # fmt: skip
        thief.run("UPDATE events SET seq = seq - 1 WHERE id = ?", key)
    follows = thief.one("SELECT * FROM events WHERE subject = ? AND seq = ?", event["subject"], event["seq"])
    return Named("chain", thief.busy.verified, dashed(follows))


def _forged(thief: Thief, code: str, index: int | None, **states: str | None) -> sqlite3.Row:
    """A well-formed event after the last one of a case; only its code of authentication and `states` are false."""
    import hashlib

    last = thief.one("SELECT * FROM events WHERE subject = ? ORDER BY seq DESC", thief.case(code)["uuid"])
    identity = uuid4()
    leaf = json.loads(last["leaf"])
    leaf |= {"seq": last["seq"] + 1, "prev": hashlib.sha256(b"\0" + last["leaf"]).hexdigest(), "from": leaf["to"],
             "event": str(identity), "type": "case.commented"} | states  # fmt: skip
    text = disclose("text", "Đã đồng ý", secrets.token_bytes(16))
    leaf["_sd"] = [commitment(text)]
    encoded = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
    names = [name for name in dict(last) if name != "id"]
    values = dict(last) | {"uuid": identity.hex, "seq": leaf["seq"], "type": leaf["type"], "leaf": encoded,
                           "state": leaf["to"], "mac": secrets.token_bytes(32), "leaf_index": index}  # fmt: skip
    marks = ", ".join("?" * len(names))
    cursor = thief.database.execute(
        f"INSERT INTO events ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
        [values[name] for name in names],
    )
    key = cursor.lastrowid
    thief.run("INSERT INTO disclosures VALUES (?, ?)", key, json.dumps([[text, None]]))
    thief.run("UPDATE cases SET seq = seq + 1, head = ? WHERE code = ?",
              hashlib.sha256(b"\0" + encoded).digest(), code)  # fmt: skip
    row: sqlite3.Row = thief.one("SELECT * FROM events WHERE id = ?", key)
    return row


@attack
def insert_a_well_formed_event(thief: Thief) -> Named:
    return Named("mac", thief.busy.open, dashed(_forged(thief, thief.busy.open, None)))


@attack
def insert_an_event_without_states(thief: Thief) -> Named:
    without: dict[str, str | None] = {"from": None, "to": None}
    return Named("chain", thief.busy.open, dashed(_forged(thief, thief.busy.open, None, **without)))


@attack
def insert_an_event_that_leads_to_no_state(thief: Thief) -> Named:
    return Named("chain", thief.busy.open, dashed(_forged(thief, thief.busy.open, None, to=None)))


@attack
def insert_it_as_sealed(thief: Thief) -> Named:
    size = thief.one("SELECT count(leaf_index) FROM events")[0]
    thief.run("UPDATE log_state SET size = size + 1")
    return Named("mac", thief.busy.open, dashed(_forged(thief, thief.busy.open, size)))


@attack
def repeat_an_old_event(thief: Thief) -> Named:
    """A leaf that the program did write, with its true code, stands once more at the end of its chain."""
    event = thief.event(thief.busy.open, "case.progress_reported")
    names = [name for name in dict(event) if name != "id"]
    last = thief.one("SELECT max(seq) FROM events WHERE subject = ?", event["subject"])[0]
    values = dict(event) | {"uuid": uuid4().hex, "seq": last + 1, "leaf_index": None}
    sql = f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    key = thief.database.execute(sql, [values[name] for name in names]).lastrowid
    thief.run("INSERT INTO disclosures SELECT ?, data FROM disclosures WHERE event_id = ?", key, event["id"])
    row = thief.one("SELECT * FROM events WHERE id = ?", key)
    return Named("column", thief.busy.open, dashed(row))


@attack
def exchange_two_events(thief: Thief) -> Named:
    one, other = (
        thief.event(thief.busy.verified, kind) for kind in ("case.extended", "case.extension_refused")
    )
    for seq, event in ((-1, one), (one["seq"], other), (other["seq"], one)):
        thief.run("UPDATE events SET seq = ? WHERE id = ?", seq, event["id"])
    return Named("column", thief.busy.verified, dashed(one))


@attack
def exchange_two_numbers(thief: Thief) -> Named:
    one, other = (
        thief.event(thief.busy.verified, kind) for kind in ("case.extended", "case.extension_refused")
    )
    for index, event in ((-1, one), (one["leaf_index"], other), (other["leaf_index"], one)):
        thief.run("UPDATE events SET leaf_index = ? WHERE id = ?", index, event["id"])
    return Named("published", thief.busy.verified)


@attack
def renumber_everything(thief: Thief) -> Named:
    thief.run("UPDATE events SET leaf_index = -leaf_index - 2 WHERE leaf_index IS NOT NULL")
    thief.run("UPDATE events SET leaf_index = -leaf_index - 1 WHERE leaf_index IS NOT NULL")
    return Named("index")


@attack
def give_a_number_twice(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.extended")
    thief.run("DROP INDEX uq_events_leaf_index")
    thief.run("UPDATE events SET leaf_index = leaf_index - 1 WHERE id = ?", event["id"])
    return Named("index")


@attack
def unseal_the_tail(thief: Thief) -> Named:
    size = thief.one("SELECT count(leaf_index) FROM events")[0]
    first = thief.one("SELECT * FROM events WHERE leaf_index = ?", size - 9)
    thief.run("UPDATE events SET leaf_index = NULL WHERE leaf_index >= ?", size - 9)
    thief.run("UPDATE log_state SET size = ?, published_size = ?", size - 9, size - 9)
    return Named("index", None, dashed(first))


@attack
def cut_the_tail_off(thief: Thief) -> Named:
    size = thief.one("SELECT count(leaf_index) FROM events")[0]
    first = thief.one("SELECT * FROM events WHERE leaf_index = ?", size - 9)
    where = "(SELECT id FROM events WHERE leaf_index >= ? OR leaf_index IS NULL)"
    thief.run(f"DELETE FROM disclosures WHERE event_id IN {where}", size - 9)  # noqa: S608
    thief.run(f"DELETE FROM outbox WHERE event_id IN {where}", size - 9)  # noqa: S608
    thief.run("DELETE FROM events WHERE leaf_index >= ? OR leaf_index IS NULL", size - 9)
    return Named("index", None, dashed(first))


@attack
def delete_a_case_wholly(thief: Thief) -> Named:
    row = thief.case(thief.busy.cancelled)
    event = thief.event(thief.busy.cancelled, "case.cancelled")
    where = "(SELECT id FROM events WHERE subject = ?)"
    for table in ("disclosures", "outbox"):
        thief.run(f"DELETE FROM {table} WHERE event_id IN {where}", row["uuid"])  # noqa: S608
    for table in ("extensions", "case_hands", "case_readers", "evidence", "case_parties", "case_supporters"):
        thief.database.execute(f"DELETE FROM {table} WHERE case_id = ?", [row["id"]])  # noqa: S608
    thief.run("DELETE FROM events WHERE subject = ?", row["uuid"])
    thief.run("DELETE FROM cases WHERE id = ?", row["id"])
    return Named("index", None, dashed(event))


@attack
def delete_the_row_of_a_case(thief: Thief) -> Named:
    row = thief.case(thief.busy.cancelled)
    event = thief.event(thief.busy.cancelled, "case.commented")
    thief.run("DELETE FROM cases WHERE id = ?", row["id"])
    return Named("case", None, dashed(event))


@attack
def backdate_a_row(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    thief.run("UPDATE events SET at = '2026-11-03 02:00:00.000000' WHERE id = ?", event["id"])
    return Named("column", thief.busy.verified, dashed(event))


@attack
def blame_another(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    thief.run("UPDATE events SET actor_id = ? WHERE id = ?", thief.person("W1-OFF"), event["id"])
    return Named("column", thief.busy.verified, dashed(event))


def beside(name: str, kind: str, sets: str) -> None:
    """An attack on a column beside a leaf, from which figures of past days are made."""

    def deed(thief: Thief) -> Named:
        event = thief.event(thief.busy.verified, kind)
        thief.run(f"UPDATE events SET {sets} WHERE id = ?", event["id"])  # noqa: S608 - our own words
        return Named("column", thief.busy.verified, dashed(event))

    deed.__name__ = name
    attack(deed)


beside("change_the_state_beside", "case.suspended", "state = 'in_progress'")
beside("change_the_owner_beside", "case.suspended", f"owner_id = {ELSE}")
beside("change_the_unit_beside", "case.suspended", f"organisation_id = {THERE}")
beside("change_the_field_beside", "case.suspended", "field_id = 1")
beside("change_the_deadline_beside", "case.suspended", "deadline = '2027-01-01'")
beside("change_the_period_beside", "case.suspended", "period = 2025")
beside("change_the_day_of_result_beside", "case.verified", "resolved_on = '2026-11-03'")
beside("change_the_type", "case.suspended", "type = 'case.commented'")
beside("file_under_another_case", "case.suspended", "about_case_id = 1")


@attack
def hide_a_refused_attempt(thief: Thief) -> Named:
    event = thief.one("SELECT * FROM events WHERE type = 'attempt.refused' AND about_case_id IS NOT NULL")
    thief.run("UPDATE events SET about_case_id = NULL WHERE id = ?", event["id"])
    return Named("column", None, dashed(event))


@attack
def turn_a_persons_chain_back(thief: Thief) -> Named:
    thief.run("UPDATE chains SET seq = seq - 1 WHERE seq > 2 AND kind = 'person'")
    return Named("chain")


# --- disclosures -----------------------------------------------------------------------------------


@attack
def exchange_two_disclosures(thief: Thief) -> Named:
    one, other = (
        thief.event(thief.busy.verified, kind) for kind in ("case.extended", "case.extension_refused")
    )
    first, second = thief.disclosures(one), thief.disclosures(other)
    first[-1], second[-1] = second[-1], first[-1]
    thief.disclose(one, first)
    thief.disclose(other, second)
    return Named("disclosure", thief.busy.verified, dashed(one))


@attack
def drop_a_disclosure(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.returned")
    thief.disclose(event, thief.disclosures(event)[1:])
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def drop_all_disclosures(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.returned")
    thief.run("DELETE FROM disclosures WHERE event_id = ?", event["id"])
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def add_a_disclosure(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    extra = [disclose("note", "Rất tốt", secrets.token_bytes(16)), None]
    thief.disclose(event, [*thief.disclosures(event), extra])
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def reword_a_disclosure(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    data = thief.disclosures(event)
    data[-1] = [disclose("note", "Đã kiểm tra kỹ", secrets.token_bytes(16)), None]
    thief.disclose(event, data)
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def garble_a_disclosure(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    thief.disclose(event, [["!!!", None]])
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def store_no_list_of_disclosures(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.verified")
    thief.run("UPDATE disclosures SET data = '{\"a\": [1' WHERE event_id = ?", event["id"])
    return Named("disclosure", thief.busy.verified, dashed(event))


@attack
def file_a_disclosure_under_another(thief: Thief) -> Named:
    event = thief.event(thief.busy.verified, "case.assigned")
    data = [[text, str(uuid4()) if about else about] for text, about in thief.disclosures(event)]
    thief.disclose(event, data)
    return Named("disclosure", thief.busy.verified, dashed(event))


# --- the log's files, and the database as a whole --------------------------------------------------


@attack
def restore_an_older_copy(thief: Thief) -> Named:
    thief.database.close()
    shutil.copy(thief.older, thief.home / "caseflow.db")
    return Named("signer")


@attack
def rewrite_a_bundle_of_entries(thief: Thief) -> Named:
    for data in (thief.home / "log" / "tile" / "entries").rglob("*"):
        if data.is_file():
            data.write_bytes(data.read_bytes().replace(b"case.registered", b"case.cancelled_"))
    return Named("published")


@attack
def rewrite_a_tile(thief: Thief) -> Named:
    files = [one for one in (thief.home / "log" / "tile" / "0").rglob("*") if one.is_file()]
    for one in files:
        one.write_bytes(secrets.token_bytes(len(one.read_bytes())))
    return Named("published")


@attack
def take_the_checkpoint_away(thief: Thief) -> Named:
    (thief.home / "log" / "checkpoint").unlink()
    return Named("checkpoint")


@attack
def put_an_older_checkpoint(thief: Thief) -> Named:
    shutil.copy(thief.home / "older-checkpoint", thief.home / "log" / "checkpoint")
    return Named("checkpoint")


@attack
def sign_with_another_key(thief: Thief) -> Named:
    from caseflow.trail.checkpoints import Checkpoint
    from caseflow.trail.notes import NoteSigner

    made = NoteSigner("caseflow.local", secrets.token_bytes(32))
    body = Checkpoint("caseflow.local", 3, secrets.token_bytes(32)).body()
    (thief.home / "log" / "checkpoint").write_text(made.sign(body), encoding="utf-8")
    return Named("checkpoint")


@attack
def invent_a_comparison(thief: Thief) -> Named:
    row = thief.one("SELECT * FROM cosignatures")
    thief.run("INSERT INTO cosignatures (witness, size, root, witnessed_at, note, added_at) VALUES (?, ?, ?,"
              " '2026-12-30 02:00:00.000000', ?, ?)", row["witness"], row["size"] + 1, row["root"], row["note"],
              row["added_at"])  # fmt: skip
    return Named("cosignature")


@attack
def freshen_a_comparison(thief: Thief) -> Named:
    thief.run("UPDATE cosignatures SET witnessed_at = '2027-01-30 02:00:00.000000'")
    return Named("cosignature")


@attack
def drop_the_guards(thief: Thief) -> Named:
    """The triggers are gone; nothing else was done yet."""
    return Named("guard")


@attack
def add_a_guard_of_ones_own(thief: Thief) -> Named:
    thief.run(
        "CREATE TRIGGER helper AFTER UPDATE ON cases BEGIN UPDATE cases SET deadline = '2030-01-01'; END"
    )
    return Named("guard")


@attack
def drop_an_index(thief: Thief) -> Named:
    thief.run("DROP INDEX uq_events_leaf_index")
    return Named("guard")
