"""A rightly set up tenant."""

from typing import Any

import pytest

from tests.syncjobs.doctor.world import World


@pytest.fixture
def world(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Nordlys, with nothing to find."""
    return World(settings, monkeypatch)
