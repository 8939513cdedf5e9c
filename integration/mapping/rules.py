"""What the consultant chose, as one immutable value that mappings and flows take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class CardRule:
    """How a stored-value card (gift card, voucher, deposit) is booked: its kind and its Uniconta item."""

    kind: str  # multi | single
    item: str


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The setup of one tenant (DESIGN 5.5 `setup`, `payment_types`, `registers`, `variant_fields`).

    Account numbers are text. VAT rates are percents as Decimal. An empty text means: not set.
    """

    time_zone: str = "Europe/Copenhagen"
    default_debtor_group: str = ""
    pos_debtor: str = ""
    default_item_group: str = ""
    auto_invoice_pos_sales: bool = False
    auto_invoice_debtor_sales: bool = False
    journal: str = ""
    debtor_number: str = "customerno"  # customerno | phone | uniconta
    settle_at: str = "sale"  # sale | close
    cash_account: str = ""
    cash_difference_account: str = ""
    rounding_account: str = ""
    cash_payment_type: str = ""
    debtor_payment_type: str = ""
    day_close_enabled: bool = False
    sales_from: date | None = None
    expense_account: str = ""
    bank_account: str = ""
    payment_term: str = ""
    discount_items: Mapping[Decimal, str] = field(default_factory=dict)
    misc_items: Mapping[Decimal, str] = field(default_factory=dict)
    gift_card: CardRule | None = None
    voucher: CardRule | None = None
    deposit: CardRule | None = None
    payment_types: Mapping[str, str] = field(default_factory=dict)
    registers: Mapping[int, str] = field(default_factory=dict)
    variant_fields: Mapping[str, str] = field(default_factory=dict)
    field_masters: Mapping[str, str] = field(
        default_factory=dict
    )  # product.price → a side or newest
