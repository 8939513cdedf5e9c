"""The chains of a day close's proof: rows of signed amounts, each chain of which ends in 0.00.

A row is `{code, amount, …}`: the code says what it is (people's words are chosen where it is shown), amounts are kroner as
text with two decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from integration.customers1st.payloads import DayClose
from integration.mapping.amounts import kroner
from integration.mapping.close_checks import (
    RECEIPTS,
    WITHOUT_ACCOUNT,
    cash_taken,
    goods_by_rate,
    paid_by_title,
    received,
    told_by_title,
    vat_by_rate,
    vat_tolerance,
)
from integration.mapping.day_close import Receipt, difference, expense_of
from integration.mapping.sale import SettlementLine
from integration.mapping.tenders import Role

ZERO = Decimal(0)

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a proof is built from.

    `lines` are those of the close, `cash_account` the register's. `reading` is what the store's revenue figure means.
    `notes` are the differences that were reported, not held: `{code, …}` each.
    """

    close: DayClose
    day: date
    store_id: int
    receipts: Sequence[Receipt]
    lines: Sequence[SettlementLine]
    cash_account: str
    reading: str
    previous: DayClose | None = None
    notes: Sequence[Row] = field(default_factory=tuple)


def chains_of(basis: Basis) -> list[tuple[str, list[Row]]]:
    """Return the chains by code; an empty row is to be left out, and so is a chain of empty rows."""
    return [
        ("revenue", _revenue(basis)),
        ("vat", _vat(basis)),
        ("payments", _payments(basis)),
        ("tenders", _tenders(basis)),
        ("float", _float(basis)),
        ("drawer", _drawer(basis)),
        ("ledger_cash", _ledger_cash(basis)),
        ("debtors", _debtors(basis)),
        ("journal", _journal(basis)),
    ]


def _revenue(basis: Basis) -> list[Row]:
    """Goods by VAT rate come to what the close calls its revenue."""
    goods = goods_by_rate(basis.receipts)
    rows = [row_of("goods", amount, rate=_rate(rate)) for rate, amount in goods.items()]
    if basis.reading == RECEIPTS:
        rows += _cards(basis)
    if basis.reading == WITHOUT_ACCOUNT:
        on_account = [receipt for receipt in basis.receipts if receipt.on_account]
        rows.append(
            row_of("goods_on_account", -sum(goods_by_rate(on_account).values(), ZERO), keep=True)
        )
    return [*rows, row_of("close_revenue", -basis.close.revenue, keep=True)]


def _vat(basis: Basis) -> list[Row]:
    """VAT by rate comes to the close's, but for the øre that every line may round [A79]; what is more stays left over."""
    by_rate = vat_by_rate(basis.receipts)
    rows = [row_of("vat", amount, rate=_rate(rate)) for rate, amount in by_rate.items()]
    on_account = sum(vat_by_rate(each for each in basis.receipts if each.on_account).values(), ZERO)
    left = basis.close.vat - sum(by_rate.values(), ZERO)
    most = vat_tolerance(basis.receipts)
    if abs(left) > most and abs(left + on_account) <= most:  # as a store's revenue may [A35]
        rows.append(row_of("vat_on_account", -on_account))
        left += on_account
    if abs(left) <= most:
        rows.append(row_of("vat_rounding", left))
    return [*rows, row_of("close_vat", -basis.close.vat, keep=True)]


def _payments(basis: Basis) -> list[Row]:
    """What was sold, received and rounded comes to what was paid."""
    rows = [
        row_of("goods", amount, rate=_rate(r))
        for r, amount in goods_by_rate(basis.receipts).items()
    ]
    rows += _cards(basis)
    rows.append(row_of("customer_payments", sum((received(each) for each in basis.receipts), ZERO)))
    rows.append(row_of("rounding", sum((each.totals.rounding for each in basis.receipts), ZERO)))
    rows += [
        row_of("paid", -amount, title=title)
        for title, amount in paid_by_title(basis.receipts).items()
    ]
    return rows


def _tenders(basis: Basis) -> list[Row]:
    """Each means of payment of the receipts is that of the close; the debtor button may be missing there [A36]."""
    ours = paid_by_title(basis.receipts)
    told = told_by_title(basis.close, ours)
    rows: list[Row] = []
    for title, amount in ours.items():
        rows.append(row_of("paid", amount, title=title))
        code = "close_tender" if title in told else "close_is_silent"
        rows.append(row_of(code, -told.get(title, amount), title=title))
    rows += [
        row_of("close_tender", -amount, title=title)
        for title, amount in told.items()
        if title not in ours
    ]
    return rows


