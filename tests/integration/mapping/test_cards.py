"""Gift cards, vouchers and deposits stand on their own item, in the kind that the shop's accountant chose."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st.payloads import parse_payment
from integration.errors import Hold
from integration.mapping.cards import cards_to_read
from integration.mapping.rules import CardRule
from integration.mapping.totals import CardTotal
from tests.integration.mapping.receipts import RULES, article, draft, tender


def card_line(price: str, **changes: Any) -> dict[str, Any]:
    return article(5, price, **{"productid": None, "vat": 0, **changes})


USE: dict[str, Any] = {"giftcardid": 8801}


def test_a_card_sold_stands_on_the_item_of_its_type() -> None:
    sale = draft(
        [card_line("500.00", productno="giftcard", giftcardid=8801)],
        [tender("Dankort", "500.00")],
        "500.00",
    )

    assert [line.item for line in sale.lines] == ["GAVEKORT"]
    (card,) = sale.totals.cards
    assert card == CardTotal(
        card_type="gift_card", kind="multi", sold=Decimal(500), used=Decimal(0)
    )
    assert sale.totals.goods == {}


@pytest.mark.parametrize(
    ("told", "read"), [({"giftcard": {"type": "giftcard"}}, {}), ({}, {8801: "Giftcard"})]
)
def test_a_card_used_is_of_the_type_that_the_receipt_or_the_card_tells(
    told: dict[str, Any], read: dict[int, str]
) -> None:
    lines = [article(1, "400.00"), card_line("-300.00", **USE, **told)]

    sale = draft(lines, [tender("Dankort", "100.00")], "100.00", card_types=read)

    assert [line.item for line in sale.lines] == ["", "GAVEKORT"]
    assert sale.totals.cards[0].used == -300
    assert sale.totals.goods == {Decimal(25): Decimal(400)}


def test_only_cards_of_an_untold_type_are_read() -> None:
    lines = [
        card_line("-1.00", giftcardid=1),
        card_line("-1.00", giftcardid=2, giftcard={"type": "voucher"}),
        card_line("1.00", giftcardid=3, productno="giftcard"),
    ]
    payment = parse_payment(
        {"id": 1, "date": "2026-03-02 09:05:12", "articles": lines, "status": "completed"}
    )

    assert cards_to_read(payment) == [1]


def test_a_single_purpose_card_counts_in_neither_revenue_nor_vat_but_in_the_invoices_vat() -> None:
    lines = [
        article(1, "125.00", quantity=-1),
        card_line("125.00", productno="voucher", vat=25),
    ]

    sale = draft(lines, [], "0.00")

    assert sale.settlement == ()
    assert sale.vat == 0
    assert sale.totals.vat == {Decimal(25): Decimal("-25.00")}
    assert sale.lines[1].vat == 25


@pytest.mark.parametrize(
    "rule", [None, CardRule(kind="", item="X"), CardRule(kind="multi", item="")]
)
def test_a_card_type_without_kind_or_item_is_held(rule: CardRule | None) -> None:
    line = card_line("500.00", productno="giftcard")

    with pytest.raises(Hold, match="no kind and item") as held:
        draft(
            [line],
            [tender("Dankort", "500.00")],
            "500.00",
            rules=replace(RULES, gift_card=rule),
        )

    assert held.value.mended_by == "setup"
    assert "among the service items of the setup" in held.value.cure


@pytest.mark.parametrize(("kind", "vat"), [("multi", 25), ("single", 0)])
def test_a_card_whose_vat_contradicts_its_kind_is_held(kind: str, vat: int) -> None:
    line = card_line("500.00", productno="giftcard", vat=vat)
    rules = replace(RULES, gift_card=CardRule(kind=kind, item="GAVEKORT"))

    with pytest.raises(Hold, match=f"{vat} % VAT"):
        draft([line], [tender("Dankort", "500.00")], "500.00", rules=rules)
