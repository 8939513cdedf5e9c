"""Checks of what is not filled in; no system needs to be asked."""

from collections.abc import Iterator

from integration.doctor.facts import Facts, Own, StoreFacts
from integration.doctor.finding import Finding, Level
from integration.doctor.kinds import finding
from integration.doctor.roles import FULL, NONE
from integration.doctor.till import sells_on_account
from integration.words import word

# kind -> attribute of Rules, its name, what happens without it
ALWAYS = {
    "setup-debtor-group": ("default_debtor_group", "debtor group (point 1)", "No debtor can be created."),
    "setup-pos-debtor": ("pos_debtor", "POS debtor (point 2)", "No till sale can be booked."),
    "setup-item-group": ("default_item_group", "item group (point 3)", "No item can be created."),
    "setup-journal": ("journal", "journal (point 5)", "No payment can be posted."),
    "setup-cash-account": ("cash_account", "cash account (point 6)", "No cash sale can be posted."),
    "setup-rounding-account": ("rounding_account", "rounding account (point 7)", "No rounded cash sale can be posted."),
    "setup-cash-payment-type": ("cash_payment_type", "cash payment type (point 9)", "Cash is not told from other payment types."),
}  # fmt: skip
FOR_CLOSES = {
    "setup-cash-difference": ("cash_difference_account", "cash difference account (point 7)", "No day close with a difference can be posted."),
    "setup-expense-account": ("expense_account", "till expense account", "No day close with an expense can be posted."),
    "setup-bank-account": ("bank_account", "bank account", "No day close that sends cash to the bank can be posted."),
}  # fmt: skip
SERVICE_ITEMS = {
    "setup-discount-item": ("discount_items", "discount item"),
    "setup-misc-item": ("misc_items", "item for lines without a product"),
}
# job kind -> how people say it, and what switches its work on
SWITCH_OF = {
    "customer_to_debtor": ("customer to debtor", ("customers1st", "customer")),
    "product_to_item": ("product to item", ("customers1st", "product")),
    "sale_to_order": ("sale to order", ("customers1st", "sale")),
    "day_close_to_journal": ("day close to journal", ("customers1st", "day_close")),
    "debtor_to_customer": ("debtor to customer", ("uniconta", "debtor")),
    "item_to_product": ("item to product", ("uniconta", "item")),
}


def check_setup(facts: Facts) -> Iterator[Finding]:
    """Say what is not filled in or not switched on."""
    own = facts.own
    points = {**ALWAYS, **(FOR_CLOSES if own.wants_closes else {})}
    for identity, (name, what, effect) in points.items():
        if not getattr(own.rules, name):
            yield finding(
                identity,
                subject=what,
                cause=f"The {what} is not set. {effect}",
                cure=f"Fill in the {what} in the setup.",
            )
    yield from _debtor_payment_type(facts)
    yield from _sales_from(own)
    yield from _service_items(own)
    yield from _switches(own)
    if own.invoice_stop:
        yield finding(
            "invoice-stop",
            subject=word("invoices"),
            cause=f"Nothing is invoiced: {own.invoice_stop}",
            cure="Look at the invoice, then release the stop on the tenant's state.",
        )
    if own.delete_stop:
        yield finding(
            "delete-stop",
            subject=word("deletions"),
            cause=f"What is deleted no longer blocks or marks its other half: {own.delete_stop}",
            cure="Look at what was deleted. If it is right, release the delete stop on the tenant's state.",
        )


def _debtor_payment_type(facts: Facts) -> Iterator[Finding]:
    """Miss point 10; a shop whose till has no such payment type can go live without it."""
    if facts.own.rules.debtor_payment_type:
        return
    what = "debtor payment type (point 10)"
    if isinstance(facts.store, StoreFacts) and sells_on_account(facts.store) is False:
        yield finding(
            "setup-debtor-payment-type",
            level=Level.WARNING,
            subject=what,
            cause="Point 10 is empty, and the till has no payment type for sales on account."
            " Should a sale on account come all the same, it would wait for a person.",
            cure="Nothing, as long as the shop does not sell on account."
            " If it shall, add the payment type on the till and fill in point 10 of the setup.",
        )
        return
    yield finding(
        "setup-debtor-payment-type",
        subject=what,
        cause=f"The {what} is not set. A sale on account is not told from a paid one.",
        cure=f"Fill in the {what} in the setup.",
    )


def _sales_from(own: Own) -> Iterator[Finding]:
    if own.rules.sales_from is None:
        yield finding(
            "setup-sales-from",
            subject="sales from",
            cause="No first day is set: every old sale that a sweep finds is posted.",
            cure="Fill in the first day that shall be posted (sales from) in the setup.",
        )


def _service_items(own: Own) -> Iterator[Finding]:
    for identity, (name, what) in SERVICE_ITEMS.items():
        for rate in (FULL, NONE):
            if not getattr(own.rules, name).get(rate):
                yield finding(
                    identity,
                    subject=f"{what}, {rate:f} %",
                    cause=f"No {what} is set for {rate:f} % VAT; a sale with such a line cannot be booked.",
                    cure=f"Make a service item in Uniconta whose group has {rate:f} % VAT, and add it to the service items.",
                )


def _switches(own: Own) -> Iterator[Finding]:
    if not own.wants("customers1st", "sale"):
        yield finding(
            "switch-sale-off",
            subject=word("sales"),
            cause="Sales are switched off: none is booked.",
            cure="Switch sale.created of Customers 1st on (point 11).",
        )
    for kind, (words, switch) in SWITCH_OF.items():
        if own.wants(*switch) and not own.safety.get(kind):
            yield finding(
                "safety-off",
                subject=words,
                cause=f"The safety job “{words}” is off: what a webhook misses is never found.",
                cure="Give it an interval (3, 6, 12 or 24 hours) under the safety intervals.",
            )
