"""Finance vouchers: the vendor's own posting proposal for a close, everything against cash."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.customers1st.giftcards import title_of
from sandbox.customers1st.models import Close, Line, Payment, Record
from sandbox.customers1st.refusals import business
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, plain_number

Row = tuple[str, int, Decimal]


def finance_vouchers(
    store: Store, close: Close, *, without_invoices: bool, without_customer_payments: bool
) -> list[Record]:
    """Return the proposal's lines; positive is debit unless the sign switch says otherwise."""
    if store.switches.get("c1st.financevoucher_accounts") == "missing":
        raise business(
            "An account number is missing.", "FINANCE_MISSING_ACCOUNTNO", store_id=store.id
        )
    payments = [
        payment
        for payment in close.payments
        if not (without_invoices and payment.is_invoice)
        and not (without_customer_payments and payment.is_customer_payment)
    ]
    debit_first = store.switches.get("c1st.financevoucher_sign") == "debit_positive"
    sign = 1 if debit_first else -1
    rows = [*_sales(store, payments), *_tenders(store, payments), *_drawer(store, close, payments)]
    return [
        {
            "title": title,
            "amount": amount * sign,
            "account": account,
            "contraAccount": store.accounts.cash,
            "currency": None,
        }
        for title, account, amount in rows
        if amount
    ]


def _sales(store: Store, payments: list[Payment]) -> Iterator[Row]:
    goods = [line for payment in payments for line in payment.goods]
    for rate in sorted({line.vat for line in goods}, reverse=True):
        amount = sum((line.total for line in goods if line.vat == rate), ZERO)
        title = f"Omsætning {plain_number(rate)} % moms, inkl. moms"
        yield title, store.accounts.revenue[rate], -amount
    cards = [line for payment in payments for line in payment.lines if line.is_card]
    for kind in ("giftcard", "voucher", "deposit"):
        issued = [x for x in cards if x.card_type == kind and (x.issues_card or x.quantity < 0)]
        used = [x for x in cards if x.card_type == kind and x not in issued]
        yield f"{title_of(kind)} udstedt", _card_account(store, kind, issued), -_total(issued)
        yield f"{title_of(kind)} brugt", _card_account(store, kind, used), -_total(used)


def _card_account(store: Store, kind: str, lines: list[Line]) -> int:
    if kind == "giftcard" and any(line.vat for line in lines):
        return store.accounts.single_purpose_card
    return store.accounts.cards[kind]


def _total(lines: list[Line]) -> Decimal:
    return sum((line.total for line in lines), ZERO)


def _tenders(store: Store, payments: list[Payment]) -> Iterator[Row]:
    rows: dict[str, tuple[int, Decimal]] = {}
    for payment in payments:
        for tender in payment.paid:
            if tender.role == "cash":
                continue
            account = int(tender.account or store.accounts.debtor)
            _, before = rows.get(tender.title, (account, ZERO))
            rows[tender.title] = (account, before + tender.amount)
    for title, (account, amount) in rows.items():
        yield title, account, amount


def _drawer(store: Store, close: Close, payments: list[Payment]) -> Iterator[Row]:
    accounts = store.accounts
    received = sum(
        (t.unrounded for payment in payments if payment.is_customer_payment for t in payment.paid),
        ZERO,
    )
    yield "Kundeindbetaling", accounts.debtor, -received
    yield "Øreafrunding", accounts.rounding, -sum((p.rounding for p in payments), ZERO)
    yield "Udlæg", accounts.expense, close.expense
    yield "Kassedifference", accounts.difference, -close.difference
    yield "Til bank", accounts.bank, close.to_bank
