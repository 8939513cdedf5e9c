"""The proof sheet of a day close: chains of amounts that each end in 0.00, sealed and tied to the sheet before.

A sheet is plain JSON. A row is `{code, amount, …}`: the code says what it is (people's words are chosen where it is
shown), amounts are kroner as text with two decimals. A sheet is never changed; what becomes known later makes a new one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from integration.customers1st.payloads import DayClose
from integration.mapping.close_checks import (
    RECEIPTS,
    WITHOUT_ACCOUNT,
    cash_taken,
    goods_by_rate,
    paid_by_title,
    received,
    told_by_title,
    vat_by_rate,
)
from integration.mapping.day_close import Receipt, difference, expense_of
from integration.mapping.sale import SettlementLine
from integration.mapping.tenders import Role

VERSION = 1
ZERO = Decimal(0)
FIRST = "0" * 64  # what stands before the first sheet of a tenant

Row = dict[str, Any]
Sheet = dict[str, Any]


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


def build(basis: Basis) -> Sheet:
    """Return the sheet of a close without its remote numbers; `finish` adds those."""
    close = basis.close
    return {
        "version": VERSION,
        "kind": "close",
        "store": basis.store_id,
        "close": {
            "id": close.id,
            "number": close.number,
            "register": close.register_id,
            "register_title": close.register_title,
            "day": basis.day.isoformat(),
            "first_no": close.first_no,
            "last_no": close.last_no,
            "receipts": len(basis.receipts),
        },
        "chains": [
            {"code": code, "rows": told}
            for code, rows in _chains(basis)
            if (told := [row for row in rows if row])
        ],
        "lines": [_line(line) for line in basis.lines],
        "documents": [_document(receipt) for receipt in basis.receipts],
        "waiting": [
            {
                "code": "waits",
                "id": receipt.id,
                "number": receipt.number,
                "amount": text(receipt.totals.sum),
            }
            for receipt in basis.receipts
            if receipt.waits
        ],
        "notes": [dict(note) for note in basis.notes],
    }


def with_accepted(sheet: Sheet) -> Sheet:
    """Return the sheet with what a person called right as a row of each chain it leaves open."""
    left = open_chains(sheet)
    chains = [
        {
            **chain,
            "rows": [*chain["rows"], _row("accepted_difference", -left[chain["code"]])],
        }
        if chain["code"] in left
        else chain
        for chain in sheet["chains"]
    ]
    return {**sheet, "chains": chains}


def finish(
    sheet: Sheet,
    *,
    key: str,
    posting: str,
    invoices: Mapping[str, str],
    payments: Mapping[str, str],
) -> Sheet:
    """Return the sheet with Uniconta's numbers: of the close's posting, and by receipt id of invoices and payments."""
    documents = [
        {
            **row,
            "invoice": invoices.get(str(row["id"]), row["invoice"]),
            "posting": payments.get(str(row["id"]), ""),
        }
        for row in sheet["documents"]
    ]
    return {**sheet, "key": key, "posting": posting, "documents": documents}


def late_sheet(
    *, store_id: int, close: Mapping[str, Any], key: str, receipts: Iterable[Row]
) -> Sheet:
    """Return the sheet of receipts that were booked after their close was posted; its lines are not touched."""
    return {
        "version": VERSION,
        "kind": "late",
        "store": store_id,
        "close": dict(close),
        "key": key,
        "late": [dict(row) for row in receipts],
    }


def reversal_sheet(
    *,
    store_id: int,
    key: str,
    of: str,
    reason: str,
    person: str,
    lines: Sequence[Row],
    posting: str,
) -> Sheet:
    """Return the sheet of a reversal: which posting it undoes, why and by whom."""
    return {
        "version": VERSION,
        "kind": "reversal",
        "store": store_id,
        "key": key,
        "of": of,
        "reason": reason,
        "person": person,
        "lines": [dict(line) for line in lines],
        "posting": posting,
    }


def seal(sheet: Sheet, *, previous: str) -> str:
    """Return the hash of a sheet, tied to the hash of the one before it."""
    return sha256(f"{previous}\n{canonical(sheet)}".encode()).hexdigest()


def canonical(sheet: Sheet) -> str:
    """Return the one text of a sheet: sorted keys, no spaces, UTF-8."""
    return json.dumps(sheet, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_intact(sheet: Sheet, *, previous: str, hash: str) -> bool:
    """Tell whether a stored sheet is the one that was sealed."""
    return seal(sheet, previous=previous) == hash


def rests(sheet: Sheet) -> dict[str, Decimal]:
    """Return what is left at the end of each chain; every value must be 0."""
    return {
        chain["code"]: sum((Decimal(row["amount"]) for row in chain["rows"]), ZERO)
        for chain in sheet.get("chains", ())
    }


def open_chains(sheet: Sheet) -> dict[str, Decimal]:
    """Return the chains that do not end in 0.00."""
    return {code: rest for code, rest in rests(sheet).items() if rest}


def text(amount: Decimal) -> str:
    """Return an amount as it stands in a sheet."""
    return f"{amount:.2f}"


def _chains(basis: Basis) -> list[tuple[str, list[Row]]]:
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
    rows = [_row("goods", amount, rate=_rate(rate)) for rate, amount in goods.items()]
    if basis.reading == RECEIPTS:
        rows += _cards(basis)
    if basis.reading == WITHOUT_ACCOUNT:
        on_account = [receipt for receipt in basis.receipts if receipt.on_account]
        rows.append(
            _row("goods_on_account", -sum(goods_by_rate(on_account).values(), ZERO), keep=True)
        )
    return [*rows, _row("close_revenue", -basis.close.revenue, keep=True)]


def _vat(basis: Basis) -> list[Row]:
    """VAT by rate comes to the close's, but for the øre that every line may round [A79]."""
    by_rate = vat_by_rate(basis.receipts)
    rows = [_row("vat", amount, rate=_rate(rate)) for rate, amount in by_rate.items()]
    left = basis.close.vat - sum(by_rate.values(), ZERO)
    return [*rows, _row("vat_rounding", left), _row("close_vat", -basis.close.vat, keep=True)]


