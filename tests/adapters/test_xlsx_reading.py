"""Workbooks as people send them, good and hostile; each is really made here."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from caseflow.adapters import tables
from caseflow.adapters.spreadsheets import check_size, column_letter, MAX_BYTES, read_table, Row
from caseflow.errors import CaseflowError, InvalidInput

SHEET = "xl/worksheets/sheet1.xml"


def workbook(fill: Callable[[Any, Any], object], **options: object) -> bytes:
    """A workbook whose first sheet `fill(book, sheet)` writes."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("Danh sách"))
    return target.getvalue()


def of_rows(*rows: Sequence[object]) -> bytes:
    """A workbook with these rows from A1 on."""
    return workbook(lambda _, sheet: [sheet.write_row(number, 0, row) for number, row in enumerate(rows)])


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts rewritten."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return target.getvalue()


def refused(data: bytes, name: str = "danh-sach.xlsx") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, name)
    assert caught.value.problems
    return caught.value


PLAIN = of_rows(["Nội dung", "Đơn vị"], ["Đường hỏng", "W07201"])


def test_rows_keep_the_numbers_and_columns_that_excel_shows() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row("B3", ["Nội dung", "Đơn vị"])
        sheet.write_row("B6", ["Đường hỏng", "W07201"])

    table = read_table(workbook(fill), "a.xlsx")
    assert table.header == ("", "Nội dung", "Đơn vị")
    assert table.header_row == 3
    assert table.rows == (Row(6, (None, "Đường hỏng", "W07201")),)
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_cells_come_as_what_they_are() -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, list("abcdefgh"))
        sheet.write_row(1, 0, ["chữ", 7, 2.5, True])
        sheet.write_datetime(1, 4, date(2026, 2, 28), day)
        sheet.write_datetime(1, 5, datetime.fromisoformat("2026-02-28T07:30"), day)
        sheet.write_string(1, 6, "=1+1")

    row = read_table(workbook(fill), "a.xlsx").rows[0]
    assert row.cells == (
        "chữ",
        7,
        2.5,
        True,
        date(2026, 2, 28),
        datetime.fromisoformat("2026-02-28T07:30"),
        "=1+1",
        None,
    )
    assert [type(cell) for cell in row.cells[1:4]] == [int, float, bool]


def test_dates_counted_from_1904_are_the_same_days() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Thời hạn")
        sheet.write_datetime(1, 0, date(2026, 2, 28), book.add_format({"num_format": "dd/mm/yyyy"}))

    assert read_table(workbook(fill, date_1904=True), "a.xlsx").rows[0].cells == (date(2026, 2, 28),)


def test_decomposed_text_comes_composed() -> None:
    text = "Đảng ủy xã Đồng Tiến"
    data = of_rows([unicodedata.normalize("NFD", "Đơn vị")], [unicodedata.normalize("NFD", text)])
    table = read_table(data, "a.xlsx")
    assert table.header == ("Đơn vị",)
    assert table.rows[0].cells == (text,)


def test_first_visible_sheet_is_read() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "ẩn")
        sheet.hide()
        shown = book.add_worksheet("Hiện")
        shown.write_column(0, 0, ["Nội dung", "x"])
        shown.activate()
        shown.set_first_sheet()

    assert read_table(workbook(fill), "a.xlsx").header == ("Nội dung",)


def test_every_formula_is_named_by_its_cell() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["a", "Nội dung", "Thời hạn"])
        sheet.write_formula("C7", "=TODAY()+5", None, 46000)
        sheet.write_formula("B9", '=HYPERLINK("x")', None, "x")

    refusal = refused(workbook(fill))
    assert [(p.field, p.row, p.column, p.value) for p in refusal.problems] == [
        ("Thời hạn", 7, "C", "=TODAY()+5"),
        ("Nội dung", 9, "B", '=HYPERLINK("x")'),
    ]
    assert "C7" in str(refusal.problems[0].message)
    assert "2" in str(refusal.message)


