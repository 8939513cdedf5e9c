"""The means of payment of a receipt: role, account and kroner of each (accounting.md section 6)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from integration.customers1st.payloads import Payment, Tender
from integration.errors import Hold
from integration.mapping.amounts import kroner, to_oere
from integration.mapping.rules import Rules

CAPTURED = "captured"
KRONER = "DKK"
MOST_ROUNDING = Decimal("0.25")  # per cash tender: totals are rounded to 50 øre [A23]
ZERO = Decimal(0)


class Role(StrEnum):
    """What a means of payment is to the books. MAPPED is a card, a wallet, anything with an account of its own."""

    CASH = "cash"
    FOREIGN = "foreign"
    MAPPED = "mapped"
    DEBTOR = "debtor"


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One captured means of payment: `amount` in kroner as it moved, of which `rounding` is not the customer's.

    `account` is the GL account it goes to, empty for the debtor role.
    """

    title: str
    role: Role
    account: str
    amount: Decimal
    rounding: Decimal = ZERO

    @property
    def settled(self) -> Decimal:
        """What it pays of the receipt."""
        return self.amount - self.rounding


def paid_tenders(payment: Payment, rules: Rules) -> tuple[Paid, ...]:
    """Return the means of payment of a sale, which come to its sum (I3); Hold otherwise, or when one has no account.

    With the invoice flag and no debtor tender, what is missing is on account: it is added as one [A26].
    """
    tenders = _captured(payment)
    roles = [_role(payment, tender, rules) for tender in tenders]
    may_miss = payment.invoice and Role.DEBTOR not in roles
    for amounts in _readings(tenders):
        roundings = _given_roundings(tenders, roles)
        missing = payment.sum - sum(amounts, ZERO) + sum(roundings, ZERO)
        open_cash = _open_cash(tenders, roles)
        if missing and open_cash and abs(missing) <= MOST_ROUNDING * len(open_cash):
            roundings[open_cash[0]] -= missing
            missing = ZERO
        if not missing or (may_miss and Role.FOREIGN not in roles and _is_part(missing, payment)):
            paid = _paid(payment, tenders, roles, amounts, roundings, rules)
            return (*paid, *_on_account(missing, rules))
    raise _does_not_add_up(payment, tenders)


def paid_by_customer(payment: Payment, rules: Rules) -> tuple[Paid, ...]:
    """Return the means of a payment on account, whose amount is in them alone [A27]; Hold when there are none."""
    tenders = _captured(payment)
    roles = [_role(payment, tender, rules) for tender in tenders]
    if Role.DEBTOR in roles:
        raise Hold(
            f"The customer's payment {payment.payment_no} is itself paid on account.",
            "Correct the payment in Customers 1st, or book it by hand.",
            mended_by="customers1st",
        )
    readings = _readings(tenders)
    if len(readings) > 1:
        readings = [amounts for amounts in readings if sum(amounts, ZERO) == payment.sum]
    if not readings:
        raise Hold(
            f"The customer's payment {payment.payment_no} is in foreign money, and its kroner are not certain.",
            "Book the payment by hand in Uniconta.",
        )
    roundings = _given_roundings(tenders, roles)
    paid = tuple(_paid(payment, tenders, roles, readings[0], roundings, rules))
    if not sum((each.settled for each in paid), ZERO):
        raise Hold(
            f"The customer's payment {payment.payment_no} comes to 0.00.",
            "Look at the payment in Customers 1st; only captured means of payment count.",
            mended_by="customers1st",
        )
    return paid


def is_on_account(payment: Payment, rules: Rules) -> bool:
    """Tell whether a sale stands on the customer's own debtor: the invoice flag, or a tender of the debtor role."""
    return payment.invoice or any(
        _role(payment, tender, rules) is Role.DEBTOR for tender in _captured(payment)
    )


def same_title(left: str, right: str) -> bool:
    """Compare two names of means of payment as people do."""
    return left.strip().casefold() == right.strip().casefold()


def _captured(payment: Payment) -> list[Tender]:
    return [tender for tender in payment.tenders if tender.status == CAPTURED]


def _role(payment: Payment, tender: Tender, rules: Rules) -> Role:
    if rules.debtor_payment_type and same_title(tender.title, rules.debtor_payment_type):
        return Role.DEBTOR
    if (tender.currency or KRONER).upper() != KRONER:
        return Role.FOREIGN
    if rules.cash_payment_type and same_title(tender.title, rules.cash_payment_type):
        return Role.CASH
    if payment.invoice and _is_debtor_button(tender) and _mapped(tender, rules) is None:
        return Role.DEBTOR
    return Role.MAPPED


