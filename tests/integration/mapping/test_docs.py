"""docs/mapping.md says what the code does, field by field."""

import re
from pathlib import Path

from integration.mapping import customer, product
from integration.mapping.fields import Field, Form, Side
from settings_app.models.mapping import VariantField

PAGE = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
TITLES = {Side.CUSTOMERS1ST: "Customers 1st", Side.UNICONTA: "Uniconta"}


def row_of(field: Field) -> str:
    """Return a field's row as it has to stand on the page."""
    length = "øre" if field.form is Form.AMOUNT else str(field.length)
    notes = [
        "never cut" if field.form is Form.CODE else "",
        f"a record without it is held ({', '.join(TITLES[s] for s in Side if s in field.required)})"
        if field.required
        else "",
        field.note,
    ]
    note = "; ".join(note for note in notes if note)
    return f"| `{field.name}` | `{field.uniconta}` | {length} | {note} |".replace("|  |", "| |")


def section(title: str) -> list[str]:
    """Return the rows of the table under a title."""
    text = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    return [line for line in text.splitlines() if re.match(r"\| `", line)]


def test_every_field_of_customers_stands_on_the_page_as_it_is() -> None:
    key, *rows = section("Customer and debtor")

    assert key.startswith(f"| `customerno` | `Account` | {customer.ACCOUNT_LENGTH} |")
    assert rows == [row_of(field) for field in customer.FIELDS]


def test_every_field_of_products_stands_on_the_page_as_it_is() -> None:
    key, *rows, variants = section("Product and item")

    assert key == (
        f"| `productno` | `Item` | {product.ITEM_LENGTH} | "
        f"key; {product.PRODUCT_NUMBER_LENGTH} on a new product |"
    )
    assert rows == [row_of(field) for field in product.FIELDS]
    names = ", ".join(f"`{name}`" for name in product.VARIANT_FIELDS)
    assert variants.startswith(
        f"| {names} | the user field of point 8 | {product.VARIANT_LENGTH} |"
    )


def test_the_variant_fields_are_those_that_can_be_chosen() -> None:
    field = VariantField._meta.get_field("customers1st_field")

    assert {choice for choice, _ in field.choices or []} == set(product.VARIANT_FIELDS)
