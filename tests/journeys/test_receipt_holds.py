"""What cannot be booked rightly waits for a person, and goes on by itself once it is mended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.customers1st.basket import (
    card,
    cash,
    foreign,
    free_text,
    issue_card,
    line,
    on_account,
    use_card,
)
from sandbox.demo_day import BAG, CLUB, HELMET, LIGHTS, SEAT, receipts
from syncjobs import runner
from syncjobs.models import DocumentRow, Step, SyncJob
from syncjobs.safety.sweep import sweep
from tests import factories
from tests.journeys.shop import ShopWorld, open_shop
from tests.journeys.world import Killed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def hold(world: ShopWorld) -> str:
    """Return the only cause, after asserting that nothing was written."""
    world.work()
    (cause,) = world.causes()
    assert not world.uniconta.orders
    assert not world.uniconta.invoices
    return cause


def again(world: ShopWorld) -> None:
    """Deliver every receipt once more and assert that all are booked."""
    for source_id in world.states():
        world.deliver(source_id)
    world.work()
    assert set(world.states().values()) == {"DONE"}, world.causes()


def test_h2_a_card_without_a_kind_waits_for_the_setup(world: ShopWorld) -> None:
    setup = world.tenant.setup
    setup.gift_card_kind, setup.gift_card_item = "", ""
    setup.save()
    world.sell([issue_card("500")], [card()])

    assert "gift card" in hold(world)

    world.setup("setup: {gift_card: {kind: multi, item: GAVEKORT}}")
    again(world)


def test_h2_a_card_whose_vat_contradicts_its_kind_is_held(world: ShopWorld) -> None:
    world.sell([issue_card("500", vat=25)], [card()])

    assert "25 % VAT" in hold(world)

    world.setup("setup: {gift_card: {kind: single, item: GAVEKORT1}}")
    again(world)
    assert world.balances() == {
        "5830": Decimal(500),
        "6612": Decimal(-400),
        "6510": Decimal(-100),
    }


def test_h8_a_sale_on_account_without_customer_is_held(world: ShopWorld) -> None:
    world.sell([line(SEAT)], [on_account()])

    assert "names no customer" in hold(world)


def test_h8_a_payment_on_account_to_a_blocked_debtor_is_held(world: ShopWorld) -> None:
    world.staff.edit("Debtor", "K1001", Blocked=True)
    payment = world.till.customer_payment(CLUB, [card("600")])
    world.deliver(str(payment.id))

    assert "K1001 is blocked" in hold(world)

    world.staff.edit("Debtor", "K1001", Blocked=False)
    again(world)
    assert world.debtors() == {"K1001": Decimal(-600)}


@pytest.mark.parametrize(
    ("wrong", "right", "word"),
    [
        ({"Blocked": True}, {"Blocked": False}, "blocked"),
        ({"VatZone": "EU member"}, {"VatZone": "Domestic"}, "VAT zone"),
        ({"Currency": "EUR"}, {"Currency": "DKK"}, "kroner"),
    ],
)
def test_h8_a_blocked_or_foreign_debtor_waits_until_it_is_mended(
    world: ShopWorld, wrong: dict[str, object], right: dict[str, object], word: str
) -> None:
    world.staff.edit("Debtor", "K1001", **wrong)
    world.sell([line(SEAT)], [on_account()], customer=CLUB)

    cause = hold(world)
    assert "K1001" in cause
    assert word in cause

    world.staff.edit("Debtor", "K1001", **right)
    again(world)
    assert world.debtors() == {"K1001": Decimal(1250)}


def test_h9_a_blocked_item_is_found_before_the_order_is_made(world: ShopWorld) -> None:
    world.staff.edit("InvItem", "DIV25", Blocked=True)
    world.sell([free_text("Diverse", "100")], [card()])

    assert "DIV25 is blocked" in hold(world)

    world.staff.edit("InvItem", "DIV25", Blocked=False)
    again(world)


def test_h10_a_closed_period_holds_invoice_and_payment_and_never_moves_the_date(
    world: ShopWorld,
) -> None:
    world.uniconta.close_period(date(2099, 12, 31))
    world.sell([line(LIGHTS)], [card()])
    payment = world.till.customer_payment(CLUB, [card("600")])
    world.deliver(str(payment.id))
    world.work()

    assert ["period is closed" in cause for cause in world.causes()] == [True, True]
    assert not world.balances()

    world.uniconta.close_period(date(2000, 1, 1))
    again(world)
    assert world.balances()["5830"] == Decimal("799.95")


def test_h11_a_payment_posted_in_part_is_never_sent_again(world: ShopWorld) -> None:
    world.sell([line(LIGHTS)], [card()])
    world.work()
    world.switches.set("uni.postdaily_atomic", "no")
    world.staff.edit("GLAccount", "2920", Blocked=True)
    world.tenant.refresh_from_db()
    world.sell([line(LIGHTS)], [cash()])
    world.staff.edit("GLAccount", "2920", Blocked=False)
    runner.work_tenant(world.tenant.pk)
    world.staff.edit("GLAccount", "2920", Blocked=True)
    world.work()

    (cause,) = world.causes()
    assert "in part only" in cause
    assert "199.95" in cause
    assert world.balances()["5810"] == Decimal("199.95")

    world.staff.edit("GLAccount", "2920", Blocked=False)
    for source_id in world.states():
        world.deliver(source_id)
    world.work()
    assert world.balances()["5810"] == Decimal("199.95")


@pytest.mark.parametrize(
    "ring_up",
    [
        lambda till: till.sell([line(BAG, second_hand=True)], [card()]),
        lambda till: till.sell([line(BAG)], [card("1010")], surcharge="10"),
    ],
    ids=["second-hand", "surcharge"],
)
def test_h14_what_no_setting_covers_is_held(
    world: ShopWorld, ring_up: Callable[..., object]
) -> None:
    world.deliver(str(ring_up(world.till).id))  # type: ignore[attr-defined]  # a payment of the till

    assert hold(world)


def test_h14_a_foreign_tender_waits_for_its_account(world: ShopWorld) -> None:
    world.tenant.payment_types.filter(title="EUR").delete()
    world.sell([line(HELMET)], [foreign("60")])

    assert "“EUR” in EUR has no account" in hold(world)

    world.setup()
    again(world)
    assert world.balances()["5815"] == Decimal(444)


def test_h13_a_change_after_booking_is_noticed_for_every_kind(world: ShopWorld) -> None:
    sale = world.sell([line(LIGHTS)], [card()])
    payment = world.till.customer_payment(CLUB, [card("600")])
    world.deliver(str(payment.id))
    world.work()
    before = world.uniconta.snapshot()
    for changed in (sale, payment):
        changed.customer_id = 5002
        changed.updated_at = world.till.store.now()

    find_changes(world)

    assert set(world.states().values()) == {"NEEDS_PERSON"}
    assert all("changed" in cause and "customer 5002" in cause for cause in world.causes())
    assert world.uniconta.snapshot() == before


def test_a_booked_payment_that_is_cancelled_needs_a_person(world: ShopWorld) -> None:
    payment = world.till.customer_payment(CLUB, [card("600")])
    world.deliver(str(payment.id))
    world.work()
    payment.status = "cancelled"
    payment.updated_at = world.till.store.now()

    find_changes(world)

    assert "cancelled" in world.causes()[0]


def test_a_planned_payment_that_is_cancelled_is_never_posted(world: ShopWorld) -> None:
    world.setup("setup: {settle_at: close}")
    payment = world.till.customer_payment(CLUB, [card("600")])
    world.deliver(str(payment.id))
    world.work()
    payment.status = "cancelled"
    world.deliver(str(payment.id))
    world.work()
    assert world.states() == {str(payment.id): "SKIPPED"}

    world.setup("setup: {settle_at: sale}")
    world.work()

    assert not world.balances()


def test_unfinished_sales_are_never_booked(world: ShopWorld) -> None:
    parked = world.till.park([line(LIGHTS)])
    cancelled = world.till.cancel(world.till.park([line(LIGHTS)]).id)
    for payment in (parked, cancelled):
        world.deliver(str(payment.id))
    world.work()

    assert set(world.states().values()) == {"SKIPPED"}
    assert not world.uniconta.orders


def find_changes(world: ShopWorld) -> None:
    world.tenant.webhook_switches.filter(entity="sale").update(on=True)
    sweep(world.tenant, "sale_to_order", now=datetime.now(UTC))
    world.work()


def test_debtor_sales_wait_for_the_bookkeeper_when_their_own_switch_is_off(
    world: ShopWorld,
) -> None:
    world.setup("setup: {auto_invoice_debtor_sales: false}")
    world.sell([line(LIGHTS)], [card()])
    for _ in range(3):
        world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
    world.work()
    assert len(world.uniconta.invoices) == 1
    assert len(world.uniconta.orders) == 3
    world.calls.clear()

    find_changes(world)
    assert world.calls.count("uniconta") <= 3  # one set each by order number, key and reference

    for order in world.uniconta.orders:
        world.staff.invoice(int(order["OrderNumber"]), on=date(2026, 3, 2))
    find_changes(world)

    assert world.causes() == []
    assert world.debtors() == {"K1001": Decimal(2250)}
    assert world.balances()["5810"] == Decimal(750)


def test_an_open_item_that_a_settlement_left_is_listed_and_posted_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = open_shop(monkeypatch, {"uni.settle_by": "not_at_all"})
    world.sell([line(BAG)], [card()])
    world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
    world.work()

    left = DocumentRow.objects.filter(kind="SETTLEMENT", facts__has_key="left_open")
    assert left.count() == 2
    assert Step.objects.filter(text__contains="should be open after its payment").count() == 2
    assert world.debtors() == {"K1001": Decimal(750)}
    assert set(world.states().values()) == {"DONE"}


def test_a_customers_payment_settles_only_the_one_item_of_exactly_its_amount(
    world: ShopWorld,
) -> None:
    for _ in range(2):
        world.sell([line(SEAT)], [on_account()], customer=CLUB)
    world.sell([line(BAG)], [on_account("900"), card("100")], customer=CLUB)
    world.work()
    world.calls.clear()
    for amount in ("1250", "900", "999.95"):
        payment = world.till.customer_payment(CLUB, [card(amount)])
        world.deliver(str(payment.id))
    runner.work_tenant(world.tenant.pk)
    assert world.calls.count("uniconta") == 0
    world.work()

    assert world.calls.count("uniconta", path="*DebtorTransOpenClient") == 2
    items = {row["AmountOpen"] for row in world.uniconta.open_items("K1001")}
    assert items == {Decimal(1250), Decimal(-1250), Decimal("-999.95")}


@pytest.mark.parametrize("auto", [True, False])
def test_a_sale_on_account_of_a_known_debtor_costs_three_calls(
    world: ShopWorld, auto: bool
) -> None:
    world.setup(f"setup: {{auto_invoice_debtor_sales: {str(auto).lower()}}}")
    for _ in range(2):  # the first reads master data
        world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
        world.work()
    world.calls.clear()

    world.sell([line(BAG)], [on_account("750"), cash()], customer=CLUB)
    runner.work_tenant(world.tenant.pk)

    assert world.calls.count("uniconta") == 2 + auto


KILLED = [
    "part on account, part cash",
    "gift card used in part",
    "exchange, the same price",
    "euro note, change in kroner",
    "payment on account, cash",
]


@pytest.mark.parametrize("kind", KILLED)
def test_a_worker_killed_at_any_call_leaves_exactly_one_effect_of_each_kind(
    world: ShopWorld, kind: str
) -> None:
    for name, ring_up in receipts():
        world.deliver(str(ring_up(world.till).id))
        if name == kind:
            break
    world.work()
    if kind == "gift card used in part":
        world.sell([issue_card("90000", number="BIG")], [card()])
        world.work()
    boundaries, moves = measured(world, kind)

    for number in range(1, boundaries + 1):
        before = world.balances()
        world.deliver(ring(world, kind))
        world.kill_at = world.boundaries() + number
        try:
            world.work()
        except Killed:
            world.bury()
        world.kill_at = None
        world.work()

        assert world.causes() == []
        assert changes(before, world.balances()) == moves, number


def ring(world: ShopWorld, kind: str) -> str:
    """Ring one more receipt of a kind up and return its id."""
    if kind == "gift card used in part":
        return str(world.till.sell([line(HELMET), use_card("BIG", "300.00")], [cash()]).id)
    return str(dict(receipts())[kind](world.till).id)


def measured(world: ShopWorld, kind: str) -> tuple[int, dict[str, Decimal]]:
    """Return how many call boundaries one such receipt passes, and what it moves."""
    first, before = world.boundaries(), world.balances()
    world.deliver(ring(world, kind))
    world.work()
    return world.boundaries() - first, changes(before, world.balances())


def changes(before: dict[str, Decimal], after: dict[str, Decimal]) -> dict[str, Decimal]:
    sums = {
        account: after.get(account, Decimal(0)) - before.get(account, Decimal(0))
        for account in before.keys() | after.keys()
    }
    return {account: amount for account, amount in sums.items() if amount}


@pytest.mark.parametrize("end", ["cancelled", "gone", "too old"])
def test_a_sale_that_no_longer_has_to_be_booked_needs_nobody_any_more(
    world: ShopWorld, end: str
) -> None:
    sale = world.sell([line(SEAT)], [on_account()])
    assert "names no customer" in hold(world)

    if end == "cancelled":
        sale.status = "cancelled"
    elif end == "gone":
        del world.till.store.payments[sale.id]
    else:
        world.tenant.setup.sales_from = world.clock.now().date() + timedelta(days=2)
        world.tenant.setup.save()
    world.deliver(str(sale.id))
    world.work()

    assert set(SyncJob.objects.values_list("state", flat=True)) == {"SKIPPED"}


@pytest.mark.parametrize("end", ["gone", "too old"])
def test_a_close_that_no_longer_has_to_be_posted_needs_nobody_any_more(
    world: ShopWorld, end: str
) -> None:
    world.sell([line(LIGHTS)], [cash()])
    world.work()
    close = world.till.close()
    setup = world.tenant.setup
    factories.held_job(world.tenant, str(close.id), kind="day_close_to_journal")

    if end == "gone":
        del world.till.store.closes[close.id]
    else:
        setup.sales_from = world.clock.now().date() + timedelta(days=2)
        setup.save()
    world.deliver_close(close.id)
    world.work()

    closes = SyncJob.objects.filter(kind="day_close_to_journal")
    assert set(closes.values_list("state", flat=True)) == {"SKIPPED"}
