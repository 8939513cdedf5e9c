"""A shop day of till sales and its close, and what the till itself says must stand in the books after it."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.customers1st.basket import card, cash, line, mobilepay, returned
from sandbox.customers1st.shop import Shop

LIGHTS, BAG, SEAT, BELL = 1001, 1002, 1004, 1005  # products of the seed shop
OERE = Decimal("0.01")
REVENUE, VAT, ROUNDING, CASH = "1010", "6510", "2920", "5810"
DIFFERENCE, EXPENSE, BANK = "2910", "2750", "5820"
FLOAT, MISSING, STAMPS, TO_BANK = Decimal(1000), Decimal(5), Decimal(50), Decimal(400)
DIFFERENCE, EXPENSE, BANK = "2910", "2750", "5820"
ACCOUNTS = {"Kontant": CASH, "Dankort": "5830", "MobilePay": "5831"}


def play(shop: Shop) -> list[dict[str, Any]]:
    """Ring the day up and return its receipts as the API shows them."""
    receipts = [
        shop.sell([line(LIGHTS)], [cash()]),
        shop.sell([line(BAG, discount="100.00")], [card()]),
        shop.sell([line(LIGHTS, 2)], [mobilepay()]),
        shop.sell([line(SEAT), line(BELL)], [card("1000.00"), mobilepay("245.00"), cash()]),
    ]
    bell = shop.sell([line(BELL), line(LIGHTS)], [cash()])
    first_line = bell.lines[0]
    receipts += [bell, shop.return_(bell, [cash()], lines=[returned(first_line)])]
    return [shop.show_payment(receipt.id) for receipt in receipts]


def close_day(shop: Shop, receipts: list[dict[str, Any]]) -> None:
    """Close the register: stamps were paid out of the drawer, 5 kroner are missing, and notes go to the bank."""
    cash = sum(
        (_money(t["amount"]) for r in receipts for t in r["paymenttypes"] if t["cash"]), Decimal(0)
    )
    counted = FLOAT + cash - STAMPS - MISSING
    shop.close(counted=counted, to_bank=TO_BANK, expense=STAMPS, note="Frimærker")


def expected_balances(receipts: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Return the balance of each GL account by the till's own figures after the close, debit positive."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    sums |= {DIFFERENCE: MISSING, EXPENSE: STAMPS, BANK: TO_BANK}
    sums[CASH] -= MISSING + STAMPS + TO_BANK
    for receipt in receipts:
        gross = sum((_money(row["total_incl_vat"]) for row in receipt["articles"]), Decimal(0))
        vat = (gross / 5).quantize(OERE, rounding=ROUND_HALF_UP)  # 25 % out of the gross total
        sums[VAT] -= vat
        sums[REVENUE] -= gross - vat
        for tender in receipt["paymenttypes"]:
            amount = _money(tender["amount"])
            sums[ACCOUNTS[tender["title"]]] += amount
            if tender["cash"]:
                sums[ROUNDING] -= amount - _money(tender["unroundedcash"])
    return dict(sums)


def _money(value: Any) -> Decimal:
    return Decimal(str(value))
