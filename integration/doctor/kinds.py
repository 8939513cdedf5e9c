"""Every finding that the doctor knows; docs/doctor.md lists the same, and a test compares them."""

from collections.abc import Iterable
from dataclasses import replace

from integration.doctor.finding import Finding, Fix, Kind, Level, Place
from integration.mapping.usable import Complaint

E, W, I = Level.ERROR, Level.WARNING, Level.INFO  # noqa: E741 - the columns of a table
P = Place


def _reach(prefix: str, place: Place, system: str) -> Iterable[Kind]:
    """Return the ways in which a system cannot be reached."""
    table = (
        ("address-refused", place, "The address of {} is not one that may be called."),
        ("address-unusable", place, "The address or the secret of {} cannot be sent as it stands."),
        ("unreachable", place, "No connection to {} could be made."),
        ("timeout", place, "{} did not answer in time."),
        ("down", place, "{} answered that it cannot work at the moment."),
        ("throttled", place, "{} asks us to slow down."),
        ("wrong-host", place, "What answers at the address is not {}."),
        ("login-refused", place, "{} refuses the access data."),
        ("module-missing", place, "{} says that a module or subscription is missing."),
        ("right-missing", place, "The user of {} may not read what is needed."),
    )
    for name, where, title in table:
        yield Kind(id=f"{prefix}-{name}", level=E, place=where, title=title.format(system))
    skew = f"Our clock and that of {system} differ."
    yield Kind(id=f"{prefix}-clock-skew", level=W, place=P.SERVER, title=skew)


def _hooks(prefix: str, fix: Fix, what: str) -> Iterable[Kind]:
    """Return what can be wrong with registered webhooks."""
    table = (
        ("missing", E, fix, "{} that is switched on is not registered."),
        ("disabled", E, fix, "{} is registered and switched off there."),
        ("changed", E, fix, "{} is registered with other values than ours, or unwished."),
        ("duplicate", W, fix, "{} is registered more than once."),
        ("failing", W, None, "The newest call of {} did not come through."),
    )
    for name, level, mend, title in table:
        identity = f"{prefix}-hook-{name}"
        text = title.format(what)
        yield Kind(id=identity, level=level, place=P.SWITCHES, title=text, fix=mend)


