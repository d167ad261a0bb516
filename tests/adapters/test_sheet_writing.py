"""What is written opens as what it says, and nothing of it computes."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, UTC
from io import BytesIO

import pytest

from caseflow.adapters.spreadsheets import (
    Cell,
    read_table,
    Row,
    Sheet,
    with_problems,
    write_csv,
    write_workbook,
)

NASTY = ("=1+1", "+A1", "-cmd|' /C calc'!A0", "@SUM(A1)", "http://example.org", "- Đã họp", "'x")


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_workbook_comes_back_as_it_was_written() -> None:
    cells: tuple[Cell, ...] = (
        "chữ",
        7,
        2.5,
        True,
        date(2026, 2, 28),
        datetime(2026, 2, 28, 7, 30, tzinfo=UTC),
        None,
    )
    data = write_workbook([Sheet("Danh sách", tuple("abcdefg"), [cells])])
    (row,) = read_table(data, "a.xlsx").rows
    assert row == Row(2, (*cells[:5], datetime.fromisoformat("2026-02-28T07:30"), None))


def test_no_text_becomes_a_formula_or_a_link() -> None:
    data = write_workbook([Sheet("x", ("=HEADING()",), [(text,) for text in NASTY])])
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert [row.cells[0] for row in read_table(data, "a.xlsx").rows] == list(NASTY)


def test_exported_csv_computes_nothing_and_comes_back() -> None:
    data = write_csv(("Nội dung", "Số"), [(text, -5) for text in NASTY[:6]])
    lines = data.decode("utf-8-sig").splitlines()
    assert all(line[0] not in "=+-@" for line in lines)
    assert lines[1] == "'=1+1,-5"
    assert [row.cells[0] for row in read_table(data, "a.csv").rows] == list(NASTY[:6])


def test_headings_are_frozen_and_names_fit_excel() -> None:
    data = write_workbook([Sheet("Biểu [1]/2026: " + "x" * 40, ("a",)), Sheet("", ("b",)), Sheet("", ("c",))])
    assert 'state="frozen"' in part(data, "xl/worksheets/sheet1.xml")
    assert 'name="Biểu  1  2026  xxxxxxxxxxxxxxxx"' in part(data, "xl/workbook.xml")


def test_drop_downs_hold_more_than_255_characters() -> None:
    people = [f"CB{number:04} – Nguyễn Văn {number}" for number in range(300)]
    template = Sheet(
        "Mẫu", ("Nội dung", "Người chịu trách nhiệm"), choices={"Người chịu trách nhiệm": people}
    )
    data = write_workbook([template])
    assert "<formula1>'_DM'!$A$1:$A$300</formula1>" in part(data, "xl/worksheets/sheet1.xml")
    assert 'state="hidden"' in part(data, "xl/workbook.xml")
    assert read_table(data, "mau.xlsx").header == template.header


def test_open_choices_take_other_values() -> None:
    sheet = Sheet("Mẫu", ("Đơn vị",), choices={"Đơn vị": ["a"]}, open_choices=frozenset({"Đơn vị"}))
    assert 'showErrorMessage="1"' not in part(write_workbook([sheet]), "xl/worksheets/sheet1.xml")


def test_equal_sheets_give_equal_bytes() -> None:
    sheet = Sheet("x", ("a",), [("b",)])
    assert write_workbook([sheet]) == write_workbook([sheet])


def test_unwritable_values_are_written_as_text() -> None:
    data = write_workbook(
        [Sheet("x", ("a",), [(date(1850, 1, 1),), (float("nan"),), (10**20,), ("x" * 40_000,), ("\ud800",)])]
    )
    texts = [row.cells[0] for row in read_table(data, "a.xlsx").rows]
    assert texts[:3] == ["1850-01-01", "nan", "100000000000000000000"]
    assert isinstance(texts[3], str)
    assert (len(texts[3]), texts[3][-1]) == (32_767, "…")


def test_errors_go_home_in_one_more_column() -> None:
    table = read_table("Nội dung;Đơn vị\nx;y\nz;t\n".encode(), "a.csv")
    sheet = with_problems(table, "Danh sách", "Lỗi", {3: "B3: không có đơn vị t"})
    back = read_table(write_workbook([sheet]), "a.xlsx")
    assert back.header == ("Nội dung", "Đơn vị", "Lỗi")
    assert [row.cells[2] for row in back.rows] == [None, "B3: không có đơn vị t"]


def test_errors_of_an_earlier_round_give_way() -> None:
    table = read_table("Nội dung;Đơn vị;Lỗi\nx;y;B2: không có đơn vị y\n".encode(), "a.csv")
    sheet = with_problems(table, "Danh sách", "Lỗi", {2: "A2: quá ngắn"})
    assert sheet.header == ("Nội dung", "Đơn vị", "Lỗi")
    assert sheet.rows[0] == ("x", "y", "A2: quá ngắn")


@pytest.mark.parametrize("value", [date(2026, 2, 28), datetime(2026, 2, 28, 7, 5, tzinfo=UTC)])
def test_csv_writes_days_as_people_do(value: date) -> None:
    assert b"28/02/2026" in write_csv(("a",), [(value,)])
