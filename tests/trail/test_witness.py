"""A witness signs only what extends the tree it saw last, over HTTP and from a stick."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from caseflow.adapters import witness_http
from caseflow.adapters.clock import SetClock
from caseflow.adapters.witness_http import LARGEST_ANSWER, NoAnswer
from caseflow.i18n import translate
from caseflow.trail.cosignatures import read_cosignature
from caseflow.trail.leaf import leaf_hash
from caseflow.trail.notes import Note, NoteSigner
from caseflow.trail.policy import Policy
from caseflow.trail.refusals import (
    BadNote,
    BadRequest,
    BadSignature,
    BadWitnessKey,
    DoesNotExtend,
    NotSigned,
    NotTrusted,
    OtherRoot,
    OtherTree,
    TrailError,
    UnknownLog,
    WitnessRefused,
)
from caseflow.trail.witness import make_key, read_key, Witness
from caseflow.trail.witness_request import AddCheckpoint, ask, read_cosignatures
from caseflow.trail.witness_server import WitnessServer
from tests.trail.logs import ORIGIN, SEEN, SmallLog, WITNESS_SEED

LOG = SmallLog()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness that knows the log."""
    return Witness(LOG.witness, tmp_path / "seen", SetClock(SEEN), [LOG.signer.key])


def rewritten() -> SmallLog:
    """The log with its key stolen: the third entry was changed and all the rest signed anew."""
    log = SmallLog()
    log.leaves[2] = b"another story"
    log.hashes = [leaf_hash(each) for each in log.leaves]
    return log


def test_a_request_is_written_as_the_specification_says() -> None:
    lines = LOG.request(5).decode().split("\n")
    assert lines[0] == "old 5"
    assert len(lines[1]) == 44
    assert LOG.request(5).decode().endswith("\n\n" + LOG.note(cosigned=False))
    assert AddCheckpoint.parse(LOG.request(5)).encode() == LOG.request(5)


def test_a_witness_signs_what_grows(witness: Witness) -> None:
    for old, size in ((0, 3), (3, 8), (8, 8), (8, 12)):
        note, line = witness.add_checkpoint(LOG.request(old, size))
        assert note.text == LOG.checkpoint(size).body()
        assert read_cosignature(LOG.witness.key, line, note.text) == SEEN


def test_a_rewritten_history_is_refused_even_with_the_signing_key(witness: Witness) -> None:
    witness.add_checkpoint(LOG.request(0, 5))
    forged = rewritten()
    with pytest.raises(DoesNotExtend, match="rewritten"):
        witness.add_checkpoint(forged.request(5))
    with pytest.raises(OtherRoot, match="rewritten"):
        witness.add_checkpoint(forged.request(5, 5))
    with pytest.raises(OtherTree, match="saw 5"):
        witness.add_checkpoint(forged.request(0))
    with pytest.raises(OtherTree):
        witness.add_checkpoint(forged.request(2))
    witness.add_checkpoint(LOG.request(5))


def test_an_older_tree_is_refused(witness: Witness) -> None:
    witness.add_checkpoint(LOG.request(0, 8))
    with pytest.raises(OtherTree) as refusal:
        witness.add_checkpoint(LOG.request(0, 5))
    assert refusal.value.size == 8
    assert refusal.value.http_status == 409
    with pytest.raises(BadRequest):
        witness.add_checkpoint(AddCheckpoint(8, (), LOG.note(5)).encode())


def test_the_memory_outlives_the_witness_and_keeps_the_keys(tmp_path: Path, witness: Witness) -> None:
    witness.add_checkpoint(LOG.request(0, 5))
    again = Witness(LOG.witness, tmp_path / "seen", SetClock(SEEN))
    with pytest.raises(OtherTree):
        again.add_checkpoint(LOG.request(0, 8))
    again.add_checkpoint(LOG.request(5, 8))


