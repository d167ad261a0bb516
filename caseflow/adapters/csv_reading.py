"""Reading a .csv list that somebody else made: its encoding, its delimiter, its rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from caseflow.adapters.tables import (
    cell_name,
    Findings,
    long_cell,
    make_table,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    refuse_file,
    shorten,
    Table,
    too_many_columns,
    too_many_rows,
    too_much_text,
)
from caseflow.messages import Message, N_, say

DELIMITERS = ";\t,"  # in order of preference where all fit alike: Vietnamese texts are full of commas
_SAMPLE = 20  # records that the delimiter is guessed from
_SEP_LINE = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)

_NUMBER = re.compile(r"[-+]\s*[0-9][0-9\s.,()%-]*\Z")  # +84 912 345 678 is a telephone number
_DASHES = re.compile(r"[-+–]+\Z")
_BULLET = re.compile(r"[-+]\s+(?![\w.$']*[(|!])")  # “- Đã họp dân” is a line of a list


def read_csv(data: bytes, name: str) -> Table:
    """The table in a CSV file. Raises `InvalidInput` with every cell that cannot be taken."""
    text = decode(data, name)
    declared = _SEP_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else sniff_delimiter(text)
    findings = Findings(name)
    return make_table(_checked(_records(text, delimiter, name), findings), findings)


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark; `InvalidInput` for any other encoding."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeError as failure:
        raise _wrong_encoding(name) from failure
    if "\0" in text:
        raise _wrong_encoding(name)
    return text


def _wrong_encoding(name: str) -> Exception:
    message = N_(
        "%(name)s is not text in UTF-8. In Excel choose Save As, type “CSV UTF-8 (Comma delimited)”."
    )
    return refuse_file(say(message, name=name), name)


def sniff_delimiter(text: str) -> str:
    """The delimiter under which the first records agree best on a width of more than one column."""
    return max(DELIMITERS, key=lambda delimiter: _agreement(text, delimiter))


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """The share of records as wide as the header, and that width."""
    try:
        records = list(islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), _SAMPLE))
    except csv.Error:
        return 0, 0
    widths = [len(record) for record in records if any(record)]
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _records(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their numbers: Excel, too, counts a record of several lines once."""
    number = 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, 1):
            yield number, record
    except csv.Error as failure:
        message = N_(
            "Row %(row)s of %(name)s cannot be read: check its quotation marks, or save the list as .xlsx."
        )
        raise refuse_file(say(message, row=number + 1, name=name), name) from failure


def _checked(records: Iterator[tuple[int, list[str]]], findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Records with each unusable cell noted; `InvalidInput` at once when there are too many."""
    first = cells = 0
    for number, record in records:
        first = first or (number if any(record) else 0)
        cells += len(record)
        _check_size(number - first, record, cells, findings.name)
        for index, text in enumerate(record):
            if problem := _problem(text, number, index):
                findings.add(number, index, problem, shorten(text))
        yield number, [_unguarded(text) for text in record]


def _check_size(number: int, record: list[str], cells: int, name: str) -> None:
    if number > MAX_ROWS:
        raise too_many_rows(name)
    if len(record) > MAX_COLUMNS and any(record[MAX_COLUMNS:]):
        raise too_many_columns(name)
    if cells > MAX_CELLS:
        raise too_much_text(name)


def _problem(text: str, row: int, index: int) -> Message | None:
    if len(text) > MAX_CELL:
        return long_cell(row, index, len(text))
    if is_formula(text):
        message = N_(
            "Cell %(cell)s begins like a formula. Write the value itself, or put an apostrophe (') before it."
        )
        return say(message, cell=cell_name(row, index))
    return None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute this text: it begins with = + - @ and is no number, dash or list item."""
    text = text.strip()
    if not text or text[0] not in "=+-@":
        return False
    if text[0] in "=@":
        return len(text) > 1
    return not (_NUMBER.match(text) or _DASHES.match(text) or _BULLET.match(text))


def _unguarded(text: str) -> str:
    """Text without the apostrophe that keeps spreadsheets from computing it, as our own exports write it."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" else text
