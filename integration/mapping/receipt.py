"""What every receipt has, whatever its kind: its keys, its day, and whether it is still as it was booked."""

import hashlib
from datetime import UTC, date, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import Payment
from integration.errors import Hold
from integration.mapping.amounts import kroner
from integration.mapping.rules import Rules
from integration.mapping.tenders import CAPTURED

OUR_REF_LENGTH = 20


def sale_key(store_id: int, payment_id: int) -> str:
    """Return the key that the order and the invoice carry (accounting.md section 12)."""
    return f"c1st:{store_id}:payment:{payment_id}"


def settle_key(store_id: int, payment_id: int) -> str:
    """Return the key that every settlement line and every line of a customer's payment carries."""
    return f"c1st:{store_id}:settle:{payment_id}"


def our_ref(store_id: int, payment: Payment) -> str:
    """Return the second anchor; empty when too long: cut it would no longer be unique, the key alone finds the order."""
    text = f"C1ST-{store_id}-{payment.payment_no}"
    return text if len(text) <= OUR_REF_LENGTH else ""


def posting_date(payment: Payment, *, rules: Rules, naive_zone: tzinfo = UTC) -> date:
    """Return the business day of a receipt in the tenant's zone; `naive_zone` is what the API's times mean [A1]."""
    return payment.date.replace(tzinfo=naive_zone).astimezone(ZoneInfo(rules.time_zone)).date()


def check_store(payment: Payment, store_id: int) -> None:
    """Hold a receipt of another store than the API token's [A8]."""
    if payment.store_id is not None and payment.store_id != store_id:
        raise Hold(
            f"Receipt {payment.payment_no} is of store {payment.store_id}, the API token of store {store_id}.",
            "Put the API token of the right store into the Customers 1st connection.",
            mended_by="setup",
        )


def summary(payment: Payment) -> str:
    """Return the sums of a receipt in words, to tell a person what changed."""
    tenders = [each for each in payment.tenders if each.status == CAPTURED]
    paid = ", ".join(f"{each.title} {kroner(each.amount)}" for each in tenders) or "nothing"
    lines = "" if payment.articles is None else f"{len(payment.articles)} lines, "
    customer = "" if payment.customer_id is None else f", customer {payment.customer_id}"
    return f"{lines}sum {kroner(payment.sum)}, paid {paid}{customer}"


def check_surcharge(payment: Payment) -> None:
    """Hold a card surcharge: no setting says how to book it (H14) [A22]."""
    if payment.surcharge:
        raise Hold(
            f"Receipt {payment.payment_no} holds a card surcharge of {payment.surcharge}, which has no account.",
            "Book the receipt by hand in Uniconta, or switch the surcharge off on the terminal.",
        )


def fingerprint(payment: Payment) -> str:
    """Return a value that changes when anything that was booked changes; its second half tells of the lines (H13)."""
    return f"{_hash(_head(payment))}:{'' if payment.articles is None else _hash(_lines(payment))}"


def is_unchanged(payment: Payment, booked: object) -> bool:
    """Tell whether a receipt is as it was when its fingerprint was `booked`; lines only where both hold them [A18]."""
    head, _, lines = str(booked).partition(":")
    now_head, _, now_lines = fingerprint(payment).partition(":")
    return head == now_head and (not payment.articles or not lines or lines == now_lines)


def _head(payment: Payment) -> list[object]:
    parts: list[object] = [payment.payment_no, payment.date, _plain(payment.sum)]
    parts += [payment.customer_id, payment.register_id, payment.invoice, payment.customer_payment]
    for tender in payment.tenders:
        if tender.status == CAPTURED:
            parts += [tender.title, _plain(tender.amount), _plain(tender.unrounded_cash)]
    return parts


def _lines(payment: Payment) -> list[object]:
    parts: list[object] = []
    for article in payment.articles or ():
        parts += [article.id, article.product_id, article.gift_card_id, article.product_no]
        parts += [_plain(article.quantity), _plain(article.price), _plain(article.vat)]
    return parts


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _hash(parts: list[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
