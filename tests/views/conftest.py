"""Pages are tried with Flask's client on a real database file."""

from __future__ import annotations

import pytest

from tests.factories import Office
from tests.views.browsing import Web


@pytest.fixture
def web(office: Office) -> Web:
    """The application on the small province, with a browser for everybody in it."""
    return Web(office)
