"""Posting: vouchers into the ledger, debtor entries into open items, payments against open items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.uniconta.company import Company
from sandbox.uniconta.errors import Refusal, Unbalanced
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import NO_DATE

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a voucher, debit positive; a debtor's line stands on the control account of its group."""

    account: str
    amount: Decimal
    text: str | None = None
    debtor: str | None = None
    vat: str | None = None
    vat_amount: Decimal = ZERO
    base_amount: Decimal = ZERO
    invoice: int = 0
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Voucher:
    """What the lines of one voucher have in common."""

    number: int
    date: datetime
    posting: int
    serie: str
    origin: str  # "Invoice" or the journal's name


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A debtor's entry that waits for its counterpart: an invoice, a credit note or a payment."""

    debtor: str
    amount: Decimal
    kind: str  # name of DCPostType
    text: str | None = None
    invoice: int = 0
    due: datetime = NO_DATE
    order: int = 0
    reference: str | None = None
    payment: str | None = None


def post(company: Company, voucher: Voucher, entries: Sequence[Entry]) -> None:
    """Write the lines of a voucher; raises Unbalanced when they do not sum to zero."""
    entries = [entry for entry in entries if entry.amount]
    total = sum((entry.amount for entry in entries), ZERO)
    if total:
        raise Unbalanced(f"voucher {voucher.number} sums to {total}")
    for line, entry in enumerate(entries, start=1):
        _write(company, voucher, line, entry)


def control_account(company: Company, debtor: Row) -> str:
    """Return the ledger account that carries a debtor."""
    return str(company.row("DebtorGroup", debtor["Group"])["SummeryAccount"])


def open_claim(company: Company, voucher: Voucher, claim: Claim) -> Row:
    """Write a debtor's entry as an open item."""
    amount = claim.amount
    debtor = company.row("Debtor", claim.debtor)
    return company["DebtorTransOpen"].add(
        {
            "Account": claim.debtor,
            "Name": debtor["Name"],
            "Date": voucher.date,
            "DueDate": claim.due,
            "Invoice": claim.invoice,
            "Voucher": voucher.number,
            "Text": claim.text,
            "Amount": amount,
            "AmountOpen": amount,
            "Debit": max(amount, ZERO),
            "Credit": max(-amount, ZERO),
            "Currency": debtor["Currency"] or "DKK",
            "PostType": claim.kind,
            "OrderNumber": claim.order,
            "ReferenceNumber": claim.reference,
            "Payment": claim.payment,
        }
    )


def settle(company: Company, payment: Row, items: Iterable[Row]) -> Row | None:
    """Use a payment on open items of the other sign, in this order; returns what is left of it."""
    table = company["DebtorTransOpen"]
    left: Row | None = payment
    for item in items:
        if left is None:
            break
        if item["RowId"] == left["RowId"] or item["AmountOpen"] * left["AmountOpen"] >= 0:
            continue
        used = min(abs(item["AmountOpen"]), abs(left["AmountOpen"]))
        sign = 1 if item["AmountOpen"] > 0 else -1
        _reduce(company, item, sign * used)
        _reduce(company, left, -sign * used)
        left = table.get(left["RowId"])
    return left


def _reduce(company: Company, item: Row, amount: Decimal) -> None:
    table = company["DebtorTransOpen"]
    rest = item["AmountOpen"] - amount
    if rest:
        table.change(item, AmountOpen=rest)
    else:
        table.remove(item)


def _write(company: Company, voucher: Voucher, line: int, entry: Entry) -> None:
    account = company["GLAccount"].find(entry.account)
    if account is None:
        raise Refusal("AccountIsMissing", field="Account", value=entry.account)
    company["GLAccount"].change(account, Balance=account["Balance"] + entry.amount)
    if entry.debtor is not None:
        debtor = company.row("Debtor", entry.debtor)
        company["Debtor"].change(debtor, CurBalance=debtor["CurBalance"] + entry.amount)
    company["GLTrans"].add(
        {
            "Date": voucher.date,
            "DocumentDate": voucher.date,
            "Account": entry.account,
            "Voucher": voucher.number,
            "VoucherLine": line,
            "Invoice": entry.invoice,
            "JournalPostedId": voucher.posting,
            "Amount": entry.amount,
            "AmountVat": entry.vat_amount,
            "AmountBase": entry.base_amount,
            "Vat": entry.vat,
            "Text": entry.text,
            "NumberSerie": voucher.serie,
            "Origin": voucher.origin,
            "ReferenceNumber": entry.reference,
            "DCType": "Debtor" if entry.debtor else None,
            "DCAccount": entry.debtor,
        }
    )
