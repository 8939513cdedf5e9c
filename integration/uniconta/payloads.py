"""Uniconta rows as values. Written strictly (empty members are left out), read tolerantly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Order:
    """A sales order to be made (DebtorOrderClient); line prices carry VAT."""

    account: str
    currency: str
    payment: str
    our_ref: str
    your_ref: str
    reference_number: str

    def to_row(self) -> dict[str, Any]:
        """Return the row to insert."""
        return _filled(
            Account=self.account,
            Currency=self.currency,
            Payment=self.payment,
            PricesInclVat=True,
            DeleteOrder=True,
            DeleteLines=True,
            OurRef=self.our_ref,
            YourRef=self.your_ref,
            ReferenceNumber=self.reference_number,
        )


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order to be made (DebtorOrderLineClient); `price` is the unit price with VAT."""

    order_number: int
    line_number: int
    item: str
    text: str
    qty: Decimal
    price: Decimal
    storage: str | int | None
    reference_number: str

    def to_row(self) -> dict[str, Any]:
        """Return the row to insert."""
        return _filled(
            OrderNumber=str(self.order_number),
            LineNumber=self.line_number,
            Item=self.item,
            Text=self.text,
            Qty=self.qty,
            Price=self.price,
            DoInvoice=True,
            Storage=self.storage,
            ReferenceNumber=self.reference_number,
        )


@dataclass(frozen=True, kw_only=True)
class JournalLine:
    """One line of a posting (GLDailyJournalLineClient): balanced by itself; `credit` < 0 is sent as Debit."""

    journal: str
    line_number: int
    date: date
    account_type: str | int
    account: str
    offset_account_type: str | int
    offset_account: str
    credit: Decimal
    text: str
    reference_number: str
    dc_post_type: str | int | None = None
    invoice: str = ""
    settle_value: str | int | None = None

    def to_row(self) -> dict[str, Any]:
        """Return the row to post: exactly one of Debit and Credit, positive [A96]."""
        side = {"Credit": self.credit} if self.credit > 0 else {"Debit": -self.credit}
        return _filled(
            Journal=self.journal,
            LineNumber=self.line_number,
            Date=to_date_text(self.date),
            AccountType=self.account_type,
            Account=self.account,
            OffsetAccountType=self.offset_account_type,
            OffsetAccount=self.offset_account,
            **side,
            DCPostType=self.dc_post_type,
            Invoice=self.invoice,
            SettleValue=self.settle_value,
            Settlements=self.invoice,
            Text=self.text,
            ReferenceNumber=self.reference_number,
        )


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice as read back (DebtorInvoiceClient); amounts in kroner, negative for a credit note."""

    invoice_number: str
    order_number: str
    account: str
    vat: Decimal
    total: Decimal
    our_ref: str
    reference_number: str


@dataclass(frozen=True, kw_only=True)
class GlTrans:
    """One entry of the ledger as read back (GLTransClient); debit is positive."""

    account: str
    amount: Decimal
    reference_number: str
    invoice: str


def parse_invoice(row: Row) -> Invoice:
    """Read an invoice."""
    return Invoice(
        invoice_number=text_of(row.get("InvoiceNumber")),
        order_number=text_of(row.get("OrderNumber")),
        account=text_of(row.get("Account")),
        vat=amount_of(row.get("VatAmount")),
        total=amount_of(row.get("TotalAmount")),
        our_ref=text_of(row.get("OurRef")),
        reference_number=text_of(row.get("ReferenceNumber")),
    )


def parse_gl_trans(row: Row) -> GlTrans:
    """Read an entry of the ledger."""
    return GlTrans(
        account=text_of(row.get("Account")),
        amount=amount_of(row.get("Amount")),
        reference_number=text_of(row.get("ReferenceNumber")),
        invoice=text_of(row.get("Invoice")),
    )


def text_of(value: Any) -> str:
    """Return a key or text as text; whole numbers without a point, absent as empty."""
    if value is None:
        return ""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value).strip()


def amount_of(value: Any) -> Decimal:
    """Return a JSON number as Decimal, absent as 0."""
    return Decimal(0) if value in (None, "") else Decimal(str(value))


def to_date_text(day: date) -> str:
    """Return a day as the vendor writes it: local, without offset [A69]."""
    return datetime(day.year, day.month, day.day).strftime("%Y-%m-%dT00:00:00")  # noqa: DTZ001 - local by contract


def _filled(**members: Any) -> dict[str, Any]:
    """Leave out what is empty: a missing member means unchanged [A61]."""
    return {name: value for name, value in members.items() if value not in (None, "")}