def _float(basis: Basis) -> list[Row]:
    """What the previous close left is what this one starts with (I5)."""
    if basis.previous is None:
        return []
    number = basis.previous.number
    left = basis.previous.left_in_drawer
    return [
        row_of("left_before", left, number=number, keep=True),
        row_of("cash_start", -basis.close.cash_start, keep=True),
    ]


def _drawer(basis: Basis) -> list[Row]:
    close = basis.close
    return [
        row_of("cash_start", close.cash_start, keep=True),
        row_of("cash_taken", cash_taken(basis.receipts)),
        row_of("expense", -expense_of(close)),
        row_of("difference", difference(close)),
        row_of("counted", -close.cash_counted, keep=True),
    ]


def _ledger_cash(basis: Basis) -> list[Row]:
    """The ledger's cash account ends at what is left in the drawer, with what others are to book: the bookkeeper's invoices
    that are waited for, and what a person said they booked by hand."""
    close, account = basis.close, basis.cash_account
    booked = [receipt for receipt in basis.receipts if receipt.is_ours]
    by_hand = [receipt for receipt in basis.receipts if receipt.by_hand]
    waiting = [receipt for receipt in basis.receipts if receipt.waits]
    own = sum((line.credit for line in basis.lines if line.offset_account == account), ZERO)
    return [
        row_of("cash_start", close.cash_start, keep=True),
        row_of("cash_settled", cash_taken(booked)),
        row_of("cash_waiting", cash_taken(waiting)),
        row_of("cash_by_hand", cash_taken(by_hand)),
        row_of("close_lines", own),
        row_of("left_in_drawer", -close.left_in_drawer, keep=True),
    ]


def _debtors(basis: Basis) -> list[Row]:
    """Invoices and payments of each debtor: the POS debtor ends at 0.00, a customer at what was sold on account."""
    rows: list[Row] = []
    for debtor in dict.fromkeys(each.debtor for each in basis.receipts if not each.by_hand):
        booked = [each for each in basis.receipts if each.debtor == debtor and each.is_ours]
        invoiced = sum((each.totals.sum for each in booked), ZERO)
        open_ = sum((each.totals.on_account for each in booked), ZERO)
        paid_on_account = sum((received(each) for each in booked), ZERO)
        settled = sum(
            (
                paid.settled
                for each in booked
                if not each.customer_payment
                for paid in each.totals.paid
                if paid.role is not Role.DEBTOR
            ),
            ZERO,
        )
        rows.append(row_of("invoiced", invoiced, debtor=debtor, keep=True))
        rows.append(row_of("settled", -settled, debtor=debtor))
        rows.append(row_of("stays_open", -open_, debtor=debtor))
        if paid_on_account:
            rows.append(row_of("paid_on_account", paid_on_account, debtor=debtor))
            rows.append(row_of("credited", -paid_on_account, debtor=debtor))
    return rows


def _journal(basis: Basis) -> list[Row]:
    rows: list[Row] = []
    for line in basis.lines:
        rows.append(row_of("journal", -line.credit, account=line.account, text=line.text))
        rows.append(row_of("journal", line.credit, account=line.offset_account, text=line.text))
    return rows


def _cards(basis: Basis) -> list[Row]:
    rows = []
    names = dict.fromkeys(
        (card.card_type, card.kind) for each in basis.receipts for card in each.totals.cards
    )
    for card_type, kind in names:
        cards = [
            card
            for each in basis.receipts
            for card in each.totals.cards
            if (card.card_type, card.kind) == (card_type, kind)
        ]
        about: dict[str, Any] = {"card_type": card_type, "kind": kind}
        rows.append(row_of("cards_sold", sum((card.sold for card in cards), ZERO), **about))
        rows.append(row_of("cards_used", sum((card.used for card in cards), ZERO), **about))
    return rows


def row_of(code: str, amount: Decimal, *, keep: bool = False, **about: Any) -> Row:
    """Return a row; an empty one, to be left out, when it is 0.00 and not kept."""
    if not amount and not keep:
        return {}
    return {"code": code, "amount": kroner(amount), **about}


def _rate(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
