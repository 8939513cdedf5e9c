"""Enumerations of Uniconta travel as display labels, in the language of the user [A62] [A63].

A company's form is told by a label it shows us; English is the default (the server user is set to English).
The texts are the contract's best knowledge, not the vendor's word: the setup check proves them on the company.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Form(StrEnum):
    """How a company writes its enumerations."""

    ENGLISH = "english"
    DANISH = "danish"
    NAME = "name"
    NUMBER = "number"


class Words(NamedTuple):
    """One member of an enumeration in every form; the number travels as text."""

    english: str
    danish: str
    name: str
    number: str


# enumeration -> our word for the member -> its forms
LABELS: Mapping[str, Mapping[str, Words]] = {
    "AccountType": {
        "Ledger": Words("Ledger", "Finans", "Finans", "0"),
        "Debtor": Words("Debtor", "Debitor", "Debtor", "1"),
        "Creditor": Words("Creditor", "Kreditor", "Creditor", "2"),
    },
    "DCPostType": {
        "Invoice": Words("Invoice", "Faktura", "Invoice", "0"),
        "Creditnote": Words("Credit note", "Kreditnota", "Creditnote", "1"),
        "Payment": Words("Payment", "Betaling", "Payment", "2"),
    },
    "SettleValue": {
        "Voucher": Words("Voucher", "Bilag", "Voucher", "0"),
        "Invoice": Words("Invoice", "Faktura", "Invoice", "1"),
        "RowId": Words("RowId", "RowId", "RowId", "2"),
    },
    "Storage": {
        "Register": Words("Register", "Registrer", "Register", "1"),
        "Reserve": Words("Reserve", "Reserver", "Reserve", "2"),
    },
    "VatZone": {
        "Domestic": Words("Domestic", "Indenlandsk", "Domestic", "0"),
        "EUMember": Words("EU member", "EU-land", "EUMember", "1"),
        "Foreign": Words("Abroad", "Udland", "Foreign", "2"),
    },
    "ItemType": {
        "Item": Words("Item", "Vare", "Item", "0"),
        "Service": Words("Service", "Service", "Service", "1"),
        "BOM": Words("BOM", "Stykliste", "BOM", "2"),
    },
    "CostModel": {
        "FIFO": Words("FIFO", "FIFO", "FIFO", "0"),
        "FixedCost": Words("Fixed cost", "Fast kostpris", "FixedCost", "1"),
        "Average": Words("Average", "Gennemsnit", "Average", "2"),
    },
    "GLAccountType": {
        "PL": Words("P&L", "Drift", "PL", "3"),
        "BalanceSheet": Words("Balance", "Status", "BalanceSheet", "4"),
    },
}
_INDEX = {Form.ENGLISH: 0, Form.DANISH: 1, Form.NAME: 2, Form.NUMBER: 3}


def possible_forms(enum: str, seen_value: Any) -> list[Form]:
    """Return the forms that a value seen in the company's own rows may be written in; none when it is unknown."""
    if isinstance(seen_value, bool) or seen_value is None:
        return []
    seen = str(seen_value).strip()
    for words in LABELS[enum].values():
        forms = [form for form, place in _INDEX.items() if words[place] == seen]
        if forms:
            return forms
    return []


def detect_form(enum: str, seen_value: Any) -> Form | None:
    """Return the form that a value seen in the company's own rows is written in.

    None when it does not tell: empty, unknown, or the same word in English and Danish. A word that could be English
    or an enumerator's name counts as English, one that could be Danish or a name as Danish.
    """
    forms = possible_forms(enum, seen_value)
    return None if not forms or {Form.ENGLISH, Form.DANISH} <= set(forms) else forms[0]


def label(enum: str, member: str, form: Form = Form.ENGLISH) -> str:
    """Return our word for a member as the company writes it; KeyError for one we do not know."""
    return LABELS[enum][member][_INDEX[form]]


def labels_in(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the labels that rows carry: member → text."""
    return {
        name: str(value)
        for row in rows
        for name, value in row.items()
        if value and name.removeprefix("Offset") in LABELS
    }


def member_of(enum: str, seen_value: Any) -> str | None:
    """Return our word for a value seen in any form, None for an unknown one (a hold, never a guess)."""
    seen = "" if seen_value is None else str(seen_value).strip()
    return next((member for member, words in LABELS[enum].items() if seen in words), None)
