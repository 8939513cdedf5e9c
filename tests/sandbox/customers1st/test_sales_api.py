"""Receipts, tenders, cards and settings over the API."""

from typing import Any

from sandbox.customers1st.basket import card, line
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api
from tests.sandbox.customers1st.identities import check_receipt

ARTICLES = [{"title": "Lygte", "productid": 1001, "price": 200, "quantity": 1, "vat": 25}]


def _tender(title: str, amount: int) -> dict[str, Any]:
    return {"title": title, "amount": amount}


def test_a_receipt_can_be_created(api: Api) -> None:
    body = {"articles": ARTICLES, "cashRegisterId": 501, "note": "Hej"}
    made = api.call("POST", "/pospayments", body | {"paymenttypes": [_tender("Dankort", 200)]}).body
    assert (made["status"], made["paymentno"], made["note"]) == ("completed", 1284, "Hej")
    check_receipt(made)
    short = api.call("POST", "/pospayments", body | {"paymenttypes": [_tender("Dankort", 100)]})
    assert short.body["errorcode"] == "PAYMENT_NOT_PAID_ENOUGH"


def test_a_parked_receipt_can_be_filled_and_paid(api: Api) -> None:
    body = {"articles": ARTICLES, "status": "parked", "cashRegisterId": 501}
    number = api.call("POST", "/pospayments", body).body["id"]
    api.call("POST", f"/pospayments/{number}/articles", ARTICLES)
    api.call("PUT", f"/pospayments/{number}", {"content": {"note": "Hent", "customerid": 5001}})
    paid = api.call("POST", f"/paymenttyperelation/{number}", [_tender("Dankort", 400)]).body
    assert api.get(f"/paymenttyperelation/{number}").body == paid
    shown = api.get(f"/pospayments/{number}").content
    assert (shown["sum"], shown["note"], shown["customerid"]) == (400, "Hent", 5001)
    check_receipt(shown)
    again = api.call("POST", f"/paymenttyperelation/{number}", [_tender("Dankort", 400)])
    assert again.body["errorcode"] == "PAYMENT_ALREADY_PAID"


def test_a_captured_tender_does_not_change(shop: Shop, api: Api) -> None:
    payment = shop.sell([line(1001)], [card()])
    path = f"/paymenttyperelation/{payment.id}"
    own = {"id": payment.tenders[0].id, **_tender("Dankort", 1), "status": "cancelled"}
    assert api.call("PUT", path, own).body["errorcode"] == "PAYMENT_ALREADY_PAID"
    payment.tenders[0].status = "reserved"
    assert api.call("PUT", path, own).body["status"] == "cancelled"
    assert api.call("PUT", path, own | {"id": 1}).status == 404


def test_what_does_not_exist_is_404(api: Api) -> None:
    for path in (
        "/pospayments/1",
        "/financevouchers/1",
        "/giftcards/1",
        "/registers/1",
        "/hooks/1",
        "/customers/1",
        "/paymenttypes/1",
        "/producttags/1",
    ):
        assert api.get(path).status == 404


def test_return_tags_are_listed(api: Api) -> None:
    assert api.get("/pospayments/materialreturntags").content[0]["title"] == "Defekt"


def test_payment_types_are_kept(api: Api) -> None:
    made = api.call("POST", "/paymenttypes", {"title": "Vipps", "accountno": "5832"}).body
    path = f"/paymenttypes/{made['id']}"
    assert api.call("PUT", path, {"title": "Vipps 2"}).body["accountno"] is None
    assert api.call("DELETE", path).body == {"deleted": 1}
    assert api.get(path).status == 404
    assert api.get(path, allowDeleted=1).body["title"] == "Vipps 2"
    assert made["id"] not in [row["id"] for row in api.get("/paymenttypes").body]
    assert api.call("POST", "/paymenttypes", {"accountno": "1"}).status == 400


def test_registers_are_kept(api: Api) -> None:
    made = api.call("POST", "/registers", {"content": {"title": "Kasse 3"}}).content
    path = f"/registers/{made['id']}"
    body = {"content": {"title": "Kasse 3", "startamount": 300}}
    assert api.call("PUT", path, body).content["startamount"] == 300
    api.call("DELETE", path)
    assert made["id"] not in [row["id"] for row in api.get("/registers").content]
    listed = api.get("/registers", includeDeleted="true").content
    assert made["id"] in [row["id"] for row in listed]


def test_gift_cards_can_be_made_by_api(api: Api) -> None:
    body = {"content": {"giftcardno": "W1", "amount": 100, "type": "deposit"}}
    made = api.call("POST", "/giftcards", body).content
    assert (made["type"], made["amountspent"]) == ("deposit", 0)
    assert "content.giftcardno" in api.call("POST", "/giftcards", body).body["errors"]
    owner = {"content": {"customerid": 5001}}
    assert api.call("PUT", f"/giftcards/{made['id']}", owner).content["customerid"] == 5001
    assert api.get("/giftcards", freetext="w1", todate="2026-01-01 00:00:00").content == []


def test_the_settings_name_the_store_and_its_zone(api: Api) -> None:
    settings = api.get("/settings").body
    assert (settings["store"]["id"], settings["storeTimezone"]) == (3000, "Europe/Copenhagen")
    assert api.get("/settings/store").body == settings["store"]
    assert api.call("PUT", "/settings/store").body == settings["store"]


def test_the_configs_are_the_example(api: Api) -> None:
    want = example("customers1st/settings_configs")
    want["content"][2]["value"] = "sandbox-secret"
    assert api.get("/settings/configs").body == want


def test_configs_follow_their_switches(api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.prices_include_vat", "missing")
    assert "prices_include_vat" not in _keys(api)
    sandbox.switches.set("c1st.prices_include_vat", "0")
    assert _keys(api)["prices_include_vat"] == "0"
    sandbox.switches.set("c1st.extra_configs", "many")
    assert len(_keys(api)) > 40


def test_a_changed_secret_signs_at_once(shop: Shop, api: Api) -> None:
    row = {"key": "resthook_signing_secret", "value": "new"}
    other = {"key": "giftcard_expiration_years", "value": "1"}
    api.call("PUT", "/settings/configs", {"content": [row, other]})
    assert (shop.store.secret, _keys(api)["giftcard_expiration_years"]) == ("new", "1")
    assert api.call("DELETE", "/settings/configs/giftcard_expiration_years").status == 204
    assert api.call("DELETE", "/settings/configs/giftcard_expiration_years").status == 404
    api.call("DELETE", "/settings/configs/resthook_signing_secret")
    assert shop.store.secret == ""


def _keys(api: Api) -> dict[str, str]:
    return {row["key"]: row["value"] for row in api.get("/settings/configs").content}


def test_custom_fields_have_titles(api: Api) -> None:
    assert api.get("/customfields", endpoint="product").content["product"]["customfield1"]["title"]
    assert "customerarticle" in api.get("/customfields", endpoint="customerarticle").content
