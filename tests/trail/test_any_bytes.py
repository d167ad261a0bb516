"""No reader of the trail ever fails on bytes: whatever is cut or changed is refused, or says the same as before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.trail.bundle import check_bundle, CheckedBundle
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.cosignatures import parse_lines
from caseflow.trail.leaf_form import read_disclosed, read_leaf
from caseflow.trail.notes import Note, VerifierKey
from caseflow.trail.policy import Policy
from caseflow.trail.proofs import LogProof
from caseflow.trail.refusals import TrailError
from caseflow.trail.tiles import TileFolder
from caseflow.trail.witness_request import AddCheckpoint, read_cosignatures
from tests.trail.logs import SEEN, SmallLog

LOG = SmallLog(events=2, between=1)
POLICY = LOG.policy()
LEAF = LOG.leaves[0]
LINE = LOG.witness.cosign(LOG.checkpoint().body(), SEEN).encode().encode()
BODY = LOG.checkpoint().body()


def text(data: bytes) -> str:
    """What a reader of text may be given for bytes."""
    return data.decode("utf-8", "surrogateescape")


def proven(data: bytes) -> object:
    """What a proof proves of the second event's leaf."""
    proof = LogProof.parse(data)
    accepted = proof.verify(LOG.hashes[2], POLICY)
    return accepted.checkpoint, accepted.cosigned, proof.index


def accepted(data: bytes) -> object:
    """What a checkpoint says to whoever holds the policy."""
    found = POLICY.accept(data)
    return found.checkpoint, found.cosigned


def told(checked: CheckedBundle) -> object:
    """What a bundle says; not how the note beneath it is written."""
    return checked.case, checked.accepted.checkpoint, checked.accepted.cosigned, checked.events


def trusted(data: bytes) -> object:
    """Whom a policy trusts; what the names are does not matter."""
    policy = Policy.parse(data)
    return policy.log_keys, policy.witness_keys, policy.satisfied_by(()), len(policy.groups)


READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "bundle": (LOG.bundle(), lambda data: told(check_bundle(data, POLICY))),
    "proof": (LOG.proof(2).encode().encode(), proven),
    "note": (LOG.note().encode(), accepted),
    "note text": (LOG.note().encode(), lambda data: POLICY.accept(text(data)).checkpoint),
    "checkpoint": (
        BODY.encode(),
        lambda data: POLICY.accept(f"{text(data)}\n{LOG.note().partition(chr(10) * 2)[2]}").checkpoint,
    ),
    "policy": (POLICY.encode().encode(), trusted),
    "cosignature": (LINE, lambda data: read_cosignatures(data, POLICY, [LOG.note(cosigned=False)])),
    "cosigned note": (LOG.note().encode(), lambda data: read_cosignatures(data, POLICY, [])[0]),
    "log key": (LOG.signer.vkey.encode(), lambda data: VerifierKey.parse(text(data)).public),
}
READING: list[Callable[[bytes], object]] = [
    Note.parse,
    lambda data: Note.parse(text(data)),
    lambda data: Checkpoint.parse(text(data)),
    lambda data: LogProof.parse(text(data)),
    lambda data: read_disclosed(text(data)),
    lambda data: Policy.parse(text(data)),
    read_leaf,
    parse_lines,
    AddCheckpoint.parse,
    *(read for _valid, read in READERS.values()),
]


def one_byte_changes(data: bytes, chance: random.Random, most: int) -> Iterator[bytes]:
    """Every byte changed once (a sample of `most` where there are more), dropped, doubled, and what was cut."""
    places = range(len(data)) if len(data) <= most else sorted(chance.sample(range(len(data)), most))
    for at in places:
        other = chance.choice([data[at] ^ 1, data[at] ^ 0x20, data[at] ^ 0x80, chance.randrange(256), 10, 32])
        if other != data[at]:
            yield data[:at] + bytes([other]) + data[at + 1 :]
        yield data[:at] + data[at + 1 :]
        yield data[:at] + bytes([chance.randrange(256)]) + data[at:]
        if at % 7 == 0:
            yield data[:at]


@pytest.mark.parametrize("name", READERS)
def test_a_byte_that_is_changed_is_refused_or_harmless(name: str) -> None:
    valid, read = READERS[name]
    expected, chance, refused = read(valid), random.Random(name), 0
    changed = list(one_byte_changes(valid, chance, 700))
    for data in changed:
        try:
            assert read(data) == expected, data
        except TrailError:
            refused += 1
    assert refused > len(changed) * 0.5


@pytest.mark.parametrize("name", [name for name in READERS if name not in {"policy", "bundle"}])
def test_what_is_cut_is_refused(name: str) -> None:
    valid, read = READERS[name]
    for stop in range(len(valid)):
        with pytest.raises(TrailError):
            read(valid[:stop])


@pytest.mark.parametrize("name", ["policy", "bundle"])
def test_a_file_that_is_cut_is_refused(name: str) -> None:
    """All of it is needed, but for the newline at the end of JSON."""
    valid, read = READERS[name]
    for stop in range(0, len(valid.rstrip()), 3):
        with pytest.raises(TrailError):
            read(valid[:stop])


def test_a_leaf_with_any_byte_changed_is_another_leaf_or_none() -> None:
    for data in one_byte_changes(LEAF, random.Random(9), 2_000):
        try:
            assert read_leaf(data) != read_leaf(LEAF) or data == LEAF
        except TrailError:
            continue


def test_a_key_with_any_byte_changed_is_refused() -> None:
    vkey = LOG.signer.vkey
    for at in range(len(vkey)):
        for other in "Aa0+/ =x":
            if other != vkey[at] and not (vkey[at].isalpha() and other == vkey[at].swapcase()):
                with pytest.raises(TrailError):
                    VerifierKey.parse(vkey[:at] + other + vkey[at + 1 :])


def read_or_refuse(data: bytes) -> None:
    for read in READING:
        try:
            read(data)
        except TrailError:
            continue


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    read_or_refuse(data)


@given(
    st.text(
        st.sampled_from('—\n +="[]{}:,\\u0dold index extra quorum group log witness any all none AZaz/'),
        max_size=200,
    )
)
def test_random_words_of_the_formats_are_refused(words: str) -> None:
    read_or_refuse(words.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(
    st.sampled_from(list(READERS)),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.1), st.binary(max_size=20)), min_size=1, max_size=4),
)
def test_pieces_cut_out_and_put_in_are_refused_or_harmless(
    name: str, edits: list[tuple[float, float, bytes]]
) -> None:
    valid, read = READERS[name]
    data = valid
    for at, length, new in edits:
        start = int(at * len(data))
        data = data[:start] + new + data[start + int(length * len(data)) :]
    with suppress(TrailError):
        assert read(data) == read(valid)


@settings(deadline=None)
@given(st.binary(max_size=80), st.integers(0, 4_000))
def test_a_file_of_the_log_that_is_damaged_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("log")
    leaves = [LEAF] * 40
    TileFolder(folder).append(0, leaves)
    for name in ("tile/entries/000.p/40", "tile/0/000.p/40"):
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(whole[:at] + data + whole[at + len(data) + 1 :])
    tiles = TileFolder(folder)
    for read in (
        lambda: list(tiles.leaves(0, 40)),
        lambda: tiles.inclusion(3, 40),
        lambda: tiles.range_at(40),
    ):
        try:
            read()
        except TrailError:
            continue
