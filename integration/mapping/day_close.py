"""A day close of the till as journal lines: differences only, never revenue or VAT (contracts/accounting.md section 8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from integration.customers1st.payloads import DayClose
from integration.errors import Hold
from integration.mapping.rules import Rules
from integration.mapping.sale import SettlementLine
from integration.mapping.totals import Totals

TEXT_LENGTH = 50  # contracts/uniconta.md, GLDailyJournalLineClient
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One receipt of a close, as it was booked.

    `lines` counts its articles, each of which may round VAT by an øre [A79]. `invoice` is Uniconta's number, empty
    while the receipt `waits` for the bookkeeper's invoice; a customer's payment has none. `by_hand` is who booked it instead
    of us, and why; our own `invoice` then is one that is not counted. It `is_told` unless what it consists of cannot be known.
    """

    id: int
    number: int
    debtor: str
    totals: Totals
    lines: int = 0
    invoice: str = ""
    waits: bool = False
    customer_payment: bool = False
    by_hand: str = ""
    is_told: bool = True

    @property
    def on_account(self) -> bool:
        """Whether it stands, in part at least, on the customer's own debtor."""
        return self.totals.on_account != ZERO

    @property
    def is_ours(self) -> bool:
        """Whether its invoice stands and its payment is posted by us, now or with its close."""
        return not (self.waits or self.by_hand)


def close_key(store_id: int, close_id: int) -> str:
    """Return the key that every line of a close carries (accounting.md section 12)."""
    return f"c1st:{store_id}:balance:{close_id}"


def close_name(close: DayClose) -> str:
    """Return what people call the close."""
    return f"Z {close.number}" if close.number is not None else f"close {close.id}"


def close_date(close: DayClose, *, rules: Rules, naive_zone: tzinfo = UTC) -> date:
    """Return the business day of a close in the tenant's zone (accounting.md section 10) [A1]."""
    return close.ended.replace(tzinfo=naive_zone).astimezone(ZoneInfo(rules.time_zone)).date()


def holds_number(close: DayClose, number: int | None) -> bool:
    """Tell whether a receipt number lies in the range of a close (I6)."""
    if number is None or close.first_no is None or close.last_no is None:
        return False
    return close.first_no <= number <= close.last_no


def expense_of(close: DayClose) -> Decimal:
    """Return what was paid out of the drawer, above 0 however the till writes it [A41].

    Below 0 the close's own difference tells which sign is meant: the one whose expected cash leads to it. A negative
    figure that is meant as such is money back for an earlier expense.
    """
    given = close.expense
    if given >= 0:
        return given
    told = abs(close.cash_difference)
    as_written = abs(close.cash_counted - _expected(close, given)) == told
    turned = abs(close.cash_counted - _expected(close, -given)) == told
    return given if as_written and not turned else -given


def expected_cash(close: DayClose) -> Decimal:
    """Return what the drawer should hold before the count (I4)."""
    return _expected(close, expense_of(close))


def difference(close: DayClose) -> Decimal:
    """Return counted minus expected cash, below 0 when money is missing; always our own figure [A37]."""
    return close.cash_counted - expected_cash(close)


def cash_account(close: DayClose, rules: Rules) -> str:
    """Return the GL account of the register's drawer; Hold when there is none (H2)."""
    own = rules.registers.get(close.register_id) if close.register_id is not None else None
    return own or _named(rules.cash_account, "cash account", "point 6")


def close_lines(close: DayClose, *, rules: Rules) -> tuple[SettlementLine, ...]:
    """Return the journal lines of a close, none when all is zero; Hold when one has no account (H2)."""
    name = close_name(close)
    parts = (
        ("kassedifference", difference(close), "cash_difference_account"),
        ("udlæg", -expense_of(close), "expense_account"),
        ("til bank" if close.cash_to_bank > 0 else "fra bank", -close.cash_to_bank, "bank_account"),
    )
    return tuple(
        SettlementLine(
            debtor=False,
            account=_account(rules, setting),
            offset_account=cash_account(close, rules),
            credit=credit,
            text=f"{name} {what}"[:TEXT_LENGTH],
        )
        for what, credit, setting in parts
        if credit
    )


def figures(close: DayClose) -> str:
    """Return a fingerprint that changes when anything of the close changes that is posted or compared (H13)."""
    parts: list[object] = [
        close.number,
        close.ended,
        close.register_id,
        close.first_no,
        close.last_no,
        close.receipts,
    ]
    amounts = (
        close.cash_start,
        close.cash_revenue,
        close.cash_counted,
        close.cash_to_bank,
        close.expense,
        close.revenue,
        close.vat,
    )
    parts += [None if amount is None else f"{amount:.2f}" for amount in amounts]
    parts += sorted((row.title, f"{row.amount:.2f}") for row in close.tenders)
    return sha256(repr(parts).encode()).hexdigest()


def previous_of(close: DayClose, closes: Iterable[DayClose]) -> DayClose | None:
    """Return the close before this one of the same register."""
    earlier = [
        each
        for each in closes
        if each.register_id == close.register_id and (each.ended, each.id) < (close.ended, close.id)
    ]
    return max(earlier, key=lambda each: (each.ended, each.id), default=None)


def check_range(close: DayClose, closes: Sequence[DayClose]) -> None:
    """Hold when another close of the register claims a receipt of this one (H7)."""
    if close.first_no is None or close.last_no is None:
        return
    for other in closes:
        if other.id == close.id or other.register_id != close.register_id:
            continue
        if other.first_no is None or other.last_no is None or not other.receipts:
            continue
        if other.first_no <= close.last_no and close.first_no <= other.last_no:
            first, last = max(close.first_no, other.first_no), min(close.last_no, other.last_no)
            raise Hold(
                f"{close_name(close)} holds receipts {close.first_no} to {close.last_no}, {close_name(other)} of the"
                f" same register {other.first_no} to {other.last_no}: both claim {first} to {last}.",
                "Find out in Customers 1st which close the receipts belong to. Neither is posted by itself; book the"
                " lines of the close by hand.",
                mended_by="customers1st",
            )


def _expected(close: DayClose, expense: Decimal) -> Decimal:
    return close.cash_start + (close.cash_revenue or ZERO) - expense


def _account(rules: Rules, setting: str) -> str:
    words = {
        "cash_difference_account": ("cash difference account", "point 7"),
        "expense_account": ("till expense account", "point 7"),
        "bank_account": ("bank account", "point 7"),
    }
    return _named(getattr(rules, setting), *words[setting])


def _named(value: str, what: str, where: str) -> str:
    if not value:
        raise Hold(
            f"No {what} is set.", f"Fill in {where} of the setup ({what}).", mended_by="setup"
        )
    return value
