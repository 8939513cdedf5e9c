"""How Customers 1st writes values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]


def money(value: Any) -> Decimal:
    """Return a JSON number (or numeric text) as Decimal; absent is 0."""
    return optional_money(value) or Decimal(0)


def optional_money(value: Any) -> Decimal | None:
    """Return a JSON number (or numeric text) as Decimal, absent as None; raises ValueError."""
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no amount.") from error
    if not amount.is_finite():
        raise ValueError(f"{value!r} is no amount.")
    return amount


def parse_time(value: Any) -> datetime:
    """Read `YYYY-MM-DD HH:MM:SS` (or with T) as a naive instant; one with an offset or Z becomes UTC [A1]."""
    moment = datetime.fromisoformat(str(value).strip().replace(" ", "T", 1))
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def optional_time(value: Any) -> datetime | None:
    """Read a naive instant; absent and the empty date of year 0 are None."""
    text = "" if value is None else str(value).strip()
    return None if not text or text.startswith("0000") else parse_time(text)


def text_of(value: Any) -> str:
    """Return a text without outer blanks; absent is empty."""
    return "" if value is None else str(value).strip()


def number_of(value: Any) -> int | None:
    """Return a whole number, absent as None; raises ValueError."""
    return None if value is None or value == "" else int(value)


def flag_of(value: Any) -> bool:
    """Read 0/1, true/false or their texts; absent is false."""
    return text_of(value).lower() not in {"", "0", "false"}
