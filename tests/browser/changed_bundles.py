"""Bundles that are right and bundles that are not, each with the policy it is checked by."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from caseflow.trail.leaf import commitment, disclose, leaf_hash, NO_PREVIOUS
from tests.browser import evidence
from tests.browser.evidence import (
    base64,
    BOTH,
    case_log,
    disclosed,
    leaf_of,
    LOG,
    Log,
    NO_QUORUM,
    OTHER_CASE,
    packed,
    POLICY,
    SECOND,
    Signer,
    START,
    STORY,
    STRANGER,
    TRUSTING,
    WITNESS,
    WITNESSED_AT,
)

Bundle = dict[str, Any]
Change = Callable[[Bundle], object]


@dataclass(frozen=True)
class Trial:
    """Bytes of a bundle and of a policy, and whether the two go together."""

    name: str
    bundle: bytes
    policy: bytes
    good: bool

    def __str__(self) -> str:
        return self.name


def fresh() -> Bundle:
    """A bundle that is right under every policy here."""
    return case_log().bundle()


def both_signed(log: Log) -> str:
    """A checkpoint with the cosignatures of two witnesses and one that nobody knows."""
    return log.note(cosigners=(WITNESS, SECOND, STRANGER))


# --- right ones ------------------------------------------------------------------------------------


def good_trials() -> Iterator[Trial]:
    """What must be taken."""
    log = case_log()
    plain = fresh()
    yield Trial("plain", packed(plain), POLICY.encode(), True)
    yield Trial("no_quorum", packed(plain), NO_QUORUM.encode(), True)
    yield Trial("no_witness", packed(log.bundle(log.note(cosigners=()))), TRUSTING.encode(), True)
    yield Trial("two_witnesses", packed(log.bundle(both_signed(log))), BOTH.encode(), True)
    yield Trial("older_tree", packed(log.bundle(size=10)), POLICY.encode(), True)
    yield Trial("one_event", packed(case_log(STORY[:1]).bundle()), POLICY.encode(), True)
    yield Trial(
        "last_event_left_out", packed(plain | {"events": plain["events"][:-1]}), POLICY.encode(), True
    )
    yield Trial("compact_json", json.dumps(plain).encode(), POLICY.encode(), True)
    yield Trial("nothing_disclosed", packed(_without_disclosures(fresh())), POLICY.encode(), True)
    yield Trial("one_disclosure_missing", packed(_changed(lambda it: it["events"][1]["disclosures"].pop(1))), POLICY.encode(), True)  # fmt: skip
    yield Trial("disclosures_in_another_order", packed(_changed(lambda it: it["events"][1]["disclosures"].reverse())), POLICY.encode(), True)  # fmt: skip
    yield Trial("extra_line", packed(_changed(_all_proofs("\nindex", "\nextra AAEC\nindex"))), POLICY.encode(), True)  # fmt: skip
    yield Trial("cosigned_twice", packed(log.bundle(log.note(cosigners=(WITNESS, WITNESS)))), POLICY.encode(), True)  # fmt: skip
    yield Trial("notes_with_different_cosigners", packed(_mixed_notes(log)), POLICY.encode(), True)
    yield Trial("erased", packed(erased_log().bundle()), POLICY.encode(), True)
    yield Trial("outside_lifecycles", packed(stateless_log().bundle()), POLICY.encode(), True)
    yield Trial("large_numbers", packed(_disclosing(_encoded(f'["{SALT}","a",[1e308,-1e-999,12345678901234567890]]')).bundle()), POLICY.encode(), True)  # fmt: skip
    yield Trial("alone_in_the_log", packed(_lonely().bundle()), POLICY.encode(), True)
    yield Trial("group_of_one", packed(plain), _grouped("1 uy-ban cap-tren"), True)
    yield Trial("group_any", packed(plain), _grouped("any cap-tren uy-ban"), True)
    yield Trial("nested_groups", packed(log.bundle(both_signed(log))), _nested(), True)
    yield Trial("two_logs", packed(plain), (POLICY + f"log {Signer('khac.example').vkey}\n").encode(), True)
    yield Trial("key_id_in_capitals", packed(plain), POLICY.replace(LOG.key_id.hex(), LOG.key_id.hex().upper()).encode(), True)  # fmt: skip
    yield Trial(
        "names_that_are_no_text", packed(plain), POLICY.encode().replace(b"uy-ban", b"\xff\xfe"), True
    )


def _changed(change: Change) -> Bundle:
    bundle = fresh()
    change(bundle)
    return bundle


def _without_disclosures(bundle: Bundle) -> Bundle:
    for event in bundle["events"]:
        event["disclosures"] = []
    return bundle


def _all_proofs(old: str, new: str, count: int = 1) -> Change:
    def change(bundle: Bundle) -> None:
        for event in bundle["events"]:
            assert old in event["proof"]
            event["proof"] = event["proof"].replace(old, new, count)

    return change


def _mixed_notes(log: Log) -> Bundle:
    """The same three lines everywhere, but other signatures beneath."""
    one, other = log.bundle(), log.bundle(both_signed(log))
    one["events"][2] = other["events"][2]
    return one


def erased_log() -> Log:
    """A case whose first title was erased later."""
    log = case_log(STORY[:2])
    gone = log.told[0].pop(1)
    facts = [("erased", [commitment(gone)]), ("decision_number", "12-QĐ/UBKT")]
    _add(log, "data.erased", "assigned", "assigned", facts)
    return log


def stateless_log() -> Log:
    """A chain outside every lifecycle."""
    log = case_log(())
    for number in range(3):
        told = disclosed([("ip_address", f"10.0.0.{number}")])
        log.append(
            leaf_of(
                number, told, type="person.signed_in", source=None, target=None, due=None, previous=log.head
            ),
            told,
        )
    return log


def _lonely() -> Log:
    log = Log()
    log.append(leaf_of(0))
    return log


def _add(log: Log, kind: str, source: str | None, target: str | None, facts: evidence.Told) -> None:
    told = disclosed(facts)
    leaf = leaf_of(
        len(log.places), told, type=kind, source=source, target=target, previous=log.head,
        at=START + timedelta(days=2),
    )  # fmt: skip
    log.append(leaf, told)


def _grouped(line: str) -> bytes:
    witnesses = f"witness uy-ban {WITNESS.vkey}\nwitness cap-tren {SECOND.vkey}\n"
    return f"log {LOG.vkey}\n{witnesses}group nhom {line}\nquorum nhom\n".encode()


def _nested() -> bytes:
    return (
        f"log {LOG.vkey}\nwitness a {WITNESS.vkey}\nwitness b {SECOND.vkey}\nwitness c {STRANGER.vkey}\n"
        "group trong 1 b c\ngroup ngoai all a trong\nquorum ngoai\n"
    ).encode()


# --- bundles that were changed ---------------------------------------------------------------------


def _set(*way: str | int, to: object) -> Change:
    def change(bundle: Any) -> None:
        for step in way[:-1]:
            bundle = bundle[step]
        bundle[way[-1]] = to

    return change


def _put(*way: str | int, old: str, new: str) -> Change:
    """Replace a piece of text."""

    def change(bundle: Any) -> None:
        for step in way[:-1]:
            bundle = bundle[step]
        assert old in bundle[way[-1]], old
        bundle[way[-1]] = bundle[way[-1]].replace(old, new, 1)

    return change


def _leaf(old: str, new: str, at: int = 1) -> Change:
    """Change the bytes of a leaf and leave everything else."""

    def change(bundle: Bundle) -> None:
        text = b64decode(bundle["events"][at]["leaf"]).decode()
        assert old in text, old
        bundle["events"][at]["leaf"] = base64(text.replace(old, new, 1).encode())

    return change


def _swap_events(bundle: Bundle) -> None:
    events = bundle["events"]
    events[1], events[2] = events[2], events[1]


def _swap_proofs(bundle: Bundle) -> None:
    one, other = bundle["events"][1], bundle["events"][2]
    one["proof"], other["proof"] = other["proof"], one["proof"]


def _swap_disclosures(bundle: Bundle) -> None:
    one, other = bundle["events"][0], bundle["events"][4]
    one["disclosures"], other["disclosures"] = other["disclosures"], one["disclosures"]


def _cut_path(bundle: Bundle) -> None:
    head, empty, note = bundle["events"][3]["proof"].partition("\n\n")
    bundle["events"][3]["proof"] = head.rpartition("\n")[0] + empty + note


def _flip(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def _flip_signature(name: str, at: int) -> Change:
    def change(bundle: Bundle) -> None:
        proof = bundle["events"][at]["proof"]
        place = proof.index(f"— {name} ") + len(name) + 3 + 20
        bundle["events"][at]["proof"] = _flip(proof, place)

    return change


def _flip_path(bundle: Bundle) -> None:
    proof = bundle["events"][2]["proof"]
    bundle["events"][2]["proof"] = _flip(proof, proof.index("index") + 12)


def _other_value(bundle: Bundle) -> None:
    bundle["events"][0]["disclosures"][1] = disclose("title", "Không có gì", b"0123456789abcdef")


def _loose_bits(text: str) -> str:
    """The same bytes in another spelling of base64."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    end = len(text.rstrip("="))
    return text[: end - 1] + letters[letters.index(text[end - 1]) ^ 1] + text[end:]


