"""The shop and a client that checks the contract."""

import pytest

from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.customers1st.api import Api


@pytest.fixture
def shop(sandbox: Sandbox) -> Shop:
    """Return the Nordlys shop, without a rate limit."""
    sandbox.customers1st.set_bucket(None)
    return sandbox.customers1st.shop(3000)


@pytest.fixture
def api(shop: Shop, sandbox: Sandbox) -> Api:
    """Return a client of the Nordlys shop."""
    assert shop.store.id == 3000
    return Api(sandbox)
