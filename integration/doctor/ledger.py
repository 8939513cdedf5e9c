"""Checks of the company, its accounts, the journal and number series."""

import re
from collections.abc import Iterator, Mapping

from integration.doctor.facts import CompanyFacts, Facts, Row, Rows, StoreFacts
from integration.doctor.finding import Finding
from integration.doctor.kinds import complained, finding
from integration.doctor.roles import AccountRole, account_roles
from integration.mapping.rules import Rules
from integration.mapping.usable import account_complaint, journal_complaint
from integration.uniconta.labels import Form, detect_form, member_of
from integration.uniconta.values import flag_of, number_of, text_of

KRONER = "DKK"
DENMARK = frozenset({"57", "denmark", "danmark"})  # [A70]
NONE_LABELS = frozenset({"", "0", "none", "no", "off", "ingen", "nej", "nosettlement"})
SHORTEST_WORD = 4
# GLAccountClient.AccountType: words of the contract and their likely Danish form; an unknown word is not judged
NOT_POSTABLE = frozenset({"header", "overskrift", "sum", "calculation", "calculationexpression", "beregning"})  # fmt: skip
MANDATORY_DIMENSION = 2  # GLAccountClient.Dim1Parm … [assumed by the contract]
# how the journal should be (contracts/uniconta.md section 11, GLDailyJournalClient)
WISHED: Mapping[str, bool] = {
    "OneVoucherForAll": True,
    "NewVoucherPerLine": False,
    "ManualAllocation": False,
    "VoucherMustBeZero": False,
    "DateMustBeZero": False,
    "DeleteLines": True,
    "EmptyAccountOnHold": False,
}
MUST_BE_EMPTY = ("Account", "OffsetAccount", "Vat", "TransType")


def check_ledger(facts: Facts) -> Iterator[Finding]:
    """Say what is wrong with the company's ledger, as far as the setup uses it."""
    company, rules = facts.company, facts.own.rules
    if not isinstance(company, CompanyFacts):
        return
    yield from _name(facts, text_of(company.company.get("CompanyName")))
    yield from _company(company.company)
    yield from _accounts(company, rules)
    yield from _both_sides(rules)
    journals = company.tables.get("GLDailyJournalClient")
    if rules.journal and journals is not None:
        yield from _journal(rules.journal, journals, company.tables.get("NumberSerieClient"))


def _name(facts: Facts, name: str) -> Iterator[Finding]:
    """Compare names: a company that shares no word with the shop may be somebody else's."""
    store = facts.store.title if isinstance(facts.store, StoreFacts) else ""
    ours = _words(facts.own.tenant_name) | _words(store)
    if ours and _words(name) and not ours & _words(name):
        yield finding(
            "uni-company-name",
            subject=name,
            cause=f"Company {facts.own.company_id} is “{name}”, the tenant “{facts.own.tenant_name}”.",
            cure="See that the company id of the Uniconta connection is this shop's.",
        )


def _words(name: str) -> set[str]:
    """Return the words of a name that tell something; ApS and A/S do not."""
    return {word.casefold() for word in re.findall(r"\w+", name) if len(word) >= SHORTEST_WORD}


def _company(row: Row) -> Iterator[Finding]:
    name = text_of(row.get("CompanyName"))
    currency = text_of(row.get("Currency"))
    if currency and currency != KRONER:
        yield finding(
            "uni-company-currency",
            subject=name,
            cause=f"“{name}” keeps its books in {currency}; the till's amounts are kroner.",
            cure="Correct the company id of the Uniconta connection: this is another company.",
        )
    country = text_of(row.get("Country")).lower()
    if country not in {"", "0", *DENMARK}:
        yield finding(
            "uni-company-country",
            subject=name,
            cause=f"“{name}” is in country {text_of(row.get('Country'))}, not in Denmark (57); VAT is booked by Danish rules.",
            cure="Correct the country in Uniconta, or the company id of the connection.",
        )
    settling = text_of(row.get("AutoSettlement"))
    if settling.lower() not in NONE_LABELS:
        yield finding(
            "uni-auto-settlement",
            subject=name,
            cause=f"Automatic settlement of the company is “{settling}”: a payment may settle another invoice than its own.",
            cure="Switch automatic settlement off in the company's settings in Uniconta.",
        )


