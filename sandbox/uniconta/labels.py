"""Enumerations and how a company shows them [A62] [A63].

Rows hold the enumerator's name; labels exist only at the edge. The English texts are what the contract guesses.
"""

from typing import Any

from sandbox.switches import Switches

# enumeration -> (name, English label, Danish label, number)
ENUMERATIONS: dict[str, tuple[tuple[str, str, str, int], ...]] = {
    "AccountType": (
        ("Finans", "Ledger", "Finans", 0),
        ("Debtor", "Debtor", "Debitor", 1),
        ("Creditor", "Creditor", "Kreditor", 2),
    ),
    "DCPostType": (
        ("Invoice", "Invoice", "Faktura", 0),
        ("Creditnote", "Credit note", "Kreditnota", 1),
        ("Payment", "Payment", "Betaling", 2),
    ),
    "SettleValue": (
        ("Voucher", "Voucher", "Bilag", 0),
        ("Invoice", "Invoice", "Faktura", 1),
        ("RowId", "RowId", "RowId", 2),
    ),
    "Storage": (
        ("NoStorage", "None", "Ingen", 0),
        ("Register", "Register", "Registrer", 1),
        ("Reserve", "Reserve", "Reserver", 2),
    ),
    "ItemType": (
        ("Item", "Item", "Vare", 0),
        ("Service", "Service", "Service", 1),
        ("BOM", "BOM", "Stykliste", 2),
    ),
    "CostModel": (
        ("FIFO", "FIFO", "FIFO", 0),
        ("FixedCost", "Fixed cost", "Fast kostpris", 1),
        ("Average", "Average", "Gennemsnit", 2),
    ),
    "VatZone": (
        ("Domestic", "Domestic", "Indenlandsk", 0),
        ("EUMember", "EU member", "EU-land", 1),
        ("Foreign", "Abroad", "Udland", 2),
    ),
    "GLAccountType": (
        ("Header", "Header", "Overskrift", 0),
        ("Sum", "Sum", "Sum", 1),
        ("CalculationExpression", "Calculation", "Beregning", 2),
        ("PL", "P&L", "Drift", 3),
        ("BalanceSheet", "Balance", "Status", 4),
    ),
    "PaymentMethod": (
        ("NetDays", "NetDays", "Netto dage", 0),
        ("NetCash", "NetCash", "Netto kontant", 1),
        ("EndMonth", "EndMonth", "Løbende måned", 2),
        ("EndWeek", "EndWeek", "Løbende uge", 3),
        ("Creditcard", "Creditcard", "Kreditkort", 4),
        ("PrePayment", "PrePayment", "Forudbetaling", 5),
        ("Factoring", "Factoring", "Factoring", 6),
    ),
    "VatType": (("Sales", "Sales", "Salg", 0), ("Purchase", "Purchase", "Køb", 1)),
    "VatMethod": (
        ("Automatic", "Automatic", "Automatisk", 0),
        ("Brutto", "Brutto", "Brutto", 1),
        ("Netto", "Netto", "Netto", 2),
    ),
    "FieldType": (
        ("String", "String", "Tekst", 1),
        ("Integer", "Integer", "Heltal", 2),
        ("Double", "Double", "Decimaltal", 3),
        ("Boolean", "Boolean", "Boolsk", 4),
        ("DateTime", "DateTime", "Dato", 5),
    ),
    "AutoSettlement": (("NoSettlement", "None", "Ingen", 0), ("Oldest", "Oldest", "Ældste", 1)),
    "RevenueFollow": (
        ("ItemGroup", "Item group", "Varegruppe", 0),
        ("DebtorGroup", "Debtor group", "Debitorgruppe", 1),
    ),
}  # fmt: skip
POSTING_ENUMERATIONS = frozenset({"AccountType", "DCPostType", "SettleValue", "Storage"})  # [A63]
FORMS = {"name": 0, "label_en": 1, "label_da": 2, "number": 3}
LABEL_SETS = {"danish": "label_da", "numbers": "number"}


def form_of(enumeration: str, *, switches: Switches) -> str:
    """Return the form in which this company writes an enumeration."""
    label_set = switches.get("uni.label_set")
    if enumeration in POSTING_ENUMERATIONS and label_set in LABEL_SETS:
        return LABEL_SETS[label_set]
    return switches.get("uni.enum_form")


def show(enumeration: str, name: str | None, *, form: str) -> str | int | None:
    """Return an enumerator as a client sees it."""
    for row in ENUMERATIONS[enumeration]:
        if row[0] == name:
            return row[FORMS[form]]
    return None


def read(enumeration: str, value: Any, *, form: str) -> str | None:
    """Return the enumerator that a client means; raises ValueError for a label of another language."""
    if value is None or value == "":
        return None
    for row in ENUMERATIONS[enumeration]:
        if str(row[FORMS[form]]) == str(value):
            return row[0]
    raise ValueError(f"{value!r} is no {enumeration}")