# id, level, where it is mended, what is wrong
_TABLE: tuple[tuple[str, Level, Place, str], ...] = (
    # the connections themselves
    ("c1st-token-missing", E, P.CUSTOMERS1ST_CONNECTION, "No API token is stored."),
    ("c1st-secret-missing", E, P.CUSTOMERS1ST_CONNECTION, "No webhook secret is stored."),
    ("c1st-store-shared", E, P.CUSTOMERS1ST_CONNECTION, "Another tenant books the same store."),
    ("uni-company-missing", E, P.UNICONTA_CONNECTION, "No company id is set."),
    ("uni-user-missing", E, P.UNICONTA_CONNECTION, "No user is set."),
    ("uni-password-missing", E, P.UNICONTA_CONNECTION, "No password is stored."),
    ("uni-token-expiring", E, P.UNICONTA_CONNECTION, "The session ends and cannot be renewed."),
    ("uni-login-stopped", E, P.UNICONTA_CONNECTION, "Too many log-ins were refused in a row."),
    ("uni-wrong-company", E, P.UNICONTA_CONNECTION, "The user does not get into the company."),
    ("uni-quota-low", W, P.IN_UNICONTA, "The day's calls of the user are nearly used up."),
    ("uni-not-searchable", W, P.IN_UNICONTA, "Our key cannot be searched in a table."),
    ("public-address-local", E, P.SERVER, "The vendors cannot call our address."),
    # the store and the company
    ("c1st-time-zone", E, P.TENANT, "The store's time zone is not the tenant's."),
    ("c1st-prices-mismatch", E, P.IN_CUSTOMERS1ST, "Prices and the setting for VAT disagree."),
    ("c1st-prices-exclude-vat", I, P.IN_CUSTOMERS1ST, "The store keeps prices without VAT."),
    ("c1st-products-empty", W, P.IN_CUSTOMERS1ST, "No product is visible to the API user."),
    ("uni-company-name", W, P.UNICONTA_CONNECTION, "The company has quite another name."),
    ("uni-company-currency", E, P.IN_UNICONTA, "The company does not keep its books in kroner."),
    ("uni-company-country", W, P.IN_UNICONTA, "The company is not in Denmark."),
    ("uni-auto-settlement", W, P.IN_UNICONTA, "The company settles payments by itself."),
    ("uni-labels-danish", W, P.IN_UNICONTA, "The server user's language is not English."),
    ("uni-labels-unknown", E, P.IN_UNICONTA, "The company writes labels that we do not know."),
    # the eleven points, what is not filled in
    ("setup-debtor-group", E, P.SETUP, "Point 1 (debtor group) is empty."),
    ("setup-pos-debtor", E, P.SETUP, "Point 2 (POS debtor) is empty."),
    ("setup-item-group", E, P.SETUP, "Point 3 (item group) is empty."),
    ("setup-journal", E, P.SETUP, "Point 5 (journal) is empty."),
    ("setup-cash-account", E, P.SETUP, "Point 6 (cash account) is empty."),
    ("setup-cash-difference", E, P.SETUP, "Point 7 (cash difference account) is empty."),
    ("setup-rounding-account", E, P.SETUP, "Point 7 (rounding account) is empty."),
    ("setup-cash-payment-type", E, P.SETUP, "Point 9 (cash payment type) is empty."),
    ("setup-debtor-payment-type", E, P.SETUP, "Point 10 (debtor payment type) is empty."),
    ("setup-expense-account", E, P.SETUP, "The till expense account is empty."),
    ("setup-bank-account", E, P.SETUP, "The bank account is empty."),
    ("setup-sales-from", W, P.SETUP, "No first day of sales is set."),
    ("setup-discount-item", E, P.SERVICE_ITEMS, "No discount item is set for a VAT rate."),
    ("setup-misc-item", E, P.SERVICE_ITEMS, "No item for free lines is set for a VAT rate."),
    ("setup-gift-card", W, P.SETUP, "The till sells cards (gift card, voucher, deposit) that are not set up."),
    ("switch-sale-off", W, P.SWITCHES, "Sales are switched off."),
    ("safety-off", W, P.SAFETY, "What is switched on has no safety job."),
    ("invoice-stop", E, P.STATE, "Invoicing is stopped until a person has looked."),
    ("delete-stop", W, P.STATE, "Deletions are stopped until a person has looked."),
    # payment types and registers
    ("pay-unmapped", E, P.PAYMENT_TYPES, "A payment type of the till has no account."),
    ("pay-unknown", W, P.PAYMENT_TYPES, "A mapped payment type is not on the till."),
    ("pay-cash-unknown", E, P.SETUP, "The till's cash button has another name."),
    ("pay-debtor-unknown", E, P.SETUP, "The till's button for sales on account has another name."),
    ("pay-on-cash-account", W, P.PAYMENT_TYPES, "A payment type shares the drawer's account."),
    ("pay-on-bank-account", W, P.PAYMENT_TYPES, "A payment type goes straight to the bank."),
    ("register-unmapped", W, P.REGISTERS, "One of several registers has no account of its own."),
    ("register-unknown", W, P.REGISTERS, "A mapped register is not on the till."),
    ("register-account-shared", W, P.REGISTERS, "Two registers share an account."),
    # GL accounts
    ("account-missing", E, P.SETUP, "A GL account does not exist."),
    ("account-blocked", E, P.IN_UNICONTA, "A GL account is blocked."),
    ("account-vat-code", E, P.IN_UNICONTA, "A GL account has a VAT code."),
    ("account-mandatory-tax", E, P.IN_UNICONTA, "A GL account demands a VAT code."),
    ("account-wrong-type", E, P.SETUP, "A GL account is a header, a sum or a calculation."),
    ("account-not-balance", W, P.SETUP, "Money would wait on an income account."),
    ("account-currency", E, P.IN_UNICONTA, "A GL account is kept in a foreign currency."),
    ("account-dimension", W, P.IN_UNICONTA, "A GL account demands a dimension."),
    ("account-control", E, P.SETUP, "A GL account is the debtors' control account."),
    ("account-twice", E, P.SETUP, "One GL account stands on both sides of a posting."),
    # the journal and number series
    ("journal-missing", E, P.SETUP, "The journal does not exist."),
    ("journal-blocked", E, P.IN_UNICONTA, "The journal is blocked."),
    ("journal-approval", E, P.IN_UNICONTA, "The journal posts approved lines only."),
    ("journal-not-empty", E, P.IN_UNICONTA, "Lines of somebody else wait in the journal."),
    ("journal-vat", W, P.IN_UNICONTA, "The journal computes VAT."),
    ("journal-voucher", E, P.IN_UNICONTA, "The journal gives no voucher numbers."),
    ("journal-settings", W, P.IN_UNICONTA, "Settings of the journal are not as they should be."),
    ("journal-defaults", W, P.IN_UNICONTA, "The journal fills accounts or VAT codes in."),
    ("journal-default-type", W, P.IN_UNICONTA, "The journal's default is not the ledger."),
    ("journal-no-series", E, P.IN_UNICONTA, "The journal has no number series."),
    ("series-missing", E, P.IN_UNICONTA, "A number series does not exist."),
    ("series-blocked", E, P.IN_UNICONTA, "A number series is blocked."),
    ("series-exhausted", E, P.IN_UNICONTA, "A number series has no number left."),
    # debtors
    ("debtor-group-missing", E, P.SETUP, "The debtor group does not exist."),
    ("debtor-group-no-series", E, P.IN_UNICONTA, "The debtor group names no number series."),
    ("pos-debtor-missing", E, P.SETUP, "The POS debtor does not exist."),
    ("pos-debtor-blocked", E, P.IN_UNICONTA, "The POS debtor is blocked."),
    ("pos-debtor-credit-limit", E, P.IN_UNICONTA, "The POS debtor has a credit limit."),
    ("pos-debtor-currency", E, P.IN_UNICONTA, "The POS debtor has a foreign currency."),
    ("pos-debtor-vat-code", W, P.IN_UNICONTA, "The POS debtor has a VAT code of its own."),
    ("pos-debtor-vat-zone", E, P.IN_UNICONTA, "The POS debtor is not domestic."),
    ("pos-debtor-discount", W, P.IN_UNICONTA, "The POS debtor has discounts or a price list."),
    ("pos-debtor-other-account", E, P.IN_UNICONTA, "The POS debtor is invoiced on another."),
    ("payment-term-missing", E, P.SETUP, "The payment term does not exist."),
    ("payment-term-books", E, P.IN_UNICONTA, "The payment term books the payment by itself."),
    # items
    ("item-group-missing", E, P.SETUP, "The item group does not exist."),
    ("item-group-vat-rate", E, P.IN_UNICONTA, "The VAT code of an item group has another rate."),
    ("vat-code-missing", E, P.IN_UNICONTA, "A group's VAT code does not exist."),
    ("vat-code-blocked", E, P.IN_UNICONTA, "A group's VAT code is blocked."),
    ("item-missing", E, P.SERVICE_ITEMS, "An item of the setup does not exist."),
    ("item-blocked", E, P.IN_UNICONTA, "An item of the setup is blocked."),
    ("item-not-service", E, P.IN_UNICONTA, "An item of the setup is no service item."),
    ("item-variants", E, P.IN_UNICONTA, "An item of the setup uses variants."),
    ("card-vat-rate", E, P.SETUP, "The VAT of a gift card, voucher or deposit is not its kind's."),
    ("card-account", W, P.IN_UNICONTA, "A gift card, voucher or deposit is booked as income."),
    ("barcode-duplicate", W, P.IN_UNICONTA, "Several items or products have the same barcode."),
    ("customer-number-duplicate", W, P.IN_CUSTOMERS1ST, "Several customers have the same number."),
    ("field-missing", E, P.VARIANT_FIELDS, "A user field of the items does not exist."),
    ("field-wrong-type", E, P.IN_UNICONTA, "A user field is not text."),
    ("field-too-short", W, P.IN_UNICONTA, "A user field is shorter than what it gets."),
    ("field-read-only", E, P.IN_UNICONTA, "A user field cannot be written."),
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        *_reach("c1st", P.CUSTOMERS1ST_CONNECTION, "Customers 1st"),
        *_reach("uni", P.UNICONTA_CONNECTION, "Uniconta"),
        *(Kind(id=i, level=level, place=place, title=t) for i, level, place, t in _TABLE),
        Kind(
            id="pay-renamed",
            level=E,
            place=P.PAYMENT_TYPES,
            title="A mapped payment type has another name on the till.",
            fix=Fix.RENAME_PAYMENT_TYPE,
        ),
        *_hooks("c1st", Fix.HOOKS_CUSTOMERS1ST, "A webhook of Customers 1st"),
        *_hooks("uni", Fix.HOOKS_UNICONTA, "A change URL of Uniconta"),
    )
}


def finding(
    identity: str,
    *,
    subject: str,
    cause: str,
    cure: str,
    arguments: tuple[str, ...] = (),
    level: Level | None = None,
) -> Finding:
    """Return a finding of a kind, at the kind's level or at a milder one; KeyError for a kind that the table does not hold."""
    kind = KINDS[identity]
    return Finding(
        kind=replace(kind, level=level) if level else kind,
        subject=subject,
        cause=cause,
        cure=cure,
        arguments=arguments,
    )


def complained(complaint: Complaint, *, subject: str) -> Finding:
    """Return what the flows would hold a booking for as a finding."""
    return finding(complaint.id, subject=subject, cause=complaint.cause, cure=complaint.cure)
