"""Many deletions at once stop and need a person; what that person lets through is blocked, never destroyed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from integration.http import TokenBucket
from syncjobs.again import release_delete_stop
from syncjobs.folding import fold
from syncjobs.models import SyncJob, TenantState
from tests.journeys.shops import Shops, ShopWorld

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 25


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    return shops


def blocked(shop: ShopWorld, items: list[str]) -> int:
    return sum(bool(shop.items()[item]["Blocked"]) for item in items)


def test_more_than_twenty_deletes_wait_for_a_persons_word(shops: Shops) -> None:
    nordlys = shops.nordlys
    nordlys.tenant.webhook_switches.filter(entity="product", event="deleted").update(on=True)
    numbers = [f"P{number:03}" for number in range(MANY)]
    products = [nordlys.shop.add_product(f"Vare {n}", n)["id"] for n in numbers]
    nordlys.settle()
    for product in products:
        nordlys.shop.delete_product(product)
        fold(nordlys.tenant, "product_to_item", str(product), now=datetime.now(UTC))
    nordlys.drain()
    assert blocked(nordlys, numbers) == 20
    held = SyncJob.objects.filter(state="NEEDS_PERSON", kind="product_to_item")
    assert held.count() == MANY - 20
    assert {job.mended_by for job in held} == {"deletes"}
    assert "More than 20" in TenantState.objects.get(tenant=nordlys.tenant).delete_stop

    release_delete_stop(nordlys.tenant, now=datetime.now(UTC))
    nordlys.drain()
    assert blocked(nordlys, numbers) == MANY
    assert not held.all().exists()
    assert TenantState.objects.get(tenant=nordlys.tenant).delete_stop == ""