def _is_debtor_button(tender: Tender) -> bool:
    """Tell whether a tender can be the built-in debtor button: no type of the shop, no provider, no cash [A26]."""
    return tender.payment_type_id is None and not tender.provider and not tender.cash


def _readings(tenders: Sequence[Tender]) -> list[list[Decimal]]:
    """Return what the amounts may be in kroner: as given, or foreign ones times their rate [A28]."""
    given = [tender.amount for tender in tenders]
    times_rate = [
        to_oere(tender.amount * tender.exchange_rate)
        if (tender.currency or KRONER).upper() != KRONER and tender.exchange_rate
        else tender.amount
        for tender in tenders
    ]
    return [given] if times_rate == given else [given, times_rate]


def _given_roundings(tenders: Sequence[Tender], roles: Sequence[Role]) -> list[Decimal]:
    return [
        tender.amount - tender.unrounded_cash
        if _rounds(tender, role) and tender.unrounded_cash is not None
        else ZERO
        for tender, role in zip(tenders, roles, strict=True)
    ]


def _open_cash(tenders: Sequence[Tender], roles: Sequence[Role]) -> list[int]:
    """Return the places of cash tenders that do not tell their rounding."""
    pairs = enumerate(zip(tenders, roles, strict=True))
    return [n for n, (each, role) in pairs if _rounds(each, role) and each.unrounded_cash is None]


def _rounds(tender: Tender, role: Role) -> bool:
    return role is Role.CASH or (role is Role.MAPPED and tender.cash)


def _is_part(missing: Decimal, payment: Payment) -> bool:
    """Tell whether what is missing can be a part of the receipt: of its sign, and no more than all of it."""
    return missing * payment.sum > 0 and abs(missing) <= abs(payment.sum)


def _on_account(missing: Decimal, rules: Rules) -> Iterator[Paid]:
    if missing:
        title = rules.debtor_payment_type or "on account"
        yield Paid(title=title, role=Role.DEBTOR, account="", amount=missing)


def _paid(
    payment: Payment,
    tenders: Iterable[Tender],
    roles: Iterable[Role],
    amounts: Iterable[Decimal],
    roundings: Iterable[Decimal],
    rules: Rules,
) -> Iterator[Paid]:
    for tender, role, amount, rounding in zip(tenders, roles, amounts, roundings, strict=True):
        yield Paid(
            title=tender.title,
            role=role,
            account=_account(payment, tender, role, rules),
            amount=amount,
            rounding=rounding,
        )


def _account(payment: Payment, tender: Tender, role: Role, rules: Rules) -> str:
    """Return the GL account that a means of payment goes to; one without is a Hold, never a guess (H2, H14)."""
    if role is Role.DEBTOR:
        return ""
    if role is Role.CASH:
        return _cash_account(payment, rules)
    account = _mapped(tender, rules)
    if account is None:
        foreign = f" in {tender.currency}" if role is Role.FOREIGN else ""
        raise Hold(
            f"Payment type “{tender.title}”{foreign} has no account.",
            f"Add “{tender.title}” to the payment types of the tenant, with the GL account its money waits on.",
            mended_by="setup",
        )
    return account


def _cash_account(payment: Payment, rules: Rules) -> str:
    own = rules.registers.get(payment.register_id) if payment.register_id is not None else None
    if not (own or rules.cash_account):
        raise Hold(
            "No cash account is set.",
            "Fill in point 6 of the setup (cash account).",
            mended_by="setup",
        )
    return own or rules.cash_account


def _mapped(tender: Tender, rules: Rules) -> str | None:
    return next(
        (
            account
            for title, account in rules.payment_types.items()
            if account and same_title(title, tender.title)
        ),
        None,
    )


def _does_not_add_up(payment: Payment, tenders: Sequence[Tender]) -> Hold:
    paid = sum((tender.amount for tender in tenders), ZERO)
    hint = " (they would with the opposite sign)" if paid and paid == -payment.sum else ""
    return Hold(
        f"The payments of receipt {payment.payment_no} come to {kroner(paid)},"
        f" its sum is {kroner(payment.sum)}{hint}.",
        "Look at the receipt in Customers 1st; it is not booked until payments and sum agree.",
        mended_by="customers1st",
    )
