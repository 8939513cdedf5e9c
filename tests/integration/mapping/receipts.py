"""Receipts as the API gives them, and what they become under one shop's rules."""

from decimal import Decimal
from typing import Any

from integration.customers1st.payloads import parse_payment
from integration.mapping.rules import CardRule, Rules
from integration.mapping.sale import SaleDraft, draft_sale

RULES = Rules(
    pos_debtor="POS3000",
    journal="C1ST",
    cash_account="5810",
    rounding_account="2920",
    cash_payment_type="Kontant",
    debtor_payment_type="Debitor",
    discount_items={Decimal(25): "RABAT25", Decimal(0): "RABAT0"},
    misc_items={Decimal(25): "DIV25"},
    payment_types={"Dankort": "5830", "MobilePay": "5831", "EUR": "5815"},
    gift_card=CardRule(kind="multi", item="GAVEKORT"),
    voucher=CardRule(kind="single", item="TILGODE"),
    registers={502: "5811"},
)


def article(number: int, price: str, **changes: Any) -> dict[str, Any]:
    quantity = Decimal(str(changes.pop("quantity", 1)))
    vat = Decimal(str(changes.get("vat", 25)))
    total = quantity * Decimal(price)
    total_vat = (total * vat / (100 + vat)).quantize(Decimal("0.01"))
    return {
        "id": number,
        "title": f"Article {number}",
        "quantity": quantity,
        "price": Decimal(price),
        "vat": vat,
        "productid": 1000 + number,
        "total_incl_vat": total,
        "total_vat": total_vat,
        "total_ex_vat": total - total_vat,
        **changes,
    }


def tender(title: str, amount: str, **changes: Any) -> dict[str, Any]:
    return {"title": title, "amount": Decimal(amount), "status": "captured", "cash": 0, **changes}


def cash(amount: str, unrounded: str | None) -> dict[str, Any]:
    exact = None if unrounded is None else Decimal(unrounded)
    return tender("Kontant", amount, cash=1, unroundedcash=exact)


def draft(
    articles: list[dict[str, Any]], tenders: list[dict[str, Any]], total: str, **changes: Any
) -> SaleDraft:
    raw = {
        "id": 70001,
        "paymentno": 1284,
        "date": "2026-03-02 09:05:12",
        "status": "completed",
        "sum": Decimal(total),
        "cashRegisterId": 501,
        "storeid": 3000,
        "articles": articles,
        "paymenttypes": tenders,
        **changes,
    }
    rules = raw.pop("rules", RULES)
    card_types = raw.pop("card_types", None)
    return draft_sale(parse_payment(raw), store_id=3000, rules=rules, card_types=card_types)


def settled(sale: SaleDraft) -> list[tuple[str, str, Decimal]]:
    return [(line.account, line.offset_account, line.credit) for line in sale.settlement]
