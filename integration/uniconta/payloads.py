"""Uniconta rows as values. Written strictly (empty members are left out), read tolerantly (nothing raises).

Invoice and order numbers are read as text. What Uniconta does not tell is empty, 0 or None; `row` is the record as
it was read.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from integration.uniconta.master_data import (
    Company,
    Debtor,
    GlAccount,
    Item,
    ItemGroup,
    Journal,
    PaymentTerm,
    VatCode,
    parse_company,
    parse_debtor,
    parse_gl_account,
    parse_item,
    parse_item_group,
    parse_journal,
    parse_payment_term,
    parse_vat_code,
)
from integration.uniconta.values import (
    Row,
    amount_of,
    day_of,
    day_text,
    document_number_of,
    filled,
    flag_of,
    moment_of,
    number_of,
    text_of,
)

__all__ = [
    "ChangeEvent",
    "Company",
    "Debtor",
    "GlAccount",
    "GlTrans",
    "Invoice",
    "InvoiceReply",
    "Item",
    "ItemGroup",
    "Journal",
    "JournalLine",
    "OpenItem",
    "Order",
    "OrderLine",
    "OrderLineRow",
    "OrderRow",
    "PaymentTerm",
    "PostingReply",
    "VatCode",
    "amount_of",
    "parse_change_event",
    "parse_company",
    "parse_debtor",
    "parse_gl_account",
    "parse_gl_trans",
    "parse_invoice",
    "parse_item",
    "parse_item_group",
    "parse_journal",
    "parse_open_item",
    "parse_order",
    "parse_order_line",
    "parse_payment_term",
    "parse_vat_code",
    "text_of",
]


@dataclass(frozen=True, kw_only=True)
class Order:
    """A sales order to be made (DebtorOrderClient); Uniconta gives the number when it is None [A75]."""

    account: str
    currency: str
    payment: str
    our_ref: str
    reference_number: str
    your_ref: str = ""
    order_number: int | None = None
    prices_incl_vat: bool = True
    delete_order: bool = True
    delete_lines: bool = True

    def to_row(self) -> dict[str, Any]:
        """Return the row to insert."""
        return filled(
            OrderNumber=self.order_number,
            Account=self.account,
            Currency=self.currency,
            Payment=self.payment,
            PricesInclVat=self.prices_incl_vat,
            DeleteOrder=self.delete_order,
            DeleteLines=self.delete_lines,
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
    storage: str | None
    reference_number: str
    do_invoice: bool = True

    def to_row(self) -> dict[str, Any]:
        """Return the row to insert; the order number is text on a line [A75]."""
        return filled(
            OrderNumber=str(self.order_number),
            LineNumber=self.line_number,
            Item=self.item,
            Text=self.text,
            Qty=self.qty,
            Price=self.price,
            DoInvoice=self.do_invoice,
            Storage=self.storage,
            ReferenceNumber=self.reference_number,
        )


@dataclass(frozen=True, kw_only=True)
class JournalLine:
    """One line of a posting (GLDailyJournalLineClient), balanced by its offset account.

    Exactly one of `debit` and `credit` is given, not 0; below 0 it is sent as the other one, so that what is sent is
    positive [A96]. The types are labels of the company's form. With a `settle_value`, `settlements` is the invoice
    unless it is given [A97].
    """

    journal: str
    line_number: int
    date: date
    account_type: str
    account: str
    offset_account_type: str
    offset_account: str
    debit: Decimal | None = None
    credit: Decimal | None = None
    dc_post_type: str | None = ""
    invoice: str = ""
    settle_value: str | None = ""
    settlements: str = ""
    text: str
    reference_number: str

    def __post_init__(self) -> None:
        amounts = [amount for amount in (self.debit, self.credit) if amount is not None]
        if len(amounts) != 1 or amounts[0] == 0:
            raise ValueError(f"“{self.text}” needs either a debit or a credit, not {amounts}.")

    @property
    def amount(self) -> Decimal:
        """Debit minus credit."""
        return (self.debit or Decimal(0)) - (self.credit or Decimal(0))

    def to_row(self) -> dict[str, Any]:
        """Return the row to post."""
        return filled(
            Journal=self.journal,
            LineNumber=self.line_number,
            Date=day_text(self.date),
            AccountType=self.account_type,
            Account=self.account,
            OffsetAccountType=self.offset_account_type,
            OffsetAccount=self.offset_account,
            Debit=self.amount if self.amount > 0 else None,
            Credit=-self.amount if self.amount < 0 else None,
            DCPostType=self.dc_post_type,
            Invoice=self.invoice,
            SettleValue=self.settle_value,
            Settlements=self.settlements or (self.invoice if self.settle_value else ""),
            Text=self.text,
            ReferenceNumber=self.reference_number,
        )


@dataclass(frozen=True, kw_only=True)
class InvoiceReply:
    """An order was invoiced; the number is None when the reply did not tell it (PDF, text) [A83]."""

    invoice_number: int | None


@dataclass(frozen=True, kw_only=True)
class PostingReply:
    """Lines were posted; the id is None when the reply did not tell it [A100]."""

    journal_posted_id: int | None


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """A stored order (DebtorOrderClient)."""

    order_number: int
    account: str
    our_ref: str
    reference_number: str
    row: Row = field(repr=False)


def parse_order(row: Row) -> OrderRow:
    """Read a stored order."""
    return OrderRow(
        order_number=number_of(row.get("OrderNumber")),
        account=text_of(row.get("Account")),
        our_ref=text_of(row.get("OurRef")),
        reference_number=text_of(row.get("ReferenceNumber")),
        row=row,
    )


@dataclass(frozen=True, kw_only=True)
class OrderLineRow:
    """A stored order line (DebtorOrderLineClient)."""

    order_number: int
    item: str
    qty: Decimal
    price: Decimal
    reference_number: str
    row: Row = field(repr=False)


def parse_order_line(row: Row) -> OrderLineRow:
    """Read a stored order line."""
    return OrderLineRow(
        order_number=number_of(row.get("OrderNumber")),
        item=text_of(row.get("Item")),
        qty=amount_of(row.get("Qty")),
        price=amount_of(row.get("Price")),
        reference_number=text_of(row.get("ReferenceNumber")),
        row=row,
    )


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice as read back (DebtorInvoiceClient); amounts in kroner, negative for a credit note."""

    invoice_number: str
    order_number: str
    account: str
    date: date | None
    net: Decimal
    vat: Decimal
    total: Decimal
    our_ref: str
    reference_number: str


