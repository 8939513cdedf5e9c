"""What must stand in the books after weeks at a till, worked out from contracts/accounting.md alone.

Shares no code with the product, nor with the sandbox: standard library only (tests/architecture holds that). What happened
is told as `Deal`s and `Shut`s in the words of people; all amounts are kroner as Decimal, debit and owed money positive.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

What = Literal["goods", "free", "discount", "giftcard", "voucher", "deposit"]
Button = Literal["cash", "card", "wallet", "euro", "account"]
SettleAt = Literal["sale", "close"]
Sums = dict[str, Decimal]

NOTHING = Decimal(0)
OERE = Decimal("0.01")
POS = "POS3000"
DEBTORS, VAT, ROUNDING, DIFFERENCE, EXPENSE, BANK = "5600", "6510", "2920", "2910", "2750", "5820"
REVENUE = {25: "1010", 0: "1050"}
DRAWERS = {501: "5810", 502: "5811"}
CLEARING: Mapping[str, str] = {"card": "5830", "wallet": "5831", "euro": "5815"}
LIABILITIES: Mapping[
    tuple[str, int], str
] = {  # by card type and VAT of its kind: multi 0, single 25
    ("giftcard", 0): "6610",
    ("giftcard", 25): "6612",
    ("voucher", 0): "6620",
    ("voucher", 25): "6622",
    ("deposit", 0): "6630",
    ("deposit", 25): "6632",
}


@dataclass(frozen=True)
class Line:
    """One line of a receipt; `of` is the place of the line that a discount belongs to, `card` a card's number.

    `back` names what is taken back: the number of the receipt and the place of the line on it.
    """

    what: What
    rate: int
    quantity: int
    price: Decimal
    of: int | None = None
    card: str = ""
    back: tuple[int, int] | None = None

    @property
    def amount(self) -> Decimal:
        """Its gross amount."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Tender:
    """One means of payment: what it pays of the receipt, and the foreign notes where there are some."""

    button: Button
    pays: Decimal
    notes: int = 0

    @property
    def moved(self) -> Decimal:
        """What changes hands: coins go down to 50 øre, a tie away from zero."""
        if self.button != "cash":
            return self.pays
        return (self.pays * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2


@dataclass(frozen=True)
class Deal:
    """One receipt. A customer's payment has no lines and pays onto the customer's account."""

    number: int
    register: int
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    customer: str = ""

    @property
    def is_payment(self) -> bool:
        """Tell whether it is money received on account."""
        return not self.lines

    @property
    def total(self) -> Decimal:
        """The sum of the receipt."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def on_account(self) -> Decimal:
        """What stays open on the customer."""
        return sum((each.pays for each in self.tenders if each.button == "account"), NOTHING)

    @property
    def paid(self) -> Decimal:
        """What was paid by anything but the account."""
        return sum((each.pays for each in self.tenders if each.button != "account"), NOTHING)

    @property
    def debtor(self) -> str:
        """The debtor it stands on: the customer's own only when something is on account (section 5, point 2)."""
        by_account = any(each.button == "account" for each in self.tenders)
        return self.customer if by_account or self.is_payment else POS


@dataclass(frozen=True)
class Shut:
    """One day close of a register: `over` was counted too much (below 0: is missing)."""

    register: int
    over: Decimal = NOTHING
    expense: Decimal = NOTHING
    to_bank: Decimal = NOTHING


Event = Deal | Shut


@dataclass(frozen=True)
class Drawer:
    """The cash of one close: `start + taken - expense = expected`, `left` lies in the drawer after it."""

    register: int
    start: Decimal
    taken: Decimal
    expected: Decimal
    counted: Decimal
    left: Decimal
    deals: tuple[Deal, ...]


@dataclass
class Books:
    """What must stand there in the end.

    `open_items` are (receipt, amount) of what is open on each debtor, a payment that matched nothing as (0, amount);
    `vat` is the output VAT of everything, `batches` counts the closes that have something to post.
    """

    accounts: Sums
    debtors: Sums
    open_items: dict[str, list[tuple[int, Decimal]]]
    vat: Decimal
    totals: list[Decimal]
    drawers: list[Drawer]
    batches: int


@dataclass
class _Ledger:
    accounts: Sums = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    debtors: Sums = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    items: dict[str, list[list[Decimal]]] = field(default_factory=lambda: defaultdict(list))

    def move(self, account: str, amount: Decimal, *, debtor: str = "") -> None:
        self.accounts[account] += amount
        if debtor:
            self.debtors[debtor] += amount


def books(events: Iterable[Event], *, floats: Mapping[int, Decimal], settle_at: SettleAt) -> Books:
    """Return what must stand in the books; `floats` lie in the drawers before and are in no ledger."""
    ledger, totals, drawers = _Ledger(), list[Decimal](), list[Drawer]()
    waiting: dict[int, list[Deal]] = defaultdict(list)
    in_drawer, batches = dict(floats), 0
    for event in events:
        if isinstance(event, Deal):
            waiting[event.register].append(event)
            if not event.is_payment:
                _invoice(event, ledger)
                totals.append(event.total)
            if settle_at == "sale":
                _settle([event], ledger)
            continue
        own = waiting.pop(event.register, [])
        if settle_at == "close":
            _settle(own, ledger)
        drawer = _drawer(event, in_drawer.get(event.register, NOTHING), own)
        drawers.append(drawer)
        in_drawer[event.register] = drawer.left
        lines = _shut(event, ledger)
        batches += bool(lines or (settle_at == "close" and any(deal.paid for deal in own)))
    return Books(
        accounts=_without_nothing(ledger.accounts),
        debtors=_without_nothing(ledger.debtors),
        open_items={
            name: sorted((int(number), amount) for number, amount in rows if amount)
            for name, rows in ledger.items.items()
            if any(amount for _number, amount in rows)
        },
        vat=-ledger.accounts[VAT],
        totals=sorted(totals),
        drawers=drawers,
        batches=batches,
    )


def vat_of(gross: Decimal, rate: int) -> Decimal:
    """Return the VAT in a gross amount: gross x 25/125, to the øre, half up (section 9)."""
    return (gross * rate / (100 + rate)).quantize(OERE, ROUND_HALF_UP)


def parts_of(lines: Sequence[Line]) -> dict[tuple[str, int], Decimal]:
    """Return the gross per revenue or liability account and VAT rate (section 5)."""
    sums: dict[tuple[str, int], Decimal] = defaultdict(lambda: NOTHING)
    for line in lines:
        account = LIABILITIES.get((line.what, line.rate)) or REVENUE[line.rate]
        sums[account, line.rate] += line.amount
    return sums


def _invoice(deal: Deal, ledger: _Ledger) -> None:
    for (account, rate), gross in parts_of(deal.lines).items():
        vat = vat_of(gross, rate)
        ledger.move(account, vat - gross)
        ledger.move(VAT, -vat)
    ledger.move(DEBTORS, deal.total, debtor=deal.debtor)
    ledger.items[deal.debtor].append([Decimal(deal.number), deal.total])


def _settle(deals: Sequence[Deal], ledger: _Ledger) -> None:
    """Book tenders (sections 6 and 7): those of sales settle their invoice, then customers' payments look for theirs."""
    for deal in deals:
        for tender in deal.tenders:
            if tender.button == "account":
                continue
            drawer = DRAWERS[deal.register]
            account = drawer if tender.button == "cash" else CLEARING[tender.button]
            ledger.move(account, tender.moved)
            ledger.move(ROUNDING, tender.pays - tender.moved)
            ledger.move(DEBTORS, -tender.pays, debtor=deal.debtor)
        if not deal.is_payment:
            for item in ledger.items[deal.debtor]:
                item[1] -= deal.paid if item[0] == deal.number else NOTHING
    for deal in [each for each in deals if each.is_payment]:
        items = ledger.items[deal.debtor]
        fitting = [item for item in items if item[1] == deal.paid]
        if len(fitting) == 1:
            fitting[0][1] = NOTHING
        else:
            items.append([NOTHING, -deal.paid])


def _drawer(event: Shut, start: Decimal, deals: Sequence[Deal]) -> Drawer:
    taken = sum(
        (each.moved for deal in deals for each in deal.tenders if each.button == "cash"), NOTHING
    )
    expected = start + taken - event.expense
    counted = expected + event.over
    return Drawer(
        register=event.register,
        start=start,
        taken=taken,
        expected=expected,
        counted=counted,
        left=counted - event.to_bank,
        deals=tuple(deals),
    )


def _shut(event: Shut, ledger: _Ledger) -> int:
    """Book difference, expense and cash to the bank (section 8); returns how many lines that are."""
    drawer = DRAWERS[event.register]
    moves = [(DIFFERENCE, -event.over), (EXPENSE, event.expense), (BANK, event.to_bank)]
    for account, amount in moves:
        ledger.move(account, amount)
        ledger.move(drawer, -amount)
    return sum(bool(amount) for _account, amount in moves)


def _without_nothing(sums: Sums) -> Sums:
    return {name: amount for name, amount in sums.items() if amount}
