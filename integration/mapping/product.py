"""A product of the till and an item of Uniconta, member by member (DESIGN 6.1 "Master-data fields").

Prices cross the VAT line: both sides are read as net amounts rounded to the øre, so gross 199.97 and net 159.98 are
equal. Only a net amount that really changed is written, as gross where the till's prices carry VAT.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from integration.customers1st.master_data import Product
from integration.customers1st.values import optional_money
from integration.errors import Hold
from integration.mapping.amounts import to_oere
from integration.mapping.fields import (
    Field,
    Form,
    Side,
    Values,
    amount_text,
    clean,
    code,
)
from integration.mapping.pair import EntityMapping, Plan, Raw, Record, plan_new
from integration.mapping.rules import Rules
from integration.uniconta.values import amount_of, text_of

PRODUCT = "product"
ITEM_LENGTH = 40  # contracts/uniconta.md, InvItemClient
PRODUCT_NUMBER_LENGTH = 25  # of a new product (contracts/customers1st.md 7.1)
VARIANT_LENGTH = 255
STANDARD_RATE = Decimal(25)
KRONER = "DKK"
BOTH = frozenset(Side)

FIELDS = (
    Field(name="title", uniconta="Name", length=255, required=BOTH),
    Field(name="barcode", uniconta="EAN", length=20, form=Form.CODE, compare=code),
    Field(
        name="price",
        uniconta="SalesPrice1",
        length=0,
        form=Form.AMOUNT,
        clears=False,
        note="net, to the øre; with VAT in Customers 1st where `prices_include_vat` says so; kroner only",
    ),
    Field(
        name="costprice",
        uniconta="CostPrice",
        length=0,
        form=Form.AMOUNT,
        clears=False,
        note="without VAT, to the øre",
    ),
)
VARIANT_FIELDS = (
    "styleno",
    "size",
    "color",
    "customfield1",
    "customfield2",
    "customfield3",
    "customfield4",
    "alternativebarcode",
)


def fields_of(rules: Rules) -> tuple[Field, ...]:
    """Return the mapped fields of a tenant: the fixed ones and its variant fields (point 8)."""
    variants = {source: target for target, source in reversed(list(rules.variant_fields.items()))}
    return (
        *FIELDS,
        *(
            Field(name=name, uniconta=variants[name], length=VARIANT_LENGTH)
            for name in VARIANT_FIELDS
            if name in variants
        ),
    )


def mapping_of(rules: Rules, *, prices_include_vat: bool) -> EntityMapping:
    """Return how products and items of a tenant are read."""
    fields = fields_of(rules)
    return EntityMapping(
        entity=PRODUCT,
        fields=fields,
        customers1st_values=lambda raw: product_values(
            raw, fields=fields, prices_include_vat=prices_include_vat
        ),
        uniconta_values=lambda row: item_values(row, fields=fields),
    )


def product_values(raw: Raw, *, fields: tuple[Field, ...], prices_include_vat: bool) -> Values:
    """Return the mapped values of a product; a key that is not there is not told."""
    values = {
        each.name: "" if raw[each.name] is None else str(raw[each.name])
        for each in fields
        if each.form is not Form.AMOUNT and each.name in raw
    }
    if "price" in raw or "pricewithoutvat" in raw:
        values["price"] = amount_text(net_price(raw, prices_include_vat=prices_include_vat))
    if "costprice" in raw:
        values["costprice"] = amount_text(optional_money(raw["costprice"]))
    return values


def item_values(row: Raw, *, fields: tuple[Field, ...]) -> Values:
    """Return the mapped values of an item; a member that is left out is empty [A61].

    The user fields are told together or not at all: a row read without them says nothing about them [A72].
    """
    tells_variants = any(each.uniconta in row for each in fields if each.name in VARIANT_FIELDS)
    values = {}
    for each in fields:
        if each.form is Form.AMOUNT:
            amount = amount_of(row.get(each.uniconta))
            if amount >= 0 and not (each.name == "price" and _is_foreign(row)):
                values[each.name] = amount_text(amount)
        elif tells_variants or each.name not in VARIANT_FIELDS:
            values[each.name] = text_of(row.get(each.uniconta))
    return values


def net_price(raw: Raw, *, prices_include_vat: bool) -> Decimal | None:
    """Return a product's price without VAT as the vendor gives it, else worked out; None when it has no price."""
    net, price = optional_money(raw.get("pricewithoutvat")), optional_money(raw.get("price"))
    if price is None and "price" in raw:
        return None
    if net is not None or price is None or not prices_include_vat:
        return net if net is not None else price
    return price * 100 / (100 + rate_of(raw))


