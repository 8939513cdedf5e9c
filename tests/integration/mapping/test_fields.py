"""How values of both sides are compared, cut and refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.errors import Hold
from integration.mapping import customer, product
from integration.mapping.amounts import to_oere
from integration.mapping.fields import Field, Form, amount_text, clean

CUSTOMER = {each.name: each for each in customer.FIELDS}
PRODUCT = {each.name: each for each in product.FIELDS}


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("phone", "12345678", "+45 12 34 56 78"),
        ("phone", "0046701234567", "+46701234567"),
        ("email", "Anna@Hansen.dk", "anna@hansen.dk;regnskab@hansen.dk"),
        ("vat", "DK12345678", "12 34 56 78"),
        ("ean", "5790 0000 00012", "5790000000012"),
        ("name", "Åse  Holm\n", "Åse Holm"),
        ("city", "Nykøbing i Danmark og langt mere endnu", "Nykøbing i Danmark og langt me"),
        ("addr_country", "DK", "DK"),
    ],
)
def test_spellings_of_the_same_are_in_step(name: str, left: str, right: str) -> None:
    field = CUSTOMER[name]

    assert field.compared(left) == field.compared(right)
    assert field.digest(left) == field.digest(right)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("phone", "12345678", "12345679"),
        ("phone", "ring aften", ""),
        ("email", "a@b.dk", "b@b.dk"),
        ("name", "hansen", "Hansen"),
        ("vat", "DK1234567", "1234567"),
    ],
)
def test_what_a_person_meant_to_change_differs(name: str, left: str, right: str) -> None:
    assert CUSTOMER[name].compared(left) != CUSTOMER[name].compared(right)


def test_a_text_is_cut_and_an_identifier_needs_a_person() -> None:
    assert CUSTOMER["city"].fitted("x" * 31, of="Customer 1") == "x" * 30
    with pytest.raises(Hold, match="Customer 1: ean"):
        CUSTOMER["ean"].fitted("5" * 14, of="Customer 1")
    with pytest.raises(Hold, match="Product 2: barcode"):
        PRODUCT["barcode"].fitted("5" * 21, of="Product 2")


@given(st.text(max_size=300), st.integers(1, 100))
def test_a_cut_text_equals_its_full_text_when_it_comes_back(text: str, length: int) -> None:
    field = Field(name="name", uniconta="Name", length=length)

    written = field.fitted(text, of="it")

    assert len(written) <= length
    assert field.compared(written) == field.compared(text)
    assert field.fitted(written, of="it") == written


@given(st.text(max_size=60))
def test_a_cleaned_text_stays_as_it_is_and_holds_one_line(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean(text)
    assert "\x00" not in clean(text)


@given(st.decimals(0, 10**6, places=2), st.sampled_from([25, 0, 12, 6]))
def test_a_gross_price_never_travels_back_another(gross: Decimal, rate: int) -> None:
    raw = {"price": gross, "pricewithoutvat": to_oere(gross * 100 / (100 + rate)), "vat": rate}
    net = amount_text(product.net_price(raw, prices_include_vat=True))
    price = product.product_members({"price": net}, rate=Decimal(rate), prices_include_vat=True)

    again = product.net_price({**price, "vat": rate}, prices_include_vat=True)

    assert amount_text(again) == net


def test_the_example_of_the_design() -> None:
    till = product.net_price({"price": Decimal("199.97")}, prices_include_vat=True)

    assert amount_text(till) == "159.98"
    field = PRODUCT["price"]
    assert field.form is Form.AMOUNT
    assert field.compared(amount_text(till)) == field.compared("159.98")
    assert field.compared("") == field.compared("0.00")
