"""The shop's customers: creating, replacing and deleting them."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import business, form
from sandbox.customers1st.schema import read_only, writable
from sandbox.customers1st.store import Store
from sandbox.customers1st.tags import customer_tags
from sandbox.customers1st.values import money

if TYPE_CHECKING:
    from sandbox.customers1st.shop import Shop

READ_ONLY = read_only("Customer")
SERVER_SIDE = frozenset({"updated_at", "deleted_at"})
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DANISH_CVR = re.compile(r"(DK)?\d{8}", re.IGNORECASE)


def create_customer(shop: "Shop", fields: Record, *, quiet: bool = False, **own: Any) -> Record:
    """Create a customer; `own` sets server-side fields such as `id` (seed data only)."""
    store = shop.store
    _check(store, fields, current=None)
    now = store.now()
    record: Record = dict.fromkeys((*READ_ONLY, *writable("Customer")))
    record.update({"draft": 0, "deleted": 0, "tags": [], "country": "dk", "addr_country": "dk"})
    record.update({"id": own.get("id") or store.numbers.next("customer"), "storeid": store.id})
    _write(store, record, fields)
    record.update({"createddate": now, "updated_at": now} | own)
    store.customers[record["id"]] = record
    shop.emit("customer.created", customer_view(store, record), quiet=quiet)
    return record


def replace_customer(
    shop: "Shop", record: Record, fields: Record, *, quiet: bool = False
) -> Record:
    """Replace a customer as PUT does: what is left out becomes null."""
    whole: Record = {name: fields.get(name) for name in _settable()}
    whole["draft"] = fields.get("draft") or 0
    return edit_customer(shop, record, whole, quiet=quiet)


def edit_customer(shop: "Shop", record: Record, fields: Record, *, quiet: bool = False) -> Record:
    """Change only the given fields, as staff do in the app."""
    store = shop.store
    _check(store, record | fields, current=record)
    _write(store, record, fields)
    record["updated_at"] = store.now()
    shop.emit("customer.updated", customer_view(store, record), quiet=quiet)
    return record


def delete_customer(shop: "Shop", record: Record, *, quiet: bool = False) -> Record:
    """Delete a customer softly."""
    now = shop.store.now()
    record.update({"deleted": 1, "deleted_at": now, "updated_at": now})
    shop.emit("customer.deleted", customer_view(shop.store, record), quiet=quiet)
    return record


def customer_view(store: Store, record: Record) -> Record:
    """Return a customer as the API shows it."""
    view = {**record, "tags": [dict(tag) for tag in record["tags"] or []]}
    view["phone_e164"] = _e164(record["phone"])
    view["store"] = {"id": store.id, "title": store.title}
    return view


def _settable() -> tuple[str, ...]:
    return tuple(name for name in writable("Customer") if name not in SERVER_SIDE)


def _write(store: Store, record: Record, fields: Record) -> None:
    for name in _settable():
        if name in fields:
            record[name] = fields[name]
    record["tags"] = customer_tags(store, record["tags"])
    if record["balance"] is not None:
        record["balance"] = money(record["balance"])


def _e164(phone: str | None) -> str | None:
    if not phone:
        return None
    digits = re.sub(r"[^\d+]", "", phone)
    return digits if digits.startswith("+") else f"+45{digits}"


def _check(store: Store, fields: Record, *, current: Record | None) -> None:
    errors = {}
    if fields.get("email") and not EMAIL.fullmatch(fields["email"]):
        errors["content.email"] = "The content.email must be a valid email address."
    if _number_taken(store, fields.get("customerno"), current=current):
        errors["content.customerno"] = "The content.customerno has already been taken."
    if errors:
        raise form(errors)
    danish = (fields.get("addr_country") or "dk").lower() == "dk"
    if fields.get("vat") and danish and not DANISH_CVR.fullmatch(fields["vat"]):
        raise business(
            "The VAT number is not correct.", "CUSTOMER_VAT_INCORRECT", store_id=store.id
        )


def _number_taken(store: Store, number: str | None, *, current: Record | None) -> bool:
    if not number or store.switches.get("c1st.duplicate_customerno") == "yes":
        return False
    return any(
        other is not current and other["customerno"] == number and other["deleted_at"] is None
        for other in store.customers.values()
    )
