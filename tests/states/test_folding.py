"""Folding and sorting of Vietnamese text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.states.folding import fold, sort_key_vi, tidy


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Thu hồi đất", "thu hoi dat"),
        ("ĐƯỜNG", "duong"),
        ("  Quốc\tlộ\n 37 ", "quoc lo 37"),
        ("Ẫ Ữ Ợ Ỵ ẵ ể", "a u o y a e"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hường"), "nguyen thi huong"),
        ("", ""),
    ],
)
def test_folding_drops_case_marks_and_bars(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_tidying_twice_changes_nothing_and_leaves_storable_text(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


def test_tidy_composes_and_keeps_lines() -> None:
    given_text = unicodedata.normalize("NFD", "  Đường  làng\x00 \r\n\u00a0xuống cấp\u202e\ud800 ")
    assert tidy(given_text) == "Đường làng\nxuống cấp"


def test_people_sort_by_given_name_letters_then_tones() -> None:
    names = [
        "Lê Văn Ý", "Nguyễn Văn An", "Trần Thị An", "Lê Văn Ẩn", "Lê Văn Ân", "Lê Văn Anh", "Lê Văn Ánh", "Lê Văn Bình",
        "Lê Văn Dũng", "Lê Văn Đạt", "Lê Văn Oanh", "Lê Văn Ổn", "Lê Văn Ơn", "Lê Văn Ưng",
    ]  # fmt: skip
    right = [
        "Nguyễn Văn An", "Trần Thị An", "Lê Văn Anh", "Lê Văn Ánh", "Lê Văn Ân", "Lê Văn Ẩn", "Lê Văn Bình",
        "Lê Văn Dũng", "Lê Văn Đạt", "Lê Văn Oanh", "Lê Văn Ổn", "Lê Văn Ơn", "Lê Văn Ưng", "Lê Văn Ý",
    ]  # fmt: skip
    assert sorted(names, key=sort_key_vi) == right


def test_tones_follow_the_dictionary() -> None:
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key_vi) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]


def test_decomposed_name_sorts_like_its_composed_form() -> None:
    name = "Hoàng Thị Đoan Ngọc"
    assert sort_key_vi(unicodedata.normalize("NFD", name)) == sort_key_vi(name)


def test_sorting_nothing_is_possible() -> None:
    assert sort_key_vi("") < sort_key_vi("An")