def _loose_leaf(bundle: Bundle) -> None:
    event = next(each for each in bundle["events"] if each["leaf"].endswith("="))
    event["leaf"] = _loose_bits(event["leaf"])


def _loose_root(bundle: Bundle) -> None:
    root = case_log().body().split("\n")[2]
    _all_proofs(root, _loose_bits(root))(bundle)


def _unpadded(bundle: Bundle) -> None:
    event = next(each for each in bundle["events"] if each["leaf"].endswith("="))
    event["leaf"] = event["leaf"].rstrip("=")


CHANGES: dict[str, Change] = {
    "format": _set("format", to="caseflow-evidence/v2"),
    "format_number": _set("format", to=1),
    "origin": _set("origin", to="khac.example/caseflow"),
    "case": _set("case", to=str(OTHER_CASE)),
    "case_in_capitals": _set("case", to=str(evidence.CASE).upper()),
    "extra_key": _set("note", to=""),
    "key_of_the_language": _set("__proto__", to={}),
    "missing_key": lambda it: it.pop("origin"),
    "no_events": _set("events", to=[]),
    "events_as_object": _set("events", to={}),
    "event_as_text": _set("events", 1, to="x"),
    "extra_key_in_event": _set("events", 1, "index", to=3),
    "missing_key_in_event": lambda it: it["events"][1].pop("disclosures"),
    "disclosure_as_number": _set("events", 1, "disclosures", 0, to=1),
    "leaf_null": _set("events", 1, "leaf", to=None),
    "first_event_left_out": lambda it: it["events"].pop(0),
    "middle_event_left_out": lambda it: it["events"].pop(2),
    "event_twice": lambda it: it["events"].insert(2, it["events"][1]),
    "events_swapped": _swap_events,
    "proofs_swapped": _swap_proofs,
    "disclosures_swapped": _swap_disclosures,
    "leaf_text": _leaf("case.assigned", "case.reopened"),
    "leaf_time": _leaf("2026-11-02T03", "2026-11-02T04"),
    "leaf_blank": _leaf(",", ", "),
    "leaf_key_order": _leaf('"to":"assigned","type":"case.assigned"', '"type":"case.assigned","to":"assigned"'),
    "leaf_extra_key": _leaf('"v":1', '"v":1,"w":1'),
    "leaf_missing_key": _leaf('"due":"2026-11-27T16:59:59.999999Z",', ""),
    "leaf_duplicate_key": _leaf('"v":1', '"v":1,"v":1'),
    "leaf_version": _leaf('"v":1', '"v":2'),
    "leaf_version_true": _leaf('"v":1', '"v":true'),
    "leaf_seq_fraction": _leaf('"seq":1', '"seq":1.0'),
    "leaf_backslash": _leaf("case.assigned", "case.\\u0061ssigned"),
    "leaf_not_ascii": _leaf("assigned", "đ"),
    "leaf_newline": _leaf("{", "{\n"),
    "leaf_cut": _set("events", 1, "leaf", to=base64(b'{"_sd":[')),
    "leaf_empty": _set("events", 1, "leaf", to=""),
    "leaf_long": _set("events", 1, "leaf", to=base64(b" " * 5_000)),
    "leaf_loose_bits": _loose_leaf,
    "leaf_unpadded": _unpadded,
    "leaf_with_newline": _put("events", 1, "leaf", old="ey", new="e\ny"),
    "disclosure_of_another_value": _other_value,
    "disclosure_twice": lambda it: it["events"][1]["disclosures"].append(it["events"][1]["disclosures"][0]),
    "disclosure_padded": _set("events", 0, "disclosures", 0, to="WyJhIl0="),
    "disclosure_no_json": _set("events", 0, "disclosures", 0, to="AAAA"),
    "disclosure_empty": _set("events", 0, "disclosures", 0, to=""),
    "disclosure_with_an_accent": _set("events", 0, "disclosures", 0, to="đ"),
    "proof_header": _put("events", 1, "proof", old="@v1", new="@v2"),
    "proof_index": _put("events", 1, "proof", old="index 5", new="index 4"),
    "proof_index_zero": _put("events", 1, "proof", old="index 5", new="index 05"),
    "proof_index_negative": _put("events", 1, "proof", old="index 5", new="index -5"),
    "proof_index_outside": _put("events", 1, "proof", old="index 5", new="index 19"),
    "proof_index_huge": _put("events", 1, "proof", old="index 5", new="index 9223372036854775808"),
    "proof_hash": _flip_path,
    "proof_cut": _cut_path,
    "proof_longer": _put("events", 1, "proof", old="index 5\n", new="index 5\n" + base64(bytes(32)) + "\n"),
    "proof_short_hash": _put("events", 1, "proof", old="index 5\n", new="index 5\n" + base64(bytes(31)) + "\n"),
    "proof_windows_lines": _put("events", 1, "proof", old="\n", new="\r\n"),
    "proof_empty": _set("events", 1, "proof", to=""),
    "proof_bad_extra": _put("events", 1, "proof", old="\nindex", new="\nextra A\nindex"),
    "proof_half_a_character": _put("events", 1, "proof", old="index", new="\ud800index"),
    "checkpoint_size": _all_proofs("\n19\n", "\n20\n"),
    "checkpoint_size_zeros": _all_proofs("\n19\n", "\n019\n"),
    "checkpoint_root_loose": _loose_root,
    "checkpoint_fourth_line": _all_proofs("\n\n— ", "\nmore\n\n— "),
    "checkpoint_without_signature": _all_proofs(f"— {LOG.name} ", f"— {LOG.name}x "),
    "checkpoint_signature": _flip_signature(LOG.name, 0),
    "checkpoint_signature_later": _flip_signature(LOG.name, 3),
    "cosignature": _flip_signature(WITNESS.name, 0),
    "cosignature_later": _flip_signature(WITNESS.name, 5),
    "signature_hyphen": _all_proofs("— ", "- "),
    "signature_two_blanks": _all_proofs("— ", "—  "),
    "note_without_end": lambda it: [each.update(proof=each["proof"][:-1]) for each in it["events"]],
    "note_with_more_behind": lambda it: [each.update(proof=each["proof"] + "\n") for each in it["events"]],
    "note_with_tab": _all_proofs("caseflow\n", "caseflow\t\n"),
}  # fmt: skip


