"""A product of the till as a Uniconta item (only what a sale needs; two-way sync is its own flow)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from integration.customers1st.payloads import Product
from integration.errors import Hold
from integration.mapping.rules import Rules

ITEM_LENGTH, NAME_LENGTH, EAN_LENGTH = 40, 1000, 20  # contracts/uniconta.md, InvItemClient
OERE = Decimal("0.01")


def item_number(product: Product) -> str:
    """Return the item number of a product; Hold when it has none or one that Uniconta cannot hold."""
    if not product.product_no:
        raise Hold(
            f"Product {product.id} “{product.title}” has no product number.",
            "Give it a product number in Customers 1st.",
            mended_by="customers1st",
        )
    if len(product.product_no) > ITEM_LENGTH:
        raise Hold(
            f"Product number “{product.product_no}” is longer than the {ITEM_LENGTH} characters of a Uniconta item.",
            "Shorten the product number in Customers 1st.",
            mended_by="customers1st",
        )
    return product.product_no


def product_to_item(product: Product, *, rules: Rules) -> dict[str, Any]:
    """Return the row of a new Uniconta item; keys are never cut, texts are."""
    if not rules.default_item_group:
        raise Hold(
            "No item group for new items is set.",
            "Fill in point 3 of the setup (item group).",
            mended_by="setup",
        )
    row: dict[str, Any] = {
        "Item": item_number(product),
        "Name": (product.title or item_number(product))[:NAME_LENGTH],
        "Group": rules.default_item_group,
    }
    if product.barcode and len(product.barcode) <= EAN_LENGTH:
        row["EAN"] = product.barcode
    if product.price_without_vat is not None:
        row["SalesPrice1"] = to_oere(product.price_without_vat)
    if product.cost_price is not None:
        row["CostPrice"] = product.cost_price
    return {**row, **variant_values(product.raw, rules.variant_fields)}


def variant_values(raw: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """Return the user fields of an item from the Customers 1st fields they are mapped to."""
    return {target: str(raw[source]) for target, source in fields.items() if raw.get(source)}


def to_oere(amount: Decimal) -> Decimal:
    """Round an amount in kroner to the øre, half up (Danish VAT rule)."""
    return amount.quantize(OERE, rounding=ROUND_HALF_UP)
