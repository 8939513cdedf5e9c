"""What the Customers 1st API would show of made-up weeks: receipts and closes as JSON (contracts/customers1st.md section 7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tests.journeys.oracle import NOTHING, Deal, Drawer, Line, Shut, Tender, vat_of

CUSTOMER_IDS = {"K1001": 5001, "C5002": 5002}
TITLES = {
    "cash": "Kontant",
    "card": "Dankort",
    "wallet": "MobilePay",
    "euro": "EUR",
    "account": "Debitor",
}
PRODUCT = 1001
AT = "2026-03-02 10:00:00"

Json = dict[str, Any]


def receipt(deal: Deal) -> Json:
    """Return a receipt as `GET /pospayments/{id}` shows it."""
    return {
        "id": 70000 + deal.number,
        "paymentno": deal.number,
        "date": AT,
        "status": "completed",
        "storeid": 3000,
        "cashRegisterId": deal.register,
        "customerid": CUSTOMER_IDS.get(deal.customer),
        "invoice": int(deal.on_account != NOTHING),
        "customerpayment": int(deal.is_payment),
        "sum": deal.total,
        "articles": [_article(deal, place) for place in range(len(deal.lines))],
        "paymenttypes": [_tender(each) for each in deal.tenders],
    }


def close(event: Shut, drawer: Drawer, *, number: int) -> Json:
    """Return a day close as `GET /posbalances` shows it; its figures are the till's own sums over its receipts."""
    lines = [line for deal in drawer.deals for line in deal.lines]
    goods = [line for line in lines if not line.card]
    cards = [line for line in lines if line.card]
    vat = _vat_by_rate(goods)
    revenue = _sum(goods)
    moved: dict[str, Decimal] = defaultdict(lambda: NOTHING)
    for deal in drawer.deals:
        for tender in deal.tenders:
            moved[TITLES[tender.button]] += tender.moved
    numbers = [deal.number for deal in drawer.deals]
    used = [line for line in cards if line.quantity > 0 and line.price < 0]
    return {
        "id": 9000 + number,
        "balance_no": number,
        "date": AT,
        "enddate": AT,
        "cashregisterid": event.register,
        "startpaymentno": min(numbers, default=None),
        "endpaymentno": max(numbers, default=None),
        "numpayments": len(numbers),
        "cashstart": drawer.start,
        "cashrevenue": drawer.taken,
        "expense": event.expense,
        "cashcounted": drawer.counted,
        "cashdifference": event.over,
        "cashtobank": event.to_bank,
        "cashrounding": sum(
            (each.moved - each.pays for deal in drawer.deals for each in deal.tenders), NOTHING
        ),
        "totalrevenue": revenue,
        "totalvat": sum(vat.values(), NOTHING),
        "totalrevenue_ex_vat": revenue - sum(vat.values(), NOTHING),
        "totalvatbypercentage": [{"percentage": r, "amount": a} for r, a in vat.items()],
        "salesum": _sum(line for line in goods if line.quantity > 0),
        "returnsum": _sum(line for line in goods if line.quantity < 0),
        "giftcardissued": _sum(line for line in cards if line not in used),
        "giftcardused": _sum(used),
        "customerpaymentsum": sum((d.paid for d in drawer.deals if d.is_payment), NOTHING),
        "paymenttypes": [
            *({"title": title, "amount": amount} for title, amount in moved.items()),
            *(
                {"title": line.what, "amount": -line.amount, "giftcardtype": line.what}
                for line in used
            ),
        ],
    }


def _article(deal: Deal, place: int) -> Json:
    line = deal.lines[place]
    vat = vat_of(line.amount, line.rate)
    discount = next((n for n, each in enumerate(deal.lines) if each.of == place), None)
    shown: Json = {
        "id": _article_id(deal, place),
        "title": line.what,
        "quantity": line.quantity,
        "price": line.price,
        "vat": line.rate,
        "total_incl_vat": line.amount,
        "total_vat": vat,
        "total_ex_vat": line.amount - vat,
        "productid": PRODUCT if line.what == "goods" else None,
        "discount_ppm_id": None if discount is None else _article_id(deal, discount),
    }
    if line.card and line.quantity > 0 and line.price > 0:
        shown["productno"] = line.what
    elif line.card:
        shown["giftcardid"] = int(line.card.rpartition("-")[2])
        shown["giftcard"] = {"type": line.what}
    return shown


def _article_id(deal: Deal, place: int) -> int:
    return deal.number * 100 + place


def _tender(tender: Tender) -> Json:
    shown: Json = {
        "title": TITLES[tender.button],
        "amount": tender.moved,
        "status": "captured",
        "cash": int(tender.button == "cash"),
    }
    if tender.button == "cash":
        shown["unroundedcash"] = tender.pays
    if tender.button == "euro":
        shown |= {"currency": "EUR", "exchangerate": Decimal("7.4"), "paymenttypeid": 63}
    return shown


def _vat_by_rate(lines: Sequence[Line]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for line in lines:
        sums[line.rate] += vat_of(line.amount, line.rate)
    return sums


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)
