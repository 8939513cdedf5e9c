"""Many records that Customers 1st takes one by one only: their reads come in sets all the same, and each is made once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from integration.http import TokenBucket
from syncjobs.folding import fold
from syncjobs.models import SyncJob
from tests.journeys.shop import ShopWorld as KillableShop
from tests.journeys.shop import open_shop
from tests.journeys.shops import Shops, ShopWorld
from tests.journeys.world import Killed

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 100
TO_PRODUCT, TO_CUSTOMER, TO_DEBTOR = "item_to_product", "debtor_to_customer", "customer_to_debtor"
FORM = {"Group": "1", "ItemType": "Item", "CostModel": "FIFO"}
ITEMS, DEBTORS = "POST /Query/Get/InvItemClientUser", "POST /Query/Get/DebtorClient"


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    shops.nordlys.settle()
    return shops


def add_items(shop: ShopWorld, count: int = MANY) -> list[str]:
    for number in range(count):
        shop.staff.add(
            "InvItem",
            Item=f"U{number:05}",
            Name=f"Item {number}",
            **FORM,
            EAN=f"58{number:011}",
        )
    return [f"U{number:05}" for number in range(count)]


def add_debtors(shop: ShopWorld, count: int = MANY) -> list[str]:
    for number in range(count):
        shop.staff.add(
            "Debtor",
            Account=f"D{number:05}",
            Name=f"Debtor {number}",
            Group="1",
            Phone=f"{40000000 + number}",
            ContactEmail=f"d{number}@kunde.dk",
            City="Ribe",
        )
    return [f"D{number:05}" for number in range(count)]


def fold_all(shop: ShopWorld, kind: str, source_ids: list[str]) -> None:
    for source_id in source_ids:
        fold(shop.tenant, kind, source_id, now=datetime.now(UTC))


def assert_silent(shops: Shops) -> None:
    """Assert that nothing is written any more, whichever way it is looked at."""
    before, mark = shops.nordlys.state(), shops.mark()
    shops.nordlys.settle()
    assert shops.writes(after=mark) == {}
    assert shops.nordlys.state() == before


@pytest.mark.parametrize("road", ["sync", "webhooks"])
def test_new_items_are_read_in_sets_and_made_one_by_one(shops: Shops, road: str) -> None:
    nordlys = shops.nordlys
    items = add_items(nordlys)
    if road == "sync":
        assert nordlys.sync(TO_PRODUCT)["queued"] == MANY
    else:
        fold_all(nordlys, TO_PRODUCT, items)
    mark, there = shops.mark(), len(nordlys.products())
    nordlys.drain()
    # 80 and 20 of them: sets of 40 items, and all products in pages of 200 beside each
    assert shops.calls(after=mark) == {
        ITEMS: 3,
        "GET /api/products": -(-there // 200) + -(-(there + 80) // 200),
        "POST /api/products": MANY,
    }
    made = [row for row in nordlys.products().values() if row["productno"] in items]
    assert sorted(row["productno"] for row in made) == items
    assert {row["barcode"] for row in made} == {f"58{number:011}" for number in range(MANY)}
    assert set(SyncJob.objects.filter(kind=TO_PRODUCT).values_list("state", flat=True)) == {"DONE"}
    assert_silent(shops)


@pytest.mark.parametrize("road", ["sync", "webhooks"])
def test_new_debtors_are_read_in_sets_and_made_one_by_one(shops: Shops, road: str) -> None:
    nordlys = shops.nordlys
    debtors = add_debtors(nordlys)
    if road == "sync":
        assert nordlys.sync(TO_CUSTOMER)["queued"] == MANY
    else:
        fold_all(nordlys, TO_CUSTOMER, debtors)
    mark = shops.mark()
    nordlys.drain()
    calls = shops.calls(after=mark)
    assert calls == {DEBTORS: 3, "GET /api/customers": 2, "POST /api/customers": MANY}
    made = [row for row in nordlys.customers().values() if row["customerno"] in debtors]
    assert sorted(row["customerno"] for row in made) == debtors
    assert_silent(shops)


def test_changed_debtors_cost_a_fresh_look_and_a_write_each(shops: Shops) -> None:
    nordlys = shops.nordlys
    debtors = add_debtors(nordlys, 50)
    nordlys.settle()
    for account in debtors:
        nordlys.staff.edit("Debtor", account, City=f"By {account}")
    fold_all(nordlys, TO_CUSTOMER, debtors)
    mark = shops.mark()
    nordlys.drain()
    assert shops.calls(after=mark) == {
        DEBTORS: 2,
        "GET /api/customers": 1,
        "GET /api/customers/": 50,  # a PUT writes the whole customer, so it is read just before
        "PUT /api/customers/": 50,
    }
    cities = {row["customerno"]: row["city"] for row in nordlys.customers().values()}
    assert all(cities[account] == f"By {account}" for account in debtors)
    assert_silent(shops)


def test_customers_that_are_debtors_already_cost_no_uniconta_call_each(shops: Shops) -> None:
    nordlys = shops.nordlys
    debtors = add_debtors(nordlys, 50)
    ids = [
        str(
            nordlys.shop.add_customer(
                f"Debtor {number}",
                phone=f"+45{40000000 + number}",
                email=f"d{number}@kunde.dk",
                city="Ribe",
            )["id"]
        )
        for number in range(50)
    ]
    fold_all(nordlys, TO_DEBTOR, ids)
    mark = shops.mark()
    nordlys.drain()
    assert shops.calls(after=mark) == {
        "GET /api/customers": 2,  # those that changed, by a clock that is not ours, and then all
        DEBTORS: 2,  # and once more just before the list goes out
        "PUT /Crud/UpdateFieldsModifiedList/DebtorClient": 1,  # the country
        "GET /api/customers/": 50,  # the number, with the whole customer as it is just before
        "PUT /api/customers/": 50,
    }
    numbers = {nordlys.customers()[int(number)]["customerno"] for number in ids}
    assert numbers == set(debtors)
    nordlys.settle()
    assert_silent(shops)


def test_two_items_of_one_barcode_never_make_two_products_of_it(shops: Shops) -> None:
    nordlys = shops.nordlys
    items = add_items(nordlys, 20)
    nordlys.staff.edit("InvItem", "U00007", EAN=f"58{3:011}")
    nordlys.sync(TO_PRODUCT)
    nordlys.drain()
    job = SyncJob.objects.get(state="NEEDS_PERSON", kind=TO_PRODUCT)
    assert job.source_id in {"U00003", "U00007"}
    assert "is product" in job.cause
    made = {row["productno"] for row in nordlys.products().values()} & set(items)
    assert made == set(items) - {job.source_id}


@pytest.mark.parametrize("fault", ["lost_reply", "reset"])
def test_a_create_without_an_answer_is_looked_for_at_the_vendor(shops: Shops, fault: str) -> None:
    nordlys = shops.nordlys
    items = add_items(nordlys, 20)
    fold_all(nordlys, TO_PRODUCT, items)
    shops.sandbox.faults.add("customers1st", fault, path="/api/products", method="POST", times=3)
    nordlys.drain()
    made = [row["productno"] for row in nordlys.products().values() if row["productno"] in items]
    assert sorted(made) == items
    assert set(SyncJob.objects.filter(kind=TO_PRODUCT).values_list("state", flat=True)) == {"DONE"}
    assert_silent(shops)


@pytest.mark.parametrize("call", [1, 5, 6, 7, 8, 9, 10, 21, 22])
def test_a_worker_killed_at_any_call_leaves_each_made_once(
    monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    world: KillableShop = open_shop(monkeypatch)
    world.tenant.webhook_switches.filter(system="uniconta").update(on=True)
    items = sorted(f"U{number}" for number in range(14))
    for item in items:
        world.staff.add("InvItem", Item=item, Name=f"Item {item}", **FORM)
        world.fold(TO_PRODUCT, item)
    world.kill_at = call
    with pytest.raises(Killed):
        world.work()
    world.bury()
    world.kill_at = world.boundaries() + call
    with pytest.raises(Killed):
        world.work()
    world.bury()
    world.work()
    assert world.states(TO_PRODUCT) == dict.fromkeys(items, "DONE")
    numbers = [row["productno"] for row in world.till.store.products.values()]
    assert sorted(number for number in numbers if number.startswith("U")) == items