def test_error_value_is_named_by_its_cell() -> None:
    data = changed(
        PLAIN, SHEET, lambda xml: xml.replace(b'<c r="A2" t="s"><v>2</v>', b'<c r="A2" t="e"><v>#N/A</v>')
    )
    (problem,) = refused(data).problems
    assert (problem.row, problem.column, problem.value) == (2, "A", "#N/A")


def test_duplicate_headings_are_refused_however_they_are_written() -> None:
    refusal = refused(of_rows(["Đơn vị", "x", "ĐƠN  VỊ"], ["a", "b", "c"]))
    assert (refusal.problems[0].row, refusal.problems[0].column) == (1, "C")
    assert "A1" in str(refusal.message)


def test_value_under_no_heading_is_refused() -> None:
    (problem,) = refused(of_rows(["Nội dung"], ["x"], ["y", "thừa"])).problems
    assert (problem.row, problem.column, problem.value) == (3, "B", "thừa")


def test_all_problems_are_listed_and_at_most_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_LISTED", 5)
    refusal = refused(of_rows(["a"], *(["x", "thừa"] for _ in range(8))))
    assert len(refusal.problems) == 5
    assert "8" in str(refusal.message)


def test_empty_sheet_is_refused() -> None:
    assert "danh-sach.xlsx" in str(refused(of_rows()).message)


def test_old_excel_under_a_new_name_is_refused() -> None:
    assert ".xls" in str(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).message)


def test_locked_workbook_is_refused() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in str(refused(data).message)


def test_encrypted_archive_is_refused() -> None:
    data = bytearray(PLAIN)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in str(refused(bytes(data)).message)


@pytest.mark.parametrize(
    "data", [b"<html><table></table></html>", b"", b"%PDF-1.7", b"a;b\n1;2", b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refused(data).problems[0].field == "file"


def test_archive_without_a_workbook_is_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "damaged" in str(refused(target.getvalue()).message)


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.ods", "a", "..", ""])
def test_other_endings_are_refused(name: str) -> None:
    assert ".xlsx" in str(refused(PLAIN, name).message)


def test_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_size(100_000_000, "to.xlsx")
    assert "100 MB" in str(caught.value.message)
    check_size(MAX_BYTES)
    assert "11 MB" in str(refused(bytes(MAX_BYTES + 1)).message)


def test_zip_bomb_is_refused() -> None:
    bomb = changed(
        PLAIN, SHEET, lambda xml: xml.replace(b"</worksheet>", b" " * 30_000_000 + b"</worksheet>")
    )
    assert len(bomb) < 100_000
    assert "unpacks" in str(refused(bomb).message)


def test_archive_that_lies_about_its_sizes_is_refused() -> None:
    def lied(data: bytes) -> bytes:
        mine = bytearray(data)
        at = mine.index(b"PK\x01\x02", mine.index(b"PK\x01\x02") + 1)
        mine[at + 24 : at + 28] = (10).to_bytes(4, "little")
        return bytes(mine)

    assert "damaged" in str(refused(lied(changed(PLAIN, "_rels/.rels", lambda xml: xml))).message)


def test_part_that_stands_twice_is_refused() -> None:
    target = BytesIO(PLAIN)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(SHEET.upper(), "<worksheet/>")
    assert "damaged" in str(refused(target.getvalue()).message)


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"]
)
def test_document_types_and_so_entities_are_refused(part: str) -> None:
    trick = b'?>\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert "XML declarations" in str(
        refused(changed(PLAIN, part, lambda xml: xml.replace(b"?>", trick, 1))).message
    )


def test_far_away_cell_is_refused_before_memory_is_asked_for() -> None:
    wide = changed(PLAIN, SHEET, lambda xml: xml.replace(b'r="B2"', b'r="XFD2"'))
    long = changed(PLAIN, SHEET, lambda xml: xml.replace(b'r="B2"', b'r="B1048576"'))
    assert "60 columns" in str(refused(wide).message)
    assert "100000 rows" in str(refused(long).message)


