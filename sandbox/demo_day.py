"""A shop day with every kind of receipt that a till can make, on two registers, and their closes."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

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
from sandbox.customers1st.models import Close, Payment
from sandbox.customers1st.shop import Shop

LIGHTS, BAG, SEAT, BELL, HELMET = 1001, 1002, 1004, 1005, 1102  # products of the seed shop
CLUB = 5001  # the customer of the seed shop whose debtor is K1001
MAIN, SECOND = 501, 502  # registers
MISSING, FOUND = (
    Decimal(5),
    Decimal(2),
)  # counted too little on the first register, too much on the other
STAMPS, TO_BANK, INTO_DRAWER = Decimal(50), Decimal(400), Decimal(150)

Step = tuple[str, Callable[[Shop], Payment]]


def receipts() -> Iterator[Step]:
    """Return the receipts of the day in order: what each is, and how the till makes it."""
    yield from _sales()
    yield from _on_account()
    yield from _cards()
    yield from _returns()


def play(shop: Shop) -> list[tuple[str, Payment]]:
    """Ring the day up; returns what each receipt is, and the receipt, in order."""
    return [(what, ring_up(shop)) for what, ring_up in receipts()]


def close_day(shop: Shop) -> list[Close]:
    """Close both registers: stamps were bought, a little is missing here and too much there, notes move to and from the bank."""
    main = shop.close(
        MAIN,
        counted=_expected(shop, MAIN) - STAMPS - MISSING,
        expense=STAMPS,
        to_bank=TO_BANK,
        note="Frimærker",
    )
    second = shop.close(SECOND, counted=_expected(shop, SECOND) + FOUND, to_bank=-INTO_DRAWER)
    return [main, second]


def _sales() -> Iterator[Step]:
    yield "cash, rounded to 50 øre", lambda till: till.sell([line(LIGHTS)], [cash()])
    yield (
        "discounted, split: card, wallet and cash",
        lambda till: till.sell(
            [line(BAG, discount="100.00"), line(BELL)],
            [card("500"), mobilepay("400"), cash()],
            register=SECOND,
        ),
    )
    yield "wallet, two of the same", lambda till: till.sell([line(LIGHTS, 2)], [mobilepay()])
    yield (
        "25 % and 0 % VAT, free text",
        lambda till: till.sell(
            [
                line(BELL),
                free_text("Slibning", "33.35", quantity=3),
                free_text("Bog", "180", vat=0),
            ],
            [card()],
            register=SECOND,
        ),
    )
    yield (
        "euro note, change in kroner",
        lambda till: till.sell([line(HELMET)], [foreign("60.00")]),
    )


def _on_account() -> Iterator[Step]:
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
        "payment on account of one invoice",
        lambda till: till.customer_payment(CLUB, [card("750")], register=SECOND),
    )
    yield (
        "payment on account, cash",
        lambda till: till.customer_payment(CLUB, [cash("123")], register=SECOND),
    )


def _cards() -> Iterator[Step]:
    yield "gift card sold", lambda till: till.sell([issue_card("500", number="GK1")], [card()])
    yield (
        "gift card used in part",
        lambda till: till.sell([line(HELMET), use_card("GK1", "300")], [cash()], register=SECOND),
    )
    yield "gift card paid out", lambda till: till.sell([return_card("GK1")], [cash()])
    yield (
        "return against a voucher",
        lambda till: till.sell(
            [free_text("Retur", "-125"), issue_card("125", card_type="voucher", number="TB1")]
        ),
    )
    yield (
        "voucher used",
        lambda till: till.sell([line(BELL), use_card("TB1", "125")], register=SECOND),
    )
    yield (
        "deposit taken",
        lambda till: till.sell([issue_card("100", card_type="deposit", number="DP1")], [card()]),
    )
    yield (
        "deposit used",
        lambda till: till.sell(
            [line(SEAT), use_card("DP1", "100")], [mobilepay()], register=SECOND
        ),
    )


def _returns() -> Iterator[Step]:
    yield (
        "discounted line returned, something cheaper taken",
        lambda till: till.return_(
            _receipt(till, "Rabat"),
            [card()],
            lines=[returned(_line(till, "Cykeltaske sæt 2 x 20 l")), line(BELL)],
            register=SECOND,
        ),
    )
    yield (
        "return of a line for cash",
        lambda till: till.return_(
            _receipt(till, "Ringklokke messing"),
            [cash()],
            lines=[returned(_line(till, "Ringklokke messing"))],
        ),
    )
    yield (
        "return without a receipt",
        lambda till: till.sell([free_text("Retur uden bon", "-59.90")], [cash()], register=SECOND),
    )
    yield (
        "exchange, the same price",
        lambda till: till.sell([free_text("Retur", "-400"), line(HELMET)], register=SECOND),
    )
    yield (
        "exchange for something dearer",
        lambda till: till.sell([free_text("Retur", "-299"), line(HELMET)], [mobilepay()]),
    )
    yield (
        "exchange for something cheaper",
        lambda till: till.sell(
            [free_text("Retur", "-199.95"), line(BELL)], [cash()], register=SECOND
        ),
    )
    yield "parked, then paid", _parked


def _parked(shop: Shop) -> Payment:
    """Park two sales; one is given up, the other is paid."""
    shop.cancel(shop.park([line(BAG)], register=SECOND).id)
    return shop.complete(shop.park([line(BELL)], register=SECOND).id, [cash()])


def _expected(shop: Shop, register: int) -> Decimal:
    """Return the cash that should lie in a drawer before expenses."""
    start = Decimal(shop.store.registers[register]["startamount"])
    taken: Sequence[Decimal] = [
        tender.amount
        for payment in shop.store.payments.values()
        if payment.register_id == register and payment.status == "completed"
        for tender in payment.paid
        if tender.role == "cash"
    ]
    return start + sum(taken, Decimal(0))


def _receipt(shop: Shop, title: str) -> Payment:
    """Return the first receipt with a line of that title."""
    return next(
        payment
        for payment in shop.store.payments.values()
        if any(row.title == title for row in payment.lines)
    )


def _line(shop: Shop, title: str) -> int:
    return next(row.id for row in _receipt(shop, title).lines if row.title == title)
