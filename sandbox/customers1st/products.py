"""The catalogue: creating, replacing, patching and deleting products."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.customers1st.models import Record
from sandbox.customers1st.refusals import business
from sandbox.customers1st.schema import read_only, writable
from sandbox.customers1st.store import Store
from sandbox.customers1st.tags import product_tags
from sandbox.customers1st.values import money, net_of

if TYPE_CHECKING:
    from sandbox.customers1st.shop import Shop

READ_ONLY = read_only("Product")
#: Set by the server although the schema does not mark them read-only.
SERVER_SIDE = frozenset({"updated_at", "deleted_at"})
DEFAULTS: Record = {"vatmode": "normal", "availabletoorder": 1, "syncproductdatawebshop": True}
NEW_NUMBER_LENGTH = 25
STANDARD_VAT = Decimal(25)
VAT_TYPES: dict[int, Record] = {
    1: {"id": 1, "name": "25%", "rate": 25, "revenue_account_no": "1010", "vat_account_no": "6510"},
    2: {"id": 2, "name": "0%", "rate": 0, "revenue_account_no": "1050", "vat_account_no": None},
}
COUNTERS: Record = {
    "reservedstock": 0,
    "totalstock": None,
    "totalavailablestock": None,
    "tobeordered": 0,
    "onshoppinglist": 0,
    "ordered": 0,
    "needsordering": 0,
}


def create_product(
    shop: "Shop", fields: Record, *, quiet: bool = False, metadata: Any = None, **own: Any
) -> Record:
    """Create a product; `own` sets server-side fields such as `id` (seed data only)."""
    store = shop.store
    _check(store, fields, current=None)
    now = store.now()
    record = _blank() | {"id": own.get("id") or store.numbers.next("product")}
    _write(store, record, fields)
    record.update({"created": now, "updated_at": now, "storeid": store.id} | own)
    store.products[record["id"]] = record
    shop.emit("product.created", product_view(store, record), quiet=quiet, metadata=metadata)
    return record


def replace_product(
    shop: "Shop", record: Record, fields: Record, *, quiet: bool = False, metadata: Any = None
) -> Record:
    """Replace a product as PUT does: what is left out becomes null."""
    whole = {name: fields.get(name, DEFAULTS.get(name)) for name in _settable()}
    if "discountprice" not in fields:
        whole["discountprice"] = record["discountprice"]
    return _change(shop, record, whole, quiet=quiet, metadata=metadata)


def patch_product(
    shop: "Shop", record: Record, fields: Record, *, quiet: bool = False, metadata: Any = None
) -> Record:
    """Change only the given fields, as PATCH does (switch `c1st.patch_arrays`)."""
    given = {name: value for name, value in fields.items() if name in _settable()}
    if shop.store.switches.get("c1st.patch_arrays") == "merge":
        given = {name: _merged(record.get(name), value) for name, value in given.items()}
    return _change(shop, record, given, quiet=quiet, metadata=metadata)


def delete_product(shop: "Shop", record: Record, *, quiet: bool = False) -> Record:
    """Delete a product softly."""
    now = shop.store.now()
    record.update({"deleted_at": now, "updated_at": now})
    shop.emit("product.deleted", product_view(shop.store, record), quiet=quiet)
    return record


def move_stock(shop: "Shop", record: Record, change: Decimal) -> None:
    """Change the stock of a product whose stock is kept."""
    if record["stockno"] is None or not change:
        return
    record["stockno"] += int(change)
    record["updated_at"] = shop.store.now()
    shop.emit("inventorylevel.updated", _stock_view(record))


def product_view(store: Store, record: Record, *, discount_price: bool = False) -> Record:
    """Return a product as the API shows it."""
    rate = vat_rate(record)
    view = {**record, "tags": [dict(tag) for tag in record["tags"] or []]}
    view["suppliers"] = list(record["suppliers"] or [])
    view["vat_type"] = VAT_TYPES.get(record["vat_type_id"] or 0)
    if record["price"] is not None:
        gross = gross_price(store, record)
        view["pricewithoutvat"] = net_of(gross, rate)
        view["calculcatedvat"] = gross - view["pricewithoutvat"]
    if not discount_price:
        view["discountprice"] = None
    return view


def vat_rate(record: Record) -> Decimal:
    """Return the VAT percent of a product; null means the shop's standard rate."""
    if record["vat_type_id"] is not None:
        return Decimal(VAT_TYPES[record["vat_type_id"]]["rate"])
    return STANDARD_VAT if record["vat"] is None else Decimal(record["vat"])


