"""A sandbox that stands still on the contract's first day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.clock import Clock
from sandbox.server import Sandbox

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a seeded sandbox without sockets; stopped at the end if a test served it."""
    made = Sandbox(clock=Clock(START))
    yield made
    made.stop()
