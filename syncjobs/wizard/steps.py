"""The steps of the setup guide as data: what each asks, where its lists come from, which findings belong to it.

A path is a place in the tenant file (DESIGN 5.5), where a list of pairs counts as a mapping from its key.
"""

from django.utils.translation import gettext_lazy as _

from settings_app.models.safety import KINDS
from settings_app.models.webhook_switch import SWITCHES
from syncjobs.wizard.step import Ask, Check, Step

CARDS = ("gift_card", "voucher", "deposit")


CONNECTIONS, POINTS, TILL, LIVE = (
    _("Connections"),
    _("The eleven points"),
    _("The till"),
    _("Going live"),
)
STEPS = (
    Step(
        key="customers1st",
        group=CONNECTIONS,
        title=_("Customers 1st"),
        intro=_(
            "The access to the till. With it every other page offers the shop's own names to choose from."
        ),
        asks=(
            Ask(path="customers1st.api_token"),
            Ask(path="customers1st.webhook_secret"),
            Ask(path="customers1st.base_url", folded=True),
            Ask(path="customers1st.naive_time", folded=True),
        ),
        checks=(
            Check("c1st-"),
            Check("c1st-secret-", path="customers1st.webhook_secret"),
        ),
        by_hand=(
            _("Log in to Customers 1st as an administrator and open Settings, API, API users."),
            _("Add an API user for this integration alone, and copy its token into the first box."),
            _("Copy the signing secret of the same page into the second box."),
        ),
    ),
    Step(
        key="uniconta",
        group=CONNECTIONS,
        title=_("Uniconta"),
        intro=_(
            "The access to the books. Use a server user of its own: Uniconta lets a user have one session at a time."
        ),
        asks=(
            Ask(path="uniconta.company_id"),
            Ask(path="uniconta.username"),
            Ask(path="uniconta.password"),
            Ask(path="uniconta.base_url", folded=True),
        ),
        checks=(Check("uni-"),),
        by_hand=(
            _("Log in to Uniconta as the company's administrator."),
            _(
                "Add a server user, with English as its language, and give it access to the company."
            ),
            _("The company's number stands in the list of companies."),
        ),
    ),
    Step(
        key="debtor_group",
        group=POINTS,
        point="1",
        title=_("Debtor group"),
        intro=_("Customers of the till become debtors in Uniconta."),
        asks=(
            Ask(path="setup.default_debtor_group", pick="debtor_groups"),
            Ask(path="setup.debtor_number", folded=True),
        ),
        checks=(
            Check("setup-debtor-group"),
            Check("debtor-group-"),
            Check("series-", "debtor group"),
        ),
    ),
    Step(
        key="pos_debtor",
        group=POINTS,
        point="2",
        title=_("POS debtor"),
        intro=_("One debtor stands for everybody who pays at the till without an account."),
        asks=(
            Ask(path="setup.pos_debtor", pick="debtors"),
            Ask(path="setup.payment_term", pick="payment_terms", folded=True),
        ),
        checks=(
            Check("setup-pos-debtor"),
            Check("pos-debtor-"),
            Check("payment-term-", path="setup.payment_term"),
        ),
        by_hand=(
            _("In Uniconta: Debtor, Debtors, add one. Account POS3000, name Kassesalg."),
            _("Give it the debtor group of domestic customers, currency DKK and no credit limit."),
            _("Press “Read the lists again” on this page; it is then offered here."),
        ),
    ),
    Step(
        key="item_group",
        group=POINTS,
        point="3",
        title=_("Item group"),
        intro=_("Products of the till become items in Uniconta."),
        asks=(Ask(path="setup.default_item_group", pick="item_groups"),),
        checks=(
            Check("setup-item-group"),
            Check("item-group-missing"),
            Check("item-group-vat-rate", "new items"),
            Check("vat-code-"),
        ),
    ),
    Step(
        key="invoicing",
        group=POINTS,
        point="4",
        title=_("Automatic invoices"),
        intro=_("Each sale becomes an order. Here you say whether it is invoiced at once."),
        asks=(
            Ask(path="setup.auto_invoice_pos_sales"),
            Ask(path="setup.auto_invoice_debtor_sales"),
            Ask(path="setup.settle_at"),
        ),
    ),
    Step(
        key="journal",
        group=POINTS,
        point="5",
        title=_("Journal"),
        intro=_(
            "What is not an invoice, such as a payment or a day close, is posted through a journal."
        ),
        asks=(Ask(path="setup.journal", pick="journals"),),
        checks=(
            Check("setup-journal"),
            Check("journal-"),
            Check("series-", "journal"),
            Check("uni-labels-"),
        ),
    ),
    Step(
        key="cash_account",
        group=POINTS,
        point="6",
        title=_("Cash account"),
        intro=_("The money in the drawer, as the ledger sees it."),
        asks=(Ask(path="setup.cash_account", pick="balance_accounts"),),
        checks=(Check("setup-cash-account"), Check("account-", "cash account (point 6)")),
    ),
    Step(
        key="differences",
        group=POINTS,
        point="7",
        title=_("Differences and the day close"),
        intro=_("Accounts for what a day close finds beside the sales."),
        asks=(
            Ask(path="setup.cash_difference_account", pick="result_accounts"),
            Ask(path="setup.rounding_account", pick="result_accounts"),
            Ask(path="setup.expense_account", pick="all_accounts"),
            Ask(path="setup.bank_account", pick="balance_accounts"),
        ),
        checks=(
            Check("setup-rounding-account", path="setup.rounding_account"),
            Check("setup-cash-difference", path="setup.cash_difference_account"),
            Check("setup-expense-account", path="setup.expense_account"),
            Check("setup-bank-account", path="setup.bank_account"),
            Check("account-", "cash difference account (point 7)", "setup.cash_difference_account"),
            Check("account-", "rounding account (point 7)", "setup.rounding_account"),
            Check("account-", "till expense account", "setup.expense_account"),
            Check("account-", "bank account", "setup.bank_account"),
            Check("account-twice", "cash difference"),
            Check("account-twice", "rounding"),
        ),
    ),
    Step(
        key="variant_fields",
        group=POINTS,
        point="8",
        title=_("Variant fields"),
        intro=_(
            "Style number, size, colour and the till's own fields travel in user fields of the items in Uniconta. What is missing there can be made from here."
        ),
        table="variant_fields",
        checks=(Check("field-"),),
        by_hand=(
            _("In Uniconta: Tools, Custom fields, for the table of the items."),
            _("Add each field with the name shown here, type String, length 255."),
        ),
    ),
    Step(
        key="cash_payment_type",
        group=POINTS,
        point="9",
        title=_("Cash payment type"),
        intro=_("The till's button for cash, which goes to the cash account."),
        asks=(Ask(path="setup.cash_payment_type", pick="cash_titles"),),
        checks=(Check("setup-cash-payment-type"), Check("pay-cash-unknown")),
    ),
    Step(
        key="debtor_payment_type",
        group=POINTS,
        point="10",
        title=_("Debtor payment type"),
        intro=_(
            "The till's button for a sale on account, which stays open on the debtor. A shop that sells nothing on account leaves it empty."
        ),
        asks=(Ask(path="setup.debtor_payment_type", pick="debtor_titles"),),
        checks=(Check("setup-debtor-payment-type"), Check("pay-debtor-unknown")),
    ),
    Step(
        key="switches",
        group=POINTS,
        point="11",
        title=_("Switches and safety intervals"),
        intro=_(
            "What shall happen by itself, in which direction. A webhook does it within a minute; the safety job finds what a webhook missed."
        ),
        asks=(
            *(
                Ask(path=f"webhooks.{system}.{entity}.{event}")
                for system, entities in SWITCHES.items()
                for entity, events in entities.items()
                for event in events
            ),
            *(Ask(path=f"safety.{kind}") for kind in KINDS),
        ),
        checks=(Check("switch-"), Check("safety-"), Check("public-address-")),
    ),
    Step(
        key="payment_types",
        group=TILL,
        title=_("Payment types"),
        intro=_(
            "Every other button of the till, with the account its money waits on until the acquirer pays it out. A button without an account stops its sales until it has one."
        ),
        table="payment_types",
        checks=(
            Check("pay-unmapped"),
            Check("pay-renamed"),
            Check("pay-unknown"),
            Check("pay-on-"),
            Check("account-", "payment type “"),
        ),
    ),
    Step(
        key="registers",
        group=TILL,
        title=_("Registers"),
        intro=_("Each register has a drawer of its own, which is counted by itself."),
        table="registers",
        checks=(Check("register-"), Check("account-", "register ")),
    ),
    Step(
        key="items",
        group=TILL,
        title=_("Service items"),
        intro=_(
            "A discount, a line without a product and a gift card are booked on service items. What is missing in Uniconta can be made from here."
        ),
        asks=(
            Ask(path="setup.discount_items.25", pick="items", label=_("discount, 25 % VAT")),
            Ask(path="setup.discount_items.0", pick="items", label=_("discount, without VAT")),
            Ask(
                path="setup.misc_items.25",
                pick="items",
                label=_("line without a product, 25 % VAT"),
            ),
            Ask(
                path="setup.misc_items.0",
                pick="items",
                label=_("line without a product, without VAT"),
            ),
            *(
                Ask(path=f"setup.{card}.{part}", pick="items" if part == "item" else "")
                for card in CARDS
                for part in ("kind", "item")
            ),
        ),
        checks=(
            Check("setup-discount-item", "25 %", "setup.discount_items.25"),
            Check("setup-discount-item", "item, 0 %", "setup.discount_items.0"),
            Check("setup-misc-item", "25 %", "setup.misc_items.25"),
            Check("setup-misc-item", "product, 0 %", "setup.misc_items.0"),
            Check("setup-gift-card", "gift card", "setup.gift_card.kind"),
            Check("setup-gift-card", "voucher", "setup.voucher.kind"),
            Check("setup-gift-card", "deposit", "setup.deposit.kind"),
            Check("item-"),
            Check("item-", "discount item, 25 %", "setup.discount_items.25"),
            Check("item-", "discount item, 0 %", "setup.discount_items.0"),
            Check("item-", "free line item, 25 %", "setup.misc_items.25"),
            Check("item-", "free line item, 0 %", "setup.misc_items.0"),
            Check("item-", "(gift card,", "setup.gift_card.item"),
            Check("item-", "(voucher,", "setup.voucher.item"),
            Check("item-", "(deposit,", "setup.deposit.item"),
            Check("card-"),
        ),
        by_hand=(
            _("In Uniconta: Inventory, Maintenance, Item groups, add one for each kind of card."),
            _("A multi-purpose card: a liability account as revenue account, no VAT code."),
            _(
                "A single-purpose card: a liability account as revenue account, the VAT code of 25 %."
            ),
            _(
                "Press “Read the lists again” on this page; the item itself can then be made from here."
            ),
        ),
    ),
    Step(
        key="start",
        group=LIVE,
        title=_("Start"),
        intro=_("From when on, and in which time zone, the sales of the till are booked."),
        asks=(
            Ask(path="setup.sales_from"),
            Ask(path="setup.day_close_enabled"),
            Ask(path="tenant.timezone"),
        ),
        checks=(
            Check("setup-sales-from", path="setup.sales_from"),
            Check("c1st-time-zone", path="tenant.timezone"),
            Check("c1st-prices-"),
        ),
    ),
    Step(
        key="live",
        group=LIVE,
        title=_("Check and go live"),
        intro=_(
            "The doctor looks at everything once more. Going live registers the webhooks at both systems and starts the work."
        ),
        checks=(Check("c1st-hook-"), Check("uni-hook-")),
    ),
)
BY_KEY = {step.key: step for step in STEPS}
LAST = STEPS[-1].key
# what the change history names a page by: its key, and in older reasons the number of its point
NAMES_IN_REASONS = {name: step for step in STEPS for name in (step.key, step.point) if name}


def after(step: Step) -> Step:
    """Return the step that follows, the last one after the last."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def before(step: Step) -> Step | None:
    """Return the step before, None for the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None