def gross_price(store: Store, record: Record) -> Decimal:
    """Return a product's price with VAT, whatever `prices_include_vat` says."""
    price = money(record["price"] or 0)
    if store.prices_include_vat:
        return price
    return money(price * (100 + vat_rate(record)) / 100)


def live_products(store: Store) -> Iterable[Record]:
    """Return the products that are not deleted."""
    return (record for record in store.products.values() if record["deleted_at"] is None)


def _settable() -> tuple[str, ...]:
    return tuple(name for name in writable("Product") if name not in SERVER_SIDE)


def _blank() -> Record:
    blank: Record = dict.fromkeys((*writable("Product"), *READ_ONLY - {"vat_type"}))
    for name in ("id", "previousstockno", "stocknochangetype", "suppliername", "lastordered"):
        blank.pop(name, None)
    return blank | DEFAULTS | COUNTERS | {"vat_type": None}


def _write(store: Store, record: Record, fields: Record) -> None:
    for name in _settable():
        if name in fields:
            record[name] = fields[name]
    record["tags"] = product_tags(store, record["tags"])
    for name in ("price", "costprice", "discountprice"):
        if record[name] is not None:
            record[name] = money(record[name])


def _change(shop: "Shop", record: Record, fields: Record, *, quiet: bool, metadata: Any) -> Record:
    store = shop.store
    _check(store, record | fields, current=record)
    stock = record["stockno"]
    _write(store, record, fields)
    record["updated_at"] = store.now()
    shop.emit("product.updated", product_view(store, record), quiet=quiet, metadata=metadata)
    if record["stockno"] != stock:
        silent = quiet and store.switches.get("c1st.suppress") == "full"
        shop.emit("inventorylevel.updated", _stock_view(record), quiet=silent)
    return record


def _stock_view(record: Record) -> Record:
    return {
        "id": record["id"],
        "productid": record["id"],
        "stockno": record["stockno"],
        "updated_at": record["updated_at"],
    }


def _check(store: Store, fields: Record, *, current: Record | None) -> None:
    if not fields.get("title"):
        raise business("The title is invalid.", "PRODUCT_TITLE_INVALID", store_id=store.id)
    number = fields.get("productno")
    renamed = current is None or current["productno"] != number
    if not number or (renamed and len(number) > NEW_NUMBER_LENGTH):
        raise business(
            "The product number is invalid.", "PRODUCT_PRODUCTNO_INVALID", store_id=store.id
        )
    if (fields.get("vat_type_id") or 1) not in VAT_TYPES:
        raise business("There is no such VAT type.", "BAD_REQUEST", store_id=store.id)
    _check_unique(store, fields, current=current)


def _check_unique(store: Store, fields: Record, *, current: Record | None) -> None:
    numbered = "serieno" if fields.get("serieno") else "productno"
    codes = {numbered: f"PRODUCT_{numbered.upper()}_EXISTS", "barcode": "PRODUCT_BARCODE_EXISTS"}
    names = {"productno": "product number", "serieno": "serial number", "barcode": "barcode"}
    for field, code in codes.items():
        value = fields.get(field)
        if value and any(
            other is not current and other[field] == value and _same_kind(other, numbered, field)
            for other in live_products(store)
        ):
            message = f"A product with this {names[field]} already exists."
            raise business(message, code, store_id=store.id)


def _same_kind(other: Record, numbered: str, field: str) -> bool:
    return field != "productno" or numbered != "productno" or not other["serieno"]


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, list) or not isinstance(new, list):
        return new
    titles = [item.get("title") for item in old]
    return [*old, *[item for item in new if item.get("title") not in titles]]