def test_logs_are_remembered_apart(tmp_path: Path, witness: Witness) -> None:
    other = SmallLog(events=1, signer=NoteSigner("other.vn", WITNESS_SEED))
    body = other.checkpoint().body().replace(ORIGIN, "other.vn")
    request = AddCheckpoint(0, (), other.signer.sign(body)).encode()
    witness.add_checkpoint(LOG.request(0))
    with pytest.raises(UnknownLog, match=r"other\.vn") as refusal:
        witness.add_checkpoint(request)
    assert refusal.value.http_status == 404
    Witness(LOG.witness, tmp_path / "seen", SetClock(SEEN), [other.signer.key]).add_checkpoint(request)


def test_a_checkpoint_by_another_key_is_refused(witness: Witness) -> None:
    body = LOG.checkpoint().body()
    for note in (NoteSigner(ORIGIN, WITNESS_SEED).sign(body), NoteSigner("x", WITNESS_SEED).sign(body)):
        with pytest.raises(NotSigned) as refusal:
            witness.add_checkpoint(AddCheckpoint(0, (), note).encode())
        assert refusal.value.http_status == 403
    changed = LOG.note().replace("\n12\n", "\n13\n")
    with pytest.raises(NotSigned):
        witness.add_checkpoint(AddCheckpoint(0, (), changed).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0",
        b"old 0\n\n",
        b"old 00\n\n" + LOG.note().encode(),
        b"old -1\n\n" + LOG.note().encode(),
        b"new 0\n\n" + LOG.note().encode(),
        b"old 0\nhash\n\n" + LOG.note().encode(),
        b"old 0\n\x1b\n\n" + LOG.note().encode(),
        b"old \xff\n\n" + LOG.note().encode(),
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + LOG.note().encode(),
        b"old 0\n\n" + b"x" * 300_000,
        b"old 13\n\n" + LOG.note().encode(),
    ],
)
def test_what_is_no_request_is_refused(witness: Witness, data: bytes) -> None:
    with pytest.raises(BadRequest):
        witness.add_checkpoint(data)


def test_a_proof_where_none_is_needed_is_refused(witness: Witness) -> None:
    with pytest.raises(DoesNotExtend):
        witness.add_checkpoint(AddCheckpoint(0, (bytes(32),), LOG.note()).encode())


def test_of_many_requests_at_once_each_tree_is_signed_once(tmp_path: Path) -> None:
    def add(size: int) -> int:
        one = Witness(LOG.witness, tmp_path / "seen", SetClock(SEEN), [LOG.signer.key])
        try:
            one.add_checkpoint(LOG.request(0, size))
        except OtherTree:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(1, 12))) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "[" * 9_999,
        '{"origin":1,"size":1,"root":"","keys":[]}',
        '{"origin":"x","size":0,"root":"00","keys":["x"]}',
    ],
)
def test_a_damaged_memory_is_refused(tmp_path: Path, witness: Witness, content: str) -> None:
    witness.add_checkpoint(LOG.request(0))
    (memory,) = (tmp_path / "seen").glob("*.json")
    assert json.loads(memory.read_text())["size"] == 12
    memory.write_text(content)
    with pytest.raises(BadWitnessKey, match="memory"):
        witness.add_checkpoint(LOG.request(12))


def test_a_key_is_made_once_kept_private_and_read_back(tmp_path: Path) -> None:
    made = make_key(tmp_path / "key", "thanh-tra.example.vn")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "key").vkey == made.vkey
    with pytest.raises(BadWitnessKey, match="never overwritten"):
        make_key(tmp_path / "key", "another")
    with pytest.raises(BadNote):
        make_key(tmp_path / "other", "a b")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("cut", [0, 5, 20, 60, 80, -3])
def test_a_damaged_key_is_refused(tmp_path: Path, cut: int) -> None:
    make_key(tmp_path / "key", "thanh-tra.example.vn")
    text = (tmp_path / "key").read_text()
    (tmp_path / "key").write_text(text[:cut])
    with pytest.raises(BadWitnessKey):
        read_key(tmp_path / "key")
    (tmp_path / "key").write_text(text.replace("thanh", "thank"))
    with pytest.raises(BadWitnessKey):
        read_key(tmp_path / "key")


