"""Weeks at the till, made up: everything accounting.md knows, in any order, on two registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from tests.journeys.oracle import NOTHING, Button, Deal, Event, Line, Shut, Tender, What

FIRST_NUMBER = 1284  # the seed shop's next receipt
REGISTERS = (501, 502)
FLOATS = {501: Decimal(1000), 502: Decimal(500)}
CUSTOMERS = ("K1001", "C5002")  # a debtor that is there, and one that is made for its customer
EURO = Decimal("7.4")
CARDS: tuple[What, ...] = ("giftcard", "voucher", "deposit")
PLAIN: tuple[Button, ...] = ("cash", "card", "wallet")


@dataclass
class Card:
    """A stored-value card that is out."""

    number: str
    what: What
    rate: int
    balance: Decimal


@dataclass
class Maker:
    """Makes up one week, and knows what has happened in it so far."""

    rng: Random
    rates: Mapping[What, int]
    events: list[Event] = field(default_factory=list)
    number: int = FIRST_NUMBER
    issued: int = 0
    cards: list[Card] = field(default_factory=list)
    sold: list[tuple[int, int, Line, Line | None, str]] = field(default_factory=list)
    owed: list[tuple[str, Decimal]] = field(default_factory=list)
    received: set[tuple[str, Decimal]] = field(default_factory=set)

    def week(self, days: int, deals: int) -> list[Event]:
        """Return the events of some days with up to so many receipts each; each ends with both registers closed."""
        for _day in range(days):
            for _deal in range(self.rng.randint(0, deals)):
                self.deal()
            for register in REGISTERS:
                self.events.append(self.shut(register))
        return self.events

    def deal(self) -> None:
        """Ring one receipt up, whatever is possible now."""
        kinds = [self.sale, self.sale, self.sale, self.issue, self.exchange, self.pay_in]
        kinds += [self.use_card, self.pay_card_out] if self.cards else []
        kinds += [self.take_back, self.take_back_for_voucher] if self.sold else []
        self.rng.choice(kinds)()

    # The kinds -------------------------------------------------------------------------------

    def sale(self) -> None:
        """Goods and free text, some with a discount."""
        self._ring(self._goods(self.rng.randint(1, 4)))

    def issue(self) -> None:
        """A card is sold, alone or with goods."""
        lines = self._goods(self.rng.randint(0, 1))
        self._ring([*lines, self._new_card(self.rng.choice(CARDS), self._price())])

    def use_card(self) -> None:
        """A card pays goods, in part or whole."""
        lines, card = self._goods(self.rng.randint(1, 2)), self.rng.choice(self.cards)
        most = min(card.balance, sum((line.amount for line in lines), NOTHING))
        used = most if self.rng.random() < 0.4 else self._part(most)
        card.balance -= used
        self._drop_empty()
        self._ring([*lines, Line(card.what, card.rate, 1, -used, card=card.number)])

    def pay_card_out(self) -> None:
        """What is left on a card is paid out."""
        card = self.rng.choice(self.cards)
        line = Line(card.what, card.rate, -1, card.balance, card=card.number)
        card.balance = NOTHING
        self._drop_empty()
        self._ring([line])

    def exchange(self) -> None:
        """Something comes back without its receipt, something else goes: up, down or even."""
        lines = self._goods(1, discounts=False)
        price = lines[0].amount if self.rng.random() < 0.3 else self._price()
        self._ring([Line("free", lines[0].rate, 1, -price), *lines])

    def take_back(self) -> None:
        """A line of an earlier receipt comes back, its discount too; sometimes for something else."""
        lines, customer = self._back()
        more = self._goods(1) if self.rng.random() < 0.3 else []
        shifted = [
            line if line.of is None else replace(line, of=line.of + len(lines)) for line in more
        ]
        self._ring([*lines, *shifted], customer=customer)

    def take_back_for_voucher(self) -> None:
        """A line comes back against a voucher: a receipt of 0.00."""
        lines, _customer = self._back()
        value = -sum((line.amount for line in lines), NOTHING)
        self._ring([*lines, self._new_card("voucher", value)])

    def pay_in(self) -> None:
        """A customer pays on account: exactly one invoice, or any amount; no customer the same amount twice."""
        if self.owed and self.rng.random() < 0.6:
            customer, amount = self.owed.pop(self.rng.randrange(len(self.owed)))
            button: Button = self.rng.choice(("card", "wallet"))
        else:
            customer, button = self.rng.choice(CUSTOMERS), self.rng.choice(PLAIN)
            amount = Decimal(self.rng.randint(1, 2000)) / 2
        if (customer, amount) not in self.received:
            self.received.add((customer, amount))
            self._add((), (Tender(button, amount),), customer)

    def shut(self, register: int) -> Shut:
        """Close a register, as it happens to be."""
        rng = self.rng
        return Shut(
            register,
            over=rng.choice((NOTHING, Decimal(rng.randint(-40, 40)) / 2)),
            expense=rng.choice((NOTHING, Decimal(rng.randint(1, 30000)) / 100)),
            to_bank=rng.choice((NOTHING, Decimal(rng.randint(-1000, 3000)) / 2)),
        )

    # Their parts -----------------------------------------------------------------------------

    def _goods(self, count: int, *, discounts: bool = True) -> list[Line]:
        lines: list[Line] = []
        for _ in range(count):
            what: What = self.rng.choice(("goods", "goods", "free"))
            rate = 25 if what == "goods" or self.rng.random() < 0.6 else 0
            lines.append(Line(what, rate, self.rng.randint(1, 3), self._price()))
            if discounts and self.rng.random() < 0.3:
                off = self._part(lines[-1].amount)
                lines.append(Line("discount", rate, 1, -off, of=len(lines) - 1))
        return lines

    def _back(self) -> tuple[list[Line], str]:
        number, place, line, discount, customer = self.sold.pop(self.rng.randrange(len(self.sold)))
        lines = [Line(line.what, line.rate, -line.quantity, line.price, back=(number, place))]
        if discount is not None:
            back = (number, place + 1)
            lines.append(Line("discount", line.rate, -1, discount.price, of=0, back=back))
        return lines, customer

    def _new_card(self, what: What, amount: Decimal) -> Line:
        self.issued += 1
        card = Card(f"{what}-{self.issued}", what, self.rates[what], amount)
        self.cards.append(card)
        return Line(what, card.rate, 1, amount, card=card.number)

    def _drop_empty(self) -> None:
        self.cards = [card for card in self.cards if card.balance]

    def _price(self) -> Decimal:
        return Decimal(self.rng.randint(100, 150_000)) / 100

    def _part(self, amount: Decimal) -> Decimal:
        """Return a part of an amount: more than nothing, not more than all but an øre."""
        most = int(amount * 100) - 1
        return Decimal(self.rng.randint(1, most)) / 100 if most > 0 else amount

    def _ring(self, lines: list[Line], customer: str = "") -> None:
        due = sum((line.amount for line in lines), NOTHING)
        customer = customer or self.rng.choice(("", "", *CUSTOMERS))
        tenders = self._tenders(due, customer)
        open_ = sum((each.pays for each in tenders if each.button == "account"), NOTHING)
        if open_ > 0:
            self.owed.append((customer, open_))
        number = self._add(tuple(lines), tenders, customer)
        for place, line in enumerate(lines):
            if line.what in ("goods", "free") and line.amount > 0:
                after = lines[place + 1] if place + 1 < len(lines) else None
                discount = after if after and after.of == place else None
                self.sold.append((number, place, line, discount, customer if open_ else ""))

    def _add(self, lines: tuple[Line, ...], tenders: tuple[Tender, ...], customer: str) -> int:
        number, self.number = self.number, self.number + 1
        self.events.append(Deal(number, self.rng.choice(REGISTERS), lines, tenders, customer))
        return number

    def _tenders(self, due: Decimal, customer: str) -> tuple[Tender, ...]:
        """Pay what is due: with one, two or three means, with euro notes, on account in part or whole."""
        if not due:
            return ()
        way = self.rng.choice(("one", "one", "split", "euro", "account", "part"))
        if way in ("account", "part") and not customer:
            way = "one"
        if due < 0 and way in ("split", "euro", "part"):
            way = "one"
        if way == "account":
            return (Tender("account", due),)
        if way == "euro":
            return self._euro(due)
        if way in ("split", "part") and due > 1:
            first = self._part(due)
            buttons: list[Button] = ["account"] if way == "part" else ["card", "wallet"]
            rests: list[Button] = ["cash", "card"] if way == "part" else ["cash"]
            return (
                Tender(self.rng.choice(buttons), first),
                Tender(self.rng.choice(rests), due - first),
            )
        return (Tender(self.rng.choice(PLAIN), due),)

    def _euro(self, due: Decimal) -> tuple[Tender, ...]:
        notes = int(due / EURO) + 1 + self.rng.randint(0, 5)
        paid = Tender("euro", notes * EURO, notes)
        return (paid, Tender("cash", due - paid.pays))


@dataclass(frozen=True)
class Week:
    """A made-up week, and the VAT rate of each card type's kind."""

    events: tuple[Event, ...]
    rates: tuple[tuple[What, int], ...]


def weeks(*, days: int, deals: int, kinds: tuple[What, ...] = CARDS) -> st.SearchStrategy[Week]:
    """Return weeks of up to so many days and receipts a day; the card types in `kinds` may be single-purpose."""

    def made(rng: Random, count: int, rates: tuple[int, ...]) -> Week:
        by_card: dict[What, int] = dict.fromkeys(CARDS, 0)
        by_card |= zip(kinds, rates, strict=True)
        events = Maker(rng, by_card).week(count, deals)
        return Week(tuple(events), tuple(by_card.items()))

    rate = st.sampled_from((0, 25))
    return st.builds(
        made,
        st.randoms(use_true_random=False),
        st.integers(1, days),
        st.tuples(*(rate for _ in kinds)),
    )
