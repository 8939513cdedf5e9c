"""Checks of the debtor group, the POS debtor and the payment term."""

from collections.abc import Iterator

from integration.doctor.facts import CompanyFacts, Facts, Row, Rows
from integration.doctor.finding import Finding
from integration.doctor.kinds import complained, finding
from integration.doctor.ledger import KRONER, series_findings
from integration.mapping.rules import Rules
from integration.mapping.usable import debtor_complaint, term_complaint
from integration.uniconta.labels import Form, detect_form
from integration.uniconta.values import amount_of, text_of

DOMESTIC = "Domestic"  # the one label of VatZone that the contract knows, in English
DISCOUNTS = ("EndDiscountPct", "LineDiscountPct")


def check_debtors(facts: Facts) -> Iterator[Finding]:
    """Say what stands in the way of selling to the POS debtor and of new debtors."""
    company, rules = facts.company, facts.own.rules
    if not isinstance(company, CompanyFacts):
        return
    groups, series = (company.tables.get(n) for n in ("DebtorGroupClient", "NumberSerieClient"))
    if groups is not None and rules.default_debtor_group:
        yield from _group(rules, groups, series)
    debtors = company.tables.get("DebtorClient")
    if debtors is not None and rules.pos_debtor:
        yield from _pos_debtor(company, rules, debtors.get(rules.pos_debtor))


def _group(rules: Rules, groups: Rows, series: Rows | None) -> Iterator[Finding]:
    name = rules.default_debtor_group
    row = groups.get(name)
    if row is None:
        yield finding(
            "debtor-group-missing",
            subject=name,
            cause=f"Debtor group “{name}” does not exist in Uniconta.",
            cure=f"Correct point 1 of the setup. The company's groups are {named(groups)}.",
        )
        return
    of = f"debtor group “{name}”"
    yield from series_findings(text_of(row.get("InvoiceSerie")), series, of=of)
    if rules.debtor_number == "uniconta":
        number = text_of(row.get("AutoNumber"))
        yield from series_findings(number, series, of=of, without="debtor-group-no-series")


def _pos_debtor(company: CompanyFacts, rules: Rules, row: Row | None) -> Iterator[Finding]:
    account = rules.pos_debtor
    complaint = debtor_complaint(account, row)
    if complaint is not None:
        yield complained(complaint, subject=account)
    if row is not None:
        yield from _selling(account, row)
        yield from _vat_zone(company, rules, row)
    yield from _term(company, rules, row)


def _selling(account: str, row: Row) -> Iterator[Finding]:
    limit = amount_of(row.get("CreditMax"))
    if limit > 0:
        yield finding(
            "pos-debtor-credit-limit",
            subject=account,
            cause=f"POS debtor {account} has a credit limit of {limit}; the sales of a good day exceed it.",
            cure="Set its credit limit to 0 in Uniconta.",
        )
    currency = text_of(row.get("Currency"))
    if currency not in {"", KRONER}:
        yield finding(
            "pos-debtor-currency",
            subject=account,
            cause=f"POS debtor {account} is kept in {currency}; till sales are in kroner.",
            cure="Set its currency to DKK in Uniconta.",
        )
    if text_of(row.get("Vat")):
        yield finding(
            "pos-debtor-vat-code",
            subject=account,
            cause=f"POS debtor {account} has the VAT code {text_of(row['Vat'])}; the items' groups decide the VAT.",
            cure="Empty the debtor's VAT code in Uniconta.",
        )
    given = [f"{n} {text_of(row.get(n))}" for n in DISCOUNTS if amount_of(row.get(n))]
    given += [f"PriceList {text_of(row['PriceList'])}"] if text_of(row.get("PriceList")) else []
    if given:
        yield finding(
            "pos-debtor-discount",
            subject=account,
            cause=f"POS debtor {account} has {', '.join(given)}; an invoice might differ from its receipt.",
            cure="Empty them in Uniconta.",
        )
    others = {n: text_of(row.get(n)) for n in ("InvoiceAccount", "PostingAccount")}
    strangers = [f"{n} {value}" for n, value in others.items() if value not in {"", account}]
    if strangers:
        yield finding(
            "pos-debtor-other-account",
            subject=account,
            cause=f"POS debtor {account} is invoiced on another ({', '.join(strangers)}); payments would not meet their invoices.",
            cure="Empty them in Uniconta.",
        )


def _vat_zone(company: CompanyFacts, rules: Rules, row: Row) -> Iterator[Finding]:
    """Judge the VAT zone where the company's labels are English; others are not known."""
    journal = company.tables.get("GLDailyJournalClient", {}).get(rules.journal, {})
    zone = text_of(row.get("VatZone"))
    is_english = detect_form("AccountType", journal.get("DefaultAccountType")) is Form.ENGLISH
    if zone and is_english and zone != DOMESTIC:
        yield finding(
            "pos-debtor-vat-zone",
            subject=rules.pos_debtor,
            cause=f"POS debtor {rules.pos_debtor} is in VAT zone “{zone}”; till sales would get no Danish VAT.",
            cure="Set its VAT zone to domestic in Uniconta.",
        )


def _term(company: CompanyFacts, rules: Rules, debtor: Row | None) -> Iterator[Finding]:
    terms = company.tables.get("PaymentTermClient")
    term = rules.payment_term or text_of((debtor or {}).get("Payment"))
    complaint = term_complaint(term, (terms or {}).get(term)) if term else None
    if terms is not None and complaint is not None:
        yield complained(complaint, subject=term)


def named(rows: Rows) -> str:
    """Return the keys and names of rows, for a cure."""
    parts = (f"“{key}” {text_of(row.get('Name'))}".strip() for key, row in sorted(rows.items()))
    return ", ".join(parts) or "none"