def test_what_comes_back_as_a_file_is_read_as_note_or_as_lines(witness: Witness) -> None:
    policy, asked = LOG.policy(), [LOG.note(3, cosigned=False), LOG.note(cosigned=False)]
    note, line = witness.add_checkpoint(LOG.request(0))
    whole = note.with_signatures([line]).encode().encode()
    for data, known in ((whole, []), (line.encode().encode(), asked)):
        tree, merged, taken = read_cosignatures(data, policy, known)
        assert tree == LOG.checkpoint()
        assert merged == LOG.note()
        assert [(each.name, each.at) for each in taken] == [("thanh-tra", SEEN)]
    with pytest.raises(BadSignature):
        read_cosignatures(line.encode().encode(), policy, asked[:1])
    with pytest.raises(NotTrusted, match="No checkpoint"):
        read_cosignatures(line.encode().encode(), policy, [])
    with pytest.raises(NotTrusted, match="witness"):
        read_cosignatures(asked[1].encode(), policy, [])
    thief = SmallLog(signer=NoteSigner(ORIGIN, WITNESS_SEED))
    with pytest.raises(NotTrusted, match="key of the log"):
        read_cosignatures(thief.note().encode(), policy, [])
    for wrong in (b"", b"\xff", whole[:-1], "— ".encode()):
        with pytest.raises(BadNote):
            read_cosignatures(wrong, policy, asked)


# --- over HTTP ---------------------------------------------------------------------------------------


