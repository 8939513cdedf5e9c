"""What a record of a long list costs our own database: its share of a few queries for its page and its list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from integration.http import TokenBucket
from tests.journeys.shops import Shops, ShopWorld

pytestmark = pytest.mark.django_db(transaction=True)

MORE = 200  # records: a page, and two lists
MOST = 60  # queries for these, the calls of their lists included


class Count:
    """How many queries were made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        self.made += 1
        return execute(*query)


@contextmanager
def counted() -> Iterator[Count]:
    count = Count()
    with connection.execute_wrapper(count):
        yield count


@pytest.fixture
def shops(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shops:
    settings.ALLOWED_API_HOSTS = list(settings.ALLOWED_API_HOSTS)
    shops = Shops()
    monkeypatch.setattr("integration.http._new_session", shops.session)
    free = TokenBucket(10**9, 10**9)
    monkeypatch.setattr("integration.customers1st.client.bucket_for", lambda token: free)
    return shops


def new_products(shop: ShopWorld, name: str, count: int) -> str:
    for number in range(count):
        shop.shop.add_product(
            f"Product {name}{number}", f"{name}{number}", barcode=_barcode(name, number), price=100
        )
    return "product_to_item"


def products_that_are_items(shop: ShopWorld, name: str, count: int) -> str:
    for number in range(count):
        shop.staff.add(
            "InvItem",
            Item=f"{name}{number}",
            Name=f"Product {name}{number}",
            Group="1",
            ItemType="Item",
            CostModel="FIFO",
            EAN=_barcode(name, number),
            SalesPrice1=Decimal(80),
        )
    return new_products(shop, name, count)


def new_customers(shop: ShopWorld, name: str, count: int) -> str:
    for number in range(count):
        shop.shop.add_customer(
            f"Customer {number}", customerno=f"{name}{number}", email=f"{name}{number}@shop.dk"
        )
    return "customer_to_debtor"


def renamed_products(shop: ShopWorld, name: str, count: int) -> str:
    for number in list(shop.products())[:count]:
        shop.shop.edit_product(number, title=f"Renamed {name} {number}")
    return "product_to_item"


def renamed_items(shop: ShopWorld, name: str, count: int) -> str:
    for number in list(shop.items())[:count]:
        shop.staff.edit("InvItem", number, Name=f"Renamed {name} {number}")
    return "item_to_product"


@pytest.mark.parametrize(
    "change",
    [new_products, products_that_are_items, new_customers, renamed_products, renamed_items],
)
def test_a_page_more_costs_few_queries(
    shops: Shops, change: Callable[[ShopWorld, str, int], str]
) -> None:
    nordlys = shops.nordlys
    new_products(nordlys, "A", 2 * MORE)
    nordlys.settle("product_to_item", "item_to_product", "customer_to_debtor")
    costs = []
    for name, count in (("P", MORE), ("Q", 2 * MORE)):
        shops.clock.advance(3600)
        kind = change(nordlys, name, count)
        with counted() as queries:
            document = nordlys.sync(kind)
        ended = sum(document[verdict] for verdict in ("created", "updated", "unchanged"))
        assert (ended >= count, document["queued"]) == (True, 0)
        costs.append(queries.made)
    assert costs[1] - costs[0] <= MOST, costs


@pytest.mark.parametrize("kind", ["product_to_item", "item_to_product"])
def test_comparing_a_page_more_costs_few_queries(shops: Shops, kind: str) -> None:
    costs = []
    for name in ("P", "Q"):
        new_products(shops.nordlys, name, MORE)
        shops.nordlys.settle("product_to_item", "item_to_product")
        with counted() as queries:
            assert shops.nordlys.sync(kind, "--full")["unchanged"] >= MORE
        costs.append(queries.made)
    assert costs[1] - costs[0] <= MOST, costs


def _barcode(name: str, number: int) -> str:
    return f"57{ord(name)}{number:08}"
