"""Texts in the reader's language, numbers and days as the reader writes them."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from fractions import Fraction

import pytest

from caseflow import i18n
from caseflow.i18n import gettext, LANGUAGES, ngettext, translate, use_language
from caseflow.messages import Message, say

# Texts of the catalogue that these tests lean on.
SERVE = "Serve the pages."
VARIABLE = "%(variable)s has the value “%(value)s”. %(remedy)s"
CHOICE = "Use one of: %(allowed)s."


def test_vietnamese_is_spoken_by_default() -> None:
    assert i18n.current_language() == "vi"
    assert gettext(SERVE) == "Mở trang phục vụ người dùng."


def test_english_is_the_source() -> None:
    with use_language("en"):
        assert gettext(SERVE) == SERVE
    assert translate(say(SERVE), "en") == SERVE


def test_language_ends_with_its_block() -> None:
    with pytest.raises(RuntimeError), use_language("en"):
        raise RuntimeError
    assert i18n.current_language() == "vi"


def test_a_thread_starts_in_the_default_language() -> None:
    seen: list[str] = []
    with use_language("en"):
        thread = threading.Thread(target=lambda: seen.append(i18n.current_language()))
        thread.start()
        thread.join()
    assert seen == ["vi"]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"), use_language("fr"):
        pass
    with pytest.raises(ValueError, match="fr"):
        translate(SERVE, "fr")


def test_message_within_a_message_is_translated_too() -> None:
    message = say(VARIABLE, variable="X", value="y", remedy=say(CHOICE, allowed=("a", "b")))
    assert translate(message) == "X đang có giá trị “y”. Hãy dùng một trong các giá trị: a, b."
    assert translate(message, "en") == "X has the value “y”. Use one of: a, b."


def test_text_without_translation_shows_as_it_is() -> None:
    assert gettext("No catalogue knows %(this)s.", this="text") == "No catalogue knows text."


def test_empty_text_is_not_the_header_of_the_catalogue() -> None:
    assert translate("") == ""
    assert translate(Message("")) == ""


def test_percent_sign_stays_without_values() -> None:
    assert translate("100 % done") == "100 % done"


def test_values_may_have_any_name() -> None:
    assert gettext("%(msgid)s %(message)s", msgid=1, message=2) == "1 2"


def test_days_in_messages_are_written_for_people() -> None:
    assert translate(say("due %(day)s", day=dt.date(2018, 4, 3))) == "due 03/04/2018"
    instant = dt.datetime(2026, 11, 23, 7, 5, tzinfo=dt.UTC)
    assert translate(say("at %(instant)s", instant=instant)) == "at 14:05 23/11/2026"


@pytest.mark.parametrize(("language", "one", "many"), [("en", "1 day", "2 days"), ("vi", "1 day", "2 days")])
def test_english_counts_in_two_forms(language: str, one: str, many: str) -> None:
    with use_language(language):
        assert ngettext("%(n)s day", "%(n)s days", 1) == one
        assert ngettext("%(n)s day", "%(n)s days", 2) == many


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_written_alike_in_both_languages(language: str) -> None:
    with use_language(language):
        assert i18n.format_date(dt.date(2018, 4, 3)) == "03/04/2018"
        assert i18n.format_datetime(dt.datetime(2026, 11, 23, 7, 5, tzinfo=dt.UTC)) == "14:05 23/11/2026"
        assert i18n.format_datetime(dt.datetime(2026, 12, 31, 17, 0, tzinfo=dt.UTC)) == "00:00 01/01/2027"


def test_an_instant_is_no_day() -> None:
    with pytest.raises(TypeError):
        i18n.format_date(dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC))


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        i18n.format_datetime(dt.datetime(2026, 11, 23, 20, 0))  # noqa: DTZ001 - the thing under test


@pytest.mark.parametrize(
    ("language", "number", "share"), [("vi", "17.487", "98,3%"), ("en", "17,487", "98.3%")]
)
def test_numbers_follow_the_language(language: str, number: str, share: str) -> None:
    with use_language(language):
        assert i18n.format_number(17487) == number
        assert i18n.format_percent(0.983) == share
        assert i18n.format_percent(Decimal("0.983")) == share
        assert i18n.format_percent(Fraction(983, 1000)) == share


def test_percentage_has_the_decimals_asked_for() -> None:
    assert i18n.format_percent(Fraction(16051, 16274), 2) == "98,63%"
    assert i18n.format_percent(0.94) == "94%"
    assert i18n.format_percent(1) == "100%"
