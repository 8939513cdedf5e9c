"""The account of a new debtor, by the setting `debtor_number` (DESIGN 6.1 "Debtor number")."""

from integration.customers1st.master_data import Customer
from integration.errors import Hold
from integration.flows.context import Context
from integration.flows.master import rows_by_key
from integration.flows.matching import owner_of
from integration.mapping.customer import CUSTOMER, account_of_customer, account_of_phone
from integration.mapping.rules import Rules
from integration.ports import DocumentKind
from integration.uniconta.values import flag_of, number_of, text_of

RUN = 40  # numbers of the series looked at in one call
MOST_RUNS = 25


def likely_account(rules: Rules, customer: Customer) -> str:
    """Return the account that a new debtor would get if it is free; empty where the customer does not tell it."""
    if rules.debtor_number == "uniconta":
        return customer.customer_no or ""
    try:
        return _own_account(rules, customer)
    except Hold:
        return ""


def new_account(context: Context, customer: Customer) -> str:
    """Return the free account for a customer's debtor; Hold when it is taken or cannot be told."""
    if context.rules.debtor_number == "uniconta":
        return _next_of_series(context, customer)
    account = _own_account(context.rules, customer)
    if account == context.rules.pos_debtor or _taken(context, [account], customer):
        raise taken(customer, account)
    return account


def _own_account(rules: Rules, customer: Customer) -> str:
    by_phone = rules.debtor_number == "phone"
    return account_of_phone(customer) if by_phone else account_of_customer(customer)


def taken(customer: Customer, account: str) -> Hold:
    """Return the hold for an account that is somebody else's."""
    return Hold(
        f"{customer.label} would become debtor {account}, which is another debtor in Uniconta already.",
        "If they are the same, give the customer this customer number in Customers 1st; if not, another number.",
        mended_by="customers1st",
        evidence={"account": account, "double": account},
    )


def _taken(context: Context, accounts: list[str], customer: Customer) -> set[str]:
    found = {
        text_of(row.get("Account"))
        for row in context.uniconta.find("DebtorClient", "Account", accounts)
    }
    claimed = {
        account
        for account in accounts
        if owner_of(context, CUSTOMER, DocumentKind.DEBTOR, account) not in ("", str(customer.id))
    }
    return found | claimed


def _next_of_series(context: Context, customer: Customer) -> str:
    serie, first, last = _series(context)
    for run in range(MOST_RUNS):
        start = first + run * RUN
        numbers = [str(number) for number in range(start, start + RUN) if number <= last]
        taken_ones = _taken(context, numbers, customer) if numbers else set()
        for number in numbers:
            if number not in taken_ones and number != context.rules.pos_debtor:
                return number
    raise Hold(
        f"Number series {serie} has no free number.",
        "Extend the number series in Uniconta.",
        mended_by="uniconta",
    )


def _series(context: Context) -> tuple[str, int, int]:
    group = context.rules.default_debtor_group
    row = rows_by_key(
        context,
        "DebtorGroupClient",
        "Group",
        [group],
        usable=lambda found: bool(text_of(found.get("AutoNumber"))),
    ).get(group, {})
    serie = text_of(row.get("AutoNumber"))
    series = context.uniconta.read("NumberSerieClient", {"Serie": serie}) if serie else None
    if series is None or flag_of(series.get("Blocked")) or not number_of(series.get("Next")):
        raise Hold(
            f"Debtor group “{group}” names no number series that can be used.",
            "Choose a number series on the debtor group in Uniconta, or another numbering in the setup.",
            mended_by="uniconta",
        )
    return serie, number_of(series.get("Next")), number_of(series.get("LastValue")) or 10**18
