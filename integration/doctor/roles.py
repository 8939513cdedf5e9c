"""What the setup names in Uniconta: accounts and items, with the role that each plays."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from integration.doctor.finding import Place
from integration.mapping.rules import CardRule, Rules
from integration.words import word

FULL, NONE = Decimal(25), Decimal(0)  # the two rates that are known (accounting.md section 5)
PURPOSES = {"multi": word("multi-purpose"), "single": word("single-purpose")}


@dataclass(frozen=True, kw_only=True)
class AccountRole:
    """A GL account of the setup; `holds_money` tells a drawer, a clearing account or the bank from a cost account."""

    account: str
    what: str
    holds_money: bool


@dataclass(frozen=True, kw_only=True)
class SetupItem:
    """An item of the setup; `rate` is the VAT in percent that its group must have."""

    number: str
    what: str
    rate: Decimal
    place: Place
    card: bool = False


def account_roles(rules: Rules) -> list[AccountRole]:
    """Return the accounts that the setup posts to, those that are filled in."""
    named = [
        ("cash account (point 6)", rules.cash_account, True),
        ("cash difference account (point 7)", rules.cash_difference_account, False),
        ("rounding account (point 7)", rules.rounding_account, False),
        ("till expense account", rules.expense_account, False),
        ("bank account", rules.bank_account, True),
        *((f"register {number}", account, True) for number, account in rules.registers.items()),
        *((f"payment type “{title}”", account, True) for title, account in rules.payment_types.items()),
    ]  # fmt: skip
    return [
        AccountRole(account=account, what=what, holds_money=money)
        for what, account, money in named
        if account
    ]


def setup_items(rules: Rules) -> list[SetupItem]:
    """Return the items that the setup names, those that are filled in."""
    return [item for item in (*_services(rules), *_cards(rules)) if item.number]


def _services(rules: Rules) -> Iterator[SetupItem]:
    for what, items in (
        ("discount item", rules.discount_items),
        ("item for lines without a product", rules.misc_items),
    ):
        for rate, number in items.items():
            yield SetupItem(
                number=number,
                what=f"{what}, {rate:f} %",
                rate=rate,
                place=Place.SERVICE_ITEMS,
            )


def _cards(rules: Rules) -> Iterator[SetupItem]:
    cards: tuple[tuple[str, CardRule | None], ...] = (
        ("gift card", rules.gift_card),
        (word("voucher"), rules.voucher),
        (word("deposit"), rules.deposit),
    )
    for what, rule in cards:
        if rule is not None:
            yield SetupItem(
                number=rule.item,
                what=f"{what}, {PURPOSES[rule.kind]}" if rule.kind in PURPOSES else what,
                rate=FULL if rule.kind == "single" else NONE,
                place=Place.SETUP,
                card=True,
            )
