"""What can be seen of the look without a browser: sizes, pictures, words, and no inline style or script."""

from __future__ import annotations

import gzip
import re
from typing import Any, cast

import pytest

from caseflow import i18n
from caseflow.messages import Message, N_
from tests.views.gallery import make_app, ROOT, STATES, STATIC


@pytest.mark.parametrize(("name", "limit"), [("app.css", 8192), ("app.js", 8192), ("icons.svg", 6144)])
def test_static_files_stay_small(name: str, limit: int) -> None:
    data = (STATIC / name).read_bytes()
    assert len(data if name == "icons.svg" else gzip.compress(data)) <= limit


def test_sprite_holds_the_pictures_that_templates_name() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {name for text in texts for name in re.findall(r'icon\("(\w+)"\)', text)}
    assert len(drawn) == 14
    assert named | set(STATES) <= drawn


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert not re.search(
            r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", path.read_text()
        ), path


LOOK = ["base.html", "error.html", "sign_in.html", "change_password.html"]
LOOK += [f"macros/{name}.html" for name in ("form", "icon", "pager", "parts", "tag", "timeline")]


@pytest.mark.parametrize("name", LOOK)
def test_every_word_of_the_look_has_its_vietnamese(name: str) -> None:
    source = (ROOT / "templates" / name).read_text()
    found = cast(Any, make_app().jinja_env).extract_translations(source, gettext_functions=("_", "ngettext"))
    for _line, _function, said in found:
        msgid = said[0] if isinstance(said, tuple) else said
        assert i18n.translations_for("vi").gettext(msgid) != msgid


def test_acting_for_somebody_is_said_in_words_of_the_house() -> None:
    said = i18n.translate(Message(N_("Acting on behalf of %(name)s"), {"name": "Trần Đức Lượng"}), "vi")
    assert said == "Đang thực hiện theo ủy quyền của Trần Đức Lượng"
