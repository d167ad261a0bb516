"""`caseflow witness` and `audit check-bundle` need a laptop, a stick, and no database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caseflow.cli import main
from caseflow.cli.check_bundle import check_bundle
from caseflow.trail.leaf import disclose
from caseflow.trail.notes import Note, VerifierKey
from caseflow.trail.policy import Policy
from tests.trail.logs import CASE, ORIGIN, SmallLog

LOG = SmallLog()
Run = Callable[..., Result]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder with the policy, a bundle and a request."""
    (tmp_path / "policy.txt").write_text(LOG.policy("none").encode(), "utf-8")
    (tmp_path / "bundle.json").write_bytes(LOG.bundle())
    (tmp_path / "request").write_bytes(LOG.request(0, 5))
    return tmp_path


@pytest.fixture
def run(stick: Path) -> Run:
    """A command in that folder, as an inspector calls it."""

    def call(*arguments: object, code: int = 0) -> Result:
        environ = {"CASEFLOW_LANGUAGE": "en", "CASEFLOW_DEBUG": "1", "CASEFLOW_HOME": str(stick / "no-home")}
        result = CliRunner().invoke(main, ["witness", *map(str, arguments)], env=environ)
        assert result.exit_code == code, result.output
        if code == 1:
            assert result.stderr.count("\n") == 1
        assert not (stick / "no-home").exists()
        return result

    return call


def test_a_witness_makes_a_key_compares_and_signs(stick: Path, run: Run) -> None:
    vkey = run("new-key", stick / "w.key", "--name", "thanh-tra.vn").stdout.strip()
    key = VerifierKey.parse(vkey)
    assert (key.name, key.algorithm) == ("thanh-tra.vn", 4)
    out = run(
        "cosign",
        stick / "request",
        "--key",
        stick / "w.key",
        "--policy",
        stick / "policy.txt",
        "-o",
        stick / "answer",
    )
    assert ORIGIN in out.stdout
    policy = Policy.parse(f"log {LOG.signer.vkey}\nwitness w {vkey}\nquorum w\n")
    accepted = policy.accept((stick / "answer").read_bytes())
    assert accepted.checkpoint == LOG.checkpoint(5)
    assert Note.parse((stick / "answer").read_bytes()).text == LOG.checkpoint(5).body()


def test_a_log_seen_for_the_first_time_is_not_said_to_continue(stick: Path, run: Run) -> None:
    run("new-key", stick / "w.key")
    arguments = ("cosign", stick / "request", "--key", stick / "w.key", "-o", stick / "answer")
    first = run(*arguments, "--log", LOG.signer.vkey).stdout
    assert "5 entries, seen for the first time" in first
    assert "extends" not in first
    (stick / "request").write_bytes(LOG.request(5))
    assert "12 entries extends what was seen before" in run(*arguments).stdout


def test_a_witness_remembers_and_refuses_what_does_not_extend(stick: Path, run: Run) -> None:
    run("new-key", stick / "w.key")
    arguments = ("cosign", stick / "request", "--key", stick / "w.key", "-o", stick / "answer")
    assert "does not know the log" in run(*arguments, code=1).stderr
    run(*arguments, "--log", LOG.signer.vkey)
    assert (
        "saw 5"
        in run("cosign", stick / "request", "--key", stick / "w.key", "-o", stick / "second", code=1).stderr
    )
    assert not (stick / "second").exists()
    (stick / "request").write_bytes(LOG.request(5))
    run(*arguments)


def test_the_name_of_the_file_names_the_witness(stick: Path, run: Run) -> None:
    assert run("new-key", stick / "thanh-tra-tinh.key").stdout.startswith("thanh-tra-tinh+")
    assert "never overwritten" in run("new-key", stick / "thanh-tra-tinh.key", code=1).stderr
    for name in ("thanh tra", ""):
        assert "blanks" in run("new-key", stick / "x.key", "--name", name, code=1).stderr
    assert not (stick / "x.key").exists()


def test_files_that_cannot_be_used_are_named(stick: Path, run: Run) -> None:
    run("new-key", stick / "w.key")
    policy = ("--policy", stick / "policy.txt")
    for arguments in (
        ("new-key", stick / "no" / "such.key"),
        ("cosign", stick / "missing", "--key", stick / "w.key", *policy, "-o", stick / "answer"),
        ("cosign", stick / "request", "--key", stick / "missing", *policy, "-o", stick / "answer"),
        ("cosign", stick / "request", "--key", stick / "policy.txt", *policy, "-o", stick / "answer"),
        ("cosign", stick / "request", "--key", stick / "w.key", *policy, "-o", stick / "no" / "answer"),
        (
            "cosign",
            stick / "request",
            "--key",
            stick / "w.key",
            "--log",
            LOG.witness.vkey,
            "-o",
            stick / "answer",
        ),
        ("serve", "--key", stick / "missing", *policy),
        ("serve", "--key", stick / "w.key", *policy, "--host", "192.0.2.1"),
    ):
        run(*arguments, code=1)