def _payments(basis: Basis) -> list[Row]:
    """What was sold, received and rounded comes to what was paid."""
    rows = [
        _row("goods", amount, rate=_rate(r)) for r, amount in goods_by_rate(basis.receipts).items()
    ]
    rows += _cards(basis)
    rows.append(_row("customer_payments", sum((received(each) for each in basis.receipts), ZERO)))
    rows.append(_row("rounding", sum((each.totals.rounding for each in basis.receipts), ZERO)))
    rows += [
        _row("paid", -amount, title=title)
        for title, amount in paid_by_title(basis.receipts).items()
    ]
    return rows


def _tenders(basis: Basis) -> list[Row]:
    """Each means of payment of the receipts is that of the close; the debtor button may be missing there [A36]."""
    ours = paid_by_title(basis.receipts)
    told = told_by_title(basis.close, ours)
    rows: list[Row] = []
    for title, amount in ours.items():
        rows.append(_row("paid", amount, title=title))
        code = "close_tender" if title in told else "close_is_silent"
        rows.append(_row(code, -told.get(title, amount), title=title))
    rows += [
        _row("close_tender", -amount, title=title)
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
        _row("left_before", left, number=number, keep=True),
        _row("cash_start", -basis.close.cash_start, keep=True),
    ]


def _drawer(basis: Basis) -> list[Row]:
    close = basis.close
    return [
        _row("cash_start", close.cash_start, keep=True),
        _row("cash_taken", cash_taken(basis.receipts)),
        _row("expense", -expense_of(close)),
        _row("difference", difference(close)),
        _row("counted", -close.cash_counted, keep=True),
    ]


def _ledger_cash(basis: Basis) -> list[Row]:
    """The ledger's cash account ends at what is left in the drawer, less what waits for the bookkeeper's invoice."""
    close, account = basis.close, basis.cash_account
    booked = [receipt for receipt in basis.receipts if not receipt.waits]
    waiting = [receipt for receipt in basis.receipts if receipt.waits]
    own = sum((line.credit for line in basis.lines if line.offset_account == account), ZERO)
    return [
        _row("cash_start", close.cash_start, keep=True),
        _row("cash_settled", cash_taken(booked)),
        _row("cash_waiting", cash_taken(waiting)),
        _row("close_lines", own),
        _row("left_in_drawer", -close.left_in_drawer, keep=True),
    ]


def _debtors(basis: Basis) -> list[Row]:
    """Invoices and payments of each debtor: the POS debtor ends at 0.00, a customer at what was sold on account."""
    rows: list[Row] = []
    for debtor in dict.fromkeys(receipt.debtor for receipt in basis.receipts):
        booked = [each for each in basis.receipts if each.debtor == debtor and not each.waits]
        invoiced = sum((each.totals.sum for each in booked if not each.customer_payment), ZERO)
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
        rows.append(_row("invoiced", invoiced, debtor=debtor, keep=True))
        rows.append(_row("settled", -settled, debtor=debtor))
        rows.append(_row("stays_open", -open_, debtor=debtor))
        if paid_on_account:
            rows.append(_row("paid_on_account", paid_on_account, debtor=debtor))
            rows.append(_row("credited", -paid_on_account, debtor=debtor))
    return rows


def _journal(basis: Basis) -> list[Row]:
    rows: list[Row] = []
    for line in basis.lines:
        rows.append(_row("journal", -line.credit, account=line.account, text=line.text))
        rows.append(_row("journal", line.credit, account=line.offset_account, text=line.text))
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
        rows.append(_row("cards_sold", sum((card.sold for card in cards), ZERO), **about))
        rows.append(_row("cards_used", sum((card.used for card in cards), ZERO), **about))
    return rows


def _line(line: SettlementLine) -> Row:
    return {
        "account": line.account,
        "offset_account": line.offset_account,
        "credit": text(line.credit),
        "text": line.text,
    }


def _document(receipt: Receipt) -> Row:
    return {
        "id": receipt.id,
        "number": receipt.number,
        "debtor": receipt.debtor,
        "invoice": receipt.invoice,
        "amount": text(received(receipt) if receipt.customer_payment else receipt.totals.sum),
    }


def _row(code: str, amount: Decimal, *, keep: bool = False, **about: Any) -> Row:
    """Return a row; an empty one, to be left out, when it is 0.00 and not kept."""
    if not amount and not keep:
        return {}
    return {"code": code, "amount": text(amount), **about}


def _rate(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
