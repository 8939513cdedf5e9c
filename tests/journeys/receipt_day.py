"""A day with every kind of receipt that a till can make, one by one."""

from collections.abc import Callable, Iterator

from sandbox.customers1st.basket import (
    card,
    cash,
    foreign,
    free_text,
    issue_card,
    line,
    mobilepay,
    on_account,
    return_card,
    returned,
    use_card,
)
from sandbox.customers1st.models import Payment
from sandbox.customers1st.shop import Shop
from tests.journeys.shop import CLUB

LIGHTS, BAG, SEAT, BELL, HELMET = 1001, 1002, 1004, 1005, 1102
Step = tuple[str, Callable[[Shop], Payment]]


def receipts() -> Iterator[Step]:
    """Return the receipts of the day: a name, and how the till makes it."""
    yield "cash with rounding", lambda till: till.sell([line(LIGHTS)], [cash()])
    yield (
        "discounted and split",
        lambda till: till.sell(
            [line(BAG, discount="100.00"), line(BELL)], [card("500"), mobilepay("400"), cash()]
        ),
    )
    yield "on account", lambda till: till.sell([line(SEAT)], [on_account()], customer=CLUB)
    yield (
        "part on account, part cash",
        lambda till: till.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB),
    )
    yield (
        "return on account",
        lambda till: till.return_(_receipt(till, "Barnestol bag"), [on_account()]),
    )
    yield (
        "gift card sold",
        lambda till: till.sell([issue_card("500.00", number="GK1")], [card()]),
    )
    yield (
        "gift card used in part",
        lambda till: till.sell([line(HELMET), use_card("GK1", "300.00")], [cash()]),
    )
    yield "gift card returned", lambda till: till.sell([return_card("GK1")], [cash()])
    yield (
        "return against a voucher",
        lambda till: till.sell(
            [free_text("Retur", "-125.00"), issue_card("125.00", card_type="voucher", number="TB1")]
        ),
    )
    yield (
        "voucher used whole",
        lambda till: till.sell([line(BELL), use_card("TB1", "125.00")]),
    )
    yield (
        "deposit taken",
        lambda till: till.sell([issue_card("100", card_type="deposit", number="DP1")], [card()]),
    )
    yield (
        "even exchange",
        lambda till: till.sell([free_text("Retur", "-125.00"), line(BELL)]),
    )
    yield (
        "exchange down, discounted line back",
        lambda till: till.return_(
            _receipt(till, "Rabat"),
            [card()],
            lines=[returned(_line(till, "Cykeltaske sæt 2 x 20 l")), line(BELL)],
        ),
    )
    yield (
        "mixed VAT, free text",
        lambda till: till.sell(
            [free_text("Diverse", "240"), free_text("Bog", "180", vat=0)], [mobilepay()]
        ),
    )
    yield "euro note", lambda till: till.sell([line(HELMET)], [foreign("60.00")])
    yield (
        "payment on account of one open item",
        lambda till: till.customer_payment(CLUB, [card("750.00")]),
    )
    yield (
        "payment on account of no open item",
        lambda till: till.customer_payment(CLUB, [cash("123.00")]),
    )


def _receipt(till: Shop, title: str) -> Payment:
    """Return the first receipt with a line of that title."""
    return next(
        payment
        for payment in till.store.payments.values()
        if any(row.title == title for row in payment.lines)
    )


def _line(till: Shop, title: str) -> int:
    return next(row.id for row in _receipt(till, title).lines if row.title == title)
