"""The seeded vendor and a session in Nordlys' company."""

import pytest

from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, new_uniconta


@pytest.fixture
def uni() -> UnicontaState:
    """Both companies, freshly seeded."""
    return new_uniconta()


@pytest.fixture
def api(uni: UnicontaState) -> Api:
    """A session of the server user in company 70123."""
    return Api(uni)
