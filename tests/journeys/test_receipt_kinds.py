"""A day with every kind of receipt: the books, every reading of the vendors, repeats and killed workers."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.journeys.receipt_day import receipts
from tests.journeys.shop import ShopWorld, Sums, open_shop

pytestmark = pytest.mark.django_db(transaction=True)

# What each receipt moves in the ledger, worked out by hand from accounting.md sections 4 to 7.
MOVES: Mapping[str, Mapping[str, str]] = {
    "cash with rounding": {"1010": "-159.96", "6510": "-39.99", "5810": "200", "2920": "-0.05"},
    "discounted and split": {
        "1010": "-820",
        "6510": "-205",
        "5830": "500",
        "5831": "400",
        "5810": "125",
    },
    "on account": {"1010": "-1000", "6510": "-250", "5600": "1250"},
    "part on account, part cash": {"1010": "-800", "6510": "-200", "5810": "250", "5600": "750"},
    "return on account": {"1010": "1000", "6510": "250", "5600": "-1250"},
    "gift card sold": {"6610": "-500", "5830": "500"},
    "gift card used in part": {"1010": "-320", "6510": "-80", "6610": "300", "5810": "100"},
    "gift card returned": {"6610": "200", "5810": "-200"},
    "return against a voucher": {"1010": "100", "6510": "25", "6620": "-125"},
    "voucher used whole": {"1010": "-100", "6510": "-25", "6620": "125"},
    "deposit taken": {"6630": "-100", "5830": "100"},
    "even exchange": {},
    "exchange down, discounted line back": {"1010": "620", "6510": "155", "5830": "-775"},
    "mixed VAT, free text": {"1010": "-192", "6510": "-48", "1050": "-180", "5831": "420"},
    "euro note": {"1010": "-320", "6510": "-80", "5815": "444", "5810": "-44"},
    "payment on account of one open item": {"5830": "750", "5600": "-750"},
    "payment on account of no open item": {"5810": "123", "5600": "-123"},
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def play(world: ShopWorld) -> dict[str, str]:
    """Ring every receipt up; returns the name of each by its id."""
    names = {}
    for name, ring_up in receipts():
        payment = ring_up(world.shop)
        names[str(payment.id)] = name
        world.deliver(str(payment.id))
    return names


def moved(names: list[str]) -> Sums:
    """Return what these receipts move together, by the table."""
    sums: Sums = {}
    for name in names:
        for account, amount in MOVES[name].items():
            sums[account] = sums.get(account, Decimal(0)) + Decimal(amount)
    return {account: amount for account, amount in sums.items() if amount}


def test_each_receipt_moves_exactly_what_it_should(world: ShopWorld) -> None:
    for name, ring_up in receipts():
        before = world.balances()
        world.deliver(str(ring_up(world.shop).id))
        world.drain()
        after = world.balances()
        changes = {
            account: after.get(account, Decimal(0)) - before.get(account, Decimal(0))
            for account in before.keys() | after.keys()
            if after.get(account) != before.get(account)
        }
        assert world.causes() == [], name
        assert (name, changes) == (name, moved([name]))
    assert world.debtors() == {"K1001": Decimal(-123)}
    assert not world.uniconta.open_items("POS3000")


def test_the_day_at_once_comes_to_the_same_and_stays_silent_after(world: ShopWorld) -> None:
    names = play(world)
    world.drain()
    assert world.causes() == []
    assert world.balances() == moved(list(names.values()))
    assert world.debtors().get("POS3000") is None
    before = world.uniconta.snapshot()

    for source_id in [*names, *reversed(names)]:
        world.deliver(source_id)
    world.drain()

    assert world.uniconta.snapshot() == before
