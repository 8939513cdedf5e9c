"""Two shops in step on both sides, and what `drift` says about them."""

from typing import Any

import pytest

from integration.http import TokenBucket
from tests.journeys.shops import Shops


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    """Two shops whose master data is in step."""
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    shops.nordlys.shop.edit_customer(5004, name="Navngivet nu")
    for each in (shops.nordlys, shops.fjord):
        each.settle()
    return shops
