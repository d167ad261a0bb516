"""The signer signs what extends its tree, and nothing else; its memory outlives it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseflow.errors import SettingsError
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.merkle import CompactRange, EMPTY_ROOT
from caseflow.trail.notes import Note, open_note, VerifierKey
from caseflow.trail.open_signer import open_signer
from caseflow.trail.remote_signer import RemoteSigner, SignerUnreachable
from caseflow.trail.signer import Signed, Signer, SignerLost, SignerMoved, SignerRefused
from caseflow.trail.signer_socket import SignerServer
from tests.conftest import settings_at

ORIGIN = "so.example.vn"
LEAVES = [leaf_hash(str(n).encode()) for n in range(300)]


def root(size: int) -> bytes:
    """The root over the first `size` leaves."""
    tree = CompactRange()
    tree.extend(LEAVES[:size])
    return tree.root()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Where a signer keeps its key."""
    return tmp_path / "keys" / "signing.key"


@pytest.fixture
def signer(key_file: Path) -> Signer:
    """A signer that has signed nothing yet."""
    return Signer(ORIGIN, key_file)


def test_signs_a_tree_and_what_extends_it(signer: Signer) -> None:
    assert signer.signed() == Signed(0, EMPTY_ROOT)
    for start, stop in ((0, 3), (3, 4), (4, 300)):
        note = signer.sign(start, LEAVES[start:stop], root(stop))
        opened, _ = open_note(note, [VerifierKey.parse(signer.vkey)])
        assert Checkpoint.parse(opened.text) == Checkpoint(ORIGIN, stop, root(stop))
    assert signer.signed() == Signed(300, root(300))


def test_signs_the_same_tree_again_to_the_same_bytes(signer: Signer) -> None:
    note = signer.sign(0, LEAVES[:5], root(5))
    assert signer.sign(5, [], root(5)) == note


def test_refuses_a_fork(signer: Signer) -> None:
    signer.sign(0, LEAVES[:5], root(5))
    forged = CompactRange()
    forged.extend([*LEAVES[:4], leaf_hash(b"other"), *LEAVES[5:9]])
    with pytest.raises(SignerRefused):
        signer.sign(5, LEAVES[5:9], forged.root())
    assert signer.signed() == Signed(5, root(5))


def test_refuses_a_smaller_tree(signer: Signer) -> None:
    signer.sign(0, LEAVES[:5], root(5))
    with pytest.raises(SignerMoved):
        signer.sign(0, LEAVES[:4], root(4))
    with pytest.raises(SignerRefused):
        signer.sign(5, [], root(4))


def test_state_survives_the_process(signer: Signer, key_file: Path) -> None:
    signer.sign(0, LEAVES[:7], root(7))
    again = Signer(ORIGIN, key_file)
    assert again.vkey == signer.vkey
    assert again.signed() == Signed(7, root(7))


def test_another_process_at_the_same_key_is_noticed(signer: Signer, key_file: Path) -> None:
    signer.sign(0, LEAVES[:7], root(7))
    Signer(ORIGIN, key_file).sign(7, LEAVES[7:9], root(9))
    with pytest.raises(SignerMoved):
        signer.sign(7, LEAVES[7:8], root(8))
    assert signer.signed().size == 9


def test_state_is_on_the_disk_before_the_signature_leaves(
    signer: Signer, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_self: Checkpoint) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "body", dies)
    with pytest.raises(KeyboardInterrupt):
        signer.sign(0, LEAVES[:7], root(7))
    monkeypatch.undo()
    again = Signer(ORIGIN, key_file)
    assert again.signed() == Signed(7, root(7))
    assert Note.parse(again.sign(7, [], root(7))).text.splitlines()[1] == "7"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"origin": "so.example.vn", "size": 3, "hashes": []}', "null"]
)
def test_damaged_state_is_no_empty_state(signer: Signer, key_file: Path, text: str) -> None:
    signer.sign(0, LEAVES[:7], root(7))
    key_file.with_name("signing.key.state").write_text(text, encoding="utf-8")
    with pytest.raises(SignerLost):
        Signer(ORIGIN, key_file)
    with pytest.raises(SignerLost):
        signer.sign(7, LEAVES[7:8], root(8))


def test_key_without_its_state_is_refused_with_the_remedy(signer: Signer, key_file: Path) -> None:
    state = key_file.with_name("signing.key.state")
    state.unlink()
    with pytest.raises(SignerLost) as refused:
        Signer(ORIGIN, key_file)
    assert str(state) in str(refused.value)
    state.write_text(json.dumps({"origin": ORIGIN, "size": 0, "hashes": []}), encoding="utf-8")
    assert Signer(ORIGIN, key_file).signed().size == 0


def test_key_of_another_log_is_refused(signer: Signer, key_file: Path) -> None:
    with pytest.raises(SignerLost, match=r"khac\.example\.vn"):
        Signer("khac.example.vn", key_file)


def test_key_that_others_can_read_is_refused(signer: Signer, key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.chmod(0o644)
    with pytest.raises(SettingsError):
        Signer(ORIGIN, key_file)


# --- in a process of its own -------------------------------------------------------------------------


@pytest.fixture
def socket(signer: Signer, tmp_path: Path) -> Iterator[Path]:
    """A signer that answers at a socket."""
    path = tmp_path / "signer.sock"
    server = SignerServer(path, signer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield path
    server.shutdown()
    server.server_close()
    thread.join()


def test_remote_signer_signs_refuses_and_tells_the_same(socket: Path, signer: Signer) -> None:
    remote = RemoteSigner(socket)
    assert remote.vkey == signer.vkey
    note = remote.sign(0, LEAVES, root(300))
    assert signer.sign(300, [], root(300)) == note
    assert remote.signed() == Signed(300, root(300))
    with pytest.raises(SignerMoved):
        remote.sign(0, LEAVES[:4], root(4))
    with pytest.raises(SignerRefused):
        remote.sign(300, [leaf_hash(b"x")], root(299))


def test_socket_that_a_dead_signer_left_is_replaced(signer: Signer, tmp_path: Path) -> None:
    path = tmp_path / "signer.sock"
    first = SignerServer(path, signer)
    first.socket.close()  # as when its process is killed: the file stays
    with pytest.raises(SignerUnreachable):
        RemoteSigner(path).signed()
    second = SignerServer(path, signer)
    second.server_close()
    assert not path.exists()


def test_living_signer_keeps_its_socket(socket: Path, signer: Signer) -> None:
    with pytest.raises(OSError, match="in use"):
        SignerServer(socket, signer)
    assert RemoteSigner(socket).signed().size == 0


def test_missing_signer_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SignerUnreachable, match="caseflow signer --socket"):
        RemoteSigner(tmp_path / "none.sock").signed()


def test_settings_name_a_key_or_a_socket(home: Path, socket: Path) -> None:
    settings = settings_at(home)
    assert isinstance(open_signer(settings), Signer)
    object.__setattr__(settings, "signing_key_file", socket)
    assert isinstance(open_signer(settings), RemoteSigner)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"x",
        b"[]",
        b"{}",
        b'{"do": "sign"}',
        b'{"do": "sign", "hashes": "AA==", "start": 0, "root": ""}',
        b'{"do": "else"}',
        b"\xff\xfe",
    ],
)
def test_signer_survives_any_request(socket: Path, line: bytes) -> None:
    import socket as sockets

    with sockets.socket(sockets.AF_UNIX) as link:
        link.connect(str(socket))
        link.sendall(line + b"\n")
        link.settimeout(10)
        answer = json.loads(link.makefile("rb").readline())
    assert "wrong" in answer
    assert RemoteSigner(socket).signed().size == 0
