"""Products: PUT empties what is left out, PATCH does not, deletes are soft."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api

SMALL = {"title": "Lygte", "productno": "P-1"}


def _body(**fields: Any) -> dict[str, Any]:
    return {"content": fields}


def _events(sandbox: Sandbox) -> list[str]:
    return [delivery.event for delivery in sandbox.customers1st.outbox.waiting()]


def _listen(api: Api, *events: str) -> None:
    for event in events:
        api.call("POST", "/hooks", {"event": event, "url": "https://receiver.example/hook"})


def test_a_new_product_is_shown_with_what_the_server_works_out(api: Api) -> None:
    made = api.call("POST", "/products", _body(**SMALL, price=Decimal("199.97"))).content
    assert (made["pricewithoutvat"], made["calculcatedvat"]) == (
        Decimal("159.98"),
        Decimal("39.99"),
    )
    assert made["created"] == made["updated_at"] == "2026-03-02 09:00:00"
    assert api.get(f"/products/{made['id']}").content == made


def test_put_empties_what_it_leaves_out(api: Api) -> None:
    made = api.call("PUT", "/products/1101", _body(title="Hjelm", productno="NL-HJ24-SO-S")).content
    kept = {"title": "Hjelm", "productno": "NL-HJ24-SO-S", "vatmode": "normal"}
    assert {name: made[name] for name in kept} == kept
    for name in ("price", "barcode", "styleno", "size", "color", "stockno", "customfield1"):
        assert made[name] is None
    assert made["tags"] == []


def test_put_without_a_title_is_refused_and_changes_nothing(api: Api) -> None:
    before = api.get("/products/1101").content
    answer = api.call("PUT", "/products/1101", _body(productno="NL-HJ24-SO-S"))
    assert answer.body["errorcode"] == "PRODUCT_TITLE_INVALID"
    assert api.get("/products/1101").content == before


def test_put_leaves_the_discount_price_alone_unless_it_is_named(api: Api) -> None:
    whole = dict(SMALL)
    number = api.call("POST", "/products", _body(**whole, discountprice=10)).content["id"]
    api.call("PUT", f"/products/{number}", _body(**whole))
    shown = api.get(f"/products/{number}", includeDiscountPrice=1).content
    assert shown["discountprice"] == 10
    assert api.get(f"/products/{number}").content["discountprice"] is None
    api.call("PUT", f"/products/{number}", _body(**whole, discountprice=None))
    shown = api.get("/products", productNo="P-1", getDiscountPrice=1).content[0]
    assert shown["discountprice"] is None


def test_patch_changes_what_it_names(api: Api) -> None:
    before = api.get("/products/1101").content
    after = api.call("PATCH", "/products/1101", _body(price=450)).content
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"price", "pricewithoutvat", "calculcatedvat", "updated_at"}


@pytest.mark.parametrize(
    ("reading", "titles"), [("replace", ["Nyt"]), ("merge", ["Hjelme", "Nyt"])]
)
def test_patch_replaces_or_merges_lists(
    reading: str, titles: list[str], api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.patch_arrays", reading)
    made = api.call("PATCH", "/products/1101", _body(tags=[{"title": "Nyt"}])).content
    assert [tag["title"] for tag in made["tags"]] == titles


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "A", "productno": "NL-LYS-01"}, "PRODUCT_PRODUCTNO_EXISTS"),
        ({"title": "A", "productno": "B", "barcode": "2000000010014"}, "PRODUCT_BARCODE_EXISTS"),
        ({"title": "A", "productno": "x" * 26}, "PRODUCT_PRODUCTNO_INVALID"),
        ({"title": "", "productno": "B"}, "PRODUCT_TITLE_INVALID"),
        ({"title": "A", "productno": "B", "tags": [{"id": 999}]}, "PRODUCT_TAG_NOT_FOUND"),
        ({"title": "A", "productno": "B", "vat_type_id": 9}, "BAD_REQUEST"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(
    fields: dict[str, Any], code: str, api: Api
) -> None:
    answer = api.call("POST", "/products", {"content": fields})
    assert (answer.status, answer.body["errorcode"]) == (400, code)


def test_a_taken_number_gets_the_error_of_the_example(api: Api) -> None:
    answer = api.call("POST", "/products", _body(title="A", productno="NL-LYS-01"))
    assert answer.body == example("customers1st/error_business")


def test_a_serial_number_lets_product_numbers_repeat(api: Api) -> None:
    fields = {"title": "A", "productno": "NL-LYS-01"}
    assert api.call("POST", "/products", _body(**fields, serieno="S1")).status == 200
    answer = api.call("POST", "/products", _body(**fields, serieno="S1"))
    assert answer.body["errorcode"] == "PRODUCT_SERIENO_EXISTS"


def test_unknown_tag_titles_are_created(api: Api) -> None:
    api.call("POST", "/products", _body(**SMALL, tags=[{"title": "Små ting"}]))
    tag = api.get("/producttags", handles="smaa-ting").content[0]
    assert tag["title"] == "Små ting"
    assert api.get(f"/producttags/{tag['id']}").content == tag
    answer = api.call("POST", "/producttags", {"title": "små ting"})
    assert answer.body["errorcode"] == "PRODUCT_TAG_DUPLICATE"
    api.call("PUT", f"/producttags/{tag['id']}", {"title": "Andet"})
    api.call("DELETE", f"/producttags/{tag['id']}")
    assert api.get(f"/producttags/{tag['id']}").status == 404


def test_a_deleted_product_leaves_the_lists_and_frees_its_number(api: Api) -> None:
    api.call("DELETE", "/products/1005")
    assert api.get("/products", id=1005).content == []
    assert api.get("/products/1005").content["deleted_at"] == "2026-03-02 09:00:00"
    assert api.call("POST", "/products", _body(title="A", productno="NL-KLO-01")).status == 200


def test_a_deleted_product_can_be_gone(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.deleted_get", "404")
    api.call("DELETE", "/products/1005")
    answer = api.get("/products/1005")
    assert (answer.status, answer.body["errorcode"]) == (404, "PRODUCT_NOT_FOUND")


def test_bulk_answers_200_and_says_how_each_item_went(api: Api) -> None:
    items = [
        {"content": {"id": 1001, "price": 210}},
        {"content": {"id": 1002, "productno": "NL-LYS-01"}},
        {"content": {"id": 999, "price": 1}},
        {"content": {"price": 1}},
    ]
    rows = api.call("PATCH", "/products/bulk", {"content": items}).content
    assert [row["status"] for row in rows] == [200, 400, 404, 400]
    assert rows[1]["error"]["errorcode"] == "PRODUCT_PRODUCTNO_EXISTS"
    assert api.get("/products/1001").content["price"] == 210
    item = {"content": {"id": 1001, "title": "Lygte", "productno": "NL-LYS-01"}}
    (row,) = api.call("PUT", "/products/bulk", {"content": [item]}).content
    assert row["content"]["price"] is None
    rows = api.call("DELETE", "/products/bulk", query={"ids": "1001|7|x"}).content
    assert [row["status"] for row in rows] == [200, 404, 400]


def test_bulk_takes_a_hundred_at_most(api: Api) -> None:
    items = [{"content": {"id": 1001, "price": 1}}] * 101
    answer = api.call("PATCH", "/products/bulk", {"content": items}, wrong=True)
    assert answer.body["errors"][0]["code"] == "error_maxItems"


def test_every_write_fires_its_hook(api: Api, sandbox: Sandbox) -> None:
    _listen(api, "product.created", "product.updated", "product.deleted", "inventorylevel.updated")
    number = api.call("POST", "/products", _body(**SMALL)).content["id"]
    api.call("PATCH", f"/products/{number}", _body(stockno=4))
    api.call("DELETE", f"/products/{number}")
    want = ["product.created", "product.updated", "inventorylevel.updated", "product.deleted"]
    assert _events(sandbox) == want


@pytest.mark.parametrize(
    ("reading", "events"), [("full", []), ("primary_event_only", ["inventorylevel.updated"])]
)
def test_a_write_can_suppress_hooks(
    reading: str, events: list[str], api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.suppress", reading)
    _listen(api, "product.updated", "inventorylevel.updated")
    headers = {"x-suppress-hooks": "1"}
    api.call("PATCH", "/products/1001", _body(stockno=4), headers=headers)
    assert _events(sandbox) == events


def test_metadata_of_a_write_travels_with_its_hook(api: Api, sandbox: Sandbox) -> None:
    _listen(api, "product.updated")
    body = _body(price=1) | {"resthookmetadata": '{"from": "us"}'}
    api.call("PATCH", "/products/1001", body)
    (delivery,) = sandbox.customers1st.outbox.waiting()
    assert b'"metadata":{"from":"us"}' in delivery.body
    answer = api.call("PATCH", "/products/1001", _body(price=1) | {"resthookmetadata": "{"})
    assert answer.body["errorcode"] == "BAD_REQUEST"


def test_prices_can_be_without_vat(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.prices_include_vat", "0")
    made = shop.add_product("Lygte", "P-2", price=Decimal(80))
    shown = api.get(f"/products/{made['id']}").content
    assert (shown["price"], shown["pricewithoutvat"], shown["calculcatedvat"]) == (80, 80, 20)