def _accounts(company: CompanyFacts, rules: Rules) -> Iterator[Finding]:
    found = company.tables.get("GLAccountClient")
    if found is None:
        return
    by_account: dict[str, list[AccountRole]] = {}
    for role in account_roles(rules):
        by_account.setdefault(role.account, []).append(role)
    controls = _control_accounts(company)
    for account, roles in by_account.items():
        subject = _subject(account, found.get(account), ", ".join(role.what for role in roles))
        complaint = account_complaint(account, found.get(account))
        if complaint is not None:
            yield complained(complaint, subject=subject)
        else:
            yield from _account(account, found[account], roles, subject, controls)


def _subject(account: str, row: Row | None, uses: str) -> str:
    """Return an account by number and name, with what the setup uses it for."""
    name = text_of((row or {}).get("Name"))
    return f"GL account {account} “{name}” ({uses})" if name else f"GL account {account} ({uses})"


def _account(
    account: str, row: Row, roles: list[AccountRole], subject: str, controls: set[str]
) -> Iterator[Finding]:
    tax, kind = text_of(row.get("MandatoryTax")), text_of(row.get("AccountType"))
    currency = text_of(row.get("Currency"))
    name = f"GL account {account} “{text_of(row.get('Name'))}”"
    if tax.lower() not in NONE_LABELS:
        yield finding(
            "account-mandatory-tax",
            subject=subject,
            cause=f"{name} demands a VAT code ({tax}); ours are posted without.",
            cure="Set mandatory VAT of the account to none in Uniconta, or choose another account.",
        )
    if kind.lower() in NOT_POSTABLE:
        yield finding(
            "account-wrong-type",
            subject=subject,
            cause=f"{name} is of type “{kind}”, which nothing can be posted to.",
            cure="Choose a posting account in the setup.",
        )
    elif is_income(row) and any(role.holds_money for role in roles):
        yield finding(
            "account-not-balance",
            subject=subject,
            cause=f"{name} is an income or cost account (“{kind}”); money that waits there is lost at the end of the year.",
            cure="Choose an account of the balance sheet in the setup.",
        )
    if currency not in {"", KRONER}:
        yield finding(
            "account-currency",
            subject=subject,
            cause=f"{name} is kept in {currency}; amounts are posted in kroner.",
            cure="Empty the account's currency in Uniconta, or choose another account.",
        )
    if account in controls:
        yield finding(
            "account-control",
            subject=subject,
            cause=f"{name} is the control account of a debtor group; only debtors are posted there.",
            cure="Choose another account in the setup.",
        )
    dimensions = [
        n for n in range(1, 6) if number_of(row.get(f"Dim{n}Parm")) == MANDATORY_DIMENSION
    ]
    if dimensions:
        yield finding(
            "account-dimension",
            subject=subject,
            cause=f"{name} demands dimension {', '.join(map(str, dimensions))}; ours are posted without.",
            cure="Make the dimension optional for this account in Uniconta, or choose another account.",
        )


def is_income(account: Row) -> bool:
    """Tell whether an account is one of income and cost, as far as its label is known."""
    return member_of("GLAccountType", account.get("AccountType")) == "PL"


def _control_accounts(company: CompanyFacts) -> set[str]:
    groups = company.tables.get("DebtorGroupClient", {})
    return {text_of(row.get("SummeryAccount")) for row in groups.values()} - {""}


def _both_sides(rules: Rules) -> Iterator[Finding]:
    """Look for accounts that a close would post to and from at once."""
    drawers = {rules.cash_account, *rules.registers.values()} - {""}
    others = {
        "cash difference account": rules.cash_difference_account,
        "rounding account": rules.rounding_account,
        "till expense account": rules.expense_account,
        "bank account": rules.bank_account,
    }
    for what, account in others.items():
        if account in drawers:
            yield finding(
                "account-twice",
                subject=_subject(account, None, what),
                cause=f"Account {account} is a drawer's and the {what}: such a posting would move nothing.",
                cure=f"Choose another {what} in the setup.",
            )


