"""A receipt of the till as a sales order and its settlement (contracts/accounting.md sections 5 to 7).

Everything that makes a booking wrong is found here, before anything is sent, and raised as Hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Self

from integration.customers1st.payloads import Payment
from integration.errors import Hold
from integration.mapping.order_lines import (
    SaleLine,
    card_totals,
    goods_by_rate,
    sale_lines,
    vat_by_rate,
)
from integration.mapping.receipt import (
    check_store,
    check_surcharge,
    fingerprint,
    our_ref,
    posting_date,
    sale_key,
    settle_key,
    summary,
)
from integration.mapping.rules import Rules
from integration.mapping.tenders import Paid, Role, is_on_account, paid_by_customer, paid_tenders
from integration.mapping.totals import Totals

JOURNAL_TEXT_LENGTH = 50
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class SettlementLine:
    """One journal line of the payment: `credit` on `account`, the other side on `offset_account`.

    `debtor` tells whether `account` is a debtor (then the line settles the invoice) or a GL account.
    """

    debtor: bool
    account: str
    offset_account: str
    credit: Decimal
    text: str


@dataclass(frozen=True, kw_only=True)
class SaleDraft:
    """What one receipt becomes in Uniconta; amounts in kroner.

    A sale on account, and a customer's payment, name their `customer_id`; `debtor` is then empty until `on_debtor`
    puts the customer's in. A customer's payment has no lines: nothing is ordered, its total is 0. `receipt` are its
    sums in words, to tell later what changed.
    """

    key: str
    settle_key: str
    number: int
    register_id: int | None
    our_ref: str
    your_ref: str
    customer_id: int | None
    debtor: str
    at: datetime
    posting_date: date
    total: Decimal
    vat: Decimal
    lines: tuple[SaleLine, ...]
    settlement: tuple[SettlementLine, ...]
    totals: Totals
    fingerprint: str = field(repr=False)
    receipt: str = field(repr=False)

    def on_debtor(self, debtor: str) -> Self:
        """Return this draft on the debtor of its customer."""
        settlement = tuple(
            replace(line, account=debtor) if line.debtor else line for line in self.settlement
        )
        return replace(self, debtor=debtor, settlement=settlement)


def draft_sale(
    payment: Payment,
    *,
    store_id: int,
    rules: Rules,
    prices_include_vat: bool = True,
    naive_zone: tzinfo = UTC,
    card_types: Mapping[int, str] | None = None,
) -> SaleDraft:
    """Return what a completed receipt becomes, a customer's payment too; Hold when it cannot be booked rightly.

    `card_types` holds the types of the cards that `cards_to_read` names, by card id.
    """
    check_store(payment, store_id)
    check_surcharge(payment)
    if payment.customer_payment:
        lines: tuple[SaleLine, ...] = ()
        customer_id: int | None = _customer(payment, "payment on account")
        paid, total = paid_by_customer(payment, rules), ZERO
    else:
        lines = sale_lines(
            payment, rules, prices_include_vat=prices_include_vat, card_types=card_types or {}
        )
        on_account = is_on_account(payment, rules)
        customer_id = _customer(payment, "sale on account") if on_account else None
        paid, total = paid_tenders(payment, rules), payment.sum
    debtor = "" if customer_id is not None else _named(rules.pos_debtor, "POS debtor", "point 2")
    return SaleDraft(
        key=sale_key(store_id, payment.id),
        settle_key=settle_key(store_id, payment.id),
        number=payment.payment_no or 0,
        register_id=payment.register_id,
        our_ref=our_ref(store_id, payment),
        your_ref=payment.register_title,
        customer_id=customer_id,
        debtor=debtor,
        at=payment.date.replace(tzinfo=naive_zone),
        posting_date=posting_date(payment, rules=rules, naive_zone=naive_zone),
        total=total,
        vat=sum((line.vat for line in lines), ZERO),
        lines=lines,
        settlement=_settlement(payment, debtor, paid, rules),
        totals=Totals(
            sum=total,
            goods=goods_by_rate(lines),
            vat=vat_by_rate(lines),
            cards=card_totals(lines),
            paid=paid,
        ),
        fingerprint=fingerprint(payment),
        receipt=summary(payment),
    )


def _customer(payment: Payment, what: str) -> int:
    """Return the customer of a receipt that stands on an own debtor; Hold without one (H8)."""
    if payment.customer_id is None:
        raise Hold(
            f"Receipt {payment.payment_no} is a {what} and names no customer.",
            "Put the customer on the receipt in Customers 1st, or book it by hand.",
            mended_by="customers1st",
        )
    return payment.customer_id


def _settlement(
    payment: Payment, debtor: str, paid: Sequence[Paid], rules: Rules
) -> tuple[SettlementLine, ...]:
    """Return the journal lines of the means of payment, role by role (accounting.md section 6)."""
    lines: list[SettlementLine] = []
    for each in paid:
        if each.role is Role.DEBTOR:
            continue
        lines.append(
            SettlementLine(
                debtor=True,
                account=debtor,
                offset_account=each.account,
                credit=each.settled,
                text=f"Bon {payment.payment_no} {each.title}"[:JOURNAL_TEXT_LENGTH],
            )
        )
        if each.rounding:
            lines.append(
                SettlementLine(
                    debtor=False,
                    account=_named(rules.rounding_account, "rounding account", "point 7"),
                    offset_account=each.account,
                    credit=each.rounding,
                    text=f"Bon {payment.payment_no} øreafrunding"[:JOURNAL_TEXT_LENGTH],
                )
            )
    return tuple(line for line in lines if line.credit)


def _named(value: str, what: str, where: str) -> str:
    if not value:
        raise Hold(
            f"No {what} is set.", f"Fill in {where} of the setup ({what}).", mended_by="setup"
        )
    return value
