"""Undoing a posting: a new one with a reference to the first, never an edit."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integration.flows.reversal import CannotReverse
from sandbox.customers1st.basket import card, cash, line
from sandbox.demo_day import CLUB
from syncjobs import again, reversals, runner
from syncjobs.models import DayCloseProof, DocumentRow
from syncjobs.proofs import broken_sheets
from tests.journeys.shop import ShopWorld, open_shop
from tests.journeys.world import Killed

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 3)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    return open_shop(monkeypatch)


def undo(kind: str) -> None:
    row = DocumentRow.objects.filter(kind=kind).order_by("id").last()
    assert row is not None
    reversals.reverse(row, reason="Typed wrong", person="anna", on=DAY, now=datetime.now(UTC))


def test_a_close_is_undone_by_its_opposite_and_never_booked_again(world: ShopWorld) -> None:
    close = world.till.close(501, counted=990, to_bank=100)
    world.deliver_close(close.id)
    world.work()
    assert world.balances()["5820"] == 100

    undo("CLOSE")
    world.work()
    assert world.balances() == {}
    before = world.uniconta.snapshot()
    world.deliver_close(close.id)
    world.work()

    assert world.uniconta.snapshot() == before
    references = {row["ReferenceNumber"] for row in world.uniconta.company()["GLTrans"]}
    key = f"c1st:3000:balance:{close.id}"
    assert references == {key, f"{key}:reversal"}
    sheet = DayCloseProof.objects.get(kind="reversal").sheet
    assert (sheet["of"], sheet["reason"], sheet["person"]) == (key, "Typed wrong", "anna")
    assert broken_sheets(world.tenant) == []
    with pytest.raises(CannotReverse, match="asked for before"):
        undo("CLOSE")


def test_a_sale_is_undone_by_a_credit_note_and_the_opposite_of_its_payment(
    world: ShopWorld,
) -> None:
    sale = world.sell([line(1002, discount=100), line(1001)], [cash()])
    world.work()
    assert world.balances()["6510"] < 0

    undo("INVOICE")
    world.work()
    assert world.causes() == []
    assert world.balances() == {}
    assert world.debtors() == {}
    assert len(world.uniconta.invoices) == 2
    before = world.uniconta.snapshot()
    world.deliver(str(sale.id))
    world.work()
    assert world.uniconta.snapshot() == before
    with pytest.raises(CannotReverse, match="not reversed"):
        undo("INVOICE")


def test_a_sale_whose_payment_is_not_posted_yet_never_posts_it(world: ShopWorld) -> None:
    world.tenant.setup.settle_at = "close"
    world.tenant.setup.save()
    world.sell([line(1001)], [card()])
    world.work()
    undo("INVOICE")
    world.work()
    assert world.balances() == {}

    world.deliver_close(world.till.close(501).id)
    world.work()
    assert "was reversed" in world.causes()[0]


def test_a_sale_whose_payment_nobody_is_certain_of_says_so(world: ShopWorld) -> None:
    world.sell([line(1001)], [card()])
    world.work()
    payment = DocumentRow.objects.get(kind="SETTLEMENT")
    payment.state, payment.facts = "SENDING", {**payment.facts, "held": True}
    payment.save()
    undo("INVOICE")
    runner.work_tenant(world.tenant.pk)
    assert "it is not known whether it is in Uniconta" in world.causes()[0]

    world.work()  # the batch finds it
    again.retry_jobs(world.tenant, now=datetime.now(UTC))
    world.work()
    assert world.causes() == []
    assert world.balances() == {}


def test_a_customers_payment_is_undone_by_opposite_lines(world: ShopWorld) -> None:
    payment = world.till.customer_payment(CLUB, [card("600.00")])
    world.deliver(str(payment.id))
    world.work()
    assert world.debtors() == {"K1001": Decimal("-600.00")}

    undo("SETTLEMENT")
    world.work()

    assert world.debtors() == {}
    assert world.balances() == {}


def test_the_payment_of_a_sale_is_not_undone_alone(world: ShopWorld) -> None:
    world.sell([line(1001)], [card()])
    world.work()
    with pytest.raises(CannotReverse, match="invoice of the sale"):
        undo("SETTLEMENT")


def test_a_worker_killed_at_any_call_of_a_reversal_undoes_once(world: ShopWorld) -> None:
    world.sell([line(1001)], [card()])  # stands before, so that look-ups can be proven
    world.work()
    boundary = 0
    while True:
        boundary += 1
        world.sell([line(1001)], [card()])
        world.work()
        start = world.balances()
        undo("INVOICE")
        world.kill_at = world.boundaries() + boundary
        try:
            world.work()
            finished = True
        except Killed:
            finished = False
        world.kill_at = None
        world.bury()
        world.work()
        assert world.causes() == [], boundary
        assert start["1010"] - world.balances()["1010"] == Decimal("-159.96"), boundary
        assert world.debtors() == {}, boundary
        if finished:
            break
    assert boundary > 8
