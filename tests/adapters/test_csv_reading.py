"""CSV lists as people send them, good and hostile."""

from __future__ import annotations

import unicodedata

import pytest

from caseflow.adapters import csv_reading
from caseflow.adapters.csv_reading import is_formula
from caseflow.adapters.spreadsheets import read_table, Row
from caseflow.errors import InvalidInput

TEXT = "Nội dung vấn đề, vụ việc;Đơn vị\nĐường hỏng, lún;W07201\n"
ROWS = (Row(2, ("Đường hỏng, lún", "W07201")),)


def refused(data: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, "danh-sach.csv")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    assert read_table(TEXT.encode(encoding), "a.csv").rows == ROWS


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused_with_the_way_to_save(encoding: str) -> None:
    data = unicodedata.normalize("NFC", "Ghi chú;Tên\nđá;bà\n").encode(encoding)
    assert "CSV UTF-8" in str(refused(data).message)


def test_nul_bytes_are_refused() -> None:
    assert "CSV UTF-8" in str(refused(b"a;b\n1\x00;2\n").message)


@pytest.mark.parametrize("text", [TEXT, TEXT.replace(";", "\t"), "sep=;\r\n" + TEXT,
                                  '"Nội dung vấn đề, vụ việc",Đơn vị\n"Đường hỏng, lún",W07201\n'])  # fmt: skip
def test_delimiter_is_found(text: str) -> None:
    table = read_table(text.encode(), "a.csv")
    assert table.header == ("Nội dung vấn đề, vụ việc", "Đơn vị")
    assert table.rows == ROWS


def test_single_column_is_read() -> None:
    assert read_table("Mã\nA\nB\n".encode(), "a.csv").rows == (Row(2, ("A",)), Row(3, ("B",)))


def test_decomposed_text_comes_composed() -> None:
    assert read_table(unicodedata.normalize("NFD", TEXT).encode(), "a.csv").rows == ROWS


def test_cell_of_several_lines_counts_as_one_row() -> None:
    table = read_table('a;b\n"một\nhai";x\n\ny;z\n'.encode(), "a.csv")
    assert table.rows == (Row(2, ("một\nhai", "x")), Row(4, ("y", "z")))


def test_short_row_is_filled_and_long_row_is_refused() -> None:
    assert read_table(b"a;b\n1\n", "a.csv").rows == (Row(2, ("1", None)),)
    (problem,) = refused(b"a;b\n1;2;\n1;2;3\n").problems
    assert (problem.row, problem.column, problem.value) == (3, "C", "3")


def test_unclosed_quotation_mark_is_refused_with_its_row() -> None:
    assert "Row 3" in str(refused(b'a;b\n1;2\n"3;4\n').message)


def test_every_formula_is_named_by_its_cell() -> None:
    refusal = refused(b"a;b\n=1+1;x\ny;@SUM(A1)\n-cmd|' /C calc'!A0;+A1\n")
    assert [(p.field, p.row, p.column) for p in refusal.problems] == [
        ("a", 2, "A"), ("b", 3, "B"), ("a", 4, "A"), ("b", 4, "B"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1", "@x", "+SUM(A1)", "-2+3", " =1", "- cmd|'/C calc'!A0", "+HYPERLINK(1)", "- SUM(A1)"]
)
def test_formulas(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize(
    "text", ["", "-", "--", "-5", "-1.234,5", "+84 912 345 678", "- Đã họp dân (lần 2)", "a=b", "5 - 3"]
)
def test_no_formulas(text: str) -> None:
    assert not is_formula(text)


def test_overlong_cell_is_named() -> None:
    (problem,) = refused(b"a;b\n1;" + b"x" * 32_768).problems
    assert (problem.row, problem.column) == (2, "B")


def test_too_many_rows_or_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "100000 rows" in str(refused(b"a\n" + b"1\n" * 100_001).message)
    assert "60 columns" in str(refused(b";".join([b"a"] * 61)).message)
    monkeypatch.setattr(csv_reading, "MAX_CELLS", 10)
    assert "too much text" in str(refused(b"a;b\n" + b"1;2\n" * 10).message)


def test_workbook_under_the_name_of_a_list_is_refused() -> None:
    assert "Rename" in str(refused(b"PK\x03\x04").message)


def test_empty_lists_are_refused() -> None:
    assert refused(b"").problems[0].field == "file"
    assert refused(b"\n;;\n").problems[0].field == "file"
