"""Disclosures."""

from __future__ import annotations

import secrets
from uuid import uuid4

from caseflow.trail.leaf import disclose
from tests.trail.attacks.thief import attack, dashed, Named, Thief


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
