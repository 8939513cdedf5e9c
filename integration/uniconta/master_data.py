"""Uniconta's master data as values, read tolerantly (nothing raises); `row` is the record as it was read."""

from dataclasses import dataclass, field
from decimal import Decimal

from integration.uniconta.values import Row, amount_of, flag_of, number_of, text_of


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """A debtor (DebtorClient)."""

    account: str
    name: str
    group: str
    currency: str
    payment: str
    blocked: bool
    row: Row = field(repr=False)


def parse_debtor(row: Row) -> Debtor:
    """Read a debtor."""
    return Debtor(
        account=text_of(row.get("Account")),
        name=text_of(row.get("Name")),
        group=text_of(row.get("Group")),
        currency=text_of(row.get("Currency")),
        payment=text_of(row.get("Payment")),
        blocked=flag_of(row.get("Blocked")),
        row=row,
    )


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item (InvItemClient); `item_type` is a label of the company's form."""

    item: str
    name: str
    group: str
    blocked: bool
    item_type: str
    row: Row = field(repr=False)


def parse_item(row: Row) -> Item:
    """Read an item."""
    return Item(
        item=text_of(row.get("Item")),
        name=text_of(row.get("Name")),
        group=text_of(row.get("Group")),
        blocked=flag_of(row.get("Blocked")),
        item_type=text_of(row.get("ItemType")),
        row=row,
    )


@dataclass(frozen=True, kw_only=True)
class ItemGroup:
    """An item group (InvGroupClient): which account and VAT code its sales go to."""

    group: str
    name: str
    sales_vat: str
    revenue_account: str


def parse_item_group(row: Row) -> ItemGroup:
    """Read an item group."""
    return ItemGroup(
        group=text_of(row.get("Group")),
        name=text_of(row.get("Name")),
        sales_vat=text_of(row.get("SalesVat")),
        revenue_account=text_of(row.get("RevenueAccount")),
    )


@dataclass(frozen=True, kw_only=True)
class VatCode:
    """A VAT code (GLVatClient); `rate` in percent."""

    vat: str
    rate: Decimal


def parse_vat_code(row: Row) -> VatCode:
    """Read a VAT code."""
    return VatCode(vat=text_of(row.get("Vat")), rate=amount_of(row.get("Rate")))


@dataclass(frozen=True, kw_only=True)
class GlAccount:
    """A GL account (GLAccountClient); `blocked` means that a journal cannot post to it."""

    account: str
    name: str
    vat: str
    mandatory_tax: str
    blocked: bool
    account_type: str


def parse_gl_account(row: Row) -> GlAccount:
    """Read a GL account."""
    return GlAccount(
        account=text_of(row.get("Account")),
        name=text_of(row.get("Name")),
        vat=text_of(row.get("Vat")),
        mandatory_tax=text_of(row.get("MandatoryTax")),
        blocked=flag_of(row.get("Blocked")) or flag_of(row.get("BlockedInJournal")),
        account_type=text_of(row.get("AccountType")),
    )


@dataclass(frozen=True, kw_only=True)
class PaymentTerm:
    """A payment term (PaymentTermClient); any account in it books the payment by itself [A88]."""

    payment: str
    account: str
    offset_account: str
    debtor_account: str


def parse_payment_term(row: Row) -> PaymentTerm:
    """Read a payment term."""
    return PaymentTerm(
        payment=text_of(row.get("Payment")),
        account=text_of(row.get("Account")),
        offset_account=text_of(row.get("OffsetAccount")),
        debtor_account=text_of(row.get("DebtorAccount")),
    )


@dataclass(frozen=True, kw_only=True)
class Journal:
    """A journal (GLDailyJournalClient)."""

    journal: str
    blocked: bool
    use_approved: bool
    no_vat_calculation: bool
    number_of_lines: int
    default_account_type: str
    number_serie: str


def parse_journal(row: Row) -> Journal:
    """Read a journal."""
    return Journal(
        journal=text_of(row.get("Journal")),
        blocked=flag_of(row.get("Blocked")),
        use_approved=flag_of(row.get("UseApproved")),
        no_vat_calculation=flag_of(row.get("NoVATCalculation")),
        number_of_lines=number_of(row.get("NumberOfLines")),
        default_account_type=text_of(row.get("DefaultAccountType")),
        number_serie=text_of(row.get("NumberSerie")),
    )


@dataclass(frozen=True, kw_only=True)
class Company:
    """The company that a session stands in (CompanyClient)."""

    company_id: int
    name: str
    currency: str
    order_line_storage: str = ""  # a label [A62]


def parse_company(row: Row) -> Company:
    """Read a company."""
    return Company(
        company_id=number_of(row.get("PrimaryKeyId")),
        name=text_of(row.get("CompanyName")),
        currency=text_of(row.get("Currency")),
        order_line_storage=text_of(row.get("OrderLineStorage")),
    )
