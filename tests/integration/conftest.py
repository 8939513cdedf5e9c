"""A vendor without a socket, and what the client reported of its calls."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses
import simplejson

from integration.ports import CallRecord

EXAMPLES = Path(__file__).parent.parent / "contracts" / "examples"


@pytest.fixture
def vendor() -> Iterator[responses.RequestsMock]:
    """Answer only what a test registers; everything registered must be called."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def records() -> list[CallRecord]:
    """Collect what `on_call` is told."""
    return []


def example(vendor_name: str, name: str) -> Any:
    """Return an example of the contract."""
    return simplejson.loads((EXAMPLES / vendor_name / f"{name}.json").read_text(), use_decimal=True)
