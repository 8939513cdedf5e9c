"""How Uniconta writes values (contracts/uniconta.md section 6); every reader is tolerant and never raises."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]
LONGEST_NUMBER = 30  # digits; a longer one is no key
_DAY_RANGE = re.compile(r"(\d{2}-\d{2}-\d{4})?\.\.(\d{2}-\d{2}-\d{4})?")


def text_of(value: Any) -> str:
    """Return a key or text as text; whole numbers without a point, flags in small letters, absent as empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < LONGEST_NUMBER:
        return str(int(value)) if value == value.to_integral_value() else str(value)
    return str(value).strip()


def amount_of(value: Any) -> Decimal:
    """Return a JSON number as Decimal; absent or unreadable is 0."""
    try:
        amount = Decimal(text_of(value) or "0")
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def number_of(value: Any) -> int:
    """Return a number or its text as int; absent or unreadable is 0, which Uniconta never gives."""
    text = text_of(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else 0


def document_number_of(value: Any) -> str:
    """Return the number of an invoice or order as text; 0 is Uniconta's word for none and becomes empty."""
    text = text_of(value)
    return "" if text == "0" else text


def flag_of(value: Any) -> bool:
    """Return true/false, 1/0 or their texts as bool; absent is false."""
    return text_of(value).lower() not in {"", "0", "false"}


def moment_of(value: Any) -> datetime | None:
    """Return a local time as it stands, with or without Z; the empty date of year 1 is None [A69]."""
    try:
        moment = datetime.fromisoformat(text_of(value))
    except ValueError:
        return None
    return None if moment.year == 1 else moment.replace(tzinfo=None)


def day_of(value: Any) -> date | None:
    """Return the day of a local time; the empty date of year 1 is None."""
    moment = moment_of(value)
    return None if moment is None else moment.date()


def day_text(day: date) -> str:
    """Return a day as the vendor writes it: local, without offset [A69]."""
    return f"{day:%Y-%m-%d}T00:00:00"


def filled(**members: Any) -> dict[str, Any]:
    """Return a row without what is empty: a missing member means unchanged [A61]."""
    return {name: value for name, value in members.items() if value is not None and value != ""}


def has_meaning(value: str) -> bool:
    """Tell whether a filter would read something else than this very text in a value [A66]."""
    return any(mark in value for mark in ("*", ";", ".."))


def is_day_range(value: str) -> bool:
    """Tell whether a value is a range of days, `dd-MM-yyyy..dd-MM-yyyy`, open at either end."""
    return value != ".." and _DAY_RANGE.fullmatch(value) is not None


def matches(row: Row, wanted: Mapping[str, str]) -> bool:
    """Tell whether a row is what was asked for: texts equal, days inside their range [A66].

    A range cannot be held against a row that does not show the member [A60].
    """
    return all(_fits(row.get(name), value) for name, value in wanted.items())


def _fits(value: Any, wanted: str) -> bool:
    if not is_day_range(wanted):
        return text_of(value) == text_of(wanted)
    day = day_of(value)
    first, _, last = wanted.partition("..")
    if day is None:
        return value is None
    return (not first or _day(first) <= day) and (not last or day <= _day(last))


def _day(text: str) -> date:
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))
