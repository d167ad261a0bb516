"""The reference moves with the code, and what the guides call a label is one on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from caseflow import i18n
from docs import make_reference

DOCS = Path(make_reference.__file__).resolve().parent
PAGES = tuple(make_reference.pages())
GUIDES = sorted([*(DOCS / "tutorial").glob("*.md"), *(DOCS / "how-to").glob("*.md")])
LABEL = re.compile(r"\*\*([^*\n]+)\*\*")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_reference_is_what_the_code_says(name: str) -> None:
    made = make_reference.pages()[name]
    written = (make_reference.HERE / name).read_text(encoding="utf-8")
    assert written == made, "run: python docs/make_reference.py"


def test_every_page_of_the_reference_is_made_or_the_entrance() -> None:
    assert {path.name for path in make_reference.HERE.glob("*.md")} == {*PAGES, "README.md"}


def wordings() -> Iterator[str]:
    """Every Vietnamese text of the program."""
    for message in i18n.merged_catalogue("vi"):
        assert isinstance(message, Message)
        texts = (message.string,) if isinstance(message.string, str) else message.string or ()
        yield from texts


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_labels_in_guides_stand_on_the_screen(guide: Path) -> None:
    known = set(wordings())
    labels = LABEL.findall(guide.read_text(encoding="utf-8"))
    assert [label for label in labels if label not in known] == []


@pytest.mark.parametrize(
    "page", sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]), ids=lambda path: path.stem
)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
