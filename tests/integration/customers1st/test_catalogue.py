"""Customers and products in pages and lists: nothing lost over pages, every record of a list with its own reply."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from integration.customers1st.client import Customers1stClient
from integration.errors import ContractBroken, Refused, UnknownOutcome
from integration.http import TokenBucket
from sandbox.customers1st.products import create_product, live_products
from sandbox.customers1st.seed import TOKEN
from sandbox.requests_adapter import CUSTOMERS1ST_URL, mount
from sandbox.server import Sandbox
from tests.integration.customers1st.conftest import BASE

PRODUCTS, BULK = f"{BASE}/products", f"{BASE}/products/bulk"


def queries(vendor: responses.RequestsMock) -> list[dict[str, list[str]]]:
    return [
        parse_qs(urlsplit(str(call.request.url)).query, keep_blank_values=True)
        for call in vendor.calls
    ]


def product(number: int) -> dict[str, Any]:
    return {"id": number, "title": f"Product {number}", "productno": f"P{number}"}


def test_products_are_read_by_cursor_in_pages_of_200(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.get(PRODUCTS, json={"content": [product(1)], "hasMore": True, "nextCursor": "abc"})
    vendor.get(PRODUCTS, json={"content": [product(2)], "hasMore": False, "nextCursor": None})
    rows = client.list_products(updated_after=datetime(2026, 3, 2, 9, 5, tzinfo=UTC))
    assert next(rows).id == 1
    assert len(vendor.calls) == 1  # the next page is read when it is needed
    assert [row.id for row in rows] == [2]
    same = {"paginationPageLength": ["200"], "updated_after": ["2026-03-02 09:05:00"]}
    assert queries(vendor) == [{"cursor": [""], **same}, {"cursor": ["abc"], **same}]


@pytest.mark.parametrize("following", [None, "", "abc"])
def test_pages_that_lead_nowhere_are_no_end(
    client: Customers1stClient, vendor: responses.RequestsMock, following: str | None
) -> None:
    page = {"content": [product(1)], "hasMore": True, "nextCursor": "abc"}
    vendor.get(PRODUCTS, json=page)
    vendor.get(PRODUCTS, json={**page, "nextCursor": following})
    with pytest.raises(ContractBroken):
        list(client.list_products())


def test_customers_are_read_by_offset_each_once(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    first, second, third = ({"id": number, "name": "x"} for number in (1, 2, 3))
    vendor.get(f"{BASE}/customers", json={"content": [first, second], "hasMore": True})
    vendor.get(f"{BASE}/customers", json={"content": [second, third], "hasMore": False})
    assert [row.raw for row in client.list_customers()] == [first, second, third]
    assert [query["paginationStart"] for query in queries(vendor)] == [["0"], ["2"]]


def test_a_list_of_changes_is_one_call_with_a_reply_for_each(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    error = {
        "message": "A product with this barcode exists.",
        "errorcode": "PRODUCT_BARCODE_EXISTS",
    }
    rows = [
        {"id": 3, "status": 409, "message": error["message"], "content": None, "error": error},
        {"id": 1, "status": 200, "message": None, "content": {"id": 1}, "error": None},
    ]
    vendor.patch(BULK, json={"content": rows})
    done, silent, refused = client.patch_products(
        [{"id": 1, "title": "A"}, {"id": 2, "title": "B"}, {"id": 3, "barcode": "57"}]
    )
    assert (done.id, done.refused, done.content) == (1, None, {"id": 1})
    assert isinstance(silent.refused, Refused)
    assert refused.refused is not None
    assert refused.refused.name == "PRODUCT_BARCODE_EXISTS"
    request = vendor.calls[0].request
    sent = json.loads(request.body or "")["content"]
    assert [row["content"]["id"] for row in sent] == [1, 2, 3]
    assert sent[0] == {"content": {"id": 1, "title": "A"}}
    assert "X-Suppress-Hooks" not in request.headers


def test_hooks_are_silenced_only_when_asked(
    client: Customers1stClient, vendor: responses.RequestsMock
) -> None:
    vendor.patch(BULK, json={"content": [{"id": 1, "status": 200}]})
    client.patch_products([{"id": 1, "title": "A"}], quiet=True)
    assert vendor.calls[0].request.headers["X-Suppress-Hooks"] == "1"


@pytest.mark.parametrize("body", ["", "[]", '{"content": null}', '{"content": [{"id": "x"}]}'])
def test_a_list_reply_that_cannot_be_read_is_an_unknown_outcome(
    client: Customers1stClient, vendor: responses.RequestsMock, body: str
) -> None:
    vendor.patch(BULK, body=body)
    with pytest.raises(UnknownOutcome):
        client.patch_products([{"id": 1, "title": "A"}])


@pytest.mark.parametrize("length", [0, 101])
def test_a_list_holds_1_to_100(client: Customers1stClient, length: int) -> None:
    with pytest.raises(ValueError, match="100"):
        client.patch_products([{"id": number} for number in range(length)])


def test_the_sandbox_is_read_and_patched_the_same_way() -> None:
    sandbox = Sandbox(products=450)
    sandbox.customers1st.set_bucket(None)
    client = Customers1stClient(
        base_url=CUSTOMERS1ST_URL,
        token=TOKEN,
        session=mount(requests.Session(), sandbox),
        bucket=TokenBucket(1000, 1000, sleep=lambda seconds: None),
    )
    shop = sandbox.customers1st.shop()
    create_product(shop, {"title": "Taken", "productno": "T1", "barcode": "5700000000001"})
    numbers = [row.id for row in client.list_products()]
    assert len(numbers) == len(set(numbers)) == len(list(live_products(shop.store))) > 400
    customers = [row.id for row in client.list_customers()]
    assert customers == sorted(shop.store.customers)

    done, refused = client.patch_products(
        [{"id": numbers[0], "title": "New"}, {"id": numbers[1], "barcode": "5700000000001"}]
    )
    assert done.refused is None
    assert refused.refused is not None
    assert refused.refused.name == "PRODUCT_BARCODE_EXISTS"
    first = client.get_product(numbers[0])
    assert first is not None
    assert first.title == "New"
