"""The bytes of a leaf are what RFC 8785 asks for, and nothing that it would have to escape gets in."""

from __future__ import annotations

from datetime import datetime, timezone, UTC
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from caseflow.trail.leaf import instant_text, Leaf, LeafError

PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), max_size=60)
INSTANTS = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned beside it
LEAVES = st.builds(
    Leaf,
    subject=st.uuids(),
    seq=st.integers(0, 2**53 - 1),
    previous=st.binary(min_size=32, max_size=32),
    event=st.uuids(),
    type=PLAIN,
    source=st.none() | PLAIN,
    target=st.none() | PLAIN,
    due=st.none() | INSTANTS,
    actor=st.uuids(),
    at=INSTANTS,
    commitments=st.lists(PLAIN, max_size=12).map(tuple),
)


def canonical(leaf: Leaf) -> bytes:
    """The leaf as the library for RFC 8785 writes it."""
    return rfc8785.dumps(
        {
            "v": 1,
            "case": str(leaf.subject),
            "seq": leaf.seq,
            "prev": leaf.previous.hex(),
            "event": str(leaf.event),
            "type": leaf.type,
            "from": leaf.source,
            "to": leaf.target,
            "due": None if leaf.due is None else instant_text(leaf.due),
            "actor": str(leaf.actor),
            "at": instant_text(leaf.at),
            "_sd": sorted(leaf.commitments),
        }
    )


@given(LEAVES)
def test_leaf_is_canonical_json(leaf: Leaf) -> None:
    assert leaf.encode() == canonical(leaf)


@pytest.mark.parametrize("text", ["ô", 'quote"', "back\\slash", "line\n", "\x7f", "\x00", "😀"])
def test_leaf_refuses_what_json_escapes(text: str) -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    leaf = Leaf(UUID(int=1), 0, b"\0" * 32, UUID(int=2), text, None, None, None, UUID(int=3), at, ())
    with pytest.raises(LeafError):
        leaf.encode()


def test_instant_is_written_in_utc_with_microseconds() -> None:
    at = datetime.fromisoformat("2026-11-02T09:00:00+07:00")
    assert at.tzinfo != timezone.utc  # noqa: UP017 - the zone is the point
    assert instant_text(at) == "2026-11-02T02:00:00.000000Z"
