"""A receipt becomes an order and its settlement, or a Hold; never a wrong booking."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import Hold
from integration.mapping.rules import Rules
from tests.integration.mapping.receipts import RULES, article, cash, draft, settled, tender


def test_a_cash_sale_settles_the_unrounded_amount_and_posts_the_rounding() -> None:
    sale = draft([article(1, "199.95")], [cash("200.00", "199.95")], "199.95")

    assert settled(sale) == [
        ("POS3000", "5810", Decimal("199.95")),
        ("2920", "5810", Decimal("0.05")),
    ]
    assert sale.key == "c1st:3000:payment:70001"
    assert sale.settle_key == "c1st:3000:settle:70001"
    assert sale.our_ref == "C1ST-3000-1284"


def test_a_discount_is_a_line_of_its_own_on_the_discount_item() -> None:
    lines = [
        article(1, "1000.00", discount_ppm_id=2),
        article(2, "-100.00", productid=None),
    ]

    sale = draft(lines, [tender("Dankort", "900.00")], "900.00")

    assert [(line.item, line.price) for line in sale.lines] == [
        ("", Decimal("1000.00")),
        ("RABAT25", Decimal("-100.00")),
    ]


def test_a_refund_in_cash_debits_the_debtor() -> None:
    sale = draft([article(1, "125.00", quantity=-1)], [cash("-125.00", "-125.00")], "-125.00")

    assert settled(sale) == [("POS3000", "5810", Decimal("-125.00"))]
    assert sale.lines[0].article.quantity == -1


def test_a_split_tender_gives_one_line_each() -> None:
    tenders = [
        tender("Dankort", "1000.00"),
        tender("mobilepay ", "245.00"),
        cash("250.00", "249.95"),
    ]

    sale = draft([article(1, "1494.95")], tenders, "1494.95")

    assert settled(sale) == [
        ("POS3000", "5830", Decimal("1000.00")),
        ("POS3000", "5831", Decimal("245.00")),
        ("POS3000", "5810", Decimal("249.95")),
        ("2920", "5810", Decimal("0.05")),
    ]


def test_a_register_with_its_own_account_uses_it() -> None:
    sale = draft([article(1, "10.00")], [cash("10.00", "10.00")], "10.00", cashRegisterId=502)

    assert settled(sale) == [("POS3000", "5811", Decimal("10.00"))]


def test_a_missing_unrounded_amount_is_taken_from_the_sum() -> None:
    sale = draft([article(1, "199.95")], [cash("200.00", None)], "199.95")

    assert settled(sale)[1] == ("2920", "5810", Decimal("0.05"))


def test_only_captured_tenders_count() -> None:
    tenders = [tender("Dankort", "50.00", status="cancelled"), tender("Dankort", "50.00")]

    assert len(draft([article(1, "50.00")], tenders, "50.00").settlement) == 1


def test_prices_without_vat_are_derived_from_the_totals() -> None:
    line = article(1, "80.00", total_incl_vat=Decimal("100.00"))
    line |= {"total_vat": Decimal("20.00"), "total_ex_vat": Decimal("80.00")}

    assert draft([line], [tender("Dankort", "100.00")], "100.00").lines[0].price == 100


def test_the_posting_date_is_the_business_day_of_the_shop() -> None:
    sale = draft(
        [article(1, "10.00")], [tender("Dankort", "10.00")], "10.00", date="2026-06-30 22:30:00"
    )

    assert sale.posting_date == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"customerpayment": 1}, "names no customer"),
        ({"invoice": 1}, "names no customer"),
        ({"paymenttypes": [tender("Debitor", "10.00")]}, "names no customer"),
        ({"paymenttypes": [tender("SEK", "10.00", currency="SEK")]}, "in SEK has no account"),
        ({"secondhand": 1}, "second-hand"),
        ({"articles": [article(1, "10.00", vatmode="second_hand")]}, "Article 1"),
        ({"surcharge_amount": Decimal("1.00")}, "surcharge"),
        ({"articles": [article(1, "10.00", giftcardid=7)]}, "card 7"),
        ({"articles": [article(1, "10.00", productno="giftcard")]}, "25 % VAT"),
        ({"articles": [article(1, "10.00", productno="deposit")]}, "deposit"),
        (
            {
                "paymenttypes": [cash("10.25", "10.00")],
                "rules": replace(RULES, rounding_account=""),
            },
            "rounding account",
        ),
        ({"paymenttypes": [tender("Vipps", "10.00")]}, "Vipps"),
        ({"paymenttypes": [tender("Dankort", "11.00")]}, "payments"),
        ({"paymenttypes": [tender("Dankort", "-10.00")]}, "opposite sign"),
        ({"articles": [article(1, "11.00")]}, "add up"),
        ({"articles": [article(1, "10.00", vat=12)]}, "12"),
        (
            {"articles": [article(1, "10.00", total_vat=Decimal("2.01"))]},
            "“Article 1”: 8.00 + VAT 2.01 is not 10.00",
        ),
        (
            {"articles": [article(1, "10.00", vat=0, productid=None)]},
            "No Uniconta item for lines without a product at 0 % VAT",
        ),
        (
            {
                "articles": [
                    article(1, "11.00", discount_ppm_id=2),
                    article(2, "-1.00", productid=None),
                ],
                "rules": replace(RULES, discount_items={}),
            },
            "No Uniconta item for discounts at 25 % VAT",
        ),
        (
            {
                "paymenttypes": [cash("10.00", "10.00")],
                "rules": replace(RULES, cash_account=""),
            },
            "No cash account is set",
        ),
        ({"articles": []}, "no lines"),
        ({"storeid": 3001}, "store 3001"),
        ({"rules": Rules(pos_debtor="P")}, "no account"),
    ],
)
def test_what_cannot_be_booked_rightly_is_held_with_a_cure(
    changes: dict[str, Any], word: str
) -> None:
    given_sale = {
        "articles": [article(1, "10.00")],
        "tenders": [tender("Dankort", "10.00")],
        **changes,
    }
    articles = given_sale.pop("articles")
    tenders = given_sale.pop("paymenttypes", given_sale.pop("tenders"))
    given_sale.pop("tenders", None)

    with pytest.raises(Hold) as held:
        draft(articles, tenders, "10.00", **given_sale)

    assert word in held.value.cause
    assert held.value.cure


amounts = st.decimals("0.01", "9999.99", places=2)


@given(st.lists(amounts, min_size=1, max_size=6), st.booleans())
def test_settlement_and_lines_come_to_the_receipts_sum_whatever_was_sold(
    prices: list[Decimal], returned: bool
) -> None:
    sign = -1 if returned else 1
    total = sum(prices, Decimal(0)) * sign
    rounded = (total * 2).quantize(Decimal(1)) / 2
    lines = [article(n, str(price), quantity=sign) for n, price in enumerate(prices, start=1)]

    sale = draft(lines, [cash(str(rounded), str(total))], str(total))

    to_debtor = sum((line.credit for line in sale.settlement if line.debtor), Decimal(0))
    into_cash = sum((line.credit for line in sale.settlement), Decimal(0))
    assert to_debtor == sum((line.price * line.article.quantity for line in sale.lines), Decimal(0))
    assert into_cash == rounded
