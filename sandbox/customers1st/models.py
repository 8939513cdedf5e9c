"""What the till keeps: receipts with their lines and tenders, and day closes."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sandbox.customers1st.values import ZERO

Record = dict[str, Any]
CardType = Literal["giftcard", "voucher", "deposit"]
Status = Literal["initialized", "parked", "in_progress", "completed", "cancelled"]
Role = Literal["cash", "custom", "foreign", "debtor"]


@dataclass
class User:
    """An API user; `restrictions` names the rights it lacks."""

    token: str
    restrictions: frozenset[str] = frozenset()


@dataclass
class Line:
    """One article of a receipt; amounts with VAT, signs as on the receipt."""

    id: int
    title: str
    quantity: Decimal
    price: Decimal
    vat: Decimal
    total: Decimal
    total_vat: Decimal = ZERO
    cost: Decimal = ZERO
    vatmode: str = "normal"
    product: Record | None = None
    discount_line: int | None = None
    is_discount: bool = False
    discount: Decimal = ZERO
    card_type: CardType | None = None
    card_id: int | None = None
    card_no: str | None = None
    issues_card: bool = False
    returns: int | None = None
    return_tag: int | None = None

    @property
    def is_card(self) -> bool:
        """Tell whether the line moves a gift card instead of goods."""
        return self.card_type is not None


@dataclass
class Tender:
    """One payment of a receipt; `amount` in kroner, `unrounded` before the cash rounding."""

    id: int
    title: str
    role: Role
    amount: Decimal
    unrounded: Decimal
    type_id: int | None = None
    account: str | None = None
    currency: str | None = None
    rate: Decimal | None = None
    foreign: Decimal | None = None
    provider: str | None = None
    status: str = "captured"

    @property
    def captured(self) -> bool:
        """Tell whether the money counts."""
        return self.status == "captured"

    @property
    def rounding(self) -> Decimal:
        """Return what the till gained (+) or lost (-) by rounding."""
        return self.amount - self.unrounded


@dataclass
class Payment:
    """One receipt (POSPayment)."""

    id: int
    date: datetime
    updated_at: datetime
    status: Status
    lines: list[Line] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)
    sum: Decimal = ZERO
    number: int | None = None
    register_id: int | None = None
    customer_id: int | None = None
    is_customer_payment: bool = False
    surcharge: Decimal | None = None
    returns: int | None = None
    note: str | None = None
    source: str = "pos"
    close_id: int | None = None

    @property
    def paid(self) -> list[Tender]:
        """Return the tenders that count."""
        return [tender for tender in self.tenders if tender.captured]

    @property
    def on_account(self) -> Decimal:
        """Return what was paid with the debtor button."""
        return sum((t.amount for t in self.paid if t.role == "debtor"), ZERO)

    @property
    def is_invoice(self) -> bool:
        """Tell whether the receipt is a sale on account."""
        return any(tender.role == "debtor" for tender in self.paid)

    @property
    def rounding(self) -> Decimal:
        """Return the cash rounding of the receipt."""
        return sum((tender.rounding for tender in self.paid), ZERO)

    @property
    def goods(self) -> list[Line]:
        """Return the lines that sell or return goods, discounts included."""
        return [line for line in self.lines if not line.is_card]


@dataclass
class VatRow:
    """The goods of one VAT rate in a close."""

    rate: Decimal
    gross: Decimal = ZERO
    vat: Decimal = ZERO


@dataclass
class TenderRow:
    """One row of a close's tender list."""

    title: str
    role: str
    amount: Decimal
    type_id: int | None = None
    account: str | None = None
    currency: str | None = None
    card_type: str | None = None


@dataclass
class Close:
    """One day close (POSBalance) with the figures before any switch bends them."""

    id: int
    number: int
    register: Record
    start: datetime | None
    end: datetime
    payments: list[Payment]
    cash_start: Decimal
    cash_revenue: Decimal
    expense: Decimal
    counted: Decimal
    to_bank: Decimal
    first_no: int | None = None
    last_no: int | None = None
    rounding: Decimal = ZERO
    vat_rows: list[VatRow] = field(default_factory=list)
    tender_rows: list[TenderRow] = field(default_factory=list)
    sale_sum: Decimal = ZERO
    return_sum: Decimal = ZERO
    card_issued: Decimal = ZERO
    card_used: Decimal = ZERO
    invoice_sum: Decimal = ZERO
    customer_payment_sum: Decimal = ZERO
    figures: Record = field(default_factory=dict)
    note: str | None = None

    @property
    def revenue(self) -> Decimal:
        """Return the goods sold with VAT."""
        return sum((row.gross for row in self.vat_rows), ZERO)

    @property
    def vat(self) -> Decimal:
        """Return the VAT of the goods sold."""
        return sum((row.vat for row in self.vat_rows), ZERO)

    @property
    def expected(self) -> Decimal:
        """Return the cash that should lie in the drawer."""
        return self.cash_start + self.cash_revenue - self.expense

    @property
    def difference(self) -> Decimal:
        """Return counted minus expected."""
        return self.counted - self.expected
