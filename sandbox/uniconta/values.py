"""JSON values in and out: what a client sends becomes a column's value, a row becomes what a client reads.

Inside, text is str or None, numbers are Decimal, instants are naive local datetimes, labels are enumerator names.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.switches import Switches
from sandbox.uniconta import labels
from sandbox.uniconta.columns import Column
from sandbox.uniconta.errors import BadField

NO_DATE = datetime(1, 1, 1)  # noqa: DTZ001 - the vendor's empty date, local by contract [A69]
CENT = Decimal("0.01")
COUNTRIES = {0: "Unknown", 57: "Denmark", 79: "Germany", 168: "Norway", 212: "Sweden"}
EMPTY: Mapping[str, Any] = {
    "text": None,
    "number": Decimal(0),
    "integer": 0,
    "flag": False,
    "instant": NO_DATE,
    "country": 0,
    "label": None,
}


def to_money(value: Decimal) -> Decimal:
    """Round to the øre, half up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def read_value(column: Column, value: Any, *, switches: Switches) -> Any:
    """Return what a client sent as the column's value; raises BadField."""
    if value is None:
        return EMPTY[column.kind]
    try:
        if column.kind == "label":
            form = labels.form_of(column.enumeration, switches=switches)
            return labels.read(column.enumeration, value, form=form)
        if column.kind == "text":
            return _read_text(column, value, switches=switches)
        return _READERS[column.kind](value)
    except (ValueError, InvalidOperation) as error:
        raise BadField(
            column.name, f"The value '{value}' is not valid for {column.name}."
        ) from error


def show_value(column: Column, value: Any, *, switches: Switches) -> Any:
    """Return a column's value as JSON."""
    if column.kind == "label":
        form = labels.form_of(column.enumeration, switches=switches)
        return labels.show(column.enumeration, value, form=form)
    if column.kind == "instant":
        return show_instant(value or NO_DATE, switches=switches)
    if column.kind == "country" and switches.get("uni.country") == "name":
        return COUNTRIES.get(value, str(value))
    return value


def show_instant(value: datetime, *, switches: Switches) -> str:
    """Return a local instant as the company writes it [A69]."""
    suffix = "Z" if switches.get("uni.date_out") == "z_suffix" else ""
    return value.isoformat(timespec="seconds") + suffix


def read_instant(value: Any) -> datetime:
    """Return an instant a client sent, local; raises ValueError."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    return datetime.fromisoformat(str(value)).replace(tzinfo=None, microsecond=0)


def read_decimal(value: Any) -> Decimal:
    """Return a number a client sent; raises ValueError for anything that is none."""
    if isinstance(value, bool):
        raise ValueError("a flag is no number")  # noqa: TRY004 - one error for every bad value
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def read_whole(value: Any, *, name: str) -> int:
    """Return a whole number a client sent as `name`; raises BadField."""
    try:
        return _read_integer(value)
    except (ValueError, InvalidOperation) as error:
        raise BadField(name, f"The value '{value}' is not valid for {name}.") from error


def _read_integer(value: Any) -> int:
    number = read_decimal(value)
    if number != number.to_integral_value():
        raise ValueError("not whole")
    return int(number)


def _read_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in words:
        raise ValueError("no flag")
    return words[str(value).lower()]


def _read_country(value: Any) -> int:
    for number, name in COUNTRIES.items():
        if value == name:
            return number
    number = _read_integer(value)
    if not 0 <= number <= 248:
        raise ValueError("no country")
    return number


def _read_text(column: Column, value: Any, *, switches: Switches) -> str | None:
    """Return a text that fits; a longer one is refused or cut [A74]."""
    if isinstance(value, dict | list):
        raise ValueError("no text")  # noqa: TRY004 - one error for every bad value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if column.length is not None and len(text) > column.length:
        if switches.get("uni.too_long") != "cut":
            raise BadField(
                column.name,
                f"The field {column.name} must be a string with a maximum length of {column.length}.",
            )
        text = text[: column.length]
    return text or None


_READERS: Mapping[str, Any] = {
    "number": read_decimal,
    "integer": _read_integer,
    "flag": _read_flag,
    "instant": read_instant,
    "country": _read_country,
}
