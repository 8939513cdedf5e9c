"""Lists: two forms of paging, changed-since, sorting and filters."""

from typing import Any

import pytest

from sandbox.customers1st.basket import card, line
from sandbox.customers1st.seed import add_products
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.customers1st.api import Api
from tests.sandbox.customers1st.moments import at


@pytest.fixture
def many(shop: Shop) -> Shop:
    """Give the shop more than 300 products."""
    add_products(shop, 310)
    return shop


def _pages(api: Api, **query: Any) -> list[int]:
    found: list[int] = []
    start = 0
    while True:
        body = api.get("/products", paginationStart=start, **query).body
        found += [row["id"] for row in body["content"]]
        if not body["hasMore"]:
            return found
        start += len(body["content"])


def test_offset_paging_finds_everything_once(many: Shop, api: Api) -> None:
    assert _pages(api, paginationPageLength=200) == sorted(many.store.products)
    assert len(api.get("/products").content) == 50


@pytest.mark.parametrize("order", [1, -1])
def test_cursor_paging_finds_everything_once(order: int, many: Shop, api: Api) -> None:
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"cursor": cursor, "paginationPageLength": 200, "sort-order": order}
        body = api.get("/products", **query).body
        found += [row["id"] for row in body["content"]]
        cursor = body["nextCursor"]
    assert found == sorted(many.store.products)[::order]


def test_a_cursor_needs_the_sort_by_id(api: Api) -> None:
    answer = api.get("/products", **{"cursor": "", "sort-field": "title"})
    assert answer.body["errorcode"] == "QUERY_FILTER"
    assert api.get("/products", cursor="made-up").body["errorcode"] == "QUERY_FILTER"


@pytest.mark.parametrize(("reading", "length"), [("250", 250), ("none", 300)])
def test_the_page_length_is_cut_or_not(
    reading: str, length: int, many: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.page_cap", reading)
    assert len(api.get("/products", paginationPageLength=300).content) == length
    assert len(many.store.products) > 300


def test_the_page_length_can_be_refused(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.page_cap", "error_above_250")
    answer = api.get("/products", paginationPageLength=251)
    assert answer.body["errors"][0]["code"] == "error_maximum"
    assert api.get("/products", paginationPageLength=250).status == 200


@pytest.mark.parametrize(("reading", "found"), [("exclusive", []), ("inclusive", [5002])])
def test_changed_since_is_strict_or_not(
    reading: str, found: list[int], shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.updated_after", reading)
    shop.edit_customer(5002, city="Skagen")
    moment = api.get("/customers/5002").content["updated_at"]
    rows = api.get("/customers", updated_after=moment).content
    assert [row["id"] for row in rows] == found
    earlier = api.get("/customers", updated_after="2026-03-02T08:59:59").content
    assert [row["id"] for row in earlier] == [5002]


def test_changed_since_can_miss_some(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.updated_after", "misses_some")
    for number in (5001, 5002, 5003, 5004):
        shop.edit_customer(number, city="Skagen")
    rows = api.get("/customers", updated_after="2026-03-01 00:00:00").content
    assert [row["id"] for row in rows] == [5002, 5003]


def test_a_date_that_is_none_is_refused(api: Api) -> None:
    assert api.get("/customers", updated_after="soon").body["errorcode"] == "QUERY_FILTER"


def test_naive_times_can_be_the_stores(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    shop.sell([line(1001)], [card()], at=at("2026-03-02T23:30:00"))  # 00:30 in Copenhagen
    assert api.get("/pospayments/70001").content["date"] == "2026-03-02 23:30:00"
    sandbox.switches.set("c1st.naive_time", "store_local")
    assert api.get("/pospayments/70001").content["date"] == "2026-03-03 00:30:00"
    assert api.get("/pospayments", fromdate="2026-03-03 00:00:00").content
    assert api.get("/pospayments", todate="2026-03-03 00:00:00").content == []


def test_lists_sort_by_a_field_and_refuse_an_unknown_one(api: Api) -> None:
    names = [row["name"] for row in api.get("/customers", sortField="name").content]
    assert names == [None, *sorted(name for name in names if name)]
    numbers = [row["id"] for row in api.get("/customers", sortOrder=-1).content]
    assert numbers == sorted(numbers, reverse=True)
    assert api.get("/customers", sortField="mood").body["errorcode"] == "QUERY_FILTER"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"productNo": "NL-LYS-01|NL-STO-01"}, [1001, 1004]),
        ({"styleNo": "NL-HJ24", "color": "Hvid", "size": "M"}, [1105]),
        ({"barcode": "2000000010014"}, [1001]),
        ({"id": 1005}, [1005]),
        ({"tag": "Hjelme", "size": "S"}, [1101, 1104]),
        ({"tags": "11|Hjelme", "freetext": "lygte"}, [1001]),
        ({"freetext": "ringklokke"}, [1005]),
        ({"customfield1": "USB-C"}, [1001]),
        ({"inStock": 0}, [1003]),
        ({"created_before": "2025-01-01 00:00:00"}, []),
        ({"updated_before": "2025-01-01 00:00:00"}, []),
        ({"hasSerieNo": 1}, []),
    ],
)
def test_products_can_be_filtered(query: dict[str, Any], found: list[int], api: Api) -> None:
    assert [row["id"] for row in api.get("/products", **query).content] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"customerno": "K1001"}, [5001]),
        ({"phoneno": "12345678"}, [5001]),
        ({"phoneno": "+45 34567890"}, [5004]),
        ({"email": "BO@example.org"}, [5003]),
        ({"name": "anna"}, [5002]),
        ({"cvr": "12345678"}, [5001]),
        ({"tags": "3"}, [5001]),
        ({"freetext": "havnegade"}, [5001]),
        ({"partOfLoyaltyClub": 1}, []),
        ({"allowMarketing": "false", "name": "bo"}, [5003]),
    ],
)
def test_customers_can_be_filtered(query: dict[str, Any], found: list[int], api: Api) -> None:
    assert [row["id"] for row in api.get("/customers", **query).content] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"paymentno": 1285}, [70002]),
        ({"paymentno_after": 1285}, [70002, 70003]),
        ({"paymentid": 70001}, [70001]),
        ({"customerid": 5001}, [70002]),
        ({"productid": 1005}, [70003]),
        ({"paymenttypeid": 61}, [70001, 70002]),
        ({"cash": 1}, [70003]),
        ({"invoice": 1}, []),
        ({"status": "parked"}, [70004]),
        ({"sumFrom": 200, "sumTo": 1000}, [70002]),
        ({"cashRegisterId": 502}, [70002]),
        ({"note": "gave"}, [70001]),
        ({"returnPaymentsOnly": 1}, []),
        ({"fromdate": "2026-03-02 10:00:00", "todate": "2026-03-02 11:00:00"}, [70002]),
    ],
)
def test_receipts_can_be_filtered(
    query: dict[str, Any], found: list[int], shop: Shop, api: Api
) -> None:
    shop.sell([line(1001)], [card()], note="Gave", at=at("09:30:00"))
    shop.sell([line(1002)], [card()], customer=5001, register=502, at=at("10:30:00"))
    shop.sell([line(1005)], at=at("11:30:00"))
    shop.park([line(1001)], at=at("12:30:00"))
    assert [row["id"] for row in api.get("/pospayments", **query).content] == found
