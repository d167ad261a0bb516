"""Pages are tried with Flask's client on a real database file."""

from __future__ import annotations

import pytest

from tests.factories import Office
from tests.views.guests import House


@pytest.fixture
def house(office: Office) -> House:
    """The application with sample pages, and guests who come in."""
    return House(office)