def changed_trials() -> Iterator[Trial]:
    """A good bundle with one thing changed."""
    for name, change in CHANGES.items():
        text = json.dumps(_changed(change), ensure_ascii=True).encode()
        yield Trial(name, text, POLICY.encode(), False)


# --- bundles whose maker holds the key of the log --------------------------------------------------


def _rewritten(*changes: tuple[int, dict[str, Any]]) -> Log:
    """A log whose leaves were made anew, properly linked and signed, but with something untrue in one."""
    log = Log()
    for number, (kind, source, target, facts) in enumerate(STORY):
        log.stranger(3 * number)
        told = disclosed(facts)
        usual: dict[str, Any] = {"type": kind, "source": source, "target": target, "previous": log.head}
        other = next((change for at, change in changes if at == number), {})
        log.append(leaf_of(number, told, **(usual | other)), told)
    return log


def _raw(old: str, new: str, at: int = 2) -> Log:
    """A log in which one leaf is not as the format says, though hashed and signed."""
    log = Log()
    for number, (kind, source, target, facts) in enumerate(STORY):
        told = disclosed(facts)
        leaf = leaf_of(number, told, type=kind, source=source, target=target, previous=log.head)
        if number == at:
            assert old in leaf.decode()
            leaf = leaf.replace(old.encode(), new.encode(), 1)
        log.append(leaf, told)
    return log


