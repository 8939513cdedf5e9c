"""What staff put into the till: wished lines and wished tenders, before they become a receipt."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sandbox.customers1st.models import CardType, Line
from sandbox.customers1st.values import Amount, money

CASH = "Kontant"
CARD = "Dankort"
MOBILEPAY = "MobilePay"
DEBTOR = "Debitor"
EURO = "EUR"


class TillError(ValueError):
    """The till refuses: the wish cannot become a receipt."""


@dataclass(frozen=True)
class Goods:
    """A wished line of goods or free text."""

    product_id: int | None
    quantity: Decimal
    title: str | None = None
    price: Decimal | None = None
    vat: Decimal | None = None
    cost: Decimal | None = None
    discount: Decimal | None = None
    discount_title: str = "Rabat"
    vatmode: Literal["normal", "second_hand"] = "normal"


@dataclass(frozen=True)
class ReturnedLine:
    """A wished return of an earlier line, with its discount; None returns the whole quantity."""

    line_id: int
    quantity: Decimal | None = None


@dataclass(frozen=True)
class CardSold:
    """A wished gift card, voucher or deposit to issue."""

    card_type: CardType
    amount: Decimal
    number: str | None = None
    vat: Decimal | None = None


@dataclass(frozen=True)
class CardUsed:
    """A wished payment with a gift card."""

    number: str
    amount: Decimal


@dataclass(frozen=True)
class CardReturned:
    """A wished pay-out of what is left on a gift card."""

    number: str


@dataclass(frozen=True)
class Pay:
    """A wished tender; without an amount it takes the rest."""

    title: str
    amount: Decimal | None = None
    foreign: Decimal | None = None


Wish = Goods | ReturnedLine | CardSold | CardUsed | CardReturned


def line(
    product: int,
    quantity: Amount = 1,
    *,
    price: Amount | None = None,
    discount: Amount | None = None,
    second_hand: bool = False,
) -> Goods:
    """Wish a product by id; `discount` is the kroner off the whole line, as its own article."""
    return Goods(
        product_id=product,
        quantity=Decimal(str(quantity)),
        price=None if price is None else money(price),
        discount=None if discount is None else money(discount),
        vatmode="second_hand" if second_hand else "normal",
    )


def free_text(
    title: str,
    price: Amount,
    *,
    quantity: Amount = 1,
    vat: Amount = 25,
    discount: Amount | None = None,
    cost: Amount = 0,
    second_hand: bool = False,
) -> Goods:
    """Wish a line without a product."""
    return Goods(
        product_id=None,
        quantity=Decimal(str(quantity)),
        title=title,
        price=money(price),
        vat=Decimal(str(vat)),
        cost=money(cost),
        discount=None if discount is None else money(discount),
        vatmode="second_hand" if second_hand else "normal",
    )


def returned(line_: Line | int, quantity: Amount | None = None) -> ReturnedLine:
    """Wish the return of an earlier line (or line id)."""
    number = line_ if isinstance(line_, int) else line_.id
    return ReturnedLine(number, None if quantity is None else Decimal(str(quantity)))


def issue_card(
    amount: Amount,
    *,
    card_type: CardType = "giftcard",
    number: str | None = None,
    vat: Amount | None = None,
) -> CardSold:
    """Wish a new card; its VAT percent follows switch `c1st.giftcard_vat` unless given."""
    rate = None if vat is None else Decimal(str(vat))
    return CardSold(card_type, money(amount), number, rate)


def use_card(number: str, amount: Amount) -> CardUsed:
    """Wish to pay with a card."""
    return CardUsed(number, money(amount))


def return_card(number: str) -> CardReturned:
    """Wish to pay out what is left on a card."""
    return CardReturned(number)


def tender(title: str, amount: Amount | None = None) -> Pay:
    """Wish a tender by the title of its button."""
    return Pay(title, None if amount is None else money(amount))


def cash(handed_over: Amount | None = None) -> Pay:
    """Wish cash: what is handed over (change is given), or the rounded rest."""
    return tender(CASH, handed_over)


def card(amount: Amount | None = None) -> Pay:
    """Wish a card payment."""
    return tender(CARD, amount)


def mobilepay(amount: Amount | None = None) -> Pay:
    """Wish a wallet payment."""
    return tender(MOBILEPAY, amount)


def on_account(amount: Amount | None = None) -> Pay:
    """Wish the debtor button."""
    return tender(DEBTOR, amount)


def foreign(amount: Amount, *, title: str = EURO) -> Pay:
    """Wish notes of a foreign currency; change is given in kroner."""
    return Pay(title, foreign=money(amount))