def test_empty_but_formatted_cells_far_away_do_no_harm() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    data = changed(PLAIN, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert len(read_table(data, "a.xlsx").rows) == 1


def test_overlong_cell_is_named() -> None:
    inline = b'<c r="A2" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c>"
    data = changed(PLAIN, SHEET, lambda xml: xml.replace(b'<c r="A2" t="s"><v>2</v></c>', inline))
    (problem,) = refused(data).problems
    assert (problem.row, problem.column) == (2, "A")
    assert "40000" in str(problem.message)


def test_one_long_text_used_again_and_again_is_refused() -> None:
    data = of_rows(["Nội dung"], *([f"{'x' * 32_000}"] for _ in range(1_600)))
    assert len(data) < 200_000
    assert "too much text" in str(refused(data).message)


@pytest.mark.parametrize("value", [b"NaN", b"-1e999", b"abc", b"1_0"])
def test_broken_number_is_named(value: bytes) -> None:
    cell = b'<c r="B2"><v>' + value + b"</v></c>"
    data = changed(PLAIN, SHEET, lambda xml: xml.replace(b'<c r="B2" t="s"><v>3</v></c>', cell))
    (problem,) = refused(data).problems
    assert (problem.row, problem.column, problem.value) == (2, "B", value.decode())


@pytest.mark.parametrize("value", [b"99", b"-1", b"x", b" 1 "])
def test_text_that_is_not_there_is_named(value: bytes) -> None:
    data = changed(PLAIN, SHEET, lambda xml: xml.replace(b"<v>3</v>", b"<v>" + value + b"</v>"))
    assert refused(data).problems[0].column == "B"


@pytest.mark.parametrize("value", [b"0&#50;", b"0<!--x-->2", b"0<x/>2", b"<![CDATA[3]]>"])
def test_value_that_readers_understand_differently_is_refused(value: bytes) -> None:
    data = changed(PLAIN, SHEET, lambda xml: xml.replace(b"<v>3</v>", b"<v>" + value + b"</v>"))
    assert "damaged" in str(refused(data).message)


def test_formula_under_another_prefix_is_found() -> None:
    def prefixed(xml: bytes) -> bytes:
        main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        cell = b'<q:c xmlns:q="' + main + b'" r="B2"><q:f>1+1</q:f><q:v>2</q:v></q:c>'
        return xml.replace(b'<c r="B2" t="s"><v>3</v></c>', cell)

    assert refused(changed(PLAIN, SHEET, prefixed)).problems[0].value == "=1+1"


def test_cells_without_references_are_counted() -> None:
    def bare(xml: bytes) -> bytes:
        for reference in (b' r="A1"', b' r="B1"', b' r="A2"', b' r="B2"', b' r="1"', b' r="2"'):
            xml = xml.replace(reference, b"")
        return xml

    assert read_table(changed(PLAIN, SHEET, bare), "a.xlsx") == read_table(PLAIN, "a.xlsx")


@given(st.binary(max_size=2_000), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes, magic: bytes) -> None:
    for name in ("a.xlsx", "a.csv"):
        with suppress(CaseflowError):
            read_table(magic + data, name)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_damage_to_a_workbook_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    mine = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 5))):
        mine[data.draw(st.integers(4, len(mine) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CaseflowError):
        read_table(bytes(mine), "a.xlsx")


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_damage_to_the_sheet_itself_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    def change(xml: bytes) -> bytes:
        mine = bytearray(xml)
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(mine) - 1))
            mine[at : at + data.draw(st.integers(0, 3))] = data.draw(
                st.sampled_from([b"<", b">", b"9", b"/", b"&", b"", b"\xff", b"A", b'"', b"e", b"-"])
            )
        return bytes(mine)

    part = data.draw(
        st.sampled_from(
            [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
        )
    )
    with suppress(CaseflowError):
        read_table(changed(PLAIN, part, change), "a.xlsx")
