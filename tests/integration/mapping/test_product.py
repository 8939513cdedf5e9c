"""A product of the till as a new Uniconta item."""

from decimal import Decimal
from typing import Any

import pytest

from integration.customers1st.master_data import Product, parse_product
from integration.errors import Hold
from integration.mapping.product import fields_of, item_values, new_item
from integration.mapping.rules import Rules

RULES = Rules(default_item_group="1", variant_fields={"xSize": "size", "xColor": "color"})


def product(**values: Any) -> Product:
    return parse_product({"id": 1001, "title": "Cykellygte", "productno": "NL-1001", **values})


def test_a_full_product_fills_the_item() -> None:
    row = new_item(
        product(
            barcode="5701234567890",
            pricewithoutvat=Decimal("159.976"),
            costprice=Decimal("80.00"),
            size="XL",
            color="",
        ),
        rules=RULES,
    )

    assert row == {
        "Item": "NL-1001",
        "Name": "Cykellygte",
        "Group": "1",
        "EAN": "5701234567890",
        "SalesPrice1": Decimal("159.98"),
        "Currency1": "DKK",
        "CostPrice": Decimal("80.00"),
        "xSize": "XL",
    }


def test_a_bare_product_gets_its_number_as_its_name() -> None:
    row = new_item(product(title="", barcode=""), rules=RULES)

    assert row == {"Item": "NL-1001", "Name": "NL-1001", "Group": "1"}


@pytest.mark.parametrize(
    ("values", "rules", "mended_by", "words"),
    [
        ({"productno": ""}, RULES, "customers1st", "has no product number"),
        ({"productno": "N" * 41}, RULES, "customers1st", "at most 40 characters"),
        ({"barcode": "1" * 21}, RULES, "", "longer than the 20 characters"),
        ({}, Rules(), "setup", "No item group for new items"),
    ],
)
def test_what_uniconta_could_not_hold_needs_a_person(
    values: dict[str, Any], rules: Rules, mended_by: str, words: str
) -> None:
    with pytest.raises(Hold) as held:
        new_item(product(**values), rules=rules)

    assert words in held.value.cause
    assert held.value.mended_by == mended_by
    assert held.value.cure


def test_a_row_that_was_read_without_user_fields_says_nothing_about_them() -> None:
    fields = fields_of(RULES)

    with_them = item_values({"Item": "NL-1", "xSize": "XL"}, fields=fields)
    without = item_values({"Item": "NL-1"}, fields=fields)

    assert (with_them["size"], with_them["color"]) == ("XL", "")
    assert not {"size", "color"} & without.keys()
