"""A receipt or close that changed after it was posted (H13) holds with the numbers, until a person has seen it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integration.flows.changes import NothingChanged
from sandbox.customers1st.basket import card, cash, line
from sandbox.demo_day import CLUB
from syncjobs import reversals
from syncjobs.models import DayCloseProof, DocumentRow, Step
from tests.journeys.shop import ShopWorld, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    world = open_shop(monkeypatch, {"c1st.balance_changes": "amounts"})
    world.tenant.webhook_switches.filter(entity__in=["sale", "day_close"]).update(on=True)
    return world


def see(row: DocumentRow, reason: str = "Moved by hand") -> None:
    reversals.see_change(row, reason=reason, person="anna", now=datetime.now(UTC))


def test_a_changed_receipt_stands_once_a_person_has_seen_it(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [card()])
    world.work()
    sale.tenders[0].title = "MobilePay"
    world.deliver(str(sale.id))
    world.work()
    assert "paid Dankort 199.95" in world.causes()[0]
    assert "now: 1 lines, sum 199.95, paid MobilePay 199.95" in world.causes()[0]
    before = world.remote()

    row = DocumentRow.objects.get(kind="ORDER")
    see(row)
    world.work()

    assert world.causes() == []
    assert world.remote() == before
    row.refresh_from_db()
    assert row.facts["seen"][0]["person"] == "anna"
    assert row.facts["seen"][0]["was"] != row.facts["fingerprint"]
    assert Step.objects.filter(text__contains="anna has seen the change").exists()
    with pytest.raises(NothingChanged):
        see(row)

    sale.tenders[0].title = "Dankort"  # changed once more: asked about again
    world.deliver(str(sale.id))
    world.work()
    assert "was changed in Customers 1st after it was booked" in world.causes()[0]


def test_a_receipt_that_was_undone_at_the_till_stands_once_seen(world: ShopWorld) -> None:
    sale = world.sell([line(1001)], [card()])
    world.work()
    sale.status = "cancelled"
    world.deliver(str(sale.id))
    world.work()
    assert "is now cancelled" in world.causes()[0]

    see(DocumentRow.objects.get(kind="ORDER"))
    world.work()

    assert world.causes() == []
    swept = world.command("sync", "nordlys", "sale_to_order", "--full")
    assert (swept["queued"], swept["unchanged"]) == (0, 1)


@pytest.mark.parametrize("short", [0, 5])
def test_a_changed_close_stands_once_seen_also_one_that_posted_nothing(
    world: ShopWorld, short: int
) -> None:
    world.sell([line(1001)], [cash(200)])
    close = world.till.close(501, counted=1200 - short)
    world.deliver_close(close.id)
    world.work()
    before, ledger = DayCloseProof.objects.count(), world.uniconta.snapshot()
    world.till.amend_close(close.id, counted=1190)
    world.deliver_close(close.id)
    world.work()
    assert "counted 1190.00" in world.causes()[0]

    see(DocumentRow.objects.get(kind="CLOSE"))
    world.work()
    world.deliver_close(close.id)
    world.work()

    assert world.causes() == []
    assert world.uniconta.snapshot() == ledger
    assert DayCloseProof.objects.count() == before
    swept = world.command("sync", "nordlys", "day_close_to_journal", "--full")
    assert (swept["queued"], swept["unchanged"]) == (0, 1)


def test_a_receipt_seen_lets_its_close_go_on(world: ShopWorld) -> None:
    world.setup("setup: {settle_at: close}")
    world.tenant.webhook_switches.filter(entity__in=["sale", "day_close"]).update(on=True)
    sale = world.sell([line(1001, price="200.00")], [card()])
    world.work()
    sale.customer_id = CLUB  # the sums are as they were
    world.deliver_close(world.till.close(501).id)
    world.work()
    assert not DayCloseProof.objects.exists()

    see(DocumentRow.objects.get(kind="ORDER"))
    world.work()

    assert world.causes() == []
    assert DayCloseProof.objects.count() == 1
    assert world.balances()["5830"] == Decimal(200)
