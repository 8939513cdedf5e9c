"""Customers and products of the till as values, and which members of a customer may be written.

Every `parse_…` raises KeyError, TypeError or ValueError when the record has no id or cannot be read at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.customers1st.values import Raw, flag_of, optional_money, optional_time, text_of

CUSTOM_FIELDS = ("customfield1", "customfield2", "customfield3", "customfield4")
# Customer in the schema without what is read-only; updated_at and deleted_at are the vendor's own
WRITABLE_CUSTOMER = (
    "name",
    "phone",
    "country",
    "email",
    "barcode",
    "address",
    "city",
    "zipcode",
    "addr_country",
    "birthdate",
    "ean",
    "vat",
    "customerno",
    "economic_customernumber",
    "balance",
    "note",
    "draft",
    "tags",
    "permission_marketing",
)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One customer. `updated_at` is naive, its zone is a setting [A1]."""

    id: int
    name: str
    phone: str
    email: str
    vat: str
    customer_no: str
    draft: bool
    deleted: bool
    updated_at: datetime | None
    raw: Raw = field(repr=False)

    @property
    def label(self) -> str:
        """What people call it in a cause."""
        return f"Customer {self.id} “{self.name}”" if self.name else f"Customer {self.id}"


def parse_customer(raw: Raw) -> Customer:
    """Read a customer."""
    return Customer(
        id=int(raw["id"]),
        name=text_of(raw.get("name")),
        phone=text_of(raw.get("phone")),
        email=text_of(raw.get("email")),
        vat=text_of(raw.get("vat")),
        customer_no=text_of(raw.get("customerno")),
        draft=flag_of(raw.get("draft")),
        deleted=flag_of(raw.get("deleted")) or optional_time(raw.get("deleted_at")) is not None,
        updated_at=optional_time(raw.get("updated_at")),
        raw=raw,
    )


def whole_customer(raw: Raw, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole body of a PUT: what was read, changed; what is left out would become null [A4] [A9]."""
    content = {name: raw[name] for name in WRITABLE_CUSTOMER if name in raw}
    return {**content, "draft": int(flag_of(raw.get("draft"))), **changes}


@dataclass(frozen=True, kw_only=True)
class Product:
    """One product. `price` carries VAT unless the store says otherwise; `price_without_vat` never does.

    The product inside a receipt's line holds less: its amounts are None. `vat` is None for the store's default.
    """

    id: int
    title: str
    product_no: str | None
    barcode: str
    alternative_barcode: str
    style_no: str
    size: str
    color: str
    custom_fields: tuple[str, str, str, str]
    price: Decimal | None
    price_without_vat: Decimal | None
    cost_price: Decimal | None
    vat: Decimal | None
    vat_mode: str | None
    deleted: bool
    updated_at: datetime | None
    raw: Raw = field(repr=False)

    @property
    def label(self) -> str:
        """What people call it in a cause."""
        return f"Product {self.id} “{self.title}”"


def parse_product(raw: Raw) -> Product:
    """Read a product, also the short form inside a receipt's line."""
    first, second, third, fourth = (text_of(raw.get(name)) for name in CUSTOM_FIELDS)
    return Product(
        id=int(raw["id"]),
        title=text_of(raw.get("title")),
        product_no=text_of(raw.get("productno")) or None,
        barcode=text_of(raw.get("barcode")),
        alternative_barcode=text_of(raw.get("alternativebarcode")),
        style_no=text_of(raw.get("styleno")),
        size=text_of(raw.get("size")),
        color=text_of(raw.get("color")),
        custom_fields=(first, second, third, fourth),
        price=optional_money(raw.get("price")),
        price_without_vat=optional_money(raw.get("pricewithoutvat")),
        cost_price=optional_money(raw.get("costprice")),
        vat=optional_money(raw.get("vat")),
        vat_mode=text_of(raw.get("vatmode")) or None,
        deleted=optional_time(raw.get("deleted_at")) is not None,
        updated_at=optional_time(raw.get("updated_at")),
        raw=raw,
    )
