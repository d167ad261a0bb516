"""From the cells of a list to the words of a case."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseflow.use_cases.imports.wording import basis_of, LONGEST_TITLE, title_and_description, title_of

LONG = "Nhân dân thôn Đông phản ánh nhiều lần về bãi rác gây ô nhiễm nguồn nước sinh hoạt " * 4


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Bãi rác. Rất bẩn.", "Bãi rác. Rất bẩn."),
        ("Bãi rác thôn Đông ô nhiễm. " + LONG, "Bãi rác thôn Đông ô nhiễm."),
        ("TP. Bắc Giang có bãi rác ô nhiễm. " + LONG, "TP. Bắc Giang có bãi rác ô nhiễm."),
        ("Dòng đầu\nDòng sau", "Dòng đầu"),
    ],
)
def test_title_is_the_content_or_its_first_sentence(content: str, title: str) -> None:
    assert title_of(content) == title


def test_long_sentence_is_cut_at_a_word() -> None:
    title = title_of(LONG.strip())
    assert len(title) <= LONGEST_TITLE
    assert title.endswith("…")
    assert LONG.startswith(title[:-1] + " ")


@given(st.text(min_size=1, max_size=600))
def test_no_content_is_lost(content: str) -> None:
    content = content.strip() or "x"
    title, description = title_and_description(content)
    assert len(title) <= LONGEST_TITLE
    assert content in (title, description)


@pytest.mark.parametrize(
    ("text", "number", "day"),
    [
        ("Kết luận số 12-KL/HU ngày 5/3/2026 của Huyện ủy", "12-KL/HU", date(2026, 3, 5)),
        ("Công văn 123/UBND-NC, ngày 05-03-2026", "123/UBND-NC", date(2026, 3, 5)),
        ("45/2026/QĐ-UBND", "45/2026/QĐ-UBND", None),
        ("Biên bản tiếp công dân ngày 31/02/2026", None, None),
        ("Tiếp xúc cử tri", None, None),
    ],
)
def test_document_tells_number_and_day_where_it_can(text: str, number: str | None, day: date | None) -> None:
    basis = basis_of(text)
    assert basis is not None
    assert (basis["summary"], basis.get("number"), basis.get("date")) == (text, number, day)


def test_no_document_is_no_basis() -> None:
    assert basis_of("") is None
