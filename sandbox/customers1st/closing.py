"""Closing a register: which receipts belong to it and what they add up to."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sandbox.customers1st.basket import TillError
from sandbox.customers1st.giftcards import title_of
from sandbox.customers1st.models import Close, Line, Payment, Record, TenderRow, VatRow
from sandbox.customers1st.products import live_products
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, money

ORDER = {"cash": 0, "foreign": 1, "custom": 1, "debtor": 2, "giftcard": 3}


def make_close(
    store: Store,
    register_id: int | None,
    *,
    counted: Decimal | None,
    to_bank: Decimal,
    expense: Decimal,
    at: datetime,
) -> Close:
    """Return the close of a register over every completed receipt that no close holds yet."""
    register = _register(store, register_id)
    before = _previous(store, register_id)
    payments = _open_payments(store, register_id)
    cash_start = before.counted - before.to_bank if before else money(register["startamount"] or 0)
    cash_revenue = _cash(store, payments)
    expected = cash_start + cash_revenue - expense
    close = Close(
        id=store.numbers.next("balance"),
        number=store.take_balance_no(),
        register=register,
        start=before.end if before else store.opened_at,
        end=at,
        payments=payments,
        cash_start=cash_start,
        cash_revenue=cash_revenue,
        expense=expense,
        counted=expected if counted is None else counted,
        to_bank=to_bank,
    )
    _add_up(close)
    _set_range(store, close, before)
    close.figures = _figures(store, close)
    for payment in payments:
        payment.close_id = close.id
    return close


def _add_up(close: Close) -> None:
    payments = close.payments
    goods, cards = _goods(payments), _cards(payments)
    close.rounding = sum((payment.rounding for payment in payments), ZERO)
    close.vat_rows = _vat_rows(goods)
    close.tender_rows = _tender_rows(payments)
    close.sale_sum = sum((line.total for line in goods if line.quantity > 0), ZERO)
    close.return_sum = sum((line.total for line in goods if line.quantity < 0), ZERO)
    close.card_issued = sum((line.total for line in cards if not _is_use(line)), ZERO)
    close.card_used = sum((line.total for line in cards if _is_use(line)), ZERO)
    close.invoice_sum = sum((payment.on_account for payment in payments), ZERO)
    close.customer_payment_sum = _received(payments)


def _register(store: Store, register_id: int | None) -> Record:
    if register_id is None:
        return {"id": None, "title": None, "startamount": 0}
    if register_id not in store.registers:
        raise TillError(f"there is no register {register_id}")
    return store.registers[register_id]


def _previous(store: Store, register_id: int | None) -> Close | None:
    own = [close for close in store.closes.values() if close.register["id"] == register_id]
    return own[-1] if own else None


def _open_payments(store: Store, register_id: int | None) -> list[Payment]:
    found = [
        payment
        for payment in store.payments.values()
        if payment.status == "completed"
        and payment.register_id == register_id
        and payment.close_id is None
    ]
    return sorted(found, key=lambda payment: payment.number or 0)


def _set_range(store: Store, close: Close, before: Close | None) -> None:
    numbers = [payment.number or 0 for payment in close.payments]
    if store.switches.get("c1st.balance_range") == "store_wide":
        after = (before.last_no or 0) if before else 0
        done = [p for p in store.payments.values() if p.status == "completed"]
        numbers = [p.number for p in done if p.number is not None and p.number > after]
    if numbers:
        close.first_no, close.last_no = min(numbers), max(numbers)


def _cash(store: Store, payments: Iterable[Payment]) -> Decimal:
    roles = (
        ("cash", "foreign") if store.switches.get("c1st.foreign_in_cash") == "yes" else ("cash",)
    )
    return sum((t.amount for payment in payments for t in payment.paid if t.role in roles), ZERO)


def _goods(payments: Iterable[Payment]) -> list[Line]:
    return [line for payment in payments for line in payment.goods]


def _cards(payments: Iterable[Payment]) -> list[Line]:
    return [line for payment in payments for line in payment.lines if line.is_card]


def _is_use(line: Line) -> bool:
    return not line.issues_card and line.quantity > 0


def _received(payments: Iterable[Payment]) -> Decimal:
    """Return what customers paid on their accounts, before any cash rounding."""
    return sum(
        (t.unrounded for payment in payments if payment.is_customer_payment for t in payment.paid),
        ZERO,
    )


def _vat_rows(lines: Iterable[Line]) -> list[VatRow]:
    rows: dict[Decimal, VatRow] = {}
    for line in lines:
        row = rows.setdefault(line.vat, VatRow(line.vat))
        row.gross += line.total
        row.vat += line.total_vat
    return sorted(rows.values(), key=lambda row: -row.rate)


def _tender_rows(payments: Iterable[Payment]) -> list[TenderRow]:
    rows: dict[tuple[str, str], TenderRow] = {}
    for payment in payments:
        for tender in payment.paid:
            row = rows.setdefault(
                (tender.role, tender.title),
                TenderRow(
                    title=tender.title,
                    role=tender.role,
                    amount=ZERO,
                    type_id=tender.type_id,
                    account=tender.account,
                    currency=tender.currency,
                ),
            )
            row.amount += tender.amount
    for line in filter(_is_use, _cards(payments)):
        kind = str(line.card_type)
        new = TenderRow(title_of(kind), "giftcard", ZERO, card_type=kind)
        rows.setdefault(("giftcard", kind), new).amount -= line.total
    return sorted(rows.values(), key=lambda row: (ORDER[row.role], row.type_id or 0))


def _figures(store: Store, close: Close) -> Record:
    goods = _goods(close.payments)
    sold = [line for line in goods if line.quantity > 0 and not line.is_discount]
    cost = sum((line.cost * line.quantity for line in goods), ZERO)
    stock = sum(
        (money(row["costprice"] or 0) * (row["stockno"] or 0) for row in live_products(store)),
        ZERO,
    )
    store.accumulated_sales += close.sale_sum
    store.accumulated_returns -= close.return_sum
    return {
        "receipts": sum((p.sum for p in close.payments), ZERO),
        "invoice_goods": sum(
            (x.total for p in close.payments if p.is_invoice for x in p.goods), ZERO
        ),
        "gross_cash": _gross_cash(close.payments),
        "received_cash": _received_cash(close.payments),
        "cost": cost,
        "stock_value": stock,
        "discount": -sum((line.total for line in goods if line.is_discount), ZERO),
        "products": sum(1 for line in sold if _has_stock(store, line)),
        "services": sum(1 for line in sold if not _has_stock(store, line)),
        "returns": sum(1 for p in close.payments if any(x.quantity < 0 for x in p.goods)),
        "invoices": sum(1 for payment in close.payments if payment.is_invoice),
        "open": sum(1 for p in store.payments.values() if p.status in ("parked", "in_progress")),
        "drawer": sum(1 for p in close.payments if any(t.role == "cash" for t in p.paid)),
        "accumulated_sales": store.accumulated_sales,
        "accumulated_returns": store.accumulated_returns,
        **_second_hand(goods),
    }


def _has_stock(store: Store, line: Line) -> bool:
    product = store.products.get(line.product["id"]) if line.product else None
    return product is not None and product["stockno"] is not None


def _gross_cash(payments: Iterable[Payment]) -> Decimal:
    amounts = [t.amount for p in payments for t in p.paid if t.role == "cash" and t.amount > 0]
    return sum(amounts, ZERO)


def _received_cash(payments: Iterable[Payment]) -> Decimal:
    amounts = [
        t.amount for p in payments if p.is_customer_payment for t in p.paid if t.role == "cash"
    ]
    return sum(amounts, ZERO)


def _second_hand(goods: Iterable[Line]) -> Record:
    lines = [line for line in goods if line.vatmode == "second_hand"]
    cost = sum((line.cost * line.quantity for line in lines), ZERO)
    total = sum((line.total for line in lines), ZERO)
    returned = sum((line.total for line in lines if line.quantity < 0), ZERO)
    return {
        "second_hand_profit": total - cost,
        "second_hand_cost": cost,
        "second_hand_returns": returned,
    }
