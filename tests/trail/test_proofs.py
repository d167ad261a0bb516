"""A proof travels as c2sp.org/tlog-proof writes it, and proves one entry of one checkpoint."""

from __future__ import annotations

import pytest

from caseflow.trail.notes import encode_base64
from caseflow.trail.proofs import LogProof
from caseflow.trail.refusals import ProofError, TrailError
from tests.trail.logs import SmallLog

LOG = SmallLog()
HASH = encode_base64(bytes(32))


def test_a_proof_is_written_as_the_specification_says() -> None:
    proof = LOG.proof(3)
    lines = proof.encode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 3"]
    assert lines[2 : 2 + len(proof.path)] == [encode_base64(each) for each in proof.path]
    assert "\n".join(lines[2 + len(proof.path) :]) == "\n" + LOG.note()
    assert LogProof.parse(proof.encode().encode()) == proof


def test_extra_data_is_kept() -> None:
    proof = LogProof(0, (), LOG.note(), b"more")
    assert proof.encode().split("\n")[1] == "extra bW9yZQ=="
    assert LogProof.parse(proof.encode()) == proof
    assert LogProof.parse(LogProof(0, (), LOG.note(), b"").encode()).extra == b""


@pytest.mark.parametrize("index", range(len(LOG.leaves)))
def test_every_entry_is_proven_and_no_other_in_its_place(index: int) -> None:
    proof = LOG.proof(index)
    assert proof.verify(LOG.hashes[index], LOG.policy()).checkpoint == LOG.checkpoint()
    for other, leaf in enumerate(LOG.hashes):
        if other != index:
            with pytest.raises(ProofError):
                proof.verify(leaf, LOG.policy())


def test_a_proof_to_an_older_tree_does_not_prove_in_a_newer_one() -> None:
    old = LOG.note(5)
    with pytest.raises(ProofError):
        LOG.proof(2, old).verify(LOG.hashes[2], LOG.policy())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        f"c2sp.org/tlog-proof@v2\nindex 0\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nextra bW9yZQ\nindex 0\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nextra bW9yZQ==\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 00\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex -1\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex {'9' * 5_000}\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH[:-2]}B=\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH}\r\n\n{LOG.note()}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{(HASH + chr(10)) * 64}\n{LOG.note()}",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + "x" * 300_000,
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        LogProof.parse(text)


def test_a_proof_with_another_note_inside_is_refused_by_its_own_name() -> None:
    with pytest.raises(TrailError, match="signed note"):
        LogProof.parse("c2sp.org/tlog-proof@v1\nindex 0\n\nno note\n").verify(bytes(32), LOG.policy())
