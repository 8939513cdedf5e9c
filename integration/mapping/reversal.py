"""Undoing a posting: the same lines with the opposite sign, under a key that names the first (accounting.md section 9)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

TEXT_LENGTH = 50
SUFFIX = ":reversal"


def reversal_key(key: str) -> str:
    """Return the key of the reversal of what carries `key`."""
    return f"{key}{SUFFIX}"


def opposite_lines(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return journal lines (facts of a document) that undo these: opposite sign, and a text that says so."""
    return [
        {
            **line,
            "credit": str(-Decimal(line["credit"])),
            "text": f"Tilbageført {line['text']}"[:TEXT_LENGTH],
        }
        for line in lines
    ]


def opposite_rows(rows: Sequence[Mapping[str, Any]], *, order_number: int) -> list[dict[str, Any]]:
    """Return order lines for another order that undo these: the same items and prices, opposite quantities.

    Amounts of kept rows are text; they are numbers again here.
    """
    return [
        {
            **row,
            "OrderNumber": order_number,
            "Qty": -Decimal(str(row["Qty"])),
            "Price": Decimal(str(row["Price"])),
        }
        for row in rows
    ]