def rate_of(raw: Raw, *, default: Decimal = STANDARD_RATE) -> Decimal:
    """Return a product's VAT percent: its VAT type's, its own, that of its prices, else the default."""
    vat_type = raw.get("vat_type")
    shown = vat_type.get("rate") if isinstance(vat_type, Mapping) else raw.get("vat")
    rate = optional_money(shown)
    if rate is not None:
        return rate
    net, price = optional_money(raw.get("pricewithoutvat")), optional_money(raw.get("price"))
    if net and price and raw.get("calculcatedvat") is not None:
        vat = optional_money(raw["calculcatedvat"]) or Decimal(0)
        fitting = [
            each
            for each in (default, STANDARD_RATE, Decimal(0))
            if to_oere(net * each / 100) == to_oere(vat)
        ]
        return fitting[0] if fitting else default
    return default


def item_members(values: Values, *, fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return the members to write on an item."""
    return {
        each.uniconta: Decimal(values[each.name]) if each.form is Form.AMOUNT else values[each.name]
        for each in fields
        if each.name in values
    }


def product_members(values: Values, *, rate: Decimal, prices_include_vat: bool) -> dict[str, Any]:
    """Return the keys to write on a product; empty becomes null. `rate` is the product's VAT percent."""
    members: dict[str, Any] = {name: value or None for name, value in values.items()}
    if members.get("price"):
        net = Decimal(members["price"])
        members["price"] = to_oere(net * (100 + rate) / 100) if prices_include_vat else net
    if members.get("costprice"):
        members["costprice"] = Decimal(members["costprice"])
    return members


def item_number(product: Product) -> str:
    """Return the item number of a product; Hold when it has none or one that Uniconta cannot hold."""
    if not product.product_no:
        raise Hold(
            f"{product.label} has no product number.",
            "Give it a product number in Customers 1st.",
            mended_by="customers1st",
        )
    if len(product.product_no) > ITEM_LENGTH or clean(product.product_no) != product.product_no:
        raise Hold(
            f"{product.label}: the product number “{product.product_no}” does not fit a Uniconta item "
            f"(at most {ITEM_LENGTH} characters on one line).",
            "Shorten the product number in Customers 1st.",
            mended_by="customers1st",
        )
    return product.product_no


def product_number(item: str) -> str:
    """Return the product number of an item; Hold when Customers 1st would refuse it on a new product."""
    if len(item) > PRODUCT_NUMBER_LENGTH:
        raise Hold(
            f"Item {item}: a new product's number has at most {PRODUCT_NUMBER_LENGTH} characters in Customers 1st.",
            "Give the item a shorter number in Uniconta, or link it to a product by hand.",
            mended_by="uniconta",
            evidence={"field": "productno", "value": item},
        )
    return item


def new_item(product: Product, *, rules: Rules, prices_include_vat: bool = True) -> dict[str, Any]:
    """Return the row of a new Uniconta item with the group of point 3; keys are never cut, texts are."""
    if not rules.default_item_group:
        raise Hold(
            "No item group for new items is set.",
            "Fill in point 3 of the setup (item group).",
            mended_by="setup",
        )
    fields = fields_of(rules)
    values = product_values(product.raw, fields=fields, prices_include_vat=prices_include_vat)
    titled = {**values, "title": values.get("title") or product.title or item_number(product)}
    plan = plan_new(fields, Record(values=titled), onto=Side.UNICONTA, name=product.label)
    row = {"Item": item_number(product), "Group": rules.default_item_group}
    members = item_members(plan.to_uniconta, fields=fields)
    return {**row, **members, **({"Currency1": KRONER} if "SalesPrice1" in members else {})}


def new_product(
    row: Raw, *, rules: Rules, rate: Decimal, prices_include_vat: bool
) -> tuple[dict[str, Any], Plan]:
    """Return the content of a new product and the plan it comes from; `rate` is that of the item's group in percent."""
    item, fields = text_of(row.get("Item")), fields_of(rules)
    values = item_values(row, fields=fields)
    titled = {**values, "title": values.get("title") or item}
    plan = plan_new(fields, Record(values=titled), onto=Side.CUSTOMERS1ST, name=f"Item {item}")
    members = product_members(
        plan.to_customers1st, rate=rate, prices_include_vat=prices_include_vat
    )
    vat = {} if rate == STANDARD_RATE else {"vat": rate}
    return {"productno": product_number(item), **members, **vat}, plan


def setup_items(rules: Rules) -> frozenset[str]:
    """Return the items that the setup names: they are ours and stay in Uniconta."""
    cards = (rules.gift_card, rules.voucher, rules.deposit)
    named = {*rules.discount_items.values(), *rules.misc_items.values()}
    return frozenset(named | {card.item for card in cards if card is not None})


def _is_foreign(row: Raw) -> bool:
    return text_of(row.get("Currency1")) not in ("", KRONER)
