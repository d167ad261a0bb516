"""How long ago something was, in the reader's words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseflow.i18n import use_language
from caseflow.views.look import ago
from tests.factories import Office
from tests.views.guests import House


@pytest.mark.parametrize(
    ("past", "vietnamese", "english"),
    [
        (timedelta(seconds=-5), "vừa xong", "just now"),
        (timedelta(seconds=59), "vừa xong", "just now"),
        (timedelta(minutes=1), "1 phút trước", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 phút trước", "59 minutes ago"),
        (timedelta(hours=3), "3 giờ trước", "3 hours ago"),
        (timedelta(days=1), "1 ngày trước", "1 day ago"),
        (timedelta(days=7), "7 ngày trước", "7 days ago"),
        (timedelta(days=8), "09:00 25/10/2026", "09:00 25/10/2026"),
    ],
)
def test_past_is_told_in_words_for_a_week(
    house: House, office: Office, past: timedelta, vietnamese: str, english: str
) -> None:
    told = {}
    with house.app.test_request_context("/"):
        for language in ("vi", "en"):
            with use_language(language):
                told[language] = ago(office.clock.now() - past)
    assert told == {"vi": vietnamese, "en": english}
