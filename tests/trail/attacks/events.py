"""Events: their leaves, order, numbers, and the columns beside them."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from uuid import uuid4

from caseflow.trail.leaf import commitment, disclose
from tests.trail.attacks.thief import attack, dashed, ELSE, Named, THERE, Thief


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
