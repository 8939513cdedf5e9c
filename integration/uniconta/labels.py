"""Enumerations of Uniconta travel as display labels, in the language of the user [A62] [A63].

A company's form is told by a label it shows us; English is the default (the server user is set to English).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """How a company writes its enumerations."""

    ENGLISH = "english"
    DANISH = "danish"
    NUMBER = "number"


# enumeration -> our word -> (English, Danish, number)
LABELS: Mapping[str, Mapping[str, tuple[str, str, int]]] = {
    "AccountType": {"Ledger": ("Ledger", "Finans", 0), "Debtor": ("Debtor", "Debitor", 1)},
    "DCPostType": {"Payment": ("Payment", "Betaling", 2)},
    "SettleValue": {"Invoice": ("Invoice", "Faktura", 1)},
    "Storage": {"Register": ("Register", "Registrer", 1)},
    "ItemType": {"Item": ("Item", "Vare", 0), "Service": ("Service", "Service", 1)},
    "CostModel": {"FIFO": ("FIFO", "FIFO", 0)},
}


def detect_form(enumeration: str, seen: Any) -> Form | None:
    """Return the form that a value seen in the company's own rows is written in, None when it does not tell."""
    if isinstance(seen, bool) or seen in (None, ""):
        return None
    for english, danish, number in LABELS[enumeration].values():
        if str(seen) == str(number):
            return Form.NUMBER
        if english != danish and seen in (english, danish):
            return Form.ENGLISH if seen == english else Form.DANISH
    return None


def label(enumeration: str, word: str, form: Form) -> str | int:
    """Return our word as the company writes it."""
    english, danish, number = LABELS[enumeration][word]
    if form is Form.NUMBER:
        return number
    return danish if form is Form.DANISH else english
