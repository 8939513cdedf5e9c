"""Checks of the till: time zone, prices, payment types and registers against the setup."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from integration.customers1st.payloads import PaymentType, Register
from integration.doctor.facts import Facts, Row, StoreFacts
from integration.doctor.finding import Finding, Level
from integration.doctor.kinds import finding
from integration.mapping.rules import Rules
from integration.uniconta.values import amount_of

CASH, DEBTOR, CARD, OWN_TYPE = "cash", "invoice", "giftcard", "paymenttype"
TRUE = frozenset({"", "1", "true", "on", "yes"})  # absent means with VAT [A12]
FALSE = frozenset({"0", "false", "off", "no"})
# what shops call a button of their own for sales on account; the built-in one is known by its kind
NAMES_OF_DEBTOR = ("debitor", "faktura", "på konto", "konto", "invoice")


@dataclass(frozen=True, kw_only=True)
class Button:
    """A means of payment that the till offers; `account` is the number kept in Customers 1st, often empty."""

    title: str
    kind: str
    account: str = ""


def check_till(facts: Facts) -> Iterator[Finding]:
    """Say what the till does otherwise than the setup thinks."""
    store, rules = facts.store, facts.own.rules
    if not isinstance(store, StoreFacts):
        return
    yield from _time_zone(store, rules)
    yield from _prices(store)
    registers = [row for row in store.registers or () if not row.deleted]
    buttons = till_buttons(store, registers)
    yield from _built_in(store, buttons, rules)
    yield from _cards(store, buttons, rules)
    yield from _payment_types(buttons, rules, known=store.payment_types is not None)
    if store.registers is not None:
        yield from _registers(registers, rules)
    yield from _accounts(rules, store)


def _time_zone(store: StoreFacts, rules: Rules) -> Iterator[Finding]:
    if store.time_zone and store.time_zone != rules.time_zone:
        yield finding(
            "c1st-time-zone",
            subject=store.time_zone,
            cause=f"The store keeps the time of {store.time_zone}, the tenant that of {rules.time_zone}: sales near"
            " midnight would be posted on another day.",
            cure="Correct the time zone of the tenant, or that of the store in Customers 1st.",
        )


def _prices(store: StoreFacts) -> Iterator[Finding]:
    """Compare the setting for VAT with prices, whose net form is always right (contract section 7.1) [A12]."""
    if store.configs is None:
        return
    setting = store.configs.get("prices_include_vat", "").strip().lower()
    includes = True if setting in TRUE else False if setting in FALSE else None
    shown = {seen for row in store.products or () if (seen := _includes_vat(row)) is not None}
    if includes is None or (shown and shown != {includes}):
        yield finding(
            "c1st-prices-mismatch",
            subject="prices_include_vat",
            cause=f"The store says prices_include_vat = “{setting}”, its products' prices are {_told(shown)}.",
            cure="Correct the store's setting in Customers 1st, or ask the vendor which of both is right.",
        )
    elif not includes:
        yield finding(
            "c1st-prices-exclude-vat",
            subject="prices_include_vat",
            cause="The store keeps its prices without VAT; unit prices with VAT are taken from each line's total.",
            cure="Nothing needs to be done. Look at the first invoice with the bookkeeper.",
        )


def _includes_vat(row: Row) -> bool | None:
    """Tell whether a product's price carries VAT; None when it does not show."""
    price, net = row.get("price"), row.get("pricewithoutvat")
    if price is None or net is None or not amount_of(row.get("calculcatedvat")):
        return None
    if amount_of(price) == amount_of(net):
        return False
    return True if amount_of(price) > amount_of(net) > Decimal(0) else None


def _told(shown: set[bool]) -> str:
    if len(shown) != 1:
        return "now with, now without VAT" if shown else "not known"
    return "with VAT" if True in shown else "without VAT"


def till_buttons(store: StoreFacts, registers: list[Register]) -> list[Button]:
    """Return every means of payment once, by title: the shop's own ones, then what the registers show besides."""
    own = [row for row in store.payment_types or () if not row.disabled and row.title]
    found = {_key(row.title): _own(row) for row in own}
    for register in registers:
        for title, kind in register.methods:
            if title and kind != OWN_TYPE:  # the shop's own types are listed by themselves
                found[_key(title)] = Button(title=title, kind=kind)
    return list(found.values())


def shows_buttons(store: StoreFacts) -> bool:
    """Tell whether all means of payment are known: the shop's own ones, and those that the registers show besides."""
    rows = [row for row in store.registers or () if not row.deleted]
    return store.payment_types is not None and any(row.methods for row in rows)


def sells_on_account(store: StoreFacts) -> bool | None:
    """Tell whether the till has a payment type for sales on account; None when it does not show its buttons."""
    if not shows_buttons(store):
        return None
    registers = [row for row in store.registers or () if not row.deleted]
    return any(
        button.kind == DEBTOR or _key(button.title) in NAMES_OF_DEBTOR
        for button in till_buttons(store, registers)
    )


def _own(row: PaymentType) -> Button:
    return Button(title=row.title, kind=OWN_TYPE, account=row.account_no)


def _built_in(store: StoreFacts, buttons: list[Button], rules: Rules) -> Iterator[Finding]:
    """Compare points 9 and 10 with the till's names; where it has no such built-in button, its name may be on old receipts only."""
    titles = {_key(button.title) for button in buttons}
    for identity, kind, title, point in (
        ("pay-cash-unknown", CASH, rules.cash_payment_type, "9 (cash payment type)"),
        ("pay-debtor-unknown", DEBTOR, rules.debtor_payment_type, "10 (debtor payment type)"),
    ):
        if not title or _key(title) in titles:
            continue
        shown = [button.title for button in buttons if button.kind == kind]
        if shown:
            yield finding(
                identity,
                subject=title,
                cause=f"The setup calls it “{title}”, the till “{', '.join(shown)}”.",
                cure=f"Write “{shown[0]}” into point {point} of the setup.",
            )
        elif shows_buttons(store):
            yield finding(
                identity,
                level=Level.WARNING,
                subject=title,
                cause=f"The setup calls it “{title}”, and no payment type of the till has this name.",
                cure=f"Choose the till's own name at point {point} of the setup, or empty it where the shop has no such payment type.",
            )


