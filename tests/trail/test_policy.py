"""Policies are read as c2sp.org/tlog-policy asks, and take only checkpoints that enough have looked at."""

from __future__ import annotations

import pytest

from caseflow.trail.cosignatures import Cosigner
from caseflow.trail.notes import Note, NoteSigner
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import BadCheckpoint, BadPolicy, BadSignature, NotTrusted
from tests.trail.logs import ORIGIN, SEEN, SmallLog, WITNESS_SEED

LOG = SmallLog()
WITNESSES = {
    name: Cosigner(f"{name}.example", bytes([ord(name[0]), ord(name[1])] * 16))
    for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
GROUPS = f"""# who is trusted
log {LOG.signer.vkey}

{"".join(f"witness {name} {key.vkey}{chr(10)}" for name, key in WITNESSES.items())}
group X-witnesses 2 X1 X2 X3
 \tgroup Y-witnesses any \t Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def signed_by(*names: str) -> str:
    note = Note.parse(LOG.note(cosigned=False))
    return note.with_signatures(WITNESSES[name].cosign(note.text, SEEN) for name in names).encode()


@pytest.mark.parametrize("names", [("X1", "X3", "Y2"), ("X1", "X2", "X3", "Y1", "Y2", "Y3")])
def test_the_example_of_the_specification_takes_enough_witnesses(names: tuple[str, ...]) -> None:
    accepted = Policy.parse(GROUPS).accept(signed_by(*names))
    assert accepted.checkpoint == LOG.checkpoint()
    assert accepted.cosigned == tuple((name, SEEN) for name in names)
    assert accepted.log == LOG.signer.key


@pytest.mark.parametrize("names", [(), ("X1", "X2"), ("X1", "Y1"), ("X1", "Y1", "Y2", "Y3")])
def test_the_example_of_the_specification_refuses_too_few(names: tuple[str, ...]) -> None:
    with pytest.raises(NotTrusted, match="X-and-Y"):
        Policy.parse(GROUPS).accept(signed_by(*names))


def test_a_policy_is_written_and_read_back() -> None:
    policy = Policy.parse(GROUPS)
    assert Policy.parse(policy.encode()) == policy
    with_urls = f"log {LOG.signer.vkey} https://log.example\nwitness w {LOG.witness.vkey} http://w.example/x\nquorum w\n"
    assert Policy.parse(with_urls).encode() == with_urls
    assert Policy.parse(with_urls).witnesses[0].url == "http://w.example/x"


def test_no_witness_is_asked_for_where_the_quorum_is_none() -> None:
    policy = Policy.parse(f"log {LOG.signer.vkey}\nquorum none\n")
    assert policy.accept(LOG.note(cosigned=False)).cosigned == ()
    assert policy.accept(LOG.note()).cosigned == ()


def test_another_log_another_key_and_no_signature_are_told_apart() -> None:
    policy = LOG.policy("none")
    foreign = NoteSigner("other.example", WITNESS_SEED)
    body = LOG.checkpoint().body()
    with pytest.raises(NotTrusted, match=r"log “other\.example”"):
        policy.accept(foreign.sign(body.replace(ORIGIN, "other.example")))
    with pytest.raises(NotTrusted, match="not signed with the key"):
        policy.accept(NoteSigner(ORIGIN, WITNESS_SEED).sign(body))
    with pytest.raises(NotTrusted, match="not signed with the key"):
        policy.accept(foreign.sign(body))
    with pytest.raises(BadSignature):
        policy.accept(LOG.note().replace(body.split("\n")[1], "11", 1))
    with pytest.raises(BadCheckpoint):
        policy.accept(LOG.signer.sign(body + "extension\n"))


def test_the_key_of_one_log_does_not_sign_for_another() -> None:
    other = NoteSigner("other.example", WITNESS_SEED)
    policy = Policy.parse(f"log {LOG.signer.vkey}\nlog {other.vkey}\nquorum none\n")
    with pytest.raises(NotTrusted):
        policy.accept(other.sign(LOG.checkpoint().body()))


def test_a_false_cosignature_of_a_known_witness_refuses_the_note() -> None:
    note = Note.parse(LOG.note(cosigned=False))
    false = LOG.witness.cosign("other\n", SEEN)
    with pytest.raises(BadSignature, match="witness"):
        LOG.policy("none").accept(note.with_signatures([false]).encode())


def test_of_two_cosignatures_the_newer_one_counts() -> None:
    note = Note.parse(LOG.note())
    later = SEEN.replace(hour=9)
    twice = note.with_signatures([LOG.witness.cosign(note.text, later)])
    assert LOG.policy().accept(twice.encode()).cosigned == (("thanh-tra", later),)


def test_signatures_are_moved_from_an_answer_to_the_checkpoint() -> None:
    note = Note.parse(LOG.note(cosigned=False))
    lines = [WITNESSES["Y1"].cosign(note.text, SEEN), LOG.witness.cosign(note.text, SEEN)]
    merged, taken = LOG.policy().take(note, lines)
    assert merged.encode() == LOG.note()
    assert [each.name for each in taken] == ["thanh-tra"]
    with pytest.raises(NotTrusted):
        LOG.policy().take(note, lines[:1])
    with pytest.raises(BadSignature):
        LOG.policy().take(note, [LOG.witness.cosign("other\n", SEEN)])


W = LOG.witness.vkey
X = WITNESSES["X1"].vkey


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("quorum none", None),  # cut
        ("", None),
        ("# nothing\n", None),
        ("quorum none\r\n", None),
        ("quorum none\x7f\n", None),
        ("quorum none\n" + "#" * 200_000 + "\n", None),
        ("quorum none\nquorum none\n", 2),
        ("quorum\n", 1),
        ("quorum none none\n", 1),
        ("quorum w\n", 1),
        (f"quorum w\nwitness w {W}\n", 1),
        ("Quorum none\n", 1),
        ("log\nquorum none\n", 1),
        (f"log {LOG.signer.vkey} a b\nquorum none\n", 1),
        (f"log {LOG.signer.vkey}\nlog {LOG.signer.vkey}\nquorum none\n", 2),
        (f"log {W}\nquorum none\n", 1),
        (f"witness w {LOG.signer.vkey}\nquorum none\n", 1),
        (f"witness w {W[:-1]}\nquorum none\n", 1),
        ("witness w\nquorum none\n", 1),
        (f"witness w {W} u v\nquorum none\n", 1),
        (f"witness none {W}\nquorum none\n", 1),
        (f"witness w {W}\nwitness v {W}\nquorum none\n", 2),
        (f"witness w {W}\nwitness w {X}\nquorum none\n", 2),
        (f"witness w {W}\ngroup g any\nquorum g\n", 2),
        (f"witness w {W}\ngroup g 0 w\nquorum g\n", 2),
        (f"witness w {W}\ngroup g 2 w\nquorum g\n", 2),
        (f"witness w {W}\ngroup g +1 w\nquorum g\n", 2),
        (f"witness w {W}\ngroup g some w\nquorum g\n", 2),
        (f"witness w {W}\ngroup g 1 none\nquorum g\n", 2),
        (f"witness w {W}\ngroup g 1 g\nquorum g\n", 2),
        (f"witness w {W}\ngroup w 1 w\nquorum w\n", 2),
        (f"witness w {W}\ngroup g 1 w w\nquorum g\n", 2),
        (f"witness w {W}\ngroup g 1 w\ngroup h 1 w\nquorum g\n", 3),
        (f"group g 1 w\nwitness w {W}\nquorum g\n", 1),
    ],
)
def test_what_is_no_policy_is_refused_by_line(text: str, line: int | None) -> None:
    with pytest.raises(BadPolicy, match="The policy" if line is None else f"^Line {line} "):
        Policy.parse(text.encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"quorum none\r\n", "Windows line ends"),
        (b"quorum none\r\n#", "Windows line ends"),
        (b"quorum none\n#" + bytes([7]) + b"\n", "control character"),
        (b"quorum none", "was cut"),
        (b"#" * 200_000, "longer than 128 KiB"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_told_apart(data: bytes, words: str) -> None:
    with pytest.raises(BadPolicy, match=words):
        Policy.parse(data)


def test_names_are_octets_and_never_taken_for_one_another() -> None:
    names = [b"K", "\u212a".encode(), b"\xff", b"\xed\xb3\xbf", "é".encode()]
    keys = [
        Cosigner(f"w{number}.example", bytes([number] * 32)).vkey.encode() for number in range(len(names))
    ]
    lines = [b"witness %s %s\n" % pair for pair in zip(names, keys, strict=True)]
    policy = Policy.parse(b"".join(lines) + b"group all any " + b" ".join(names) + b"\nquorum all\n")
    assert len({each.name for each in policy.witnesses}) == len(names)
    assert all(each.shown.encode() for each in policy.witnesses)


def test_a_log_need_not_be_named_but_then_nothing_is_taken() -> None:
    with pytest.raises(NotTrusted):
        Policy.parse("quorum none\n").accept(LOG.note())


def test_32_logs_witnesses_and_groups_are_possible() -> None:
    lines = [f"log {NoteSigner(f'log{n}', bytes([n] * 32)).vkey}\n" for n in range(32)]
    lines += [f"witness w{n} {Cosigner(f'w{n}', bytes([n] * 32)).vkey}\n" for n in range(32)]
    lines += [f"group g{n} 1 {f'g{n - 1} ' if n else ''}w{n}\n" for n in range(32)]
    policy = Policy.parse("".join(lines) + "quorum g31\n")
    assert policy.satisfied_by({"w0"})
    assert not policy.satisfied_by(set())