def parse_invoice(row: Row) -> Invoice:
    """Read an invoice."""
    return Invoice(
        invoice_number=document_number_of(row.get("InvoiceNumber")),
        order_number=document_number_of(row.get("OrderNumber")),
        account=text_of(row.get("Account")),
        date=day_of(row.get("Date")),
        net=amount_of(row.get("NetAmount")),
        vat=amount_of(row.get("VatAmount")),
        total=amount_of(row.get("TotalAmount")),
        our_ref=text_of(row.get("OurRef")),
        reference_number=text_of(row.get("ReferenceNumber")),
    )


@dataclass(frozen=True, kw_only=True)
class GlTrans:
    """One entry of the ledger as read back (GLTransClient); debit is positive."""

    account: str
    amount: Decimal
    vat: str
    reference_number: str
    invoice: str
    journal_posted_id: int
    date: date | None
    text: str
    voucher: int


def parse_gl_trans(row: Row) -> GlTrans:
    """Read an entry of the ledger."""
    return GlTrans(
        account=text_of(row.get("Account")),
        amount=amount_of(row.get("Amount")),
        vat=text_of(row.get("Vat")),
        reference_number=text_of(row.get("ReferenceNumber")),
        invoice=document_number_of(row.get("Invoice")),
        journal_posted_id=number_of(row.get("JournalPostedId")),
        date=day_of(row.get("Date")),
        text=text_of(row.get("Text")),
        voucher=number_of(row.get("Voucher")),
    )


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """An open item of a debtor (DebtorTransOpenClient); above 0 is what the debtor owes."""

    account: str
    invoice: str
    amount: Decimal
    amount_open: Decimal
    date: date | None


def parse_open_item(row: Row) -> OpenItem:
    """Read an open item."""
    return OpenItem(
        account=text_of(row.get("Account")),
        invoice=document_number_of(row.get("Invoice")),
        amount=amount_of(row.get("Amount")),
        amount_open=amount_of(row.get("AmountOpen")),
        date=day_of(row.get("Date")),
    )


@dataclass(frozen=True, kw_only=True)
class ChangeEvent:
    """A registered change URL (TableChangeEventClient); `argument` is a secret, `row_id` 0 when not told [A60]."""

    row_id: int = 0
    table_id: int
    url: str = field(repr=False)
    argument: str = field(repr=False)
    use_post: bool = True
    only_on_create: bool = False
    disable: bool = False
    has_error: bool = False
    error_message: str = ""
    last_event: datetime | None = None

    def to_row(self) -> dict[str, Any]:
        """Return the row to insert, without what Uniconta fills in itself."""
        return filled(
            TableId=self.table_id,
            Url=self.url,
            Argument=self.argument,
            UsePost=int(self.use_post),
            OnlyOnCreate=self.only_on_create,
            Disable=self.disable,
        )


def parse_change_event(row: Row) -> ChangeEvent:
    """Read a registered change URL."""
    return ChangeEvent(
        row_id=number_of(row.get("RowId")),
        table_id=number_of(row.get("TableId")),
        url=text_of(row.get("Url")),
        argument=text_of(row.get("Argument")),
        use_post=flag_of(row.get("UsePost")),
        only_on_create=flag_of(row.get("OnlyOnCreate")),
        disable=flag_of(row.get("Disable")),
        has_error=flag_of(row.get("HasError")),
        error_message=text_of(row.get("ErrorMessage")),
        last_event=moment_of(row.get("LastEvent")),
    )