def _sealed_out_of_order() -> Log:
    """The second event was sealed before the first."""
    log = Log()
    first = leaf_of(0)
    second = leaf_of(
        1, type="case.assigned", source="registered", target="assigned", previous=leaf_hash(first)
    )
    log.leaves, log.places, log.told = [second, first], [1, 0], [[], []]
    return log


def _disclosing(*disclosures: str) -> Log:
    log = Log()
    log.append(leaf_of(0, disclosures), disclosures)
    return log


def _states(*moves: tuple[str | None, str | None]) -> Log:
    """A chain whose events say that they lead from and to these states."""
    log = Log()
    for number, (source, target) in enumerate(moves):
        log.append(leaf_of(number, source=source, target=target, previous=log.head))
    return log


def _encoded(text: str) -> str:
    return base64(text.encode()).replace("+", "-").replace("/", "_").rstrip("=")


SALT = _encoded("0123456789abcdef")
REWRITTEN: dict[str, Callable[[], Log]] = {
    "gap_in_seq": lambda: _rewritten((2, {"seq": 5})),
    "link_to_elsewhere": lambda: _rewritten((2, {"previous": b"\1" * 32})),
    "first_with_previous": lambda: _rewritten((0, {"previous": b"\1" * 32})),
    "later_without_previous": lambda: _rewritten((3, {"previous": NO_PREVIOUS})),
    "time_goes_back": lambda: _rewritten((2, {"at": START})),
    "state_out_of_nowhere": lambda: _rewritten((3, {"source": "suspended"})),
    "first_from_a_state": lambda: _rewritten((0, {"source": "assigned"})),
    "later_from_null": lambda: _rewritten((2, {"source": None})),
    "states_given_up": lambda: _states((None, "registered"), (None, None)),
    "states_given_up_and_taken_up": lambda: _states(
        (None, "registered"), (None, None), ("registered", "assigned")
    ),
    "states_begun_late": lambda: _states((None, None), (None, "registered")),
    "states_ended": lambda: _states((None, "registered"), ("registered", None)),
    "to_null": lambda: _rewritten((2, {"target": None})),
    "same_event_twice": lambda: _rewritten((2, {"event": UUID(int=2 << 64)})),
    "other_subject": lambda: _rewritten((2, {"subject": OTHER_CASE})),
    "commitments_out_of_order": lambda: _raw('"_sd":["', f'"_sd":["{"z" * 42}w","', 1),
    "commitment_short": lambda: _raw('"_sd":["', '"_sd":["AAAA","', 1),
    "commitment_number": lambda: _raw('"_sd":[', '"_sd":[1', 2),
    "commitments_as_object": lambda: _raw('"_sd":[]', '"_sd":{}'),
    "uuid_in_capitals": lambda: _raw("5f0c5f7e", "5F0C5F7E"),
    "month_13": lambda: _raw('"at":"2026-11-02', '"at":"2026-13-02'),
    "february_30": lambda: _raw('"at":"2026-11-02', '"at":"2027-02-30'),
    "second_60": lambda: _raw(":00.000000Z", ":60.000000Z"),
    "hour_24": lambda: _raw("T04:00:00.000000Z", "T24:00:00.000000Z"),
    "year_0": lambda: _raw('"at":"2026', '"at":"0000'),
    "due_with_another_end": lambda: _raw("16:59:59.999999Z", "16:58:59.999999Z"),
    "due_day_only": lambda: _raw('"2026-11-27T16:59:59.999999Z"', '"2026-11-27"'),
    "no_type": lambda: _raw("case.started", ""),
    "type_with_a_mark": lambda: _raw("case.started", "case started!"),
    "state_empty": lambda: _raw('"to":"in_progress"', '"to":""'),
    "seq_negative_nought": lambda: _raw('"seq":0', '"seq":-0', 0),
    "seq_text": lambda: _raw('"seq":2', '"seq":"2"'),
    "blank_sealed": lambda: _raw('"v":1', '"v": 1'),
    "escape_sealed": lambda: _raw("case.started", "case.\\u0073tarted"),
    "accent_sealed": lambda: _raw("case.started", "case.stárted"),
    "thirteen_keys_sealed": lambda: _raw('"v":1', '"v":1,"w":1'),
    "sealed_out_of_order": _sealed_out_of_order,
    "disclosure_of_two": lambda: _disclosing(_encoded(f'["{SALT}","a"]')),
    "disclosure_of_four": lambda: _disclosing(_encoded(f'["{SALT}","a",1,2]')),
    "disclosure_object": lambda: _disclosing(_encoded(f'{{"{SALT}":"a"}}')),
    "disclosure_short_salt": lambda: _disclosing(_encoded('["AAAA","a",1]')),
    "disclosure_name_number": lambda: _disclosing(_encoded(f'["{SALT}",1,1]')),
    "disclosure_name_empty": lambda: _disclosing(_encoded(f'["{SALT}","",1]')),
    "disclosure_name_reserved": lambda: _disclosing(_encoded(f'["{SALT}","_sd",1]')),
    "disclosure_duplicate_key": lambda: _disclosing(_encoded(f'["{SALT}","a",{{"b":1,"b":2}}]')),
    "disclosure_name_of_a_leaf_key": lambda: _disclosing(_encoded(f'["{SALT}","case","VV-2026-000001"]')),
    "disclosure_name_dots": lambda: _disclosing(_encoded(f'["{SALT}","...",1]')),
    "disclosure_name_control": lambda: _disclosing(_encoded(f'["{SALT}","a\\u009b",1]')),
    "disclosure_name_turned": lambda: _disclosing(_encoded(f'["{SALT}","a\u202eb",1]')),
    "disclosure_name_twice": lambda: _disclosing(
        _encoded(f'["{SALT}","a",1]'), _encoded(f'["{SALT}","a",2]')
    ),
    "disclosure_infinite": lambda: _disclosing(_encoded(f'["{SALT}","a",1e999]')),
    "disclosure_infinite_within": lambda: _disclosing(_encoded(f'["{SALT}","a",{{"b":[-1e999]}}]')),
    "disclosure_infinite_whole": lambda: _disclosing(_encoded(f'["{SALT}","a",1{"0" * 400}]')),
    "disclosure_nan": lambda: _disclosing(_encoded(f'["{SALT}","a",NaN]')),
    "disclosure_half_a_character": lambda: _disclosing(_encoded(f'["{SALT}","a","\\ud800"]')),
    "disclosure_loose_bits": lambda: _disclosing(_loose_url(_encoded(f'["{SALT}","a",1]'))),
}


