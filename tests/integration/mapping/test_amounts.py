"""Amounts as people read them."""

from decimal import Decimal

import pytest

from integration.mapping.amounts import kroner, to_oere


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0", "0.00"),
        ("125", "125.00"),
        ("1090.0", "1090.00"),
        ("-5.5", "-5.50"),
        ("1E+3", "1000.00"),
        ("199.950", "199.95"),
        ("0.005", "0.005"),
        ("124.9960", "124.996"),  # or it would look like the 125.00 that it is not
    ],
)
def test_an_amount_has_two_decimals_and_hides_nothing(amount: str, told: str) -> None:
    assert kroner(Decimal(amount)) == told


def test_half_an_oere_is_rounded_up() -> None:
    assert (to_oere(Decimal("0.125")), to_oere(Decimal("-0.125"))) == (
        Decimal("0.13"),
        Decimal("-0.13"),
    )
