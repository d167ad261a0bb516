"""The demo's words: the same seed writes the same texts, all fit, and they are not all alike."""

from __future__ import annotations

import csv
import re
import time
import unicodedata
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from random import Random

import pytest

from caseflow.demo import words
from caseflow.demo.names import person_name, position, POSITION_ROLES, staff_code
from caseflow.demo.phrases import phrases
from caseflow.demo.words import FIELD_CODES, IssueText

PROVINCE_CASES = 17_487
DAY = date(2021, 5, 12)


def organisations() -> list[dict[str, str]]:
    text = files("caseflow.demo").joinpath("organisations.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def everything_said(rng: Random, issue: IssueText) -> Iterator[str]:
    for percent in (20, 50, 90):
        yield words.progress_note(rng, issue, percent)
    for completion in ("full", "part", "impossible"):
        yield words.outcome(rng, issue, completion)
    yield words.difficulty(rng, issue)
    yield words.proposal(rng, issue)
    yield words.revised_outcome(rng, issue)
    for deed in words.REMARKS:
        yield words.remark(rng, issue, deed)
    for kind in ("duplicate", "outside_competence", "petition_withdrawn", "entered_in_error"):
        yield words.cancel_reason(rng, issue, kind)
    for method in ("documents", "site", "complainant"):
        yield words.verification_note(rng, issue, method)
    yield words.evidence(rng, issue, DAY).text
    paper = words.paper_reference(rng, issue, DAY)
    yield f"{paper.number} {paper.kept_at}"


def issue_words(issue: IssueText) -> tuple[str, ...]:
    basis = issue.basis
    return (
        issue.title,
        issue.description,
        issue.source,
        issue.expected_outcome,
        basis.number,
        basis.issuer,
        basis.summary,
    )


def province(seed: int) -> list[IssueText]:
    rng = Random(seed)
    units = [row["name"] for row in organisations()]
    return [
        words.issue_text(rng, FIELD_CODES[n % 6], units[n % len(units)], DAY) for n in range(PROVINCE_CASES)
    ]


@pytest.fixture(scope="module")
def issues() -> list[IssueText]:
    return province(1)


def test_the_same_seed_writes_the_same_words() -> None:
    def told(seed: int) -> list[str]:
        rng = Random(seed)
        issue = words.issue_text(rng, "complaints", "Huyện ủy Yên Thế", DAY)
        return [
            *issue_words(issue),
            *everything_said(rng, issue),
            person_name(rng),
            position(rng, "cell", "owner"),
        ]

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_every_standard_field_has_topics_enough() -> None:
    text = files("caseflow.adapters").joinpath("fields.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["code"] for row in rows} == set(FIELD_CODES)
    assert all(row["name_vi"] and row["name_en"] for row in rows)
    assert all(len(phrases(code)["topic"]) >= 12 for code in FIELD_CODES)


def test_an_unknown_field_or_deed_is_refused() -> None:
    rng = Random(1)
    with pytest.raises(KeyError):
        words.issue_text(rng, "vocabulary", "Huyện ủy Yên Thế", DAY)
    issue = words.issue_text(rng, "complaints", "Huyện ủy Yên Thế", DAY)
    with pytest.raises(KeyError):
        words.remark(rng, issue, "basis")


def test_every_template_fills_all_its_slots() -> None:
    """Each template is met whatever chance does: all are filled, one by one."""

    def templates(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from templates(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from templates(inner)

    rng = Random(3)
    for unit in ("Đảng ủy xã Đồng Tiến", "Thành ủy Bắc Giang", "Tỉnh ủy Bắc Giang", "Chi bộ thôn Đông"):
        issue = words.issue_text(rng, "complaints", unit, DAY)
        for name in (*FIELD_CODES, "deeds", "vocabulary"):
            for template in templates(phrases(name)):
                filled = words._about(rng, issue, (template,))
                assert not re.search(r"[{}]|\bdự án dự án\b|\s{2}", filled), filled


def test_words_fit_their_columns(issues: list[IssueText]) -> None:
    rng = Random(2)
    for issue in issues:
        texts = issue_words(issue)
        assert len(issue.title) <= 200, issue.title
        assert len(issue.description) <= 10_000
        assert max(map(len, texts)) <= 2000
        assert issue.title[0].upper() == issue.title[0]
        assert unicodedata.is_normalized("NFC", "".join(texts))
        assert "{" not in "".join(texts)
    for issue in issues[::40]:
        for text in everything_said(rng, issue):
            assert 0 < len(text) <= 2000
            assert unicodedata.is_normalized("NFC", text)
            assert not re.search("[{}]", text)


def test_titles_of_a_province_are_not_all_alike(issues: list[IssueText]) -> None:
    assert len({issue.title for issue in issues}) >= 0.7 * PROVINCE_CASES


def test_an_issue_stays_with_one_spot_in_all_it_says() -> None:
    rng = Random(5)
    issue = words.issue_text(rng, "complaints", "Đảng ủy xã Đồng Tiến", DAY)
    others = {f"thôn {name}" for name in phrases("vocabulary")["hamlet"]} - {issue.facts["spot"]}
    said = " ".join((*issue_words(issue), *everything_said(rng, issue)))
    named = set(re.findall(r"thôn [A-ZĐ]\w+(?: [A-ZĐ]\w+)?", said))
    assert issue.facts["spot"] in said
    assert not named & others


def test_nothing_named_lies_after_its_day(issues: list[IssueText]) -> None:
    for issue in issues[::10]:
        assert issue.basis.on < issue.on
        for day, month, year in re.findall(
            r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", issue.description + issue.source
        ):
            assert date(int(year), int(month), int(day)) < issue.on


def test_evidence_has_a_plain_file_name_and_its_day() -> None:
    rng = Random(6)
    issue = words.issue_text(rng, "admin_reform", "Đảng ủy phường Đa Mai", DAY)
    proof = words.evidence(rng, issue, date(2021, 6, 3))
    assert re.fullmatch(r"[a-z0-9-]+\.txt", proof.file_name)
    assert "Ngày 3/6/2021" in proof.text
    assert proof.content.decode() == proof.text


def test_names_repeat_as_in_life() -> None:
    rng = Random(9)
    names = [person_name(rng) for _ in range(5000)]
    assert 0.3 < sum(name.startswith("Nguyễn ") for name in names) / len(names) < 0.45
    assert 1000 < len(set(names)) < len(names)
    assert not any("Văn" in name and name.endswith(("Thị", " Hương")) for name in names)
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


@pytest.mark.parametrize("level", ["province", "district", "grassroots", "commune", "cell"])
@pytest.mark.parametrize("role", POSITION_ROLES)
def test_each_role_has_a_position_at_each_level(level: str, role: str) -> None:
    rng = Random(1)
    assert not re.search("[{}]", " ".join(position(rng, level, role) for _ in range(50)))


def test_a_city_and_a_ward_have_their_own_words() -> None:
    rng = Random(1)
    city = {position(rng, "district", "supervisor", "city") for _ in range(50)}
    ward = {position(rng, "grassroots", "owner", "ward") for _ in range(200)}
    assert "Bí thư Thành ủy" in city
    assert "Tổ trưởng tổ dân phố" in ward
    assert "Trưởng thôn" not in ward


def test_staff_codes_have_six_digits() -> None:
    assert staff_code(123) == "CB-000123"
    with pytest.raises(ValueError, match="0"):
        staff_code(0)


def test_a_whole_province_is_written_quickly() -> None:
    """Meant to take about a second; the bound leaves room for a busy machine."""
    begun = time.process_time()
    rng = Random(4)
    for issue in province(4):
        for percent in (10, 40, 60, 80):
            words.progress_note(rng, issue, percent)
        words.evidence(rng, issue, DAY)
    assert time.process_time() - begun < 6
