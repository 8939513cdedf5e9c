"""One line of a journal: checked, and turned into the two sides of a posting."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.uniconta.company import Company
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.ledger import Entry, control_account
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import NO_DATE, to_money

ZERO = Decimal(0)
HUNDRED = Decimal(100)
NOT_POSTABLE = ("Header", "Sum", "CalculationExpression")


@dataclass(frozen=True, kw_only=True)
class JournalLine:
    """A checked line: its sides as ledger entries, all of them together zero if it has an offset account."""

    row: Row
    date: datetime
    debtor: str | None
    amount: Decimal
    entries: tuple[Entry, ...]

    @property
    def rest(self) -> Decimal:
        """What the line leaves for other lines of its voucher to balance."""
        return sum((entry.amount for entry in self.entries), ZERO)


def check_line(company: Company, journal: Row, row: Row, *, date: datetime | None) -> JournalLine:
    """Check one line of a posting; raises Refusal that names the member."""
    day = row["Date"] if row["Date"] != NO_DATE else date
    if day is None:
        raise Refusal("ArgumentMissing", field="Date")
    company.check_period(day)
    amount = _amount(company, row)
    kind = row["AccountType"] or journal["DefaultAccountType"] or "Finans"
    offset_kind = row["OffsetAccountType"] or journal["DefaultOffsetAccountType"] or "Finans"
    entries = _side(company, journal, row, side="", kind=kind, amount=amount)
    if row["OffsetAccount"]:
        entries += _side(company, journal, row, side="Offset", kind=offset_kind, amount=-amount)
    debtor = next((entry.debtor for entry in entries if entry.debtor), None)
    debtor_amount = sum((entry.amount for entry in entries if entry.debtor), ZERO)
    return JournalLine(
        row=row, date=day, debtor=debtor, amount=debtor_amount, entries=tuple(entries)
    )


def _amount(company: Company, row: Row) -> Decimal:
    """Return the line's amount, debit positive; raises Refusal when it is not clear or zero [A96]."""
    debit, credit = row["Debit"], row["Credit"]
    if debit < 0 or credit < 0 or (debit and credit):
        raise Refusal("ErrorInJournal", field="Debit", value=debit or credit)
    amount = row["Amount"]
    if company.switches.get("uni.amount_members") == "debit_credit":
        if amount and (debit or credit) and amount != debit - credit:
            raise Refusal("ErrorInJournal", field="Amount", value=amount)
        amount = debit - credit or amount
    if not amount or amount != to_money(amount):
        raise Refusal("ErrorInJournal", field="Amount", value=amount)
    return Decimal(amount)


def _side(
    company: Company, journal: Row, row: Row, *, side: str, kind: str, amount: Decimal
) -> list[Entry]:
    """Return the entries of the line's account or offset account."""
    name = f"{side}Account"
    if not row[name]:
        raise Refusal("AccountIsMissing", field=name)
    common: dict[str, Any] = {
        "text": row["Text"],
        "invoice": int(row["Invoice"]) if (row["Invoice"] or "").isdigit() else 0,
        "reference": _reference(company, row, side=side),
    }
    if kind == "Debtor":
        return [_debtor_entry(company, row[name], field=name, amount=amount, common=common)]
    if kind == "Creditor":
        raise Refusal("AccountIsMissing", field=name, value=row[name])
    account = company["GLAccount"].find(row[name])
    if account is None:
        raise Refusal("AccountIsMissing", field=name, value=row[name])
    blocked = account["Blocked"] or account["BlockedInJournal"]
    if blocked or account["AccountType"] in NOT_POSTABLE:
        raise Refusal("ErrorInJournal", field=name, value=row[name])
    vat = _vat_code(company, journal, row, account, side=side)
    return _ledger_entries(company, account, vat=vat, amount=amount, common=common)


def _debtor_entry(
    company: Company, number: str, *, field: str, amount: Decimal, common: dict[str, Any]
) -> Entry:
    debtor = company["Debtor"].find(number)
    if debtor is None:
        raise Refusal("AccountIsMissing", field=field, value=number)
    if debtor["Blocked"]:
        raise Refusal("DebtorIsBlocked", field=field, value=number)
    account = control_account(company, debtor)
    return Entry(account=account, amount=amount, debtor=number, **common)


def _vat_code(company: Company, journal: Row, row: Row, account: Row, *, side: str) -> str | None:
    """Return the code that the side is posted with; an account's own code only under the switch [A95]."""
    if company.switches.get("uni.default_vat") == "applied" and account["Vat"]:
        return str(account["Vat"])
    code = row[f"{side}Vat"]
    return None if journal["NoVATCalculation"] or not code else str(code)


def _ledger_entries(
    company: Company, account: Row, *, vat: str | None, amount: Decimal, common: dict[str, Any]
) -> list[Entry]:
    """Return the side's entry, with the VAT taken out of it where a code applies."""
    if vat is None:
        return [Entry(account=account["Account"], amount=amount, **common)]
    code = company.row("GLVat", vat)
    tax = to_money(amount * code["Rate"] / (HUNDRED + code["Rate"]))
    net = amount - tax
    return [
        Entry(account=account["Account"], amount=net, vat=vat, vat_amount=tax, **common),
        Entry(account=code["Account"], amount=tax, vat=vat, base_amount=net, **common),
    ]


def _reference(company: Company, row: Row, *, side: str) -> str | None:
    """Return the reference that reaches the ledger on this side [A99]."""
    reach = company.switches.get("uni.reference_on_gltrans")
    if reach == "none" or (reach == "account_side" and side):
        return None
    return row["ReferenceNumber"] or None
