"""The three invented shops."""

import pytest

from settings_app.models import Tenant
from tests import factories


@pytest.fixture
def nordlys(db: None) -> Tenant:
    """A live tenant."""
    return factories.nordlys()


@pytest.fixture
def fjord(db: None) -> Tenant:
    """Another live tenant."""
    return factories.fjord()


@pytest.fixture
def klit(db: None) -> Tenant:
    """A tenant that is still a draft."""
    return factories.klit()
