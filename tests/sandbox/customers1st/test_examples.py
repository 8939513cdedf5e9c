"""The contract's first day, played at the till, gives the contract's own answers."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.customers1st.basket import (
    card,
    cash,
    free_text,
    issue_card,
    line,
    mobilepay,
    on_account,
    use_card,
)
from sandbox.customers1st.hooks import sign
from sandbox.customers1st.shop import Shop
from tests.sandbox.contracts import example
from tests.sandbox.customers1st.api import Api
from tests.sandbox.customers1st.identities import check_close, check_receipt
from tests.sandbox.customers1st.moments import at

RECEIPTS = {
    70002: "card_discount",
    70003: "mobilepay",
    70004: "debtor",
    70006: "giftcard_use",
    70007: "return",
    70008: "customerpayment",
}
#: The return of the example names a sale of long ago, which this shop never made.
OLD_SALE = {"returnpaymentid": None, "returnmaterialid": None, "returntagid": None}


@pytest.fixture
def day(shop: Shop) -> Shop:
    """Play the eight receipts and the close of the contract's worked example."""
    shop.sell([line(1001)], [cash(200)], at=at("09:05:12"))
    shop.sell([line(1002, discount=100)], [card()], at=at("09:48:30"))
    shop.sell([line(1003)], [mobilepay()], at=at("10:21:03"))
    shop.sell([line(1004)], [on_account()], customer=5001, at=at("11:02:44"))
    shop.sell([issue_card(500)], [card()], at=at("11:40:12"))
    shop.sell([line(1102), use_card("GK100231", 300)], [cash()], at=at("13:15:57"))
    shop.sell([line(1005, -1)], [cash()], at=at("14:07:20"))
    shop.customer_payment(5001, [card(600)], at=at("15:30:05"))
    note = "Udlæg: frimærker og kaffe, bilag 14"
    shop.close(501, counted=1120, to_bank=120, expense=50, note=note, at=at("16:32:10"))
    return shop


def _without(record: Any, names: dict[str, Any]) -> Any:
    if isinstance(record, dict):
        return {k: names[k] if k in names else _without(v, names) for k, v in record.items()}
    return [_without(item, names) for item in record] if isinstance(record, list) else record


@pytest.mark.parametrize(("number", "name"), RECEIPTS.items())
@pytest.mark.usefixtures("day")
def test_every_receipt_is_the_example(number: int, name: str, api: Api) -> None:
    made = api.get(f"/pospayments/{number}").content
    want = example(f"customers1st/pospayment_{name}")["content"]
    assert _without(made, OLD_SALE) == _without(want, OLD_SALE)
    check_receipt(made)


@pytest.mark.usefixtures("day")
def test_the_cash_sale_is_the_one_of_the_hook(api: Api) -> None:
    want = example("customers1st/hook_pospayment_created")["content"]
    assert api.get("/pospayments/70001").content == want


@pytest.mark.usefixtures("day")
def test_the_close_is_the_example(api: Api) -> None:
    (made,) = api.get("/posbalances").content
    (want,) = example("customers1st/posbalance")["content"]
    other = {"drawer_open_count": 0, "stockvalue": 0}  # the example's shop holds more goods
    assert made | other == want | other
    check_close(made, api.get("/pospayments", paginationPageLength=200).content)


@pytest.mark.usefixtures("day")
def test_the_finance_vouchers_are_the_example(api: Api) -> None:
    rows = api.get("/financevouchers/9001").body
    assert rows == example("customers1st/financevouchers")
    assert sum(row["amount"] for row in rows) == 0


@pytest.mark.usefixtures("day")
def test_the_gift_card_is_the_example(api: Api) -> None:
    assert api.get("/giftcards/8801").body == example("customers1st/giftcard")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/paymenttypes", "paymenttypes"),
        ("/registers", "registers"),
        ("/customers/5001", "customer"),
        ("/products/1001", "product"),
    ],
)
def test_the_untouched_shop_is_the_one_of_the_examples(path: str, name: str, api: Api) -> None:
    assert api.get(path).body == example(f"customers1st/{name}")


def test_the_variant_family_is_the_example(api: Api) -> None:
    made = api.get("/products", styleNo="NL-HJ24").body
    assert made == example("customers1st/product_variant_family")


def test_a_split_tender_is_the_example(shop: Shop, api: Api) -> None:
    computer = free_text("Cykelcomputer Nordlys", "1494.95", cost=810)
    tenders = [card(1000), mobilepay(245), cash(250)]
    moment = datetime(2026, 3, 4, 8, 12, 33, tzinfo=UTC)
    payment = shop.sell([computer], tenders, register=502, at=moment)
    made = api.get(f"/pospayments/{payment.id}").content
    want = example("customers1st/pospayment_split_tender")["content"]
    ids = {"id": 0, "paymentno": 0, "paymentid": 0}
    assert _without(made, ids) == _without(want, ids)


def test_the_signature_is_the_one_of_the_example() -> None:
    known = example("customers1st/hook_signature")
    body = base64.b64decode(known["body_base64"])
    assert sign(body, secret=known["secret"]) == known["headers"]["X-C1st-Webhook-Signature"]