def _loose_url(text: str) -> str:
    assert len(text) % 4
    return text[:-1] + _loose_bits(text)[-1]


def rewritten_trials() -> Iterator[Trial]:
    """Sealed and signed, cosigned even, and still not what the format says."""
    for name, make in REWRITTEN.items():
        yield Trial(name, packed(make().bundle()), POLICY.encode(), False)


# --- other trees, keys and bytes -------------------------------------------------------------------


def _fork() -> Bundle:
    """The last event leads to another tree of the same size."""
    bundle, other = fresh(), case_log()
    other.leaves[0] = leaf_of(7, subject=OTHER_CASE, seq=0)
    bundle["events"][-1]["proof"] = other.bundle()["events"][-1]["proof"]
    return bundle


def _older_for_one() -> Bundle:
    """The first event is proven in an older tree."""
    log = case_log()
    bundle = log.bundle()
    bundle["events"][0]["proof"] = log.proof(log.places[0], log.note(10), 10)
    return bundle


def _late_cosignature(seconds: int) -> Bundle:
    log = case_log()
    body = log.body()
    return log.bundle(body + "\n" + LOG.sign(body) + WITNESS.cosign(body, seconds))


def _many_signatures() -> Bundle:
    log = case_log()
    return log.bundle(log.note() + STRANGER.cosign(log.body(), WITNESSED_AT) * 70)


