"""Rules that were recorded in English are told in the reader's words, as far as they are the program's own."""

from __future__ import annotations

import pytest

from caseflow.errors import NotPermitted, WrongState
from caseflow.i18n import translate, use_language
from caseflow.views.retelling import retell
from tests.factories import Office


@pytest.mark.parametrize("action", ["verify", "assign", "edit", "extend", "resume", "reopen"])
def test_every_kept_refusal_of_a_move_is_told_in_the_readers_words(office: Office, action: str) -> None:
    code = office.resolved()
    with pytest.raises((NotPermitted, WrongState)) as refusal:
        office.move(code, action, "W1-OFF")
    message = refusal.value.message
    with use_language("vi"):
        assert retell(str(message)) == translate(message) != str(message)
    with use_language("en"):
        assert retell(str(message)) == str(message)


def test_what_is_none_of_the_programs_texts_stays_as_it_was() -> None:
    with use_language("vi"):
        assert retell("Something that nobody ever marked") is None
        assert retell("") is None


def test_names_in_a_recorded_rule_stay() -> None:
    recorded = "You no longer stand in for Trần Văn Tỉnh. Act for yourself, or ask for a new mandate."
    with use_language("vi"):
        told = retell(recorded)
    assert told is not None
    assert "Trần Văn Tỉnh" in told
    assert "stand in" not in told
