"""Every text that the program marks for translation has its Vietnamese wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from caseflow import i18n, places

KEYWORDS: dict[str, tuple[int, ...] | None] = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CATALOGUES = sorted(places.translations_folder("vi").glob("*.po"))

type_id = str | tuple[str, ...]


@cache
def marked() -> dict[type_id, str]:
    """Every marked text with the first place that marks it."""
    found: dict[type_id, str] = {}
    for path, method in (*files(places.PACKAGE, "py"), *files(places.templates_folder(), "html")):
        for line, text, _comments, _context in extract_from_file(method, path, KEYWORDS, options=OPTIONS):
            found.setdefault(text, f"{path}:{line}")
    return found


def files(folder: Path, ending: str) -> Iterator[tuple[Path, str]]:
    method = "python" if ending == "py" else "jinja2.ext:babel_extract"
    return ((path, method) for path in sorted(folder.rglob(f"*.{ending}")))


def entries(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="vi", charset="utf-8") if message.id]


def wordings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_marked_text_has_its_vietnamese() -> None:
    merged = i18n.merged_catalogue("vi")
    lacking = []
    for text, place in marked().items():
        entry = merged.get(text if isinstance(text, str) else text[0])
        if entry is None or not all(wordings(entry)) or (isinstance(text, tuple) and not entry.pluralizable):
            lacking.append(f"{place}: {text!r}")
    assert not lacking, f"{len(lacking)} texts without Vietnamese:\n" + "\n".join(lacking)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_wordings_keep_their_placeholders(path: Path) -> None:
    wrong = []
    for message in entries(path):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        expected = set(PLACEHOLDER.findall(source))
        wrong += [text for text in wordings(message) if set(PLACEHOLDER.findall(text)) != expected]
    assert not wrong


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_wording_is_doubtful(path: Path) -> None:
    assert [message.id for message in entries(path) if message.fuzzy] == []


def test_one_text_has_one_wording() -> None:
    seen: dict[type_id, tuple[tuple[str, ...], str]] = {}
    clashes = []
    for path in CATALOGUES:
        for message in entries(path):
            text = message.id if isinstance(message.id, str) else tuple(message.id)
            wording, first = seen.setdefault(text, (wordings(message), path.name))
            if wording != wordings(message):
                clashes.append(f"{text!r}: {wording} in {first}, {wordings(message)} in {path.name}")
    assert not clashes, "\n".join(clashes)
