"""Customers of the till as values, and which members of customers and products may be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.customers1st.payloads import Raw, optional_time

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
    """Read a customer; raises KeyError, TypeError or ValueError when it cannot be read at all."""
    return Customer(
        id=int(raw["id"]),
        name=_text(raw.get("name")),
        phone=_text(raw.get("phone")),
        email=_text(raw.get("email")),
        vat=_text(raw.get("vat")),
        customer_no=_text(raw.get("customerno")),
        draft=_flag(raw.get("draft")),
        deleted=_flag(raw.get("deleted")) or optional_time(raw.get("deleted_at")) is not None,
        updated_at=optional_time(raw.get("updated_at")),
        raw=raw,
    )


def whole_customer(raw: Raw, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole body of a PUT: what was read, changed; what is left out would become null [A4] [A9]."""
    content = {name: raw[name] for name in WRITABLE_CUSTOMER if name in raw}
    return {**content, "draft": int(_flag(raw.get("draft"))), **changes}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _flag(value: Any) -> bool:
    return _text(value).lower() not in {"", "0", "false"}