@contextmanager
def served(server: HTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(url: str | None) -> Policy:
    """The policy with the witness's address."""
    policy = LOG.policy()
    return replace(policy, witnesses=(replace(policy.witnesses[0], url=url),))


def test_a_witness_is_asked_over_http_and_says_where_it_stands(witness: Witness) -> None:
    witness.add_checkpoint(LOG.request(0, 5))
    with served(WitnessServer(("127.0.0.1", 0), witness)) as url:
        for prefix in (url, url + "/"):
            policy = at(prefix)
            cosigned = ask(policy.witnesses[0], policy, LOG.note(cosigned=False), 0, LOG.consistency)
            assert (cosigned.name, cosigned.at) == ("thanh-tra", SEEN)
            assert (
                Note.parse(LOG.note(cosigned=False)).with_signatures([cosigned.line]).encode() == LOG.note()
            )
        policy = at(url)
        with pytest.raises(OtherTree) as refusal:
            ask(policy.witnesses[0], policy, LOG.note(5, cosigned=False), 5, LOG.consistency)
        assert refusal.value.size == 12
        forged = rewritten()
        with pytest.raises(WitnessRefused, match=r"409.*rewritten"):
            ask(policy.witnesses[0], policy, forged.note(cosigned=False), 12, forged.consistency)


def unsigned(request: bytes) -> bytes:
    """The request with the text of its checkpoint alone."""
    return request[: request.rindex(b"\n\n") + 1]


def test_a_witness_is_only_posted_to(witness: Witness) -> None:
    with served(WitnessServer(("127.0.0.1", 0), witness)) as url:
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
            for path, status in (("/add-checkpoint", 405), ("/other", 404)):
                connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
                connection.request(method, path)
                answer = connection.getresponse()
                assert (answer.status, answer.getheader("Allow")) == (
                    status,
                    "POST" if status == 405 else None,
                )
                assert (answer.read() == b"") == (method == "HEAD")
                connection.close()


def test_what_is_wrong_with_a_request_is_said_once(witness: Witness) -> None:
    for request, why in (
        (b"old 0\nhash\n\n" + LOG.note().encode(), "the line “hash” is no hash"),
        (LOG.request(0).replace(b"\n12\n", b"\ntwelve\n"), "its second line"),
    ):
        with pytest.raises(BadRequest, match=why) as refusal:
            witness.add_checkpoint(request)
        assert str(refusal.value).count("This is no") == 1
        assert translate(refusal.value.message, "vi").count("không hợp lệ") == 1


def test_a_witness_answers_refusals_with_the_status_of_the_format(witness: Witness) -> None:
    witness.add_checkpoint(LOG.request(0, 5))
    cases = [
        (b"nonsense", 400),
        (b"old 5\n\nno checkpoint", 400),
        (LOG.request(5).replace(b"\n12\n", b"\ntwelve\n"), 400),
        (LOG.request(5).replace(b"\n", b"\r\n"), 400),
        (LOG.request(5)[:-5], 400),
        (unsigned(LOG.request(5)), 403),
        (unsigned(LOG.request(5)) + b"\n", 403),
        (LOG.request(0), 409),
        (rewritten().request(5), 422),
        (AddCheckpoint(5, (), NoteSigner(ORIGIN, WITNESS_SEED).sign(LOG.checkpoint().body())).encode(), 403),
        (
            AddCheckpoint(
                0, (), NoteSigner("x", WITNESS_SEED).sign("x" + LOG.checkpoint().body()[len(ORIGIN) :])
            ).encode(),
            404,
        ),
    ]
    with served(WitnessServer(("127.0.0.1", 0), witness)) as url:
        for body, status in cases:
            answer = witness_http.post(url + "/add-checkpoint", body)
            assert answer.status == status
            if status == 409:
                assert (answer.media_type, answer.body) == ("text/x.tlog.size", b"5\n")
        assert witness_http.post(url + "/other", b"").status == 404
        connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
        connection.putrequest("POST", "/add-checkpoint")
        connection.putheader("Content-Length", "99999999999")
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


class Rude(BaseHTTPRequestHandler):
    """Answers as no witness does."""

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b""),
        (200, {}, b"\xff\n"),
        (200, {}, "— witness.example.vn AAAA\n".encode()),
        (200, {}, LOG.witness.cosign("other\n", SEEN).encode().encode()),
        (200, {}, SmallLog(signer=NoteSigner("x", SEEN.isoformat().encode()[:32].ljust(32))).note().encode()),
        (409, {"Content-Type": "text/x.tlog.size"}, b"-1\n"),
        (409, {"Content-Type": "text/x.tlog.size"}, b"99\n"),
        (409, {}, b"5\n"),
        (500, {}, b"\x00\xff" * 5_000),
        (302, {"Location": "http://127.0.0.1:9/"}, b""),
        (200, {}, b"x" * (LARGEST_ANSWER + 1)),
        (200, {"Content-Length": "50"}, b"short"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(status: int, headers: dict[str, str], body: bytes) -> None:
    handler = type("Handler", (Rude,), {"answer": (status, headers, body)})
    with served(HTTPServer(("127.0.0.1", 0), handler)) as url:
        policy = at(url)
        with pytest.raises((TrailError, NoAnswer)):
            ask(policy.witnesses[0], policy, LOG.note(cosigned=False), 0, LOG.consistency)


@pytest.mark.parametrize(
    "url", [None, "ftp://127.0.0.1/", "file:///etc/passwd", "http://127.0.0.1:1", "http://", "http://[::"]
)
def test_an_address_that_does_not_answer_is_named(url: str | None) -> None:
    policy = at(url)
    with pytest.raises(NoAnswer, match="does not answer as a witness"):
        ask(policy.witnesses[0], policy, LOG.note(cosigned=False), 0, LOG.consistency)


def test_a_slow_answer_is_given_up() -> None:
    class Slow(Rude):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    if done.wait(0.05):
                        return
            except OSError:
                pass

    done = threading.Event()
    with served(HTTPServer(("127.0.0.1", 0), Slow)) as url:
        with pytest.raises(NoAnswer):
            witness_http.post(url, b"", timeout=0.3)
        done.set()
