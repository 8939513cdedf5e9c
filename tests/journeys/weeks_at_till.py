"""Made-up weeks rung up at the sandbox's till, receipt by receipt, by the till's own arithmetic."""

from collections.abc import Iterator

from sandbox.customers1st.basket import (
    Goods,
    Pay,
    Wish,
    cash,
    foreign,
    free_text,
    issue_card,
    line,
    on_account,
    return_card,
    returned,
    tender,
    use_card,
)
from sandbox.customers1st.models import Close, Payment
from sandbox.customers1st.shop import Shop
from tests.journeys.oracle import Deal, Drawer, Line, Shut, Tender
from tests.journeys.weeks_as_json import CUSTOMER_IDS, PRODUCT, TITLES


def ring_up(till: Shop, deal: Deal) -> Payment:
    """Ring one receipt up; the till must come to the same number and the same sum."""
    customer = CUSTOMER_IDS.get(deal.customer)
    tenders = [
        _pay(each, deal) for each in deal.tenders if each.notes or not _is_change(each, deal)
    ]
    if deal.is_payment:
        assert customer is not None
        made = till.customer_payment(customer, tenders, register=deal.register)
    else:
        wishes = list(_wishes(till, deal))
        made = till.sell(wishes, tenders, register=deal.register, customer=customer)
    assert (made.number, made.sum) == (deal.number, deal.total)
    assert [each.amount for each in made.tenders] == [each.moved for each in deal.tenders]
    return made


def close(till: Shop, event: Shut, drawer: Drawer) -> Close:
    """Close a register; the till must expect the same cash."""
    made = till.close(
        event.register, counted=drawer.counted, to_bank=event.to_bank, expense=event.expense
    )
    assert (made.expected, made.difference) == (drawer.expected, event.over)
    return made


def _wishes(till: Shop, deal: Deal) -> Iterator[Wish]:
    """Return the wished lines; a discount comes with the line that it belongs to."""
    for place, wanted in enumerate(deal.lines):
        if wanted.of is not None:
            continue
        if wanted.back is not None:
            yield returned(_line_id(till, wanted.back))
        elif wanted.card:
            yield _card(wanted)
        else:
            discount = next((each for each in deal.lines if each.of == place), None)
            yield _goods(wanted, discount)


def _goods(wanted: Line, discount: Line | None) -> Goods:
    off = None if discount is None else -discount.price
    if wanted.what == "goods":
        return line(PRODUCT, wanted.quantity, price=wanted.price, discount=off)
    return free_text(
        "Diverse", wanted.price, quantity=wanted.quantity, vat=wanted.rate, discount=off
    )


def _card(wanted: Line) -> Wish:
    if wanted.quantity < 0:
        return return_card(wanted.card)
    if wanted.price < 0:
        return use_card(wanted.card, -wanted.price)
    assert wanted.what in ("giftcard", "voucher", "deposit")
    return issue_card(
        wanted.price,
        card_type=wanted.what,
        number=wanted.card,
        vat=wanted.rate,
    )


def _pay(wanted: Tender, deal: Deal) -> Pay:
    if wanted.button == "euro":
        return foreign(wanted.notes)
    if wanted.button == "account":
        return on_account(wanted.pays)
    if wanted.button == "cash":
        return cash(wanted.pays) if deal.is_payment else cash()
    return tender(TITLES[wanted.button], wanted.pays)


def _is_change(wanted: Tender, deal: Deal) -> bool:
    """Tell whether the till gives a tender by itself: change in kroner for euro notes."""
    return wanted.button == "cash" and any(each.notes for each in deal.tenders)


def _line_id(till: Shop, back: tuple[int, int]) -> int:
    number, place = back
    payment = next(each for each in till.store.payments.values() if each.number == number)
    return payment.lines[place].id