def other_trials() -> Iterator[Trial]:
    """Not of this log, not by this key, not this tree, not JSON."""
    log, good = case_log(), packed(fresh())
    thief = Signer(LOG.name, seed=b"\7" * 32)
    liar = Signer(WITNESS.name, evidence.WITNESS_TYPE, b"\7" * 32)
    plain_witness = Signer(WITNESS.name, evidence.LOG_TYPE)
    yield Trial("fork", packed(_fork()), POLICY.encode(), False)
    yield Trial("one_proof_older", packed(_older_for_one()), POLICY.encode(), False)
    yield Trial("other_key", packed(log.bundle(log.note(by=thief))), POLICY.encode(), False)
    yield Trial("other_log", packed(log.bundle(log.note(origin="khac.example"))), POLICY.encode(), False)
    yield Trial("other_name_of_key", packed(log.bundle(log.note(by=Signer("khac.example")))), POLICY.encode(), False)  # fmt: skip
    yield Trial("log_unknown", good, f"log {Signer('khac.example').vkey}\nquorum none\n".encode(), False)
    yield Trial("no_log_in_policy", good, b"quorum none\n", False)
    yield Trial("not_cosigned", packed(log.bundle(log.note(cosigners=()))), POLICY.encode(), False)
    yield Trial("cosigned_by_a_stranger", packed(log.bundle(log.note(cosigners=(STRANGER,)))), POLICY.encode(), False)  # fmt: skip
    yield Trial("cosigned_by_a_liar", packed(log.bundle(log.note(cosigners=(liar,)))), POLICY.encode(), False)
    yield Trial("cosigned_as_a_log", packed(log.bundle(log.note(cosigners=(plain_witness,)))), POLICY.encode(), False)  # fmt: skip
    yield Trial("one_of_two", good, BOTH.encode(), False)
    yield Trial("two_of_two_in_one_only", packed(_with_note_at(3, log.note(cosigners=()))), POLICY.encode(), False)  # fmt: skip
    yield Trial("cosigned_in_the_year_10000", packed(_late_cosignature(253_402_300_800)), POLICY.encode(), False)  # fmt: skip
    yield Trial("cosigned_at_2_64", packed(_late_cosignature(2**64 - 1)), POLICY.encode(), False)
    yield Trial("seventy_signatures", packed(_many_signatures()), POLICY.encode(), False)
    for name, data in _no_json(good):
        yield Trial(name, data, POLICY.encode(), False)


