"""What was handed out before an erasure still verifies, and what is handed out after it holds nothing of it."""

from __future__ import annotations

import base64
import json
from typing import Any

from caseflow.trail.bundle import check_bundle
from caseflow.trail.leaf import commitment
from caseflow.trail.policy import Policy
from caseflow.use_cases.exporting import export_bundle
from tests.factories import Office
from tests.logs import seal
from tests.use_cases.test_erasure import all_items, approve, ask, CITIZEN, closed


def bundle(office: Office, code: str) -> bytes:
    seal(office)
    exported = office.do(export_bundle, code, by="D-INS")
    data: bytes = exported.data
    return data


def disclosures(data: bytes) -> list[str]:
    return [text for event in json.loads(data)["events"] for text in event["disclosures"]]


def policy(office: Office) -> Policy:
    return Policy.parse((office.installation.settings.home / "policy.txt").read_text())


def leaves(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(base64.b64decode(event["leaf"])) for event in json.loads(data)["events"]]


def test_old_and_new_bundles_verify(office: Office) -> None:
    code = closed(office)
    before = bundle(office, code)
    approve(office, ask(office, code, *all_items(office, code)))
    after = bundle(office, code)
    trusted = policy(office)
    first, second = check_bundle(before, trusted), check_bundle(after, trusted)
    assert len(second.events) == len(first.events) + 2
    assert leaves(after)[: len(first.events)] == leaves(before)
    gone = set(disclosures(before)) - set(disclosures(after))
    told = {commitment(text) for text in gone}
    assert dict(second.events[-1].told)["erased"] == sorted(told)
    assert sum(event.withheld for event in second.events) == len(gone)
    texts = "".join(str(value) for event in second.events for _name, value in event.told)
    assert CITIZEN not in texts
