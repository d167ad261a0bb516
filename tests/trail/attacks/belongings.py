"""What belongs to cases."""

from __future__ import annotations

import secrets

from tests.trail.attacks.thief import attack, dashed, Named, Thief


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