def _journal(name: str, journals: Rows, series: Rows | None) -> Iterator[Finding]:
    row = journals.get(name)
    complaint = journal_complaint(name, row)
    if complaint is not None:
        known = ", ".join(f"“{key}”" for key in sorted(journals)) or "none"
        cure = (
            f"{complaint.cure} The company's journals are {known}."
            if row is None
            else complaint.cure
        )
        yield finding(complaint.id, subject=name, cause=complaint.cause, cure=cure)
        if row is None:
            return
    row = journals[name]
    yield from _labels(name, row)
    yield from _journal_settings(name, row)
    waiting = number_of(row.get("NumberOfLines"))
    if waiting:
        yield finding(
            "journal-not-empty",
            subject=name,
            cause=f"{waiting} lines wait in journal “{name}”; they might be posted with ours.",
            cure="Post or delete them in Uniconta, and use a journal that nobody else uses.",
        )
    yield from series_findings(
        text_of(row.get("NumberSerie")), series, of=f"journal “{name}”", without="journal-no-series"
    )


def _labels(name: str, row: Row) -> Iterator[Finding]:
    """Tell how the company writes its enumerations, by our own journal [A62] [A63]."""
    seen = text_of(row.get("DefaultAccountType"))
    if not seen:
        return
    member = member_of("AccountType", seen)
    if member is None:
        yield finding(
            "uni-labels-unknown",
            subject=name,
            cause=f"The account type of journal “{name}” is “{seen}”, a word that we do not know.",
            cure="Set the language of the server user to English in Uniconta.",
        )
        return
    if detect_form("AccountType", seen) is Form.DANISH:
        yield finding(
            "uni-labels-danish",
            subject=seen,
            cause="Uniconta answers the server user in Danish; we know fewer of its words.",
            cure="Set the language of the server user to English in Uniconta.",
        )
    if member != "Ledger":
        yield finding(
            "journal-default-type",
            subject=name,
            cause=f"The default account type of journal “{name}” is “{seen}”.",
            cure="Set both default account types of the journal to the ledger in Uniconta.",
        )


def _journal_settings(name: str, row: Row) -> Iterator[Finding]:
    """Compare the journal's flags with how they should be; what is not told is not judged [A61]."""
    if "NoVATCalculation" in row and not flag_of(row["NoVATCalculation"]):
        yield finding(
            "journal-vat",
            subject=name,
            cause=f"Journal “{name}” computes VAT; payments carry none.",
            cure="Switch VAT calculation off for this journal in Uniconta.",
        )
    if "GenerateVoucher" in row and not flag_of(row["GenerateVoucher"]):
        yield finding(
            "journal-voucher",
            subject=name,
            cause=f"Journal “{name}” does not give voucher numbers by itself.",
            cure="Let the journal generate voucher numbers in Uniconta.",
        )
    odd = [n for n, wish in WISHED.items() if n in row and flag_of(row[n]) is not wish]
    if odd:
        wishes = ", ".join(f"{n} switched on" if WISHED[n] else f"{n} switched off" for n in odd)
        yield finding(
            "journal-settings",
            subject=name,
            cause=f"Journal “{name}” should have {wishes}.",
            cure="Set it so in Uniconta.",
        )
    filled = [f"{n} {text_of(row.get(n))}" for n in MUST_BE_EMPTY if text_of(row.get(n))]
    if filled:
        yield finding(
            "journal-defaults",
            subject=name,
            cause=f"Journal “{name}” fills in {', '.join(filled)}.",
            cure="Empty these defaults of the journal in Uniconta.",
        )


def series_findings(
    serie: str, series: Rows | None, *, of: str, without: str = ""
) -> Iterator[Finding]:
    """Say what is wrong with a number series; `without` is the finding for none at all, empty when none is right."""
    if not serie:
        if without:
            yield finding(
                without,
                subject=of,
                cause=f"The {of} names no number series.",
                cure="Give it a number series of its own in Uniconta.",
            )
        return
    if series is None:
        return
    row = series.get(serie)
    if row is None:
        yield finding(
            "series-missing",
            subject=serie,
            cause=f"The {of} names number series “{serie}”, which does not exist.",
            cure="Make the series in Uniconta, or choose another one there.",
        )
        return
    if flag_of(row.get("Blocked")):
        yield finding(
            "series-blocked",
            subject=serie,
            cause=f"Number series “{serie}” of the {of} is blocked.",
            cure="Unblock it in Uniconta.",
        )
    last = number_of(row.get("LastValue"))
    if last and number_of(row.get("Next")) > last:
        yield finding(
            "series-exhausted",
            subject=serie,
            cause=f"Number series “{serie}” of the {of} ends at {last}; its next number would be {number_of(row.get('Next'))}.",
            cure="Raise its last value in Uniconta.",
        )