def bundle(*arguments: object, language: str = "en") -> Result:
    """`check-bundle` as the group `audit` offers it, within the whole program's way of answering."""
    from caseflow.cli.answers import Answering

    group = Answering("audit", commands={"check-bundle": check_bundle})
    return CliRunner().invoke(
        group, ["check-bundle", *map(str, arguments)], env={"CASEFLOW_LANGUAGE": language}
    )


def test_a_bundle_is_checked_with_a_policy_alone(stick: Path) -> None:
    result = bundle(stick / "bundle.json", "--policy", stick / "policy.txt")
    assert result.exit_code == 0, result.output
    assert f"4 events of {CASE}" in result.stdout
    assert "thanh-tra" in result.stdout
    assert 'title: "Vụ việc 2"' in result.stdout
    assert "case.registered · – → new" in result.stdout
    told = json.loads(bundle(stick / "bundle.json", "--policy", stick / "policy.txt", "--json").stdout)
    assert (told["case"], told["size"], len(told["events"])) == (str(CASE), 12, 4)


def test_a_bundle_that_is_changed_is_refused_in_one_line(stick: Path) -> None:
    (stick / "bundle.json").write_bytes(LOG.bundle().replace(b"index 3", b"index 4"))
    result = bundle(stick / "bundle.json", "--policy", stick / "policy.txt")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Event 1 of the bundle" in result.stderr
    assert (
        "Sự kiện 1" in bundle(stick / "bundle.json", "--policy", stick / "policy.txt", language="vi").stderr
    )
    (stick / "policy.txt").write_text("quorum none")
    assert "policy" in bundle(stick / "bundle.json", "--policy", stick / "policy.txt").stderr


def test_values_of_others_steer_no_terminal(stick: Path) -> None:
    title = "Hủy \u202egnort\u2066 xong\u2069 \x9b31m\x85 \x07"

    class Steering(SmallLog):
        def leaf(self, seq: int, previous: bytes, state: str | None, told: list[str]) -> bytes:
            told[0] = disclose("title", title, bytes(16))
            return super().leaf(seq, previous, state, told)

    log = Steering()
    (stick / "bundle.json").write_bytes(log.bundle())
    (stick / "policy.txt").write_bytes(
        log.policy("none").encode().encode().replace(b"thanh-tra", "thanh\u202e\x9b".encode() + b"\xff")
    )
    arguments = (stick / "bundle.json", "--policy", stick / "policy.txt")
    result = bundle(*arguments)
    assert result.exit_code == 0, result.output
    assert r'title: "Hủy \u202egnort\u2066 xong\u2069 \u009b31m\u0085 \u0007"' in result.stdout
    for out in (result.stdout, (as_json := bundle(*arguments, "--json")).stdout):
        assert not set(out) & set("\u202e\u2066\u2069\x9b\x85\x07")
    told = json.loads(as_json.stdout, parse_constant=pytest.fail)
    assert told["events"][0]["disclosed"][0] == ["title", title]


def test_a_number_that_json_lacks_is_never_printed(stick: Path) -> None:
    (stick / "bundle.json").write_bytes(LOG.bundle().replace(b'"format"', b'"more": 1e999, "format"'))
    result = bundle(stick / "bundle.json", "--policy", stick / "policy.txt", "--json")
    assert (result.exit_code, result.stdout) == (1, "")


def test_why_a_file_cannot_be_used_is_said_in_vietnamese(stick: Path) -> None:
    (stick / "empty.txt").write_bytes(b"")
    for policy, words in (
        (stick / "missing.txt", "không có tệp hoặc thư mục này."),
        (stick / "policy.txt" / "x", "ở chỗ cần thư mục lại là một tệp."),
        (stick / "empty.txt", "Tệp khóa tin cậy trống."),
    ):
        result = bundle(stick / "bundle.json", "--policy", policy, language="vi")
        assert (result.exit_code, words in result.stderr) == (1, True), result.stderr


def test_what_is_withheld_is_counted(stick: Path) -> None:
    told = json.loads(LOG.bundle())
    told["events"][1]["disclosures"] = []
    (stick / "bundle.json").write_text(json.dumps(told))
    assert (
        "2 values erased or withheld"
        in bundle(stick / "bundle.json", "--policy", stick / "policy.txt").stdout
    )