def _with_note_at(place: int, note: str) -> Bundle:
    log, bundle = case_log(), fresh()
    bundle["events"][place]["proof"] = log.proof(log.places[place], note)
    return bundle


def _no_json(good: bytes) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "cut", good[:-2]
    yield "cut_in_half", good[: len(good) // 2]
    yield "more_behind", good + b"{}"
    yield "byte_order_mark", b"\xef\xbb\xbf" + good
    yield "utf_16", good.decode().encode("utf-16")
    yield "not_utf_8", good.replace(b"caseflow-evidence", b"caseflow\xffevidence")
    yield "comma_too_many", good.replace(b"]\n}", b",]\n}")
    yield "single_quotes", good.replace(b'"', b"'")
    yield "nan", b'{"format":NaN}'
    yield "duplicate_key", good.replace(b'{\n "format"', b'{\n "format": "caseflow-evidence/v1",\n "format"')
    yield "duplicate_key_escaped", good.replace(b'{\n "format"', b'{\n "\\u0066ormat": "x",\n "format"')
    yield "a_list", b"[]"
    yield "a_word", b"null"
    yield "a_number", b"1e999"
    yield "deep", b"[" * 200_000
    yield "deep_objects", b'{"a":' * 100_000
    yield "noughts", bytes(1_000)
    yield "a_control_character", good.replace(b"caseflow-evidence", b"caseflow\x01evidence")


# --- policies --------------------------------------------------------------------------------------


def _policies() -> Iterator[tuple[str, bytes]]:
    log, one, two = LOG.vkey, WITNESS.vkey, SECOND.vkey
    wrong_id = log.replace(LOG.key_id.hex(), "00000000")
    renamed = Signer("khac.example", seed=LOG.secret.private_bytes_raw())
    yield "empty", b""
    yield "no_quorum_line", f"log {log}\n".encode()
    yield "two_quorums", f"log {log}\nquorum none\nquorum none\n".encode()
    yield "quorum_of_two_words", f"log {log}\nquorum none none\n".encode()
    yield "quorum_unknown", f"log {log}\nquorum uy-ban\n".encode()
    yield "quorum_before_definition", f"log {log}\nquorum w\nwitness w {one}\n".encode()
    yield "unknown_word", f"log {log}\nwatch {one}\nquorum none\n".encode()
    yield "word_in_capitals", f"LOG {log}\nquorum none\n".encode()
    yield "windows_lines", TRUSTING.replace("\n", "\r\n").encode()
    yield "nought_byte", TRUSTING.encode() + b"\0\n"
    yield "delete_byte", TRUSTING.encode() + b"#\x7f\n"
    yield "no_newline_at_the_end", TRUSTING.encode()[:-1]
    yield "log_without_key", b"log\nquorum none\n"
    yield "log_with_four_words", f"log {log} a b\nquorum none\n".encode()
    yield "wrong_key_id", f"log {wrong_id}\nquorum none\n".encode()
    yield "key_cut", f"log {log[:-4]}\nquorum none\n".encode()
    yield "key_of_no_base64", f"log {log[:-1]}!\nquorum none\n".encode()
    yield "key_without_name", f"log {log.removeprefix(LOG.name)}\nquorum none\n".encode()
    yield "witness_key_for_log", f"log {one}\nquorum none\n".encode()
    yield "log_key_for_witness", f"log {log}\nwitness w {log}\nquorum none\n".encode()
    yield "log_twice", f"log {log}\nlog {log}\nquorum none\n".encode()
    yield "log_twice_under_other_names", f"log {log}\nlog {renamed.vkey}\nquorum none\n".encode()
    yield "witness_twice", f"log {log}\nwitness a {one}\nwitness b {one}\nquorum none\n".encode()
    yield "witness_name_twice", f"log {log}\nwitness a {one}\nwitness a {two}\nquorum none\n".encode()
    yield "witness_called_none", f"log {log}\nwitness none {one}\nquorum none\n".encode()
    yield "witness_without_key", f"log {log}\nwitness a\nquorum none\n".encode()
    yield "group_named_like_witness", _policy_with("group uy-ban any uy-ban")
    yield "group_of_nobody", _policy_with("group g any")
    yield "group_threshold_0", _policy_with("group g 0 uy-ban")
    yield "group_threshold_2_of_1", _policy_with("group g 2 uy-ban")
    yield "group_threshold_01", _policy_with("group g 01 uy-ban")
    yield "group_threshold_word", _policy_with("group g some uy-ban")
    yield "group_threshold_of_the_language", _policy_with("group g constructor uy-ban")
    yield "group_of_unknown", _policy_with("group g any x")
    yield "group_of_none", _policy_with("group g any none")
    yield "group_member_twice", _policy_with("group g any uy-ban uy-ban")
    yield "member_of_two_groups", _policy_with("group g any uy-ban\ngroup h any uy-ban")
    yield "noise", bytes(range(256))
    yield "letters", "đây không phải tệp khóa\n".encode()


def _policy_with(line: str) -> bytes:
    return f"log {LOG.vkey}\nwitness uy-ban {WITNESS.vkey}\n{line}\nquorum none\n".encode()


def policy_trials() -> Iterator[Trial]:
    """A good bundle under a policy that is none."""
    good = packed(fresh())
    for name, data in _policies():
        yield Trial(f"policy_{name}", good, data, False)


def flipped(data: bytes, places: Sequence[int]) -> Iterator[bytes]:
    """The same bytes with one of them changed."""
    for at in places:
        yield data[:at] + bytes([data[at] ^ (1 << at % 7)]) + data[at + 1 :]


TRIALS = (
    *good_trials(), *changed_trials(), *rewritten_trials(), *other_trials(), *policy_trials(),
)  # fmt: skip
