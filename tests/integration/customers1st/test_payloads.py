"""Records are read as the contract's examples show them, and as tolerantly as it warns."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st import hooks, master_data, payloads, values
from tests.integration.conftest import example


def payment(name: str) -> payloads.Payment:
    return payloads.parse_payment(example("customers1st", name)["content"])


def test_a_cash_receipt_is_read_whole() -> None:
    receipt = payment("pospayment_cash")
    assert (receipt.id, receipt.payment_no, receipt.status) == (70001, 1284, "completed")
    assert receipt.date == datetime(2026, 3, 2, 9, 5, 12)  # noqa: DTZ001 - naive by contract [A1]
    assert receipt.sum == Decimal("199.95")
    assert (receipt.register_id, receipt.register_title) == (501, "Kasse 1")
    assert (receipt.customer_id, receipt.invoice, receipt.customer_payment) == (None, False, False)
    assert receipt.surcharge == 0
    assert (receipt.second_hand, receipt.store_id) == (False, 3000)
    (tender,) = receipt.tenders
    assert (tender.title, tender.cash, tender.payment_type_id) == ("Kontant", True, None)
    assert tender.unrounded_cash is not None
    assert tender.amount - tender.unrounded_cash == Decimal("0.05")
    assert (tender.currency, tender.exchange_rate, tender.status) == (None, None, "captured")


def test_a_discount_names_its_article() -> None:
    receipt = payment("pospayment_card_discount")
    assert receipt.articles is not None
    goods, discount = receipt.articles
    assert goods.discount_article_id == discount.id
    assert discount.price == -100
    assert sum(article.total_incl_vat for article in receipt.articles) == receipt.sum


def test_a_line_holds_its_product_in_short() -> None:
    receipt = payment("pospayment_card_discount")
    assert receipt.articles is not None
    goods, discount = receipt.articles
    assert goods.product is not None
    assert (goods.product_id, goods.product.product_no) == (1002, "NL-TAS-02")
    assert (goods.product.price, goods.product.vat, goods.product.deleted) == (None, None, False)
    assert (discount.product_id, discount.product, discount.product_no) == (None, None, None)


def test_issuing_and_using_a_gift_card_are_told_apart() -> None:
    issued = payment("pospayment_giftcard_issue").articles
    used = payment("pospayment_giftcard_use").articles
    assert issued is not None
    assert used is not None
    assert [article.product_no for article in issued] == ["giftcard"]
    assert [article.gift_card_id for article in used] == [None, 8801]


def test_a_return_names_its_original() -> None:
    receipt = payment("pospayment_return")
    assert receipt.articles is not None
    assert receipt.return_payment_id == 69873
    assert receipt.articles[0].return_article_id == 89114
    assert receipt.articles[0].quantity == -1
    assert receipt.sum == -125


def test_flags_of_sales_on_account_are_read() -> None:
    assert payment("pospayment_debtor").invoice is True
    on_account = payment("pospayment_customerpayment")
    assert on_account.customer_payment is True
    assert on_account.articles == ()


@pytest.mark.parametrize("form", [{}, {"articles": None}])
def test_missing_articles_are_not_an_empty_receipt(form: dict[str, Any]) -> None:
    raw = {"id": 1, "date": "2026-03-02T09:05:12", **form}
    assert payloads.parse_payment(raw).articles is None


def test_a_bare_minimum_is_read_and_unknown_keys_are_ignored() -> None:
    receipt = payloads.parse_payment(
        {"id": "1", "date": None, "updated_at": "2026-03-02 09:05:12", "new": {"x": 1}}
    )
    assert (receipt.id, receipt.payment_no, receipt.tenders) == (1, None, ())
    assert receipt.sum == 0
    assert receipt.date == receipt.updated_at
    article = payloads.parse_article({"id": 1, "vatmode": None, "product": None})
    assert article.vat_mode == "normal"
    assert article.quantity == 0
    assert payloads.parse_tender({"status": None}).status == "captured"


@pytest.mark.parametrize("broken", [{}, {"id": None}, {"id": 1}, {"id": 1, "date": "soon"}])
def test_a_receipt_without_id_or_date_cannot_be_read(broken: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        payloads.parse_payment(broken)


def test_a_product_is_read_whole() -> None:
    raw = example("customers1st", "product")["content"]
    product = master_data.parse_product(raw)
    assert (product.id, product.product_no, product.barcode) == (
        1001,
        "NL-LYS-01",
        "2000000010014",
    )
    assert product.custom_fields == ("USB-C", "", "", "")
    assert (product.price, product.price_without_vat) == (Decimal("199.95"), Decimal("159.96"))
    assert (product.vat, product.vat_mode, product.deleted) == (None, "normal", False)
    assert product.alternative_barcode == "2000000099019 NLLYS"
    assert product.raw is raw


def test_a_variant_is_told_by_style_size_and_color() -> None:
    family = [
        master_data.parse_product(raw)
        for raw in example("customers1st", "product_variant_family")["content"]
    ]
    assert {product.style_no for product in family} == {"NL-HJ24"}
    assert (family[0].size, family[0].color) == ("S", "Sort")


def test_a_deleted_product_says_so() -> None:
    assert master_data.parse_product({"id": 1, "deleted_at": "2026-03-02 10:00:00"}).deleted is True


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-02 09:05:12", 9),
        ("2026-03-02T09:05:12", 9),
        ("2026-03-02T09:05:12Z", 9),
        ("2026-03-02T09:05:12.000Z", 9),
        ("2026-03-02T11:05:12+02:00", 9),
    ],
)
def test_times_are_naive_and_an_offset_becomes_utc(text: str, hour: int) -> None:
    moment = values.parse_time(text)
    assert moment.tzinfo is None
    assert (moment.hour, moment.minute) == (hour, 5)


@pytest.mark.parametrize("empty", [None, "", "0000-00-00 00:00:00"])
def test_an_empty_time_is_none(empty: Any) -> None:
    assert values.optional_time(empty) is None


@pytest.mark.parametrize(
    ("value", "amount"),
    [(Decimal("0.10"), "0.10"), (3, "3"), ("12.50", "12.50"), (None, "0"), ("", "0")],
)
def test_money_is_exact(value: Any, amount: str) -> None:
    assert str(values.money(value)) == amount


@pytest.mark.parametrize("value", ["NaN", "abc", "Infinity", [], {}])
def test_what_is_no_amount_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="no amount"):
        values.money(value)


def test_payment_types_and_registers_are_read() -> None:
    types = [payloads.parse_payment_type(row) for row in example("customers1st", "paymenttypes")]
    assert [(one.title, one.account_no, one.cash) for one in types] == [
        ("Dankort", "5830", False),
        ("MobilePay", "5831", False),
        ("EUR", "5815", True),
    ]
    assert (types[2].currency, types[2].exchange_rate) == ("EUR", Decimal("7.4"))
    first = payloads.parse_register(example("customers1st", "registers")["content"][0])
    assert (first.id, first.title, first.deleted) == (501, "Kasse 1", False)
    assert first.start_amount == 1000
    assert ("Debitor", "invoice") in first.methods


def test_a_hook_without_active_is_active() -> None:
    row = {"id": 5, "event": "product.created", "url": "https://x"}
    assert hooks.parse_hook(row).active is True
    assert hooks.parse_hook({**row, "active": 0}).active is False
    assert hooks.parse_hook({**row, "active": "0"}).active is False


def test_the_hook_log_is_read() -> None:
    failed = hooks.parse_hook_log_entry(example("customers1st", "hooks_log")["content"][1])
    assert (failed.id, failed.hook_id, failed.status, failed.attempts) == (
        12700002,
        5501,
        "failed",
        4,
    )
    assert (failed.last_http_status, failed.succeeded_at) == ("503", None)
    assert failed.initiated_at is not None


def test_the_store_is_read() -> None:
    store = payloads.parse_store({"id": 3000, "title": "Nordlys Cykler ApS"})
    assert (store.id, store.title) == (3000, "Nordlys Cykler ApS")
