"""Amounts in kroner: how they are rounded, and how people read them."""

from decimal import ROUND_HALF_UP, Decimal

OERE = Decimal("0.01")


def to_oere(amount: Decimal) -> Decimal:
    """Round an amount in kroner to the øre, half up (Danish VAT rule)."""
    return amount.quantize(OERE, rounding=ROUND_HALF_UP)


def kroner(amount: Decimal) -> str:
    """Return an amount as people read it: with two decimals, and more only where it has parts of an øre."""
    rounded = to_oere(amount)
    return f"{rounded:.2f}" if rounded == amount else f"{amount.normalize():f}"
