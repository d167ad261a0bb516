"""A bundle is taken only when every event, link, proof and disclosure holds; the refusal names event and field."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from caseflow.trail.bundle import BundleEvent, check_bundle, make_bundle
from caseflow.trail.leaf import commitment, disclose
from caseflow.trail.leaf_form import KEYS
from caseflow.trail.notes import Note, NoteSigner
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import BadBundle
from tests.trail.logs import CASE, ORIGIN, SEEN, SmallLog, WITNESS_SEED

LOG = SmallLog()
POLICY = LOG.policy()
Change = Callable[[Any], object]


def always(value: Any) -> Callable[[Any], Any]:
    """Whatever was there, this stands there now."""
    return lambda _was: value


def refused(data: bytes, policy: Policy = POLICY) -> str:
    with pytest.raises(BadBundle) as refusal:
        check_bundle(data, policy)
    return str(refusal.value)


def changed(change: Change, log: SmallLog = LOG) -> bytes:
    bundle = json.loads(log.bundle())
    change(bundle)
    return json.dumps(bundle).encode()


class Forged(SmallLog):
    """A log with the signing key stolen: one leaf is as the forger wants it, and all the rest follows from it."""

    def __init__(self, at: int, forge: Callable[[bytes], bytes]) -> None:
        self.at, self.forge = at, forge
        super().__init__()

    def leaf(self, seq: int, previous: bytes, state: str | None, told: list[str]) -> bytes:
        made = super().leaf(seq, previous, state, told)
        return self.forge(made) if seq == self.at else made


def with_key(**values: object) -> Callable[[bytes], bytes]:
    """A leaf that says something else, written as canonically as before."""

    def forge(leaf: bytes) -> bytes:
        told = json.loads(leaf)
        told.update(
            {name.rstrip("_"): value for name, value in values.items()}
            if "sd" not in values
            else {"_sd": values["sd"]}
        )
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    return forge


def test_a_whole_bundle_is_taken_with_all_it_tells() -> None:
    checked = check_bundle(LOG.bundle(), POLICY)
    assert checked.case == str(CASE)
    assert checked.accepted.checkpoint == LOG.checkpoint()
    assert checked.accepted.cosigned == (("thanh-tra", SEEN),)
    assert [each.index for each in checked.events] == LOG.indices
    assert [each.leaf["seq"] for each in checked.events] == [0, 1, 2, 3]
    assert checked.events[2].told == (("title", "Vụ việc 2"), ("note", {"n": 2}))
    assert [each.withheld for each in checked.events] == [0] * 4


def test_the_bundle_has_the_form_of_the_format() -> None:
    bundle = json.loads(LOG.bundle())
    assert list(bundle) == ["format", "origin", "case", "events"]
    assert bundle["format"] == "caseflow-evidence/v1"
    assert bundle["origin"] == LOG.note().split("\n")[0]
    assert b64decode(bundle["events"][1]["leaf"]) == LOG.leaves[LOG.indices[1]]
    assert [list(each) for each in bundle["events"]] == [["leaf", "proof", "disclosures"]] * 4


def test_an_erased_or_withheld_disclosure_is_counted_and_allowed() -> None:
    data = changed(lambda bundle: bundle["events"][1]["disclosures"].pop())
    checked = check_bundle(data, POLICY)
    assert [each.withheld for each in checked.events] == [0, 1, 0, 0]


def test_later_events_may_be_missing() -> None:
    assert len(check_bundle(changed(lambda bundle: bundle["events"].pop()), POLICY).events) == 3


def edit(seq: int, key: str, edited: Callable[[Any], object]) -> Change:
    def change(bundle: Any) -> None:
        bundle["events"][seq][key] = edited(bundle["events"][seq][key])

    return change


def swap_proofs(bundle: Any) -> None:
    one, two = bundle["events"][1], bundle["events"][2]
    one["proof"], two["proof"] = two["proof"], one["proof"]


def put(key: str, value: object) -> Change:
    return lambda bundle: bundle.__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda bundle: bundle["events"].pop(0), "Event 0 .*“seq”"),
        (lambda bundle: bundle["events"].pop(2), "Event 2 .*“seq”"),
        (lambda bundle: bundle["events"].reverse(), "Event 0 .*“seq”"),
        (lambda bundle: bundle["events"].clear(), "no events"),
        (lambda bundle: bundle["events"].insert(0, 7), "Event 0 .*exactly the keys"),
        (swap_proofs, "Event 1 .*does not lead to the checkpoint"),
        (put("case", "6f3c0000-0000-4000-8000-000000000002"), "Event 0 .*“case”"),
        (put("origin", "other.example"), "Event 0 .*from the log “log.example.vn”"),
        (put("origin", 1), "“origin” of the bundle"),
        (put("origin", "\x1b[2J"), "“origin” of the bundle"),
        (put("case", None), "“case” of the bundle"),
        (put("format", "caseflow-evidence/v2"), "caseflow-evidence/v1"),
        (put("format", None), "caseflow-evidence/v1"),
        (put("events", {}), "“events”"),
        (put("more", 1), "exactly the keys"),
        (lambda bundle: bundle.pop("case"), "exactly the keys"),
        (lambda bundle: bundle["events"][3].pop("disclosures"), "Event 3 .*exactly the keys"),
        (lambda bundle: bundle["events"][3].update(more=1), "Event 3 .*exactly the keys"),
        (edit(1, "leaf", lambda leaf: leaf + "="), "Event 1 .*“leaf”"),
        (edit(1, "leaf", always(1)), "Event 1 .*“leaf” or “proof”"),
        (edit(1, "proof", lambda proof: [proof]), "Event 1 .*“leaf” or “proof”"),
        (edit(1, "proof", lambda proof: proof.replace("index 3", "index 4")), "Event 1 .*entry 4"),
        (edit(1, "proof", lambda proof: proof.replace("index 3", "index 99")), "Event 1 .*outside"),
        (edit(1, "proof", lambda proof: proof[:-5]), "Event 1 .*signatures"),
        (edit(1, "proof", lambda proof: proof + "\ud800"), "no JSON text"),
        (edit(1, "disclosures", lambda told: [*told, told[0]]), "Event 1 .*“title” occurs twice"),
        (edit(1, "disclosures", always([disclose("title", "x", bytes(16))])), "Event 1 .*“title” is not among"),
        (edit(1, "disclosures", always(["????"])), "Event 1 .*not base64url"),
        (edit(1, "disclosures", always([1])), "Event 1 .*“disclosures”"),
        (edit(1, "disclosures", always("text")), "Event 1 .*“disclosures”"),
        (edit(1, "disclosures", always(["A"] * 5_000)), "Event 1 .*too many"),
        (edit(2, "disclosures", always(LOG.disclosures[1])), "Event 2 .*not among"),
    ],
)  # fmt: skip
def test_changed_bundle_is_refused_by_event_and_field(change: Change, words: str) -> None:
    with pytest.raises(BadBundle, match=words):
        check_bundle(changed(change), POLICY)


@pytest.mark.parametrize(
    ("at", "forge", "words"),
    [
        (1, with_key(v=2), "“v”"),
        (1, with_key(v=True), "“v”"),
        (1, with_key(case="6F3C0000-0000-4000-8000-000000000001"), "“case”"),
        (1, with_key(case=str(UUID(int=5))), "“case”"),
        (1, with_key(seq=2), "“seq”"),
        (1, with_key(seq=-1), "“seq”"),
        (1, with_key(seq=True), "“seq”"),
        (1, with_key(seq="1"), "“seq”"),
        (1, with_key(prev="0" * 64), "“prev”"),
        (1, with_key(prev="AB" * 32), "“prev”"),
        (1, with_key(event=None), "“event”"),
        (1, with_key(event="a1f2"), "“event”"),
        (1, with_key(type="Case"), "“type”"),
        (1, with_key(from_="new "), "“from”"),
        (1, with_key(from_=7), "“from”"),
        (1, with_key(from_="verified"), "“from”"),
        (1, with_key(from_=None), "“from”"),
        (0, with_key(from_="new"), "“from”"),
        (1, with_key(to=None), "“to”"),
        (1, with_key(due="2026-11-27T16:59:59Z"), "“due”"),
        (1, with_key(due="2026-11-27T16:59:59.000000Z"), "“due”"),
        (1, with_key(due="2026-13-27T16:59:59.999999Z"), "“due”"),
        (1, with_key(actor=""), "“actor”"),
        (1, with_key(at="2026-11-02 02:00:00.000000Z"), "“at”"),
        (1, with_key(at="2026-02-30T02:00:00.000000Z"), "“at”"),
        (1, with_key(at="2026-11-02T02:00:00.000000+00:00"), "“at”"),
        (1, with_key(at="2026-11-01T02:00:00.000000Z"), "“at”"),
        (1, with_key(sd=None), "“_sd”"),
        (1, with_key(sd=[1]), "“_sd”"),
        (1, with_key(sd=["short"]), "“_sd”"),
        (1, with_key(sd=["b" * 42 + "A", "a" * 42 + "A"]), "“_sd”"),
        (1, with_key(sd=["b" * 42 + "A"] * 2), "“_sd”"),
        (1, with_key(sd=["b" * 43]), "“_sd”"),
        (1, with_key(name="Nguyễn"), "printable"),
        (1, with_key(name="x"), "twelve keys"),
        (1, lambda leaf: leaf.replace(b'"v":1', b'"v":1,"v":1'), "twice"),
        (1, lambda leaf: leaf.replace(b'"v":1', b'"w":1'), "twelve keys"),
        (1, lambda leaf: leaf.replace(b'"v":1', b'"v": 1'), "RFC 8785"),
        (1, lambda leaf: leaf.replace(b'"seq":1', b'"seq":1.0'), "“seq”"),
        (1, lambda leaf: leaf[:-1] + b" }", "RFC 8785"),
        (1, always(b"{}"), "twelve keys"),
        (1, always(b""), "printable"),
        (1, always(b"[" * 4_000), "no JSON"),
        (1, always(b"1" * 4_096), "no JSON"),
        (1, lambda leaf: leaf + b" " * 5_000, "printable"),
    ],
)  # fmt: skip
def test_a_leaf_against_the_format_is_refused_even_with_the_log_behind_it(
    at: int, forge: Callable[[bytes], bytes], words: str
) -> None:
    with pytest.raises(BadBundle, match=f"Event {at} .*{words}"):
        check_bundle(Forged(at, forge).bundle(), POLICY)


def test_an_event_that_occurs_twice_is_refused() -> None:
    first = json.loads(LOG.leaves[0])["event"]
    assert "“event”" in refused(Forged(2, with_key(event=first)).bundle())


def test_proofs_to_different_checkpoints_are_refused() -> None:
    events = LOG.bundle_events()
    longer = SmallLog(between=3)
    bundle = make_bundle(ORIGIN, CASE, [events[0], BundleEvent(events[1].leaf, longer.proof(4).encode())])
    assert "another checkpoint" in refused(bundle) or "does not lead" in refused(bundle)
    shorter = SmallLog(events=1)
    bundle = make_bundle(ORIGIN, CASE, [*shorter.bundle_events(), *events[1:]])
    assert "Event 1 " in refused(bundle)
    assert "another checkpoint" in refused(bundle)


def test_one_checkpoint_may_come_with_different_cosignatures() -> None:
    events = LOG.bundle_events()
    note = Note.parse(LOG.note())
    more = note.with_signatures([LOG.witness.cosign(note.text, SEEN.replace(hour=7))]).encode()
    events[2] = BundleEvent(events[2].leaf, LOG.proof(LOG.indices[2], more).encode())
    assert len(check_bundle(make_bundle(ORIGIN, CASE, events), POLICY).events) == 4


def test_events_that_lie_out_of_order_in_the_log_are_refused() -> None:
    log = SmallLog()
    one, two = log.indices[1], log.indices[2]
    log.hashes[one], log.hashes[two] = log.hashes[two], log.hashes[one]
    log.leaves[one], log.leaves[two] = log.leaves[two], log.leaves[one]
    log.indices[1], log.indices[2] = two, one
    assert "Event 2 " in refused(log.bundle())
    assert "not behind the event before" in refused(log.bundle())


def test_another_key_another_log_and_missing_witnesses_are_refused() -> None:
    thief = SmallLog(signer=NoteSigner(ORIGIN, WITNESS_SEED))
    assert "not signed with the key" in refused(thief.bundle())
    assert "does not know" in refused(
        SmallLog(signer=NoteSigner("x.vn", WITNESS_SEED)).bundle().replace(ORIGIN.encode(), b"x.vn")
    )
    unwitnessed = LOG.bundle().decode().replace("— witness", "— unknown")
    assert "thanh-tra" in refused(unwitnessed.encode())
    assert len(check_bundle(unwitnessed.encode(), LOG.policy("none")).events) == 4


def test_what_is_not_json_is_refused() -> None:
    for data in (
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"\xef\xbb\xbf" + LOG.bundle(),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b"NaN",
        LOG.bundle()[:-3],
        LOG.bundle() + b"x",
        LOG.bundle().replace(b'"case"', b'"case": 1, "case"', 1),
    ):
        assert refused(data)


def test_disclosures_against_the_format_are_refused() -> None:
    def told(text: str) -> str:
        return b64encode(text.encode(), b"-_").rstrip(b"=").decode()

    salt = "A" * 22
    for wrong in (
        told(f'["{salt}","a"]'),
        told(f'["{salt}","a",1,2]'),
        told(f'["{salt}","",1]'),
        told(f'["{salt}","_sd",1]'),
        told(f'["{salt}","...",1]'),
        told(f'["{salt}","a",1e999]'),
        told(f'["{salt}","a",{{"b":[-1e999]}}]'),
        told(f'["{salt}","a",1{"0" * 400}]'),
        told(f'["{salt}","a\\u001b",1]'),
        told(f'["{salt}","a","\\ud800"]'),
        told(f'["{salt}",7,1]'),
        told('["AAAA","a",1]'),
        told(f'["{salt[:-1]}B","a",1]'),
        told(f'{{"{salt}":1}}'),
        told(f'["{salt}","a",{{"x":1,"x":2}}]'),
        told("nothing"),
        told("[" * 3_000),
        told(f'["{salt}","a",1]') + "=",
        "é",
        "",
    ):
        log = Forged(1, with_key(sd=[commitment(wrong)] if wrong.isascii() else []))
        bundle = json.loads(log.bundle())
        bundle["events"][1]["disclosures"] = [wrong]
        assert "a disclosure is not base64url" in refused(json.dumps(bundle).encode())


@pytest.mark.parametrize("key", [key for key in KEYS if key != "_sd"])
def test_a_disclosure_named_like_a_key_of_the_leaf_is_refused(key: str) -> None:
    one = disclose(key, "VV-2026-000001", bytes(16))
    assert f"is named “{key}”" in refused(disclosing(one))


def test_two_disclosures_of_one_name_are_refused() -> None:
    first, second = disclose("title", "Một", bytes(16)), disclose("title", "Hai", bytes(16))
    assert "two of its disclosures are named “title”" in refused(disclosing(first, second))
    assert len(check_bundle(disclosing(first, disclose("note", "Hai", bytes(16))), POLICY).events) == 4


def disclosing(*told: str) -> bytes:
    """A bundle whose second event commits to these disclosures."""
    bundle = json.loads(Forged(1, with_key(sd=sorted(map(commitment, told)))).bundle())
    bundle["events"][1]["disclosures"] = list(told)
    return json.dumps(bundle).encode()


@pytest.mark.parametrize("number", ["1e999", "-1e999", "[1e400]", "9" * 400])
def test_a_number_that_no_double_holds_is_refused(number: str) -> None:
    data = LOG.bundle().decode().replace('"origin": ', f'"more": {number}, "origin": ').encode()
    assert "no JSON text" in refused(data)


@pytest.mark.parametrize("at", [1, 3])
def test_a_subject_that_had_a_state_keeps_having_one(at: int) -> None:
    assert f"Event {at} " in refused(Forged(at, with_key(from_=None, to=None)).bundle())


def test_a_state_begins_with_the_first_event() -> None:
    class Late(SmallLog):
        def leaf(self, seq: int, previous: bytes, state: str | None, told: list[str]) -> bytes:
            states = (None, "new", "assigned")
            made = super().leaf(seq, previous, state, told)
            return with_key(from_=states[max(0, seq - 1)], to=states[seq])(made)

    assert "Event 1 " in refused(Late(events=3).bundle())


def test_a_subject_outside_lifecycles_has_no_states() -> None:
    class Person(SmallLog):
        def leaf(self, seq: int, previous: bytes, state: str | None, told: list[str]) -> bytes:
            return with_key(from_=None, to=None, due=None)(super().leaf(seq, previous, state, told))

    assert len(check_bundle(Person().bundle(), POLICY).events) == 4
