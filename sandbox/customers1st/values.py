"""Money, VAT and times, as the till works them out and the API writes them."""

from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
NAIVE = "%Y-%m-%d %H:%M:%S"

Amount = Decimal | int | str


def money(value: Amount) -> Decimal:
    """Return kroner with two decimals; half an øre is rounded away from zero."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def vat_part(gross: Decimal, rate: Decimal) -> Decimal:
    """Return the VAT inside a gross amount, unrounded."""
    return gross * rate / (100 + rate)


def net_of(gross: Decimal, rate: Decimal) -> Decimal:
    """Return a gross amount without its VAT, rounded to the øre."""
    return gross - money(vat_part(gross, rate))


def cash_rounded(amount: Decimal, *, tie: str) -> Decimal:
    """Return an amount as it can be paid with coins: the nearest 0.50 (switch `c1st.tie`)."""
    rounding = ROUND_HALF_UP if tie == "up" else ROUND_HALF_DOWN
    return (amount * 2).quantize(Decimal(1), rounding) / 2 + ZERO


def plain_number(value: Decimal) -> Decimal | int:
    """Return a whole number as int, as quantities and percents appear in the API."""
    return int(value) if value == value.to_integral_value() else value


def to_second(instant: datetime) -> datetime:
    """Return the instant in UTC without fractions, as the API stores it."""
    return instant.astimezone(UTC).replace(microsecond=0)


def shown(value: Any, zone: tzinfo) -> Any:
    """Return a record as the API writes it: every instant as naive text in that zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime(NAIVE)
    if isinstance(value, dict):
        return {key: shown(item, zone) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item, zone) for item in value]
    return value


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """Return the instant of a naive (or offset-carrying) text; ValueError if it is none."""
    instant = datetime.fromisoformat(text.strip())
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=zone)
    return instant.astimezone(UTC)
