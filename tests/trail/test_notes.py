"""Notes, checkpoints and cosignatures are byte for byte as c2sp.org writes them."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, UTC

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import Cosigner, parse_lines, read_cosignature
from caseflow.trail.merkle import EMPTY_ROOT
from caseflow.trail.notes import Note, NoteSigner, open_note, SignatureLine, VerifierKey
from caseflow.trail.refusals import BadCheckpoint, BadNote, BadSignature
from tests.trail.logs import ORIGIN, SEED, SEEN, SmallLog, WITNESS_SEED

# The example of the note package of Go.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETERS_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETERS_NOTE = (
    PETERS_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-cosignature; its keys are not given.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
TEXT = "one\ntwo\n"


def test_the_example_of_another_implementation_is_signed_and_opened_alike() -> None:
    seed = b64decode(PETERS_SECRET.split("+", 2)[2])[1:]
    signer = NoteSigner("PeterNeumann", seed)
    assert signer.vkey == PETER
    assert signer.sign(PETERS_TEXT) == PETERS_NOTE
    note, signed = open_note(PETERS_NOTE.encode(), [VerifierKey.parse(PETER)])
    assert note.text == PETERS_TEXT
    assert [key.name for key in signed] == ["PeterNeumann"]


def test_a_key_in_use_elsewhere_is_read() -> None:
    vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert VerifierKey.parse(vkey).encode() == vkey


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    note = Note.parse(COSIGNED)
    assert note.encode() == COSIGNED
    tree = Checkpoint.parse(note.text)
    assert (tree.origin, tree.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert tree.body() == note.text
    stamp = int.from_bytes(note.signatures[1].signature[:8], "big")
    assert stamp == 1_679_315_147


def test_key_ids_are_as_the_specifications_count_them() -> None:
    for algorithm, key in ((1, NoteSigner(ORIGIN, SEED).key), (4, Cosigner("w.example", WITNESS_SEED).key)):
        public = key.public
        told = key.name.encode() + b"\n" + bytes([algorithm]) + public
        assert key.key_id == hashlib.sha256(told).digest()[:4]
        assert (
            key.encode() == f"{key.name}+{key.key_id.hex()}+{b64encode(bytes([algorithm]) + public).decode()}"
        )
        assert VerifierKey.parse(key.encode()) == key


def test_a_cosignature_signs_header_time_and_body() -> None:
    body = SmallLog().checkpoint().body()
    line = Cosigner("w.example", WITNESS_SEED).cosign(body, SEEN)
    stamp, signature = line.signature[:8], line.signature[8:]
    assert int.from_bytes(stamp, "big") == int(SEEN.timestamp())
    public = Ed25519PrivateKey.from_private_bytes(WITNESS_SEED).public_key()
    public.verify(signature, f"cosignature/v1\ntime {int(SEEN.timestamp())}\n{body}".encode())
    assert read_cosignature(Cosigner("w.example", WITNESS_SEED).key, line, body) == SEEN


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: b"\0" + data[1:8] + bytes([data[8] ^ 1]) + data[9:],
        lambda data: data[:7] + bytes([data[7] ^ 1]) + data[8:],
        lambda data: data[:0],
    ],
)
def test_changed_cosignature_is_refused(change: Callable[[bytes], bytes]) -> None:
    cosigner = Cosigner("w.example", WITNESS_SEED)
    line = cosigner.cosign("a\n1\nb\n", SEEN)
    with pytest.raises(BadSignature):
        read_cosignature(
            cosigner.key, SignatureLine(line.name, line.key_id, change(line.signature)), "a\n1\nb\n"
        )


def test_a_cosignature_of_no_year_that_there_is_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(WITNESS_SEED)
    key = Cosigner("w.example", WITNESS_SEED).key
    for stamp in (253_402_300_800, 2**63, 2**64 - 1):
        data = stamp.to_bytes(8, "big") + private.sign(f"cosignature/v1\ntime {stamp}\nx\n".encode())
        with pytest.raises(BadSignature, match="no possible time"):
            read_cosignature(key, SignatureLine(key.name, key.key_id, data), "x\n")
    last = 253_402_300_799
    data = last.to_bytes(8, "big") + private.sign(f"cosignature/v1\ntime {last}\nx\n".encode())
    expected = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert read_cosignature(key, SignatureLine(key.name, key.key_id, data), "x\n") == expected


def test_a_log_signature_is_no_cosignature_and_the_other_way_round() -> None:
    log, witness = NoteSigner(ORIGIN, SEED), Cosigner(ORIGIN, SEED)
    assert log.key.public == witness.key.public
    assert log.key.key_id != witness.key.key_id
    note = Note.parse(log.sign(TEXT))
    with pytest.raises(BadSignature):
        open_note(note.encode(), [witness.key])


def test_unknown_signatures_are_passed_over_and_false_ones_refused() -> None:
    mine, other = NoteSigner("mine", SEED), NoteSigner("other", WITNESS_SEED)
    note = Note.parse(mine.sign(TEXT)).with_signatures(Note.parse(other.sign(TEXT)).signatures)
    assert open_note(note.encode(), [mine.key])[1] == (mine.key,)
    assert open_note(note.encode(), [mine.key, other.key])[1] == (mine.key, other.key)
    with pytest.raises(BadSignature, match="none of the known keys"):
        open_note(mine.sign(TEXT), [other.key])
    with pytest.raises(BadSignature, match="false"):
        open_note(note.encode().replace("two", "too"), [mine.key])


def test_the_last_empty_line_parts_text_and_signatures() -> None:
    signer = NoteSigner("mine", SEED)
    note = Note.parse(signer.sign("a\n\nb\n\n"))
    assert note.text == "a\n\nb\n\n"
    open_note(note.encode(), [signer.key])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        "text\n\n— name".encode(),
        "text\n\n— name AAAAAAA=".encode(),  # no newline at the end
        b"text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAAAA==\n".encode(),  # an id without a signature
        "text\n\n— name AAAAAAB=\n".encode(),  # another spelling of the same bytes
        "text\n\n— name AAAAAAA\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— na\u00a0me AAAAAAA=\n".encode(),
        "text\n\n— na me AAAAAAA=\n".encode(),
        "te\txt\n\n— name AAAAAAA=\n".encode(),
        "te\rxt\n\n— name AAAAAAA=\n".encode(),
        b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        ("text\n\n" + "— name AAAAAAA=\n" * 65).encode(),
        b"x" * 200_000 + "\n\n— name AAAAAAA=\n".encode(),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        Note.parse(data)


def test_sixteen_signatures_and_more_are_taken() -> None:
    assert len(Note.parse("text\n\n" + "— name AAAAAAA=\n" * 64).signatures) == 64


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+c74f20a3",
        PETER[:-1],
        PETER.replace("a3", "a4"),
        PETER.replace("Peter", "peter"),
        PETER.replace("ARpc", "Arpc"),
        PETER.replace("ARpc", "BRpc"),
        "+" + PETER,
        PETER + "\n",
        "Peter Neumann" + PETER[12:],
        "name+00000000+" + b64encode(b"\x06" + bytes(32)).decode(),
        "\ud800" + PETER,
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n１\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
        "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n",
        "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "log\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "x" * 1_001 + "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        Checkpoint.parse(text)


def test_the_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint("log", 0, EMPTY_ROOT)
    assert Checkpoint.parse(empty.body()) == empty


def test_an_answer_of_a_witness_is_lines_alone() -> None:
    line = Cosigner("w.example", WITNESS_SEED).cosign("a\n1\nb\n", SEEN)
    assert parse_lines(line.encode()) == [line]
    assert parse_lines((line.encode() * 2).encode()) == [line, line]
    for wrong in (b"", b"\n", b"text\n\n" + line.encode().encode(), line.encode().encode()[:-1]):
        with pytest.raises(BadNote):
            parse_lines(wrong)


def test_names_that_notes_cannot_bear_are_refused() -> None:
    for name in ("", "a b", "a+b", "a\u2003b", "a\nb"):
        with pytest.raises(BadNote):
            NoteSigner(name, SEED)
        with pytest.raises(BadNote):
            Cosigner(name, SEED)


def test_a_public_key_off_the_curve_verifies_nothing() -> None:
    key = VerifierKey("name", 1, b"\xff" * 32)
    with pytest.raises(BadSignature):
        VerifierKey.parse(key.encode()).verify(b"text", bytes(64))