def _cards(store: StoreFacts, buttons: list[Button], rules: Rules) -> Iterator[Finding]:
    """Miss the kind and item of cards that the till takes, or that it has sold already."""
    takes = {"giftcard"} if any(button.kind == CARD for button in buttons) else set()
    for name, rule, what, cause in (
        ("giftcard", rules.gift_card, "gift card", "The till takes gift cards, and the setup has no kind and item for them: such sales cannot be booked."),
        ("voucher", rules.voucher, "voucher", "The till has issued vouchers, and the setup has no kind and item for them: such sales cannot be booked."),
        ("deposit", rules.deposit, "deposit", "The till has taken deposits, and the setup has no kind and item for them: such sales cannot be booked."),
    ):  # fmt: skip
        if rule is None and name in store.card_types | takes:
            yield finding(
                "setup-gift-card",
                subject=what,
                cause=cause,
                cure="Ask the shop's accountant for the kind (multi or single purpose), and fill in kind and item in the setup.",
            )


def _payment_types(buttons: list[Button], rules: Rules, *, known: bool) -> Iterator[Finding]:
    """Compare the till's names with the mapped ones; known by the account, another name is a new name."""
    if not known:
        return
    built_in = {_key(rules.cash_payment_type), _key(rules.debtor_payment_type)}
    mapped = {_key(title) for title in rules.payment_types}
    titles = {_key(button.title) for button in buttons}
    gone = {t: account for t, account in rules.payment_types.items() if _key(t) not in titles}
    for button in buttons:
        ours = _key(button.title) in mapped | built_in
        if ours or button.kind in (CASH, DEBTOR, CARD):
            continue
        old = _same_account(button, gone)
        if old is None:
            yield _unmapped(button)
        else:
            del gone[old]
            yield _renamed(old, button)
    for title in gone:
        yield finding(
            "pay-unknown",
            subject=title,
            cause=f"Payment type “{title}” is mapped, and the till has no such button.",
            cure="Correct the title to the till's own, or remove the row when old receipts are booked.",
        )


def _same_account(button: Button, gone: Mapping[str, str]) -> str | None:
    named = [title for title, account in gone.items() if account == button.account]
    return named[0] if len(named) == 1 else None


def _unmapped(button: Button) -> Finding:
    return finding(
        "pay-unmapped",
        subject=button.title,
        cause=f"The till's payment type “{button.title}” has no account.",
        cure=f"Add “{button.title}” to the payment types, with the GL account its money waits on.",
    )


def _renamed(old: str, button: Button) -> Finding:
    return finding(
        "pay-renamed",
        subject=old,
        cause=f"Payment type “{old}” is called “{button.title}” on the till (both name account {button.account}).",
        cure=f"Rename the payment type “{old}” to “{button.title}”.",
        arguments=(old, button.title),
    )


def _registers(registers: list[Register], rules: Rules) -> Iterator[Finding]:
    present = {row.id: row.title for row in registers}
    used = Counter(rules.registers.get(number) or rules.cash_account for number in present)
    for number, title in present.items():
        if number not in rules.registers and used[rules.cash_account] > 1:
            yield finding(
                "register-unmapped",
                subject=f"register {number}",
                cause=f"Register {number} “{title}” has no account of its own; its cash is booked on {rules.cash_account}"
                " with that of the others.",
                cure=f"Add register {number} to the registers, with the GL account of its drawer.",
            )
    for number in rules.registers:
        if number not in present:
            yield finding(
                "register-unknown",
                subject=f"register {number}",
                cause=f"Register {number} is mapped, and the till has no such register.",
                cure=f"Correct the id. The till's registers are {_named(present)}.",
            )


def _named(present: Mapping[int, str]) -> str:
    return ", ".join(f"{number} “{title}”" for number, title in present.items()) or "none"


def _accounts(rules: Rules, store: StoreFacts) -> Iterator[Finding]:
    """Look for accounts that hold what should lie apart: drawers from each other, from cards and from the bank."""
    drawers = set(rules.registers.values()) | ({rules.cash_account} - {""})
    by_account: dict[str, list[int]] = {}
    for number, account in rules.registers.items():
        by_account.setdefault(account, []).append(number)
    for account, numbers in by_account.items():
        if len(numbers) > 1:
            yield finding(
                "register-account-shared",
                subject=account,
                cause=f"Registers {', '.join(map(str, numbers))} share account {account}: no drawer can be counted against it.",
                cure="Give each register an account of its own.",
            )
    for title, account in rules.payment_types.items():
        if account in drawers:
            yield finding(
                "pay-on-cash-account",
                subject=title,
                cause=f"“{title}” is booked on {account}, the account of a drawer: the counted cash never fits.",
                cure=f"Give “{title}” an account of its own in the payment types.",
            )
        elif account and account == rules.bank_account:
            yield finding(
                "pay-on-bank-account",
                subject=title,
                cause=f"“{title}” is booked on {account}, the bank: what the acquirer pays later is booked twice.",
                cure=f"Give “{title}” a clearing account in the payment types.",
            )


def _key(title: str) -> str:
    """Compare titles as a sale's payment types are compared."""
    return title.strip().casefold()
