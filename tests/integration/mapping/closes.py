"""A close and its receipts to try the mapping on: the worked example of accounting.md section 13 in short."""

from decimal import Decimal
from typing import Any

from integration.customers1st.payloads import DayClose, parse_day_close
from integration.mapping.day_close import Receipt
from integration.mapping.rules import Rules
from integration.mapping.tenders import Paid, Role
from integration.mapping.totals import CardTotal, Totals

RULES = Rules(
    pos_debtor="POS3000",
    cash_account="5810",
    cash_difference_account="2910",
    expense_account="2750",
    bank_account="5820",
    registers={502: "5811"},
)
ZERO = Decimal(0)


def day_close(**changes: Any) -> DayClose:
    """Return the close of the two receipts below, with changes in the API's own names."""
    raw = {
        "id": 9001,
        "balance_no": 118,
        "date": "2026-03-02 16:32:10",
        "startdate": "2026-02-28 15:04:41",
        "enddate": "2026-03-02 16:32:10",
        "cashregisterid": 501,
        "cashregistertitle": "Kasse 1",
        "startpaymentno": 1284,
        "endpaymentno": 1285,
        "numpayments": 2,
        "cashstart": "1000.00",
        "cashrevenue": "200.00",
        "expense": "50.00",
        "cashcounted": "1145.00",
        "cashdifference": "-5.00",
        "cashtobank": "120.00",
        "cashrounding": "0.05",
        "totalrevenue": "1099.95",
        "totalrevenue_ex_vat": "879.96",
        "totalvat": "219.99",
        "totalvatbypercentage": [{"percentage": 25, "amount": "219.99"}],
        "salesum": "1099.95",
        "returnsum": "0.00",
        "giftcardissued": "0.00",
        "giftcardused": "-300.00",
        "customerpaymentsum": "0.00",
        "paymenttypes": [
            {"title": "Kontant", "amount": "200.00", "cash": True},
            {"title": "Dankort", "amount": "600.00", "cash": False},
            {"title": "Gavekort", "amount": "300.00", "giftcardtype": "giftcard"},
        ],
        **changes,
    }
    return parse_day_close(raw)


def receipt(number: int, *paid: Paid, **changes: Any) -> Receipt:
    """Return a receipt of goods at 25 %, paid as told."""
    cards: tuple[CardTotal, ...] = changes.pop("cards", ())
    total = sum((each.settled for each in paid), ZERO)
    goods = total - sum((card.sold + card.used for card in cards), ZERO)
    vat = changes.pop("vat", (goods / 5).quantize(Decimal("0.01")))
    return Receipt(
        id=70000 + number,
        number=number,
        debtor="POS3000",
        totals=Totals(
            sum=total, goods={Decimal(25): goods}, vat={Decimal(25): vat}, cards=cards, paid=paid
        ),
        lines=changes.pop("lines", 2),
        invoice="" if changes.get("waits") else f"1{number}",
        **changes,
    )


def paid(title: str, amount: str, *, rounding: str = "0", role: Role = Role.MAPPED) -> Paid:
    """Return a means of payment."""
    account = {Role.CASH: "5810", Role.DEBTOR: ""}.get(role, "5830")
    return Paid(
        title=title, role=role, account=account, amount=Decimal(amount), rounding=Decimal(rounding)
    )


def receipts() -> list[Receipt]:
    """Return the receipts of `day_close`: cash with rounding; card and a gift card of 300.00."""
    card = CardTotal(card_type="gift_card", kind="multi", sold=ZERO, used=Decimal("-300.00"))
    return [
        receipt(1284, paid("Kontant", "200.00", rounding="0.05", role=Role.CASH)),
        receipt(1285, paid("Dankort", "600.00"), cards=(card,)),
    ]
